"""What is known of the structures that helpers of adjoints make, in the form of others."""

from __future__ import annotations

from tangent_ad.analysis import facts
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.results import Ask, element_of, listed
from tangent_ad.analysis.values import element_of as one_of
from tangent_ad.syntax.names import MISSING


def in_lists(ask: Ask, value: Fact) -> Fact:
    """A structure of the same form, with lists for tuples."""
    if not value.is_container:
        return value._replace(value=MISSING) if value.is_number else value
    if value.kind == facts.DICT:
        items = value.items and tuple((key, in_lists(ask, item)) for key, item in value.items)
        return value._replace(items=items)
    items = value.items and tuple(in_lists(ask, item) for item in value.items)
    element = value.element and in_lists(ask, value.element)
    return value._replace(kind=facts.LIST, items=items, element=element)


def sum_of(ask: Ask, left: Fact, right: Fact) -> Fact:
    """The sum of two adjoints of one structure."""
    return facts.join(in_lists(ask, left), in_lists(ask, right))


def listed_like(ask: Ask, **operands: Fact) -> Fact:
    """A list with elements like those of another, the operand of one of these names."""
    like = next(operands[p] for p in ("like", "arrays", "choicelist", "items") if p in operands)
    items = like.items if like.kind in (facts.LIST, facts.TUPLE) else None
    if items is not None:
        items = tuple(item._replace(value=MISSING) for item in items)
    return Fact(facts.LIST, items=items, element=element_of(like))


def rows_like(ask: Ask, array: Fact, like: Fact) -> Fact:
    """The rows of an array in a list, those that stand for lists as lists."""
    inside = one_of(like)
    if inside.is_container:
        return Fact(facts.LIST, element=in_lists(ask, inside))
    return listed(ask, array=array)


def keyed(ask: Ask, values: Fact, table: Fact) -> Fact:
    return Fact(facts.DICT, items=table.items, element=element_of(values))
