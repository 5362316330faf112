"""The Rosenbrock function: slices, squares and a sum.

On large arrays memory is what costs: the adjoint is worked out in one buffer.
"""
import numpy as np

WRT = ("x",)
KIND = "array"
SIZES = {"tiny": {"count": 8}, "medium": {"count": 5_000}, "large": {"count": 1_000_000}}
SHAPES_TOLD = True


def rosenbrock(x: np.ndarray) -> float:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def gradient(x: np.ndarray, by: float = 1.0) -> np.ndarray:
    # Forward pass, into the buffer that becomes the adjoint
    head = x[:-1]
    bvalley = x[1:] - head**2
    # Backward pass
    # return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)
    bvalley *= 200.0 * by
    bx = np.zeros_like(x)
    bx[1:] = bvalley
    bvalley *= head
    bvalley += by * (1.0 - head)
    bvalley *= 2.0
    bx[:-1] -= bvalley
    return bx


def autograd_version(x: np.ndarray) -> float:
    import autograd.numpy as anp

    return anp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def make(rng: np.random.Generator, count: int) -> tuple:
    return (rng.normal(size=count),)
