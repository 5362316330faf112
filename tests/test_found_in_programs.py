"""What went wrong in the programs of tests/programs and their like, as small as it gets."""

import math

import numpy as np
import pytest

from tangent_ad import autodiff, grad, hvp, jvp
from tests.api.differences import close, gradient

X = np.array([0.7, -1.3, 0.4])
V = np.array([0.9, -0.4, 1.7])


def state_that_a_callee_gives_back(x):
    # Its adjoint was a tuple where the loop added to an element.
    def step(state, rate):
        position, speed = state
        return position + rate * np.tanh(speed), speed - rate * position

    state = (x, np.ones(3))
    total = 0.0
    for rate in (0.1, 0.2):
        state = step(state, rate)
        total += np.sum(state[0] ** 2)
    return total


def parts_that_a_callee_hands_on(x):
    # What the callee's backward pass gave back was the seed itself, which was then added to.
    def handed_on(pair):
        return pair

    y, z, w = np.sin(x), np.cos(x), x * x
    product = y * z
    first, second = handed_on((y, z))
    return np.sum((first + w) ** 2) + np.sum(second * product)


def one_adjoint_in_front_of_a_loop(x):
    # The adjoint of the sum was that of both operands, and the loop added to it in place.
    y, z = np.sin(x), np.cos(x)
    for _ in range(2):
        y = y + x * z
        z = z + np.sin(y)
    return np.sum((y + z) ** 2)


def one_adjoint_around_a_loop_without_passes(x):
    y, z = np.sin(x), np.cos(x)
    z = z + np.sin(y)
    for _ in range(0):
        y = y * x
    return np.sum((y + z) ** 2)


def one_adjoint_on_one_path(x):
    y, z = np.sin(x), np.cos(x)
    z = z + np.sin(y)
    if x[1] < 0.0:
        w = y
    else:
        w = y * y
    return np.sum((w + z) ** 2)


def knot_span(knots, x):
    k = 0
    while x >= knots[k + 1]:
        k += 1
    return k


def place_that_a_function_finds(x):
    # Where an element is taken from was refused where nothing tells that it is an int.
    weights = np.sin(x)
    return weights[knot_span([0.0, 0.5, 1.0], x[0])] * x[0] + weights[1]


def simulated(start, rate, noise):
    paths, steps = noise.shape
    out = np.empty((paths, steps + 1))
    out[:, 0] = start
    for t in range(steps):
        out[:, t + 1] = out[:, t] * np.exp(rate * noise[:, t])
    return out


def callee_with_an_array_of_its_own(x):
    # It was said to change its arguments, for the sizes of its array are read off one of them.
    return np.sum(simulated(x[0], x[1], np.outer(x, np.ones(2))) ** 2)


def reflected(A):
    m, n = A.shape
    Q = np.eye(m)
    for k in range(n):
        v = A[:, k] / 2.0
        Q[:, k:] = Q[:, k:] - np.outer(Q[:, k:] @ v[k:], v[k:])
    return Q


def callee_that_calls_the_library(x):
    return np.sum(reflected(np.outer(x, x)) ** 2)


def tuples_made_of_generators(x):
    # The adjoint of the list behind the tuple was a tuple, too.
    def moved(state, rate):
        return tuple(s + rate * np.sin(t) for s, t in zip(state, state[::-1], strict=True))

    state = (x[0], x[1])
    for rate in (x[2], 0.5):
        state = moved(state, rate)
    return state[0] * state[1]


def sorted_in_a_loop(x):
    # The list of saved orders was taken for what the second derivative changes unseen.
    y = np.sin(x)
    for _ in range(2):
        order = np.argsort(y)
        y = y[order] * x
    return np.sum(y**2)


def sizes_that_change(x):
    # A zero had the shape of what was computed behind the loop.
    h = x
    for n in (3, 2):
        z = h[:n] * x[0]
        if z.shape == h.shape:
            h = h + z
        else:
            h = np.sin(z)
    out = 2.0 * h
    return np.sum(out * out)


def functions_that_are_handed_on(x):
    # The adjoint of a function was copied as if it were a number.
    def newton(f, slope, at):
        for _ in range(3):
            at = at - f(at) / slope(at)
        return at

    return newton(lambda t: t**3 - x[0], lambda t: 3.0 * t * t + 0.1 * x[1], x[2])


