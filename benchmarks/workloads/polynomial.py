"""A polynomial by Horner's rule, whose partial sums are folded back into the unit interval.

Scalars and branches only. The value before the branches is cheap to compute again, so one list of
floats is all the backward pass needs.
"""
import numpy as np

WRT = ("x", "scale")
KIND = "scalar"
SIZES = {"tiny": {"degree": 10}, "medium": {"degree": 300}, "large": {"degree": 10_000}}
SHAPES_TOLD = True


def polynomial(x: float, scale: float, coefficients: list[float]) -> float:
    y = 0.0
    for c in coefficients:
        y = y * x + scale * c
        if y > 1.0:
            y = 2.0 - y
        elif y < 0.0:
            y = 0.5 * y * y
    return y


def gradient(
    x: float, scale: float, coefficients: list[float], by: float = 1.0
) -> tuple[float, float]:
    # Forward pass
    y_saved = []
    y = 0.0
    for c in coefficients:
        y_saved.append(y)
        y = y * x + scale * c
        if y > 1.0:
            y = 2.0 - y
        elif y < 0.0:
            y = 0.5 * y * y
    # Backward pass
    bx = 0.0
    bscale = 0.0
    for c, y in zip(reversed(coefficients), reversed(y_saved)):
        term = y * x + scale * c
        if term > 1.0:
            # y = 2.0 - y
            by = -by
        elif term < 0.0:
            # y = 0.5 * y * y
            by = by * term
        # y = y * x + scale * c
        bx = bx + by * y
        bscale = bscale + by * c
        by = by * x
    return bx, bscale


# autograd runs this one as it stands.
autograd_version = polynomial


def make(rng: np.random.Generator, degree: int) -> tuple:
    return 0.8, 0.9, rng.uniform(-1.0, 1.0, size=degree).tolist()
