"""`match`."""

from typing import NamedTuple

import numpy as np

from ..table import row

matching = row("`match`")


class Pair(NamedTuple):
    first: float
    second: float


@matching
def by_a_length(x):
    match len(x):
        case 3:
            return np.sum(x * x)
        case _:
            return np.sum(x)


@matching
def by_text(x):
    total = 0.0
    for kind in ("square", "sine", "other"):
        match kind:
            case "square":
                total = total + x[0] * x[0]
            case "sine" | "cosine":
                total = total + np.sin(x[1])
            case other:
                total = total + len(other) * x[2]
    return total


@matching.at((0.5,), (2.0,), (-1.0,))
def with_guards(x):
    match x:
        case a if a > 1.0:
            y = a * a
        case a if a > 0.0:
            y = np.exp(a)
        case _:
            y = x * x * x
    return y * x


@matching
def on_a_tuple(x):
    total = 0.0
    for step in (("add", x[0]), ("mul", x[1]), ("neg",), ("add", x[2])):
        match step:
            case ("add", value):
                total = total + value
            case ("mul", value):
                total = total * value
            case ("neg",):
                total = -total
    return total * total


@matching
def with_a_rest(x):
    match [x[0], x[1], x[2]]:
        case []:
            y = 0.0
        case [first]:
            y = first
        case [first, *rest]:
            y = first * sum(rest)
    return y


@matching
def on_a_dict(x):
    match {"kind": "scaled", "factor": x[0]}:
        case {"kind": "plain"}:
            y = x[1]
        case {"kind": "scaled", "factor": factor}:
            y = x[1] * factor
    return y * x[2]


@matching
def no_case_fits(x):
    y = x[0] * x[1]
    match len(x):
        case 1:
            y = x[2]
        case 2:
            y = x[0]
    return y


@matching.at((1.5,))
def by_class(x):
    match x:
        case int():
            y = 1.0
        case float() as value:
            y = value * value
        case _:
            y = np.sum(x)
    return y


@matching
def on_a_named_tuple(x):
    match Pair(x[0], x[1]):
        case Pair(first, second):
            y = first * second
    return y * y


@matching
def on_none(x):
    for given in (None, 2.0):
        match given:
            case None:
                y = x[0] * x[1]
            case _:
                y = y * given
    return y


@matching
def in_a_callee(x):
    def apply(kind, value):
        match kind:
            case 0:
                return value
            case 1:
                return value * value
        return np.sin(value)

    return sum(apply(kind, value) for kind, value in enumerate(x))
