"""Where producers are declared: each has a feature, a weight, and a function that may decline.

    @statement("augment_name", 2.0)
    def augment_name(draft):            # returns whether it wrote something
    @scalar("math_functions")
    def math_function(draft, depth):    # returns an Expr, or None

Expressions ask for statements (a call needs a callee) and statements for expressions; the tables
keep the files of the grammar from importing each other in a circle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

Make = TypeVar("Make", bound=Callable[..., Any])


class Producer(NamedTuple):
    feature: str
    weight: float
    make: Callable[..., Any]


STATEMENTS: list[Producer] = []
SCALARS: list[Producer] = []
VECTORS: list[Producer] = []
MATRICES: list[Producer] = []
_EXTRA: set[str] = set()


class _Declaration:
    """A decorator for the producers of one table."""

    def __init__(self, table: list[Producer]):
        self.table = table

    def __call__(self, feature: str, weight: float = 1.0) -> Callable[[Make], Make]:
        def register(make: Make) -> Make:
            self.table.append(Producer(feature, weight, make))
            return make

        return register


statement = _Declaration(STATEMENTS)
scalar = _Declaration(SCALARS)
vector = _Declaration(VECTORS)
matrix = _Declaration(MATRICES)


def extra(*features: str) -> None:
    """Declare features that no producer of their own stands for."""
    _EXTRA.update(features)


def all_features() -> frozenset[str]:
    tables = (STATEMENTS, SCALARS, VECTORS, MATRICES)
    return frozenset(_EXTRA.union(*({made.feature for made in table} for table in tables)))
