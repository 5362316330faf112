"""Write `y[i] *= e` as `y[i] = y[i] * e`; adding and subtracting stay, their adjoints are simpler.

An array in a slot of a list stays the same array: `ys[i] *= e` becomes `ys[i][...] = ys[i] * e`. So
does a list: `rows[i] += more` becomes `rows[i].extend(more)`.
"""

from __future__ import annotations

import gast

from tangent_ad.analysis import facts
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
            elif isinstance(node, gast.AugAssign):
                new = _written_out(node, unit, known)
                changed, node = changed or new is not node, new
            out.append(node)
        return out

    body = block(unit.tree.body)
    return unit.with_body(body) if changed else unit


def _written_out(node: gast.AugAssign, unit: Unit, known: Facts) -> gast.stmt:
    target = known.of(node.target)
    is_sum = isinstance(node.op, gast.Add)
    if is_sum and target.kind == facts.LIST:
        return trees.statement(trees.method(node.target, "extend", node.value), node)
    if is_sum and target.kind == facts.UNKNOWN and known.of(node.value).is_container:
        unit.refuse(
            "+= of a list, where only the program as it runs tells whether that adds to an array or "
            "makes a list longer; write .extend(...), or + np.array(...)",
            node,
        )
    if isinstance(node.op, (gast.Add, gast.Sub)) and not target.is_container:
        return node
    value = gast.BinOp(node.target, node.op, node.value)
    whole = node.target
    if not known.of(whole.value).is_number and target.array:
        whole = trees.subscript(whole, gast.Constant(Ellipsis, None))
    return trees.assign(whole, value, node)
