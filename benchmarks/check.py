"""Verify the hand-written gradients: central differences, and autograd where it is installed.

At the tiny size every element is compared; at the others one derivative along a direction in
which all elements count.

    python -m benchmarks.check [--only mlp,rnn]
"""

import argparse
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.registry import SIZES, Workload, as_tuple, names, select

STEPS = (1e-5, 1e-6)
TOLERANCE = 1e-5
AGREEMENT = 1e-8


def disagreement(got: Any, want: Any) -> float:
    """The largest difference of two gradients, relative to the largest element, over arguments."""
    got, want = as_tuple(got), as_tuple(want)
    if len(got) != len(want):
        return float("inf")
    return max(map(_distance, got, want))


def _distance(got: Any, want: Any) -> float:
    if np.shape(got) != np.shape(want):
        return float("inf")
    scale = np.max(np.abs(want), initial=0.0) or 1.0
    error = float(np.max(np.abs(np.subtract(got, want)), initial=0.0) / scale)
    return float("inf") if np.isnan(error) else error


def by_element(workload: Workload, size: str, step: float) -> float:
    """Compare every element of the hand-written gradient with a central difference."""
    args = workload.arguments(size)
    numeric = tuple(
        central_differences(workload.primal, args, index, step) for index in workload.argnums
    )
    return disagreement(workload.gradient(*args), numeric)


def central_differences(
    function: Callable[..., Any], args: Sequence[Any], index: int, step: float
) -> np.ndarray:
    """Differentiate with respect to one argument, element by element."""
    centre = np.asarray(args[index], dtype=float)
    result = np.zeros_like(centre)
    for place in np.ndindex(centre.shape):
        values = []
        for moved in (step, -step):
            point = centre.copy()
            point[place] += moved
            values.append(function(*args[:index], point[()], *args[index + 1 :]))
        result[place] = (values[0] - values[1]) / (2.0 * step)
    return result


def by_direction(workload: Workload, size: str, step: float) -> float:
    """Compare one directional derivative; signs as in the gradient, so that nothing cancels."""
    args = workload.arguments(size)
    gradient = as_tuple(workload.gradient(*args))
    rng = np.random.default_rng(1)
    direction = [np.sign(part) * rng.random(np.shape(part)) for part in gradient]
    # Of length one, so that few of many units cross a kink.
    length = np.sqrt(sum(float(np.sum(d * d)) for d in direction))
    direction = [d / length for d in direction]
    expected = sum(float(np.sum(d * part)) for d, part in zip(direction, gradient, strict=True))
    values = []
    for moved in (step, -step):
        point = list(args)
        for index, d in zip(workload.argnums, direction, strict=True):
            point[index] = point[index] + moved * d
        values.append(workload.primal(*point))
    numeric = (values[0] - values[1]) / (2.0 * step)
    return abs(numeric - expected) / max(abs(expected), 1e-12)


def autograd_gradient(workload: Workload) -> Callable[..., Any] | None:
    """The gradient by autograd, or None where autograd is missing or cannot do it."""
    if workload.autograd_version is None:
        return None
    try:
        import autograd
    except ImportError:
        return None
    return autograd.grad(workload.autograd_version, workload.argnums)


def errors(workload: Workload, size: str) -> dict[str, tuple[float, float]]:
    """Every comparison of one workload at one size: its error, and the error allowed."""
    compare = by_element if size == "tiny" else by_direction
    found = {f"step {step:g}": (compare(workload, size, step), TOLERANCE) for step in STEPS}
    reverse = autograd_gradient(workload)
    if reverse is not None:
        args = workload.arguments(size)
        error = disagreement(workload.gradient(*args), reverse(*args))
        found["autograd"] = (error, AGREEMENT)
    return found


def main() -> None:
    """Print the errors of all workloads, and fail if one is too large."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help=f"among {', '.join(names())}")
    only = parser.parse_args().only
    failed = 0
    for workload in select(only.split(",") if only else ()):
        for size in SIZES:
            found = errors(workload, size)
            wrong = any(not error <= allowed for error, allowed in found.values())
            failed += wrong
            report = "  ".join(f"{name} {error:.1e}" for name, (error, _) in found.items())
            print(f"{workload.name:24}{size:8}{report}{'  WRONG' if wrong else ''}")
    raise SystemExit(f"{failed} comparisons failed" if failed else 0)


if __name__ == "__main__":
    main()
