"""The forward half of a block, looked up by name, and what is put between its statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import gast

from tangent_ad.analysis import effects
from tangent_ad.differentiate.items import bound_by, may_leave, plain
from tangent_ad.differentiate.reverse import Branch, Item, Loop, Scope
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


class Body:
    """Where the items of a block bind, change and copy names; each is looked at once.

    What is put behind and before items is kept apart until `finish`, so that positions stay.
    """

    def __init__(self, items: list[Item], names: Names) -> None:
        self.items = items
        self.bound: dict[str, list[int]] = defaultdict(list)  # where, possibly on one path only
        self.certain: dict[str, int] = {}  # where it is bound on every path, first
        self.changes: dict[str, list[int]] = defaultdict(list)
        self.copies: dict[str, list[str]] = defaultdict(list)
        self.counted: dict[str, list[int]] = defaultdict(list)  # by the counters of loops
        self.exits: list[int] = []
        self.behind: dict[int, list[gast.stmt]] = defaultdict(list)
        self.before: dict[int, list[gast.stmt]] = defaultdict(list)
        for position, item in enumerate(items):
            for name in bound_by([item]):
                self.bound[name].append(position)
            if isinstance(item, Loop):
                self.counted[item.counter].append(position)
            for name in always_bound_by(item):
                self.certain.setdefault(name, position)
            for node in plain([item]):
                changed = effects.mutated_root(node, names)
                if changed is not None:
                    self.changes[changed].append(position)
            if may_leave([item]):
                self.exits.append(position)
            if isinstance(item, gast.Assign) and isinstance(item.value, gast.Name):
                if isinstance(item.targets[0], gast.Name):
                    self.copies[item.value.id].append(item.targets[0].id)

    def may_leave_before(self, at: int) -> bool:
        return bool(self.exits) and self.exits[0] < at

    def last_bound(self, name: str) -> int | None:
        """The last item that binds a name, possibly on one of its inner paths."""
        return max((*self.counted.get(name, ()), *self.bound.get(name, ())), default=None)

    def barrier(self, name: str, at: int) -> int:
        """The first item from a position on that may leave the block or binds a name anew."""
        found = [*self.exits, *self.bound.get(name, ())]
        return min((position for position in found if position >= at), default=len(self.items))

    def is_certain(self, name: str, at: int) -> bool:
        """Whether a name is bound, whatever path is taken, before a position."""
        return self.certain.get(name, at) < at

    def put_behind(self, at: int, node: gast.stmt) -> None:
        """Put a statement right behind the item in front of a position."""
        self.behind[at].insert(0, node)

    def put_before(self, at: int, node: gast.stmt) -> None:
        """Put a statement right in front of the item at a position."""
        self.before[at].append(node)

    def finish(self) -> None:
        for at in sorted({*self.behind, *self.before}, reverse=True):
            self.items[at:at] = [*self.behind.get(at, ()), *self.before.get(at, ())]


def always_bound_by(item: Item) -> set[str] | frozenset[str]:
    """The names that an item binds on every path that goes on behind it."""
    if isinstance(item, Branch):
        arms = [arm for arm in item.forward if not may_leave(arm)]
        return trees.writes(item.node).union(
            set.intersection(*map(_always_bound, arms)) if arms else ()
        )
    if isinstance(item, Scope):
        return trees.writes(item.node) | _always_bound(item.forward)
    if isinstance(item, Loop):
        return {item.counter} if item.counter else set()
    return trees.writes(item)


def _always_bound(items: Iterable[Item]) -> set[str]:
    return set().union(*map(always_bound_by, items))
