"""Call what does the work, where NumPy's function of a name takes long to get there.

>>> from tangent_ad.analysis import facts
>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(x, h, bz):
...     z = np.sum(h)
...     bx = np.zeros_like(x)
...     bx += np.sum(bz * x, axis=0) / z
...     return bx
... ''')
>>> names = Names(None, tree)
>>> names.globals["np"] = np
>>> matrix = facts.array((2, 3))
>>> new = simplify(tree, names, lambda name: name == "bx", lambda node: matrix, ("x",))
>>> print(text.function_text(new), end="")
def f(x, h, bz):
    z = np.sum(h)
    bx = np.zeros(x.shape)
    bx += (bz * x).sum(axis=0) / z
    return bx

For small arrays that takes half the time, or less. The user's own statements stay as they are, and so
do arguments that nothing tests: a tangent may be a list. Zeros are only made by the shape of what is
an array whatever happens, no None that some pass of a loop replaces: of a result, or of one of the
arguments that are `tested` on entry to be arrays of float64.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

import gast
import numpy as np

from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


def simplify(
    tree: gast.FunctionDef, names: Names, is_derivative: Callable[[str], bool], fact: FactOf,
    tested: Collection[str] | None,
) -> gast.FunctionDef:  # fmt: skip
    """`tested` is None where there may be other floats than float64."""
    arrays = frozenset() if tested is None else _arrays(tree, names, tested)
    untested = {p.id for p in trees.parameters(tree.args)} - set(tested or ())

    def visit(node: Any) -> Any:
        if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Attribute):
            return node
        function = names.resolve(node.func)
        if function not in (np.sum, np.zeros_like) or not node.args:
            return node
        array = node.args[0]
        known = fact(array)
        if not known.array or not known.rank or root(array) in untested:
            return node
        if function is np.sum:
            return trees.rebuild(node, func=trees.attribute(array, "sum"), args=node.args[1:])
        is_alone = len(node.args) == 1 and not node.keywords
        is_array = isinstance(array, gast.Name) and array.id in arrays
        if not is_alone or not is_array or known.dtype != "float":
            return node
        zeros = trees.rebuild(node.func, attr="zeros")
        return trees.rebuild(node, func=zeros, args=[trees.attribute(array, "shape")])

    def statement(node: gast.stmt) -> gast.stmt:
        inner = {field: list(map(statement, body)) for field, body in trees.blocks(node)}
        if inner:
            return trees.updated(node, **inner)
        if isinstance(node, gast.Assign):
            is_ours = is_derivative(root(node.targets[0]) or "")
        elif isinstance(node, gast.AugAssign):
            is_ours = is_derivative(root(node.target) or "")
        else:
            is_ours = isinstance(node, gast.Return)
        return trees.transform(node, visit) if is_ours else node

    return trees.updated(tree, body=list(map(statement, tree.body)))


def _arrays(tree: gast.FunctionDef, names: Names, tested: Collection[str]) -> frozenset[str]:
    """The names that are bound once, by the test on entry or to the result of an operation."""
    bound = Counter(p.id for p in trees.parameters(tree.args))
    values = {}
    for node in trees.statements(tree.body):
        bound.update(trees.writes(node))
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
            values[node.targets[0].id] = node.value
    made = {name for name, value in values.items() if _is_result(value, names)}
    return frozenset(name for name in made.union(tested) if bound[name] == 1)


def _is_result(value: gast.expr, names: Names) -> bool:
    if isinstance(value, gast.Call):
        function = names.resolve(value.func)
        package = (getattr(function, "__module__", None) or "").partition(".")[0]
        return package == "numpy" or isinstance(function, np.ufunc)
    return isinstance(value, (gast.BinOp, gast.UnaryOp))
