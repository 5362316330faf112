"""Solve with conjugate gradients until the residual is small."""

import numpy as np


def conjugate_gradient(A, b, tol=1e-10, max_iter=50):
    A = A @ A.T + np.eye(len(b))
    x = np.zeros_like(b)
    r = b - A @ x
    p = r.copy()
    rs = r @ r
    for _ in range(max_iter):
        Ap = A @ p
        alpha = rs / (p @ Ap)
        x = x + alpha * p
        r = r - alpha * Ap
        rs_new = r @ r
        if np.sqrt(rs_new) < tol:
            break
        p = r + (rs_new / rs) * p
        rs = rs_new
    return np.sum(x**2)


WRT = ("A", "b")


def example(rng):
    return rng.normal(size=(4, 4)), rng.normal(size=4)
