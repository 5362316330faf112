"""Small programs that once came out wrong, each with a line on what went wrong."""

import numpy as np
import pytest

from tangent_ad import autodiff, grad, hvp

X = np.array([0.7, -1.3, 0.4])
V = np.array([0.9, -0.4, 1.7])


def tangent_of_an_operand(x):
    # The tangent of y - 1.0 was that of y, not a copy, and saw the zero that was written into y.
    y = 2.0 * x
    t = y - 1.0
    y[0] = 0.0
    return np.sum(t * t) + y[1]


def pop_that_nobody_wants(x):
    # The list of tangents was not shortened; the list of adjoints did not grow by a zero.
    items = [x[0], x[0] * x[1], x[2]]
    unused = items.pop()  # noqa: F841
    return items.pop() * items[0]


def pop_as_a_statement(x):
    # The rule of pop was asked for the adjoint of a result without a name.
    items = [x[0], x[0] * x[1], x[2]]
    items.pop()
    return items.pop() * items[0]


def pop_then_append(x):
    items = [x[0], x[0] * x[1]]
    last = items.pop()
    items.append(x[2] * last)
    return last * last


def values_that_meet_their_view(x):
    # `bd * part` moved behind `bd[:] += bd * t`: bd had two names, of which one was written.
    c, d = x, x * x
    for _ in range(2):
        t = np.tanh(c[:])
        c = c + t
        d = d + (1.0 - t * t) * d[:]
    return np.cos(c[0] + c[-1]) * (d[0] + d[-1])


@pytest.mark.parametrize(
    "function",
    [
        tangent_of_an_operand, pop_that_nobody_wants, pop_as_a_statement, pop_then_append,
        values_that_meet_their_view,
    ],
)  # fmt: skip
@pytest.mark.parametrize("optimized", [True, False])
def test_first_order(function, optimized):
    step = 1e-6
    wanted = np.array([
        (function(X + step * e) - function(X - step * e)) / (2.0 * step) for e in np.eye(3)
    ])  # fmt: skip
    got = grad(function, optimized=optimized)(X)
    np.testing.assert_allclose(got, wanted, rtol=1e-7, atol=1e-8)
    forward = autodiff(function, mode="forward", optimized=optimized)
    assert forward(X, V) == pytest.approx(V @ wanted, rel=1e-7)


def whole_array_written(x):
    # bstate[...] was set to zero behind a statement that still read it.
    state = np.ones(3)
    same = state
    state[1] = same[2] - x[0]
    same += np.sin(state - x)
    return np.sum(np.sin(state))


def callee_that_empties_a_list(x):
    # The adjoint of the list of saved values took the form of the list when it was empty.
    return np.tanh(damped(x[0])) * x[1]


def damped(value):
    for _ in range(2):
        value = 0.8 * np.sin(value)
    return value


def saved_and_read_for_its_shape(x):
    # A list of saved values whose elements were read, but not differentiated.
    for _ in range(2):
        x = x + np.sum(x * x)
    return x[0] * x[1]


def arrays_in_two_lists(x):
    # Two lists that hold the same array were taken for one list.
    y = x * x
    for _ in range(2):
        for q in np.sin(y):
            y = y * q
    return np.sum(y)


def saved_in_front_of_a_write(x):
    # The new array was saved, then written: the list of saved values was an alias.
    for i in range(2):
        v = 2.0 * x
        v[i] = np.cos(x[i])
        x = x + np.where(v < 0.5, v, x) * x
    return np.sum(x * x)


def slice_of_a_list(x):
    # The adjoint of a slice of a list was written into that of the list, as no user may.
    s = 0.0
    for _ in range(2):
        layers = [x[0] * x, x[1] * x, x * x]
        s = s + np.sum(sum(layers[1:]) * x)
        x = x + 0.3 * np.sin(layers[0])
    return s


@pytest.mark.parametrize(
    "function",
    [
        whole_array_written, callee_that_empties_a_list, saved_and_read_for_its_shape,
        arrays_in_two_lists, saved_in_front_of_a_write, slice_of_a_list,
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "mode", ["forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"]
)
def test_second_order(function, mode):
    x, v = np.array([0.3, 0.8, -0.4]), np.array([0.5, -1.0, 0.7])
    gradient = grad(function)
    wanted = (gradient(x + 1e-5 * v) - gradient(x - 1e-5 * v)) / 2e-5
    got = hvp(function, mode=mode)(x, v)
    np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-8)


def test_functions_that_call_each_other():
    # What one returns was taken for what had been assumed of the other when it was first read.
    def power(v, n):
        return helper(v, n)

    def helper(v, n):
        if n == 0:
            return 0.6
        return v * power(v, n - 1)

    for mode in ("forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"):
        assert hvp(power, mode=mode)(0.6, 3, 1.0) == pytest.approx(6 * 0.6 * 0.6)
