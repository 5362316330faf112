"""Marginal likelihood of a Gaussian process; the kernel is a function by name."""

import numpy as np


def sq_dist(x1, x2, lengthscales):
    a = x1 / lengthscales
    b = x2 / lengthscales
    return np.sum(a**2, 1)[:, None] + np.sum(b**2, 1)[None, :] - 2 * a @ b.T


def rbf(d2):
    return np.exp(-0.5 * d2)


def matern32(d2):
    r = np.sqrt(3.0 * np.maximum(d2, 1e-12))
    return (1.0 + r) * np.exp(-r)


def gaussian_process(theta, X, y, kernel=matern32, jitter=1e-6):
    n, d = X.shape
    lengthscales = np.exp(theta[:d])
    amplitude, noise = np.exp(theta[d]), np.exp(theta[d + 1])
    K = amplitude**2 * kernel(sq_dist(X, X, lengthscales))
    K[np.diag_indices(n)] += noise**2 + jitter
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return 0.5 * y @ alpha + np.log(np.diag(L)).sum() + 0.5 * n * np.log(2 * np.pi)


WRT = ("theta",)


def example(rng):
    return np.array([0.1, -0.2, 0.3, -1.0]), rng.normal(size=(5, 2)), rng.normal(size=5)
