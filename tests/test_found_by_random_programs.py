"""What went wrong in programs that were made at random (tests/fuzz), as small as it gets."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tangent_ad import TangentError, grad
from tests.listed import Listed

X = np.array([0.7, -1.3, 0.4])

program = Listed()


# An object that is not differentiated may change, too.


@dataclasses.dataclass
class Level:
    height: float
    rate: float = 0.7


@program(X, 0.9)
def object_that_does_not_vary(x, a):
    level = Level(a)
    for _ in range(2):
        level.height = np.sin(level.height) + level.rate
    return level.height * np.sum(x * x)


def level_of(a):
    rate = 2.0 * a if a > 0.3 else a
    return Level(rate)


@program(X, 0.9)
def object_that_a_function_makes_of_what_does_not_vary(x, a):
    level = level_of(a)
    level.height *= level.rate
    return level.height * np.sum(x * x)


def levels_of(a):
    return [Level(a), Level(2.0 * a, 0.1)]


@program(X, 0.9)
def objects_in_a_list_that_a_function_makes(x, a):
    levels = levels_of(a)
    levels[0].height *= 3.0
    levels[1].height = levels[0].height * x[0]
    return levels[1].height * np.sum(x * x)


# A function that took an object along, called for nothing.


class Heated:
    def __init__(self, heat, rate):
        self.heat, self.rate = heat, rate

    def warmed(self, by):
        return self.heat + self.rate * by

    def moved(self):
        return applied(lambda by: self.rate * by)


def applied(function):
    return function(1.0)


@program(X)
def bound_method_whose_result_is_unused(x):
    body = Heated(x[0], 2.0)
    step = body.warmed
    step(0.3)
    return body.heat * step(x[1])


@program(X)
def closure_over_an_object_whose_result_is_unused(x):
    body = Heated(x[0] * x[1], 2.0)
    body.moved()
    return body.heat * x[2]


def state_of(level):
    return Heated(1.0, level)


def heat_of(level, more):
    state = state_of(level)
    return state.heat + more


@program(X)
def object_that_does_not_vary_in_a_callee(x):
    return heat_of(1.5, more=x[0]) * x[1]


# A name of the callee is not that of something outside.

RATE = 3.0


class Rated:
    def __init__(self, value):
        self.value = value

    def scaled(self, RATE):  # noqa: N803
        return self.value * np.sin(RATE) + RATE


@program(X)
def parameter_named_like_a_constant(x):
    return Rated(x[0]).scaled(x[1] * x[2]) * RATE


# A try that has nothing to do with derivatives binds names that they read.


@program(X)
def counter_in_a_try(x):
    y, k = np.zeros(4), 0
    for _ in range(3):
        try:
            k += 1
        except ValueError:
            pass
        y[k] = np.sum(x) * k
    return y[1] * y[2] + y[3]


@program(X)
def number_or_else_the_counter(x):
    total = x[0]
    for k, text in enumerate(("2", "", "1")):
        try:
            at = int(text)
        except ValueError:
            at = k
        total = total * x[at] + at
    return total


@program(X)
def place_in_a_list_or_a_new_one(x):
    seen, total = [], 1.0
    for k in (0, 2, 0):
        try:
            at = seen.index(k)
        except ValueError:
            seen.append(k)
            at = len(seen)
        total = total * np.sin(x[k]) * (at + 2)
    return total


# Targets are bound from left to right, and one may be read, or bound, by another.


@program(X)
def target_bound_twice(x):
    first, both = both = x[0] * 2.0, x[1] * 3.0
    return both[0] * both[1] * first


@program(X)
def target_read_before_it_is_bound(x):
    y = x * x
    i = 1
    y[i] = i = int(2.0 + abs(x[0]))
    return np.sum(y * x[i])


@program(X)
def target_read_after_it_is_bound(x):
    y, i = x * x, 0
    i = y[i] = int(1.0 + abs(x[0]))
    return np.sum(y * x[i])


@program(X)
def unpacked_under_its_own_name(x):
    pair = (x[0], x[0] * x[1])
    pair, other = whole = pair
    return pair * whole[1] + other * x[2]


# Views of dicts.


@program(X)
def items_in_order(x):
    table = {"b": x[0], "a": x[1] * x[2], "c": 1.0}
    total = 1.0
    for _, value in sorted(table.items()):
        total = np.sin(total) + value * total
    return total * max(table.items(), key=lambda item: item[1])[1]


@program(X)
def items_in_a_list(x):
    table = {"a": x[0], "b": x[1] * x[2]}
    pairs = list(table.items())
    table["a"] = x[1]
    return pairs[0][1] ** 2 * pairs[1][1] * table["a"] + len(pairs[0][0])


# What is saved in a loop may be in a list, too, and change there.


@program(X)
def element_of_an_element(x):
    rows, v = [], x
    for _ in range(2):
        v = np.sin(v)
        rows.append(v)
    rows[0][0] = x[2]
    return np.sum(rows[0] * rows[1])


@program(X)
def array_in_a_list_that_grows(x):
    rows, v = [], x
    for _ in range(2):
        v = np.sin(v)
        rows.append(v)
    rows[0] += x
    return np.sum(rows[0] * rows[1])


@program(X)
def array_in_a_dict(x):
    table, v = {}, x
    for key in ("a", "b"):
        v = np.exp(0.3 * v)
        table[key] = v
    table["a"][1:] = x[:-1]
    return np.sum(table["a"] * table["b"])


# Generators: functions and blocks inside them, and one that only looks like an odd one.


@program(X)
def generator_with_a_function_inside(x):
    def powers(v):
        for k in range(3):

            def scaled(u):
                return u * k  # noqa: B023

            with np.errstate(over="ignore"):
                v = np.sin(v) + scaled(v)
            yield v[0]

    return sum(powers(x))


def inner_values(v):
    def doubled(values):
        for u in values:
            yield 2.0 * u

    for u in doubled(v):
        yield np.sin(u)


@program(X)
def generator_inside_a_generator(x):
    return sum(u * u for u in inner_values(x))


test_reverse, test_forward = program.tests()


def weight_changed_in_a_try(x):
    weight, total = np.ones(2), x[0]
    for _ in range(3):
        total = total * weight[0] * x[1]
        try:
            weight[0] = weight[0] + 1.0
        except ValueError:
            pass
    return total


def test_a_write_in_a_try_that_cannot_be_undone_is_refused():
    with pytest.raises(TangentError, match="changing"):
        grad(weight_changed_in_a_try)(X)


# A generator runs in turns with the loop over it: it sees what the loop changes, and it is seen.


def captured_name_rebound(x):
    a, total = x[0], 0.0

    def parts():
        for k in range(3):
            yield a * k

    for u in parts():
        total += u * u
        a = np.sin(a) * x[1]
    return total


def array_of_the_caller_written(x):
    y = x * 2.0
    z, total = y, 0.0
    for u in squares(z):
        total += u
        y[2] = total * x[1]
    return total


def squares(v):
    for k in range(3):
        yield v[k] * v[k]


def item_changed_in_place(x):
    total = 0.0
    for u in sines(x):
        u *= x
        total += np.sum(u)
    return total


def sines(v):
    for _ in range(3):
        v = np.sin(v)
        yield v


def argument_written_by_the_generator(x):
    y, total = x * 1.0, 0.0
    for u in overwritten(y):
        total = total * 0.5 + np.sum(u) + y[0]
    return total


def overwritten(v):
    for _ in range(3):
        v[0] = np.sin(v[0]) * v[1]
        yield v


def sum_of_one_array_that_changes(x):
    return np.sum(sum(overwritten(x * 1.0)))


@pytest.mark.parametrize(
    "function",
    [captured_name_rebound, array_of_the_caller_written, item_changed_in_place,
     argument_written_by_the_generator, sum_of_one_array_that_changes],
)  # fmt: skip
def test_turns_that_a_list_would_not_take_are_refused(function):
    with pytest.raises(TangentError, match="return a list of the values"):
        grad(function)(X)
