"""A long short-term memory: a helper for the cell, and states collected in a list.

The adjoints of the gates of all steps are collected in one array, so that the gradient of the
weights is a single matrix product; the rows of `W` that meet the inputs need no other.
"""
import numpy as np

WRT = ("W", "b")
KIND = "array"
SIZES = {
    "tiny": {"steps": 5, "batch": 2, "features": 2, "hidden": 3},
    "medium": {"steps": 20, "batch": 16, "features": 32, "hidden": 64},
    "large": {"steps": 30, "batch": 64, "features": 128, "hidden": 256},
}


def lstm(W: np.ndarray, b: np.ndarray, inputs: np.ndarray, targets: np.ndarray) -> float:
    _, batch, _ = inputs.shape
    hidden = len(b) // 4
    h = np.zeros((batch, hidden))
    c = np.zeros((batch, hidden))
    states = []
    for x in inputs:
        h, c = cell(x, h, c, W, b)
        states.append(h)
    return np.mean((np.stack(states) - targets) ** 2)


def cell(
    x: np.ndarray, h: np.ndarray, c: np.ndarray, W: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    n = h.shape[1]
    z = np.concatenate((x, h), axis=1) @ W + b
    gates = 1.0 / (1.0 + np.exp(-z[:, : 3 * n]))
    g = np.tanh(z[:, 3 * n :])
    c = gates[:, :n] * c + gates[:, n : 2 * n] * g
    h = gates[:, 2 * n :] * np.tanh(c)
    return h, c


def cell_forward(
    x: np.ndarray, h: np.ndarray, c: np.ndarray, W: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple]:
    n = h.shape[1]
    xh = np.concatenate((x, h), axis=1)
    z = xh @ W + b
    gates = 1.0 / (1.0 + np.exp(-z[:, : 3 * n]))
    g = np.tanh(z[:, 3 * n :])
    c_new = gates[:, :n] * c + gates[:, n : 2 * n] * g
    tanh_c = np.tanh(c_new)
    return gates[:, 2 * n :] * tanh_c, c_new, xh, (c, gates, g, tanh_c)


def cell_backward(
    saved: tuple, bh: np.ndarray, bc: np.ndarray, W: np.ndarray, bz: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    c, gates, g, tanh_c = saved
    n = bh.shape[1]
    # h = gates[:, 2 * n :] * np.tanh(c)
    bc = bc + bh * gates[:, 2 * n :] * (1.0 - tanh_c * tanh_c)
    # gates = 1.0 / (1.0 + np.exp(-z[:, : 3 * n]))
    bz[:, :n] = bc * c
    bz[:, n : 2 * n] = bc * g
    bz[:, 2 * n : 3 * n] = bh * tanh_c
    bz[:, : 3 * n] *= gates * (1.0 - gates)
    # g = np.tanh(z[:, 3 * n :])
    bz[:, 3 * n :] = bc * gates[:, n : 2 * n] * (1.0 - g * g)
    # z = np.concatenate((x, h), axis=1) @ W + b
    return bz @ W[-n:].T, bc * gates[:, :n]


def gradient(
    W: np.ndarray, b: np.ndarray, inputs: np.ndarray, targets: np.ndarray, by: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    # Forward pass
    steps, batch, _ = inputs.shape
    hidden = len(b) // 4
    h = np.zeros((batch, hidden))
    c = np.zeros((batch, hidden))
    states = []
    xh_saved = []
    cell_saved = []
    for x in inputs:
        h, c, xh, saved = cell_forward(x, h, c, W, b)
        states.append(h)
        xh_saved.append(xh)
        cell_saved.append(saved)
    # Backward pass
    # return np.mean((np.stack(states) - targets) ** 2)
    bstates = np.stack(states) - targets
    bstates *= 2.0 * by / targets.size
    bz = np.empty((steps, batch, 4 * hidden))
    bh = np.zeros_like(h)
    bc = np.zeros_like(c)
    for t in reversed(range(steps)):
        # h, c = cell(x, h, c, W, b)
        bh, bc = cell_backward(cell_saved.pop(), bh + bstates[t], bc, W, bz[t])
    rows = bz.reshape(-1, 4 * hidden)
    bW = np.concatenate(xh_saved).T @ rows
    bb = np.sum(rows, axis=0)
    return bW, bb


def autograd_version(
    W: np.ndarray, b: np.ndarray, inputs: np.ndarray, targets: np.ndarray
) -> float:
    import autograd.numpy as anp

    n = len(b) // 4
    h = np.zeros((inputs.shape[1], n))
    c = np.zeros((inputs.shape[1], n))
    states = []
    for x in inputs:
        z = anp.dot(anp.concatenate((x, h), axis=1), W) + b
        gates = 1.0 / (1.0 + anp.exp(-z[:, : 3 * n]))
        c = gates[:, :n] * c + gates[:, n : 2 * n] * anp.tanh(z[:, 3 * n :])
        h = gates[:, 2 * n :] * anp.tanh(c)
        states.append(h)
    return anp.mean((anp.stack(states) - targets) ** 2)


def make(
    rng: np.random.Generator, steps: int, batch: int, features: int, hidden: int
) -> tuple:
    rows = features + hidden
    W = rng.normal(size=(rows, 4 * hidden)) / np.sqrt(rows)
    inputs = rng.normal(size=(steps, batch, features))
    targets = rng.normal(size=(steps, batch, hidden))
    return W, 0.1 * rng.normal(size=4 * hidden), inputs, targets
