"""Where in a variable a part or a view of it is."""

from __future__ import annotations

from collections.abc import Iterator

import gast

# Methods that give a view of an array, if it is laid out for it.
VIEWS = frozenset(("reshape", "ravel", "transpose", "squeeze", "swapaxes"))


def root(node: gast.expr) -> str | None:
    """The name at the bottom of `h[t].T[i]` and of `h.reshape(-1)[i]`."""
    while (inner := inside(node)) is not None:
        node = inner
    return node.id if isinstance(node, gast.Name) else None


def is_of_view(node: gast.expr | None) -> bool:
    """Whether an element is one of `h.reshape(2, 3)` and the like."""
    while node is not None and not isinstance(node, gast.Call):
        node = inside(node)
    return node is not None


def inside(node: gast.expr) -> gast.expr | None:
    """What a place is a part or a view of."""
    if isinstance(node, (gast.Subscript, gast.Attribute, gast.Starred)):
        return node.value
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute):
        return node.func.value if node.func.attr in VIEWS else None
    return None


def calls_in(place: gast.expr) -> list[gast.Call]:
    """The calls in `h.reshape(-1)[i]`."""
    found = []
    while (inner := inside(place)) is not None:
        found += [place] if isinstance(place, gast.Call) else []
        place = inner
    return found


def chain(target: gast.expr) -> Iterator[gast.expr]:
    """`h[t].T[i]`, `h[t].T`, `h[t]`."""
    while isinstance(target, (gast.Subscript, gast.Attribute, gast.Starred)):
        yield target
        target = target.value


def bottom(target: gast.expr) -> gast.expr:
    while isinstance(target, (gast.Subscript, gast.Attribute, gast.Starred)):
        target = target.value
    return target
