"""A gradient has the shape and the element type of its argument, whatever the others have."""

from __future__ import annotations

import numpy as np
import pytest

import tangent_ad as tangent
from tests.api import differences

RNG = np.random.default_rng(3)


def softmax_loss(W, b, x, onehot):
    logits = x @ W + b
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum(onehot * logp)


def rnn(W, U, inputs):
    steps, _ = inputs.shape
    h = np.zeros((steps + 1, W.shape[0]))
    for t in range(steps):
        h[t + 1] = np.tanh(np.dot(W, h[t]) + np.dot(U, inputs[t]))
    return np.sum(h[1:] ** 2)


def rows(w, x):
    h = x * w
    h = np.sin(h)
    total = 0.0
    for i in range(len(h)):
        total = total + np.sum(h[i] * h[i - 1])
    return total


def passage(drift, noise):
    x, cost = 0.0, 0.0
    for e in noise:
        x = x + drift * (1.0 + e)
        cost = cost + x * x
    return cost


CASES = [
    (softmax_loss, (RNG.normal(size=(4, 3)), RNG.normal(size=3), RNG.normal(size=(5, 4)),
                    np.eye(3)[[0, 2, 1, 1, 0]]), (0, 1)),
    (rnn, (RNG.normal(size=(3, 3)), RNG.normal(size=(3, 2)), RNG.normal(size=(4, 2))), (0, 1)),
    (rows, (0.7, RNG.normal(size=(4, 2))), (0,)),
    (rows, (RNG.normal(size=2), RNG.normal(size=(4, 2))), (0, 1)),
    (passage, (0.3, RNG.normal(size=5)), (0,)),
]  # fmt: skip
ROOM = {"float16": 5e-2, "float32": 1e-4, "float64": 1e-12}


def cast(value, dtype):
    return np.asarray(value, dtype)[()] if isinstance(value, (float, np.ndarray)) else value


@pytest.mark.parametrize("f, args, wrt", CASES, ids=lambda v: getattr(v, "__name__", ""))
@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("which", ["all", "wrt", "rest", "first"])
def test_the_gradient_has_the_type_of_its_argument(f, args, wrt, dtype, which):
    chosen = {
        "all": range(len(args)), "wrt": wrt, "first": (0,),
        "rest": [i for i in range(len(args)) if i not in wrt],
    }[which]  # fmt: skip
    given = [cast(a, dtype if i in chosen else "float64") for i, a in enumerate(args)]
    reference = tangent.grad(f, wrt=wrt)(*args)
    reference = reference if isinstance(reference, tuple) else (reference,)
    for transform in (tangent.grad, tangent.elementwise_grad):
        got = transform(f, wrt=wrt)(*given)
        got = got if isinstance(got, tuple) else (got,)
        for position, gradient, want in zip(wrt, got, reference, strict=True):
            assert gradient.dtype == given[position].dtype
            assert np.shape(gradient) == np.shape(given[position])
            np.testing.assert_allclose(
                gradient, want, rtol=ROOM[dtype], atol=ROOM[dtype] * np.max(np.abs(want))
            )


def test_float64_text_has_no_casts():
    for f, args, wrt in CASES:
        assert "of_type" not in tangent.grad(f, wrt=wrt).source
        assert "of_type" not in tangent.grad(f, wrt=wrt, like=args).source


@pytest.mark.parametrize("f, args, wrt", CASES, ids=lambda v: getattr(v, "__name__", ""))
def test_ints_beside_what_is_differentiated(f, args, wrt):
    """Integer data has float gradients around it: nothing is cut to ints."""
    given = [np.round(2.0 * a).astype(int) if i not in wrt else a for i, a in enumerate(args)]
    floats = [np.asarray(a, float)[()] for a in given]
    got, want = tangent.grad(f, wrt=wrt)(*given), tangent.grad(f, wrt=wrt)(*floats)
    for one, other in zip(np.atleast_1d(got) if len(wrt) == 1 else got,
                          np.atleast_1d(want) if len(wrt) == 1 else want, strict=True):  # fmt: skip
        differences.close(one, other)


def square(x):
    return np.sum(x * x)


@pytest.mark.parametrize("x", [3, np.int64(3), 3.0, np.float64(3.0)])
def test_numbers_give_numbers(x):
    for transform in (tangent.grad, tangent.elementwise_grad):
        got = transform(square)(x)
        assert got == 6.0 and isinstance(got, float)
    assert tangent.jvp(square)(x, 1) == 6.0


def test_a_number_is_spread_to_a_number():
    got = tangent.elementwise_grad(lambda x: x + 1.0)(2.0)
    assert got == 1.0 and isinstance(got, float)


def test_each_call_has_the_element_type_of_its_arguments():
    # What was written for float64, and a number where a vector was expected, was kept for float32.
    def scaled(scale, x):
        return np.sum(np.exp(scale) * np.eye(len(x)) @ x) * np.float64(0.5)

    dscaled = tangent.grad(scaled, wrt=("scale", "x"))
    x = np.array([0.5, 1.5])
    want = dscaled(0.25, x)
    for dtype in (np.float32, np.float64, np.float32):
        got = dscaled(dtype(0.25), x.astype(dtype))
        assert [g.dtype for g in got] == [dtype, dtype]
        np.testing.assert_allclose(got[1], want[1], rtol=1e-6)


def test_float32_numbers_give_float32():
    got = tangent.grad(square)(np.float32(3.0))
    assert got == 6.0 and got.dtype == np.float32


@pytest.mark.parametrize(
    "x, message",
    [
        (np.arange(3), r"argument x is an array of int64.*astype\(float\)"),
        (np.array([True]), "an array of bool"),
        (True, "argument x is bool"),
        ("text", "argument x is str"),
        (None, "argument x is NoneType"),
        ([1.0, "a"], r"argument x\[1\] is str"),
    ],
)
def test_what_has_no_derivative_is_refused(x, message):
    with pytest.raises(tangent.InputTypeError, match=message):
        tangent.grad(square)(x)


def test_structures():
    def f(params):
        return np.sum(params["w"] * params["v"])

    got = tangent.grad(f)({"w": np.ones(2, np.float32), "v": np.ones(2)})
    assert got["w"].dtype == np.float32 and got["v"].dtype == np.float64


def test_tangents_take_the_type_of_their_argument():
    x = np.ones(3, np.float32)
    assert tangent.jvp(square)(x, np.ones(3)).dtype == np.float32
    assert tangent.hvp(square)(x, np.ones(3)).dtype == np.float32


def test_second_order():
    x = np.array([0.5, 1.5], np.float32)

    def f(x, y):
        return np.sum(x**3 * y)

    for mode in ("forward_over_reverse", "reverse_over_reverse"):
        got = tangent.hvp(f, mode=mode)(x, np.ones(2), np.ones(2, np.float32))
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, 6.0 * x, rtol=1e-6)
