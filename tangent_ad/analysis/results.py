"""Facts of results, from facts of operands: what rules use to say what an operation makes.

Each function takes the assumptions and the facts of the operands by the names of the parameters.
Arrays whose elements are moved, joined or selected are the matter of `layouts`, linear algebra that
of `matrices`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tangent_ad.analysis import facts, shapes
from tangent_ad.analysis.assumptions import LIKELY, REQUIRED, SHOWN, Assumptions
from tangent_ad.analysis.classes import are_several
from tangent_ad.analysis.facts import Fact, number
from tangent_ad.analysis.values import element_of as one_of
from tangent_ad.syntax.names import MISSING

Ask = Assumptions
Result = Callable[..., Fact]


# ---- literals and element types ------------------------------------------------------------


def literal(fact: Fact) -> Any:
    """The literal value of an argument: an int, a tuple of ints, None, a flag; or MISSING."""
    if fact.kind in (facts.TUPLE, facts.LIST) and fact.items is not None:
        inner = tuple(literal(item) for item in fact.items)
        return MISSING if MISSING in inner else inner
    return MISSING if isinstance(fact.value, tuple) else fact.value


def floating(dtype: str) -> str:
    return dtype if dtype not in ("int", "bool") else "float"


def counting(dtype: str) -> str:
    return "int" if dtype == "bool" else dtype


def flag_of(shape: shapes.Shape) -> bool | None:
    """Whether a result of some shape is an array: NumPy gives scalars for results without axes."""
    if shape == ():
        return False
    return True if isinstance(shape, tuple) else None


def dtype_of(fact: Fact) -> str:
    """The element type that an argument `dtype` asks for."""
    if fact.value is MISSING:
        return fact.dtype if fact.kind == facts.OBJECT else ""
    try:
        return facts.dtype_name(np.dtype(fact.value))
    except TypeError:
        return ""


def element_type(ask: Ask, a: Fact) -> Fact:
    """x.dtype: an object of which is known what `dtype_of` wants to know."""
    return Fact(facts.OBJECT, dtype=a.dtype if a.is_number else "")


# ---- elementwise ---------------------------------------------------------------------------


def like(name: str, dtype: str = "") -> Result:
    """The result has the shape of one operand, and its element type unless another is named."""

    def result(ask: Ask, **operands: Fact) -> Fact:
        x = operands[name]
        return number(x.shape, dtype or x.dtype, flag_of(x.shape)) if x.is_number else number()

    return result


def array_like(name: str, dtype: str = "") -> Result:
    """As `like`, and an array even where it has no axes."""

    def result(ask: Ask, **operands: Fact) -> Fact:
        x = operands[name]
        return facts.array(x.shape if x.is_number else None, dtype or (x.dtype if x.is_number else ""))

    return result


def arithmetic(ask: Ask, **operands: Fact) -> Fact:
    """Elementwise, and of the element type of the operands: ints stay ints."""
    return combined(ask, operands.values())


def real(ask: Ask, **operands: Fact) -> Fact:
    """Elementwise, and of floats."""
    result = combined(ask, operands.values())
    return result._replace(dtype=floating(result.dtype))


def real_part(ask: Ask, x: Fact, **others: Fact) -> Fact:
    """What is real whatever the operand is, an int where that is one."""
    result = arithmetic(ask, x=x)
    return result._replace(dtype="float" if result.dtype in ("complex", "") else result.dtype)


def magnitude(ask: Ask, x: Fact) -> Fact:
    """The same, but for an operand that may be an int as far as is known."""
    result = arithmetic(ask, x=x)
    is_float = result.dtype == "complex" or ask.has_complex and not result.dtype
    return result._replace(dtype="float") if is_float else result


def angle(ask: Ask, z: Fact, **others: Fact) -> Fact:
    return arithmetic(ask, z=z)._replace(dtype="float")


def perhaps_real(ask: Ask, a: Fact) -> Fact:
    return a._replace(dtype="" if a.dtype == "complex" else a.dtype)


def widened(ask: Ask, **operands: Fact) -> Fact:
    """Elementwise, and complex."""
    return combined(ask, operands.values())._replace(dtype="complex")


def flags(ask: Ask, **operands: Fact) -> Fact:
    """Elementwise, and of truth values."""
    return combined(ask, operands.values())._replace(dtype="bool")


def combined(ask: Ask, operands: Any) -> Fact:
    """What broadcasting makes of some operands; those that are None or a text do not count."""
    found: list[Fact] = []
    for operand in operands:
        if operand.kind in (facts.LIST, facts.TUPLE) and operand.items is not None:
            found.append(as_array(ask, operand))
        elif operand.kind not in (facts.NONE, facts.TEXT):
            found.append(operand)
    return facts.elementwise(tuple(found), ask) if found else number()


def as_array(ask: Ask, fact: Fact) -> Fact:
    """What np.asarray makes of a value."""
    if fact.is_number:
        return fact._replace(array=True, value=MISSING)
    if fact.kind in (facts.LIST, facts.TUPLE):
        items = fact.items
        inner = [as_array(ask, f) for f in items] if items else []
        element = inner[0] if inner else None
        if element is None and fact.element is not None:
            element = as_array(ask, fact.element)
        for item in inner:
            ask.rank(item.shape, 0, LIKELY)
        if element is not None and element.is_number:
            dtype = facts.promote(*(f.dtype for f in inner)) if inner else element.dtype
            known = isinstance(element.shape, tuple) and bool(inner)
            return facts.array((len(inner), *element.shape) if known else None, dtype)
    return facts.array(None, "")


def of_arguments(result: Result) -> Result:
    """The same for an entry that takes any arguments: those that are numbers count."""

    def wrapped(ask: Ask, arguments: Fact) -> Fact:
        numbered = {str(i): f for i, f in enumerate(arguments.items or ()) if f.is_number}
        return result(ask, **numbered) if numbered else number()

    return wrapped


def pair_of(result: Result) -> Result:
    """A tuple of two alike."""

    def wrapped(ask: Ask, **operands: Fact) -> Fact:
        part = result(ask, **operands)
        return facts.sequence(facts.TUPLE, (part, part))

    return wrapped


def mantissa_and_exponent(ask: Ask, x: Fact) -> Fact:
    part = real(ask, x=x)
    return facts.sequence(facts.TUPLE, (part, part._replace(dtype="int")))


# ---- reductions ----------------------------------------------------------------------------


def reduced(ask: Ask, a: Fact, axis: Fact = facts.NONE_FACT, **others: Fact) -> Fact:
    """Maxima and the like."""
    along, kept = literal(axis), literal(others.get("keepdims", facts.of_literal(False)))
    if along is MISSING or kept is MISSING:
        return number(None, a.dtype)
    if along is not None:
        axes = along if isinstance(along, tuple) else (along,)
        # Nobody names the axis of what has only one.
        least = max((n + 1 if n >= 0 else -n for n in axes), default=0)
        ask.rank(a.shape, max(least, 2 + shapes.new_axes(a.shape)), LIKELY)
    elif shapes.is_row(a.shape):
        ask.rank(a.shape, 1, LIKELY)
    if not a.is_number:
        a = as_array(ask, a)
    shape = () if along is None and not kept else shapes.reduced(a.shape, along, bool(kept))
    return number(shape, a.dtype, flag_of(shape))


def summed(ask: Ask, a: Fact, axis: Fact = facts.NONE_FACT, **others: Fact) -> Fact:
    result = reduced(ask, a, axis, **others)
    return result._replace(dtype=counting(result.dtype))


def averaged(ask: Ask, a: Fact, axis: Fact = facts.NONE_FACT, **others: Fact) -> Fact:
    result = reduced(ask, a, axis, **others)
    return result._replace(dtype=floating(result.dtype))


def spread(ask: Ask, a: Fact, axis: Fact = facts.NONE_FACT, **others: Fact) -> Fact:
    """Variances and the like, which are real."""
    result = averaged(ask, a, axis, **others)
    return result._replace(dtype="float" if result.dtype == "complex" else result.dtype)


def located(ask: Ask, a: Fact, axis: Fact = facts.NONE_FACT, **others: Fact) -> Fact:
    """Positions and counts: ints in the shape of a reduction."""
    return reduced(ask, a, axis, **others)._replace(dtype="int")


def tested(ask: Ask, a: Fact, axis: Fact = facts.NONE_FACT, **others: Fact) -> Fact:
    return reduced(ask, a, axis, **others)._replace(dtype="bool")


def accumulated(ask: Ask, a: Fact, axis: Fact, **others: Fact) -> Fact:
    """Scans: flat unless there is an axis."""
    dtype = counting(a.dtype)
    if literal(axis) is None and a.rank != 1:
        return facts.array((flat_length(a.shape),) if a.is_number and a.shape else None, dtype)
    return facts.array(a.shape if a.is_number else None, dtype)


def flat_length(shape: shapes.Shape) -> shapes.Length:
    """The number of elements, as a length."""
    if isinstance(shape, tuple) and all(isinstance(n, int) for n in shape):
        return int(np.prod(shape, dtype=int))  # type: ignore[type-var]
    return (("flat", shape), 0)


# ---- others ------------------------------------------------------------------------------


def floats(ask: Ask, **others: Fact) -> Fact:
    """Floats of any shape."""
    return number(None, "float")


def array_of_floats(ask: Ask, **others: Fact) -> Fact:
    return facts.array(None, "float")


# ---- Python --------------------------------------------------------------------------------


def always(fact: Fact) -> Result:
    """The same, whatever the operands are."""
    return lambda ask, **others: fact


def of_scalars(fact: Fact, weight: int = REQUIRED) -> Result:
    """One number, made of numbers: those of which nothing is known cannot be arrays."""

    def result(ask: Ask, **operands: Fact) -> Fact:
        for operand in operands.values():
            for part in (operand, *(operand.items or ())):
                if isinstance(part, Fact) and part.is_number:
                    ask.scalar(part.shape, weight)
        return fact

    return result


flag = always(facts.FLAG)
integer = always(facts.INT)
scalar = always(facts.FLOAT)
nothing = always(facts.NONE_FACT)
text = always(facts.TEXT_FACT)
texts = always(Fact(facts.LIST, element=facts.TEXT_FACT))


def counted(ask: Ask, arguments: Fact) -> Fact:
    return Fact(facts.RANGE)


def reversed_items(ask: Ask, arguments: Fact) -> Fact:
    items = arguments.items[0] if arguments.items else facts.ANYTHING
    if items.kind in (facts.LIST, facts.TUPLE, facts.DICT):
        return Fact(facts.LIST, element=one_of(items))
    return Fact(facts.RANGE) if items.kind == facts.RANGE else Fact(facts.LIST)


def zipped(ask: Ask, arguments: Fact) -> Fact:
    """zip(...): gives tuples of an element of each."""
    parts = tuple(one_of(items) for items in arguments.items or ())
    return Fact(facts.LIST, element=facts.sequence(facts.TUPLE, parts))


def enumerated(ask: Ask, arguments: Fact) -> Fact:
    """enumerate(items): gives pairs of an int and an element."""
    parts = tuple(one_of(items) for items in (arguments.items or ())[:1])
    return Fact(facts.LIST, element=facts.sequence(facts.TUPLE, (facts.INT, *parts)))


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
            ask.has_length(x.shape)
            return facts.scalar("int", (("size", x.shape.token, 0), 0))
    if x.kind == facts.TUPLE and x.items is not None:
        return facts.scalar("int", len(x.items))
    return facts.INT


def sum_of_items(ask: Ask, items: Fact, start: Fact) -> Fact:
    """sum(items): as an element, and broadcast with the start."""
    return combined(ask, (element_of(items), start))


def extreme(ask: Ask, items: Fact) -> Fact:
    """max and min of several arguments, or of the elements of one."""
    given = items.items or ()
    found = [element_of(given[0])] if len(given) == 1 else list(given)
    if not found or not all(item.is_number for item in found):
        return facts.ANYTHING
    for item in found:
        ask.scalar(item.shape)  # what is compared is a number
    return number((), facts.promote(*(item.dtype for item in found)), False)


def rounded(ask: Ask, number: Fact, ndigits: Fact = facts.NONE_FACT) -> Fact:
    """round(x) is an int, round(x, n) a number of the type of x."""
    return facts.INT if ndigits.kind == facts.NONE else facts.scalar(number.dtype)


def entry(ask: Ask, table: Fact, key: Fact, default: Fact) -> Fact:
    """table.get(key, default): the one or the other. Who gives no default uses what is there."""
    found = next((fact for name, fact in table.items or () if name == key.value), None)
    if found is not None and default.kind == facts.NONE:
        return found._replace(value=MISSING)
    if found is None and table.items is not None and key.is_constant:
        return default
    found = table.element if found is None else found
    if found is None or found.kind == facts.NOTHING:
        return facts.ANYTHING
    return facts.join(found, default)


def copied(ask: Ask, a: Fact) -> Fact:
    """An array like x; nothing is known of x.copy() for an x of which nothing is known."""
    return facts.ANYTHING if a.kind == facts.UNKNOWN else array_like("a")(ask, a=a)


def entry_of(ask: Ask, table: Fact, key: Fact) -> Fact:
    """table.pop(key)"""
    return entry(ask, table, key, facts.NO_VALUE)


def table(ask: Ask, **operands: Fact) -> Fact:
    """A dict of which nothing is known."""
    return Fact(facts.DICT)


def remaining(ask: Ask, table: Fact, keys: Fact) -> Fact:
    """A dict without some keys"""
    found = [fact for _, fact in table.items or ()]
    return Fact(facts.DICT, element=facts.join_all(tuple(found)) if found else table.element)


def values(ask: Ask, table: Fact) -> Fact:
    if table.items is None:
        return Fact(facts.LIST, element=table.element)
    return facts.sequence(facts.LIST, tuple(fact for _, fact in table.items))


def same(ask: Ask, **operands: Fact) -> Fact:
    return next(iter(operands.values()))


def as_value(ask: Ask, adjoint: Fact, value: Fact) -> Fact:
    """An adjoint as real as its value."""
    return adjoint._replace(dtype=value.dtype) if adjoint.is_number else adjoint


def like_value(ask: Ask, value: Fact, **others: Fact) -> Fact:
    return value._replace(value=MISSING) if value.is_number else value


def in_order(ask: Ask, items: Fact, **others: Fact) -> Fact:
    """What sorts items: numbers, as arrays have no order."""
    found = items.items if items.kind in (facts.TUPLE, facts.LIST) else None
    for item in found or ():
        ask.rank(item.shape, 0, SHOWN)
    return listed(ask, items=items)


def tupled(ask: Ask, **operands: Fact) -> Fact:
    """What makes a tuple of the elements of the first operand."""
    first = next(iter(operands.values()))
    items = first.items if first.kind in (facts.TUPLE, facts.LIST) else None
    return Fact(facts.TUPLE, items=items, element=element_of(first))


def listed(ask: Ask, **operands: Fact) -> Fact:
    """What makes a list of the elements of the first operand."""
    first = next(iter(operands.values()))
    items = first.items if len(operands) == 1 and are_several(first) else None
    return Fact(facts.LIST, items=items, element=element_of(first))


def element_of(fact: Fact) -> Fact:
    """The fact of what iterating gives."""
    if fact.kind == facts.RANGE:
        return facts.INT
    if fact.is_number:
        shape = shapes.row(fact.shape)
        return number(shape, fact.dtype, flag_of(shape))
    if fact.kind in (facts.TUPLE, facts.LIST):
        element = fact.element if fact.element is not None else facts.ANYTHING
        return element._replace(shape=shapes.common(element.shape))
    return one_of(fact) if fact.kind == facts.DICT else facts.ANYTHING
