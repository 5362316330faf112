"""Variables for the entries of a dict that is only read and written by literal keys.

    state = {"x": x, "v": 0.0}                        state_x = x
    for i in range(n):                                state_v = 0.0
        state["v"] -= dt * state["x"]         ->      for i in range(n):
        state["x"] += dt * state["v"]                     state_v -= dt * state_x
    return state["x"]                                     state_x += dt * state_v
                                                      return state_x
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees


def as_variables(unit: Unit) -> Unit:
    """The unit itself if no dict stays inside it."""
    body = unit.tree.body
    while chosen := _chosen(body, unit):
        body = _Slots(unit, chosen).block(body)
    return unit if body is unit.tree.body else unit.with_body(body)


def _chosen(body: Sequence[gast.stmt], unit: Unit) -> dict[str, tuple[str, ...]]:
    """The names whose every use is a display of the same keys or one of these keys."""
    displays: dict[str, list[tuple[str, ...]]] = {}
    for node in trees.statements(body):
        keys = _display(node)
        if keys is not None:
            displays.setdefault(node.targets[0].id, []).append(keys)  # type: ignore[attr-defined]
    if not displays:
        return {}
    found = {name: keys[0] for name, keys in displays.items() if len({*map(frozenset, keys)}) == 1}
    for parameter in trees.parameters(unit.tree.args):
        found.pop(parameter.id, None)
    mentions = Counter[str]()
    for node in (inner for outer in body for inner in trees.walk(outer)):
        if isinstance(node, gast.Name):
            mentions[node.id] += 1
        elif isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name):
            mentions[node.value.id] -= _key(node) in found.get(node.value.id, ())
    return {name: keys for name, keys in found.items() if mentions[name] == len(displays[name])}


def _display(node: gast.stmt) -> tuple[str, ...] | None:
    """The keys of a dict that a variable is bound to."""
    if not isinstance(node, gast.Assign) or not isinstance(node.targets[0], gast.Name):
        return None
    if not isinstance(node.value, gast.Dict) or not node.value.keys:
        return None
    keys: list[Any] = [key.value if isinstance(key, gast.Constant) else None for key in node.value.keys]
    is_plain = all(isinstance(key, str) and key.isidentifier() for key in keys)
    return tuple(keys) if is_plain and len({*keys}) == len(keys) else None


def _key(node: gast.Subscript) -> Any:
    return node.slice.value if isinstance(node.slice, gast.Constant) else None


class _Slots:
    def __init__(self, unit: Unit, chosen: dict[str, tuple[str, ...]]) -> None:
        self.variables = {
            name: {key: unit.names.fresh(f"{name}_{key}") for key in keys}
            for name, keys in chosen.items()
        }

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            inner = {field: self.block(b) for field, b in trees.blocks(node)}
            whole = trees.transform(trees.rebuild(node, **dict.fromkeys(inner, [])), self.slot)
            node = trees.rebuild(whole, **inner) if inner else whole
            target = node.targets[0] if isinstance(node, gast.Assign) else None
            if isinstance(target, gast.Name) and target.id in self.variables:
                out += self.definition(self.variables[target.id], node)
            else:
                out.append(node)
        return out

    def definition(self, variables: dict[str, str], node: Any) -> list[gast.stmt]:
        """`state = {"x": x, "v": v}`, one by one unless an entry reads another."""
        names = [variables[key.value] for key in node.value.keys]
        values = node.value.values
        if any(trees.reads(value) & {*names} for value in values):
            return [trees.assign(trees.pack(list(map(trees.name, names))), trees.pack(values), node)]
        return [trees.assign(n, v, node) for n, v in zip(names, values, strict=True)]

    def slot(self, node: Any) -> Any:
        if isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name):
            if node.value.id in self.variables:
                return trees.name(self.variables[node.value.id][_key(node)])
        return node
