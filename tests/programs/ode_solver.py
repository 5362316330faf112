"""A Runge-Kutta solver that gets the right-hand side as a function."""

import numpy as np


class Solver:
    def __init__(self, f, t0, y0, h):
        self.f, self.t, self.y, self.h = f, t0, y0, h
        self.callbacks = []
        self.n_evals = 0

    def rhs(self, t, y):
        self.n_evals += 1
        return self.f(t, y)

    def step(self):
        k1 = self.rhs(self.t, self.y)
        k2 = self.rhs(self.t + self.h / 2, self.y + self.h / 2 * k1)
        k3 = self.rhs(self.t + self.h / 2, self.y + self.h / 2 * k2)
        k4 = self.rhs(self.t + self.h, self.y + self.h * k3)
        self.y = self.y + self.h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        self.t += self.h

    def run(self, n):
        for _ in range(n):
            self.step()
        return self.y


def ode_solver(p):
    def lotka(t, y):
        return np.array([p[0] * y[0] - p[1] * y[0] * y[1], -p[2] * y[1] + 0.2 * y[0] * y[1]])

    s = Solver(lotka, 0.0, np.array([1.0, 0.8]), 0.1)
    y = s.run(5)
    return y[0] ** 2 + y[1] + 0.0 * s.n_evals


WRT = ("p",)


def example(rng):
    return (np.array([1.0, 0.5, 0.3]),)
