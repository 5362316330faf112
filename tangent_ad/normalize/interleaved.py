"""Whether a generator and who goes through it would notice what the other does meanwhile.

    for v in falling(y):            def falling(y):
        y[0] = v                        for k in range(3):
                                            yield y[k]

A generator runs in turns with the loop over it. Only where neither sees what the other changes, a list
of all that it yields is the same.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import gast

from tangent_ad.analysis import effects
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

LATER = (gast.Yield, gast.YieldFrom)


@dataclass(frozen=True)
class Changes:
    """What a generator changes in place: what it has yielded, what was there before it."""

    yielded: bool = False
    outer: bool = False


def changes_of(node: gast.FunctionDef, names: Names) -> Changes:
    """What a generator function changes while it runs."""
    body = list(trees.statements(node.body))
    given = [n.value.value for n in body if isinstance(n, gast.Expr) and isinstance(n.value, LATER)]
    memory = Memory(node.body)
    # `t += h` changes a number, most often; an array that is yielded and changed is found later.
    parts = [n for n in body if not isinstance(getattr(n, "target", None), gast.Name)]
    changed = memory.all(_changed(parts, names) | _handed_on(body, names))
    before = {p.id for p in trees.parameters(node.args)} | trees.captured(node)
    shown = set().union(*(effects.shared_names(value) for value in given if value is not None))
    return Changes(bool(changed & shown), bool(changed & before))


def is_noticed(
    loop: gast.For, call: gast.Call, captured: Iterable[str], changes: Changes, memory: Memory,
    names: Names,
) -> bool:  # fmt: skip
    """Whether a loop over what a call of a generator yields is another one over a list of that."""
    if changes.yielded:
        return True
    captured = set(captured)
    operands = [*call.args, *(k.value for k in call.keywords)]
    given = set().union(*map(effects.shared_names, operands))
    seen = memory.all(given | captured)
    body = list(trees.statements(loop.body))
    bound = trees.all_writes(loop.body) | set(trees.bound_names(loop.target))
    if bound & captured:
        return True
    if memory.all(_changed(body, names)) & (seen | set(trees.bound_names(loop.target))):
        return True
    if _handed_on(body, names) & (given | captured):
        return True
    read = set().union(*(trees.reads(e) for n in body for e in trees.header(n)))
    return changes.outer and bool(memory.all(read) & seen)


class Memory:
    """Names that may be, or hold, the same memory, as far as assignments and loops make them so. What
    is put into something is a part of it, but no other name of it."""

    def __init__(self, body: Sequence[gast.stmt]) -> None:
        self.groups: dict[str, set[str]] = {}
        for node in trees.statements(body):
            if isinstance(node, gast.Assign) and isinstance(node.targets[0], (gast.Name, gast.Tuple)):
                self.unite(trees.bound_names(node.targets[0]), node.value)
            elif isinstance(node, gast.For):
                self.unite(trees.bound_names(node.target), node.iter)

    def unite(self, targets: Iterable[str], value: gast.expr) -> None:
        whole = {*targets, *effects.shared_names(value)}
        whole = whole.union(*(self.groups.get(name, ()) for name in whole))
        self.groups.update(dict.fromkeys(whole, whole))

    def all(self, names: Iterable[str]) -> set[str]:
        """The names with all others of the same memory."""
        names = set(names)
        return names.union(*(self.groups.get(name, ()) for name in names))


def _changed(body: Iterable[gast.stmt], names: Names) -> set[str]:
    """The roots of what is changed in place."""
    return {root for n in body if (root := effects.mutated_root(n, names)) is not None}


def _handed_on(body: Iterable[gast.stmt], names: Names) -> set[str]:
    """What is given to functions of the user's that nobody asks for a value, and that may change it."""
    calls = [n.value for n in body if isinstance(n, gast.Expr) and isinstance(n.value, gast.Call)]
    return {
        arg.id
        for call in calls
        for arg in call.args
        if isinstance(arg, gast.Name) and isinstance(names.resolve(call.func), types.FunctionType)
    }