@pytest.mark.parametrize(
    "function", [sizes_that_change, functions_that_are_handed_on, sorted_in_a_loop]
)
def test_reverse_over_reverse(function):
    first = grad(function)
    wanted = (first(X + 1e-5 * V) - first(X - 1e-5 * V)) / 2e-5
    got = hvp(function, mode="reverse_over_reverse")(X, V)
    np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-8)


def displays_that_are_written(x):
    # What a list that is written into an array holds got no adjoint.
    T = np.eye(3)
    T[:2, 2] = [x[0], 2.0 * x[1]]
    T[1] += (x[2], x[0], 1.0)
    T[0, :2], T[2] = [x[2], x[1]], [x[0], 1.0, x[1]]
    rows = [[1.0, 2.0], {"last": (3.0, 4.0)}]
    rows[0] = [x[0], x[1]]
    rows[1]["last"] = (x[2], x[1])
    return np.sum(T**3) * rows[0][0] + rows[1]["last"][1]


def signs_inside_of_functions(x):
    # The sign was taken out of functions that are flat, but not linear.
    steps = np.floor(-1.5 * x) + np.ceil(-x)
    below = math.floor(-x[0])
    total = np.sum(x * x * np.round(-x)) + np.sum(x * steps) * below
    rows = list(x)
    return total + sum(a * b for a, b in zip(rows[:-1], rows[1:], strict=True))


def sign_of_an_inactive_number(x):
    k = len(x) / 2.0
    return np.sum(x * np.floor(-k)) + x[0] * math.ceil(-k)


@pytest.mark.parametrize(
    "function",
    [
        tuples_made_of_generators, sizes_that_change, displays_that_are_written,
        signs_inside_of_functions,
        sign_of_an_inactive_number,
        place_that_a_function_finds, callee_with_an_array_of_its_own,
        callee_that_calls_the_library, state_that_a_callee_gives_back, parts_that_a_callee_hands_on,
        one_adjoint_in_front_of_a_loop, one_adjoint_around_a_loop_without_passes,
        one_adjoint_on_one_path,
    ],
    ids=lambda function: function.__name__,
)  # fmt: skip
def test_gradient(function):
    wanted = gradient(function, X)
    for options in ({}, {"motion": "split"}, {"optimized": False}):
        close(grad(function, **options)(X), wanted)
    close(autodiff(function, mode="forward")(X, V), V @ wanted)


def test_slices_beside_an_index_array():
    # The index was not written as an argument of np.add.at.
    def patches(image, at):
        return np.sum(np.sin(image[:, at, 1:])) + np.sum(image[::2, at] ** 2)

    image, at = np.arange(24.0).reshape(3, 2, 4) / 24.0, np.array([0, 1, 1, 0])
    got = grad(patches)(image, at)
    wanted = np.zeros_like(image)
    for i in at:
        wanted[:, i, 1:] += np.cos(image[:, i, 1:])
        wanted[::2, i] += 2.0 * image[::2, i]
    np.testing.assert_allclose(got, wanted)


@pytest.mark.parametrize(
    "rows", [np.array([[0.9, 0.4], [-0.5, 1.3]]), np.arange(8.0).reshape(2, 2, 2)], ids=np.shape
)
def test_tangent_of_a_solution_where_nothing_tells_the_rank(rows):
    def solved(matrix, rows):
        total = 0.0
        for row in rows:
            total += np.sum(np.linalg.solve(matrix, row * row))
        return total

    def along(s):
        return solved(matrix + s * dmatrix, rows + s * drows)

    matrix, dmatrix = np.array([[2.0, 0.5], [-0.3, 1.5]]), np.array([[0.1, -0.7], [0.2, 0.4]])
    drows = np.cos(rows)
    got = autodiff(solved, wrt=(0, 1), mode="forward")(matrix, rows, dmatrix, drows)
    close(got, gradient(along, 0.0))


