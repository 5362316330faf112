"""Adjoints of writes to elements, of displays and of unpacking.

    h[t] = v        ->   bv = bh[t].copy(); bh[t] = 0.0
    h[t] += v       ->   bv = bh[t].copy()
    z = (x, y)      ->   bx = bz[0]; by = bz[1]
"""

from __future__ import annotations

import operator

import gast
import numpy as np

from tangent_ad.analysis import calls, facts, indexing, operations
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import is_of_view, root
from tangent_ad.differentiate import broadcasting
from tangent_ad.differentiate.adjoints import copy_of
from tangent_ad.differentiate.pullback import Pullback
from tangent_ad.runtime import structures
from tangent_ad.runtime.indexing import last_writes
from tangent_ad.syntax import trees
from tangent_ad.syntax.template import index_as_argument


def bound_read(node: gast.expr, known: Facts) -> calls.Bound | None:
    """A subscript or an attribute as a use of an operation."""
    if isinstance(node, gast.Subscript):
        operation = operations.find(operator.getitem)
        assert operation is not None
        return calls.bind(operation, [node.value, node.slice], ())
    if isinstance(node, gast.Attribute):
        operation = operations.find(operations.member(known.of(node.value).kind, node.attr))
        if operation is not None:
            return calls.bind(operation, [node.value], ())
    return None


def reverse_store(node: gast.Assign, pullback: Pullback) -> None:
    """Reverse `h[i] = v`: the adjoint of the element goes to v, and is then zero."""
    element = _adjoint_element(node.targets[0], pullback, written=True)
    if element is None:
        return
    slot = pullback.facts.of(node.targets[0])
    is_itself = isinstance(node.value, gast.Name) and node.value.id == root(node.targets[0])
    if not is_itself:
        _contribute(node, node.value, element, slot, pullback, 1)
    zero: gast.expr = trees.constant(0.0)
    if _in_container(node.targets[0], pullback.facts) and not slot.is_scalar:
        helper = pullback.unit.names.bind(structures.zeros_like, "zeros_like")
        zero = trees.call(trees.name(helper), element)
    if is_itself:  # `h[i] = h`
        part = trees.name(pullback.unit.names.fresh("part"))
        pullback.adjoints.emit(trees.assign(part, _taken(node.targets[0], element, slot, pullback)))
        pullback.adjoints.emit(trees.assign(element, zero))
        known = pullback.facts
        part = broadcasting.shrink(part, slot.shape, node.value, known)
        pullback.adjoints.add(node.value.id, part)
        return
    pullback.adjoints.emit(trees.assign(element, zero))


def reverse_augmented(node: gast.AugAssign, pullback: Pullback) -> None:
    """Reverse `h[i] += v` or `h[i] -= v`: the element keeps its adjoint."""
    element = _adjoint_element(node.target, pullback, written=False)
    if element is not None:
        sign = -1 if isinstance(node.op, gast.Sub) else 1
        _contribute(node, node.value, element, pullback.facts.of(node.target), pullback, sign)


def _adjoint_element(
    target: gast.expr, pullback: Pullback, written: bool
) -> gast.expr | None:
    """`bh[i]` for `h[i]`, if there is an adjoint of h yet."""
    base = root(target)
    if base is None or base not in pullback.activity.active:
        return None
    if isinstance(target, gast.Attribute):
        pullback.unit.refuse("writing an attribute of an object", target)
        return None
    if not pullback.adjoints.is_set(base):
        return None
    if written:
        pullback.adjoints.own(base)
        if is_of_view(target):
            # `h.reshape(2, 3)[i]`: a view of the adjoint, too, if that is laid out as h is.
            here = trees.name(pullback.adjoints.name(base))
            numpy = trees.name(pullback.unit.names.bind(np, "np"))
            if pullback.facts.names[base].rank != 1:
                function = trees.attribute(numpy, "ascontiguousarray")
                pullback.adjoints.emit(trees.assign(here, trees.call(function, here)))
    else:
        pullback.adjoints.settle(base)
    return trees.substitute(target, {base: trees.name(pullback.adjoints.name(base))})


