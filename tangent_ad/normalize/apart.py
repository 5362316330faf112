"""Take names for apart that may be the same memory in some runs, and test that where it matters.

    y = x                                 y = x
    for t in range(n):                    for t in range(n):
        y = y + f(y)               ->         y = y + f(y)
    y[0] = 0.0                            require_apart(y, x, 'x and y (model.py:4)')
    return x @ y                          y[0] = 0.0
                                          return x @ y

That is right where they are apart when the write happens, and an error where they are not, as above
for n == 0. What is the same memory in any run is left to be refused at once.
"""

from __future__ import annotations

import os
from collections.abc import Collection

import gast

from tangent_ad.analysis.activity import writes_of
from tangent_ad.analysis.aliases import Conflict
from tangent_ad.analysis.definitions import always_bound
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.analysis.unit import Unit
from tangent_ad.runtime import checks
from tangent_ad.syntax import trees


def tested(
    unit: Unit, known: Facts, found: Collection[Conflict], certain: Collection[Conflict]
) -> Unit | None:
    """The unit with a test in front of each write that has a conflict; None where that is no way."""
    sure = {(id(conflict.node), conflict.written) for conflict in certain}
    if any((id(c.node), c.written) in sure for c in found):
        return None
    tester = _Tester(unit, known, found)
    body = tester.block(unit.tree.body, {p.id for p in trees.parameters(unit.tree.args)})
    return unit.with_body(body) if tester.is_complete else None


class _Tester:
    def __init__(self, unit: Unit, known: Facts, found: Collection[Conflict]) -> None:
        self.unit, self.facts = unit, known
        self.found: dict[int, list[Conflict]] = {}
        for conflict in found:
            self.found.setdefault(id(conflict.node), []).append(conflict)
        self.is_complete = True

    def block(self, body: list[gast.stmt], bound: set[str]) -> list[gast.stmt]:
        """A block with tests; `bound` are the names that have values there."""
        out: list[gast.stmt] = []
        bound = set(bound)
        for node in body:
            for conflict in self.found.get(id(node), ()):
                out += self.tests(conflict, bound)
            inner = {f: self.block(b, bound | trees.writes(node)) for f, b in trees.blocks(node)}
            bound |= always_bound([node])
            out.append(trees.rebuild(node, **inner) if inner else node)
        return out

    def tests(self, conflict: Conflict, bound: set[str]) -> list[gast.stmt]:
        if not conflict.readers <= bound:
            self.is_complete = False
        node = conflict.node
        stems, place = self.unit.names.stems, self.unit.source.place(node)
        found: list[gast.stmt] = []
        for written in self.written(node, conflict.written):
            for reader in sorted(conflict.readers):
                check = checks.require_single if reader == conflict.written else checks.require_apart
                helper = trees.name(self.unit.names.bind(check, check.__name__))
                both = " and ".join(sorted({stems.get(n, n) for n in (conflict.written, reader)}))
                where = f" ({os.path.basename(place.filename)}:{place.lineno})" if place.lineno else ""
                test = trees.call(helper, written, trees.name(reader), trees.constant(both + where))
                found.append(trees.hidden(trees.statement(test), node))
        return found

    def written(self, node: gast.stmt, name: str) -> list[gast.expr]:
        """The objects that a statement writes into, of those that a variable reaches."""
        target = node.targets[0] if isinstance(node, gast.Assign) else getattr(node, "target", None)
        found: list[gast.expr] = []
        if isinstance(target, (gast.Subscript, gast.Attribute)):
            found.append(target.value)
            if isinstance(node, gast.AugAssign) and not self.facts.of(target.value).is_number:
                found.append(target)  # an array in a slot
        elif isinstance(target, gast.Name) and not isinstance(node.value, gast.Call):  # type: ignore
            found.append(trees.name(name))  # an augmented assignment
        value = getattr(node, "value", None)
        if isinstance(value, gast.Call):
            found += [operand for operand, _ in writes_of(value, self.facts)]
        return [operand for operand in found if root(operand) == name]
