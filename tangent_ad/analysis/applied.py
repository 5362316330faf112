"""Facts of what operations, methods of objects and partial functions give."""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.analysis import calls, classes, facts, operations
from tangent_ad.analysis.facts import ANYTHING, NO_VALUE, Fact


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


def of_operation(known: Any, bound: calls.Bound) -> Fact:
    """What an operation makes of its arguments."""
    operation = bound.operation
    given = {k: known.operand(v) for k, v in bound.given.items()}
    if any(f.kind == facts.NOTHING for f in given.values()):
        return NO_VALUE
    if operation.function is zip and bound.unknown == "*":
        return ANYTHING  # as many of them as there are
    rest = tuple(known.operand(v) for v in bound.rest)
    if operation.kind == operations.ELEMENTWISE and operation.result is None:
        dtype = element_type(given, rest)
        return facts.elementwise((*given.values(), *rest), known.ask, dtype)
    if operation.result is None:
        return facts.number(None) if operation.is_differentiable else ANYTHING
    if bound.unknown and not operation.variadic:
        return facts.number(None)
    for name, value in operation.defaults.items():
        given.setdefault(name, facts.of_literal(value))
    if operation.variadic is not None:
        given[operation.variadic] = Fact(facts.TUPLE, items=rest)
    try:
        fact = operation.result(known.ask, **given)
    except (LookupError, ValueError, TypeError):  # no such axis: the call fails when it is run
        return facts.number(None)
    return of_complex(fact, operation, given) if known.ask.has_complex else fact


def element_type(given: dict[str, Fact], rest: tuple[Fact, ...]) -> str:
    """The element type of what an elementwise function makes of its operands."""
    dtype = facts.promote(*(f.dtype for f in (*given.values(), *rest)))
    return "float" if dtype in ("int", "bool") else dtype


def of_complex(fact: Fact, operation: operations.Operation, given: dict[str, Fact]) -> Fact:
    """What is made of complex operands is complex, unless the rule itself says what type it makes;
    elements of containers are what they are."""
    is_of_container = getattr(operation.function, "__objclass__", None) in (list, tuple, dict)
    if operation.typed or not operation.is_differentiable or is_of_container:
        return fact
    operands = [given[p] for p in given if p not in operation.constant]
    leaves = [leaf for operand in operands for leaf in facts.leaves(operand)]
    found = {leaf.dtype for leaf in leaves if leaf.kind in (facts.NUMBER, facts.UNKNOWN)}
    if "complex" in found:
        return facts.retyped(fact, "complex")
    return facts.retyped(fact, "") if "" in found else fact
