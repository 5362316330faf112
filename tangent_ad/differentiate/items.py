"""What the items of a forward pass hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import gast

from tangent_ad.differentiate.reverse import Branch, Item, Loop, Scope
from tangent_ad.syntax import trees


def plain(items: Iterable[Item]) -> list[gast.stmt]:
    """The simple statements among forward items, those inside others included."""
    found: list[gast.stmt] = []
    for item in items:
        if isinstance(item, Branch):
            found += plain(item.forward[0]) + plain(item.forward[1])
        elif isinstance(item, (Loop, Scope)):
            if isinstance(item.node, gast.For):
                found.append(trees.rebuild(item.node, body=[], orelse=[]))
            found += plain(item.forward)
        elif isinstance(item, gast.Try):  # one that has nothing to do with derivatives
            found += trees.statements([item])
        else:
            found.append(item)
    return found


def bound_by(items: Iterable[Item]) -> set[str]:
    """The names that forward items bind, those that came in with the reversal included."""
    found: set[str] = set()
    for item in items:
        if isinstance(item, Branch):
            found |= bound_by(item.forward[0]) | bound_by(item.forward[1])
            found |= trees.writes(item.node)
        elif isinstance(item, (Loop, Scope)):
            found |= trees.writes(item.node) | bound_by(item.forward)
        elif isinstance(item, gast.Try):
            found |= trees.all_writes([item])
        else:
            found |= trees.writes(item)
    return found


def may_leave(items: Sequence[Item]) -> bool:
    """Whether a pass may end within these items."""
    for item in items:
        if isinstance(item, Branch):
            if any(map(may_leave, item.forward)):
                return True
        elif isinstance(item, Scope):
            if may_leave(item.forward):
                return True
        elif isinstance(item, gast.Break):
            return True
    return False
