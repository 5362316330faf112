"""Facts of parts of values, and of what Python itself makes of values: ints, sequences, dicts."""

from __future__ import annotations

import operator
from typing import Any

import gast

from tangent_ad.analysis import facts, indexing, shapes
from tangent_ad.analysis.facts import ANYTHING, INT, NO_VALUE, TEXT_FACT, Fact, scalar
from tangent_ad.syntax.names import MISSING


def taken_along(base: Fact, attr: str) -> Fact:
    """`f.args` and `f.keywords` of a partial function."""
    items = base.items or ()
    chosen = facts.alternatives(base)
    if chosen:
        whole: dict[int | str, Fact] = {}
        for one in chosen:
            for key, part in one.items or () if isinstance(one.value, facts.Partial) else ():
                whole[key] = facts.join(whole[key], part) if key in whole else part
        items = tuple(whole.items())
    if attr == "args":
        return facts.sequence(facts.TUPLE, tuple(v for k, v in items if isinstance(k, int)))
    if attr == "keywords":
        return Fact(facts.DICT, items=tuple((k, v) for k, v in items if isinstance(k, str)))
    return ANYTHING


_INT_OPERATORS = {gast.Add: operator.add, gast.Sub: operator.sub, gast.Mult: operator.mul,
                  gast.FloorDiv: operator.floordiv, gast.Mod: operator.mod}  # fmt: skip


def int_arithmetic(op: gast.operator, left: Fact, right: Fact) -> Fact:
    if isinstance(op, gast.Div):
        return scalar("float")
    function = _INT_OPERATORS.get(type(op))
    if function is None or MISSING in (left.value, right.value):
        return INT if not isinstance(op, gast.Pow) else scalar("")
    if isinstance(left.value, int) and isinstance(right.value, int):
        try:
            return scalar("int", function(left.value, right.value))
        except ArithmeticError:
            return INT
    if isinstance(op, (gast.Add, gast.Sub)) and isinstance(right.value, int):
        sign = 1 if isinstance(op, gast.Add) else -1
        return scalar("int", shapes.plus(left.value, sign * right.value))
    if isinstance(op, gast.Add) and isinstance(left.value, int):
        return scalar("int", shapes.plus(right.value, left.value))
    return scalar("int", (("op", type(op).__name__, left.value, right.value), 0))


def concatenated(left: Fact, right: Fact) -> Fact:
    items = None
    if left.items is not None and right.items is not None:
        items = left.items + right.items
    element = facts.join(left.element or NO_VALUE, right.element or NO_VALUE)
    return Fact(left.kind, items=items, element=element)


def with_key(base: Fact, key: Any, fact: Fact) -> Fact:
    if key is MISSING or base.items is None:
        return Fact(facts.DICT, element=facts.join_values(base, facts.any_of(fact)))
    items = dict(base.items)
    items[key] = facts.join(items[key], fact) if key in items else fact
    return Fact(facts.DICT, items=tuple(items.items()))


def grown(base: Fact, more: Fact) -> Fact:
    """A list that may hold something more."""
    if base.kind != facts.LIST:
        return base
    element = facts.join(base.element or NO_VALUE, facts.any_of(more))
    return Fact(facts.LIST, element=element)


def with_element(base: Fact, key: gast.expr, fact: Fact) -> Fact:
    """A container that may hold something else in one of its slots."""
    if base.kind == facts.DICT:
        return with_key(base, key.value if isinstance(key, gast.Constant) else MISSING, fact)
    if base.kind == facts.TUPLE and base.items is not None:
        at = indexing.literal_int(key)
        items = [
            facts.join(item, fact) if at is None or at % len(base.items) == i else item
            for i, item in enumerate(base.items)
        ]
        return facts.sequence(facts.TUPLE, tuple(items))._replace(cls=base.cls)
    return grown(base, fact)


