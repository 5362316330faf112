"""grad, value_and_grad, vjp, jvp, hvp and the options that they share."""

from __future__ import annotations

import numpy as np
import pytest

import tangent_ad as tangent
from tests.api import differences

X, Y = np.array([0.3, -0.7, 1.2]), np.array([1.5, 2.5, -0.5])


def energy(x, y, power=2):
    return np.sum(np.sin(x) * y**power)


BX, BY = np.cos(X) * Y**2, 2.0 * np.sin(X) * Y


@pytest.mark.parametrize("wrt", [0, "x", (0,), ("x",), [0]])
def test_one_argument_is_unpacked(wrt):
    differences.close(tangent.grad(energy, wrt)(X, Y), BX)


@pytest.mark.parametrize("wrt", [(1, 0), ("y", "x"), (1, "x")])
def test_several_arguments_keep_their_order(wrt):
    by, bx = tangent.grad(energy, wrt)(X, Y)
    differences.close(bx, BX)
    differences.close(by, BY)


def test_argnums_and_argnum():
    differences.close(tangent.grad(energy, argnums=1)(X, Y), BY)
    differences.close(tangent.grad(energy, argnum=1)(X, Y), BY)
    alone = tangent.grad(energy, argnums=(1,))(X, Y)
    assert isinstance(alone, tuple) and len(alone) == 1
    assert isinstance(tangent.grad(energy, argnums=[0, 1])(X, Y), tuple)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"wrt": 5}, "no argument number 5; the parameters of energy are x, y, power"),
        ({"wrt": "z"}, "no parameter 'z'"),
        ({"wrt": (0, "x")}, "twice"),
        ({"wrt": ()}, "empty"),
        ({"wrt": -1}, "no argument number -1"),
        ({"wrt": True}, "not True"),
        ({"wrt": 1, "argnums": 0}, "not several"),
        ({"argnums": 1, "argnum": 0}, "not several"),
    ],
)
def test_wrong_wrt(options, message):
    with pytest.raises(tangent.WrtError, match=message):
        tangent.grad(energy, **options)


def test_order_of_value_and_gradient():
    value, gradient = tangent.value_and_grad(energy)(X, Y)
    differences.close(value, energy(X, Y))
    differences.close(gradient, BX)
    gradient, value = tangent.grad_and_value(energy)(X, Y)
    differences.close(value, energy(X, Y))
    differences.close(gradient, BX)
    gradient, value = tangent.grad(energy, preserve_result=True)(X, Y)
    differences.close(value, energy(X, Y))


def with_aux(x, y):
    e = np.sum(x**2 * y)
    return e, {"norm": np.sum(x), "y": y}


@pytest.mark.parametrize("motion", ["joint", "split"])
def test_has_aux(motion):
    gradient, aux = tangent.grad(with_aux, has_aux=True, motion=motion)(X, Y)
    differences.close(gradient, 2.0 * X * Y)
    differences.close(aux["norm"], np.sum(X))
    (value, aux), gradient = tangent.value_and_grad(with_aux, has_aux=True, motion=motion)(X, Y)
    differences.close(value, np.sum(X**2 * Y))
    differences.close(gradient, 2.0 * X * Y)
    differences.close(aux["y"], Y)


def test_has_aux_wants_a_tuple():
    with pytest.raises(tangent.OutputError, match=r"\(value, aux\)"):
        tangent.grad(energy, has_aux=True)


def product(x, y):
    return np.sin(x) * y


def test_vjp_takes_a_seed_and_jvp_tangents():
    seed = np.array([1.0, -2.0, 0.5])
    bx, by = tangent.vjp(product, wrt=(0, 1))(X, Y, seed)
    differences.close(bx, seed * np.cos(X) * Y)
    differences.close(by, seed * np.sin(X))
    got = tangent.jvp(product, wrt=(1, 0))(X, Y, seed, X)
    differences.close(got, np.sin(X) * seed + np.cos(X) * X * Y)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        tangent.vjp(product)(X, Y)
    with pytest.raises(tangent.ShapeError, match=r"the seed by has shape \(2,\), the value \(3,\)"):
        tangent.vjp(lambda x: np.sin(x))(X, np.ones(2))
    with pytest.raises(tangent.ShapeError):
        tangent.jvp(product)(X, Y, np.ones(2))


