"""To which adjoints the reverse of a loop may add, so that they are set before it starts."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet

import gast

from tangent_ad.analysis.activity import writes_of
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees


def contributed_to(
    loop: gast.stmt, known: Facts, active: AbstractSet[str], is_set: Callable[[str], bool]
) -> set[str]:
    """The variables whose adjoints the statements of a loop may add to. What is only appended to
    takes no part: its elements have no adjoint yet."""
    read: set[str] = set()
    fills: list[tuple[set[str], AbstractSet[str]]] = []
    for node in trees.statements([loop]):
        if trees.blocks(node) or not _is_active(node, active):
            continue
        call = node.value if isinstance(node, gast.Expr) else None
        writes = writes_of(call, known) if isinstance(call, gast.Call) else []
        if writes:
            fills.append(({root(written) or "" for written, _ in writes}, trees.reads(node)))
        else:
            read |= trees.reads(node)
    while wanted := [f for f in fills if f[0] & read or any(map(is_set, f[0]))]:
        read = read.union(*(names for _, names in wanted))
        fills = [f for f in fills if f not in wanted]
    return read & active


def _is_active(node: gast.stmt, active: AbstractSet[str]) -> bool:
    names = set(trees.writes(node))
    for target in getattr(node, "targets", ()) or [getattr(node, "target", None)]:
        if target is not None and (name := root(target)):
            names.add(name)
    return bool(names & active) or isinstance(node, gast.Expr)
