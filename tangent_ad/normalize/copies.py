"""Say what kind of thing `copy.copy` copies, whose parts it shares.

    other = copy.copy(rows)      ->      other = rows.copy()
    start = copy.copy(x0)        ->      start = copy.deepcopy(x0)       of an array or a number

A deep copy shares nothing; it is an operation with a rule.
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.classes import class_of
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees


def spelled_out(unit: Unit, known: Facts) -> Unit:
    """The unit itself if nothing is copied of which the kind is known."""
    changed = False

    def visit(node: Any) -> Any:
        nonlocal changed
        if not isinstance(node, gast.Call) or unit.names.resolve(node.func) is not copy.copy:
            return node
        fact = known.of(node.args[0]) if len(node.args) == 1 and not node.keywords else facts.ANYTHING
        if class_of(fact) is not None or not (fact.is_number or fact.kind in (facts.LIST, facts.DICT)):
            return node
        changed = True
        if fact.is_number:
            deep = trees.name(unit.names.bind(copy.deepcopy, "deepcopy"))
            return trees.rebuild(node, func=deep)
        return trees.method(node.args[0], "copy")

    body = [trees.transform(node, visit) for node in unit.tree.body]
    return unit.with_body(body) if changed else unit
