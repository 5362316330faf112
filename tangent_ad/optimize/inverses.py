"""Solve by the inverse of a matrix where that is worked out anyway.

>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(L, z, bz):
...     bx = np.linalg.solve(L.T, bz)
...     bL = -np.outer(bx, z)
...     inverse = np.linalg.inv(L)
...     bK = inverse.T @ bL @ inverse
...     return bx, bK
... ''')
>>> names = Names(None, tree)
>>> names.globals["np"] = np
>>> new = simplify(tree, names, lambda name: name in ("bx", "bL", "bK"))
>>> print(text.function_text(new), end="")
def f(L, z, bz):
    inverse = np.linalg.inv(L)
    bx = inverse.T @ bz
    bL = -np.outer(bx, z)
    bK = inverse.T @ bL @ inverse
    return bx, bK

That is as exact as what the inverse is there for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gast
import numpy as np

from tangent_ad.analysis import effects
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


def simplify(
    tree: gast.FunctionDef, names: Names, is_derivative: Callable[[str], bool]
) -> gast.FunctionDef:
    body = list(tree.body)
    for node in tree.body:
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
            matrix = _argument(node.value, np.linalg.inv, names)
            if isinstance(matrix, gast.Name):
                body = _solved(body, node, node.targets[0].id, matrix.id, names, is_derivative)
    return trees.updated(tree, body=body)


def _solved(
    body: list[gast.stmt], made: gast.Assign, inverse: str, matrix: str, names: Names,
    is_derivative: Callable[[str], bool],
) -> list[gast.stmt]:  # fmt: skip
    """The statements in which the inverse is made before the first system that it solves."""

    def visit(node: Any) -> Any:
        left = _argument(node, np.linalg.solve, names)
        by = trees.name(inverse)
        if isinstance(left, gast.Attribute) and left.attr == "T":
            left, by = left.value, trees.attribute(by, "T")
        if not isinstance(left, gast.Name) or left.id != matrix or len(node.args) != 2:
            return node
        return trees.binary(by, gast.MatMult, node.args[1])

    at = next(i for i, node in enumerate(body) if node is made)
    first = _unchanged_from(body[:at], matrix, names)
    if any(inverse in trees.all_writes([node]) for node in body if node is not made):
        return body
    new = list(body)
    for i in range(first, at):
        node = body[i]
        if isinstance(node, gast.Assign) and is_derivative(root(node.targets[0]) or ""):
            new[i] = trees.transform(node, visit)
        elif isinstance(node, gast.AugAssign) and is_derivative(root(node.target) or ""):
            new[i] = trees.transform(node, visit)
    changed = [i for i in range(first, at) if new[i] is not body[i]]
    if not changed:
        return body
    del new[at]
    new.insert(changed[0], made)
    return new


def _unchanged_from(body: Sequence[gast.stmt], matrix: str, names: Names) -> int:
    """The position behind the last statement that binds a variable or changes its value."""
    for position in reversed(range(len(body))):
        for node in trees.statements([body[position]]):
            if matrix in trees.all_writes([node]) or effects.mutated_root(node, names) == matrix:
                return position + 1
    return 0


def _argument(node: Any, function: Any, names: Names) -> gast.expr | None:
    """What a function is called for, if it is this one."""
    if not isinstance(node, gast.Call) or node.keywords or not node.args:
        return None
    return node.args[0] if names.resolve(node.func) is function else None
