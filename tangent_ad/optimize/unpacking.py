"""Unpack what is read element by element, as the user wrote it.

>>> from tangent_ad.analysis import facts
>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(p):
...     a, b = p[0], p[1]
...     return b - a
... ''')
>>> pair = facts.sequence(facts.TUPLE, (facts.FLOAT, facts.FLOAT))
>>> print(text.function_text(restore(tree, lambda node: pair)), end="")
def f(p):
    a, b = p
    return b - a

The container must be known to have no other elements.
"""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.syntax import fold, trees


def restore(tree: gast.FunctionDef, fact: FactOf) -> gast.FunctionDef:
    def visit(node: Any) -> Any:
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Tuple):
            whole = _whole(node.value, fact)
            if whole is not None and not trees.writes(node) & trees.reads(whole):
                return trees.rebuild(node, value=whole)
        return node

    return trees.transform(tree, visit)


def _whole(value: gast.expr, fact: FactOf) -> gast.expr | None:
    """The `p` of `p[0], p[1]`, if these are all its elements."""
    if not isinstance(value, gast.Tuple) or not value.elts:
        return None
    first = value.elts[0]
    if not isinstance(first, gast.Subscript):
        return None
    known = fact(first.value)
    if known.kind not in (facts.TUPLE, facts.LIST) or len(known.items or ()) != len(value.elts):
        return None
    for position, element in enumerate(value.elts):
        if not isinstance(element, gast.Subscript) or not trees.same(element.value, first.value):
            return None
        if fold.literal(element.slice) != position:
            return None
    return first.value
