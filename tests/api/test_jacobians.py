"""jacobian, jacfwd, jacrev and hessian: shapes and numbers."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import tangent_ad as tangent
from tests.api import differences

RNG = np.random.default_rng(1)
W, X = RNG.normal(size=(3, 2)), RNG.normal(size=2)
ALL = [tangent.jacobian, tangent.jacfwd, tangent.jacrev]


def layer(W, x):
    return np.tanh(W @ x)


def reference(W, x):
    slope = 1.0 - np.tanh(W @ x) ** 2
    return np.einsum("i,ij,k->ijk", slope, np.eye(3), x), slope[:, None] * W


@pytest.mark.parametrize("transform", ALL)
def test_shape_of_the_value_then_of_the_argument(transform):
    by_w, by_x = reference(W, X)
    differences.close(transform(layer)(W, X), by_w)
    differences.close(transform(layer, wrt="x")(W, X), by_x)
    both = transform(layer, wrt=(1, 0))(W, X)
    assert isinstance(both, tuple)
    differences.close(both[0], by_x)
    differences.close(both[1], by_w)


@pytest.mark.parametrize("transform", ALL)
def test_argnums_is_a_tuple_of_one(transform):
    alone = transform(layer, argnums=(1,))(W, X)
    assert isinstance(alone, tuple) and len(alone) == 1
    differences.close(alone[0], reference(W, X)[1])
    assert transform(layer, argnums=1)(W, X).shape == (3, 2)


@pytest.mark.parametrize("transform", ALL)
def test_numbers_in_and_out(transform):
    def cubes(t):
        return t * t * t * np.ones(2)

    def energy(x):
        return np.sum(x**3)

    def cube(t):
        return t**3

    differences.close(transform(cubes)(2.0), [12.0, 12.0])
    differences.close(transform(energy)(X), 3.0 * X * X)
    assert np.shape(transform(cube)(2)) == () and transform(cube)(2) == 12.0


@pytest.mark.parametrize("transform", ALL)
def test_a_tuple_of_values_gives_a_tuple(transform):
    def several(x):
        return np.sum(x * x), np.sin(x)

    total, parts = transform(several)(X)
    differences.close(total, 2.0 * X)
    differences.close(parts, np.diag(np.cos(X)))


@pytest.mark.parametrize("transform", ALL)
def test_keywords_methods_partials(transform):
    class Model:
        def apply(self, x, power=2):
            return x**power

    differences.close(transform(Model().apply)(X, power=3), np.diag(3.0 * X * X))
    differences.close(transform(functools.partial(layer, W))(X), reference(W, X)[1])


@pytest.mark.parametrize("transform", [tangent.jacfwd, tangent.jacrev])
def test_loops(transform):
    def steps(x):
        for _ in range(3):
            x = np.sin(x) * x
        return x

    differences.close(
        transform(steps)(X),
        np.array([differences.gradient(lambda x, i=i: steps(x)[i], X) for i in range(2)]),
    )


def test_jacobian_picks_the_mode_by_the_sizes(monkeypatch):
    used = []
    for mode in ("jacfwd", "jacrev"):
        original = getattr(tangent.jacobians, mode)

        def note(*args, original=original, mode=mode, **options):
            used.append(mode)
            return original(*args, **options)

        monkeypatch.setattr(tangent.jacobians, mode, note)
    jacobian = tangent.jacobian(layer)
    jacobian(W, X)
    jacobian(W, X)
    assert used == ["jacrev"]
    tangent.jacobian(layer, wrt=1)(W, X)
    assert used == ["jacrev", "jacfwd"]


def test_the_forward_pass_runs_once():
    calls = []

    def note(x):
        calls.append(1)
        return x

    def f(x):
        note(1.0)
        return x * x

    tangent.jacrev(f)(X)
    assert len(calls) == 1


@pytest.mark.parametrize("transform", ALL)
def test_what_is_no_number_is_refused(transform):
    def of_dict(p):
        return p["x"] * 2.0

    def to_dict(x):
        return {"y": x * x}

    with pytest.raises(tangent.InputTypeError, match="argument p is a dict"):
        transform(of_dict)({"x": 1.0})
    with pytest.raises(tangent.OutputError, match="returns a dict"):
        transform(to_dict)(X)


def energy(x, y):
    return np.sum(np.sin(x) * y**2)


def test_hessian():
    y = RNG.normal(size=2)
    xx, xy = np.diag(-np.sin(X) * y**2), np.diag(2.0 * np.cos(X) * y)
    yy = np.diag(2.0 * np.sin(X))
    differences.close(tangent.hessian(energy)(X, y), xx)
    rows = tangent.hessian(energy, wrt=(0, 1))(X, y)
    for got, want in zip(rows, ((xx, xy), (xy, yy)), strict=True):
        for one, other in zip(got, want, strict=True):
            differences.close(one, other)
    ((alone,),) = tangent.hessian(energy, argnums=(1,))(X, y)
    differences.close(alone, yy)


def test_hessian_of_a_number():
    assert tangent.hessian(lambda t: t**4)(2.0) == pytest.approx(48.0)


def test_hessian_of_an_array_is_refused():
    with pytest.raises(tangent.OutputError, match="one number"):
        tangent.hessian(layer)(W, X)
