"""Log likelihood of observations under a linear-Gaussian state space model."""

import numpy as np


def predict(m, P, F, Q):
    return F @ m, F @ P @ F.T + Q


def update(m, P, y, H, R):
    v = y - H @ m
    S = H @ P @ H.T + R
    K = P @ H.T @ np.linalg.inv(S)
    m = m + K @ v
    P = P - K @ S @ K.T
    _, logdet = np.linalg.slogdet(S)
    ll = -0.5 * (v @ np.linalg.solve(S, v) + logdet + len(v) * np.log(2.0 * np.pi))
    return m, P, ll


def kalman_filter(F, q, r, H, ys, m0, P0):
    Q = np.exp(q) * np.eye(len(m0))
    R = np.exp(r) * np.eye(H.shape[0])
    m, P = m0, P0
    total = 0.0
    for y in ys:
        m, P = predict(m, P, F, Q)
        m, P, ll = update(m, P, y, H, R)
        total += ll
    return -total


WRT = ("F", "q", "r")


def example(rng):
    F = np.array([[1.0, 0.1], [-0.1, 0.95]])
    H = np.array([[1.0, 0.5]])
    return F, -2.0, -1.0, H, rng.normal(size=(6, 1)), np.zeros(2), np.eye(2)
