"""What went wrong in programs written as public packages are, as small as it gets."""

# ruff: noqa: B905

import importlib
import linecache
import math
from collections import defaultdict, deque, namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

from tangent_ad import errors, grad, hvp
from tests.api.differences import close, gradient
from tests.listed import Listed

X = np.array([0.7, -1.3, 0.4])
program = Listed()


# ---- attributes that only some objects have ----------------------------------------------------


class Fitted:
    def __init__(self, x):
        self.x = x

    def fit(self):
        self.scale_ = np.sum(self.x**2)
        return self

    def score(self):
        if not hasattr(self, "scale_"):
            raise ValueError("not fitted")
        return self.scale_ * np.sum(self.x)


@program(X)
def attribute_of_another_method(x):
    # hasattr was decided before fit had been read.
    return Fitted(x).fit().score()


class Smoother:
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, value):
        if not hasattr(self, "state"):
            self.state = value * self.rate
        self.state = 0.5 * self.state + value
        return self.state

    def by_default(self, value):
        self.last = getattr(self, "last", 1.0) * value + self.rate
        return self.last


@program(X)
def attribute_of_the_pass_before(x):
    # hasattr was decided once for all passes.
    smoother, total = Smoother(x[0]), 0.0
    for value in x:
        total += smoother(value) ** 2
    return total


@program(X)
def default_of_an_attribute(x):
    smoother, total = Smoother(x[0]), 0.0
    for value in x:
        total += smoother.by_default(value)
    return total


# ---- dicts and texts ---------------------------------------------------------------------------


def power(x, kind):
    return np.sum(x * x) if kind == "square" else np.sum(x**3)


@program(X, [{"rate": 1.0}, {"rate": 2.0, "kind": "cube"}])
def a_default_of_get_is_one_of_two(x, options):
    # What get gives was taken for its default where the dicts of a list differ in their keys.
    return sum(each["rate"] * power(x, each.get("kind", "square")) for each in options)


@program(X)
def sums_by_key(x):
    # In forward mode there was no zero for a key that is not there yet.
    table = defaultdict(float)
    for i, value in enumerate(x):
        table[i % 2] += value * value
    return table[0] * table[1] + table[7]


@program(X)
def keys_in_order(x):
    # The adjoint of the sorted keys was added to that of the dict.
    table = {}
    for i, value in enumerate(x):
        if i % 2 not in table:
            table[i % 2] = []
        table[i % 2].append(value * value)
    return sum(sum(table[key]) ** (key + 2) for key in sorted(table))


@program(X)
def entries_in_order(x):
    table = {}
    for i, value in enumerate(x):
        table.setdefault(i % 2, []).append(value * value)
    product = 1.0
    for key, values in sorted(table.items()):
        product *= sum(values) * (key + 1)
    return product


@program(X, ("log_rate", "mean", "Log_scale"))
def names_tell_what_to_do(x, names):
    theta, total = dict(zip(names, x)), 0.0
    for name, value in theta.items():
        if name.lower().startswith("log_"):
            total += np.exp(value)
        elif name.split("_")[0] == "mean":
            total += value**2
    return total


# ---- a variable and a function of one name -------------------------------------------------------


def advanced(point, force):
    return point._replace(v=point.v + 0.1 * force(point), x=point.x + 0.1 * point.v)


Point = namedtuple("Point", "x v")


@program(X)
def function_passed_on_in_a_loop(p):
    # The variable that holds the function got the name of the function that it is made of.
    stiffness = p[0]
    force = lambda point: -stiffness * point.x  # noqa: E731
    point = Point(p[1], p[2])
    for _ in range(3):
        point = advanced(point, force)
    return point.x * point.v


# ---- libraries of several versions, dataclasses without a decorator ---------------------------------


@program(X)
def area_of_either_name(x):
    t = np.linspace(0.0, 1.0, 3)
    area = np.trapezoid(x, t) if hasattr(np, "trapezoid") else np.trapz(x, t)
    if not hasattr(np, "trapezoid"):
        area = area + np.in1d(x, t)
    return area**2


@dataclass
class Body:
    mass: float
    v: float = 0.0

    def energy(self):
        return self.mass * self.v**2


class Heated(Body):
    def energy(self):
        return 2.0 * super().energy() + self.mass


@program(X)
def inherited_dataclass(x):
    return Heated(x[0], v=x[1]).energy() + Heated(x[2] ** 2).mass


# ---- lists in lists, keys beside numbers ---------------------------------------------------------


def minor(m, j):
    return [row[:j] + row[j + 1 :] for row in m[1:]]


def determinant(m):
    if len(m) == 1:
        return m[0][0]
    if len(m) == 2:
        return m[0][0] * m[1][1] - m[0][1] * m[1][0]
    return sum((-1) ** c * m[0][c] * determinant(minor(m, c)) for c in range(len(m)))


