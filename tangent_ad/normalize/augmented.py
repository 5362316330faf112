"""Write `y[i] *= e` as `y[i] = y[i] * e`; adding and subtracting stay, their adjoints are simpler.

An array in a slot of a list stays the same array: `ys[i] *= e` becomes `ys[i][...] = ys[i] * e`.
"""

from __future__ import annotations

import gast

from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees


def written_out(unit: Unit, known: Facts) -> Unit:
    """The unit itself if there is nothing to write."""
    changed = False

    def block(body: list[gast.stmt]) -> list[gast.stmt]:
        nonlocal changed
        out: list[gast.stmt] = []
        for node in body:
            inner = {field: block(b) for field, b in trees.blocks(node)}
            if inner:
                node = trees.rebuild(node, **inner)
            elif isinstance(node, gast.AugAssign) and not isinstance(node.op, (gast.Add, gast.Sub)):
                changed = True
                node = _assignment(node, known)
            out.append(node)
        return out

    body = block(unit.tree.body)
    return unit.with_body(body) if changed else unit


def _assignment(node: gast.AugAssign, known: Facts) -> gast.Assign:
    value = gast.BinOp(node.target, node.op, node.value)
    is_array = not known.of(node.target.value).is_number and known.of(node.target).array
    target = node.target
    if is_array:
        target = trees.subscript(target, gast.Constant(Ellipsis, None))
    return trees.assign(target, value, node)
