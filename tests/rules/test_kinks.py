"""The table of docs/kinks.md, row by row, from closed forms."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tangent_ad import grad

INF, NAN = math.inf, math.nan


def at(function: Callable, *arguments: Any) -> Any:
    """The derivative with respect to all arguments."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    with np.errstate(all="ignore"):
        return grad(function, wrt=names)(*map(np.copy, arguments))


def floats(function: Callable, *arguments: float) -> Any:
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    with np.errstate(all="ignore"):
        return grad(function, wrt=names)(*arguments)


def same(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.array(found), np.array(expected), rtol=1e-12)


# ---- abs and extremes ----------------------------------------------------------------------


def test_abs() -> None:
    same(floats(lambda x: abs(x), 0.0), 0.0)
    same(floats(lambda x: math.fabs(x), 0.0), 0.0)
    same(at(lambda x: np.sum(np.abs(x)), [-2.0, 0.0, 3.0]), [-1.0, 0.0, 1.0])
    same(at(lambda x: np.sum(np.fabs(x)), [-2.0, 0.0, 3.0]), [-1.0, 0.0, 1.0])


def test_computed_values_share_a_tie() -> None:
    half = [0.5, 0.0], [0.5, 1.0]
    same(at(lambda x, y: np.sum(np.maximum(x, y)), [1.0, 1.0], [1.0, 2.0]), half)
    same(at(lambda x, y: np.sum(np.minimum(x, y)), [1.0, 1.0], [1.0, 0.0]), half)
    same(floats(lambda x, y: max(x, y), 1.0, 1.0), (0.5, 0.5))
    same(floats(lambda x, y: min(x, y), 1.0, 1.0), (0.5, 0.5))


def test_a_literal_makes_a_hinge() -> None:
    same(at(lambda x: np.sum(np.maximum(x, 0.0)), [-1.0, 0.0, 1.0]), [0.0, 0.0, 1.0])
    same(at(lambda x: np.sum(np.minimum(0.0, x)), [-1.0, 0.0, 1.0]), [1.0, 0.0, 0.0])
    same(floats(lambda x: max(x, 0.0), 0.0), 0.0)
    same(floats(lambda x: min(x, 0.0), 0.0), 0.0)


def test_equal_extremes_share() -> None:
    third = 1.0 / 3.0
    x = [2.0, 2.0, 1.0, 2.0]
    same(at(lambda x: np.max(x), x), [third, third, 0.0, third])
    same(at(lambda x: np.min(x), [2.0, 1.0, 1.0]), [0.0, 0.5, 0.5])
    rows = [[1.0, 1.0], [2.0, 3.0]]
    same(at(lambda x: np.sum(np.max(x, axis=1)), rows), [[0.5, 0.5], [0.0, 1.0]])
    same(floats(lambda x, y: max([x, y, x]), 1.0, 1.0), (2.0 / 3.0, third))


