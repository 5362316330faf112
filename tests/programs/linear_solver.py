"""Conjugate gradients as an object that counts its steps."""

import numpy as np


class CG:
    def __init__(self, A, tol=1e-10):
        self.A = A
        self.tol = tol
        self.iterations = 0

    def solve(self, b):
        x = np.zeros_like(b)
        r = b - self.A @ x
        p = r
        rs = r @ r
        while np.sqrt(rs) > self.tol and self.iterations < 10:
            Ap = self.A @ p
            al = rs / (p @ Ap)
            x = x + al * p
            r = r - al * Ap
            new = r @ r
            p = r + new / rs * p
            rs = new
            self.iterations += 1
        return x


def linear_solver(d):
    A = np.diag(d + 1.0) + 0.1 * np.ones((3, 3))
    return np.sum(CG(A).solve(np.array([1.0, 2.0, 3.0])) ** 2)


WRT = ("d",)


def example(rng):
    return (np.array([2.0, 1.0, 0.5]),)
