"""A perceptron with two hidden layers, and the cross-entropy of its softmax.

With rows of `onehot` that sum to one, softmax and cross-entropy together have the adjoint
`probabilities - onehot`; the shift by the maximum cancels.
"""
from itertools import pairwise

import numpy as np

WRT = ("W1", "b1", "W2", "b2", "W3", "b3")
KIND = "array"
SIZES = {
    "tiny": {"rows": 4, "features": 3, "hidden": 5, "classes": 3},
    "medium": {"rows": 64, "features": 32, "hidden": 64, "classes": 10},
    "large": {"rows": 1_000, "features": 200, "hidden": 300, "classes": 10},
}


def mlp(
    W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray,
    W3: np.ndarray, b3: np.ndarray, x: np.ndarray, onehot: np.ndarray,
) -> float:
    h1 = np.tanh(x @ W1 + b1)
    h2 = np.maximum(h1 @ W2 + b2, 0.0)
    logits = h2 @ W3 + b3
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(np.sum(onehot * logp, axis=1))


def gradient(
    W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray,
    W3: np.ndarray, b3: np.ndarray, x: np.ndarray, onehot: np.ndarray, by: float = 1.0,
) -> tuple[np.ndarray, ...]:
    # Forward pass
    h1 = np.tanh(x @ W1 + b1)
    h2 = np.maximum(h1 @ W2 + b2, 0.0)
    logits = h2 @ W3 + b3
    probabilities = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    probabilities /= np.sum(probabilities, axis=1, keepdims=True)
    # Backward pass
    # return -np.mean(np.sum(onehot * logp, axis=1))
    blogits = probabilities - onehot
    blogits *= by / len(x)
    # logits = h2 @ W3 + b3
    bW3 = h2.T @ blogits
    bb3 = np.sum(blogits, axis=0)
    # h2 = np.maximum(h1 @ W2 + b2, 0.0)
    bz = blogits @ W3.T
    bz *= h2 > 0.0
    bW2 = h1.T @ bz
    bb2 = np.sum(bz, axis=0)
    # h1 = np.tanh(x @ W1 + b1)
    bz = bz @ W2.T
    bz *= 1.0 - h1 * h1
    bW1 = x.T @ bz
    bb1 = np.sum(bz, axis=0)
    return bW1, bb1, bW2, bb2, bW3, bb3


def autograd_version(
    W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray,
    W3: np.ndarray, b3: np.ndarray, x: np.ndarray, onehot: np.ndarray,
) -> float:
    import autograd.numpy as anp

    h1 = anp.tanh(anp.dot(x, W1) + b1)
    h2 = anp.maximum(anp.dot(h1, W2) + b2, 0.0)
    logits = anp.dot(h2, W3) + b3
    shifted = logits - anp.max(logits, axis=1, keepdims=True)
    logp = shifted - anp.log(anp.sum(anp.exp(shifted), axis=1, keepdims=True))
    return -anp.mean(anp.sum(onehot * logp, axis=1))


def make(
    rng: np.random.Generator, rows: int, features: int, hidden: int, classes: int
) -> tuple:
    widths = (features, hidden, hidden, classes)
    weights: list[np.ndarray] = []
    for inputs, outputs in pairwise(widths):
        weights.append(rng.normal(size=(inputs, outputs)) / np.sqrt(inputs))
        weights.append(0.1 * rng.normal(size=outputs))
    onehot = np.eye(classes)[rng.integers(classes, size=rows)]
    return (*weights, rng.normal(size=(rows, features)), onehot)