@program(X)
def expansion_by_minors(p):
    # What a list holds was forgotten on the way into a recursion, and + taken for a sum.
    return determinant([[p[0], 1.0, p[1]], [p[1], p[2], 0.4], [0.1, 0.2, p[1]]])


@program(X)
def reactions(k):
    # The names of substances were taken for differentiated, as they stand beside rates in a loop.
    pairs = [({"A": 1, "B": 1}, {"C": 1}), ({"C": 1}, {"A": 1, "B": 1}), ({"A": 2}, {"D": 1})]
    names = sorted({s for sides in pairs for side in sides for s in side})
    amount = {s: 1.0 if s in "AB" else 0.0 for s in names}
    for _ in range(3):
        change = dict.fromkeys(names, 0.0)
        for (before, after), rate in zip(pairs, k):
            for s, n in before.items():
                rate = rate * amount[s] ** n
            for s, n in before.items():
                change[s] -= n * rate
            for s, n in after.items():
                change[s] += n * rate
        amount = {s: amount[s] + 0.1 * change[s] for s in names}
    return amount["D"] * 10.0 + amount["A"] ** 2


@program(X)
def shortest_path(p):
    edges = [("a", "b", p[0]), ("b", "c", p[1] ** 2), ("a", "c", p[2] * 9.0)]
    distance = defaultdict(lambda: float("inf"))
    distance["a"] = 0.0
    nodes = {end for edge in edges for end in edge[:2]}
    for _ in range(len(nodes) - 1):
        for start, end, length in edges:
            if distance[start] + length < distance[end]:
                distance[end] = distance[start] + length
    return distance["c"] ** 2


# ---- calls that unpack -------------------------------------------------------------------------


class Spring:
    __slots__ = ("mass", "rate", "rest")

    def __init__(self, mass, rate=2.0, rest=0.1):
        self.mass, self.rate, self.rest = mass, rate, rest

    def energy(self):
        return self.mass * self.rate**2 + self.rest * self.mass


def scaled(x, gain, shift, power=2):
    return np.sum(gain * x**power + shift * x)


@program(X)
def a_constructor_gets_an_array(x):
    return Spring(*x).energy()


@program(X)
def a_constructor_gets_a_dict(x):
    spring = Spring(mass=x[0], rest=x[1])
    return spring.energy() * x[2]


@program(X, [{"gain": 2.0, "shift": 1.0}, {"gain": 0.5, "shift": 1.0, "power": 3}])
def a_dict_may_have_what_has_a_default(x, rows):
    return sum(scaled(x, **row) for row in rows)


@program(np.array([[0.7, -1.3, 0.4]]))
def columns_of_lists_of_arrays(x):
    # The adjoint of the list behind a tuple was a tuple, and did not become shorter.
    parts = [np.split(x, 3, axis=1), np.split(x * x, 3, axis=1)]
    return np.sum(np.hstack([a * b for a, b in zip(*parts)]))


@program(X)
def length_of_a_row(x):
    return math.hypot(*x) * math.hypot(*x[:2])


# ---- arrays, statements ------------------------------------------------------------------------


@program(X)
def along_the_last_axis_of_a_vector(x):
    # The adjoint of the sum was to have axes, and is one number.
    return np.sum(x * x, axis=-1)


@program(X, np.tanh)
def along_the_last_axis_of_what_a_function_gives(x, function):
    return 2.0 * np.mean(function(x), axis=-1)


@program(X, {"a": 2.0})
def try_inside_and_around_a_nested_function(x, table):
    # What handlers read was not known in the nested function.
    def entry(key):
        try:
            return table[key]
        except KeyError:
            return 3.0

    try:
        y = x * table["a"]
    except KeyError:
        y = x
    return np.sum(y * x) * entry("a") * entry("b")


test_reverse, test_forward = program.tests()


# ---- examples, refusals, second order ----------------------------------------------------------


class Options:
    def __init__(self, kind):
        self.kind = kind


def by_text(x, kind):
    return power(x, kind)


def by_attribute(x, options):
    return power(x, options.kind)


@pytest.mark.parametrize(
    "function, make", [(by_text, str), (by_attribute, Options)], ids=["text", "attribute"]
)
def test_the_text_of_an_example_is_no_constant(function, make):
    derivative = grad(function, like=(X, make("cube")))
    for kind in ("cube", "square"):
        close(derivative(X, make(kind)), gradient(function, X, make(kind)))


def test_a_deque_that_forgets_is_refused():
    def moving(x):
        window, total = deque(maxlen=2), 0.0
        for value in x:
            window.append(value * value)
            total += sum(window) ** 2
        return total

    with pytest.raises(errors.UnsupportedSyntaxError, match="use a list"):
        grad(moving)


def test_second_order_waits_for_the_dicts_in_a_list():
    # The generated text was not made for the arguments of the call.
    def loss(x, options):
        return sum(power(x, each.get("kind", "square")) for each in options)

    options = [{"kind": "cube"}, {}]
    close(hvp(loss)(X, options, np.ones(3)), 6.0 * X + 2.0)


