"""What every pass takes and returns: one function on its way through the compiler."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import gast

from tangent_ad import errors
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names
from tangent_ad.syntax.source import Source

if TYPE_CHECKING:
    from tangent_ad.analysis.facts import Fact
    from tangent_ad.analysis.records import Record


@dataclass(frozen=True, eq=False, repr=False)
class Unit:
    """A function, its tree so far, and what is known of it.

    `active` are the parameters with respect to which we differentiate. `rebinds` lists the
    augmented assignments to plain names that became assignments to a new version: they are right
    only if no other name sees the same array, which the alias analysis checks.
    `records` are the arguments that were taken apart (`normalize.records`), `scalars` the variables
    that are tested to be single numbers (`normalize.inplace`); `returns` counts how often a method
    took the place of a call of itself (`normalize.splice`). `refusals` collects errors, so that all of
    them are reported together.
    """

    function: types.FunctionType
    tree: gast.FunctionDef
    source: Source
    names: Names
    active: tuple[str, ...]
    arguments: dict[str, Fact] = field(default_factory=dict)
    rebinds: tuple[tuple[str, str, gast.stmt], ...] = ()
    refusals: list[errors.TangentError] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    scalars: frozenset[str] = frozenset()
    returns: Mapping[types.FunctionType, int] = field(default_factory=dict)

    def with_body(self, body: list[gast.stmt], **changes: Any) -> Unit:
        return replace(self, tree=trees.rebuild(self.tree, body=body), **changes)

    @property
    def record_parts(self) -> set[str]:
        """The variables that parts of arguments became."""
        return {name for record in self.records.values() for name in record.variables()}

    def refuse(
        self, message: str, node: Any, kind: type[errors.TangentError] | None = None
    ) -> None:
        """Note that a construct cannot be differentiated; the pass goes on to find others."""
        kind = kind or errors.UnsupportedSyntaxError
        self.refusals.append(kind(message, self.source.place(node), type(node).__name__))
