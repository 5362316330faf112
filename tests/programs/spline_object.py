"""A cubic spline as an object that is called."""

import numpy as np


class CubicSpline:
    def __init__(self, x, y):
        self.x, self.y = x, y
        n = len(x)
        h = np.diff(x)
        A = np.zeros((n, n))
        r = np.zeros(n)
        A[0, 0] = 1.0
        A[n - 1, n - 1] = 1.0
        for i in range(1, n - 1):
            A[i, i - 1] = h[i - 1]
            A[i, i] = 2 * (h[i - 1] + h[i])
            A[i, i + 1] = h[i]
            r[i] = 6 * ((y[i + 1] - y[i]) / h[i] - (y[i] - y[i - 1]) / h[i - 1])
        self.M = np.linalg.solve(A, r)
        self.h = h

    def __call__(self, t):
        i = int(np.searchsorted(self.x, t)) - 1
        i = min(max(i, 0), len(self.h) - 1)
        h = self.h[i]
        a = self.x[i + 1] - t
        b = t - self.x[i]
        return (
            (self.M[i] * a**3 + self.M[i + 1] * b**3) / (6 * h)
            + (self.y[i] / h - self.M[i] * h / 6) * a
            + (self.y[i + 1] / h - self.M[i + 1] * h / 6) * b
        )


def spline_object(y):
    s = CubicSpline(np.array([0.0, 1.0, 2.5, 3.0, 4.0]), y)
    return sum(s(t) ** 2 for t in [0.3, 1.7, 2.9, 3.5])


WRT = ("y",)


def example(rng):
    return (np.array([0.2, 1.0, 0.4, -0.3, 0.6]),)
