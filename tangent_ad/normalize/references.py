"""A list that holds nothing but one array, over and over: what is read out of it is that array.

    y = np.zeros(3)                     y = np.zeros(3)
    kept = []                           kept = []
    for t in range(n):           ->     for t in range(n):
        y += f(y)                           y += f(y)
        kept.append(y)                      kept.append(None)
    return kept[0] * kept[1]            return y * y
"""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees


def read_as_array(unit: Unit, box: str, array: str) -> Unit | None:
    """The unit with `array` for all that is read out of the list `box`; None where the list is used
    in other ways or may hold something else."""
    body = unit.tree.body
    if not _is_one_array(box, array, body):
        return None
    reader = _Reader(unit, box, array)
    new = reader.block(body)
    return unit.with_body(new) if reader.left == 0 else None


def _is_one_array(box: str, array: str, body: list[gast.stmt]) -> bool:
    """Whether both are bound once, the list empty, and the array wherever the list is."""
    everything = list(trees.statements(body))
    bound = {name: [n for n in everything if name in trees.writes(n)] for name in (box, array)}
    if any(len(nodes) != 1 or not isinstance(nodes[0], gast.Assign) for nodes in bound.values()):
        return False
    start = bound[box][0].value
    is_new = isinstance(start, gast.List) and not start.elts
    return is_new and all(
        _has(loop, bound[box][0])
        for loop in everything
        if isinstance(loop, trees.LOOPS) and _has(loop, bound[array][0])
    )


def _has(loop: gast.stmt, node: gast.stmt) -> bool:
    return any(inner is node for inner in trees.statements(loop.body))


class _Reader:
    def __init__(self, unit: Unit, box: str, array: str) -> None:
        self.unit, self.box, self.array = unit, box, array
        self.left = 0  # uses of the list that are none of those known here

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            inner = {field: self.block(b) for field, b in trees.blocks(node)}
            out.append(self.statement(trees.rebuild(node, **inner) if inner else node))
        return out

    def statement(self, node: gast.stmt) -> gast.stmt:
        if self.is_append(node):
            append = trees.method(trees.name(self.box), "append", trees.constant(None))
            return trees.rebuild(node, value=append)
        if isinstance(node, gast.For) and isinstance(node.iter, gast.Name):
            if node.iter.id == self.box and isinstance(node.target, gast.Name):
                item = trees.name(self.unit.names.fresh("item"))
                first = trees.hidden(trees.assign(node.target, trees.name(self.array)), node)
                return trees.rebuild(node, target=item, body=[first, *node.body])
        if isinstance(node, gast.Assign) and self.box in trees.writes(node):
            return node
        heads: dict[str, Any] = {}
        for field in ("value", "test", "iter", "target", "targets", "items"):
            value = getattr(node, field, None)
            if isinstance(value, list):
                heads[field] = [self.expression(part) for part in value]
            elif value is not None:
                heads[field] = self.expression(value)
        return trees.rebuild(node, **heads)

    def is_append(self, node: gast.stmt) -> bool:
        call = node.value if isinstance(node, gast.Expr) else None
        return (
            isinstance(call, gast.Call)
            and isinstance(call.func, gast.Attribute)
            and isinstance(call.func.value, gast.Name)
            and (call.func.value.id, call.func.attr) == (self.box, "append")
            and [getattr(a, "id", None) for a in call.args] == [self.array]
        )

    def expression(self, node: gast.AST) -> gast.AST:
        new = trees.transform(node, self.visit)
        self.left += sum(isinstance(n, gast.Name) and n.id == self.box for n in trees.walk(new))
        self.left -= sum(self.is_length(n) for n in trees.walk(new))
        return new

    def visit(self, node: gast.AST) -> gast.AST:
        if isinstance(node, gast.Subscript) and not isinstance(node.slice, (gast.Slice, gast.Tuple)):
            if isinstance(node.value, gast.Name) and node.value.id == self.box:
                return trees.name(self.array)
        return node

    def is_length(self, node: gast.AST) -> bool:
        if not isinstance(node, gast.Call) or self.unit.names.resolve(node.func) is not len:
            return False
        return [getattr(a, "id", "") for a in node.args] == [self.box]
