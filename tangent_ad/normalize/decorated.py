"""Call the decorators of functions inside a function by their names.

    @scaled(2.0)                     def wave_(v):
    def wave(v):             ->          return np.sin(v)
        return np.sin(v)             wave = scaled(2.0)(wave_)

Those that keep what a function computes go: a cache, `functools.wraps`, a compiler.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING, Names, is_transparent

BOXES = (gast.List, gast.Dict, gast.Set, gast.ListComp, gast.DictComp, gast.SetComp)


def called(unit: Unit) -> Unit:
    nodes = trees.statements(unit.tree.body)
    if not any(isinstance(n, gast.FunctionDef) and n.decorator_list for n in nodes):
        return unit
    return unit.with_body(_block(unit.tree.body, unit))


def _block(body: Sequence[gast.stmt], unit: Unit) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for node in body:
        if isinstance(node, gast.FunctionDef):
            out += _function(node, unit)
            continue
        changes: dict[str, Any] = {}
        if not isinstance(node, trees.DEFINITIONS):
            changes = {field: _block(inner, unit) for field, inner in trees.blocks(node)}
        if isinstance(node, gast.Try):
            changes["handlers"] = [
                trees.rebuild(h, body=_block(h.body, unit)) for h in node.handlers
            ]
        out.append(trees.rebuild(node, **changes) if changes else node)
    return out


def _function(node: gast.FunctionDef, unit: Unit) -> list[gast.stmt]:
    names = unit.names
    repeats = _repeats(node)
    left = [d for d in node.decorator_list if not (repeats and _is_transparent(d, names))]
    if not left:
        return [trees.rebuild(node, decorator_list=[])]
    if node.name in trees.captured(node) or any(isinstance(n, gast.Nonlocal) for n in node.body):
        return [node]  # refused, as the name means what the decorator gave
    plain = names.fresh(f"{node.name}_")
    value: gast.expr = trees.name(plain)
    for decorator in reversed(left):
        value = trees.located(trees.call(decorator, value), decorator)
    bind = trees.located(trees.assign(node.name, value), left[0])
    return [trees.rebuild(node, name=plain, decorator_list=[]), bind]


def _is_transparent(decorator: gast.expr, names: Names) -> bool:
    function = names.resolve(decorator.func if isinstance(decorator, gast.Call) else decorator)
    return function is not MISSING and is_transparent(function)


def _repeats(node: gast.FunctionDef) -> bool:
    """Whether a second call of a function does nothing but give the same again, as far as it shows."""
    inside = list(trees.statements(node.body))
    return not any(
        isinstance(n, (gast.Nonlocal, gast.Global))
        or isinstance(n, gast.Return) and isinstance(n.value, BOXES)  # which may be changed later
        or isinstance(n, gast.Expr) and not isinstance(n.value, gast.Constant)
        for n in inside
    )
