"""What rules are tested with: `sample=` of a rule makes a list of these out of a source of numbers.

    sample=lambda r: [call(r(3, 4)), call(r(3, 4), axis=1)]

`r(3, 4)` is an array of that shape, `r()` a Python float. Floats are differentiated where the rule has
a derivative for them; ints and tuples of ints stand in the source as literals, and again as variables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One use of an operation: a call, or a `text`, the body of a function of the keywords."""

    arguments: tuple = ()
    keywords: dict[str, Any] = field(default_factory=dict)
    text: str = ""


def call(*arguments: Any, **keywords: Any) -> Sample:
    """A call of the operation with these arguments."""
    return Sample(arguments, keywords)


def program(text: str, **values: Any) -> Sample:
    """The body of a function of these values that uses the operation and returns one number."""
    return Sample((), values, text)


def axes(r: Any) -> list[Sample]:
    """Every way of naming the axes of a reduction."""
    return [
        call(r(4)), call(r(2, 3)), call(r(2, 3), axis=0), call(r(2, 3), 1), call(r(2, 3), axis=-1),
        call(r(2, 3, 2), axis=(0, 2)), call(r(2, 3), keepdims=True), call(r(2, 3, 2), axis=1),
        call(r(2, 3), axis=1, keepdims=True), call(r(2, 3, 2), axis=(0, -1), keepdims=True),
        call(r(4), axis=0),
    ]  # fmt: skip


def scans(r: Any) -> list[Sample]:
    """Every way of naming the axis of a scan."""
    return [call(r(4)), call(r(2, 3)), call(r(2, 3), axis=0), call(r(2, 3), 1), call(r(4), -1)]
