"""Paste the user's lines for the backward pass where their turn comes.

h = insert_grad_of_1(h, limit)    ->    # Inserted by the user
                                        bh = np.clip(bh, -limit, limit)
"""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.analysis.insertion import Insertion
from tangent_ad.syntax import trees

HEADING = "Inserted by the user"


def as_copy(node: gast.Assign) -> gast.Assign:
    """What an insertion does in the forward pass: give its operand another name."""
    assert isinstance(node.value, gast.Call)
    return trees.rebuild(node, value=node.value.args[0])


def reverse(node: gast.Assign, insertion: Insertion, by: Any) -> gast.Assign:
    """Write the lines into the backward pass of the Reverser `by`; the statement that the forward
    pass has instead."""
    copy = as_copy(node)
    target, operand = node.targets[0], copy.value
    assert isinstance(target, gast.Name) and isinstance(node.value, gast.Call)
    if target.id not in by.active or not by.adjoints.is_set(target.id):
        return copy
    start = len(by.adjoints.out)
    by.adjoints.own(target.id)  # the lines may write into it
    adjoint = by.adjoints.name(target.id)
    names = by.unit.names
    mapping = {name: names.fresh(name) for name in sorted(insertion.own)}
    mapping[insertion.adjoint_name] = adjoint
    for name, value in zip(insertion.reads, node.value.args[1:], strict=True):
        assert isinstance(value, gast.Name)
        mapping[name] = value.id
    # These lines stay as they are: no pass may take their variables for temporaries of ours.
    kept = {adjoint, *(mapping[name] for name in insertion.own)}
    names.user = names.user | kept | {names.stems.get(name, name) for name in kept}
    if insertion.body:
        by.adjoints.emit(trees.located(trees.comment(HEADING), node))
    for line in insertion.body:
        by.adjoints.emit(trees.rename(line, mapping))
    by.adjoints.fresh(target.id)
    by.adjoints.disown(target.id)  # the lines may have kept it
    for new in by.adjoints.out[start:]:
        by.origins[id(new)] = (new, copy)
    by.explained = ""
    by.pullback.contribute([(operand, trees.name(adjoint), False)])
    for new in by.adjoints.out[start:]:
        by.origins.setdefault(id(new), (new, copy))
        if not hasattr(new, "lineno"):
            trees.located(new, node)
    by.adjoints.consume(target.id)
    return copy
