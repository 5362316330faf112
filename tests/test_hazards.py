"""What makes tools of this kind silently wrong: one small program for each, or a few.

Every value is compared with central differences at two steps, in reverse mode joint and split,
optimised or not, and in forward mode.
"""

import linecache
import math

import numpy as np
import pytest

import tangent_ad
from tangent_ad import autodiff, grad, value_and_grad

PROGRAMS = {}
X = np.array([0.7, -1.3, 0.4, 1.1])
V = np.array([0.9, -0.4, 1.7, 0.6])


def hazard(function):
    PROGRAMS[function.__name__] = function
    return function


# ---- memory --------------------------------------------------------------------------------


@hazard
def adjoints_that_are_one_array(x):
    a = x + 0.0
    b = a
    c = a + b
    d = c - a
    return np.sum(c * d) + np.sum(a) * b[0]


@hazard
def copies_in_a_loop(x):
    a = x
    b = x
    for _ in range(3):
        a, b = b + a, a
    return np.sum(a * b)


@hazard
def elements_reached_twice_and_once(x):
    y = np.outer(x, x)
    s = 0.0
    for i in range(1, 4):
        s += y[i, 0] * y[i, i - 1] * y[0, 0] + x[i] * x[i - 1]
    for j in range(2):
        n = 2 - j
        s += np.sum(y[:n]) * y[n, 1] + y[..., 0] @ y[0, 1:3].repeat(2)
    return s + np.sum(y[n:]) * y[3, 3] + np.sum(y[x > 0, 1] ** 2) + np.sum(y[1, 2])


@hazard
def the_same_expression_of_changed_values(x):
    y = np.cos(x)
    v = x * 1.0
    s = np.sum(np.sin(v) * y)
    v[0] = y[1]
    y[0] = 2.0 * y[1] + np.sin(v)[1]
    w = 1.0 + np.cos(x)
    for _ in range(2):
        s += np.sum(np.sin(v) * w) * np.sum(np.cos(x))
        v[1:] *= np.sin(v)[:-1]
    return s + np.sum(y * w * np.cos(x)) + np.sum(np.sin(v) ** 2)


@hazard
def counters_that_count_back(x):
    s = 1.0
    i = 0
    while i < 3:
        s = s + np.sin(x[i]) * s
        i += 2
    while i < 8:
        s = s * np.cos(x[i % 4]) + 0.5
        i = i + 1
    if x[0] > 0.0:
        i = 1
    for v in x:
        n = i
        while n < 4:
            n += 1
            s = s + 0.1 * v * s * x[n - 1]
        i = i + 1
        s = s * (1.0 + 0.1 * i * v)
    k = 0
    while True:
        k += 1
        s = s + x[k] * s
        if k > 2:
            break
    return s * i * n


@hazard
def products_in_which_a_factor_repeats(x):
    a, b = x[0], x[1]
    y = 0.5 * x * x
    for _ in range(2):
        a = a * b * (0.5 * a) - b * b * b * b * b * b
        y = -y * (a * 2) * y
    return np.sum(y) + a * b * b * a + np.sum(x * np.sin(2.0) * a * x) + len(x) * b * -b * b


@hazard
def views_that_are_saved_and_written(x):
    y = x * 1.0
    s = 0.0
    for i in range(3):
        v = y[i : i + 2]
        s += np.sum(v * v * v)
        y[i + 1] = s * y[i]
    return s + np.sum(y)


@hazard
def rows_that_are_saved_and_written(x):
    table = np.outer(x, x)
    s = 0.0
    for row in table:
        s += np.sum(np.sin(row))
        row *= 0.5 * s
    return np.sum(table**2)


@hazard
def write_through_an_alias(x):
    v = y = x * x
    v *= 2.0
    v[1:] += y[:-1]
    return np.sum(np.sin(y)) + v[0]


@hazard
def write_through_a_view(x):
    y = 3.0 * x
    y[1:3][0] = y[0] * y[3]
    tail = y[2:]
    tail *= y[0]
    return np.sum(y * y)


@hazard
def slice_onto_itself(x):
    y = x * x
    y[1:] = y[:-1]
    y[::-1] += y
    return np.sum(y * x)


@hazard
def argument_written(x):
    x *= x
    x[0] = x[1] * x[2]
    return np.sum(x)


@hazard
def repeated_index(x):
    y = x[[0, 0, 2]]
    z = np.zeros(2)
    np.add.at(z, [1, 1, 0], y * y)
    return np.sum(np.exp(z))


@hazard
def repeated_index_in_a_store(x):
    y = np.zeros(3)
    y[[0, 0, 2]] = x[:3] * x[1:]
    y[[1, 1]] += x[2:]
    return np.sum(y * y)


@hazard
def list_of_one_object(x):
    items = [x * 2.0] * 2
    items.append(items[0] * items[1])
    return np.sum(items[2] + items[-3])


@hazard
def list_popped_and_appended(x):
    items = [x[0], x[1] * x[0]]
    last = items.pop()
    items.append(x[2] * last)
    items.pop(0)
    return items[-1] * last


# ---- control flow --------------------------------------------------------------------------