def _in_container(target: gast.expr, known: Facts) -> bool:
    return isinstance(target, gast.Subscript) and known.of(target.value).is_container


def _contribute(
    node: gast.stmt,
    value: gast.expr,
    element: gast.expr,
    slot: Fact,
    pullback: Pullback,
    sign: int,
) -> None:
    if not pullback.activity.varies(value):
        return
    assert isinstance(value, gast.Name), "flattening gives what is written a name"
    if value.id not in pullback.activity.active:
        return
    target = node.targets[0] if isinstance(node, gast.Assign) else node.target  # type: ignore
    part = _taken(target, element, slot, pullback)
    part = trees.negative(part) if sign < 0 else part
    if not _in_container(target, pullback.facts):
        part = broadcasting.shrink(part, slot.shape, value, pullback.facts)
    pullback.adjoints.add(value.id, part)


def _taken(
    target: gast.expr, element: gast.expr, slot: Fact, pullback: Pullback
) -> gast.expr:
    """What the element of an adjoint gives to what was written there, to be kept."""
    known = pullback.facts
    if _in_container(target, known):
        return element
    if isinstance(target, gast.Subscript) and indexing.may_repeat(target.slice, known.of):
        helper = trees.name(pullback.unit.names.bind(last_writes, "last_writes"))
        array, index = element.value, element.slice  # type: ignore[attr-defined]
        stays = trees.call(helper, array, index_as_argument(index, pullback.unit.names))
        return trees.binary(trees.subscript(array, index), gast.Mult, stays)
    if slot.is_scalar:
        return element
    if slot.is_number and known.of(target.value).array:  # its elements are NumPy's
        return trees.method(element, "copy")
    if slot.is_number:
        return copy_of(element, slot)
    helper = trees.name(pullback.unit.names.bind(structures.copied, "copied"))
    return trees.call(helper, element)


def reverse_display(target: gast.Name, value: gast.expr, pullback: Pullback) -> None:
    """Reverse `z = (x, y)`: each element takes its part of the adjoint."""
    whole = pullback.adjoints.take(target.id)
    if isinstance(value, gast.Dict):
        pairs = list(zip(value.keys, value.values, strict=True))
    else:
        pairs = [(trees.constant(i), item) for i, item in enumerate(value.elts)]
    for key, item in pairs:
        if key is None or isinstance(item, gast.Starred):
            pullback.unit.refuse("unpacking inside a display of differentiated values", value)
            return
        if isinstance(item, (gast.Tuple, gast.List, gast.Dict)) and pullback.activity.varies(item):
            pullback.unit.refuse("nested displays", item)
        elif isinstance(item, gast.Name) and item.id in pullback.activity.active:
            pullback.adjoints.add(item.id, trees.subscript(whole, key))


def reverse_partial(target: gast.Name, value: gast.Call, pullback: Pullback) -> None:
    """Reverse `f = partial(g, w=w)`: what f took along takes its part of the adjoint of f."""
    whole = pullback.adjoints.take(target.id)
    pairs = [(trees.constant(i), item) for i, item in enumerate(value.args[1:])]
    pairs += [(trees.constant(k.arg), k.value) for k in value.keywords]
    for key, item in pairs:
        if isinstance(item, gast.Name) and item.id in pullback.activity.active:
            pullback.adjoints.add(item.id, trees.subscript(whole, key))


def packed(
    parts: list[gast.expr], fact: Fact, value: gast.expr | None, known: Facts
) -> gast.expr:
    """The adjoints of the parts in the form of the value that was unpacked."""
    if fact.kind == facts.LIST:
        return gast.List(parts, trees.LOAD)
    if fact.is_number:
        numpy = trees.name(known.unit.names.bind(np, "np"))
        return trees.call(trees.attribute(numpy, "stack"), gast.List(parts, trees.LOAD))
    return trees.pack(parts)
