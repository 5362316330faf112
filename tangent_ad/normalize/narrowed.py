"""Give a number that may be None a name of its own where a test says that it is there.

    if t is not None:                   if t is not None:
        hit = origin + t * ray     ->       t_1 = t
                                            hit = origin + t_1 * ray

Nothing is known of `t` as a whole, but that `t_1` is a number is.
"""

from __future__ import annotations

from collections.abc import Sequence

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.presence import number_there
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees


def by_tests(unit: Unit, known: Facts) -> Unit:
    """The unit itself if there is no such number."""
    if not any(fact.kind == facts.UNKNOWN and fact.element for fact in known.names.values()):
        return unit
    changed = False

    def block(body: Sequence[gast.stmt]) -> list[gast.stmt]:
        nonlocal changed
        out: list[gast.stmt] = []
        for node in body:
            inner = {field: block(b) for field, b in trees.blocks(node)}
            found = number_there(node, known.of) if isinstance(node, gast.If) else None
            if found is not None:
                name, field = found
                new = own_name(name, inner[field], node)
                changed = changed or new is not inner[field]
                inner[field] = new
            out.append(trees.updated(node, **inner) if inner else node)
        return out

    def own_name(name: str, body: list[gast.stmt], like: gast.stmt) -> list[gast.stmt]:
        rest = body[1:] if body and trees.reads(body[0]) == {name} and is_copy(body[0]) else body
        is_read = any(name in trees.reads(e) for n in trees.statements(rest) for e in trees.header(n))
        if not is_read or name in trees.all_writes(body) or rest is not body:
            return body
        new = unit.names.version(unit.names.stems.get(name, name))
        copy = trees.hidden(trees.assign(new, trees.name(name), like), like)
        return [copy, *(trees.rename(n, {name: new}) for n in body)]

    body = block(unit.tree.body)
    return unit.with_body(body) if changed else unit


def is_copy(node: gast.stmt) -> bool:
    is_assign = isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name)
    return is_assign and isinstance(node.value, gast.Name)