def test_clip() -> None:
    clipped = at(
        lambda x, low, high: np.sum(np.clip(x, low, high)),
        [0.0, 1.0, -1.0, 2.0], np.zeros(4), np.ones(4),
    )  # fmt: skip
    same(clipped, [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    crossed = at(lambda x, low, high: np.sum(np.clip(x, low, high)), [0.5], [1.0], [0.0])
    same(crossed, [[0.0], [0.0], [1.0]])


# ---- norms ---------------------------------------------------------------------------------


def test_norms() -> None:
    same(at(lambda x: np.linalg.norm(x), np.zeros(3)), np.zeros(3))
    same(at(lambda x: np.sum(np.linalg.norm(x, axis=1)), np.zeros((2, 3))), np.zeros((2, 3)))
    same(at(lambda x, y: np.sum(np.hypot(x, y)), [0.0, 3.0], [0.0, 4.0]), ([0.0, 0.6], [0.0, 0.8]))
    same(floats(lambda x, y: math.hypot(x, y), 0.0, 0.0), (0.0, 0.0))


def test_other_norms() -> None:
    x = np.array([0.0, -2.0, 2.0])
    same(grad(lambda x: np.linalg.norm(x, 1), like=(x,))(x), [0.0, -1.0, 1.0])
    same(grad(lambda x: np.linalg.norm(x, np.inf), like=(x,))(x), [0.0, -0.5, 0.5])


def test_standard_deviation_of_equal_elements() -> None:
    same(at(lambda x: np.std(x), np.ones(3)), np.zeros(3))


# ---- roots, logarithms and powers ----------------------------------------------------------


def test_poles() -> None:
    same(at(lambda x: np.sum(np.sqrt(x)), [0.0, 4.0]), [INF, 0.25])
    same(at(lambda x: np.sum(np.cbrt(x)), [0.0, 8.0]), [INF, 1.0 / 12.0])
    same(at(lambda x: np.sum(np.log(x)), [0.0, 4.0]), [INF, 0.25])
    with pytest.raises(ZeroDivisionError):
        floats(lambda x: math.sqrt(x), 0.0)


def test_powers_at_zero() -> None:
    same(at(lambda x: np.sum(x**0), [0.0, 2.0]), [0.0, 0.0])
    same(floats(lambda x: x**0, 0.0), 0.0)
    same(at(lambda x: np.sum(x**3), [0.0, 2.0]), [0.0, 12.0])
    same(at(lambda x: np.sum(np.power(x, 0.5)), [0.0, 4.0]), [INF, 0.25])
    base, exponent = at(lambda x, p: np.sum(x**p), [0.0, 0.0, 0.0], [0.0, 1.0, 2.0])
    same(base, [0.0, 1.0, 0.0])
    same(exponent, [0.0, 0.0, 0.0])
    same(floats(lambda x, p: x**p, 0.0, 0.0), (0.0, 0.0))
    same(floats(lambda x, p: x**p, 0.0, 2.0), (0.0, 0.0))


# ---- steps and orders ----------------------------------------------------------------------


def test_steps_are_flat() -> None:
    same(at(lambda x: np.sum(x * np.sign(x)), [0.0, -1.5]), [0.0, -1.0])
    same(at(lambda x: np.sum(x * np.floor(x)), [1.0, 1.5]), [1.0, 1.0])
    same(at(lambda x: np.sum(x * np.round(x)), [1.0, 2.5]), [1.0, 2.0])
    same(at(lambda x: np.sum(x // 1.0 * x), [1.0, 2.5]), [1.0, 2.0])
    same(at(lambda x: np.sum((x > 0.0) * x), [0.0, 2.0]), [0.0, 1.0])


def test_remainder_at_a_jump() -> None:
    same(at(lambda x, y: np.sum(x % y), [4.0, 5.0], [2.0, 2.0]), ([1.0, 1.0], [-2.0, -2.0]))


def test_products_with_zeros() -> None:
    same(at(lambda x: np.prod(x), [0.0, 2.0, 3.0]), [6.0, 0.0, 0.0])
    same(at(lambda x: np.prod(x), [0.0, 2.0, 0.0]), [0.0, 0.0, 0.0])
    same(at(lambda x: np.sum(np.cumprod(x)), [0.0, 2.0, 3.0]), [9.0, 0.0, 0.0])


def test_sorting_ties() -> None:
    same(at(lambda x: np.sort(x)[0] * 3.0 + np.sort(x)[1], [1.0, 1.0]), [3.0, 1.0])
    same(at(lambda x: np.median(x), [2.0, 2.0, 1.0]), [1.0, 0.0, 0.0])


def test_interpolation_at_a_knot() -> None:
    knots, values = np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0])

    def interpolated(x: Any) -> Any:
        return np.sum(np.interp(x, knots, values))

    same(at(interpolated, [1.0, 1.5, 2.0, 3.0, -1.0]), [1.0, 4.0, 4.0, 0.0, 0.0])


# ---- where ---------------------------------------------------------------------------------


def test_where() -> None:
    same(at(lambda x, y: np.sum(np.where(x > y, x, y)), [1.0, 2.0], [1.0, 1.0]),
         ([0.0, 1.0], [1.0, 0.0]))  # fmt: skip
    same(at(lambda x: np.sum(np.where(x > 0.0, np.log(x), 0.0)), [0.0, 2.0]), [NAN, 0.5])
    same(at(lambda x: np.sum(np.log(np.where(x > 0.0, x, 1.0))), [0.0, 2.0]), [0.0, 0.5])