def test_second_order_with_the_first_of_a_dict():
    def loss(x, data):
        rows = len(next(iter(data.values())))
        return sum(np.sum(x**3) * data["b"][i] for i in range(rows))

    close(hvp(loss)(X, {"a": [1, 2], "b": [0.5, 2.0]}, np.ones(3)), 15.0 * X)


def test_second_order_of_a_recursion_over_lists():
    values, vector = np.abs(X), np.array([0.5, -1.0, 2.0])
    step = 1e-5
    up, down = (grad(expansion_by_minors)(values + s * step * vector) for s in (1.0, -1.0))
    got = hvp(expansion_by_minors)(values, vector)
    np.testing.assert_allclose(got, (up - down) / (2.0 * step), rtol=1e-6)


def test_lists_that_are_not_known_to_be_lists_are_not_added_up():
    def joined(parts, depth):
        return parts["first"] + parts["rest"] if depth == 0 else joined(parts, depth - 1)

    def total(x):
        return joined({"first": [x[0]], "rest": [x[1], x[2]]}, 2)[1] ** 2

    with pytest.raises(errors.UnsupportedSyntaxError, match="a list"):
        grad(total)(X)


class Minors:
    def __init__(self, rows):
        self.rows = rows

    def determinant(self):
        if len(self.rows) == 1:
            return self.rows[0][0]
        total = 0.0
        for j, head in enumerate(self.rows[0]):
            inner = Minors([row[:j] + row[j + 1 :] for row in self.rows[1:]])
            total += (-1) ** j * head * inner.determinant()
        return total


def test_a_method_that_calls_itself_in_a_loop_is_refused():
    # Its statements took the place of each of its calls without end.
    def determinant(x):
        return Minors([[x[0], x[1]], [x[2], 1.0]]).determinant()

    with pytest.raises(errors.TangentError, match="calls itself"):
        grad(determinant)


def test_a_library_is_not_read_without_end(tmp_path, monkeypatch):
    # All that a function of an installed package calls was read, for minutes.
    folder = tmp_path / "site-packages"
    folder.mkdir()
    steps = [
        f"def step_{i}(x):\n    return step_{i + 1}(x) + step_{i + 2}(2.0 * x)\n"
        for i in range(400)
    ]
    ends = "def step_400(x):\n    return x\n\nstep_401 = step_400\n"
    (folder / "package_of_many.py").write_text("\n".join([*steps, ends]))
    monkeypatch.syspath_prepend(folder)
    package = importlib.import_module("package_of_many")

    def valley(x):
        return np.sum(package.step_0(x))

    with pytest.raises(errors.MissingRuleError, match=r"@adjoint\(package.step_0\)"):
        grad(valley)


def test_second_order_of_what_waits_for_a_list():
    # The seed of the variant had another name than the one that was passed on.
    def energy(values):
        return Spring(*values).energy()

    got = hvp(energy)([0.7, 1.3], [1.0, 2.0])
    close(np.array(got), np.array([2 * 1.3 * 2.0, 2 * 1.3 + 2 * 0.7 * 2.0]))


def test_a_number_that_may_be_none_is_a_number_behind_the_test():
    # Nothing was known of its shape, so every product with it was summed to a shape.
    def struck(x):
        if x[0] > 10.0:
            return None
        return x[0] * x[1]

    def traced(x):
        depth, total = struck(x), 0.0
        if depth is not None:
            total = depth * depth * x[2]
        return total

    derivative = grad(traced, like=(X,))
    assert "unbroadcast" not in derivative.module_source, derivative.module_source
    close(derivative(X), gradient(traced, X))


def test_rows_of_numbers_that_are_copied_need_no_test():
    # Each write into a row was preceded by a search for the row in all of the matrix.
    def eliminated(x):
        rows = [list(row) for row in ([x[0], 1.0], [x[1], x[2]])]
        for i in range(1, 2):
            factor = rows[i][0] / rows[0][0]
            for j in range(2):
                rows[i][j] = rows[i][j] - factor * rows[0][j]
        return rows[1][1]

    derivative = grad(eliminated, like=(X,))
    assert "require_single" not in derivative.source, derivative.source
    close(derivative(X), gradient(eliminated, X))


def test_functions_of_no_module():
    # As a console makes them that runs text in a namespace without a name.
    text = "def inner(x):\n    return x * x\n\n\ndef outer(x):\n    return inner(x) * x\n"
    linecache.cache["<of no module>"] = (len(text), None, text.splitlines(True), "<of no module>")
    space = {}
    exec(compile(text, "<of no module>", "exec"), space)
    space["inner"].__module__ = space["outer"].__module__ = None
    assert grad(space["outer"])(2.0) == 12.0
    assert "def " in grad(space["outer"]).module_source
