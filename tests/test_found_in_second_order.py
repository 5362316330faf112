"""Programs whose second derivatives were once wrong or an internal error, each as small as it gets."""

import numpy as np
import pytest

from tangent_ad import hvp

MODES = ("forward_over_reverse", "reverse_over_reverse", "reverse_over_forward")
X = np.array([0.7, 0.5])
V = np.array([1.0, -2.0])
STEP = 1e-4


def differences(function, x, v):
    """The Hessian times v, by second differences of the function itself."""
    found = np.zeros(x.size)
    for i, unit in enumerate(STEP * np.eye(x.size)):
        for a in (1.0, -1.0):
            for b in (1.0, -1.0):
                found[i] += a * b * function(x + a * unit + b * STEP * v)
    return found / (4.0 * STEP**2)


def dict_made_in_a_loop(x):
    # What a variable holds that is None before the loop was taken for unknown, and then for a number.
    parts = list_in_a_dict(x * x)
    return parts["both"][1] * x[0] + parts["one"]


def list_in_a_dict(y):
    for _ in range(1):
        parts = {"both": [y[0], y[1]], "one": y[0] * y[1]}
        parts["both"][0] = parts["both"][1] * 0.6
    return parts


def smallest_of_dicts(x):
    # The adjoint of a list of dicts was laid out as an array, for the call in the index.
    entries = [{"a": a, "b": a**2} for a in x]
    return min(entries, key=lambda v: v["b"])["b"] ** 2


def dict_that_a_closure_reads(x):
    # The copy of something unknown was taken for an array.
    m = 0
    while m < 2:
        table = {"rate": 1.0}
        table["a"] = x[0] * x[1]
        table["rate"] = table.get("a")
        m += 1

    def rate():
        return table["rate"]

    return rate() * x[1]


def extended_by_numbers(x):
    # What the backward pass takes off a list again had no adjoint.
    history = [x * x]
    history.extend([1])
    return np.sum(history[0] * x) * history[1]


def bound_in_one_branch(x):
    # A value that is not there yet was saved, and its adjoint None was added to a number.
    for i in range(3):
        if i % 2 == 0:
            y = x[0] * x[1]
        else:
            y = np.cos(y)
    return y * x[0]


def bound_by_the_loop(x):
    # The adjoint of an array was made like a variable that is not bound in the first pass.
    for part, scale in zip((x, 2.0 * x), (x, x), strict=True):
        y = np.zeros(scale.shape[0])
        y[0] = part[0] * part[1]
    for _ in range(2):
        scale = np.sin(np.flip(y)) - 0.5 * scale
    return np.sum(scale)


def written_at_repeated_places(x):
    # The mask of the writes that stay was negated.
    y = x * x
    y[[0, 0]] -= np.tanh(x)
    return np.sum(np.sin(y))


def loop_over_what_is_not_differentiated(x):
    # In the derivative of the loop it goes over what may be differentiated.
    return scaled_by_rows(x[0] * x[1], np.array([[0.4, 2.0], [1.0, 0.5]])) * x[0]


def scaled_by_rows(total, rows):
    for i, row in enumerate(rows):
        total = total * np.inner(row, row.copy()) + i
    return total


def count_beside_numbers(x):
    # The adjoint of a number was made like the int that the function had kept of an empty sum.
    return np.sum(scaled_by_sum(x))


def scaled_by_sum(v, *more):
    b = sum(more)
    err = np.sum(v * v)
    rate = err * b + err
    n = 0
    while n < 2:
        b = b + 0.3 * err
        n += 1
    return v * np.tanh(b * rate)


def mean_of_a_stack(x):
    # Forward mode refused to unpack the array that the gradient of the mean is.
    y = np.zeros(3)
    y[...] = np.mean(np.stack([x[0] * x[1]]))
    return np.sum(y * y)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "function",
    [
        dict_made_in_a_loop, dict_that_a_closure_reads, extended_by_numbers, bound_in_one_branch,
        bound_by_the_loop, written_at_repeated_places, loop_over_what_is_not_differentiated,
        count_beside_numbers, mean_of_a_stack, smallest_of_dicts,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_second_order(function, mode):
    got = hvp(function, mode=mode)(X, V)
    np.testing.assert_allclose(got, differences(function, X, V), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_elements_that_are_called_as_matrices_are(mode):
    # The name that the derivative gives to B[1] made B look like a list of matrices.
    def powers(B):
        total = B.sum()
        a = B @ B[1]
        for _ in range(2):
            total += a[0]
            a = a * a
        return total * a[1]

    B, direction = np.array([[0.7, -0.5], [0.2, 0.4]]), np.array([1.0, -2.0, 0.5, 0.3])
    wanted = differences(lambda x: powers(x.reshape(2, 2)), B.ravel(), direction)
    got = hvp(powers, mode=mode)(B, direction.reshape(2, 2))
    np.testing.assert_allclose(got.ravel(), wanted, rtol=1e-6, atol=1e-6)
