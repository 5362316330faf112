"""The Lorenz 96 system by classical Runge-Kutta: four calls of the right-hand side a step.

Of each call only the two factors of its product are kept.
"""
import numpy as np

WRT = ("start", "forcing")
KIND = "array"
SIZES = {
    "tiny": {"count": 6, "steps": 3},
    "medium": {"count": 2_000, "steps": 20},
    "large": {"count": 100_000, "steps": 5},
}


def ode(start: np.ndarray, forcing: np.ndarray, dt: float, steps: int) -> float:
    y = start
    for _ in range(steps):
        k1 = flow(y, forcing)
        k2 = flow(y + 0.5 * dt * k1, forcing)
        k3 = flow(y + 0.5 * dt * k2, forcing)
        k4 = flow(y + dt * k3, forcing)
        y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum(y * y)


def flow(y: np.ndarray, forcing: np.ndarray) -> np.ndarray:
    return (np.roll(y, -1) - np.roll(y, 2)) * np.roll(y, 1) - y + forcing


def flow_forward(y: np.ndarray, forcing: np.ndarray) -> tuple[np.ndarray, tuple]:
    difference = np.roll(y, -1) - np.roll(y, 2)
    wind = np.roll(y, 1)
    return difference * wind - y + forcing, (difference, wind)


def flow_backward(saved: tuple, bk: np.ndarray) -> np.ndarray:
    difference, wind = saved
    # return (np.roll(y, -1) - np.roll(y, 2)) * np.roll(y, 1) - y + forcing
    bdifference = bk * wind
    by = np.roll(bdifference, 1) - bk
    by -= np.roll(bdifference, -2)
    by += np.roll(bk * difference, -1)
    return by


def gradient(
    start: np.ndarray, forcing: np.ndarray, dt: float, steps: int, bresult: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    # Forward pass
    y = start
    flow_saved = []
    for _ in range(steps):
        k1, saved1 = flow_forward(y, forcing)
        k2, saved2 = flow_forward(y + 0.5 * dt * k1, forcing)
        k3, saved3 = flow_forward(y + 0.5 * dt * k2, forcing)
        k4, saved4 = flow_forward(y + dt * k3, forcing)
        flow_saved.append((saved1, saved2, saved3, saved4))
        y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    # Backward pass
    # return np.sum(y * y)
    by = 2.0 * bresult * y
    bforcing = np.zeros_like(forcing)
    for saved1, saved2, saved3, saved4 in reversed(flow_saved):
        # y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        bk4 = dt / 6.0 * by
        # k4 = flow(y + dt * k3, forcing)
        bstage4 = flow_backward(saved4, bk4)
        # k3 = flow(y + 0.5 * dt * k2, forcing)
        bk3 = 2.0 * bk4 + dt * bstage4
        bstage3 = flow_backward(saved3, bk3)
        # k2 = flow(y + 0.5 * dt * k1, forcing)
        bk2 = 2.0 * bk4 + 0.5 * dt * bstage3
        bstage2 = flow_backward(saved2, bk2)
        # k1 = flow(y, forcing)
        bk1 = bk4 + 0.5 * dt * bstage2
        by += flow_backward(saved1, bk1) + bstage2 + bstage3 + bstage4
        bforcing += bk1 + bk2 + bk3 + bk4
    return by, bforcing


def autograd_version(
    start: np.ndarray, forcing: np.ndarray, dt: float, steps: int
) -> float:
    import autograd.numpy as anp

    def flow(y):
        return (anp.roll(y, -1) - anp.roll(y, 2)) * anp.roll(y, 1) - y + forcing

    y = start
    for _ in range(steps):
        k1 = flow(y)
        k2 = flow(y + 0.5 * dt * k1)
        k3 = flow(y + 0.5 * dt * k2)
        k4 = flow(y + dt * k3)
        y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return anp.sum(y * y)


def make(rng: np.random.Generator, count: int, steps: int) -> tuple:
    return rng.normal(size=count), 8.0 + 0.1 * rng.normal(size=count), 0.01, steps