@hazard
def variable_of_one_branch(x):
    if x[0] > 0:
        y = x * x
        extra = y[1]
    else:
        y = -x
    if x[0] > 0:
        y = y * extra
    return np.sum(y)


@hazard
def loop_that_never_runs(x):
    y = x[0] * x[1]
    for i in range(len(x) - 4):
        y = y * x[i]
    while y > 5.0:
        y = y / 2.0
    return y * y


@hazard
def bounds_written_in_the_body(x):
    n = 3
    s = 1.0
    for i in range(n):
        n = 0
        s = s * x[i] + n
    return s * s


@hazard
def iterable_written_in_the_body(x):
    items = [x[0], x[1], x[2]]
    s = 0.0
    for item in items:
        items = [s, s]
        s += item * item + len(items)
    return s * s


@hazard
def iterated_array_written_in_the_body(x):
    y = x * 1.0
    s = 0.0
    for i, value in enumerate(y):
        s += value * value
        y[(i + 1) % 4] *= s
    return s


@hazard
def counter_after_the_loop(x):
    for i in range(3):
        if x[i] < -1.0:
            break
    return x[i] ** 2 * i


@hazard
def counter_written_in_the_body(x):
    s = 0.0
    for i in range(3):
        s += x[i] ** 2
        i = i + 1
        s = s * x[i]
    return s


@hazard
def and_of_numbers(x):
    a = x[0] and x[1] * x[0]
    b = x[2] < 0 and x[3]
    return a * a + b


@hazard
def or_of_numbers(x):
    return (x[0] or x[1]) ** 2 + (0.0 * x[1] or x[2]) ** 3


@hazard
def chained_comparison(x):
    y = x[0] * x[3]
    if 0.0 < y < x[3] < 2.0:
        return y * y
    return y


@hazard
def guard_that_is_not_run(x):
    y = x[0] - x[0]
    return (1.0 / y if y != 0.0 else x[1] ** 2) + (y != 0.0 and 1.0 / y or x[2])


@hazard
def early_exits(x):
    s = 0.0
    for value in x:
        if value < -1.0:
            continue
        s += value * value
        if s > 1.0:
            return s * value
    return s


# ---- names ---------------------------------------------------------------------------------


@hazard
def names_like_ours(x):
    bx, dx, by, d, t, saved = x[0], x[1], x[2], x[3], x[0] * x[1], [x[1]]
    x_saved = [bx * dx]
    for b in range(2):
        by_ = bx * dx + by
        bx = by_ * d + saved[0] * t
        x_saved.append(bx * b)
    return bx * x_saved[-1] + x_saved[0]


@hazard
def name_of_a_builtin(x):
    sum = x[0] * x[1]
    len = sum * sum
    list = [len, sum]
    for range in list:
        len = len + range * x[2]
    return len


@hazard
def name_of_a_module(x):
    numpy = x * x
    math = numpy[0]
    for zeros_like in (0, 1):
        math = math * numpy[zeros_like] + x[2]
    return math


def with_default(value, items=[0.5, 2.0]):  # noqa: B006 - the hazard
    return value * items[0] + value * value * items[1]


@hazard
def mutable_default(x):
    return with_default(x[0]) + with_default(x[1], [1.0, 3.0])


SCALE = 2.0


def helper_with_a_global(x):
    return SCALE * x * x


@hazard
def global_of_the_same_name(x):
    SCALE = x[1] * 3.0
    return helper_with_a_global(x[0]) * SCALE


one, other = lambda x: np.sum(x * x), lambda x: np.sum(np.sin(x))  # noqa: E731
PROGRAMS["first_lambda_of_a_line"] = one
PROGRAMS["second_lambda_of_a_line"] = other


# ---- numbers -------------------------------------------------------------------------------


