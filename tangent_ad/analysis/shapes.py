"""The algebra of array shapes as far as the source of a program tells them.

A shape is a tuple of lengths where the rank is known, or one of the symbolic terms below. Equal
terms mean equal shapes at run time; unequal terms mean nothing. A length is an int or a pair
`(base, offset)`: `(("size", x, 0), -1)` is one less than the length of axis 0 of x.

>>> n = (("size", "x", 0), 0)
>>> broadcast((n, 3), (3,))
((('size', 'x', 0), 0), 3)
>>> broadcast(Of("x"), Keep(Of("x"), (1,)))
Of(token='x')
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Protocol, TypeAlias

Length: TypeAlias = "int | tuple[Hashable, int]"


class _Term:
    """A symbolic shape, equal to one of its kind with equal parts; it does not change. (Dataclasses
    take ten times as long to define, which is felt in the import.)"""

    __slots__ = ("parts",)
    parts: Any

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Term) or type(self) is not type(other):
            return False
        return self.parts == other.parts

    def __hash__(self) -> int:
        return hash((type(self), self.parts))

    def __repr__(self) -> str:
        names = self.__init__.__code__.co_varnames[1:]  # type: ignore[misc]
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in names)})"


class Of(_Term):
    """The shape of one value about which nothing else is known."""

    __slots__ = ("token",)

    def __init__(self, token: Hashable) -> None:
        self.token = self.parts = token


class Keep(_Term):
    """A shape reduced along some axes that stay with length one (`keepdims=True`)."""

    __slots__ = ("axes", "of")

    def __init__(self, of: Any, axes: Hashable) -> None:
        self.of, self.axes = self.parts = of, axes


class Broadcast(_Term):
    """What NumPy broadcasting makes of several shapes."""

    __slots__ = ()

    def __init__(self, parts: frozenset) -> None:
        self.parts = parts


class Perhaps(_Term):
    """This shape, or that of a scalar while the value still is the constant it started with."""

    __slots__ = ("of",)

    def __init__(self, of: Any) -> None:
        self.of = self.parts = of


class Derived(_Term):
    """The shape that some operation makes of a shape: a row, a transpose, a slice."""

    __slots__ = ("detail", "of", "operation")

    def __init__(self, operation: str, of: Any, detail: Hashable = None) -> None:
        self.operation, self.of, self.detail = self.parts = operation, of, detail


Shape: TypeAlias = "tuple[Length, ...] | Of | Keep | Broadcast | Perhaps | Derived | None"

SCALAR: tuple[()] = ()


class Asker(Protocol):
    """Whom shape functions ask for what the source does not tell (see `assumptions`)."""

    def equal(self, left: Length, right: Length) -> bool: ...

    def rank(self, shape: Shape, rank: int, weight: int = 1) -> None: ...

    def alike(self, left: Shape, right: Shape) -> bool: ...


class _NoAsker:
    def equal(self, left: Length, right: Length) -> bool:
        return False

    def rank(self, shape: Shape, rank: int, weight: int = 1) -> None:
        return None

    def alike(self, left: Shape, right: Shape) -> bool:
        return False


SILENT: Asker = _NoAsker()


def rank(shape: Shape) -> int | None:
    return len(shape) if isinstance(shape, tuple) else None


def plus(length: Length | None, offset: int) -> Length | None:
    if length is None:
        return None
    if isinstance(length, int):
        return length + offset
    return (length[0], length[1] + offset)


def broadcast(left: Shape, right: Shape, ask: Asker = SILENT) -> Shape:
    """The shape of an elementwise operation on two operands."""
    if left == right:
        return left
    if left == SCALAR:
        return right
    if right == SCALAR:
        return left
    if left is None or right is None:
        return None
    if isinstance(left, tuple) and isinstance(right, tuple):
        return _broadcast_lengths(left, right, ask)
    for one, other in ((left, right), (right, left)):
        if absorbs(one, other):
            return one
    if isinstance(left, Perhaps) or isinstance(right, Perhaps):
        return None
    for one, other in ((left, right), (right, left)):
        if isinstance(one, tuple) and not isinstance(other, tuple):
            guess_rank(one, other, ask)
    if isinstance(left, Of) and isinstance(right, Of) and ask.alike(left, right):
        return left
    return _union(left, right)


def guess_rank(known: tuple, unknown: Shape, ask: Asker) -> None:
    """Beside an array of known rank stands most often one of the same rank. A new axis that is not
    the last, as in `x[:, None, :] - means`, is there for an axis of the other."""
    if 1 in known[:-1]:
        ask.rank(unknown, len(known) - known.index(1), 1)
    ask.rank(unknown, len(known), 0)


def _broadcast_lengths(left: tuple, right: tuple, ask: Asker) -> Shape:
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    lead = len(longer) - len(shorter)
    result = list(longer[:lead])
    for one, other in zip(longer[lead:], shorter, strict=True):
        if one == other or other == 1:
            result.append(one)
        elif one == 1:
            result.append(other)
        elif isinstance(one, int) and isinstance(other, int):
            return None
        elif ask.equal(one, other):
            result.append(one if isinstance(one, int) or not isinstance(other, int) else other)
        elif isinstance(one, int) or isinstance(other, int):
            result.append(one if isinstance(one, int) else other)
        else:
            result.append((("wider", frozenset((one, other))), 0))
    return tuple(result)


def absorbs(whole: Shape, part: Shape) -> bool:
    """Whether broadcasting a part against the whole gives the whole, whatever the lengths."""
    if whole == part or part == SCALAR:
        return True
    if isinstance(part, Keep):
        return absorbs(whole, part.of) and not isinstance(part.of, tuple)
    if isinstance(part, Perhaps):
        return absorbs(whole, part.of)
    if isinstance(whole, Broadcast):
        return part in whole.parts or (
            isinstance(part, Broadcast) and part.parts <= whole.parts
        )
    if isinstance(whole, Perhaps) or whole is None or part is None:
        return False
    if isinstance(whole, tuple) and isinstance(part, tuple) and len(part) <= len(whole):
        lead = len(whole) - len(part)
        return all(p in (w, 1) for w, p in zip(whole[lead:], part, strict=True))
    return False


def _union(left: Shape, right: Shape) -> Shape:
    parts: set = set()
    for shape in (left, right):
        parts |= shape.parts if isinstance(shape, Broadcast) else {shape}
    kept = {p for p in parts if not any(p != q and absorbs(q, p) for q in parts)}
    return Broadcast(frozenset(kept)) if len(kept) > 1 else next(iter(kept))


def join(left: Shape, right: Shape, left_constant: bool = False) -> Shape:
    """The shape of a variable that holds one or the other; None when they differ."""
    if left == right:
        return left
    if left_constant and left == SCALAR:
        return right if isinstance(right, Perhaps) else right and Perhaps(right)
    if isinstance(left, Perhaps) and left.of == right:
        return left
    if isinstance(right, Perhaps) and right.of == left:
        return right
    if isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right):
        return join_lengths(left, right)
    return None


NEW_AXIS = ("literal", "None")  # in the details of an index
SOME = "some"  # the base of a length of which nothing is known
ELEMENT = "element"  # that of a length which differs from element to element of a container


def free() -> Length:
    """A length that only the run can tell; equal to no other."""
    return ((SOME, object()), 0)


def join_lengths(left: tuple, right: tuple) -> tuple:
    """Two shapes of one rank: what differs is a length of which nothing is known."""
    return tuple(
        one if one == other else ((SOME, axis), 0)
        for axis, (one, other) in enumerate(zip(left, right, strict=True))
    )


def of_element(number: Hashable) -> Length:
    """A length in the elements of containers; those of one number are equal at each position."""
    return ((ELEMENT, number), 0)


def named(shape: Shape, token: Hashable, whole: Hashable = None) -> Shape:
    """The shape of one value: lengths of which nothing is known become lengths of this value, and
    those of an element lengths of the whole element that it is a part of."""
    if not isinstance(shape, tuple):
        return shape
    sizes: dict = {SOME: lambda axis, base: ("size", token, axis),
                   ELEMENT: lambda axis, base: ("size", whole or token, base)}  # fmt: skip
    return tuple(
        (sizes[n[0][0]](axis, n[0]), n[1])
        if not isinstance(n, int) and isinstance(n[0], tuple) and n[0][0] in sizes
        else n
        for axis, n in enumerate(shape)
    )


def common(shape: Shape) -> Shape:
    """The shape of something made of all elements of a container, from that of one."""
    if not isinstance(shape, tuple):
        return shape
    return tuple(
        ((SOME, axis), 0) if not isinstance(n, int) and n[0][0] == ELEMENT else n
        for axis, n in enumerate(shape)
    )


def forget(shape: Shape, names: set[str], token: Hashable) -> Shape:
    """The shape of a value, which a token stands for, without the lengths that depend on names."""
    if not isinstance(shape, tuple):
        return Of(token)
    return tuple(
        (("size", token, axis), 0) if mentions(n, names) else n for axis, n in enumerate(shape)
    )


def row(shape: Shape) -> Shape:
    """The shape of `x[i]`."""
    if isinstance(shape, tuple):
        return shape[1:] if shape else None
    if isinstance(shape, Derived) and shape.operation == "slice":
        return row(shape.of)
    return None if shape is None else Derived("row", shape)


def new_axes(shape: Shape) -> int:
    """How many axes of length one an index put into a shape of unknown rank: 1 for `x[:, None]`."""
    if isinstance(shape, Broadcast):
        return min(map(new_axes, shape.parts))
    if isinstance(shape, Derived) and isinstance(shape.detail, tuple):
        return sum(part == NEW_AXIS for part in shape.detail)
    return 0


def is_row(shape: Shape) -> bool:
    """Whether a shape of unknown rank is that of a row of something, or of several together."""
    if isinstance(shape, Broadcast):
        return all(map(is_row, shape.parts))
    return isinstance(shape, Derived) and shape.operation == "row"


def reduced(shape: Shape, axis: Any, keepdims: bool) -> Shape:
    """The shape of `np.sum(x, axis, keepdims=...)`; axis None, an int or a tuple of ints."""
    if axis is None:
        if not keepdims:
            return SCALAR
        return (1,) * len(shape) if isinstance(shape, tuple) else _kept(shape, None)
    axes = axis if isinstance(axis, tuple) else (axis,)
    if isinstance(shape, tuple):
        if any(not -len(shape) <= a < len(shape) for a in axes):
            return None
        axes = tuple(a % len(shape) for a in axes)
        if keepdims:
            return tuple(1 if i in axes else n for i, n in enumerate(shape))
        return tuple(n for i, n in enumerate(shape) if i not in axes)
    if shape is None:
        return None
    return _kept(shape, axes) if keepdims else Derived("reduced", shape, axes)


def _kept(shape: Shape, axes: Hashable) -> Shape:
    return None if shape is None else Keep(shape, axes)


def transposed(shape: Shape) -> Shape:
    if isinstance(shape, tuple):
        return shape[::-1]
    if isinstance(shape, Derived) and shape.operation == "transpose":
        return shape.of
    return None if shape is None else Derived("transpose", shape)


def mentions(shape: Any, names: set[str]) -> bool:
    """Whether a term depends on the value of one of the names."""
    if isinstance(shape, (tuple, frozenset)):
        return any(mentions(part, names) for part in shape)
    if isinstance(shape, Of):
        return mentions(shape.token, names)
    if isinstance(shape, Keep):
        return mentions(shape.of, names)
    if isinstance(shape, Broadcast):
        return mentions(shape.parts, names)
    if isinstance(shape, Perhaps):
        return mentions(shape.of, names)
    if isinstance(shape, Derived):
        return mentions(shape.of, names) or mentions(shape.detail, names)
    return isinstance(shape, str) and shape in names
