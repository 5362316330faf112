"""Write `match` as `if` and `elif`.

    match step:                          if is_sequence(step) and len(step) == 2 and step[0] == "add":
        case ("add", value):                 value = step[1]
            total = total + value    ->      total = total + value
        case ("neg",):                   elif is_sequence(step) and len(step) == 1 and step[0] == "neg":
            total = -total                   total = -total

A guard reads what the pattern takes out of the subject from where it stands there.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import gast

from tangent_ad.analysis.unit import Unit
from tangent_ad.runtime.control import is_sequence
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING

# Classes whose only positional pattern is the subject itself.
THEMSELVES = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


def as_branches(unit: Unit) -> Unit:
    if not any(isinstance(node, gast.Match) for node in trees.statements(unit.tree.body)):
        return unit
    return unit.with_body(_Matching(unit).block(unit.tree.body))


class _Unknown(Exception):
    """A pattern that only the run can take apart."""


class _Matching:
    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.names = unit.names

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            if isinstance(node, gast.Match):
                out += self.match(node)
                continue
            changes: dict[str, Any] = {}
            if not isinstance(node, trees.DEFINITIONS):
                changes = {field: self.block(b) for field, b in trees.blocks(node)}
            if isinstance(node, gast.Try):
                changes["handlers"] = [
                    trees.rebuild(h, body=self.block(h.body)) for h in node.handlers
                ]
            out.append(trees.rebuild(node, **changes) if changes else node)
        return out

    def match(self, node: gast.Match) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        subject = node.subject
        if not _is_steady(subject):
            name = trees.name(self.names.fresh("subject"))
            out.append(trees.hidden(trees.assign(name, subject), node))
            subject = name
        chain: list[gast.stmt] = []
        for case in reversed(node.cases):
            body = self.block(case.body)
            try:
                alternatives = self.pattern(case.pattern, subject)
            except _Unknown as unknown:
                self.unit.refuse(f"match with {unknown}; write if and elif", case.pattern)
                continue
            for tests, bound in reversed(alternatives):
                if case.guard is not None:
                    tests = [*tests, trees.substitute(case.guard, bound)]
                given = [
                    trees.hidden(trees.assign(n, value), case.pattern) for n, value in bound.items()
                ]
                chain = self.arm(tests, [*given, *body], chain, case)
        return [*out, *chain]

    def arm(
        self, tests: list[gast.expr], body: list[gast.stmt], rest: list[gast.stmt], case: Any
    ) -> list[gast.stmt]:
        if not tests:
            return body
        test = tests[0] if len(tests) == 1 else gast.BoolOp(gast.And(), tests)
        return [trees.branch(test, body, rest, case.body[0])]

    # ---- patterns: ways to fit, each as what to test and the names that it binds ----------------

    def pattern(
        self, node: Any, place: gast.expr
    ) -> list[tuple[list[gast.expr], dict[str, gast.expr]]]:
        return getattr(self, f"visit_{type(node).__name__}")(node, place)

    def visit_MatchAs(self, node: Any, place: gast.expr) -> list:
        inner = [([], {})] if node.pattern is None else self.pattern(node.pattern, place)
        name = _text(node.name)
        return [(tests, {**bound, name: place} if name else bound) for tests, bound in inner]

    def visit_MatchOr(self, node: Any, place: gast.expr) -> list:
        ways = [way for inner in node.patterns for way in self.pattern(inner, place)]
        if any(bound for _, bound in ways):
            return ways
        tests = [t[0] if len(t) == 1 else gast.BoolOp(gast.And(), t) for t, _ in ways if t]
        if len(tests) < len(ways):
            return [([], {})]
        return [([gast.BoolOp(gast.Or(), tests)], {})]

    def visit_MatchValue(self, node: Any, place: gast.expr) -> list:
        return [([gast.Compare(place, [gast.Eq()], [node.value])], {})]

    def visit_MatchSingleton(self, node: Any, place: gast.expr) -> list:
        value = gast.Constant(node.value, None)
        return [([gast.Compare(place, [gast.Is()], [value])], {})]

    def visit_MatchSequence(self, node: Any, place: gast.expr) -> list:
        patterns = node.patterns
        stars = [i for i, inner in enumerate(patterns) if isinstance(inner, gast.MatchStar)]
        tests: list[gast.expr] = []
        count = len(patterns) - len(stars)
        if isinstance(place, (gast.Tuple, gast.List)):
            if len(place.elts) != count and not stars or len(place.elts) < count:
                return []
        else:
            helper = trees.name(self.names.bind(is_sequence, "is_sequence"))
            length = self.call("len", place)
            enough = gast.GtE() if stars else gast.Eq()
            tests.append(trees.call(helper, place))
            tests.append(gast.Compare(length, [enough], [trees.constant(count)]))
        parts: list[tuple[Any, gast.expr]] = []
        rest: dict[str, gast.expr] = {}
        for position, inner in enumerate(patterns):
            behind = len(patterns) - position
            if position in stars:
                stop = None if behind == 1 else trees.constant(1 - behind)
                if _text(inner.name):
                    part = gast.Slice(trees.constant(position), stop, None)
                    rest[_text(inner.name)] = self.call("list", trees.subscript(place, part))
                continue
            at = -behind if stars and position > stars[0] else position
            if isinstance(place, (gast.Tuple, gast.List)):
                parts.append((inner, place.elts[at]))
            else:
                parts.append((inner, trees.subscript(place, trees.constant(at))))
        return self.all_of(tests, rest, parts)

    def visit_MatchMapping(self, node: Any, place: gast.expr) -> list:
        kind = trees.name(self.names.bind(Mapping, "Mapping"))
        tests: list[gast.expr] = [self.call("isinstance", place, kind)]
        tests += [gast.Compare(key, [gast.In()], [place]) for key in node.keys]
        if _text(node.rest):
            raise _Unknown("**rest")
        parts = [trees.subscript(place, key) for key in node.keys]
        return self.all_of(tests, {}, list(zip(node.patterns, parts, strict=True)))

    def visit_MatchClass(self, node: Any, place: gast.expr) -> list:
        parts: list[tuple[Any, gast.expr]] = []
        if node.patterns:
            known = self.names.resolve(node.cls)
            if known is MISSING or not inspect.isclass(known):
                raise _Unknown("a class that is not known")
            if known in THEMSELVES:
                parts.append((node.patterns[0], place))
            else:
                fields = getattr(known, "__match_args__", ())
                if len(fields) < len(node.patterns):
                    raise _Unknown("more patterns than the class has")
                for inner, field in zip(node.patterns, fields, strict=False):
                    parts.append((inner, trees.attribute(place, field)))
        for inner, field in zip(node.kwd_patterns, node.kwd_attrs, strict=True):
            parts.append((inner, trees.attribute(place, field)))
        return self.all_of([self.call("isinstance", place, node.cls)], {}, parts)

    def all_of(
        self, tests: list[gast.expr], bound: dict[str, gast.expr], parts: list[tuple[Any, gast.expr]]
    ) -> list:
        """The ways in which all parts fit."""
        ways = []
        for chosen in product(*(self.pattern(inner, part) for inner, part in parts)):
            more = [test for inner, _ in chosen for test in inner]
            given = {name: value for _, inner in chosen for name, value in inner.items()}
            ways.append(([*tests, *more], {**given, **bound}))
        return ways

    def call(self, name: str, *args: gast.expr) -> gast.Call:
        return trees.call(trees.name(self.names.bind(getattr(builtins, name), name)), *args)


def _is_steady(subject: gast.expr) -> bool:
    """Whether a subject may be looked at again and again: a name, a literal, a display of them."""
    if isinstance(subject, (gast.Tuple, gast.List)):
        return all(isinstance(e, (gast.Name, gast.Constant)) for e in subject.elts)
    return isinstance(subject, (gast.Name, gast.Constant))


def _text(name: Any) -> str:
    return name.id if isinstance(name, gast.Name) else name or ""
