"""Lines of the user's for the backward pass, as an operation that gives back its operand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gast

from tangent_ad.analysis import calls
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.operations import Operation


@dataclass(eq=False)
class Insertion(Operation):
    """`with insert_grad_of(x) as dx: body` as `x = insertion(x, r, ...)`.

    The first parameter is x, the others are the `reads`: the variables that the body reads, which
    so keep pace with their versions. `adjoint_name` is the user's dx, `own` are the names that the
    body binds for itself.
    """

    body: list[gast.stmt] = field(default_factory=list)
    adjoint_name: str = ""
    reads: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()


def of(node: gast.stmt, known: Facts) -> Insertion | None:
    """The insertion that an assignment stands for."""
    if isinstance(node, gast.Assign) and isinstance(node.value, gast.Call):
        found: Any = known.target(node.value)
        if isinstance(found, calls.Bound) and isinstance(found.operation, Insertion):
            return found.operation
    return None
