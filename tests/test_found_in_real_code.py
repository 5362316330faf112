"""What went wrong in programs written as public packages are, as small as it gets."""

# ruff: noqa: B905

from collections import defaultdict, deque

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
