"""Arguments that look like a list of layers, whose elements are pairs of arrays, dicts or matrices.

    for W, b in params:                 for layer in params:
        x = np.tanh(x @ W + b)              x = np.tanh(x @ layer["W"] + layer["b"])

Rows of a matrix are gone through in the same way, `for x, y in points`, but no row has a matrix in
it. That one is a matrix only its name tells, as `W` does; what goes along with a list of matrices
is a list.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence

import gast

from tangent_ad.analysis import facts, shapes
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees

EACH = "[*]"  # stands for the index of an element in the path of a part: `params[*][0]`
PRODUCTS = frozenset(("dot", "matmul"))


def fact_of(variable: str, path: str, unit: Unit, part: Callable[[str], Fact]) -> Fact | None:
    """The fact of an argument, or a part of one, that looks like a list of layers; `part(path)`
    gives those of the parts of each."""
    keys = _keys_in(variable, path, unit)
    if keys is None:
        return None
    if not keys:
        return Fact(facts.LIST, element=part(path + EACH))
    items = tuple((key, part(f"{path}{EACH}[{key!r}]")) for key in keys)
    if isinstance(keys[0], str):
        return Fact(facts.LIST, element=Fact(facts.DICT, items=items))
    return Fact(facts.LIST, element=facts.sequence(facts.TUPLE, tuple(fact for _, fact in items)))


def is_of_each(shape: shapes.Shape) -> bool:
    """Whether a shape, not known yet, is that of a part of the elements of an argument."""
    if not isinstance(shape, shapes.Of) or not isinstance(shape.token, tuple):
        return False
    kind, path = shape.token if len(shape.token) == 2 else ("", "")
    return kind == "parameter" and EACH in path


def paths(variable: str, path: str, unit: Unit) -> list[str]:
    """The paths of the parts of each element of such an argument."""
    keys = _keys_in(variable, path, unit)
    if keys is None:
        return []
    return [f"{path}{EACH}[{key!r}]" for key in keys] or [path + EACH]


def _keys_in(variable: str, path: str, unit: Unit) -> tuple[str, ...] | tuple[int, ...] | None:
    """The keys, unless that is a derivative of a function that did not show them: what it calls an
    element is not what the user called it."""
    known = getattr(unit.function, "assumptions", None)
    if known is not None and path in known.open:
        if not any(other.startswith(path + EACH) for other in known.open):
            return None
    return _keys(variable, unit.tree)


@functools.lru_cache(64)
def _keys(variable: str, tree: gast.FunctionDef) -> tuple[str, ...] | tuple[int, ...] | None:
    """The keys by which the elements are read, if they can be nothing but dicts or tuples; none if
    they are arrays."""
    body = tree.body
    texts: set[str] = set()
    counts: set[int] = set()
    names: set[str] = set()
    is_of_arrays = False
    for target in _elements(variable, body):
        if isinstance(target, gast.Name):
            names.add(target.id)
            texts |= _text_keys(target.id, body)
        elif isinstance(target, gast.Tuple):
            counts.add(len(target.elts))
            is_of_arrays |= not _matrices(body).isdisjoint(trees.bound_names(target))
    if texts and not counts:
        return tuple(sorted(texts))
    if len(counts) == 1 and not texts and is_of_arrays:
        return tuple(range(*counts))
    if names and not counts and not texts and names & _named_matrices(body):
        return ()
    return None


def _named_matrices(body: Sequence[gast.stmt]) -> set[str]:
    """Variables called as matrices are that are multiplied as such, and what goes along with them."""
    found = {name for name in _matrices(body) if name[:1].isupper()}
    for node in trees.statements(body):
        if isinstance(node, gast.For) and isinstance(node.target, gast.Tuple):
            names = {target.id for target in node.target.elts if isinstance(target, gast.Name)}
            is_zip = isinstance(node.iter, gast.Call) and _is_name(node.iter.func, "zip")
            found |= names if is_zip and names & found else set()
    return found


def _elements(variable: str, body: Sequence[gast.stmt]) -> Iterator[gast.expr]:
    """What the elements of an argument are assigned to."""
    names = {variable}
    for node in trees.statements(body):
        if isinstance(node, gast.For):
            for name in names:
                yield from _targets(name, node.iter, node.target)
        elif isinstance(node, gast.Assign) and isinstance(node.value, gast.Subscript):
            is_element = not isinstance(node.value.slice, (gast.Slice, gast.Tuple))
            if is_element and isinstance(node.value.value, gast.Name) and node.value.value.id in names:
                yield node.targets[0]
        elif isinstance(node, gast.Assign):
            names |= {target for target, source in _copies(node) if source in names}


def _copies(node: gast.Assign) -> Iterator[tuple[str, str]]:
    """The names that a statement gives to what has one."""
    target, value = node.targets[0], node.value
    both_tuples = isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple)
    pairs = zip(target.elts, value.elts, strict=False) if both_tuples else [(target, value)]
    for one, other in pairs:
        if isinstance(one, gast.Name) and isinstance(other, gast.Name):
            yield one.id, other.id


def _targets(variable: str, iterable: gast.expr, target: gast.expr) -> Iterator[gast.expr]:
    if _is_name(iterable, variable):
        yield target
    elif isinstance(iterable, gast.Subscript) and isinstance(iterable.slice, gast.Slice):
        yield from _targets(variable, iterable.value, target)
    elif isinstance(iterable, gast.Call) and isinstance(iterable.func, gast.Name):
        if iterable.func.id == "reversed" and len(iterable.args) == 1:
            yield from _targets(variable, iterable.args[0], target)
        elif isinstance(target, gast.Tuple):
            parts = {"zip": target.elts, "enumerate": target.elts[1:]}.get(iterable.func.id, [])
            for inner, part in zip(iterable.args, parts, strict=False):
                yield from _targets(variable, inner, part)


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


def _matrices(body: Sequence[gast.stmt]) -> set[str]:
    """The names that are multiplied as matrices somewhere."""
    found: set[str] = set()
    for inner in (node for statement in body for node in trees.walk(statement)):
        operands: list[gast.expr] = []
        if isinstance(inner, gast.BinOp) and isinstance(inner.op, gast.MatMult):
            operands = [inner.left, inner.right]
        elif isinstance(inner, gast.Call) and isinstance(inner.func, gast.Attribute):
            if inner.func.attr in PRODUCTS:
                operands = [inner.func.value, *inner.args]
        found |= {operand.id for operand in operands if isinstance(operand, gast.Name)}
    return found
