"""Derivatives of real-valued functions of complex and real numbers, by finite differences."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

STEP = 2e-3


def numbers(value: Any) -> np.ndarray:
    """The real and imaginary parts of all numbers in a structure; ints are left out."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return np.concatenate([np.zeros(0), *map(numbers, value)])
    array = np.asarray(value)
    if array.dtype.kind == "c":
        return np.concatenate([array.real.ravel(), array.imag.ravel()])
    return array.ravel() if array.dtype.kind == "f" else np.zeros(0)


def rebuilt(like: Any, parts: np.ndarray) -> Any:
    """A structure of the form of `like` with other numbers."""
    if isinstance(like, dict):
        return dict(zip(like, rebuilt(list(like.values()), parts), strict=True))
    if isinstance(like, (list, tuple)):
        ends = np.cumsum([numbers(item).size for item in like])
        return type(like)(map(rebuilt, like, np.split(parts, ends[:-1])))
    array = np.asarray(like)
    if array.dtype.kind not in "fc":
        return like
    if array.dtype.kind == "c":
        parts = parts[: array.size] + 1j * parts[array.size :]
    return parts.reshape(array.shape) if isinstance(like, np.ndarray) else type(like)(parts[0])


def conjugate(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: conjugate(v) for k, v in value.items()}
    return list(map(conjugate, value)) if isinstance(value, (list, tuple)) else np.conj(value)


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        return [value]
    return [leaf for item in value for leaf in leaves(item)]


class Point:
    """A function at some arguments, by name, and those that it is differentiated by."""

    def __init__(self, function: Callable, values: dict[str, Any], wrt: Sequence[str]) -> None:
        self.function, self.values, self.wrt = function, values, tuple(wrt)
        self.active = [values[p] for p in wrt]
        self.start = numbers(self.active)
        self.direction = np.sin(2.0 + 3.0 * np.arange(self.start.size))

    def call(self, function: Callable, *extra: Any, parts: np.ndarray | None = None) -> Any:
        """The value of a function of the same arguments, at other numbers if they are given."""
        values = copy.deepcopy(self.values)
        if parts is not None:
            values.update(zip(self.wrt, rebuilt(self.active, parts), strict=True))
        return function(*values.values(), *extra)

    def packed(self, result: Any) -> list[Any]:
        return [result] if len(self.wrt) == 1 else list(result)

    def along(self) -> list[Any]:
        """The direction in the form of the arguments."""
        return rebuilt(self.active, self.direction)

    def slope(self, function: Callable, direction: np.ndarray, step: float = STEP) -> Any:
        """Central differences at two steps, extrapolated."""

        def at(h: float) -> Any:
            ahead = self.call(function, parts=self.start + h * direction)
            behind = self.call(function, parts=self.start - h * direction)
            return (ahead - behind) / (2.0 * h)

        return (4.0 * at(step / 2) - at(step)) / 3.0

    def slopes(self, step: float = STEP) -> np.ndarray:
        """The derivatives by every real and every imaginary part."""
        return np.array([self.slope(self.function, e, step) for e in np.eye(self.start.size)])

    def check_gradient(self, gradient: Any, slopes: np.ndarray) -> None:
        """That by z = x + 1j y is df/dx - 1j df/dy, and is as complex as z is."""
        found = self.packed(gradient)
        for part, value in zip(leaves(found), leaves(self.active), strict=True):
            assert np.iscomplexobj(part) == np.iscomplexobj(value)
        np.testing.assert_allclose(numbers(conjugate(found)), slopes, rtol=2e-6, atol=2e-7)

    def check_bend(self, gradient: Callable, product: Any, step: float = STEP) -> None:
        """A Hessian-vector product is the change of the gradient along the vector."""
        bend = self.slope(lambda *a: numbers(self.packed(gradient(*a))), self.direction, step)
        np.testing.assert_allclose(numbers(self.packed(product)), bend, rtol=1e-5, atol=1e-6)
