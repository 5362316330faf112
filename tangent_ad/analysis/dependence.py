"""Whether a write to an array can hit an element that was read before it.

    for t in range(n):
        h[t + 1] = g(h[t])          # reads t before t + 1 is written; never written again

Indices are compared where they are a loop variable plus a literal, the loop counts up by ranges
whose start is known not to go below zero; everything else may hit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import gast

from tangent_ad.analysis import indexing
from tangent_ad.syntax import trees


@dataclass(frozen=True, eq=False, repr=False)
class Access:
    """A read or write of (a part of) a variable at a position of the program.

    `index` are the parts of the first subscript, None for the whole; `position` the number of
    the statement in program order; `loops` the loops around it, outermost first; `arms` the
    branches taken to get there.
    """

    name: str
    index: tuple[gast.expr, ...] | None
    position: int
    loops: tuple[int, ...]
    arms: tuple[tuple[int, int], ...] = ()


class ByElement:
    """Accesses of statements by variable and, where the first index is a literal, by element."""

    def __init__(self) -> None:
        self.found: dict[str, dict[int | None, list[tuple[Access, gast.stmt]]]] = {}

    def add(self, access: Access, node: gast.stmt) -> None:
        elements = self.found.setdefault(access.name, {})
        elements.setdefault(_element(access), []).append((access, node))

    def __iter__(self) -> Iterator[tuple[Access, gast.stmt]]:
        return itertools.chain(*map(self.of, self.found))

    def of(self, name: str) -> Iterator[tuple[Access, gast.stmt]]:
        return itertools.chain(*self.found.get(name, {}).values())

    def near(self, access: Access) -> Iterator[tuple[Access, gast.stmt]]:
        """The accesses of the same variable, less those of other elements."""
        at = _element(access)
        for other, found in self.found.get(access.name, {}).items():
            if at is None or other is None or at == other or (at >= 0) != (other >= 0):
                yield from found


def _element(access: Access) -> int | None:
    return indexing.literal_int(access.index[0]) if access.index else None


class Counter(NamedTuple):
    """A loop over a range: its variable, its step and a bound below its values."""

    variable: str
    step: int
    lowest: int | None


def may_overwrite(
    write: Access, read: Access, counters: dict[int, Counter], born: tuple[int, ...] = ()
) -> bool:
    """Whether the write may run after the read and touch what it read.

    `born` are the loops around the birth of the variable: those make a new one each time.
    """
    if write.name != read.name:
        return False
    common = shared_loops(write.loops, read.loops)
    common = common[len(shared_loops(common, born)) :]
    later = write.position > read.position and not _exclusive(write.arms, read.arms)
    if not common and not later:
        return False
    if write.index is None or read.index is None:
        return True
    pairs = list(zip(by_axis(write.index, counters), by_axis(read.index, counters), strict=False))
    if any(_differ(*pair) for pair in pairs):
        return False
    for left, right in pairs:
        if _beyond(write, left, right, counters) or _beyond(read, right, left, counters):
            return False
    # From the outermost loop inwards: an index that names the counter of a loop may tell the
    # passes apart, or force them to be the same; then the next loop counts within that pass.
    for loop in common:
        distance = _distance(pairs, counters.get(loop))
        if distance is None:
            return True
        if distance:
            return distance > 0
    return later


def by_axis(index: tuple[gast.expr, ...], counters: dict[int, Counter]) -> tuple[gast.expr, ...]:
    """The parts of an index up to the first that may not stand for one axis, as `...` does, or a
    mask."""
    variables = {None} | {counter.variable for counter in counters.values()}
    for at, part in enumerate(index):
        counted = affine(part)
        if not isinstance(part, gast.Slice) and (counted is None or counted[0] not in variables):
            return index[:at]
    return index


def shared_loops(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    """The loops around both of two places, outermost first."""
    if not left or not right:
        return ()
    shared = []
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        shared.append(one)
    return tuple(shared)


def _exclusive(left: Sequence[tuple[int, int]], right: Sequence[tuple[int, int]]) -> bool:
    """Whether two statements stand in different arms of one branch."""
    taken = dict(left)
    return any(branch in taken and taken[branch] != arm for branch, arm in right)


def _differ(left: gast.expr, right: gast.expr) -> bool:
    """Whether two literal indices select different elements of any array."""
    one, other = indexing.literal_int(left), indexing.literal_int(right)
    if one is None or other is None:
        return False
    return one != other and (one >= 0) == (other >= 0)


def _beyond(
    access: Access, index: gast.expr, other: gast.expr, counters: dict[int, Counter]
) -> bool:
    """Whether an index counts through places behind a literal one."""
    literal, counted = indexing.literal_int(other), affine(index)
    if literal is None or literal < 0 or counted is None:
        return False
    found = [counters[loop] for loop in access.loops if loop in counters]
    lowest = [c.lowest for c in found if c.variable == counted[0]]
    return len(lowest) == 1 and lowest[0] is not None and lowest[0] + counted[1] > literal


def _distance(pairs: Sequence[tuple[gast.expr, gast.expr]], counter: Counter | None) -> int | None:
    """By how many passes of a loop a write follows the read of the same element.

    Negative: never. Zero: both in one pass. None: unknown.
    """
    if counter is None or counter.lowest is None:
        return None
    for write, read in pairs:
        left, right = affine(write), affine(read)
        if left is None or right is None:
            continue
        if left[0] != counter.variable or right[0] != counter.variable:
            continue
        if counter.lowest + min(left[1], right[1]) < 0:
            continue
        passes, rest = divmod(right[1] - left[1], counter.step)
        return passes if rest == 0 else -1
    return None


def affine(node: gast.expr) -> tuple[str | None, int] | None:
    """An index as a variable plus a literal."""
    value = indexing.literal_int(node)
    if value is not None:
        return None, value
    if isinstance(node, gast.Name):
        return node.id, 0
    if isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Add, gast.Sub)):
        left, right = node.left, node.right
        offset = indexing.literal_int(right)
        if offset is not None and isinstance(left, gast.Name):
            return left.id, offset if isinstance(node.op, gast.Add) else -offset
        offset = indexing.literal_int(left)
        if offset is not None and isinstance(right, gast.Name) and isinstance(node.op, gast.Add):
            return right.id, offset
    return None


def counter_of(node: gast.For) -> Counter | None:
    """The counter of a loop over a range with literal step, if that is what the loop is."""
    if not isinstance(node.target, gast.Name):
        return None
    iterable, backwards = node.iter, False
    if _calls(iterable, "reversed") and iterable.args and _calls(iterable.args[0], "range"):
        iterable, backwards = iterable.args[0], True
    if not _calls(iterable, "range") or iterable.keywords:
        return None
    args = iterable.args
    start = trees.constant(0) if len(args) == 1 else args[0]
    step = indexing.literal_int(args[2]) if len(args) == 3 else 1
    if not step:
        return None
    low = indexing.literal_int(start)
    if step < 0:
        stop = indexing.literal_int(args[1])
        low = None if stop is None else stop + 1
    return Counter(node.target.id, -step if backwards else step, low)


def _calls(node: gast.expr, name: str) -> bool:
    return isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == name
