"""A Kalman filter as an object that keeps its state."""

import math

import numpy as np


class KalmanFilter:
    def __init__(self, F, H, Q, R, x0, P0):
        self.F, self.H, self.Q, self.R = F, H, Q, R
        self.x, self.P = x0, P0
        self.log_likelihood = 0.0

    def predict(self):
        self.x = self.F @ self.x
        self.P = self.F @ self.P @ self.F.T + self.Q

    def update(self, z):
        y = z - self.H @ self.x
        S = self.H @ self.P @ self.H.T + self.R
        K = self.P @ self.H.T @ np.linalg.inv(S)
        self.x = self.x + K @ y
        self.P = (np.eye(len(self.x)) - K @ self.H) @ self.P
        sign, logdet = np.linalg.slogdet(S)
        self.log_likelihood -= 0.5 * (
            logdet + y @ np.linalg.solve(S, y) + len(y) * math.log(2 * math.pi)
        )


def tracking(params, zs):
    dt = 1.0
    F = np.array([[1.0, dt], [0.0, 1.0]])
    H = np.array([[1.0, 0.0]])
    kf = KalmanFilter(
        F, H, np.exp(params[0]) * np.eye(2), np.exp(params[1]) * np.eye(1), np.zeros(2), np.eye(2)
    )
    for z in zs:
        kf.predict()
        kf.update(z)
    return kf.log_likelihood


WRT = ("params",)


def example(rng):
    return np.array([0.3, -0.5]), np.array([[1.0], [1.2], [0.7]])
