"""Items back to statements: the forward half, and the backward half with its loops turned round."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

import gast

from tangent_ad.analysis import facts
from tangent_ad.differentiate.reverse import Branch, Item, Loop, Scope, Undo
from tangent_ad.differentiate.storage import Storage
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

RE_ITERABLE = (gast.Name, gast.Attribute, gast.Subscript, gast.List, gast.Tuple)


def forward_half(items: Sequence[Item]) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for item in items:
        if isinstance(item, Loop):
            out += item.setup
            body = forward_half(item.forward)
            if item.counter:
                out.append(trees.assign(item.counter, trees.constant(0), item.node))
                one = gast.AugAssign(trees.name(item.counter), gast.Add(), trees.constant(1))
                body.insert(0, trees.located(one, item.node))
            out.append(trees.rebuild(item.node, body=body))
        elif isinstance(item, Branch):
            body, orelse = map(forward_half, item.forward)
            out.append(trees.rebuild(item.node, body=body, orelse=orelse))
        elif isinstance(item, Scope):
            out.append(trees.rebuild(item.node, body=forward_half(item.forward)))
        else:
            out.append(item)
    return out


def backward_half(items: Sequence[Item], storage: Storage) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for item in items:
        if isinstance(item, Loop):
            body = backward_half(item.backward, storage)
            if body:
                out.append(reversed_loop(item, body, storage))
        elif isinstance(item, Branch):
            body, orelse = (backward_half(arm, storage) for arm in item.backward)
            if not item.is_open:
                out += body or orelse
            elif body or orelse:
                test = item.node.test if body else trees.invert(item.node.test)
                arms = (body, orelse) if body else (orelse, [])
                out.append(trees.branch(test, *arms, item.node))
        elif isinstance(item, Scope):
            body = backward_half(item.backward, storage)
            if body:
                out.append(trees.rebuild(item.node, body=body))
        elif isinstance(item, Undo):
            if id(item.node) in storage.restores:
                out.append(storage.restores[id(item.node)])
        else:
            out.append(item)
    return out


def reversed_loop(item: Loop, body: list[gast.stmt], storage: Storage) -> gast.stmt:
    names = storage.names
    if isinstance(item.node, gast.While):
        assert item.counted_by is not None
        if not item.counter:
            return trees.located(gast.While(item.counted_by, body, []), item.node)
        passes = _builtin(names, "range", item.counted_by)
        target: gast.expr = trees.name(names.fresh("_"))
        return trees.located(gast.For(target, passes, body, [], None), item.node)
    iterable = item.node.iter
    if item.counted_by is not None:
        count: gast.expr = item.counted_by
        if not item.counter:
            count = _builtin(names, "len", count)
        if not _is_sliceable(iterable, storage):
            iterable = _builtin(names, "list", iterable)
        iterable = trees.subscript(iterable, gast.Slice(None, count, None))
    if isinstance(iterable, gast.Name) and _may_be_a_set(iterable, storage):
        iterable = _builtin(names, "list", iterable)
    return trees.rebuild(item.node, iter=turned(iterable, names), body=body, orelse=[])


def _may_be_a_set(iterable: gast.Name, storage: Storage) -> bool:
    """Whether nothing is known of what a variable holds; an argument can be reversed."""
    kind = storage.facts.of(iterable).kind
    given = {p.id for p in trees.parameters(storage.facts.unit.tree.args)}
    return kind == facts.OBJECT or (kind == facts.UNKNOWN and iterable.id not in given)


def turned(iterable: gast.expr, names: Names) -> gast.expr:
    """The same items, the last one first."""
    if isinstance(iterable, gast.Call) and isinstance(iterable.func, gast.Name):
        if iterable.func.id == "reversed":
            return iterable.args[0]
        if iterable.func.id in ("range", "list", "sorted", "tuple"):
            return _builtin(names, "reversed", iterable)
    if isinstance(iterable, RE_ITERABLE):
        return _builtin(names, "reversed", iterable)
    if isinstance(iterable, gast.Call) and isinstance(iterable.func, gast.Attribute):
        if iterable.func.attr in ("items", "keys", "values"):
            return _builtin(names, "reversed", iterable)
    return _builtin(names, "reversed", _builtin(names, "list", iterable))


def _is_sliceable(iterable: gast.expr, storage: Storage) -> bool:
    if isinstance(iterable, gast.Call) and isinstance(iterable.func, gast.Name):
        return iterable.func.id in ("range", "list", "sorted", "tuple")
    return isinstance(iterable, RE_ITERABLE) and storage.facts.of(iterable).kind != facts.DICT


def _builtin(names: Names, function: str, *args: gast.expr) -> gast.Call:
    return trees.call(trees.name(names.bind(getattr(builtins, function), function)), *args)
