"""Which variables hold dicts or lists, as far as the text shows it.

    best = max(table, key=table.get)        # a dict is not read by position
    events.sort()                           # an array would be sorted along its last axis
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import gast

from tangent_ad.syntax import trees

METHODS = frozenset(("get", "items", "keys", "values", "setdefault"))
DICTS = frozenset(("dict", "defaultdict", "OrderedDict", "Counter"))
LISTS = frozenset(("list", "sorted"))


def dicts_in(body: Sequence[gast.stmt]) -> set[str]:
    nodes = [inner for node in body for inner in trees.walk(node)]
    used = {name for node in nodes for name in _used_as_dict(node)}
    return used | _made_by(nodes, DICTS, (gast.Dict, gast.DictComp))


def lists_in(body: Sequence[gast.stmt]) -> set[str]:
    nodes = [inner for node in body for inner in trees.walk(node)]
    return _made_by(nodes, LISTS, (gast.List, gast.ListComp))


def sorts_list(node: gast.expr, lists: Collection[str]) -> bool:
    """Whether an expression sorts a list in place; the methods of arrays have no such keywords."""
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Attribute):
        return False
    if node.func.attr != "sort" or node.args:
        return False
    owner = node.func.value
    is_known = isinstance(owner, gast.Name) and owner.id in lists
    given = {k.arg for k in node.keywords}
    return given <= {"key", "reverse"} and bool(given or is_known)


def _made_by(nodes: Sequence[gast.AST], makers: frozenset[str], kinds: tuple[type, ...]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, gast.Assign):
            called = node.value.func if isinstance(node.value, gast.Call) else None
            name = getattr(called, "attr", getattr(called, "id", None))
            if isinstance(node.value, kinds) or name in makers:
                found |= {t.id for t in node.targets if isinstance(t, gast.Name)}
    return found


def _used_as_dict(node: gast.AST) -> Iterator[str]:
    if isinstance(node, gast.Attribute) and node.attr in METHODS and isinstance(node.value, gast.Name):
        yield node.value.id
    if isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name):
        if isinstance(node.slice, gast.Constant) and isinstance(node.slice.value, str):
            yield node.value.id
