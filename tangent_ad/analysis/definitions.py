"""Which names are bound on every path through a block.

>>> from tangent_ad.syntax.parse import statements
>>> sorted(always_bound(statements("if c: a = 1; b = 2\\nelse: a = 3")))
['a']
"""

from __future__ import annotations

from collections.abc import Sequence

import gast

from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt


def always_bound(body: Sequence[gast.stmt]) -> set[str]:
    """The names that are bound wherever the end of the block is reached."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, gast.If):
            arms = [always_bound(arm) for arm in (node.body, node.orelse) if not _leaves(arm)]
            found |= set.intersection(*arms) if arms else set()
            found |= {node.test.id} if isinstance(node, Attempt) else set()
        elif isinstance(node, gast.With):
            found |= trees.writes(node) | always_bound(node.body)
        elif not isinstance(node, (*trees.LOOPS, gast.Try)):
            found |= trees.writes(node) | trees.walrus_names(node)
    return found


def single_definitions(body: Sequence[gast.stmt]) -> dict[str, gast.expr | None]:
    """The values of the names that one statement binds, and of copies; None for other names."""
    found: dict[str, gast.expr | None] = {}
    for node in trees.statements(body):
        for name in trees.writes(node):
            single = isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name)
            value = node.value if single else None
            if name in found and not (isinstance(value, gast.Name) and trees.same(found[name], value)):
                value = None  # but for copies of one name on several paths
            found[name] = value
    return found


def _leaves(body: Sequence[gast.stmt]) -> bool:
    return bool(body) and isinstance(
        body[-1], (gast.Break, gast.Continue, gast.Raise, gast.Return)
    )


def unbound_in_between(body: Sequence[gast.stmt]) -> frozenset[str]:
    """The names that are None first, or in between, and have other definitions, too."""
    nones: set[str] = set()
    others: set[str] = set()
    for node in trees.statements(body):
        value = node.value if isinstance(node, gast.Assign) else None
        is_copy = isinstance(value, gast.Name) and value.id in nones
        (nones if trees.is_none(value) or is_copy else others).update(trees.writes(node))
    return frozenset(nones & others)
