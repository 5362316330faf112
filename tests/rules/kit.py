"""What a derivative must agree with: finite differences, the other mode, itself differentiated."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

import tangent_ad

STEP = 2e-3


def vector(value: Any) -> np.ndarray:
    """The numbers in a structure, in order; what has no derivative is left out."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return np.concatenate([np.zeros(0), *map(vector, value)])
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.ravel().astype(float)
    if isinstance(value, (float, np.floating)):
        return np.array([float(value)])
    return np.zeros(0)


def rebuilt(like: Any, numbers: np.ndarray) -> Any:
    """A structure of the form of `like` with other numbers."""
    if isinstance(like, dict):
        return dict(zip(like, rebuilt(list(like.values()), numbers), strict=True))
    if isinstance(like, (list, tuple)):
        parts, at = [], 0
        for item in like:
            size = vector(item).size
            parts.append(rebuilt(item, numbers[at : at + size]))
            at += size
        return type(like)(parts)
    if isinstance(like, np.ndarray) and like.dtype.kind == "f":
        return numbers.reshape(like.shape).astype(like.dtype)
    if isinstance(like, (float, np.floating)):
        return type(like)(numbers[0])
    return like


def same_form(one: Any, other: Any) -> bool:
    """Whether two structures have arrays of the same shapes at the same places."""
    if isinstance(other, dict):
        return isinstance(one, dict) and all(same_form(one[k], other[k]) for k in other)
    if isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same_form, one, other))
    return vector(other).size == 0 or np.shape(one) == np.shape(other)


class Point:
    """A function at some arguments, and the directions in which it is differentiated."""

    def __init__(self, function: Callable, values: dict[str, Any], wrt: Sequence[str]) -> None:
        self.function = function
        self.values = values
        self.wrt = tuple(wrt)

    @property
    def arguments(self) -> list[Any]:
        return list(copy.deepcopy(self.values).values())

    @property
    def active(self) -> list[Any]:
        return [self.values[p] for p in self.wrt]

    def moved(self, numbers: np.ndarray) -> list[Any]:
        """The arguments with other numbers in those of differentiation."""
        new = dict(zip(self.wrt, rebuilt(self.active, numbers), strict=True))
        return [new.get(p, v) for p, v in copy.deepcopy(self.values).items()]

    def direction(self) -> np.ndarray:
        size = vector(self.active).size
        return np.sin(2.0 + 3.0 * np.arange(size))

    def differences(self, function: Callable[[list[Any]], Any], direction: np.ndarray) -> Any:
        """The derivative along a direction: central differences at two steps, extrapolated."""
        here = vector(self.active)

        def slope(step: float) -> Any:
            ahead = function(self.moved(here + step * direction))
            behind = function(self.moved(here - step * direction))
            return (ahead - behind) / (2.0 * step)

        return (4.0 * slope(STEP / 2) - slope(STEP)) / 3.0

    @cached_property
    def slopes(self) -> np.ndarray:
        """The gradient by finite differences."""
        unit = np.eye(vector(self.active).size)
        return np.array([self.differences(lambda a: self.function(*a), e) for e in unit])

    @cached_property
    def bends(self) -> np.ndarray:
        """The derivative of the gradient along the direction, by finite differences."""
        return self.differences(
            lambda a: vector(self.packed(self.derivative(*a))), self.direction()
        )

    def packed(self, result: Any) -> list[Any]:
        return [result] if len(self.wrt) == 1 else list(result)

    def call(self, function: Callable, *extra: Any) -> Any:
        """Call a derivative, and see that it leaves its arguments alone."""
        arguments = self.arguments
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = function(*arguments, *extra)
        for before, after in zip(self.values.values(), arguments, strict=True):
            np.testing.assert_array_equal(vector(before), vector(after))
        return result

    @cached_property
    def derivative(self) -> Callable:
        return tangent_ad.grad(self.function, wrt=self.wrt)

    @cached_property
    def gradient(self) -> list[Any]:
        return self.packed(self.call(self.derivative))

    def other_gradient(self, **options: Any) -> list[Any]:
        return self.packed(self.call(tangent_ad.grad(self.function, wrt=self.wrt, **options)))


def check_reverse(point: Point) -> None:
    """grad has the value of finite differences and the form of the arguments."""
    check_form(point.gradient, point)
    np.testing.assert_allclose(vector(point.gradient), point.slopes, rtol=2e-6, atol=2e-7)


def check_form(found: list[Any], point: Point) -> None:
    assert same_form(found, point.active), f"{found} is not of the form of {point.active}"


def check_options(point: Point, **options: Any) -> None:
    """The gradient does not depend on options that only concern its text."""
    found = point.other_gradient(**options)
    check_form(found, point)
    np.testing.assert_allclose(vector(found), vector(point.gradient), rtol=1e-10, atol=1e-10)


def check_forward(point: Point) -> None:
    """jvp along a direction is the gradient times the direction."""
    direction = point.direction()
    tangents = rebuilt(point.active, direction)
    derivative = point.call(tangent_ad.jvp(point.function, wrt=point.wrt), *tangents)
    expected = vector(point.gradient) @ direction
    np.testing.assert_allclose(derivative, expected, rtol=1e-9, atol=1e-9)


def check_second_order(point: Point, mode: str) -> None:
    """A Hessian-vector product is the finite difference of the gradient."""
    vectors = rebuilt(point.active, point.direction())
    hessian = tangent_ad.hvp(point.function, wrt=point.wrt, mode=mode)
    product = point.packed(point.call(hessian, *vectors))
    check_form(product, point)
    np.testing.assert_allclose(vector(product), point.bends, rtol=5e-6, atol=5e-7)


def check_single_precision(point: Point) -> None:
    """The gradient of a float32 array is of float32, where the function computes in float32."""
    single = Point(point.function, {k: to_single(v) for k, v in point.values.items()}, point.wrt)
    found = single.packed(single.call(point.derivative))
    if np.asarray(single.call(point.function)).dtype == np.float32:
        for part, argument in zip(found, single.active, strict=True):
            for array, like in zip(arrays(part), arrays(argument), strict=True):
                assert array.dtype == like.dtype, f"{array.dtype} for {like.dtype}"
    np.testing.assert_allclose(vector(found), vector(point.gradient), rtol=2e-3, atol=2e-3)


def to_single(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(map(to_single, value))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float32)
    return np.float32(value) if isinstance(value, float) else value


def arrays(value: Any) -> list[np.ndarray]:
    if isinstance(value, (list, tuple)):
        return [a for item in value for a in arrays(item)]
    return [value] if np.ndim(value) else []
