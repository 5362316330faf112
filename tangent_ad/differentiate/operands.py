"""What a rule is told of its operands before the program runs: the answers to `known(x)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gast

from tangent_ad.analysis import calls, facts, indexing, results
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.infer import Facts
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING


@dataclass(frozen=True)
class Known:
    """One operand. `value` is MISSING unless it is a literal; `given` says whether the call
    passes the operand at all; `index` are the kinds of the parts if it is used as an index."""

    fact: Fact
    given: bool
    active: bool
    expression: gast.expr
    facts: Facts

    @property
    def rank(self) -> int | None:
        return self.fact.rank

    @property
    def shape(self) -> Any:
        return self.fact.shape

    @property
    def kind(self) -> str:
        return self.fact.kind

    @property
    def dtype(self) -> str:
        return self.fact.dtype

    @property
    def is_scalar(self) -> bool:
        return self.fact.is_scalar

    @property
    def is_list(self) -> bool:
        return self.fact.kind in (facts.LIST, facts.TUPLE)

    @property
    def is_container(self) -> bool:
        return self.fact.is_container

    @property
    def is_display(self) -> bool:
        """Whether the operand is written as a list or tuple at the call."""
        return isinstance(self.expression, (gast.List, gast.Tuple))

    @property
    def value(self) -> Any:
        return results.literal(self.fact)

    @property
    def is_literal(self) -> bool:
        return self.value is not MISSING

    @property
    def is_axis(self) -> bool:
        """Whether the operand is a literal int, as an axis is."""
        return type(self.value) is int

    @property
    def is_none(self) -> bool:
        return self.fact.kind == facts.NONE

    @property
    def basic(self) -> bool:
        """Whether the operand, as an index, selects no element twice and gives a view."""
        return indexing.is_basic(self.expression, self.facts.of)

    @property
    def mask(self) -> bool:
        return indexing.kinds(self.expression, self.facts.of) == [indexing.MASK]

    @property
    def single(self) -> bool:
        """Whether the operand, as an index, is one integer."""
        return indexing.kinds(self.expression, self.facts.of) == [indexing.INT]


def known_operands(
    bound: calls.Bound, known: Facts, activity: Activity, result: gast.expr | None, first: str
) -> dict[str, Any]:
    """`known(...)` for the result and every parameter of an operation."""
    table: dict[str, Any] = {}
    if result is not None:
        table[first] = Known(known.of(result), True, activity.varies(result), result, known)
    for parameter in bound.operation.parameters:
        node = bound.given.get(parameter)
        given = node is not None
        if node is None:
            node = default_of(bound, parameter)
        fact = known.of(node)
        active = given and activity.varies(node)
        table[parameter] = Known(fact, given, active, node, known)
    if bound.operation.variadic:
        node = trees.pack(bound.rest)
        table[bound.operation.variadic] = Known(
            known.of(node), bool(bound.rest), activity.varies(node), node, known
        )
    return table


def default_of(bound: calls.Bound, parameter: str) -> gast.expr:
    value = bound.operation.defaults.get(parameter)
    if isinstance(value, tuple):
        return trees.pack([trees.constant(v) for v in value])
    return trees.constant(value)


def values_of(bound: calls.Bound, result: gast.expr | None, first: str) -> dict[str, Any]:
    """The expressions that stand for the parameters of a rule."""
    values: dict[str, Any] = dict(bound.given)
    for parameter in bound.operation.parameters:
        if parameter not in values and parameter in bound.operation.defaults:
            values[parameter] = default_of(bound, parameter)
    if bound.operation.variadic:
        values[bound.operation.variadic] = bound.rest
    if result is not None:
        values[first] = result
    return values
