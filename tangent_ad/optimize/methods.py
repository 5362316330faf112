"""Sum an array by its method, which for small arrays takes half the time of the function.

>>> from tangent_ad.analysis import facts
>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(x, h, bz):
...     z = np.sum(h)
...     bx = np.sum(bz * x, axis=0) / z
...     return bx
... ''')
>>> names = Names(None, tree)
>>> names.globals["np"] = np
>>> matrix = facts.array((2, 3))
>>> print(text.function_text(simplify(tree, names, lambda n: n == "bx", lambda n: matrix)), end="")
def f(x, h, bz):
    z = np.sum(h)
    bx = (bz * x).sum(axis=0) / z
    return bx

The user's own statements stay as they are, and so does the sum of what may be no array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


def simplify(
    tree: gast.FunctionDef, names: Names, is_derivative: Callable[[str], bool], fact: FactOf
) -> gast.FunctionDef:
    def visit(node: Any) -> Any:
        if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Attribute):
            return node
        if not node.args or names.resolve(node.func) is not np.sum:
            return node
        known = fact(node.args[0])
        if not known.array or not known.rank or isinstance(node.args[0], gast.Starred):
            return node
        method = trees.attribute(node.args[0], "sum")
        return trees.rebuild(node, func=method, args=node.args[1:])

    def block(body: list[gast.stmt]) -> list[gast.stmt]:
        return [statement(node) for node in body]

    def statement(node: gast.stmt) -> gast.stmt:
        inner = {field: block(b) for field, b in trees.blocks(node)}
        if inner:
            return trees.updated(node, **inner)
        if isinstance(node, gast.Assign):
            is_ours = is_derivative(root(node.targets[0]) or "")
        elif isinstance(node, gast.AugAssign):
            is_ours = is_derivative(root(node.target) or "")
        else:
            is_ours = isinstance(node, gast.Return)
        return trees.transform(node, visit) if is_ours else node

    return trees.updated(tree, body=block(tree.body))
