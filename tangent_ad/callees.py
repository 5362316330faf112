"""Calls of the user's own functions: each becomes a call of a derivative made for it.

In reverse mode a callee g becomes `y, saved = g_forward(...)` and `bp, bq = g_backward(saved, by)`;
in forward mode `y, dy = g_tangent(..., dp, dq)`. They are made once for each set of facts and
active arguments, and recursion finds its own name.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import gast
import numpy as np

from tangent_ad import custom_calls, errors, pipeline
from tangent_ad.analysis import calls
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.functions import is_readable, plain_name
from tangent_ad.analysis.generated import Generated
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.insertion import Insertion
from tangent_ad.analysis.unit import Unit
from tangent_ad.differentiate import joint
from tangent_ad.differentiate.reverse import Reverser
from tangent_ad.rules.custom import rules_of
from tangent_ad.session import Made, Session, no_rule, replace_unit
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING, Names

if TYPE_CHECKING:
    from tangent_ad.differentiate.forward import Tangents


class Pair(NamedTuple):
    """The two halves of a callee and the parameters whose adjoints the second returns."""

    forward: str
    backward: str
    parameters: tuple[str, ...]
    args: gast.arguments
    pure: bool
    quiet: bool = True  # the backward half does nothing but compute


@dataclass(eq=False, repr=False)
class Callees:
    session: Session
    pairs: dict[Any, Pair] = field(default_factory=dict)
    tangents: dict[Any, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    # ---- reverse mode -----------------------------------------------------------------------

    def reverse(
        self, function: Any, target: gast.expr, value: gast.Call, node: gast.Assign, by: Reverser
    ) -> gast.Assign:
        """Reverse `target = function(...)`: both halves are calls."""
        custom = rules_of(function)
        if custom is not None:
            return custom_calls.reverse(self.session, function, custom, target, value, node, by)
        pair = self.pair(function, value, by)
        if pair is None:
            return node
        names = by.unit.names
        saved = names.fresh(f"{plain_name(function)}_kept")
        bound = calls.match(pair.args, value)
        seed = by.adjoints.take(target.id) if isinstance(target, gast.Name) else by.pack(target)
        forward = trees.rebuild(value, func=self.bind(pair.forward, names, pair.pure))
        node = trees.rebuild(node, targets=[trees.pack([target, trees.name(saved)])], value=forward)
        backward = self.bind(pair.backward, names, pair.quiet)
        call = trees.call(backward, trees.name(saved), seed)
        operands = [(p, bound[p]) for p in pair.parameters]
        results = [trees.name(names.fresh(f"b{p}")) for p, _ in operands]
        for (_, operand), result in zip(operands, results, strict=True):
            fact = self.session.fact_of(operand, by.facts)
            by.facts.names[result.id] = fact
        whole = results[0] if len(results) == 1 else trees.pack(results)
        by.adjoints.emit(trees.assign(whole, call))
        self.hand_on(operands, results, by)
        return node

    def hand_on(
        self, operands: Sequence[tuple[str, Any]], results: Sequence[gast.expr], by: Reverser
    ) -> None:
        """The adjoints that a backward half returned go to the arguments of the call."""
        contributions: list[tuple[gast.expr, gast.expr, bool]] = []
        for (_, operand), result in zip(operands, results, strict=True):
            if isinstance(operand, list) and [type(item) for item in operand] == [gast.Starred]:
                whole = operand[0].value
                contributions.append((whole, self.unpacked(whole, result, by), False))
            elif isinstance(operand, list):
                for position, item in enumerate(operand):
                    at = trees.subscript(result, trees.constant(position))
                    contributions.append((item, at, False))
            elif isinstance(operand, dict):
                for key, item in operand.items():
                    at = trees.subscript(result, trees.constant(key))
                    contributions.append((item, at, False))
            else:
                contributions.append((operand, result, False))
        active = [c for c in contributions if by.activity.varies(c[0])]
        by.pullback.contribute(active)

    @staticmethod
    def unpacked(operand: gast.expr, result: gast.expr, by: Reverser) -> gast.expr:
        """The adjoint of what was unpacked into `*args` from that of args."""
        if not by.facts.of(operand).is_number:
            return trees.call(trees.name(by.unit.names.bind(list, "list")), result)
        numpy = trees.name(by.unit.names.bind(np, "np"))
        return trees.call(trees.attribute(numpy, "array"), result)

    def bind(self, name: str, names: Names, pure: bool) -> gast.Name:
        """The name by which a unit calls a generated function."""
        for known, value in names.bound.items():
            if isinstance(value, Generated) and value.name == name:
                return trees.name(known)
        return trees.name(names.bind(Generated(name, pure), name))

    def key(
        self, function: Any, value: gast.Call, known: Facts, activity: Activity
    ) -> tuple[Any, dict[str, Fact], tuple[str, ...]] | None:
        """What a derivative of a callee depends on: the facts of the arguments and which are active."""
        unit = known.unit
        if function is MISSING or not is_readable(function):
            unit.refuse(*no_rule(function, value), errors.MissingRuleError)
            return None
        arguments = self.session.arguments(function, value, known)
        if arguments is None:
            unit.refuse(f"this way of calling {calls.dotted(value.func)}", value)
            return None
        bound = calls.match(self.session.unit(function, ()).tree.args, value)
        active = tuple(p for p in arguments if p in bound and self.is_active(bound[p], activity))
        return (function, tuple(sorted(arguments.items())), active), arguments, active

    def pair(self, function: Any, value: gast.Call, by: Reverser) -> Pair | None:
        """The halves of a callee for this call, made when they are first asked for."""
        found = self.key(function, value, by.facts, by.activity)
        if found is None:
            return None
        key, arguments, active = found
        if key not in self.pairs:
            self.make_pair(key, function, arguments, active)
        return self.pairs[key]

    @staticmethod
    def is_active(bound: Any, activity: Activity) -> bool:
        parts = bound if isinstance(bound, list) else [bound]
        if isinstance(bound, dict):
            parts = list(bound.values())
        return any(
            activity.varies(part) and trees.reads(part) & activity.active for part in parts
        )

    def make_pair(
        self,
        key: Any,
        function: types.FunctionType,
        arguments: Mapping[str, Fact],
        active: tuple[str, ...],
    ) -> None:
        unit, known = self.own_unit(function, arguments)
        stem = plain_name(function)
        forward, backward = (
            self.session.reserve(f"{stem}_{half}", function) for half in ("forward", "backward")
        )
        pure = self.session.is_pure(function)
        self.pairs[key] = Pair(forward, backward, active, unit.tree.args, pure)
        unit, activity = pipeline.analyse(unit, known, active, self.session.watch)
        unit, activity = pipeline.flattened(unit, activity, self.session.watch)
        parts = joint.halves(unit, activity, self, active)
        whole = joint.joint(unit, parts, stem, preserve=True)
        whole = self.session.polish(whole, activity.facts)
        for tree in joint.split(whole, parts, forward, backward, unit.names):
            self.session.made[tree.name] = Made(tree, unit.names, unit.function, unit.source)
        self.pairs[key] = self.pairs[key]._replace(quiet=not _has_effects(unit.names))

    def own_unit(
        self, function: types.FunctionType, arguments: Mapping[str, Fact]
    ) -> tuple[Unit, Facts]:
        """A prepared function with names of its own, so that its derivative may add to them."""
        prepared = self.session.prepare(function, arguments)
        self.session.refusals += self.session.misread[prepared.unit.function, prepared.unit.active]
        unit = replace(prepared.unit, names=prepared.unit.names.copy())
        return unit, replace_unit(prepared.facts, unit)

    # ---- forward mode -----------------------------------------------------------------------

    def forward(self, function: Any, value: gast.Call, by: Tangents) -> gast.Call | None:
        """The call that gives the value and the tangent of a callee."""
        custom = rules_of(function)
        if custom is not None:
            return custom_calls.forward(self.session, function, custom, value, by)
        found = self.key(function, value, by.facts, by.activity)
        if found is None:
            return None
        key, arguments, active = found
        if key not in self.tangents:
            self.make_tangent(key, function, arguments, active)
        name, inputs = self.tangents[key]
        callee = self.bind(name, by.names, self.session.is_pure(function))
        bound = calls.match(self.session.unit(function, ()).tree.args, value)
        keywords = [
            gast.keyword(k, self.tangent_of(bound[p], by))
            for k, p in zip(inputs, active, strict=True)
        ]
        return trees.rebuild(value, func=callee, keywords=[*value.keywords, *keywords])

    @staticmethod
    def tangent_of(bound: Any, by: Tangents) -> gast.expr:
        if isinstance(bound, list):
            return trees.pack([by.of(item) for item in bound])
        if isinstance(bound, dict):
            keys: list[Any] = [trees.constant(k) for k in bound]
            return gast.Dict(keys, [by.of(v) for v in bound.values()])
        return by.of(bound)

    def make_tangent(
        self,
        key: Any,
        function: types.FunctionType,
        arguments: Mapping[str, Fact],
        active: tuple[str, ...],
    ) -> None:
        unit, known = self.own_unit(function, arguments)
        name = self.session.reserve(f"{plain_name(function)}_tangent", function)
        unit, activity = pipeline.analyse(unit, known, active, self.session.watch)
        unit, activity = pipeline.flattened(unit, activity, self.session.watch)
        ahead = unit.names.copy()
        self.tangents[key] = name, tuple(ahead.fresh(f"d{p}") for p in active)
        from tangent_ad.differentiate import forward as tangent_mode  # reverse mode does without

        tree, _ = tangent_mode.forward(
            unit, activity, self, active, name, "first", by_keyword=bool(unit.tree.args.defaults)
        )
        tree = self.session.polish(tree, activity.facts)
        self.session.made[name] = Made(tree, unit.names, unit.function, unit.source)


def _has_effects(names: Names) -> bool:
    """Whether a unit has lines of the user's in its backward pass, or calls what may have them."""
    return any(
        isinstance(value, Insertion) or isinstance(value, Generated) and not value.pure
        for value in names.bound.values()
    )
