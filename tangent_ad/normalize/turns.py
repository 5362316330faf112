"""Write the passes of a loop over objects of several classes one after the other.

    for layer in (dense, relu):              layer = dense
        x = layer(x)                 ->      x = layer(x)
                                             layer = relu
                                             x = layer(x)
"""

from __future__ import annotations

import gast

from tangent_ad.analysis import classes
from tangent_ad.analysis.infer import Facts
from tangent_ad.syntax import trees


def written_out(node: gast.For, known: Facts) -> list[gast.stmt] | None:
    """The passes of a loop, whose variables have several values then; None for any other loop."""
    if any(isinstance(n, gast.Break) for n in trees.statements(node.body)):
        return None
    function = None
    operands: list[gast.expr] = [node.iter]
    if isinstance(node.iter, gast.Call):
        function = known.unit.names.resolve(node.iter.func)
        if function not in (enumerate, zip, reversed) or node.iter.keywords:
            return None
        operands = node.iter.args[:1] if function is enumerate else node.iter.args
    over = [known.of(operand) for operand in operands]
    lengths = [len(f.items) for f in over if f.items is not None]
    if not any(map(classes.are_several, over)) or len(lengths) < len(over):
        return None
    count = min(lengths)
    out: list[gast.stmt] = []
    for turn in range(count):
        at = trees.constant(count - 1 - turn if function is reversed else turn)
        parts: list[gast.expr] = [trees.subscript(operand, at) for operand in operands]
        if function is enumerate:
            parts = [trees.constant(turn), *parts]
        value = trees.pack(parts) if function in (enumerate, zip) else parts[0]
        out.append(trees.hidden(trees.assign(node.target, value), node))
        out += node.body
    return out
