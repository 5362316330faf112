"""Bring an adjoint from the shape of a result to that of a broadcast operand."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from tangent_ad.analysis import algebra
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.shapes import Keep, Perhaps, Shape
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.syntax import trees

UNKNOWN = object()


def summed_axes(whole: Shape, part: Shape) -> object:
    """Which axes a reduction from one shape to the other sums: None for none, "all", a pair
    (axes, keepdims), or UNKNOWN where only the run can tell."""
    if whole is not None and whole == part:
        return None
    if isinstance(part, Perhaps):
        return summed_axes(whole, part.of)
    if part == ():
        return "all"
    if isinstance(whole, Perhaps):
        return summed_axes(whole.of, part)
    if isinstance(part, Keep) and part.of == whole and isinstance(part.axes, tuple):
        return part.axes, True
    if not (isinstance(whole, tuple) and isinstance(part, tuple)) or len(part) > len(whole):
        return UNKNOWN
    lead = len(whole) - len(part)
    kept = []
    for axis, (wide, narrow) in enumerate(zip(whole[lead:], part, strict=True), lead):
        if narrow == wide:
            continue
        if narrow != 1:
            return UNKNOWN
        kept.append(axis)
    if kept and lead:
        return UNKNOWN
    if kept:
        return tuple(kept), True
    return (tuple(range(lead)), False) if lead else None


def shrink(value: gast.expr, whole: Shape, operand: gast.expr, facts: Facts) -> gast.expr:
    """The adjoint of an operand from the adjoint of what it was broadcast to."""
    part = facts.of(operand).shape
    axes = summed_axes(whole, part)
    if axes is None:
        return value
    names = facts.unit.names
    if axes is UNKNOWN:
        helper = names.bind(unbroadcast, "unbroadcast")
        return trees.call(trees.name(helper), value, operand)
    return total(value, axes, facts)


def total(value: gast.expr, axes: Any, facts: Facts) -> gast.expr:
    """np.sum over some axes, with what does not vary along them in front of it."""
    numpy = trees.name(facts.unit.names.bind(np, "np"))
    along, keep = (None, False) if axes == "all" else axes
    keywords: dict[str, gast.expr] = {}
    if along is not None:
        keywords["axis"] = _axis(along)
    if keep:
        keywords["keepdims"] = trees.constant(True)

    def make(inner: gast.expr) -> gast.expr:
        return trees.call(trees.attribute(numpy, "sum"), inner, **keywords)

    return algebra.reduction(value, along, keep, facts.of, make)


def _axis(axes: tuple[int, ...]) -> gast.expr:
    if len(axes) == 1:
        return trees.constant(axes[0])
    return trees.pack([trees.constant(a) for a in axes])
