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
    """One operation on two literals as a literal; `x ** 1` as x. Children are folded already."""
    if not isinstance(node, gast.BinOp):
        return node
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
