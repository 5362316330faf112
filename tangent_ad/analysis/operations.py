"""The table of operations: what the compiler knows of each function, method and operator.

The rules fill it (see `tangent_ad.rules`); analyses and transformations look things up. A function
object is its own key: `np.tanh`, `operator.mul` for `*`, `list.append` for the method.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast
import numpy as np

from tangent_ad.analysis import facts
from tangent_ad.analysis.facts import Fact

ELEMENTWISE, GENERAL, ZERO, UNSUPPORTED = "elementwise", "adjoint", "zero", "unsupported"


@dataclass(eq=False, repr=False)
class Operation:
    """One entry.

    `parameters` are those of the operation itself, the first `positional` of which may be given by
    position; `variadic` is the one that collects `*args`; `defaults` are the literal defaults.
    `writes` names the parameters that a call changes in place, `constant` those whose numbers do not
    matter to the result. The result is linear in those of `linear` together, and in each of those of
    `multilinear` alone: its tangent needs no rule. `result` computes the fact of the result from the
    facts of the arguments.
    """

    function: Any
    name: str
    kind: str
    parameters: tuple[str, ...] = ()
    variadic: str | None = None
    defaults: dict[str, Any] = field(default_factory=dict)
    adjoint: Callable | None = None
    tangent: Callable | None = None
    result: Callable[..., Fact] | None = None
    positional: int = -1
    writes: frozenset[str] = frozenset()
    constant: frozenset[str] = frozenset()
    linear: tuple[str, ...] = ()
    multilinear: tuple[str, ...] = ()
    effect: bool = False
    fresh: bool = True  # the result shares no memory with an argument
    reason: str = ""
    sample: Callable | None = None
    domain: str | tuple[str, ...] = "real"
    typed: bool = False  # `result` knows the element type, which is not that of the operands
    real_only: bool = False  # complex operands have no derivative, or none by this rule

    def __post_init__(self) -> None:
        if self.positional < 0:
            self.positional = len(self.parameters)

    @property
    def is_differentiable(self) -> bool:
        return self.kind in (ELEMENTWISE, GENERAL)

    def named(self, position: int) -> str | None:
        """The parameter that an argument at some position goes to."""
        return self.parameters[position] if position < self.positional else self.variadic


TABLE: dict[Any, Operation] = {}


def find(function: Any) -> Operation | None:
    """The entry of a function; an operation made for one place of a program is its own."""
    if isinstance(function, Operation):
        return function
    try:
        return TABLE.get(function)
    except TypeError:  # an unhashable callable object
        return None


_TYPES: dict[str, type] = {
    facts.NUMBER: np.ndarray,
    facts.LIST: list,
    facts.TUPLE: tuple,
    facts.DICT: dict,
    facts.TEXT: str,
    facts.CALLABLE: functools.partial,
}


def member(kind: str, attr: str) -> Any:
    """The function behind a method or attribute of a value of some kind, or None.

    A value of unknown kind is taken for an array, unless only a container has the attribute.
    """
    kinds = [kind] if kind in _TYPES else []
    if kind in (facts.UNKNOWN, facts.OBJECT, facts.NOTHING):
        kinds = [facts.NUMBER, facts.LIST, facts.DICT, facts.TEXT]
    for candidate in kinds:
        function = getattr(_TYPES[candidate], attr, None)
        if function is not None and find(function) is not None:
            return function
    return None


# Python's operators by syntax.
COMPARISONS = (gast.Compare,)
