"""Write an object in one piece that a constructor fills attribute by attribute.

    p = {"__class__": Ball}                x_1 = x
    p["x"] = x                       ->    v_1 = 2.0 * x_1
    p["v"] = 2.0 * p["x"]                  p = {"__class__": Ball, "x": x_1, "v": v_1}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad.analysis.classes import CLASS
from tangent_ad.syntax import trees
from tangent_ad.syntax.named import NamedTuple
from tangent_ad.syntax.names import Names

Items = dict[str, gast.expr]


def display_of(node: gast.expr) -> Items | None:
    """The attributes of an object that is written as a dict or as a tuple, its class first."""
    if isinstance(node, NamedTuple):
        return {CLASS: node.cls, **node.items()}
    if not isinstance(node, gast.Dict) or not node.keys:
        return None
    if not all(isinstance(k, gast.Constant) and isinstance(k.value, str) for k in node.keys):
        return None
    if node.keys[0].value != CLASS:
        return None
    return {k.value: v for k, v in zip(node.keys, node.values, strict=True)}


def displays(body: Sequence[gast.stmt], names: Names) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    waiting = list(body)
    while waiting:
        node = waiting.pop(0)
        inner = {f: displays(b, names) for f, b in trees.blocks(node)}
        out.append(trees.updated(node, **inner) if inner else node)
        if not isinstance(node, gast.Assign) or not isinstance(node.targets[0], gast.Name):
            continue
        items = display_of(node.value) if isinstance(node.value, gast.Dict) else None
        if items is not None:
            start = _Start(node, node.targets[0].id, dict(items), names)
            before, count = start.filled(waiting)
            if count:
                out[-1:] = before
                del waiting[:count]
    return out


class _Start:
    """An object that has just been made, and what is written into it right after."""

    def __init__(self, node: gast.Assign, name: str, items: Items, names: Names) -> None:
        self.node, self.name, self.items, self.names = node, name, items, names

    def filled(self, rest: Sequence[gast.stmt]) -> tuple[list[gast.stmt], int]:
        """Statements in the place of the first of the rest, and how many those are."""
        out = [self.named(key) for key, value in self.items.items() if self.may_change(key, value)]
        found: list[gast.stmt] = []
        count = 0
        for position, node in enumerate(rest):
            new = self.read(node)
            if new is None:
                break
            key = self.key_of(node)
            if key is None:
                out.append(new)
                continue
            self.items[key] = new.value
            out.append(self.named(key, node))
            whole = gast.Dict([trees.constant(k) for k in self.items], list(self.items.values()))
            found, count = [*out, trees.rebuild(self.node, value=whole)], position + 1
        return found, count

    def named(self, key: str, like: gast.stmt | None = None) -> gast.stmt:
        """The value of an attribute by a name, so that it can be read at any place."""
        variable = self.names.fresh(key.strip("_") or "value")
        statement = trees.assign(variable, self.items[key], like or self.node)
        self.items[key] = trees.name(variable)
        return statement if like is not None else trees.hidden(statement, self.node)

    @staticmethod
    def may_change(key: str, value: gast.expr) -> bool:
        return key != CLASS and not isinstance(value, gast.Constant)

    def key_of(self, node: gast.stmt) -> str | None:
        """The attribute that a statement writes."""
        target = node.targets[0] if isinstance(node, gast.Assign) else None
        if isinstance(target, gast.Subscript) and isinstance(target.value, gast.Name):
            if target.value.id == self.name and isinstance(target.slice, gast.Constant):
                return target.slice.value
        return None

    def read(self, node: gast.stmt) -> Any:
        """A statement with what it reads of the object by other names; None where it does more."""
        if isinstance(node, (gast.FunctionDef, gast.Return, gast.Break, gast.Continue)):
            return None
        writes = self.key_of(node) is not None
        new = trees.transform(node.value if writes else node, self.replaced)
        if self.name in {n.id for n in trees.walk(new) if isinstance(n, gast.Name)}:
            return None
        return trees.rebuild(node, value=new) if writes else new

    def replaced(self, node: Any) -> Any:
        if isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name):
            if node.value.id == self.name and isinstance(node.slice, gast.Constant):
                return self.items.get(node.slice.value, node)
        return node
