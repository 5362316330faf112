"""Copy the arguments that a function writes into, so that the caller's stay as they are.

    def f(x):                def f(x):
        v = x[1:]      ->        x_1 = x.copy()
        v[0] = 0.0               v = x_1[1:]
        return v                 v[0] = 0.0
                                 return v
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.activity import writes_of
from tangent_ad.analysis.aliases import conflicts
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.analysis.unit import Unit
from tangent_ad.runtime import structures
from tangent_ad.syntax import trees


def written_by_name(unit: Unit, known: Facts) -> set[str]:
    """The parameters, and the variables that parts of them became, into which some statement writes."""
    roots = {root(t) for node in trees.statements(unit.tree.body) for t in written(node, known)}
    return _given(unit) & {name for name in roots if name is not None}


def written_under_any_name(
    unit: Unit, known: Facts, returned: Callable[[Any], set[str] | None]
) -> set[str]:
    """Those whose memory is written, once each write goes through one name: the caller reads them in
    the end. An augmented assignment that is left makes something new."""
    if not any(written(node, known) for node in trees.statements(unit.tree.body)):
        return set()
    given = _given(unit)
    seen = conflicts(unit.tree.body, known, (), returned, kept=frozenset(given))
    names = {name for conflict in seen for name in (conflict.written, *conflict.readers)}
    return written_by_name(unit, known) | given & names


def _given(unit: Unit) -> set[str]:
    parameters = {p.id for p in trees.parameters(unit.tree.args)}
    return (parameters - set(unit.records)) | unit.record_parts


def copied(unit: Unit, known: Facts, names: Collection[str]) -> Unit:
    """The unit with copies in the place of some parameters and parts of them."""
    if not names:
        return unit
    mapping: dict[str, str] = {}
    out: list[gast.stmt] = []
    for parameter in trees.parameters(unit.tree.args):
        if parameter.id in names:
            out.append(_copy(parameter.id, mapping, unit, known))
    for node in unit.tree.body:
        parts = trees.writes(node) & unit.record_parts & set(names) - set(mapping)
        out.append(trees.rename(node, mapping))
        out += [_copy(name, mapping, unit, known) for name in sorted(parts)]
    rebinds = tuple((new, mapping.get(old, old), node) for new, old, node in unit.rebinds)
    return unit.with_body(out, rebinds=rebinds)


def _copy(name: str, mapping: dict[str, str], unit: Unit, known: Facts) -> gast.stmt:
    copy = mapping[name] = unit.names.version(name)
    fact = known.names.get(name, facts.ANYTHING)
    known.names[copy] = fact._replace(value=facts.MISSING)
    if fact.is_number:
        known.ask.array(fact.shape)
        return trees.assign(copy, trees.method(trees.name(name), "copy"))
    helper = trees.name(unit.names.bind(structures.copied, "copied"))
    return trees.assign(copy, trees.call(helper, trees.name(name)))


def written(node: gast.stmt, known: Facts) -> list[gast.expr]:
    """The expressions whose objects a statement changes in place."""
    if isinstance(node, gast.AugAssign):
        return [node.target]
    if isinstance(node, gast.Assign):
        target = node.targets[0]
        found = [target] if isinstance(target, (gast.Subscript, gast.Attribute)) else []
        if isinstance(node.value, gast.Call):
            found += [written for written, _ in writes_of(node.value, known)]
        return found
    if isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
        return [written for written, _ in writes_of(node.value, known)]
    return []
