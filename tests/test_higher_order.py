"""Derivatives of derivatives: closed forms up to order four, and three ways to a Hessian."""

import math

import numpy as np
import pytest

import tangent_ad
from tangent_ad import grad, hvp

HVP_MODES = ("forward_over_reverse", "reverse_over_reverse", "reverse_over_forward")


def polynomial(x):
    return 3.0 * x**5 - 2.0 * x**3 + x


def horner(x):
    y = 0.0
    for c in (3.0, 0.0, -2.0, 0.0, 1.0, 0.0):
        y = y * x + c
    return y


def powers(x):
    y = 1.0
    i = 0
    while i < 5:
        y = y * x
        i += 1
    return 3.0 * y - 2.0 * x**3 + x


def growth(x):
    return math.exp(2.0 * x)


def growth_by_squaring(x):
    y = np.exp(0.5 * x)
    for _ in range(2):
        y = y * y
    return y


def wave(x):
    return np.sin(2.0 * x)


def wave_by_doubling(x):
    half = half_wave(x)
    return 2.0 * half * math.cos(x)


def half_wave(x):
    return math.sin(x)


def quotient(x):
    return 1.0 / (1.0 + x)


def in_branches(x):
    if x > 0:
        y = x * x
        return y * y
    return -x


POLYNOMIAL = (
    lambda x: 15.0 * x**4 - 6.0 * x**2 + 1.0,
    lambda x: 60.0 * x**3 - 12.0 * x,
    lambda x: 180.0 * x**2 - 12.0,
    lambda x: 360.0 * x,
)
GROWTH = tuple(lambda x, n=n: 2.0**n * math.exp(2.0 * x) for n in range(1, 5))
WAVE = tuple(lambda x, n=n: 2.0**n * math.sin(2.0 * x + n * math.pi / 2) for n in range(1, 5))
CLOSED = {
    polynomial: POLYNOMIAL,
    horner: POLYNOMIAL,
    powers: POLYNOMIAL,
    growth: GROWTH,
    growth_by_squaring: GROWTH,
    wave: WAVE,
    wave_by_doubling: WAVE,
    quotient: tuple(
        lambda x, n=n: (-1.0) ** n * math.factorial(n) / (1.0 + x) ** (n + 1) for n in range(1, 5)
    ),
    in_branches: (
        lambda x: 4.0 * x**3, lambda x: 12.0 * x**2, lambda x: 24.0 * x, lambda x: 24.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("function", CLOSED, ids=lambda f: f.__name__)
def test_four_times_reverse(function):
    derivative = function
    for order, wanted in enumerate(CLOSED[function], 1):
        derivative = grad(derivative)
        assert derivative(0.7) == pytest.approx(wanted(0.7), rel=1e-12), order


@pytest.mark.parametrize("function", CLOSED, ids=lambda f: f.__name__)
def test_four_times_forward(function):
    derivative = function
    for order, wanted in enumerate(CLOSED[function], 1):
        derivative = tangent_ad.autodiff(derivative, mode="forward")
        assert derivative(0.7, *[1.0] * order) == pytest.approx(wanted(0.7), rel=1e-12), order


# ---- programs whose derivatives are full of lists and writes -------------------------------


def fills_an_array(x):
    y = np.zeros(4)
    y[0] = x[0]
    for i in range(1, 4):
        y[i] = np.sin(y[i - 1]) * x[i % 3]
    return np.sum(y * y)


def writes_a_new_array_each_time(x):
    for i in range(2):
        y = 2.0 * x
        y[i] = np.cos(x[i])
        x = x + np.where(y < 0.5, y, x) * x
    return np.sum(x * x)


def writes_a_new_list_each_time(x):
    s = x[0]
    while s < 3.0:
        s = 0.3 + s * s
        h = [np.tanh(s), s / 2]
        h[0] = h[0] * s
        s = s + h[1] * h[0]
    return s * s


def lists_in_a_loop(x):
    s = 0.0
    for _ in range(3):
        terms = [np.tanh(v + x[0] * x) for v in (x, np.exp(x))]
        s = s + np.sum(terms[1])
    return s


def loops_in_loops(x):
    y = x * x
    for _ in range(2):
        for q in np.sin(y):
            y = y * q
    return np.sum(y)


def whole_array_written(x):
    y = np.ones(3)
    z = y
    y[1] = z[2] - x[0]
    z += np.sin(y - x)
    return np.sum(np.sin(y))


def swaps(x):
    a, b = x[0], x[1]
    for _ in range(3):
        a, b = b, a
        b = math.cos(a - b) - 0.5 * b
    return a * b * b


def pops(x):
    items = [x[0], x[0] * x[1], x[2]]
    items.pop()
    return items.pop() * items[0] ** 2


def calls_with_loops(x):
    return damped(math.sin, x[0]) * damped(np.tanh, x[1] * x[2])


def damped(function, value):
    for _ in range(2):
        value = 0.8 * function(value)
    return value


def slices_in_a_loop(x):
    y = x
    for _ in range(2):
        y = y + np.tanh(y[:]) * x[::-1]
    return np.sin(y[0] + y[-1])


PROGRAMS = (
    fills_an_array, writes_a_new_array_each_time, writes_a_new_list_each_time, lists_in_a_loop,
    loops_in_loops, whole_array_written, swaps, pops, calls_with_loops, slices_in_a_loop,
)  # fmt: skip


@pytest.mark.parametrize("mode", HVP_MODES)
@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_hessian_times_vector(function, mode):
    x, v = np.array([0.3, 0.8, -0.4]), np.array([0.5, -1.0, 0.7])
    gradient = grad(function)
    near, far = (
        (gradient(x + step * v) - gradient(x - step * v)) / (2.0 * step) for step in (1e-5, 1e-4)
    )
    got = hvp(function, mode=mode)(x, v)
    np.testing.assert_allclose(got, near, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(got, far, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_third_order_is_that_of_differences(function):
    x, v = np.array([0.3, 0.8, -0.4]), np.array([0.5, -1.0, 0.7])
    second = hvp(function)
    wanted = (second(x + 1e-5 * v, v) - second(x - 1e-5 * v, v)) @ v / 2e-5
    third = tangent_ad.autodiff(second, wrt=(0,), mode="forward")
    assert third(x, v, v) @ v == pytest.approx(wanted, rel=1e-5, abs=1e-7)


def called_in_a_loop(x):
    for _ in range(2):
        x = wave_with_a_loop(x)
    return x


def wave_with_a_loop(x):
    y = x
    for _ in range(2):
        y = y * x + np.cos(y)
    return y


def calls_what_keeps_a_list(x):
    return list_of_powers(x)


def list_of_powers(x):
    powers = []
    powers.append(np.sin(x))
    powers.append(np.sin(powers[0]))
    return powers[0] * powers[1]


@pytest.mark.parametrize("function", [called_in_a_loop, calls_what_keeps_a_list])
@pytest.mark.parametrize("order", [3, 4])
def test_what_functions_keep(function, order):
    # What a callee had kept was taken out of it, or not yet, when a zero was made in its form.
    derivative = function
    for _ in range(order):
        derivative = grad(derivative)
    # The integral of Cauchy: the mean over a circle around the point.
    angles = 2.0 * np.pi * np.arange(64) / 64
    values = function(0.7 + 0.1 * np.exp(1j * angles))
    mean = np.mean(values * np.exp(-1j * order * angles)).real
    assert derivative(0.7) == pytest.approx(math.factorial(order) / 0.1**order * mean, rel=1e-8)
