"""tangent_ad.functional: the signatures of jax."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import tangent_ad as tangent
from tangent_ad import functional
from tests.api import differences

X, Y = np.array([0.3, -0.7, 1.2]), np.array([1.5, 2.5, -0.5])


def product(x, y):
    return np.sin(x) * y


def energy(x, y):
    return np.sum(x**3 * y)


def in_place(x):
    h = np.zeros((3, 3))
    h[0] = x
    for t in range(2):
        h[t + 1] = np.sin(h[t]) * h[t]
        h[t] = h[t] * 2.0
    return h[2]


def test_vjp():
    value, pullback = functional.vjp(product, X, Y)
    differences.close(value, np.sin(X) * Y)
    bx, by = pullback(np.ones(3))
    differences.close(bx, np.cos(X) * Y)
    differences.close(by, np.sin(X))
    assert isinstance(functional.vjp(np.sum, X)[1](1.0), tuple)


@pytest.mark.parametrize("f, args", [(in_place, (X,)), (product, (X, Y))])
def test_a_pullback_may_be_called_many_times(f, args):
    _, pullback = functional.vjp(f, *args)
    seed = np.array([1.0, 2.0, 3.0])
    first = pullback(seed)
    for _ in range(2):
        np.testing.assert_equal(pullback(seed), first)
    np.testing.assert_equal(seed, [1.0, 2.0, 3.0])
    want = differences.gradient(lambda x: np.sum(seed * f(x, *args[1:])), args[0])
    differences.close(first[0], want)


def test_pullback_of_several_values_leaves_seeds_alone():
    def several(x):
        y = x * x
        return y, (y, {"z": np.sum(y)})

    value, pullback = functional.vjp(several, X)
    assert isinstance(value[1], tuple)
    seed = (np.ones(3), (2.0 * np.ones(3), {"z": 3.0}))
    (bx,) = pullback(seed)
    differences.close(bx, 12.0 * X)
    differences.close(seed[0], np.ones(3))


def test_jvp_and_linearize():
    dx, dy = np.ones(3), np.array([0.5, 0.0, -1.0])
    want = np.cos(X) * Y * dx + np.sin(X) * dy
    value, tangents = functional.jvp(product, (X, Y), (dx, dy))
    differences.close(value, np.sin(X) * Y)
    differences.close(tangents, want)
    value, linear = functional.linearize(product, X, Y)
    differences.close(linear(dx, dy), want)


def test_hvp():
    v, w = np.ones(3), np.array([0.5, 0.0, -1.0])
    got = functional.hvp(energy, (X, Y), (v, w))
    differences.close(got[0], 6.0 * X * Y * v + 3.0 * X**2 * w)
    differences.close(got[1], 3.0 * X**2 * v)
    differences.close(functional.hvp(lambda x: np.sum(x**3), (X,), (v,)), 6.0 * X)


def test_partials_and_methods():
    class Model:
        scale = 3.0

        def apply(self, x):
            return x * x * self.scale

    (bx,) = functional.vjp(Model().apply, X)[1](np.ones(3))
    differences.close(bx, 6.0 * X)
    (by,) = functional.vjp(functools.partial(product, X), Y)[1](np.ones(3))
    differences.close(by, np.sin(X))


def test_errors():
    with pytest.raises(tangent.ShapeError, match="1 tangents for 2 arguments"):
        functional.jvp(product, (X, Y), (X,))
    with pytest.raises(tangent.ShapeError, match=r"tangent dx has shape \(2,\)"):
        functional.jvp(product, (X, Y), (X[:2], Y))
    with pytest.raises(tangent.ShapeError, match=r"seed has shape \(2,\), the value \(3,\)"):
        functional.vjp(product, X, Y)[1](np.ones(2))
    with pytest.raises(tangent.InputTypeError, match="argument y is an array of int64"):
        functional.vjp(product, X, np.arange(3))
    with pytest.raises(tangent.WrtError, match="takes 2 arguments"):
        functional.vjp(product, X, Y, X)


def test_derivatives_are_made_once():
    made = functional._made.setdefault(product, {})
    functional.vjp(product, X, Y)
    before = dict(made)
    functional.vjp(product, X, Y)
    assert made == before and ("vjp", 2) in made
