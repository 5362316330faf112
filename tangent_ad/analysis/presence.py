"""Where a value that may be None is there."""

from __future__ import annotations

from collections.abc import Callable

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.facts import Fact


def number_there(node: gast.If, of: Callable[[gast.expr], Fact]) -> tuple[str, str] | None:
    """The name of a value that a test says is not None but a number, and the branch where that is."""
    test = node.test
    if not isinstance(test, gast.Compare) or not isinstance(test.left, gast.Name):
        return None
    is_none = isinstance(test.comparators[0], gast.Constant) and test.comparators[0].value is None
    if not is_none or not isinstance(test.ops[0], (gast.Is, gast.IsNot)):
        return None
    fact = of(test.left)
    if fact.kind != facts.UNKNOWN or fact.element is None or not fact.element.is_scalar:
        return None
    return test.left.id, "body" if isinstance(test.ops[0], gast.IsNot) else "orelse"
