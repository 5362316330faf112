"""The rows of the table, and the small programs that stand in each of them.

matching = row("match")

@matching
def by_length(x): ...

@matching.at((0.3,), (2.0,))       # at these arguments instead of AT, all of them differentiated
def by_range(x): ...

@matching.refused                  # no derivative can be told: an error with its place is right
def on_a_class_of_c(x): ...
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

AT = (np.array([1.5, 0.7, 2.2]),)


@dataclass(frozen=True)
class Program:
    row: str
    function: Callable
    points: tuple[tuple, ...] = (AT,)
    may_be_refused: bool = False

    @property
    def name(self) -> str:
        return self.function.__name__

    def __str__(self) -> str:
        return f"{self.function.__module__.rpartition('.')[2]}.{self.name}"


@dataclass
class Row:
    name: str
    programs: list[Program] = field(default_factory=list)

    def __call__(self, function: Callable) -> Callable:
        self.programs.append(Program(self.name, function))
        return function

    def refused(self, function: Callable) -> Callable:
        self.programs.append(Program(self.name, function, may_be_refused=True))
        return function

    def at(self, *points: Any) -> Callable[[Callable], Callable]:
        def add(function: Callable) -> Callable:
            self.programs.append(Program(self.name, function, points))
            return function

        return add


ROWS: dict[str, Row] = {}


def row(name: str) -> Row:
    return ROWS.setdefault(name, Row(name))


def all_rows() -> list[Row]:
    """The rows of all files in `rows`."""
    from . import rows

    for module in pkgutil.iter_modules(rows.__path__):
        importlib.import_module(f"{rows.__name__}.{module.name}")
    return list(ROWS.values())


def all_programs() -> list[Program]:
    return [program for each in all_rows() for program in each.programs]
