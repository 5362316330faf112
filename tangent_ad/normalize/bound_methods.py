"""Call what a variable holds of a list, a dict, a set or an array by its name.

    push = out.append               push = out.append
    for v in x:              ->     for v in x:
        push(v * v)                     out.append(v * v)
"""

from __future__ import annotations

from collections import Counter

import gast
import numpy as np

from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees

METHODS = frozenset(m for t in (list, dict, set, np.ndarray) for m in dir(t) if not m.startswith("_"))


def called_by_name(unit: Unit) -> Unit:
    """The unit itself if no variable holds a method, or if its owner may be another one later."""
    held = [n for n in trees.statements(unit.tree.body) if _takes_method(n)]
    if not held:
        return unit
    bound = Counter(name for n in trees.statements(unit.tree.body) for name in trees.writes(n))
    once = {name for name, count in bound.items() if count == 1}
    steady = {p.id for p in trees.parameters(unit.tree.args)} - bound.keys()
    steady |= once - _bound_in_loops(unit.tree.body)
    methods: dict[str, gast.expr] = {}
    for node in held:
        name, owner = node.targets[0].id, node.value.value.id
        is_beside = any(owner in trees.writes(n) for n in _block_of(node, unit.tree.body))
        if name in once and (owner in steady or owner in once and is_beside):
            methods[name] = node.value

    def visit(node: gast.AST) -> gast.AST:
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Name):
            return trees.rebuild(node, func=methods.get(node.func.id, node.func))
        return node

    return unit.with_body([trees.transform(node, visit) for node in unit.tree.body])


def _bound_in_loops(body: list[gast.stmt]) -> set[str]:
    loops = [n for n in trees.statements(body) if isinstance(n, trees.LOOPS)]
    return {name for node in loops for name in trees.writes(node) | trees.all_writes(node.body)}


def _block_of(node: gast.stmt, body: list[gast.stmt]) -> list[gast.stmt]:
    """The statements among which one stands."""
    if any(inner is node for inner in body):
        return body
    blocks = (block for inner in body for _, block in trees.blocks(inner))
    return next(filter(None, (_block_of(node, block) for block in blocks)), [])


def _takes_method(node: gast.stmt) -> bool:
    return (
        isinstance(node, gast.Assign)
        and isinstance(node.targets[0], gast.Name)
        and isinstance(node.value, gast.Attribute)
        and node.value.attr in METHODS
        and isinstance(node.value.value, gast.Name)
    )