def test_a_sum_of_numbers_in_a_loop_needs_no_list():
    # A default tells that its parameter is a number, and what is returned that all summands are.
    def decayed(x, decay=1e-3):
        loss = np.sum(x * x)
        for _ in range(3):
            loss += decay * np.sum(x)
        return loss

    def weighted(x, weight):
        loss = np.sum(x * x)
        for _ in range(3):
            loss += weight * np.sum(x)
        return loss

    for function in (decayed, weighted):
        source = grad(function).source
        assert "unbroadcast" not in source and "saved" not in source, source
    close(grad(decayed)(X), 2.0 * X + 3e-3)
    close(grad(decayed)(X, 0.5), 2.0 * X + 1.5)
    close(grad(weighted)(X, 0.5), 2.0 * X + 1.5)


def test_a_list_of_layers_of_lists_is_saved(tmp_path):
    # What it is asserted to be was no Python.
    def loss(layers, x):
        for layer in layers:
            for W, b in layer["net"]:
                x = np.tanh(x @ W + b)
        return np.sum(x)

    layers = [{"net": [(np.eye(2), np.ones(2)), (np.ones((2, 2)), np.ones(2))]} for _ in range(2)]
    path = grad(loss, like=(layers, np.ones((3, 2)))).save(tmp_path / "dloss.py")
    compile(path.read_text(), str(path), "exec")
    assert "isinstance(layers_each['net'], list)" in path.read_text()


def squares(x):
    return x * x


def of_function(x, function=squares):
    return np.sum(function(np.sin(x)))


def powers(x, power):
    return np.sum(x**power)


def chosen(x, index):
    return np.sum(x[index] ** 2)


def scaled(x, mask=None):
    y = x if mask is None else x * mask
    return np.sum(y * y)


ROW = np.array([0.5, -1.0, 2.0])


@pytest.mark.parametrize(
    "function, given",
    [
        (of_function, [squares, np.cos, lambda t: 3.0 * t]),
        (powers, [2, 3.0, np.array([2.0, 3.0, 1.0])]),
        (chosen, [1, [0, 0], np.array([1, 1]), np.array([True, False, True]), slice(1)]),
        (scaled, [None, ROW, 2.0, np.outer(ROW, ROW)]),
    ],
    ids=lambda item: getattr(item, "__name__", ""),
)
@pytest.mark.parametrize("like", [True, False])
def test_each_call_has_the_kinds_of_its_arguments(function, given, like):
    # What was given as an example, or guessed, was taken for granted of functions, lists and None.
    x = np.array([0.7, 1.3, 0.4])
    for example in given if like else given[:1]:
        derivative = grad(function, like=(x, example) if like else None)
        for argument in (*given, given[0]):
            close(derivative(x, argument), gradient(function, x, argument))


def test_a_function_as_default_is_saved(tmp_path):
    derivative = grad(of_function)
    path = derivative.save(tmp_path / "of_function.py")
    scope = {}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    close(scope[derivative.__name__](X), gradient(of_function, X))
    with pytest.raises(AssertionError):
        scope[derivative.__name__](X, np.cos)


def test_parts_of_one_length_need_no_helper():
    def gated(W, x):
        inner, gate = np.split(x @ W, 2)
        return np.sum(np.tanh(inner) / (1.0 + np.exp(-gate)))

    W, x = np.cos(np.arange(12.0)).reshape(3, 4), np.array([0.3, -0.2, 0.9])
    derivative = grad(gated, like=(W, x))
    assert "unbroadcast" not in derivative.source, derivative.source
    close(derivative(W, x), gradient(gated, W, x))


def test_a_diagonal_of_numbers_needs_no_helper():
    # np.diag of a list had no shape.
    def spread(x, dt=0.1):
        P = np.eye(2)
        for _ in range(2):
            P = P + x * np.diag([dt, 2.0 * dt])
        return np.sum(P @ P)

    source = grad(spread, like=(0.5,)).source
    assert "unbroadcast" not in source, source


def test_tangents_are_positional_beside_arguments_by_keyword():
    def weighted(x, y, *, weight=2.0):
        return weight * np.sum(x * x * y)

    got = jvp(weighted, wrt=("x", "y"))(X, V, np.ones(3), V, weight=0.5)
    close(got, np.sum(X * V) + 0.5 * np.sum(X * X * V))
    got = hvp(weighted)(X, V, np.ones(3), weight=0.5)
    close(got, V)
