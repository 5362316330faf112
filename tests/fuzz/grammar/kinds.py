"""What the generator knows of a value: its kind, its range, and whether a derivative flows."""

from __future__ import annotations

from typing import Any, NamedTuple


class Kind(NamedTuple):
    """`items` holds the kinds of a container's items; `keys` the keys of a dict."""

    tag: str
    shape: tuple[int, ...] = ()
    items: tuple[Any, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def is_array(self) -> bool:
        return self.tag in ("vector", "matrix")

    @property
    def is_number(self) -> bool:
        return self.tag in ("scalar", "vector", "matrix")


SCALAR = Kind("scalar")
INT = Kind("int")
FLAG = Kind("flag")
FUNCTION = Kind("function")


def vec(n: int) -> Kind:
    return Kind("vector", (n,))


def mat(n: int, m: int) -> Kind:
    return Kind("matrix", (n, m))


def of_shape(shape: tuple[int, ...]) -> Kind:
    return Kind(("scalar", "vector", "matrix")[len(shape)], shape)


def list_of(item: Kind, length: int) -> Kind:
    """A list whose items all have one kind; its length is known while it is written."""
    return Kind("list", (length,), (item,) * length)


def tuple_of(*items: Kind) -> Kind:
    return Kind("tuple", (len(items),), items)


def dict_of(keys: tuple[str, ...], items: tuple[Kind, ...]) -> Kind:
    return Kind("dict", (len(items),), items, keys)


class Expr(NamedTuple):
    """Text of an expression, a range that holds its values, and whether it varies with an input.

    The text is not parenthesised: whoever composes puts parentheses around every part, and the
    finished module is printed again from its tree, which drops those that nobody needs.
    `base` names the variables whose memory the value may share.
    """

    text: str
    lo: float
    hi: float
    active: bool
    base: tuple[str, ...] = ()

    def within(self, lo: float, hi: float) -> bool:
        return lo <= self.lo and self.hi <= hi


class Var(NamedTuple):
    """A variable in scope.

    frozen: it is, or may share memory with, something that must not be written in place.
    group: variables of one group may share memory.
    fixed: it must not be assigned (a loop counter, a function).
    used: it has been read since it was assigned.
    """

    name: str
    kind: Kind
    lo: float
    hi: float
    active: bool = False
    frozen: bool = False
    group: int = 0
    fixed: bool = False
    used: bool = False

    @property
    def expr(self) -> Expr:
        base = () if self.kind.tag in ("scalar", "int", "flag") else (self.name,)
        return Expr(self.name, self.lo, self.hi, self.active, base)


def hull(one: Var, other: Var) -> Var:
    """Describe what holds of a variable that is `one` or `other`."""
    return one._replace(
        lo=min(one.lo, other.lo),
        hi=max(one.hi, other.hi),
        active=one.active or other.active,
        frozen=one.frozen or other.frozen,
        used=one.used and other.used,
    )


def add(a: Expr, b: Expr) -> tuple[float, float]:
    return a.lo + b.lo, a.hi + b.hi


def subtract(a: Expr, b: Expr) -> tuple[float, float]:
    return a.lo - b.hi, a.hi - b.lo


def multiply(a: Expr, b: Expr) -> tuple[float, float]:
    corners = (a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi)
    return min(corners), max(corners)


def divide(a: Expr, b: Expr) -> tuple[float, float]:
    """Bound a quotient; `b` must keep away from zero."""
    return multiply(a, Expr("", 1.0 / b.hi, 1.0 / b.lo, False))
