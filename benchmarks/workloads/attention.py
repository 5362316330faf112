"""One head of attention with a row-wise softmax.

The softmax's adjoint needs the row sums of `weights * bweights`; they equal the row sums of
`mixed * bmixed`, which are much shorter rows. (Dao et al., FlashAttention, 2022, appendix B.2.)
"""
import numpy as np

WRT = ("Wq", "Wk", "Wv")
KIND = "array"
SIZES = {
    "tiny": {"rows": 4, "width": 3},
    "medium": {"rows": 64, "width": 32},
    "large": {"rows": 512, "width": 64},
}


def attention(
    Wq: np.ndarray, Wk: np.ndarray, Wv: np.ndarray, x: np.ndarray, target: np.ndarray
) -> float:
    q = x @ Wq
    k = x @ Wk
    v = x @ Wv
    scores = q @ k.T / np.sqrt(q.shape[1])
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    weights = weights / np.sum(weights, axis=1, keepdims=True)
    mixed = weights @ v
    return np.mean((mixed - target) ** 2)


def gradient(
    Wq: np.ndarray, Wk: np.ndarray, Wv: np.ndarray, x: np.ndarray, target: np.ndarray,
    by: float = 1.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Forward pass
    q = x @ Wq
    k = x @ Wk
    v = x @ Wv
    scale = np.sqrt(q.shape[1])
    scores = q @ k.T / scale
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    weights /= np.sum(weights, axis=1, keepdims=True)
    mixed = weights @ v
    # Backward pass
    # return np.mean((mixed - target) ** 2)
    bmixed = 2.0 * by / mixed.size * (mixed - target)
    # mixed = weights @ v
    bv = weights.T @ bmixed
    bscores = bmixed @ v.T
    # weights = weights / np.sum(weights, axis=1, keepdims=True)
    bscores -= np.sum(mixed * bmixed, axis=1, keepdims=True)
    bscores *= weights
    # scores = q @ k.T / np.sqrt(q.shape[1])
    bscores /= scale
    bWq = x.T @ (bscores @ k)
    bWk = x.T @ (bscores.T @ q)
    bWv = x.T @ bv
    return bWq, bWk, bWv


def autograd_version(
    Wq: np.ndarray, Wk: np.ndarray, Wv: np.ndarray, x: np.ndarray, target: np.ndarray
) -> float:
    import autograd.numpy as anp

    q = anp.dot(x, Wq)
    k = anp.dot(x, Wk)
    v = anp.dot(x, Wv)
    scores = anp.dot(q, k.T) / np.sqrt(q.shape[1])
    weights = anp.exp(scores - anp.max(scores, axis=1, keepdims=True))
    weights = weights / anp.sum(weights, axis=1, keepdims=True)
    return anp.mean((anp.dot(weights, v) - target) ** 2)


def make(rng: np.random.Generator, rows: int, width: int) -> tuple:
    Wq, Wk, Wv = rng.normal(size=(3, width, width)) / np.sqrt(width)
    return Wq, Wk, Wv, rng.normal(size=(rows, width)), rng.normal(size=(rows, width))
