"""What iterators give, and the variables of comprehensions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tangent_ad import UnsupportedSyntaxError, grad
from tests.api.differences import close, gradient
from tests.refusals import points_at, refused

X = np.array([1.5, 0.7, 2.2])
item = 3.0


def variable_of_the_name_of_a_global(x):
    # The global was read as the variable of the loop, as its last item.
    return sum([item * item for item in x]) * item


def variable_of_the_name_of_what_is_iterated(x):
    # The loop went over its own variable, and the gradient was zero.
    return sum([x * 2.0 for x in x])


def zip_that_is_unpacked(x):
    # A call without arguments that takes an adjoint out of a list was asked for its first one.
    first, second = zip(*[(x[0], x[1]), (x[2], x[0])], strict=True)
    return first[0] * second[1] + first[1] * second[0]


def item_of_each_kind(x):
    total = 0.0
    for i, (a, b) in enumerate(zip(x, reversed(x), strict=True), start=2):
        total = total + i * a * np.sin(b)
    return total


@pytest.mark.parametrize(
    "f",
    [
        variable_of_the_name_of_a_global,
        variable_of_the_name_of_what_is_iterated,
        zip_that_is_unpacked,
        item_of_each_kind,
    ],
)
def test_right(f: Callable) -> None:
    close(grad(f)(X), gradient(f, X))


def read_twice(x):
    squares = (v * v for v in x)
    return sum(squares) + sum(squares) * x[0]


def read_twice_under_two_names(x):
    squares = map(np.square, x)
    same = squares
    return sum(squares) + sum(same)


def read_by_every_pass(x):
    pairs = zip(x, x, strict=True)
    total = 0.0
    for _ in range(2):
        total = total + sum(a * b for a, b in pairs)
    return total


@pytest.mark.parametrize(
    "f, culprit",
    [
        (read_twice, "(v * v for v in x)"),
        (read_twice_under_two_names, "map(np.square, x)"),
        (read_by_every_pass, "zip(x, x, strict=True)"),
    ],
)
def test_what_is_iterated_twice_is_a_list(f: Callable, culprit: str) -> None:
    # It was one already, and the second time gave what Python does not give.
    points_at(refused(lambda: grad(f), UnsupportedSyntaxError), f, culprit)
