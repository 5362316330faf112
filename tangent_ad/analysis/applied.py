"""Facts of what methods of objects and partial functions give."""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.analysis import calls, classes, facts, operations
from tangent_ad.analysis.facts import ANYTHING, Fact


def of_object(known: Any, node: gast.expr) -> Fact:
    """What a method of an object gives, before its call is written out (`normalize.objects`)."""
    found = classes.operation(node, known.of)
    if found is None:
        return ANYTHING
    function, operands = found
    keywords = node.keywords if isinstance(node, gast.Call) else []
    return known.callees.result(function, gast.Call(operands[0], operands, keywords), known)


def of_partial(known: Any, node: gast.Call) -> Fact:
    """`functools.partial(f, x, key=y)`."""
    if not node.args or any(k.arg is None for k in node.keywords):
        return Fact(facts.CALLABLE)
    taken: dict[int | str, Fact] = dict(enumerate(map(known.of, node.args[1:])))
    taken.update({str(k.arg): known.of(k.value) for k in node.keywords})
    return facts.closure(known.of(node.args[0]).value, taken)


def of_partial_call(known: Any, partial: facts.Partial, node: gast.Call) -> Fact:
    effective = calls.through_partial(node, partial)
    operation = operations.find(partial.function)
    if operation is not None:
        return known.of_bound(calls.bind(operation, effective.args, effective.keywords))
    return known.callees.result(partial.function, effective, known)


def element_type(given: dict[str, Fact], rest: tuple[Fact, ...]) -> str:
    """The element type of what an elementwise function makes of its operands."""
    dtype = facts.promote(*(f.dtype for f in (*given.values(), *rest)))
    return "float" if dtype in ("int", "bool") else dtype
