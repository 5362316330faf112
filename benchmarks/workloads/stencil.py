"""The heat equation on a grid by explicit steps: a five-point stencil added to a slice, in place.

The map is linear in the field, so only the Laplacians are kept, for the conductivity's sake; the
backward pass adds the stencil's transpose into one buffer.
"""
import numpy as np

WRT = ("start", "kappa")
KIND = "array"
SIZES = {
    "tiny": {"side": 5, "steps": 5},
    "medium": {"side": 60, "steps": 20},
    "large": {"side": 400, "steps": 20},
}


def stencil(start: np.ndarray, kappa: float, target: np.ndarray, steps: int) -> float:
    u = start.copy()
    for _ in range(steps):
        u[1:-1, 1:-1] += kappa * (
            u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        )
    return np.sum((u - target) ** 2)


def gradient(
    start: np.ndarray, kappa: float, target: np.ndarray, steps: int, by: float = 1.0
) -> tuple[np.ndarray, float]:
    # Forward pass
    u = start.copy()
    laplacian_saved = []
    for _ in range(steps):
        laplacian = (
            u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        )
        laplacian_saved.append(laplacian)
        u[1:-1, 1:-1] += kappa * laplacian
    # Backward pass
    # return np.sum((u - target) ** 2)
    bu = u - target
    bu *= 2.0 * by
    bkappa = 0.0
    inside = bu[1:-1, 1:-1]
    for laplacian in reversed(laplacian_saved):
        # u[1:-1, 1:-1] += kappa * (u[2:, 1:-1] + ... - 4.0 * u[1:-1, 1:-1])
        bkappa += np.vdot(inside, laplacian)
        blaplacian = kappa * inside
        bu[2:, 1:-1] += blaplacian
        bu[:-2, 1:-1] += blaplacian
        bu[1:-1, 2:] += blaplacian
        bu[1:-1, :-2] += blaplacian
        blaplacian *= 4.0
        inside -= blaplacian
    return bu, bkappa


def autograd_version(
    start: np.ndarray, kappa: float, target: np.ndarray, steps: int
) -> float:
    # Array assignment is refused: the stencil is padded and added as a whole.
    import autograd.numpy as anp

    u = start
    for _ in range(steps):
        laplacian = (
            u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        )
        u = u + kappa * anp.pad(laplacian, 1, mode="constant")
    return anp.sum((u - target) ** 2)


def make(rng: np.random.Generator, side: int, steps: int) -> tuple:
    return rng.normal(size=(side, side)), 0.2, rng.normal(size=(side, side)), steps
