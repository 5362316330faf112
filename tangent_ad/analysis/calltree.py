"""What a unit may ask about the functions that it calls."""

from __future__ import annotations

from typing import Any, Protocol

import gast

from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.unit import Unit


class Callees(Protocol):
    """Who knows the functions that a unit calls."""

    def result(self, function: Any, node: gast.Call, arguments: Any) -> Fact: ...

    def parameters(self, function: Any) -> gast.arguments | None: ...

    def returned(self, function: Any) -> set[str] | None: ...

    def repeats(self, function: Any) -> bool: ...

    def changes(self, function: Any) -> set[str]: ...

    def given_to_change(self, function: Any, node: gast.Call) -> list[tuple[str, gast.expr]]: ...

    def body_of(self, function: Any, node: gast.Call, known: Any) -> Unit | None: ...

    def default_of(self, function: Any, parameter: str) -> Any: ...

    def behind(self, function: Any) -> Any: ...
