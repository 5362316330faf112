"""One-step forecasts by exponential smoothing: a loop that reads and writes array elements.

An element of `level` is read by the next step only, so that its adjoint is carried in a scalar.
"""
import numpy as np

WRT = ("x", "a")
KIND = "scalar"
SIZES = {"tiny": {"count": 10}, "medium": {"count": 300}, "large": {"count": 10_000}}
SHAPES_TOLD = True


def exponential_smoothing(x: np.ndarray, a: float) -> float:
    level = np.zeros(len(x))
    level[0] = x[0]
    loss = 0.0
    for i in range(1, len(x)):
        error = x[i] - level[i - 1]
        level[i] = level[i - 1] + a * error
        loss = loss + error * error
    return loss


def gradient(x: np.ndarray, a: float, bloss: float = 1.0) -> tuple[np.ndarray, float]:
    # Forward pass
    level = np.zeros(len(x))
    level[0] = x[0]
    error_saved = []
    for i in range(1, len(x)):
        error = x[i] - level[i - 1]
        error_saved.append(error)
        level[i] = level[i - 1] + a * error
    # Backward pass
    bx = np.zeros_like(x)
    ba = 0.0
    blevel = 0.0
    for i in reversed(range(1, len(x))):
        error = error_saved.pop()
        # level[i] = level[i - 1] + a * error
        ba = ba + blevel * error
        # loss = loss + error * error
        berror = a * blevel + 2.0 * bloss * error
        # error = x[i] - level[i - 1]
        bx[i] = berror
        blevel = blevel - berror
    # level[0] = x[0]
    bx[0] = blevel
    return bx, ba


def autograd_version(x: np.ndarray, a: float) -> float:
    # Array assignment is refused: a float takes the place of the array.
    level = x[0]
    loss = 0.0
    for i in range(1, len(x)):
        error = x[i] - level
        level = level + a * error
        loss = loss + error * error
    return loss


def make(rng: np.random.Generator, count: int) -> tuple:
    return np.cumsum(rng.normal(size=count)), 0.3