def without_form(base: Fact) -> Fact:
    """A dict that may have lost a key."""
    items = [fact for _, fact in base.items or ()]
    return Fact(facts.DICT, element=facts.join_all(tuple(items)) if items else base.element)


def of_value(fact: Fact, token: Any, whole: Any = None) -> Fact:
    """A fact of some values as the fact of one of them, which a token stands for."""
    if fact.is_number:
        shape = shapes.Of(token) if fact.shape is None else shapes.named(fact.shape, token, whole)
        return fact if shape == fact.shape else fact._replace(shape=shape)
    if fact.kind == facts.TUPLE and fact.items is not None:
        items = tuple(of_value(item, (token, i), whole or token) for i, item in enumerate(fact.items))
        return fact._replace(items=items)
    if fact.kind == facts.DICT and fact.items is not None:
        pairs = tuple((k, of_value(item, (token, k), whole or token)) for k, item in fact.items)
        return fact._replace(items=pairs)
    return fact


def entry_of(table: Fact, index: gast.expr, key: Any) -> Fact:
    """The fact of `table[index]`; `key` is the value of the index, where it is known."""
    if table.items is None:
        return ANYTHING if table.element is None else table.element
    if isinstance(index, gast.Constant) or isinstance(key, str):
        return dict(table.items).get(key, ANYTHING)
    return facts.join_all(tuple(fact for _, fact in table.items)) if table.items else ANYTHING


def at_index(base: Fact, index: gast.expr, key: Any) -> Fact:
    """The fact of an element of a container."""
    if base.kind == facts.DICT:
        return entry_of(base, index, key)
    if base.kind not in (facts.TUPLE, facts.LIST):
        return ANYTHING
    if isinstance(index, gast.Slice):
        return Fact(base.kind, element=base.element)
    at = indexing.literal_int(index)
    if at is None:
        return element_of(base)
    if base.items and 0 <= at < len(base.items) and base.items[at].kind == facts.DICT:
        return base.items[at]  # objects of several classes
    return item_of(base, at)


def item_of(fact: Fact, position: int) -> Fact:
    """The fact of `x[position]` for a literal position."""
    if fact.items is not None and fact.kind == facts.TUPLE:
        if -len(fact.items) <= position < len(fact.items):
            return fact.items[position]
        return ANYTHING
    return element_of(fact)


def element_of(fact: Fact) -> Fact:
    """The fact of what iterating gives."""
    if fact.kind == facts.RANGE:
        return INT
    if fact.is_number:
        shape = shapes.row(fact.shape)
        known = shape is not None and isinstance(shape, tuple)
        return facts.number(shape, fact.dtype, shape != () if known else None)
    if fact.kind == facts.DICT:
        return TEXT_FACT if _all_text_keys(fact) else ANYTHING
    if fact.kind in (facts.TUPLE, facts.LIST):
        return fact.element if fact.element is not None else ANYTHING
    return NO_VALUE if fact.kind == facts.NOTHING else ANYTHING


def _all_text_keys(fact: Fact) -> bool:
    return bool(fact.items) and all(isinstance(k, str) for k, _ in fact.items or ())


# ---- as another function may know them ---------------------------------------------------------


def portable(fact: Fact) -> Fact:
    """A fact as a callee may know it: lengths that are names of the caller's mean nothing there."""
    if fact.is_scalar and isinstance(fact.value, tuple):
        return fact._replace(value=MISSING)
    return fact


def generalized(fact: Fact, token: Any) -> Fact:
    """A fact that recursion does not keep changing: the kind, the shape if it is a scalar, and what a
    list holds unless that has no end."""
    if fact.is_number:
        shape = () if fact.shape == () else shapes.Of(token)
        return facts.number(shape, fact.dtype, fact.array)
    if fact.kind == facts.CALLABLE:
        return fact
    if fact.kind in (facts.LIST, facts.TUPLE) and fact.element is not None and (fact.depth or 9) < 4:
        return Fact(fact.kind, element=generalized(fact.element, (token, "element")))
    return Fact(fact.kind)