def test_elementwise_grad():
    differences.close(tangent.elementwise_grad(product)(X, Y), np.cos(X) * Y)


def test_hvp_modes():
    v = np.array([1.0, -2.0, 0.5])
    for mode in ("forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"):
        differences.close(tangent.hvp(energy, mode=mode)(X, Y, 2, v), -np.sin(X) * Y**2 * v)
    with pytest.raises(ValueError, match="mode is one of"):
        tangent.hvp(energy, mode="both")


def test_a_function_of_an_array_has_no_gradient():
    with pytest.raises(tangent.OutputError, match="jacobian.*elementwise_grad.*vjp"):
        tangent.grad(product)(X, Y)


def test_input_derivative():
    df = tangent.autodiff(product, input_derivative=tangent.INPUT_DERIVATIVE.Required)
    differences.close(df(X, Y, np.ones(3)), np.cos(X) * Y)
    assert tangent.autodiff(product)(0.5, 2.0) == pytest.approx(2.0 * np.cos(0.5))


def test_wrong_modes():
    with pytest.raises(ValueError, match="mode is"):
        tangent.autodiff(energy, mode="sideways")
    with pytest.raises(ValueError, match="motion is"):
        tangent.autodiff(energy, motion="slow")


def test_name():
    df = tangent.grad(energy, name="slope")
    assert df.__name__ == "slope" and df.source.startswith("def slope(x, y, power=2, ")


def test_verbose(capsys):
    df = tangent.grad(energy, verbose=1)
    assert capsys.readouterr().out.strip() == df.source.strip()
    tangent.grad(energy, verbose=2)
    assert "# after normalize.versions" in capsys.readouterr().out
    tangent.grad(energy)
    assert capsys.readouterr().out == ""


def test_like_writes_the_text_for_the_arguments():
    x = np.ones((2, 3))
    plain, like = tangent.grad(energy), tangent.grad(energy, like=(x, x))
    assert "unbroadcast" in plain.source and "unbroadcast" not in like.source
    differences.close(like(x, x), plain(x, x))
    differences.close(like(X, Y), BX)  # other arguments get what is made for them


def test_duplicates_of_options_do_not_exist():
    with pytest.raises(TypeError, match="unexpected keyword"):
        tangent.grad(energy, mode="forward")


def squares(W, x):
    return np.sum(np.tanh(x @ W) ** 2)


slope = tangent.grad(squares)  # written for matrices


def penalty(W, x):
    g = slope(W, x)
    return np.sum(g * g)


def hidden_penalty(W, x):
    g = slope(W, x.reshape(-1) if len(x) < 4 else x)
    return np.sum(g * g)


W = np.random.default_rng(5).normal(size=(3, 2))


@pytest.mark.parametrize("shape", [(4, 3), (3,)])
def test_a_function_that_calls_a_derivative(shape):
    """The text of a derivative is right for some ranks only; the call decides which it is made for."""
    x = np.random.default_rng(6).normal(size=shape)
    differences.close(tangent.grad(penalty)(W, x), differences.gradient(penalty, W, x))


def test_a_call_whose_ranks_are_unknown_is_tested_when_it_runs():
    x = np.random.default_rng(6).normal(size=(4, 3))
    want = differences.gradient(hidden_penalty, W, x)
    try:
        df = tangent.grad(hidden_penalty)
    except tangent.TangentError:
        return
    differences.close(df(W, x), want)
    with pytest.raises(tangent.InputTypeError, match="slope.*like=|dsquaresdW.*like="):
        df(W, x[:1])


def apart(p, q):
    d = p - q
    return np.sqrt(np.sum(d * d))


def length(x):
    total = 0.0
    for i in range(1, len(x)):
        total = total + apart(x[i], x[i - 1])
    return total


@pytest.mark.parametrize("mode", ["forward_over_reverse", "reverse_over_reverse"])
def test_hvp_of_callees_that_save_several_values(mode):
    x = np.random.default_rng(7).normal(size=(4, 2))
    v = np.random.default_rng(8).normal(size=(4, 2))
    df, h = tangent.grad(length), 1e-5
    want = (df(x + h * v) - df(x - h * v)) / (2.0 * h)
    np.testing.assert_allclose(tangent.hvp(length, mode=mode)(x, v), want, rtol=1e-7, atol=1e-8)
