"""Python's builtin functions, in the order of the chapter "Built-in Functions" of its manual; abs
stands with np.abs, and divmod and pow with the operators."""

import bisect

import numpy as np

from tangent_ad.analysis import facts, results
from tangent_ad.analysis.assumptions import LIKELY
from tangent_ad.rules.notation import adjoint, d, elementwise, known, unsupported, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.structures import (
    shared,
    shared_total,
    sorted_as,
    spread_over,
    unsorted,
)

# ---- numbers -------------------------------------------------------------------------------


@elementwise(float, np.float64, result=results.of_scalars(facts.FLOAT, LIKELY), sample=lambda r: [
    call(r()), program("return float(x[1]) ** 2", x=r(3)),
])  # fmt: skip
def float_(y, x):
    return 1.0


def _extremes(name):
    return lambda r: [
        program(f"return {name}(x, y) ** 2", x=r(), y=r()),
        program(f"return {name}(x, 0.1) * y", x=r(), y=r()),
        program(f"return {name}(x, y, x * y) ** 2", x=r(), y=r()),
        program(f"items = [x, y, x * y]\nreturn {name}(items) ** 2", x=r(), y=r()),
        program(f"return {name}(x) ** 2", x=r(4)),
    ]


# Ties share alike, except that a literal, as in `max(x, 0.0)`, makes a hinge: 0 at the tie.
@adjoint(max, result=results.extreme, sample=_extremes("max"))
def max_(z, *items):
    if known(items).kinds == ["number"]:
        d[items] = [np.array(shared(d[z], z, items[0]), items[0].dtype)]
    elif known(items).count == 1:
        d[items] = [shared(d[z], z, items[0])]
    elif known(items).count == 2 and known(items).has_literal:
        d[items] = [d[z] * (items[0] > items[1]), d[z] * (items[1] > items[0])]
    elif known(items).are_numbers:
        share = d[z] / items.count(z)
        d[items] = [share * (items[i] == z) for i in range(known(items).count)]
    else:
        d[items] = shared(d[z], z, items)


@adjoint(min, result=results.extreme, sample=_extremes("min"))
def min_(z, *items):
    if known(items).kinds == ["number"]:
        d[items] = [np.array(shared(d[z], z, items[0]), items[0].dtype)]
    elif known(items).count == 1:
        d[items] = [shared(d[z], z, items[0])]
    elif known(items).count == 2 and known(items).has_literal:
        d[items] = [d[z] * (items[0] < items[1]), d[z] * (items[1] < items[0])]
    elif known(items).are_numbers:
        share = d[z] / items.count(z)
        d[items] = [share * (items[i] == z) for i in range(known(items).count)]
    else:
        d[items] = shared(d[z], z, items)


@max_.tangent
def max_(z, *items):
    if known(items).count == 1:
        d[z] = shared_total(d[items][0], z, items[0])
    elif known(items).count == 2 and known(items).has_literal:
        d[z] = d[items][0] * (items[0] > items[1]) + d[items][1] * (items[1] > items[0])
    else:
        d[z] = shared_total(d[items], z, items)


@min_.tangent
def min_(z, *items):
    if known(items).count == 1:
        d[z] = shared_total(d[items][0], z, items[0])
    elif known(items).count == 2 and known(items).has_literal:
        d[z] = d[items][0] * (items[0] < items[1]) + d[items][1] * (items[1] < items[0])
    else:
        d[z] = shared_total(d[items], z, items)


# ---- containers ----------------------------------------------------------------------------


@adjoint(sum, linear=("items", "start"), result=results.sum_of_items, sample=lambda r: [
    program("items = [x, y, x * y]\nreturn sum(items) ** 2", x=r(), y=r()),
    program("items = [x, y * x]\nreturn np.sum(sum(items) ** 2)", x=r(3), y=r(2, 3)),
    program("items = [x, y * x]\nreturn sum(items, y) ** 2", x=r(), y=r()),
    program("return sum(x) ** 2", x=r(4)), program("return np.sum(sum(x) ** 2)", x=r(4, 2)),
])  # fmt: skip
def sum_(z, items, start=0):
    if known(items).is_number:
        d[items] = np.full_like(items, d[z])
    else:
        d[items] = spread_over(d[z], items)
    d[start] = d[z] if known(z).is_scalar else unbroadcast(d[z], start)


@adjoint(sorted, result=results.in_order, sample=lambda r: [
    program("a = sorted([x, y, x * y])\nreturn a[0] * a[1] + a[2] ** 2", x=r(), y=r()),
    program("a = sorted([x, y, x * y], reverse=True)\nreturn a[0] * a[1]", x=r(), y=r()),
    program("a = sorted(x)\nreturn a[0] * a[1]", x=r(4)),
])  # fmt: skip
def sorted_(z, items, *, reverse=False):
    if known(items).is_number:
        d[items] = np.array(unsorted(d[z], items, reverse), items.dtype)
    else:
        d[items] = unsorted(d[z], items, reverse)


@sorted_.tangent
def sorted_(z, items, *, reverse=False):
    d[z] = sorted_as(d[items], items, reverse)


@adjoint(list, linear="items", result=results.listed, sample=lambda r: [
    program("a = list(x)\nreturn a[0] * a[1]", x=r(3)),
    program("a = list((x, y))\nreturn a[0] * a[1]", x=r(), y=r()),
])  # fmt: skip
def list_(z, items=()):
    if known(items).kind == "dict":
        d[items] = 0.0
    elif known(items).is_number:
        d[items] = np.array(d[z], items.dtype)
    else:
        d[items] = d[z]


@adjoint(tuple, linear="items", result=results.tupled, sample=lambda r: [
    program("a = tuple(x)\nreturn a[0] * a[1]", x=r(3)),
    program("a = tuple([x, y])\nreturn a[0] * a[1]", x=r(), y=r()),
])  # fmt: skip
def tuple_(z, items=()):
    if known(items).kind == "dict":
        d[items] = 0.0
    elif known(items).is_number:
        d[items] = np.array(d[z], items.dtype)
    elif known(items).kind == "list":
        d[items] = [*d[z]]  # that of a list becomes shorter as what was appended is undone
    else:
        d[items] = d[z]


# ---- derivative zero, or none --------------------------------------------------------------

zero(bool, callable, hasattr, isinstance, issubclass, any, all, result=results.flag)
zero(len, parameters=("x",), result=results.length)
zero(int, hash, id, ord, result=results.integer)
zero(round, parameters=("number", "ndigits"), result=results.rounded)
zero(ascii, bin, chr, format, hex, oct, repr, str, result=results.text)
zero(bisect.bisect_left, bisect.bisect_right, result=results.integer)
zero(print, result=results.nothing, effect=True)
zero(type, object)
zero(range, result=results.counted)

_results = {zip: results.zipped, enumerate: results.enumerated, map: None, filter: None}
for _function, _result in _results.items():
    unsupported(
        _function, "its values are only known in a loop or a comprehension; write one",
        result=_result, fresh=False,
    )  # fmt: skip
unsupported(reversed, "write items[::-1]", result=results.reversed_items, fresh=False)
unsupported(iter, "write a loop over the items", fresh=False)
unsupported(next, "write a loop over the items", effect=True, fresh=False)
unsupported(getattr, "write object.name", fresh=False)
unsupported(vars, "name the attributes")
zero(slice)
for _function in (set, frozenset):
    unsupported(_function, "use a list")
