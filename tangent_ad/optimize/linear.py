"""Let signs, factors and slices through what is linear.

>>> from tangent_ad.analysis.facts import number
>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function("def f(x, y, W, n): return np.roll(-x, 1), (x @ W.T)[:, n:], (x.T @ y).T")
>>> names = Names(None, tree)
>>> names.globals["np"] = np
>>> linear = Linear(names, lambda node: number((2, 3), "float"))
>>> roll, part, turned = tree.body[0].value.elts
>>> print(text.expression(linear.call(roll)))
-np.roll(x, 1)
>>> print(text.expression(linear.part(part)))
x @ W[n:].T
>>> print(text.expression(linear.transposed(turned)))
y.T @ x

`np.sum(s * x, axis=0)` becomes `s * np.sum(x, axis=0)` where s does not vary along the axis, and
`np.sum(x * y)` becomes `np.vdot(x, y)` where x and y have one shape.
"""

from __future__ import annotations

import gast
import numpy as np

from tangent_ad.analysis import algebra, operations
from tangent_ad.analysis.algebra import FactOf, Product
from tangent_ad.analysis.indexing import parts
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING, Names


class Linear:
    """Rewrites of one node whose children are rewritten."""

    def __init__(self, names: Names, fact: FactOf) -> None:
        self.names = names
        self.fact = fact

    def call(self, node: gast.Call) -> gast.expr:
        function = self.names.resolve(node.func)
        if function is MISSING or not node.args:
            return node
        if function is np.sum and len(node.args) == 1:
            return self.summed(node)
        first = node.args[0]
        operation = operations.find(function)
        if operation is not None and operation.linear and operation.linear == operation.parameters[:1]:
            is_negative = isinstance(first, gast.UnaryOp) and isinstance(first.op, gast.USub)
            if is_negative and self.fact(node).is_number:  # there is no negative of a list
                return trees.negative(trees.rebuild(node, args=[first.operand, *node.args[1:]]))
        return node

    def summed(self, node: gast.Call) -> gast.expr:
        factors = Product().times(node.args[0])
        if all(self.fact(f).dtype != "float" for f in (*factors.above, *factors.below)):
            return node  # a number in front must not make floats of ints
        keywords = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
        axis, keep = keywords.get("axis", 0), keywords.get("keepdims", False)
        if not keywords.keys() <= {"axis", "keepdims"} or type(axis) is not int:
            return node
        axes = (axis,) if "axis" in keywords else None

        def make(inner: gast.expr) -> gast.expr:
            if not node.keywords and (pair := self.inner_product(node, inner)) is not None:
                return pair
            return trees.rebuild(node, args=[inner])

        return algebra.reduction(node.args[0], axes, keep is True, self.fact, make)

    def inner_product(self, node: gast.Call, product: gast.expr) -> gast.expr | None:
        """`np.vdot(x, y)` for the sum of `x * y`: it makes no array of the products."""
        found = Product().times(product)
        shape = self.fact(product).shape
        if found.below or not isinstance(shape, tuple) or not shape:
            return None
        for at, factor in enumerate(found.above):
            known = self.fact(factor)
            rest = Product(found.literal, found.above[:at] + found.above[at + 1 :])
            # np.vdot takes the conjugate of its first operand, where that is complex.
            if known.dtype == "float" and known.shape == shape and rest.above:
                other = rest.build(self.fact)
                if self.fact(other).shape == shape and isinstance(node.func, gast.Attribute):
                    return trees.call(trees.rebuild(node.func, attr="vdot"), factor, other)
        return None

    def part(self, node: gast.Subscript) -> gast.expr:
        inner = node.value
        if isinstance(inner, gast.UnaryOp) and isinstance(inner.op, gast.USub):
            return trees.negative(trees.rebuild(node, value=inner.operand))
        if isinstance(inner, gast.BinOp) and isinstance(inner.op, gast.MatMult):
            index = parts(node.slice)
            are_slices = all(isinstance(part, gast.Slice) for part in index)
            if are_slices and self.fact(inner.left).rank == self.fact(inner.right).rank == 2:
                left, right = inner.left, inner.right
                if not _is_whole(index[0]):
                    left = trees.subscript(left, index[0])
                if len(index) == 2 and not _is_whole(index[1]):
                    right = self.columns(right, index[1])
                return trees.rebuild(inner, left=left, right=right)
        return node

    def columns(self, node: gast.expr, index: gast.expr) -> gast.expr:
        if isinstance(node, gast.Attribute) and node.attr == "T":
            return trees.attribute(trees.subscript(node.value, index), "T")
        return trees.subscript(node, trees.pack([gast.Slice(None, None, None), index]))

    def transposed(self, node: gast.Attribute) -> gast.expr:
        """`x.T.T` is x, and `(x @ y).T` is `y.T @ x.T`."""
        inner = node.value
        if isinstance(inner, gast.Attribute) and inner.attr == "T":
            return inner.value
        if isinstance(inner, gast.BinOp) and isinstance(inner.op, gast.MatMult):
            if self.fact(inner.left).rank == self.fact(inner.right).rank == 2:
                left, right = (
                    self.transposed(trees.attribute(part, "T"))  # type: ignore[arg-type]
                    for part in (inner.right, inner.left)
                )
                new = trees.rebuild(inner, left=left, right=right)
                return new if trees.size(new) <= trees.size(node) else node
        return node


def _is_whole(index: gast.expr) -> bool:
    return isinstance(index, gast.Slice) and index.lower is index.upper is index.step is None
