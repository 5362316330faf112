"""Logistic regression with weight decay, labels -1 and 1."""
import numpy as np

WRT = ("w", "b")
KIND = "array"
SIZES = {
    "tiny": {"rows": 6, "features": 3},
    "medium": {"rows": 500, "features": 20},
    "large": {"rows": 20_000, "features": 50},
}


def logistic_regression(
    w: np.ndarray, b: float, x: np.ndarray, y: np.ndarray, decay: float
) -> float:
    margin = y * (x @ w + b)
    return np.mean(np.logaddexp(0.0, -margin)) + decay * np.sum(w * w)


def gradient(
    w: np.ndarray, b: float, x: np.ndarray, y: np.ndarray, decay: float, bloss: float = 1.0
) -> tuple[np.ndarray, float]:
    # Forward pass
    margin = y * (x @ w + b)
    # Backward pass
    # return np.mean(np.logaddexp(0.0, -margin)) + decay * np.sum(w * w)
    bmargin = (-bloss / len(y)) / (1.0 + np.exp(margin))
    # margin = y * (x @ w + b)
    bscore = bmargin * y
    bw = x.T @ bscore + 2.0 * bloss * decay * w
    bb = np.sum(bscore)
    return bw, bb


def autograd_version(
    w: np.ndarray, b: float, x: np.ndarray, y: np.ndarray, decay: float
) -> float:
    import autograd.numpy as anp

    margin = y * (anp.dot(x, w) + b)
    return anp.mean(anp.logaddexp(0.0, -margin)) + decay * anp.sum(w * w)


def make(rng: np.random.Generator, rows: int, features: int) -> tuple:
    w = rng.normal(size=features) / np.sqrt(features)
    labels = np.where(rng.random(rows) < 0.5, -1.0, 1.0)
    return w, 0.1, rng.normal(size=(rows, features)), labels, 1e-3
