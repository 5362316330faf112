"""Which arrays are laid out in C order, so that reshaping them gives a view."""

from __future__ import annotations

from collections.abc import Mapping

import gast

from tangent_ad.analysis import calls, facts, operations
from tangent_ad.analysis.infer import Facts
from tangent_ad.syntax.names import MISSING

MADE = frozenset(("zeros", "ones", "empty", "full", "arange", "linspace", "eye", "identity", "outer"))
Definitions = Mapping[str, "gast.expr | None"]


def gives_view(node: gast.Call, definitions: Definitions, known: Facts) -> bool:
    """Whether a method such as reshape gives a view of what it is called on."""
    assert isinstance(node.func, gast.Attribute)
    inner = node.func.value
    if known.unit.names.resolve(inner) is not MISSING or not known.of(inner).is_number:
        return False
    if node.func.attr in ("transpose", "swapaxes", "squeeze"):
        return True
    if node.func.attr == "reshape" and known.of(inner).rank == 1:
        return True  # also of every other element
    return is_contiguous(inner, definitions, known)


def is_contiguous(node: gast.expr, definitions: Definitions, known: Facts) -> bool:
    if known.of(node).is_scalar:
        return True
    if isinstance(node, gast.Name):
        value = definitions.get(node.id)
        return value is not None and is_contiguous(value, definitions, known)
    if isinstance(node, (gast.BinOp, gast.UnaryOp)) and not isinstance(
        getattr(node, "op", None), gast.MatMult
    ):
        operands = [node.left, node.right] if isinstance(node, gast.BinOp) else [node.operand]
        return all(is_contiguous(operand, definitions, known) for operand in operands)
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Attribute):
        return False
    target = known.target(node)
    if known.unit.names.resolve(node.func) is MISSING:
        return node.func.attr == "copy" and known.of(node.func.value).is_number
    if isinstance(target, calls.Bound) and target.operation.kind == operations.ELEMENTWISE:
        return all(is_contiguous(operand, definitions, known) for operand in target.operands)
    if node.func.attr == "array" and node.args:
        return known.of(node.args[0]).kind in (facts.LIST, facts.TUPLE)
    return node.func.attr in MADE and not any(k.arg == "order" for k in node.keywords)
