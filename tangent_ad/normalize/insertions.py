"""Make an operation of lines that the user wrote for the backward pass.

    with insert_grad_of(h) as bh:         h = insert_grad_of_1(h, limit)
        bh = np.clip(bh, -limit, limit)

The operation gives h back as it is, so that what follows uses a version of its own, whose adjoint is
that of the uses behind the block. Its arguments are the variables that the lines read, so that they
get the versions of this point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad.analysis import liveness
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.insertion import Insertion
from tangent_ad.analysis.operations import GENERAL
from tangent_ad.analysis.unit import Unit
from tangent_ad.runtime.control import insert_grad_of
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

LEAVING = (gast.Return, gast.Yield, gast.YieldFrom, gast.Global, gast.Nonlocal)


def as_operations(unit: Unit) -> Unit:
    if not any(is_insertion(node, unit.names) for node in trees.statements(unit.tree.body)):
        return unit
    unit = unit.with_body(_block(unit.tree.body, unit))
    _forget_names(unit)
    return unit


def is_insertion(node: gast.stmt, names: Names) -> bool:
    return isinstance(node, gast.With) and any(
        isinstance(item.context_expr, gast.Call)
        and names.resolve(item.context_expr.func) is insert_grad_of
        for item in node.items
    )


def _block(body: Sequence[gast.stmt], unit: Unit) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for node in body:
        if is_insertion(node, unit.names):
            out += _insertion(node, unit)
            continue
        inner = {f: _block(b, unit) for f, b in trees.blocks(node)}
        nested = isinstance(node, (gast.FunctionDef, gast.ClassDef))
        out.append(trees.rebuild(node, **inner) if inner and not nested else node)
    return out


def _insertion(node: gast.With, unit: Unit) -> list[gast.stmt]:
    item = node.items[0]
    given = item.context_expr.args
    target = item.optional_vars
    if len(node.items) > 1 or len(given) != 1 or not isinstance(given[0], gast.Name):
        unit.refuse(
            "insert_grad_of of anything but one variable; write `with insert_grad_of(x) as dx:`",
            node,
        )
        return []
    if not isinstance(target, gast.Name) or target.id == given[0].id:
        unit.refuse(
            "insert_grad_of without a name of its own for the adjoint; write "
            "`with insert_grad_of(x) as dx:`",
            node,
        )
        return []
    variable, adjoint = given[0].id, target.id
    if variable not in unit.names.locals:
        unit.refuse(f"insert_grad_of({variable}) where {variable} is no local variable", node)
        return []
    bound = trees.all_writes(node.body)
    reads = set(liveness.live_before(node.body)) & unit.names.locals - {adjoint}
    if not _stays_inside(node, bound, reads, unit):
        return []
    parameters = ("x", *(f"read_{i}" for i, _ in enumerate(sorted(reads))))
    operation = Insertion(
        None, "insert_grad_of", GENERAL, parameters, result=_same, fresh=False,
        body=node.body, adjoint_name=adjoint, reads=tuple(sorted(reads)),
        own=frozenset(bound - {adjoint}),
    )  # fmt: skip
    function = trees.name(unit.names.bind(operation, "insert_grad_of"))
    call = trees.call(function, trees.name(variable), *map(trees.name, operation.reads))
    return [trees.hidden(trees.assign(variable, call), node)]


def _same(ask: Any, x: Fact, **reads: Fact) -> Fact:
    return x


def _stays_inside(node: gast.With, bound: set[str], reads: set[str], unit: Unit) -> bool:
    for inner in trees.statements(node.body):
        for part in trees.walk(inner):
            if isinstance(part, LEAVING):
                unit.refuse("a block of insert_grad_of that is left early", inner)
                return False
        if isinstance(inner, (gast.Break, gast.Continue)) and inner in node.body:
            unit.refuse("a block of insert_grad_of that leaves the loop around it", inner)
            return False
    if bound & reads:
        unit.refuse(
            f"setting {', '.join(sorted(bound & reads))}, a variable of the forward pass, in a "
            "block of insert_grad_of; record into a list instead",
            node,
        )
        return False
    return True


def _forget_names(unit: Unit) -> None:
    """Names that only the inserted lines used are free again: `bh` for the adjoint of h."""
    names = unit.names
    still = {n.id for node in unit.tree.body for n in trees.walk(node) if isinstance(n, gast.Name)}
    still |= {p.id for p in trees.parameters(unit.tree.args)}
    inserted = [v for v in names.bound.values() if isinstance(v, Insertion)]
    gone = {name for i in inserted for name in (i.adjoint_name, *i.own)} - still
    names.locals -= gone
    names.taken -= gone
    names.user = names.user - gone
