"""Whether what can be iterated only once is iterated again.

    squares = (v * v for v in x)
    return sum(squares) + max(squares)        # the second finds nothing left

What iterators give becomes a list, for which that would be another program; and a loop over one is
gone through again by the backward pass.
"""

from __future__ import annotations

from collections.abc import Sequence

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.infer import Facts
from tangent_ad.syntax import trees


def is_used_again(body: Sequence[gast.stmt], name: str) -> bool:
    """Whether a variable that holds an iterator is read twice, under any name, or by the passes of a
    loop in which it is not bound."""
    reads = 0
    for node in trees.statements(body):
        if isinstance(node, trees.LOOPS) and name not in trees.all_writes(node.body):
            if any(trees.read_counts(inner)[name] for inner in node.body):
                return True
        if trees.blocks(node) or isinstance(node, gast.FunctionDef):
            mentioned = [n for e in trees.header(node) for n in trees.walk(e)]
        else:
            mentioned = list(trees.walk(node))
        reads += sum(isinstance(n, gast.Name) and n.id == name for n in mentioned)
        reads -= name in trees.writes(node) and not isinstance(node, gast.For)
        if isinstance(node, gast.Assign) and isinstance(node.value, gast.Name):
            reads += node.value.id == name
    return reads > 1


def may_run_out(body: Sequence[gast.stmt], known: Facts) -> set[str]:
    """The variables that may hold iterators: made by calls of which nothing else is known."""
    found: set[str] = set()
    for node in trees.statements(body):
        if isinstance(node, gast.Assign):
            is_made = any(isinstance(n, gast.Call) for n in trees.walk(node.value))
            if is_made or found & trees.reads(node.value):
                found |= {*trees.bound_names(node.targets[0])}
    return {n for n in found if known.names[n].kind in (facts.UNKNOWN, facts.OBJECT)}
