"""A recurrent network whose states are written into one array, in place.

The adjoints of the pre-activations overwrite the buffer of the adjoints of the states, step by
step; the gradients of the weights are then one matrix product each instead of one a step.
"""
import numpy as np

WRT = ("W", "U", "b")
KIND = "array"
SIZES = {
    "tiny": {"steps": 5, "batch": 2, "features": 2, "hidden": 3},
    "medium": {"steps": 20, "batch": 16, "features": 32, "hidden": 64},
    "large": {"steps": 40, "batch": 64, "features": 128, "hidden": 256},
}


def rnn(
    W: np.ndarray, U: np.ndarray, b: np.ndarray, inputs: np.ndarray, targets: np.ndarray
) -> float:
    steps, batch, _ = inputs.shape
    h = np.zeros((steps + 1, batch, W.shape[0]))
    for t in range(steps):
        h[t + 1] = np.tanh(h[t] @ W + inputs[t] @ U + b)
    return np.sum((h[1:] - targets) ** 2)


def gradient(
    W: np.ndarray, U: np.ndarray, b: np.ndarray, inputs: np.ndarray, targets: np.ndarray,
    by: float = 1.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Forward pass
    steps, batch, features = inputs.shape
    hidden = W.shape[0]
    h = np.zeros((steps + 1, batch, hidden))
    for t in range(steps):
        h[t + 1] = np.tanh(h[t] @ W + inputs[t] @ U + b)
    # Backward pass
    # return np.sum((h[1:] - targets) ** 2)
    bz = 2.0 * by * (h[1:] - targets)
    # h[t + 1] = np.tanh(h[t] @ W + inputs[t] @ U + b)
    slope = 1.0 - h[1:] ** 2
    bz[-1] *= slope[-1]
    for t in reversed(range(steps - 1)):
        bz[t] += bz[t + 1] @ W.T
        bz[t] *= slope[t]
    rows = bz.reshape(-1, hidden)
    bW = h[:-1].reshape(-1, hidden).T @ rows
    bU = inputs.reshape(-1, features).T @ rows
    bb = np.sum(rows, axis=0)
    return bW, bU, bb


def autograd_version(
    W: np.ndarray, U: np.ndarray, b: np.ndarray, inputs: np.ndarray, targets: np.ndarray
) -> float:
    # Array assignment is refused: the loss is summed up step by step.
    import autograd.numpy as anp

    h = np.zeros((inputs.shape[1], W.shape[0]))
    loss = 0.0
    for x, target in zip(inputs, targets):
        h = anp.tanh(anp.dot(h, W) + anp.dot(x, U) + b)
        loss = loss + anp.sum((h - target) ** 2)
    return loss


def make(
    rng: np.random.Generator, steps: int, batch: int, features: int, hidden: int
) -> tuple:
    W = rng.normal(size=(hidden, hidden)) / np.sqrt(hidden)
    U = rng.normal(size=(features, hidden)) / np.sqrt(features)
    inputs = rng.normal(size=(steps, batch, features))
    targets = rng.normal(size=(steps, batch, hidden))
    return W, U, 0.1 * rng.normal(size=hidden), inputs, targets
