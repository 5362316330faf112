"""Shifts by a greatest element: those that cancel are not differentiated, all others are."""

import math

import numpy as np
import pytest

import tangent_ad

X = np.array([[0.3, -1.2, 2.0], [1.5, 0.2, -0.4], [0.9, 1.1, 0.1]])
V = np.array([0.3, -1.2, 2.0, 0.7])


def logsumexp(x):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def by_row(x: np.ndarray):
    top = np.max(x, axis=1, keepdims=True)
    return np.sum((top[:, 0] + np.log(np.sum(np.exp(x - top), axis=1))) ** 2)


def without_keepdims(x: np.ndarray):
    top = x.max(axis=0)
    return np.sum((top + np.log(np.exp(x - top).sum(axis=0))) ** 2)


def new_axis(x: np.ndarray):
    top = np.max(x, axis=1)
    shifted = x - top[:, None]
    return np.sum(x * (shifted - np.log(np.sum(np.exp(shifted), axis=1))[:, None]))


def last_axis(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return np.sum(x * (e / np.sum(e, axis=-1, keepdims=True)) ** 2)


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def in_a_callee(x):
    return np.sum(softmax(2.0 * x) ** 2)


def masked(x: np.ndarray):
    m = x.max(axis=1, keepdims=True)
    e = np.where(x > 0.0, np.exp(x - m), 0.0)
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2 * x)


def normalised_late(x: np.ndarray):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e @ np.ones((3, 2)) * x[:, :2] / np.sum(e, axis=1, keepdims=True)) ** 2)


def in_a_loop(x):
    gamma, total = 0.7, 0.0
    for i in range(1, len(x)):
        low = min(x[i], x[i - 1], total)
        parts = math.exp((low - x[i]) / gamma) + math.exp((low - x[i - 1]) / gamma)
        parts = parts + math.exp((low - total) / gamma)
        total = x[i] ** 2 + low - gamma * math.log(parts)
    return total


def of_two(x):
    a, b = x[:-1], x[1:] * x[1:]
    top = np.maximum(a, b)
    return np.sum((top + np.log(np.exp(a - top) + np.exp(b - top))) ** 2)


def average(x):
    top = np.max(x)
    return (top + np.mean(x - top)) ** 2


CANCELLING = [
    (logsumexp, V), (by_row, X), (without_keepdims, X), (new_axis, X), (last_axis, X), (last_axis, V),
    (in_a_callee, X), (masked, X), (normalised_late, X), (in_a_loop, V), (of_two, V), (average, V),
]  # fmt: skip


# ---- shifts that change the result -------------------------------------------------------------


def not_normalised(x):
    return np.sum(np.exp(x - np.max(x)))


def of_another_row(x: np.ndarray):
    top = np.max(x, axis=1)
    return np.sum(top[:, None] + np.log(np.exp(x - top)))  # rows take the shifts of columns


def sum_over_all(x: np.ndarray):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e / np.sum(e)) ** 2)


def sum_over_rows(x: np.ndarray):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e / np.sum(e, axis=0)) ** 2)


def scaled_twice(x):
    scale, total = 1.0, 0.0
    for _ in range(3):
        top = np.max(x)
        log = np.log(np.sum(np.exp((x - top) / scale)))
        scale = scale + 0.5
        total = total + (top + scale * log) ** 2
    return total


def of_the_last_pass(x):
    low, total = x[0], 0.0
    for i in range(1, len(x)):
        total = total + low * x[i]
        top = max(x[i], x[i - 1])
        low = top + math.log(math.exp(x[i] - top))
        total = total + top
    return total


def seen_behind_the_loop(x):
    total, top = 0.0, 0.0
    for i in range(1, len(x)):
        top = max(x[i], x[i - 1])
        total = total + top + math.log(math.exp(x[i] - top) + math.exp(x[i - 1] - top))
    return total * top


def written_in_part(x):
    e = np.exp(x - np.max(x))
    e[0] = 1.0
    return np.sum(x * e / np.sum(e))


def returned(x):
    top = np.max(x)
    return np.log(np.sum(np.exp(x - top))) * top


def other_base(x):
    top = np.max(x)
    return np.log2(np.sum(np.exp(x - top))) + top


def weighted(x):
    top = np.max(x)
    return np.sum(np.arange(4.0) * (x - top)) + 6.0 * top * x[0]


def sum_of_terms(x):
    top = np.max(x)
    return (top + np.sum(x - top)) ** 2


def masked_by_one(x):
    top = np.max(x)
    e = np.where(x > 0.5, np.exp(x - top), 1.0)
    return np.sum((e / np.sum(e)) ** 2)


CHANGING = [
    (not_normalised, V), (of_another_row, X), (sum_over_all, X), (sum_over_rows, X),
    (scaled_twice, V), (of_the_last_pass, V), (seen_behind_the_loop, V), (written_in_part, V),
    (returned, V), (other_base, V), (weighted, V), (sum_of_terms, V), (masked_by_one, V),
]  # fmt: skip


def central(f, x):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        high, low = x.copy(), x.copy()
        high[i] += 1e-6
        low[i] -= 1e-6
        gradient[i] = (f(high) - f(low)) / 2e-6
    return gradient


@pytest.mark.parametrize(("f", "x"), CANCELLING + CHANGING)
def test_gradients(f, x):
    np.testing.assert_allclose(tangent_ad.grad(f)(x), central(f, x), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("f", "x"), CANCELLING + CHANGING)
def test_directions(f, x):
    along = np.cos(np.arange(x.size)).reshape(x.shape)
    found = tangent_ad.autodiff(f, mode="forward")(x, along)
    np.testing.assert_allclose(found, np.vdot(central(f, x), along), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("f", "x"), CANCELLING)
def test_second_derivatives(f, x):
    along = np.cos(np.arange(x.size)).reshape(x.shape)
    gradient = tangent_ad.grad(f)
    expected = (gradient(x + 1e-6 * along) - gradient(x - 1e-6 * along)) / 2e-6
    np.testing.assert_allclose(tangent_ad.hvp(f)(x, along), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("f", "x"), CANCELLING)
def test_a_shift_that_cancels_has_no_adjoint(f, x):
    derivative = tangent_ad.grad(f)
    derivative(x)
    assert "top ==" not in derivative.source and "== low" not in derivative.source
    assert "at_" not in derivative.source and "share" not in derivative.source


def test_the_gradient_of_a_softmax_is_exact_where_elements_are_minus_infinity():
    x = np.array([[0.0, -np.inf], [1.0, 1.0]])
    found = tangent_ad.grad(lambda x: np.sum(softmax(x)[:, 0]))(x)
    np.testing.assert_allclose(found, [[0.0, 0.0], [0.25, -0.25]], atol=1e-15)
