"""Write derivatives as products of few factors, with signs and literals in front.

>>> from tangent_ad.analysis.facts import FLOAT
>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function("def f(x, by):\\n    y = 2.0 * (0.5 * x)\\n    bx = 2.0 * -(0.5 * by) * y\\n")
>>> new = simplify(tree, Names(None, tree), lambda node: FLOAT, lambda name: name[0] == "b")
>>> print(text.function_text(new), end="")
def f(x, by):
    y = 2.0 * (0.5 * x)
    bx = -by * y

Only derivatives are rewritten; the user's own arithmetic rounds as it always did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import gast

from tangent_ad.analysis import algebra
from tangent_ad.analysis.algebra import FactOf, Product
from tangent_ad.optimize.linear import Linear
from tangent_ad.syntax import fold, trees
from tangent_ad.syntax.fold import literal
from tangent_ad.syntax.names import Names

PRODUCT = (gast.Mult, gast.Div)


def simplify(
    tree: gast.FunctionDef,
    names: Names,
    fact: FactOf,
    is_derivative: Callable[[str], bool],
    done: Iterable[gast.stmt] = (),
) -> gast.FunctionDef:
    """Statements that are `done`, and did not change since, stay as they are."""
    worker = _Arithmetic(names, fact, is_derivative, frozenset(map(id, done)))
    return trees.updated(tree, body=worker.block(tree.body))


class _Arithmetic:
    def __init__(
        self,
        names: Names,
        fact: FactOf,
        is_derivative: Callable[[str], bool],
        done: frozenset[int],
    ) -> None:
        self.done = done
        self.linear = Linear(names, fact)
        self.fact = fact
        self.is_derivative = is_derivative

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        return [self.statement(node) for node in body]

    def statement(self, node: gast.stmt) -> gast.stmt:
        if id(node) in self.done:
            return node
        inner = {field: self.block(b) for field, b in trees.blocks(node)}
        if inner:
            return trees.updated(node, **inner)
        if not self._concerns(node):
            return node
        if isinstance(node, gast.Assign):
            return trees.updated(node, value=self.expression(node.value))
        if isinstance(node, gast.AugAssign):
            return self.augmented(node)
        if isinstance(node, gast.Return) and node.value is not None:
            return trees.updated(node, value=self.expression(node.value))
        return node

    def _concerns(self, node: gast.stmt) -> bool:
        if isinstance(node, gast.Return):
            return node.value is not None and any(map(self.is_derivative, trees.reads(node.value)))
        target = node.targets[0] if isinstance(node, gast.Assign) else getattr(node, "target", None)
        return target is not None and any(
            isinstance(n, gast.Name) and self.is_derivative(n.id) for n in trees.walk(target)
        )

    def augmented(self, node: gast.AugAssign) -> gast.AugAssign:
        """`x += -e` is `x -= e`."""
        value = self.expression(node.value)
        if isinstance(node.op, (gast.Add, gast.Sub)):
            inner, sign = algebra.signed(value)
            if sign < 0:
                op = gast.Sub() if isinstance(node.op, gast.Add) else gast.Add()
                return trees.rebuild(node, op=op, value=inner)
        return trees.updated(node, value=value)

    def expression(self, node: gast.expr) -> gast.expr:
        return self.sign(trees.transform(node, self.rewrite), top=True)

    def measured(self, node: gast.Attribute) -> gast.Attribute:
        """`(x ** 2).size` as `x.size`."""
        inner = node.value
        if isinstance(inner, gast.BinOp):
            for one, other in ((inner.left, inner.right), (inner.right, inner.left)):
                if literal(other) is not None and self.fact(one).array:
                    return trees.rebuild(node, value=one)
        return node

    def rewrite(self, node: Any) -> Any:
        """One node whose children are rewritten; products are left to their outermost factor."""
        if isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Add, gast.Sub)):
            return self.sum(node)
        if isinstance(node, gast.Call):
            args = [self.sign(a, top=True) if isinstance(a, gast.expr) else a for a in node.args]
            return self.linear.call(trees.updated(node, args=args))
        if isinstance(node, gast.Attribute) and node.attr == "T":
            return self.linear.transposed(node)
        if isinstance(node, gast.Attribute) and node.attr in ("size", "shape", "ndim"):
            return self.measured(node)
        if isinstance(node, gast.Subscript):
            inner = self.sign(node.value, top=True)
            return self.linear.part(trees.updated(node, value=inner))
        return fold.fold(node)

    def sum(self, node: gast.BinOp) -> gast.expr:
        left, right = self.sign(node.left, top=True), self.sign(node.right, top=True)
        inner, sign = algebra.signed(right)
        op = node.op
        if sign < 0:
            right = inner
            op = gast.Sub() if isinstance(op, gast.Add) else gast.Add()
        return trees.updated(node, left=left, op=op, right=right)

    def sign(self, node: gast.expr, top: bool) -> gast.expr:
        """A product in normal form, if that is shorter or pulls a sign to the front."""
        if not _is_product(node) and not _is_minus(node):
            return node
        if _is_minus(node) and isinstance(node.operand, (gast.Name, gast.Constant, gast.Call)):
            return node
        if self.fact(node).dtype == "int":  # an index, an axis: it must stay an int
            value = literal(node)
            return node if value is None else trees.constant(value)
        new = Product().times(node).build(self.fact)
        shorter = trees.size(new) < trees.size(node)
        flatter = trees.size(new) == trees.size(node) and _nesting(node) > _nesting(new)
        return new if shorter or flatter else node


def _nesting(node: gast.expr) -> int:
    """Minus signs anywhere but in front or before parentheses, and products as right factors."""
    inner, _ = algebra.signed(node)
    in_front = any(_is_minus(n) and _is_product(n.operand) for n in trees.walk(node))
    return in_front + sum(
        _is_minus(n) or _is_product(n) and isinstance(n.op, gast.Mult) and _is_product(n.right)
        for n in trees.walk(inner)
    )


def _is_minus(node: gast.AST) -> bool:
    return isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub)


def _is_product(node: gast.AST) -> bool:
    return isinstance(node, gast.BinOp) and isinstance(node.op, PRODUCT)
