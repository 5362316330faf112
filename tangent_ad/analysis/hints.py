"""Names for temporaries."""

from __future__ import annotations

import gast

from tangent_ad.analysis import calls


def hint_for(value: gast.expr, user: frozenset[str]) -> str:
    """A name that tells what a temporary holds: `exp_x`, `sum_t`, `x_i`; else `t`."""
    if isinstance(value, gast.Call):
        function = calls.dotted(value.func).rpartition(".")[2].lstrip("_") or "t"
        operand = value.args[0] if value.args else None
        if isinstance(value.func, gast.Attribute) and not value.args:
            operand = value.func.value
        inner = operand.id if isinstance(operand, gast.Name) and operand.id in user else ""
        if inner and len(inner) + len(function) <= 16 and inner.count("_") < 2:
            return f"{function}_{inner}"
        return function
    if isinstance(value, gast.Subscript) and isinstance(value.value, gast.Name):
        index = value.slice
        if isinstance(index, gast.Name):
            return f"{value.value.id}_{index.id}"
        if isinstance(index, gast.Constant) and isinstance(index.value, int):
            return f"{value.value.id}_{index.value}"
        return f"{value.value.id}_part"
    return "t"
