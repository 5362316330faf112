"""Arguments that look like a list of layers, whose elements are pairs of arrays or dicts.

    for W, b in params:                 for layer in params:
        x = np.tanh(x @ W + b)              x = np.tanh(x @ layer["W"] + layer["b"])

Rows of a matrix are unpacked in the same way, `for x, y in points`, but no row has a matrix in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import gast

from tangent_ad.analysis import facts, shapes
from tangent_ad.analysis.facts import Fact
from tangent_ad.syntax import trees

EACH = "[*]"  # stands for the index of an element in the path of a part: `params[*][0]`
PRODUCTS = frozenset(("dot", "matmul"))


def fact_of(parameter: str, body: Sequence[gast.stmt], part: Callable[[str], Fact]) -> Fact | None:
    """The fact of an argument that looks like a list of layers; `part(path)` gives those of parts."""
    keys = _keys(parameter, body)
    if keys is None:
        return None
    items = tuple((key, part(f"{parameter}{EACH}[{key!r}]")) for key in keys)
    if isinstance(keys[0], str):
        return Fact(facts.LIST, element=Fact(facts.DICT, items=items))
    return Fact(facts.LIST, element=facts.sequence(facts.TUPLE, tuple(fact for _, fact in items)))


def is_of_each(shape: shapes.Shape) -> bool:
    """Whether a shape, not known yet, is that of a part of the elements of an argument."""
    if not isinstance(shape, shapes.Of) or not isinstance(shape.token, tuple):
        return False
    kind, path = shape.token if len(shape.token) == 2 else ("", "")
    return kind == "parameter" and EACH in path


def paths(parameter: str, body: Sequence[gast.stmt]) -> list[str]:
    """The paths of the parts of each element of such an argument."""
    return [f"{parameter}{EACH}[{key!r}]" for key in _keys(parameter, body) or ()]


def _keys(parameter: str, body: Sequence[gast.stmt]) -> tuple[str, ...] | tuple[int, ...] | None:
    """The keys by which the elements are read, if they can be nothing but dicts or tuples."""
    texts: set[str] = set()
    counts: set[int] = set()
    is_of_arrays = False
    for target in _elements(parameter, body):
        if isinstance(target, gast.Name):
            texts |= _text_keys(target.id, body)
        elif isinstance(target, gast.Tuple):
            counts.add(len(target.elts))
            matrices: set[str] = set().union(*map(_matrices, body))
            is_of_arrays |= not matrices.isdisjoint(trees.bound_names(target))
    if texts and not counts:
        return tuple(sorted(texts))
    if len(counts) == 1 and not texts and is_of_arrays:
        return tuple(range(*counts))
    return None


def _elements(parameter: str, body: Sequence[gast.stmt]) -> Iterator[gast.expr]:
    """What the elements of an argument are assigned to."""
    for node in trees.statements(body):
        if isinstance(node, gast.For):
            yield from _targets(parameter, node.iter, node.target)
        elif isinstance(node, gast.Assign) and isinstance(node.value, gast.Subscript):
            is_element = not isinstance(node.value.slice, (gast.Slice, gast.Tuple))
            if is_element and _is_name(node.value.value, parameter):
                yield node.targets[0]


def _targets(parameter: str, iterable: gast.expr, target: gast.expr) -> Iterator[gast.expr]:
    if _is_name(iterable, parameter):
        yield target
    elif isinstance(iterable, gast.Subscript) and isinstance(iterable.slice, gast.Slice):
        yield from _targets(parameter, iterable.value, target)
    elif isinstance(iterable, gast.Call) and isinstance(iterable.func, gast.Name):
        if iterable.func.id == "reversed" and len(iterable.args) == 1:
            yield from _targets(parameter, iterable.args[0], target)
        elif isinstance(target, gast.Tuple):
            parts = {"zip": target.elts, "enumerate": target.elts[1:]}.get(iterable.func.id, [])
            for inner, part in zip(iterable.args, parts, strict=False):
                yield from _targets(parameter, inner, part)


def _is_name(node: gast.expr, name: str) -> bool:
    return isinstance(node, gast.Name) and node.id == name


def _text_keys(variable: str, body: Sequence[gast.stmt]) -> set[str]:
    return {
        node.slice.value
        for statement in body
        for node in trees.walk(statement)
        if isinstance(node, gast.Subscript)
        and _is_name(node.value, variable)
        and isinstance(node.slice, gast.Constant)
        and isinstance(node.slice.value, str)
    }


def _matrices(node: gast.AST) -> set[str]:
    """The names that are multiplied as matrices somewhere in a statement."""
    found: set[str] = set()
    for inner in trees.walk(node):
        operands: list[gast.expr] = []
        if isinstance(inner, gast.BinOp) and isinstance(inner.op, gast.MatMult):
            operands = [inner.left, inner.right]
        elif isinstance(inner, gast.Call) and isinstance(inner.func, gast.Attribute):
            if inner.func.attr in PRODUCTS:
                operands = [inner.func.value, *inner.args]
        found |= {operand.id for operand in operands if isinstance(operand, gast.Name)}
    return found
