"""Whether two trees say the same."""

from __future__ import annotations

from typing import Any

import gast


def same(left: Any, right: Any) -> bool:
    """Whether two trees are equal, contexts and places aside."""
    if left is right:
        return True
    if isinstance(left, list):
        return (
            isinstance(right, list)
            and len(left) == len(right)
            and all(map(same, left, right))
        )
    if not isinstance(left, gast.AST):
        return type(left) is type(right) and (left == right or left != left and right != right)
    if isinstance(left, gast.Constant):
        return isinstance(right, gast.Constant) and same_value(left.value, right.value)
    if type(left) is not type(right):
        return False
    if isinstance(left, gast.expr_context):
        return True
    return all(
        same(getattr(left, field, None), getattr(right, field, None))
        for field in left._fields
        if field not in ("ctx", "type_comment", "kind")
    )


def same_value(left: Any, right: Any) -> bool:
    """Equality of literals that tells 1 from 1.0 and True, and 0.0 from -0.0."""
    return type(left) is type(right) and repr(left) == repr(right)
