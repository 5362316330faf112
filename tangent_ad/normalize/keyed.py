"""Which variables hold dicts, as far as the text shows it: those are not read by position.

    best = max(table, key=table.get)        # one of the keys
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import gast

from tangent_ad.syntax import trees

METHODS = frozenset(("get", "items", "keys", "values", "setdefault"))
MAKERS = frozenset(("dict", "defaultdict", "OrderedDict", "Counter"))


def dicts_in(body: Sequence[gast.stmt]) -> set[str]:
    return {name for node in body for inner in trees.walk(node) for name in _shown_by(inner)}


def _shown_by(node: gast.AST) -> Iterator[str]:
    if isinstance(node, gast.Assign) and _makes_dict(node.value):
        yield from (t.id for t in node.targets if isinstance(t, gast.Name))
    if isinstance(node, gast.Attribute) and node.attr in METHODS and isinstance(node.value, gast.Name):
        yield node.value.id
    if isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name):
        if isinstance(node.slice, gast.Constant) and isinstance(node.slice.value, str):
            yield node.value.id


def _makes_dict(value: gast.expr) -> bool:
    called = value.func if isinstance(value, gast.Call) else None
    name = getattr(called, "attr", getattr(called, "id", None))
    return isinstance(value, (gast.Dict, gast.DictComp)) or name in MAKERS
