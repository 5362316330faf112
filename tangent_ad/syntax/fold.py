"""Arithmetic on literals, where the result is exactly what the program would compute.

>>> from tangent_ad.syntax import parse, text
>>> text.expression(fold(parse.expression("x ** (3 - 1)").right))
'2'
"""

from __future__ import annotations

import operator
from typing import Any

import gast

from tangent_ad.syntax import trees


class _Zero:
    """The derivative of what has none; disappears from sums and products."""

    def __repr__(self) -> str:
        return "ZERO"


ZERO: Any = gast.Constant(_Zero(), None)


def is_zero(node: Any) -> bool:
    return isinstance(node, gast.Constant) and isinstance(node.value, _Zero)


OPERATORS = {
    gast.Add: operator.add,
    gast.Sub: operator.sub,
    gast.Mult: operator.mul,
    gast.Div: operator.truediv,
    gast.FloorDiv: operator.floordiv,
    gast.Mod: operator.mod,
}


def literal(node: Any) -> Any:
    """The value of a literal number, or None."""
    if isinstance(node, gast.Constant) and type(node.value) in (int, float):
        return node.value
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub):
        value = literal(node.operand)
        return None if value is None else -value
    return None


def fold(node: Any) -> Any:
    """One operation on two literals as a literal; `x ** 1` as x; what is linear in ZERO as ZERO.

    The children are folded already.
    """
    if _is_linear_in_zero(node):
        return ZERO
    if not isinstance(node, gast.BinOp):
        return node
    if is_zero(node.left):
        return trees.negative(node.right) if isinstance(node.op, gast.Sub) else node.right
    if is_zero(node.right):
        return node.left
    right = literal(node.right)
    if isinstance(node.op, gast.Pow) and right == 1 and type(right) is int:
        return node.left
    left = literal(node.left)
    function = OPERATORS.get(type(node.op))
    if left is None or right is None or function is None:
        return node
    try:
        return trees.constant(function(left, right))
    except ArithmeticError:
        return node


def folded(node: gast.expr) -> gast.expr:
    """An expression with all arithmetic on literals in it done."""
    return trees.transform(node, fold)


def shifted(node: gast.expr, offset: int) -> gast.expr:
    """An int and an offset.

    >>> from tangent_ad.syntax import parse, text
    >>> text.expression(shifted(parse.expression("n - 1"), -2))
    'n - 3'
    """
    if isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Add, gast.Sub)):
        known = literal(node.right)
        if isinstance(known, int):
            sign = 1 if isinstance(node.op, gast.Add) else -1
            return shifted(node.left, sign * known + offset)
    if offset == 0:
        return node
    op = gast.Add if offset > 0 else gast.Sub
    return trees.binary(node, op, trees.constant(abs(offset)))


def _is_linear_in_zero(node: Any) -> bool:
    """Whether a node is zero because an operand in it is."""
    if isinstance(node, gast.BinOp):
        zeros = is_zero(node.left) + is_zero(node.right)
        return zeros == 2 or (zeros == 1 and not isinstance(node.op, (gast.Add, gast.Sub)))
    if isinstance(node, gast.UnaryOp):
        return is_zero(node.operand)
    if isinstance(node, (gast.Subscript, gast.Attribute)):
        return is_zero(node.value)
    if isinstance(node, gast.Call):
        return is_zero(node.func) or any(map(is_zero, node.args))
    if isinstance(node, gast.IfExp):
        return is_zero(node.body) and is_zero(node.orelse)
    return False
