"""Write the passes of a loop over objects of several classes, or over names of attributes, one after
the other.

    for layer in (dense, relu):              layer = dense
        x = layer(x)                 ->      x = layer(x)
                                             layer = relu
                                             x = layer(x)

    for name in ("a", "b"):                  name = "a"
        s += getattr(p, name)        ->      s += getattr(p, name)
                                             name = "b"
                                             s += getattr(p, name)
"""

from __future__ import annotations

import gast

from tangent_ad.analysis import classes, facts
from tangent_ad.analysis.infer import Facts
from tangent_ad.syntax import trees


def written_out(node: gast.For, known: Facts) -> list[gast.stmt] | None:
    """The passes of a loop, whose variables have several values then; None for any other loop."""
    if any(isinstance(n, gast.Break) for n in trees.statements(node.body)):
        return None
    entries = _of_entries(node, known)
    if entries is not None:
        return entries
    function = None
    operands: list[gast.expr] = [node.iter]
    if isinstance(node.iter, gast.Call):
        function = known.unit.names.resolve(node.iter.func)
        if function not in (enumerate, zip, reversed) or node.iter.keywords:
            return None
        operands = node.iter.args[:1] if function is enumerate else node.iter.args
    over = [known.operand(operand) for operand in operands]
    lengths = [len(f.items) for f in over if f.items is not None and f.kind != facts.DICT]
    if len(lengths) < len(over) or not any(
        classes.are_several(fact) or _are_texts(fact) and _names_attributes(node, known)
        for fact in over
    ):
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


def _of_entries(node: gast.For, known: Facts) -> list[gast.stmt] | None:
    """The passes of `for key, value in table.items()` where the keys are names of attributes."""
    call = node.iter
    if not isinstance(call, gast.Call) or not isinstance(call.func, gast.Attribute):
        return None
    table, fact = call.func.value, known.of(call.func.value)
    keys = [key for key, _ in fact.items or ()] if fact.kind == facts.DICT else []
    is_named = isinstance(table, gast.Name) and call.func.attr == "items" and not call.args
    if not is_named or not keys or not all(isinstance(k, str) for k in keys):
        return None
    if classes.class_of(fact) is not None or not _names_attributes(node, known):
        return None
    out: list[gast.stmt] = []
    for key in keys:
        value = trees.pack([trees.constant(key), trees.subscript(table, trees.constant(key))])
        out.append(trees.hidden(trees.assign(node.target, value), node))
        out += node.body
    return out


def _are_texts(fact: facts.Fact) -> bool:
    return bool(fact.items) and all(item.kind == facts.TEXT for item in fact.items or ())


def _names_attributes(node: gast.For, known: Facts) -> bool:
    """Whether a variable of a loop is the name of an attribute."""
    bound = set(trees.bound_names(node.target))
    return any(
        isinstance(inner, gast.Call)
        and known.unit.names.resolve(inner.func) in (getattr, hasattr, setattr)
        and trees.reads(inner.args[1]) <= bound
        for statement in node.body
        for inner in trees.walk(statement)
    )
