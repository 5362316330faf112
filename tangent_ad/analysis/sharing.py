"""Which names may stand for the same memory at any time, and who reads what a call is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.activity import writes_of
from tangent_ad.analysis.aliases import Solver
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees


class Sharing:
    """Names that may at some time stand for the same memory, whatever the order of statements.

    `of` gives the names whose memory a value may share, `groups` all those that go with a name.
    """

    def __init__(
        self,
        body: Sequence[gast.stmt],
        known: Facts,
        returned: Callable[[Any], set[str] | None],
    ) -> None:
        self.facts = known
        self.of = Solver(body, known, {}, returned, False).shared
        self.groups: dict[str, set[str]] = {}
        for node in trees.statements(body):
            if isinstance(node, gast.Assign):
                self._bind(node.targets[0], node.value)
            elif isinstance(node, gast.For):
                self._unite({*trees.bound_names(node.target), *self.of(node.iter)})
            call = getattr(node, "value", None)
            if isinstance(call, gast.Call):
                for written, sources in writes_of(call, known):
                    self._put(written, sources)

    def reach(self, value: gast.expr) -> set[str]:
        """All names that at some time may share memory with a value."""
        return set().union(*(self.groups.get(n, {n}) for n in self.of(value)))

    def is_seen(self, given: gast.expr, call: gast.Call, body: Sequence[gast.stmt]) -> bool:
        """Whether anything but its parameter of a call reads the memory of an argument: another
        argument, another expression, or the same call in the next pass of a loop."""
        if self.facts.of(given).is_immutable:
            return False
        names = self.reach(given)
        if not names:
            return False
        loops = [n for n in trees.statements(body) if isinstance(n, trees.LOOPS)]
        if any(_occurs(call, inner) for n in loops for inner in trees.statements(n.body)):
            return True
        read = [n for node in trees.statements(body) for e in _read_by(node) for n in trees.walk(e)]
        inside = sum(_is_one_of(n, names) for n in trees.walk(given))
        return sum(_is_one_of(n, names) for n in read) > inside

    def _bind(self, target: gast.expr, value: gast.expr) -> None:
        if isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple):
            for item, part in zip(target.elts, value.elts, strict=False):
                self._bind(item, part)
        elif isinstance(target, (gast.Subscript, gast.Attribute)):
            if not self.facts.of(target.value).is_number:
                self._put(target, [value])
        else:
            self._unite({*trees.bound_names(target), *self.of(value)})

    def _put(self, box: gast.expr, values: Iterable[gast.expr]) -> None:
        base = root(box)
        if base is not None:
            self._unite({base}.union(*map(self.of, values)))

    def _unite(self, names: set[str]) -> None:
        names = {n for n in names if not self.facts.names.get(n, facts.ANYTHING).is_immutable}
        whole = names.union(*(self.groups.get(n, ()) for n in names))
        for name in whole:
            self.groups[name] = whole


def _read_by(node: gast.stmt) -> list[gast.expr]:
    """The expressions that a statement itself evaluates; a plain name that it binds is none."""
    bound = [*getattr(node, "targets", ()), getattr(node, "target", None)]
    plain = [t for t in bound if isinstance(t, (gast.Name, gast.Tuple, gast.List))]
    return [e for e in trees.header(node) if not any(e is t for t in plain)]


def _occurs(call: gast.Call, node: gast.stmt) -> bool:
    return any(inner is call for e in trees.header(node) for inner in trees.walk(e))


def _is_one_of(node: gast.AST, names: set[str]) -> bool:
    return isinstance(node, gast.Name) and node.id in names