@hazard
def integers_beside_floats(x):
    n = np.array([1, 2, 3, 4])
    k = 7 // 2 + 7 % 4
    return np.sum(x * n**2 / k) + np.sum((n // 2) * x**2) + x[0] % 0.3 + np.sum(n) * x[1]


@hazard
def array_of_no_axes(x):
    a = np.array(x[0] * x[1])
    b = np.asarray(a * 2.0)
    return float(np.sum(a * b)) + math.sin(a)


@hazard
def zero_times_an_array(x):
    y = 0 * x + x[0]
    z = np.zeros_like(x) + x[1] * 1
    return np.sum(y * z) + np.sum(0.0 * x)


@hazard
def where_with_a_safe_argument(x):
    safe = np.where(x > 0, x, 1.0)
    return np.sum(np.where(x > 0, np.log(safe), x * x))


@hazard
def powers_at_their_edges(x):
    zero = x[0] - x[0]
    return np.sum(x**0) + zero**2 + np.sum(x**3) + (-x[1]) ** 1.5 + np.sum(np.abs(x) ** x[0])


@hazard
def dead_effects(x):
    log = []
    y = x * x
    log.append(y.copy())
    z = y * 0.0
    y[0] = 3.0 * x[1]
    return np.sum(log[0]) + np.sum(z)


@pytest.mark.parametrize("name", PROGRAMS)
def test_values(name):
    function = PROGRAMS[name]
    steps = [
        np.array([
            (function(X + step * e) - function(X - step * e)) / (2.0 * step) for e in np.eye(4)
        ])
        for step in (1e-5, 1e-6)
    ]  # fmt: skip
    before = X.copy()
    for optimized in (True, False):
        for motion in ("joint", "split"):
            got = autodiff(function, motion=motion, optimized=optimized)(X)
            close(got, steps)
        forward = autodiff(function, mode="forward", optimized=optimized)
        close(forward(X, V), [step @ V for step in steps])
    value, got = value_and_grad(function)(X)
    assert value == pytest.approx(float(function(X.copy())), rel=1e-14)
    close(got, steps)
    assert np.array_equal(X, before)


def close(got, steps):
    assert any(np.allclose(got, step, rtol=1e-6, atol=1e-7) for step in steps), (got, steps)


# ---- what has no difference to compare with -------------------------------------------------


def test_integer_arguments():
    assert grad(lambda x: x**2)(3) == 6.0
    assert isinstance(grad(lambda x: x**2)(3), float)
    assert grad(lambda x: x // 2 + x % 2)(3) == 1.0
    with pytest.raises(tangent_ad.InputTypeError):
        grad(lambda x: np.sum(x * x))(np.array([1, 2]))


def test_no_axes_and_python_floats():
    derivative = grad(lambda x: np.sum(x * x) * 1.0)
    assert np.shape(derivative(2.0)) == ()
    got = derivative(np.array(2.0))
    assert np.shape(got) == () and got == 4.0


def test_float32_stays():
    x = X.astype(np.float32)
    for function in (lambda x: np.sum(np.exp(x) * 0.5), lambda x: np.mean(x**2) + np.max(x)):
        got = grad(function)(x)
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, grad(function)(X), rtol=1e-5)


def test_where_with_a_nan_in_the_other_branch():
    derivative = grad(lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0.0)))
    with np.errstate(all="ignore"):
        got = derivative(np.array([4.0, 0.0, -1.0]))
    assert got[0] == 0.25
    assert all(g == 0.0 or np.isnan(g) for g in got[1:])


def test_ties_share():
    assert np.sum(grad(lambda x: np.max(x))(np.ones(3))) == pytest.approx(1.0)
    assert np.sum(grad(lambda x: np.min(x))(np.ones(3))) == pytest.approx(1.0)
    assert np.sum(grad(lambda x: max(x[0], x[1]))(np.ones(2))) == pytest.approx(1.0)
    assert np.sum(grad(lambda x: np.sum(np.maximum(x, x[::-1])))(np.ones(2))) == pytest.approx(2.0)


def test_kinks():
    assert -1.0 <= grad(lambda x: abs(x))(0.0) <= 1.0
    assert grad(lambda x: np.linalg.norm(x))(np.zeros(3)) == pytest.approx(np.zeros(3))
    with np.errstate(all="ignore"):
        assert grad(lambda x: np.sqrt(x))(0.0) == math.inf
    assert grad(lambda x: x**0)(0.0) == 0.0
    assert grad(lambda x, y: x**y)(0.0, 2.0) == 0.0
    assert grad(lambda x, y: x**y, wrt=(1,))(0.0, 2.0) == 0.0
    assert grad(lambda x: x**3)(-2.0) == 12.0


def test_zero_keeps_its_shape():
    assert np.array_equal(grad(lambda x: np.sum(0 * x))(X), np.zeros(4))
    assert np.shape(autodiff(lambda x: 0 * x, mode="forward")(X, V)) == (4,)


def test_effects_happen_once(capsys):
    def speaks(x):
        print("once")
        return x * x

    assert grad(speaks)(3.0) == 6.0
    assert capsys.readouterr().out == "once\n"


def test_a_global_rebound_later(monkeypatch):
    derivative = grad(helper_with_a_global)
    assert derivative(3.0) == 12.0
    monkeypatch.setitem(globals(), "SCALE", 5.0)
    assert derivative(3.0) == 30.0


def doubled(function):
    def inner(x):
        return 2.0 * function(x)

    return inner


def test_decorated():
    @doubled
    def square(x):
        return x * x

    try:
        got = grad(square)(3.0)
    except tangent_ad.TangentError:
        return
    assert got == 12.0


def test_a_file_that_changed(tmp_path, monkeypatch):
    path = tmp_path / "changing_module.py"
    path.write_text("def f(x):\n    return x * x\n")
    monkeypatch.syspath_prepend(tmp_path)
    import changing_module  # noqa: PLC0415 - it was written just now

    path.write_text("def f(x):\n    return x * x * x + 1.0\n")
    linecache.checkcache()
    try:
        got = grad(changing_module.f)(3.0)
    except tangent_ad.TangentError:
        return
    assert got == 6.0


def test_an_exception_half_way():
    def fails(x, n):
        y = x * 1.0
        for i in range(n):
            y[i] = y[i] * y[i - 1]
        return np.sum(y)

    derivative = grad(fails)
    wanted = derivative(X, 4)
    with pytest.raises(IndexError):
        derivative(X, 5)
    assert np.array_equal(derivative(X, 4), wanted)
