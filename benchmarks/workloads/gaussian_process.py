"""The negative log marginal likelihood of a Gaussian process with a squared-exponential kernel.

The textbook gradient needs the inverse of the covariance and no factor of it: half the trace of
`inverse(K) - outer(alpha, alpha)` times the derivative of K, `alpha = inverse(K) @ y`.
(Rasmussen & Williams, Gaussian processes for machine learning, equation 5.9.)
"""
import numpy as np

WRT = ("length", "variance", "noise")
KIND = "array"
SIZES = {
    "tiny": {"rows": 5, "features": 2},
    "medium": {"rows": 60, "features": 3},
    "large": {"rows": 500, "features": 3},
}


def gaussian_process(
    length: float, variance: float, noise: float, x: np.ndarray, y: np.ndarray
) -> float:
    squared = np.sum((x[:, None, :] - x) ** 2, axis=2)
    K = variance * np.exp(-0.5 * squared / length**2) + noise * np.eye(len(y))
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, y)
    return 0.5 * np.sum(z * z) + np.sum(np.log(np.diag(L)))


def gradient(
    length: float, variance: float, noise: float, x: np.ndarray, y: np.ndarray,
    bresult: float = 1.0,
) -> tuple[float, float, float]:
    # Forward pass
    squared = np.sum((x[:, None, :] - x) ** 2, axis=2)
    shape = np.exp(-0.5 * squared / length**2)
    K = variance * shape + noise * np.eye(len(y))
    # Backward pass
    # return 0.5 * np.sum(z * z) + np.sum(np.log(np.diag(L)))
    bK = np.linalg.inv(K)
    alpha = bK @ y
    bK -= np.outer(alpha, alpha)
    bK *= 0.5 * bresult
    # K = variance * np.exp(-0.5 * squared / length**2) + noise * np.eye(len(y))
    bnoise = np.trace(bK)
    bK *= shape
    bvariance = np.sum(bK)
    blength = variance * np.vdot(bK, squared) / length**3
    return blength, bvariance, bnoise


def autograd_version(
    length: float, variance: float, noise: float, x: np.ndarray, y: np.ndarray
) -> float:
    import autograd.numpy as anp

    squared = np.sum((x[:, None, :] - x) ** 2, axis=2)
    K = variance * anp.exp(-0.5 * squared / length**2) + noise * np.eye(len(y))
    L = anp.linalg.cholesky(K)
    z = anp.linalg.solve(L, y)
    return 0.5 * anp.sum(z * z) + anp.sum(anp.log(anp.diag(L)))


def make(rng: np.random.Generator, rows: int, features: int) -> tuple:
    return 1.3, 0.9, 0.1, rng.normal(size=(rows, features)), rng.normal(size=rows)
