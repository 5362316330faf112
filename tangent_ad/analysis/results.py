"""Facts of results, from facts of operands: what rules use to say what an operation makes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tangent_ad.analysis import facts, shapes
from tangent_ad.analysis.assumptions import PRODUCT, SHOWN, Assumptions
from tangent_ad.analysis.facts import Fact, number
from tangent_ad.syntax.names import MISSING

Ask = Assumptions


def literal(fact: Fact) -> Any:
    """The literal value of an argument: an int, a tuple of ints, None, a flag; or MISSING."""
    if fact.kind == facts.TUPLE and fact.items is not None:
        inner = tuple(literal(item) for item in fact.items)
        return MISSING if MISSING in inner else inner
    return MISSING if isinstance(fact.value, tuple) else fact.value


def _floating(dtype: str) -> str:
    return dtype if dtype not in ("int", "bool") else "float"


def _flag(shape: shapes.Shape) -> bool | None:
    if shape == ():
        return False
    return True if isinstance(shape, tuple) else None


def same(ask: Ask, x: Fact, **others: Fact) -> Fact:
    """The result has the shape and type of the operand."""
    return number(x.shape, x.dtype, _flag(x.shape)) if x.is_number else number()


def fresh_array(ask: Ask, x: Fact, **others: Fact) -> Fact:
    """An array like the operand, whatever the operand is."""
    return number(x.shape, x.dtype, True) if x.is_number else facts.array(None, x.dtype)


def scalar(ask: Ask, **others: Fact) -> Fact:
    return facts.FLOAT


def reduced(ask: Ask, x: Fact, axis: Fact, keepdims: Fact, **others: Fact) -> Fact:
    """Sums and the like."""
    along, kept = literal(axis), literal(keepdims)
    if along is MISSING or kept is MISSING:
        return number(None, x.dtype)
    if along is not None:
        last = max((a for a in (along if isinstance(along, tuple) else (along,))), default=0)
        ask.rank(x.shape, last + 1 if last >= 0 else 1, 1)
    shape = shapes.reduced(x.shape if x.is_number else None, along, bool(kept))
    if not x.is_number and along is None and not kept:
        shape = ()
    return number(shape, x.dtype, _flag(shape))


def averaged(ask: Ask, x: Fact, axis: Fact, keepdims: Fact, **others: Fact) -> Fact:
    result = reduced(ask, x, axis, keepdims)
    return replace(result, dtype=_floating(result.dtype))


def product(ask: Ask, x: Fact, y: Fact) -> Fact:
    """`x @ y` and `np.dot(x, y)` up to matrices."""
    dtype = facts.promote(x.dtype, y.dtype)
    if x.rank is None or y.rank is None:
        for one, other in ((x, y), (y, x)):
            if one.rank is None:
                ask.rank(one.shape, 2 if other.rank in (None, 1, 2) else other.rank, PRODUCT)
        return number(None, dtype)
    if 0 in (x.rank, y.rank):
        return facts.elementwise((x, y), ask)
    if x.rank > 2 or y.rank > 2:
        return number(None, dtype, True)
    ask.equal(x.shape[-1], y.shape[0])
    shape = (*x.shape[:-1], *y.shape[1:])
    return number(shape, dtype, shape != ())


def outer(ask: Ask, x: Fact, y: Fact, **others: Fact) -> Fact:
    dtype = facts.promote(x.dtype, y.dtype)
    if x.rank == 1 and y.rank == 1:
        return facts.array((*x.shape, *y.shape), dtype)
    ask.rank(x.shape, 1, PRODUCT)
    ask.rank(y.shape, 1, PRODUCT)
    return number(None, dtype, True)


def transposed(ask: Ask, x: Fact, **others: Fact) -> Fact:
    return number(shapes.transposed(x.shape), x.dtype, x.array)


def lengths(fact: Fact) -> shapes.Shape:
    """The shape that an argument like `(n, 3)` or `n` of np.zeros asks for."""
    if fact.is_scalar and fact.value is not MISSING:
        return (fact.value,)
    if fact.kind == facts.TUPLE and fact.items is not None:
        if all(item.is_scalar and item.value is not MISSING for item in fact.items):
            return tuple(item.value for item in fact.items)
        return None
    return None


def filled(ask: Ask, shape: Fact, **others: Fact) -> Fact:
    """np.zeros and the like."""
    known = lengths(shape)
    dtype = others.get("dtype", facts.NONE_FACT)
    name = "float" if dtype.kind == facts.NONE else _dtype_of(dtype)
    return facts.array(known, name)


def _dtype_of(fact: Fact) -> str:
    if fact.value is MISSING:
        return ""
    try:
        return facts.dtype_name(np.dtype(fact.value))
    except TypeError:
        return ""


def square(ask: Ask, x: Fact, **others: Fact) -> Fact:
    """Operations on a square matrix that give one."""
    ask.rank(x.shape, 2, SHOWN)
    return number(x.shape, _floating(x.dtype), True)


def flag(ask: Ask, **others: Fact) -> Fact:
    return facts.FLAG


def integer(ask: Ask, **others: Fact) -> Fact:
    return facts.INT


def nothing(ask: Ask, **others: Fact) -> Fact:
    return facts.NONE_FACT


def like_operands(ask: Ask, arguments: Fact) -> Fact:
    """Elementwise, for entries that take any arguments."""
    numbers = tuple(f for f in arguments.items or () if f.is_number)
    return facts.elementwise(numbers, ask) if numbers else number()


def flags_like_operands(ask: Ask, arguments: Fact) -> Fact:
    return replace(like_operands(ask, arguments), dtype="bool")


def filled_like(ask: Ask, arguments: Fact) -> Fact:
    """np.zeros_like(x, ...)."""
    x = arguments.items[0] if arguments.items else number()
    return facts.array(x.shape if x.is_number else None, x.dtype if x.is_number else "")


def counted(ask: Ask, arguments: Fact) -> Fact:
    return Fact(facts.RANGE)


def reversed_items(ask: Ask, items: Fact) -> Fact:
    if items.kind == facts.TUPLE:
        return Fact(facts.LIST, element=items.element)
    return replace(items, value=MISSING)


def element(ask: Ask, items: Fact, **others: Fact) -> Fact:
    return items.element if items.element is not None else facts.ANYTHING


def shape_of(ask: Ask, arguments: Fact) -> Fact:
    """x.shape as a tuple of lengths, where the rank is known."""
    x = arguments.items[0] if arguments.items else number()
    if isinstance(x.shape, tuple) and x.is_number:
        lengths = tuple(facts.scalar("int", length) for length in x.shape)
        return Fact(facts.TUPLE, items=lengths, element=facts.INT)
    return Fact(facts.TUPLE, element=facts.INT)


def length(ask: Ask, x: Fact) -> Fact:
    """len(x), as a length of the algebra of shapes."""
    if x.is_number:
        if isinstance(x.shape, tuple) and x.shape:
            return facts.scalar("int", x.shape[0])
        if isinstance(x.shape, shapes.Of):
            return facts.scalar("int", (("size", x.shape.token, 0), 0))
    if x.kind == facts.TUPLE and x.items is not None:
        return facts.scalar("int", len(x.items))
    return facts.INT
