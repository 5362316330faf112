"""Arguments that are read by literal keys only, taken apart into variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.facts import Fact
from tangent_ad.syntax import trees

OBJECT = facts.OBJECT


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """An argument, or a part of one, and the variables that its parts became.

    `path` is the text that reads it, `kind` "dict", "tuple", "list" or "object", `keys` all its
    keys as far as they are known, in order.
    """

    path: str
    kind: str
    keys: tuple[Any, ...]
    leaves: dict[Any, str] = field(default_factory=dict, hash=False)
    cls: type = SimpleNamespace  # of the gradient, where the argument is an object
    inner: dict[Any, Record] = field(default_factory=dict, hash=False)

    def paths(self) -> Iterator[str]:
        """The texts that read the parts, those of parts that are taken apart themselves too."""
        for key in self.keys:
            if key in self.inner:
                yield from self.inner[key].paths()
            else:
                yield path_of(self.path, key, self.kind)

    def parts(self) -> Iterator[tuple[str, str]]:
        """The variables that the parts became, and the texts that read these."""
        for key, variable in self.leaves.items():
            yield variable, path_of(self.path, key, self.kind)
        for record in self.inner.values():
            yield from record.parts()

    def variables(self) -> Iterator[str]:
        yield from self.leaves.values()
        for part in self.inner.values():
            yield from part.variables()


def path_of(path: str, key: Any, kind: str = "") -> str:
    return f"{path}.{key}" if kind == OBJECT else f"{path}[{key!r}]"


def fact_of(record: Record, part: Any) -> Fact:
    """The fact of a record from those of its parts; `part(path)` gives them."""
    items = tuple(
        (key, fact_of(record.inner[key], part) if key in record.inner
         else part(path_of(record.path, key, record.kind)))
        for key in record.keys
    )  # fmt: skip
    if record.kind in (facts.DICT, OBJECT):
        return Fact(record.kind, items=items)
    return facts.sequence(record.kind, tuple(f for _, f in items))


def display(record: Record, gradient: Any, bind: Any) -> gast.expr:
    """The gradient with respect to a record; `gradient(variable, path)` gives that of a part,
    where the variable is None for a part that is never read. `bind` names an object."""
    values = [
        display(record.inner[key], gradient, bind)
        if key in record.inner
        else gradient(record.leaves.get(key), path_of(record.path, key, record.kind))
        for key in record.keys
    ]
    if record.kind == OBJECT:
        cls = trees.name(bind(record.cls, record.cls.__name__))
        found = dict(zip(record.keys, values, strict=True))
        fields = getattr(record.cls, "_fields", record.keys)
        return trees.call(cls, **{key: found.get(key, trees.constant(None)) for key in fields})
    if record.kind == facts.DICT:
        return gast.Dict([trees.constant(k) for k in record.keys], values)
    if record.kind == facts.LIST:
        return gast.List(values, trees.LOAD)
    return trees.pack(values)
