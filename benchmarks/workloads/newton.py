"""The real root of a cubic by damped Newton steps: a `while` whose trip count depends on the data.

The backward pass walks the iterates themselves. (The implicit function theorem would need one step
only, but it is the derivative of the root and not of the program.)
"""
import numpy as np

WRT = ("a", "b", "c")
KIND = "scalar"
SIZES = {"tiny": {"trips": 10}, "medium": {"trips": 300}, "large": {"trips": 10_000}}
SHAPES_TOLD = True


def newton(a: float, b: float, c: float, damping: float) -> float:
    x = c / b
    residual = a * x * x * x + b * x - c
    while abs(residual) > 1e-10:
        x = x - damping * residual / (3.0 * a * x * x + b)
        residual = a * x * x * x + b * x - c
    return x


def gradient(
    a: float, b: float, c: float, damping: float, bx: float = 1.0
) -> tuple[float, float, float]:
    # Forward pass
    saved = []
    x = c / b
    residual = a * x * x * x + b * x - c
    while abs(residual) > 1e-10:
        slope = 3.0 * a * x * x + b
        saved.append((x, residual, slope))
        x = x - damping * residual / slope
        residual = a * x * x * x + b * x - c
    # Backward pass
    ba = 0.0
    bb = 0.0
    bc = 0.0
    for x, residual, slope in reversed(saved):
        # x = x - damping * residual / (3.0 * a * x * x + b)
        bstep = damping * bx
        ratio = bstep / slope
        bslope = ratio * residual / slope
        bx = bx - bstep + 6.0 * bslope * a * x
        # residual = a * x * x * x + b * x - c, whose adjoint is -ratio
        product = ratio * x
        ba = ba + (3.0 * bslope - product) * x * x
        bb = bb + bslope - product
        bc = bc + ratio
    # x = c / b
    bc = bc + bx / b
    bb = bb - bx * c / (b * b)
    return ba, bb, bc


# autograd runs this one as it stands.
autograd_version = newton


def make(rng: np.random.Generator, trips: int) -> tuple:
    # An error shrinks by 1 - damping in a step, and by exp(-25), to the tolerance, in `trips`.
    damping = 1.0 - float(np.exp(-25.0 / trips))
    return 1.0 + rng.random(), 2.0 + rng.random(), 3.0 + rng.random(), damping
