"""What a rule is told of its operands before the program runs: the answers to `known(x)`."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from tangent_ad import errors
from tangent_ad.analysis import calls, facts, indexing, results
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import fold, trees
from tangent_ad.syntax.names import MISSING


@dataclass(frozen=True, eq=False, repr=False)
class Known:
    """One operand. `value` is MISSING unless it is a literal; `given` says whether the call
    passes the operand at all; `index` are the kinds of the parts if it is used as an index."""

    fact: Fact
    given: bool
    active: bool
    expression: gast.expr
    facts: Facts
    activity: Activity

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
    def may_be_complex(self) -> bool:
        return self.facts.may_be_complex(self.fact)

    @property
    def is_number(self) -> bool:
        return self.fact.is_number

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
    def is_pair(self) -> bool:
        """Whether the operand is written as two elements at the call."""
        return self.is_display and self.count == 2

    @property
    def count(self) -> int | None:
        """How many elements a container has, where that is known."""
        items = self.fact.items
        return len(items) if self.is_list and items is not None else None

    @property
    def kinds(self) -> list[str]:
        """The kinds of the elements of a container, where they are known."""
        return [item.kind for item in self.fact.items or ()] if self.is_list else []

    @property
    def are_numbers(self) -> bool:
        """Whether the elements of a container are known to be single numbers."""
        items = self.fact.items if self.is_list else None
        return bool(items) and all(item.is_scalar for item in items or ())

    @property
    def has_literal(self) -> bool:
        """Whether an element of a container is a literal."""
        return any(item.is_constant for item in self.fact.items or ())

    @property
    def varying(self) -> list[int]:
        """The positions of the active elements of a display."""
        elements = self.expression.elts if self.is_display else []  # type: ignore[attr-defined]
        return [i for i, element in enumerate(elements) if self.activity.varies(element)]

    @property
    def ranks(self) -> set[int | None]:
        """The ranks of the arrays in a container."""
        items = self.fact.items if self.fact.items is not None else (self.fact.element,)
        return {item.rank if item is not None else None for item in items}

    @property
    def value(self) -> Any:
        node, sign = self.expression, 1
        if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub):
            node, sign = node.operand, -1
        if isinstance(node, gast.Attribute):  # np.inf and math.pi do not change
            owner = self.facts.unit.names.resolve(node.value)
            if owner is np or owner is math:
                value = getattr(owner, node.attr, MISSING)
                return sign * value if isinstance(value, float) else MISSING
        if isinstance(node, gast.BinOp):  # `x ** (1 / 3)`
            value = fold.literal(fold.folded(node))
            return results.literal(self.fact) if value is None else sign * value
        return results.literal(self.fact)

    @property
    def is_literal(self) -> bool:
        return self.value is not MISSING

    @property
    def is_axis(self) -> bool:
        """Whether the operand is a literal int, as an axis is."""
        return type(self.value) is int

    def is_last(self, array: Known) -> bool:
        """Whether the operand, as an axis, is the last one of an array."""
        return self.is_axis and (self.value == -1 or self.value + 1 == array.rank)

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
    def repeats(self) -> bool:
        """Whether the operand, as an index, may select an element twice."""
        return indexing.may_repeat(self.expression, self.facts.of)

    @property
    def single(self) -> bool:
        """Whether the operand, as an index, is one integer."""
        return indexing.kinds(self.expression, self.facts.of) == [indexing.INT]


def refuse_missing(
    bound: calls.Bound, covered: Collection[str], active: Collection[str], node: gast.AST, unit: Unit
) -> None:
    """An active operand that a rule says nothing of is refused: its derivative is not zero."""
    for parameter in active:
        if parameter not in covered and parameter not in bound.operation.constant:
            unit.refuse(
                f"{bound.operation.name} has no derivative with respect to {parameter}; "
                "declare a rule with @adjoint",
                node,
                errors.MissingRuleError,
            )


def known_operands(
    bound: calls.Bound, known: Facts, activity: Activity, result: gast.expr | None, first: str
) -> dict[str, Any]:
    """`known(...)` for the result, called `first` in the rule, and every parameter."""
    table: dict[str, Any] = {}
    if result is not None:
        table[first] = Known(known.of(result), True, activity.varies(result), result, known, activity)
    for parameter in bound.operation.parameters:
        node = bound.given.get(parameter)
        given = node is not None
        if node is None:
            node = default_of(bound, parameter)
        fact = known.operand(node)
        active = given and activity.varies(node)
        table[parameter] = Known(fact, given, active, node, known, activity)
    if bound.operation.variadic:
        node = trees.pack(bound.rest)
        table[bound.operation.variadic] = Known(
            known.operand(node), bool(bound.rest), activity.varies(node), node, known,
            activity,
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
        values[bound.operation.variadic] = trees.pack(bound.rest)
    if result is not None:
        values[first] = result
    return values
