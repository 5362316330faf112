"""Numbers to test rules with: no two alike, none near zero, the same in every run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tangent_ad.analysis import operations
from tangent_ad.analysis.operations import Operation
from tangent_ad.rules.samples import Sample, call

GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, keep apart from each other


def real(u: np.ndarray) -> np.ndarray:
    return np.where(u < 0.5, -0.2, 0.2) + 3.6 * (u - 0.5)


def positive(u: np.ndarray) -> np.ndarray:
    return 0.3 + 2.0 * u


def unit(u: np.ndarray) -> np.ndarray:
    return 1.8 * (u - 0.5)


def above_one(u: np.ndarray) -> np.ndarray:
    return 1.2 + 2.0 * u


DOMAINS: dict[str, Callable] = {
    "real": real, "positive": positive, "unit": unit, "above_one": above_one,
}  # fmt: skip


class Numbers:
    """`r(3, 4)` is an array of that shape, `r()` a Python float."""

    def __init__(self, domain: str = "real") -> None:
        self.domain = DOMAINS[domain]
        self.drawn = 0

    def __call__(self, *shape: int, domain: str = "") -> np.ndarray | float:
        count = int(np.prod(shape))
        ticks = 0.37 + GOLDEN * np.arange(self.drawn, self.drawn + count)
        self.drawn += count
        numbers = (DOMAINS[domain] if domain else self.domain)(np.mod(ticks, 1.0)).reshape(shape)
        return numbers if shape else float(numbers)

    def positive(self, *shape: int) -> np.ndarray | float:
        return self(*shape, domain="positive")

    def unit(self, *shape: int) -> np.ndarray | float:
        return self(*shape, domain="unit")

    def symmetric(self, size: int) -> np.ndarray:
        """A symmetric matrix whose eigenvalues are apart."""
        square = self(size, size)
        return 0.3 * (square + square.T) + np.diag(2.0 * np.arange(1, size + 1))

    def definite(self, size: int) -> np.ndarray:
        """A symmetric positive definite matrix."""
        square = self(size, size)
        return square @ square.T + size * np.eye(size)

    def regular(self, *shape: int) -> np.ndarray:
        """A matrix, or a stack of matrices, that is far from singular."""
        return self(*shape) + 4.0 * np.eye(*shape[-2:])


def samples_of(entry: Operation) -> list[Sample]:
    """The calls that an operation is tested with."""
    if entry.sample is not None:
        return list(entry.sample(Numbers()))
    if entry.kind == operations.ELEMENTWISE:
        return elementwise_samples(entry)
    return []


SHAPES: dict[int, list[tuple]] = {
    1: [((3,),), ((),), ((2, 3),), ((0,),)],
    2: [((3,), (3,)), ((), ()), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (3,)), ((2, 3), ()),
        ((0,), (0,))],
    3: [((3,), (3,), (3,)), ((), (), ()), ((2, 3), (3,), (2, 1)), ((2, 3), (), ())],
}  # fmt: skip


def elementwise_samples(entry: Operation) -> list[Sample]:
    """Operands that broadcast in several ways; scalars only where arrays are not taken."""
    count = len(entry.parameters)
    domains = entry.domain if isinstance(entry.domain, tuple) else (entry.domain,) * count
    r = Numbers()
    calls = []
    for shapes in SHAPES[count]:
        if is_for_scalars(entry) and any(shapes):
            continue
        if is_method(entry) and not shapes[0]:
            continue
        calls.append(call(*(r(*s, domain=d) for s, d in zip(shapes, domains, strict=True))))
    if not is_for_scalars(entry):  # arrays without axes
        calls.append(call(*(np.array(r(domain=d)) for d in domains)))
    return calls


def is_for_scalars(entry: Operation) -> bool:
    return getattr(entry.function, "__module__", "") in ("math", "cmath") or entry.function is float


def is_method(entry: Operation) -> bool:
    return hasattr(entry.function, "__objclass__")
