"""Take an argument apart whose parts are only ever read by literal keys.

    def loss(params, x):                    def loss(params, x):
        return x @ params["W"]       ->         W = params["W"]
                                                return x @ W

Each part is a variable of its own from there on, and the gradient with respect to the argument is
put together once, at the end: `{"W": bW}`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.records import Record, path_of
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


def split(
    tree: gast.FunctionDef, names: Names, parameters: Collection[str], known: dict[str, Fact]
) -> tuple[gast.FunctionDef, dict[str, Record]]:
    """The function with its arguments taken apart, and what was taken apart.

    `known` are the facts of arguments; without them, text keys mean a dict and unpacking a tuple.
    """
    body = list(tree.body)
    head: list[gast.stmt] = []
    found: dict[str, Record] = {}
    perhaps = _perhaps_taken_apart(body) if parameters else set()
    for parameter in [p for p in parameters if p in perhaps]:
        record = _take_apart(parameter, parameter, trees.name(parameter), body, names,
                             known.get(parameter), head)  # fmt: skip
        if record is not None:
            found[parameter] = record
    if not found:
        return tree, {}
    return trees.rebuild(tree, body=[*head, *body]), found


def _take_apart(
    variable: str,
    path: str,
    whole: gast.expr,
    body: list[gast.stmt],
    names: Names,
    fact: Fact | None,
    head: list[gast.stmt],
) -> Record | None:
    uses = _uses(variable, body)
    if uses is None:
        return None
    record = _record(path, uses, fact)
    if record is None:
        return None
    mapping: dict[Any, str] = {}
    for key in record.keys:
        if key in uses.keys:
            hint = key if isinstance(key, str) and key.isidentifier() else f"{variable}_{key}"
            mapping[key] = record.leaves[key] = names.fresh(hint)
    body[:] = _replaced_block(body, variable, mapping)
    items = dict(_items(fact)) if fact is not None else {}
    for key, leaf in list(mapping.items()):
        part = trees.subscript(whole, trees.constant(key))
        inner = _take_apart(leaf, path_of(path, key), part, body, names, items.get(key), head)
        if inner is None:
            head.append(trees.assign(leaf, part))
        else:
            record.inner[key] = inner
            del record.leaves[key]
    return record


def _perhaps_taken_apart(body: Sequence[gast.stmt]) -> set[str]:
    """The variables of which something is read by a key, or that are unpacked: few, as a rule."""
    found = set()
    for node in body:
        for inner in trees.walk(node):
            if isinstance(inner, gast.Subscript) and isinstance(inner.value, gast.Name):
                found.add(inner.value.id)
            elif isinstance(inner, gast.Assign) and isinstance(inner.value, gast.Name):
                found.add(inner.value.id)
    return found


@dataclass(eq=False, repr=False)
class _Uses:
    keys: set[Any] = field(default_factory=set)
    unpacked: int | None = None


def _uses(variable: str, body: Sequence[gast.stmt]) -> _Uses | None:
    """How a variable is used, if only by literal keys or by unpacking it."""
    uses = _Uses()
    reads = 0
    for node in trees.statements(body):
        if variable in trees.writes(node) or isinstance(node, gast.AugAssign):
            if variable in trees.writes(node) or variable in trees.reads(node.target):
                return None
        if isinstance(node, gast.Assign):
            if any(variable in trees.reads(t) for t in node.targets if not _is_plain(t)):
                return None
            target = node.targets[0]
            if isinstance(node.value, gast.Name) and node.value.id == variable:
                if not isinstance(target, gast.Tuple) or not _is_plain(target):
                    return None
                if uses.unpacked not in (None, len(target.elts)):
                    return None
                uses.unpacked = len(target.elts)
                uses.keys |= set(range(len(target.elts)))
                reads += 1
    count = 0
    for node in body:
        for inner in trees.walk(node):
            if isinstance(inner, gast.Name) and inner.id == variable:
                count += 1
            elif isinstance(inner, gast.Subscript) and isinstance(inner.value, gast.Name):
                if inner.value.id == variable and isinstance(inner.slice, gast.Constant):
                    if isinstance(inner.slice.value, (str, int)):
                        uses.keys.add(inner.slice.value)
                        reads += 1
    return uses if uses.keys and count == reads else None


def _is_plain(target: gast.expr) -> bool:
    if isinstance(target, gast.Tuple):
        return all(map(_is_plain, target.elts))
    return isinstance(target, gast.Name)


def _items(fact: Fact) -> list[tuple[Any, Fact]]:
    if fact.items is None:
        return []
    return list(fact.items) if fact.kind == facts.DICT else list(enumerate(fact.items))


def _record(path: str, uses: _Uses, fact: Fact | None) -> Record | None:
    if fact is not None:
        keys = tuple(k for k, _ in _items(fact))
        if not fact.is_container or not uses.keys <= set(keys):
            return None
        return Record(path, fact.kind, keys)
    if all(isinstance(k, str) for k in uses.keys):
        return Record(path, facts.DICT, tuple(sorted(uses.keys)))
    if uses.unpacked is not None and uses.keys <= set(range(uses.unpacked)):
        return Record(path, facts.TUPLE, tuple(range(uses.unpacked)))
    return None


def _replaced_block(
    body: Sequence[gast.stmt], variable: str, mapping: dict[Any, str]
) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for node in body:
        if isinstance(node, gast.Assign) and isinstance(node.value, gast.Name):
            if node.value.id == variable:
                out += _unpacked(node, mapping)
                continue
        inner = {f: _replaced_block(b, variable, mapping) for f, b in trees.blocks(node)}
        out.append(_replaced(trees.rebuild(node, **inner) if inner else node, variable, mapping))
    return out


def _unpacked(node: gast.Assign, mapping: dict[Any, str]) -> list[gast.stmt]:
    """`a, (b, c) = p` as `a = p_0; b, c = p_1`."""
    targets = node.targets[0].elts
    if all(isinstance(t, gast.Name) for t in targets):
        parts = trees.pack([trees.name(mapping[i]) for i in range(len(targets))])
        return [trees.rebuild(node, value=parts)]
    return [
        trees.assign(target, trees.name(mapping[i]), node) for i, target in enumerate(targets)
    ]


def _replaced(node: gast.stmt, variable: str, mapping: dict[Any, str]) -> gast.stmt:
    def visit(inner: Any) -> Any:
        if isinstance(inner, gast.Subscript) and isinstance(inner.value, gast.Name):
            if inner.value.id == variable and isinstance(inner.slice, gast.Constant):
                return trees.name(mapping[inner.slice.value])
        return inner

    return trees.transform(node, visit)
