"""Expressions of everyday arithmetic as text, with no more brackets than they need.

>>> from tangent_ad.syntax import parse
>>> plain(parse.expression("(a*(b+c))[i,1:]**2 / -x.T"))
'(a * (b + c))[i, 1:] ** 2 / -x.T'

What is not everyday (lambdas, comprehensions, conditional expressions) is None here: `text` has
slower ways to write it.
"""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.syntax.named import NamedTuple

# How tightly an expression holds together: an operand that is looser than its place needs brackets.
TUPLE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)

BINARY = {
    gast.Add: ("+", SUM), gast.Sub: ("-", SUM), gast.Mult: ("*", PRODUCT), gast.Div: ("/", PRODUCT),
    gast.MatMult: ("@", PRODUCT), gast.FloorDiv: ("//", PRODUCT), gast.Mod: ("%", PRODUCT),
    gast.Pow: ("**", POWER),
}  # fmt: skip
UNARY = {gast.USub: ("-", SIGN), gast.UAdd: ("+", SIGN), gast.Not: ("not ", NOT)}
COMPARISONS = {
    gast.Eq: "==", gast.NotEq: "!=", gast.Lt: "<", gast.LtE: "<=", gast.Gt: ">", gast.GtE: ">=",
    gast.Is: "is", gast.IsNot: "is not", gast.In: "in", gast.NotIn: "not in",
}  # fmt: skip


class _NotPlain(Exception):
    pass


def plain(node: gast.expr) -> str | None:
    """The text of an expression, or None for one that is not plain."""
    try:
        return _text(node, TUPLE)
    except _NotPlain:
        return None


def _text(node: Any, place: int) -> str:
    write = _WRITERS.get(type(node))
    if write is None:
        raise _NotPlain
    text, strength = write(node)
    return f"({text})" if strength < place else text


def _name(node: gast.Name) -> tuple[str, int]:
    return node.id, ATOM


def _constant(node: gast.Constant) -> tuple[str, int]:
    value = node.value
    if value is None or type(value) in (bool, int):
        return repr(value), ATOM
    if type(value) is float and value - value == 0.0:  # finite
        return repr(value), ATOM
    if type(value) is complex and not value.real and value - value == 0.0:
        return repr(value), ATOM
    if type(value) is str and value.isprintable():
        return repr(value), ATOM
    raise _NotPlain


def _attribute(node: gast.Attribute) -> tuple[str, int]:
    if isinstance(node.value, gast.Constant):
        raise _NotPlain
    return f"{_text(node.value, ATOM)}.{node.attr}", ATOM


def _subscript(node: gast.Subscript) -> tuple[str, int]:
    index = node.slice
    if isinstance(index, gast.Tuple) and index.elts:
        inside = ", ".join(_part(e) for e in index.elts)
        inside += "," if len(index.elts) == 1 else ""
    else:
        inside = _part(index)
    return f"{_text(node.value, ATOM)}[{inside}]", ATOM


def _part(node: gast.expr) -> str:
    """An index, or a slice."""
    if not isinstance(node, gast.Slice):
        return _text(node, OR)
    lower, upper, step = (
        "" if bound is None else _text(bound, OR) for bound in (node.lower, node.upper, node.step)
    )
    return f"{lower}:{upper}:{step}" if step else f"{lower}:{upper}"


def _call(node: gast.Call) -> tuple[str, int]:
    parts = [_text(argument, OR) for argument in node.args]
    for keyword in node.keywords:
        if keyword.arg is None:
            raise _NotPlain
        parts.append(f"{keyword.arg}={_text(keyword.value, OR)}")
    return f"{_text(node.func, ATOM)}({', '.join(parts)})", ATOM


def _binary(node: gast.BinOp) -> tuple[str, int]:
    if type(node.op) not in BINARY:
        raise _NotPlain
    symbol, strength = BINARY[type(node.op)]
    left, right = strength, strength + 1
    if strength == POWER:  # binds to the right, and a sign may stand in the exponent
        left, right = ATOM, SIGN
    return f"{_text(node.left, left)} {symbol} {_text(node.right, right)}", strength


def _unary(node: gast.UnaryOp) -> tuple[str, int]:
    if type(node.op) not in UNARY:
        raise _NotPlain
    symbol, strength = UNARY[type(node.op)]
    return f"{symbol}{_text(node.operand, strength)}", strength


def _compare(node: gast.Compare) -> tuple[str, int]:
    parts = [_text(node.left, SUM)]
    for op, operand in zip(node.ops, node.comparators, strict=True):
        parts += [COMPARISONS[type(op)], _text(operand, SUM)]
    return " ".join(parts), COMPARE


def _boolean(node: gast.BoolOp) -> tuple[str, int]:
    word, strength = ("and", AND) if isinstance(node.op, gast.And) else ("or", OR)
    return f" {word} ".join(_text(value, strength + 1) for value in node.values), strength


def _named(node: NamedTuple) -> tuple[str, int]:
    return _call(node.as_call())


def _tuple(node: gast.Tuple) -> tuple[str, int]:
    if len(node.elts) < 2:
        raise _NotPlain
    return f"({', '.join(_text(e, OR) for e in node.elts)})", ATOM


def _list(node: gast.List) -> tuple[str, int]:
    return f"[{', '.join(_text(e, OR) for e in node.elts)}]", ATOM


_WRITERS: dict[type, Any] = {
    gast.Name: _name, gast.Constant: _constant, gast.Attribute: _attribute,
    gast.Subscript: _subscript, gast.Call: _call, gast.BinOp: _binary, gast.UnaryOp: _unary,
    gast.Compare: _compare, gast.BoolOp: _boolean, gast.Tuple: _tuple, gast.List: _list,
    NamedTuple: _named,
}  # fmt: skip
