"""check_grads and df.check: right derivatives pass, wrong ones are named by their entry."""

from __future__ import annotations

import numpy as np
import pytest

import tangent_ad as tangent
from tangent_ad import adjoint, custom_vjp, d

RNG = np.random.default_rng(2)
W, X = RNG.normal(size=(3, 2)), RNG.normal(size=2)


def layer(W, x):
    return np.tanh(W @ x)


def loss(W, x):
    return np.sum(layer(W, x) ** 3)


def steps(x, n):
    for _ in range(n):
        x = np.sin(x) * x
    return np.sum(x)


def in_a_row(x, n):
    h = np.zeros((n, 2))
    for t in range(1, n):
        h[t] = np.sin(h[t - 1]) * x + x
    return np.sum(h * h)


@pytest.mark.parametrize("f, args", [(layer, (W, X)), (loss, (W, X)), (in_a_row, (X, 3))])
def test_right_derivatives_pass(f, args):
    report = tangent.check_grads(f, args)
    assert report.entries >= 10 and report.kinks == 0 and report.error < 1e-7
    assert "agree with finite differences, each other" in str(report)


def test_modes_orders_and_wrt():
    only = tangent.check_grads(loss, (W, X), order=1, modes=("rev",), wrt=1)
    assert only.entries == 2
    assert tangent.check_grads(loss, (W, X), order=1, modes=("fwd",)).entries == 1
    with pytest.raises(ValueError, match="modes are"):
        tangent.check_grads(loss, (W, X), modes=("reverse",))


def nearly(x, y):
    return np.sum(x * x * y)


@adjoint(nearly)
def nearly_rule(z, x, y):
    d[x] = 2.0 * d[z] * x * y * np.array([1.0, 1.001])
    d[y] = d[z] * x * x


@nearly_rule.tangent
def nearly_rule(z, x, y):
    d[z] = np.sum(2.0 * x * y * d[x] + x * x * d[y])


@custom_vjp
def shifted(x):
    return x * x


shifted.defvjp(lambda x: (x * x, x), lambda x, g: (g * (2.0 * x + 0.1),))


def test_the_wrong_entry_is_named():
    with pytest.raises(tangent.GradientError, match=r"reverse mode: entry x\[1\] is") as info:
        tangent.check_grads(nearly, (X, X + 1.0), order=1)
    assert isinstance(info.value, AssertionError)
    with pytest.raises(AssertionError, match=r"entry x is"):
        tangent.check_grads(shifted, (0.5,), order=1, modes=("rev",))


def test_entries_of_structures_are_named():
    def f(params):
        return nearly(params["w"], params["v"])

    with pytest.raises(tangent.GradientError, match=r"entry params\['w'\]\[1\]"):
        tangent.check_grads(f, ({"w": X, "v": X + 1.0},), order=1, modes=("rev",))


def test_second_order_errors_tell_the_modes():
    def f(x):
        return np.sum(inner(x))

    @custom_vjp
    def inner(x):
        return x**3

    inner.defvjp(lambda x: (x**3, x), lambda x, g: (3.0 * g * tangent.stop_gradient(x * x),))
    with pytest.raises(tangent.GradientError, match="reverse mode, then reverse mode: entry"):
        tangent.check_grads(f, (X,), modes=("rev",))


def test_kinks_are_no_errors():
    def f(x):
        return np.sum(np.maximum(x, 0.0) * 3.0)

    report = tangent.check_grads(f, (np.array([0.0, 1.0, -1.0]),), order=1, modes=("rev",))
    assert report.kinks <= 1 and report.entries >= 2


def test_large_arguments_are_sampled():
    report = tangent.check_grads(lambda x: np.sum(x**2), (RNG.normal(size=5000),), order=1)
    assert report.entries < 300


@pytest.mark.parametrize(
    "df, args",
    [
        (tangent.grad(loss), (W, X)),
        (tangent.grad(loss, wrt=(1, 0)), (W, X)),
        (tangent.grad(loss, argnums=(1,)), (W, X)),
        (tangent.value_and_grad(loss), (W, X)),
        (tangent.grad_and_value(loss, wrt=(0, 1)), (W, X)),
        (tangent.vjp(layer, wrt=1), (W, X)),
        (tangent.jvp(layer, wrt=(0, 1)), (W, X)),
        (tangent.elementwise_grad(np.tanh), (X,)),
        (tangent.grad(lambda x: (np.sum(x**2), x), has_aux=True), (X,)),
        (tangent.grad(steps), (X, 3)),
    ],
)
def test_a_derivative_checks_itself(df, args):
    report = df.check(*args)
    assert report.entries > 0 and report.error < 1e-7


def test_a_derivative_finds_itself_wrong():
    with pytest.raises(tangent.GradientError, match="the derivative: entry x is"):
        tangent.grad(shifted).check(0.5)
