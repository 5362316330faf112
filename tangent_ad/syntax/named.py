"""A display of a tuple whose elements have names: `Point(x, y)` of `namedtuple("Point", "x y")`.

To whoever does not ask it is the tuple `(x, y)`; only the text calls the class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast


class NamedTuple(gast.Tuple):
    """`cls` is the name of the class, `keys` are those of the elements."""

    _fields = ("cls", "elts", "ctx")
    cls: gast.Name
    keys: tuple[str, ...]

    def __init__(self, cls: gast.Name, keys: Sequence[str], elts: Sequence[gast.expr]) -> None:
        super().__init__()
        self.cls, self.keys, self.elts, self.ctx = cls, tuple(keys), list(elts), gast.Load()

    def as_call(self) -> gast.Call:
        return gast.Call(self.cls, self.elts, [])

    def items(self) -> dict[str, gast.expr]:
        return dict(zip(self.keys, self.elts, strict=True))


def as_call(node: Any) -> Any:
    return node.as_call() if isinstance(node, NamedTuple) else node
