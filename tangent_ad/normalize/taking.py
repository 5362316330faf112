"""Give what takes something out of a container a statement of its own.

    y[0] = items.pop()             popped = items.pop()
    t = 2.0 * items.pop()    ->    y[0] = popped
                                   popped_1 = items.pop()
                                   t = 2.0 * popped_1

So a statement changes one object, and everyone who asks what it changes looks at one place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gast

from tangent_ad.analysis import operations, results
from tangent_ad.analysis.effects import is_pure
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING, Names

TAKING = frozenset(("pop", "popitem"))
TAKEN = (results.element, results.listed)  # what helpers give that take something out, too
NOT_ALWAYS = (*trees.SCOPES, gast.IfExp, gast.BoolOp, gast.NamedExpr)


def first(
    value: gast.expr, names: Names, like: gast.stmt, out: list[gast.stmt], alone: bool = False
) -> gast.expr:
    """The rest of an expression, after statements that take things out; `alone` says that the
    expression as a whole has a statement to itself."""
    order = list(_in_order(value))
    taking = [part for part in order if _takes(part, names) and not (alone and part is value)]
    if not taking or _is_noticed(taking, order, names):
        return value
    taken: dict[int, gast.expr] = {}
    for call in taking:
        name = names.fresh(_name(call))
        out.append(trees.assign(name, call, like))
        taken[id(call)] = trees.name(name)
    return _replaced(value, taken)


def takes_something(value: gast.expr, names: Names) -> bool:
    """Whether an expression takes something out of a container and gives it."""
    if not isinstance(value, gast.Call):
        return False
    if isinstance(value.func, gast.Attribute) and value.func.attr == "pop":
        return True
    function = names.resolve(value.func)
    operation = operations.find(function) if function is not MISSING else None
    return operation is not None and operation.result in TAKEN and bool(operation.writes)


def _in_order(node: gast.AST) -> Iterator[Any]:
    """The parts of an expression that are always evaluated, in the order in which they are."""
    if not isinstance(node, NOT_ALWAYS):
        for child in trees.children(node):
            yield from _in_order(child)
    yield node


def _takes(node: gast.AST, names: Names) -> bool:
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Attribute):
        return False
    base = root(node.func.value)
    return node.func.attr in TAKING and base in names.locals and names.resolve(node.func) is MISSING


def _is_noticed(taking: list[Any], order: list[gast.AST], names: Names) -> bool:
    """Whether what runs before in the expression would come to run behind."""
    bases = {root(call.func.value) for call in taking}
    last = next(i for i, part in enumerate(order) if part is taking[-1])
    inside = {id(part) for call in taking for part in trees.walk(call)}
    for part in order[:last]:
        if id(part) in inside or isinstance(part, (gast.Name, gast.Constant)):
            continue
        if trees.reads(part) & bases or not is_pure(part, names):
            return True
    return False


def _replaced(node: Any, taken: dict[int, gast.expr]) -> Any:
    if id(node) in taken:
        return taken[id(node)]
    changes = {}
    for field in node._fields:
        part = getattr(node, field, None)
        if isinstance(part, gast.AST):
            changes[field] = _replaced(part, taken)
        elif isinstance(part, list):
            changes[field] = [_replaced(p, taken) if isinstance(p, gast.AST) else p for p in part]
    return trees.rebuild(node, **changes)


def _name(call: Any) -> str:
    base = root(call.func.value) or ""
    return f"{base.removesuffix('_saved')}_old" if base.endswith("_saved") else "popped"
