"""QR by Householder reflections, then least squares."""

import numpy as np


def qr(A):
    m, n = A.shape
    R = A.copy()
    Q = np.eye(m)
    for k in range(n):
        x = R[k:, k]
        sign = 1.0 if x[0] >= 0 else -1.0
        v = x.copy()
        v[0] = v[0] + sign * np.linalg.norm(x)
        v = v / np.linalg.norm(v)
        R[k:, k:] = R[k:, k:] - 2.0 * np.outer(v, v @ R[k:, k:])
        Q[:, k:] = Q[:, k:] - 2.0 * np.outer(Q[:, k:] @ v, v)
    return Q, R


def householder(A, b):
    Q, R = qr(A)
    n = A.shape[1]
    c = Q.T @ b
    x = np.linalg.solve(R[:n], c[:n])
    r = A @ x - b
    return np.sum(x * x) + np.sum(r * r)


WRT = ("A", "b")


def example(rng):
    return rng.normal(size=(5, 3)), rng.normal(size=5)
