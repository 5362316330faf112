"""Shifts that cancel: `top` in `top + np.log(np.sum(np.exp(x - top)))`.

A shift by the greatest element keeps numbers in range and does not change the result. So the result
does not depend on the shift: its derivative is zero, though each of its uses has one, and it need
not be found by adding them up.

>>> from tangent_ad import grad
>>> def logsumexp(x: np.ndarray):
...     top = np.max(x)
...     return top + np.log(np.sum(np.exp(x - top)))
>>> print(grad(logsumexp).source, end="")
def dlogsumexpdx(x, by=1.0):
    # Forward pass
    top = np.max(x)
    exp = np.exp(x - top)
    # Backward pass
    return by / np.sum(exp) * exp

It is found by following a small change c of the shift from statement to statement. A value either
stays, or becomes v + a * c or v * exp(a * c), with an `a` that is one number for all elements and
that is known as a sum of products of variables. What ends anywhere but in values that stay is no
shift that cancels.
"""

from __future__ import annotations

import builtins
import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import gast
import numpy as np

from tangent_ad.analysis import calls, effects, facts, indexing, shapes
from tangent_ad.analysis.activity import Activity, writes_of
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees
from tangent_ad.syntax.fold import literal

REDUCED = frozenset((np.max, np.amax, np.min, np.amin, np.ndarray.max, np.ndarray.min))
EXTREMA = REDUCED | {np.maximum, np.minimum, np.fmax, np.fmin, builtins.max, builtins.min}
EXP = frozenset((np.exp, math.exp))
LOG = frozenset((np.log, math.log))
SUM = frozenset((np.sum, np.ndarray.sum))
MEAN = frozenset((np.mean, np.ndarray.mean))

TERM, FACTOR = "v + a * c", "v * exp(a * c)"

# `a`: the coefficients of products of variables, each a set of pairs of variable and exponent.
Amount = dict[frozenset[tuple[Hashable, int]], float]
ONE: frozenset = frozenset()
# Which elements of the shift move which elements of a value: pairs of an axis of the value and the
# axis of the shift along it, both counted from the last; along any other axis all elements move
# alike. For unknown ranks the shape of the shift, whose axes are then those of the value.
Along = frozenset[tuple[int, int]] | shapes.Of | shapes.Keep
NOWHERE: frozenset[tuple[int, int]] = frozenset()


class Move(NamedTuple):
    """What becomes of a value when the shift changes; that of a value which stays is None."""

    kind: str
    amount: Amount
    along: Along


class _Lost(Exception):
    """The change goes where it is not followed."""


def cancelling(unit: Unit, activity: Activity) -> frozenset[str]:
    """The variables of a function in core form that are shifts and do not change its result."""
    found: set[str] = set()
    written: Counter[str] | None = None
    for body in _blocks(unit.tree.body):
        for position, node in enumerate(body):
            name, along = _extremum(node, activity)
            if along is None:
                continue
            if written is None:
                written = _written(unit)
            follower = _Follower(unit, activity, written, name, along)
            if written[name] == 1 and follower.is_lost_in(body[position + 1 :]):
                found.add(name)
    return frozenset(found)


def _blocks(body: list[gast.stmt]) -> list[list[gast.stmt]]:
    found = [body]
    for node in trees.statements(body):
        found += [inner for _, inner in trees.blocks(node)]
    return found


def _extremum(node: gast.stmt, activity: Activity) -> tuple[str, Along | None]:
    """The name of a greatest or least element, and how it lies along what it is taken from."""
    if not isinstance(node, gast.Assign) or not isinstance(node.value, gast.Call):
        return "", None
    target = node.targets[0]
    if not isinstance(target, gast.Name) or target.id not in activity.active:
        return "", None
    bound = activity.facts.target(node.value)
    if not isinstance(bound, calls.Bound) or bound.operation.function not in EXTREMA:
        return "", None
    shape = activity.facts.of(target).shape
    if isinstance(shape, tuple):
        rank = len(shape)
        return target.id, frozenset((i - rank, i - rank) for i in range(rank) if shape[i] != 1)
    return target.id, shape if isinstance(shape, (shapes.Of, shapes.Keep)) else None


def _written(unit: Unit) -> Counter[str]:
    """How many statements write each variable or into it; one in a loop counts as more."""
    counts: Counter[str] = Counter()
    repeated = [n for node in trees.statements(unit.tree.body) if isinstance(node, trees.LOOPS)
                for n in (node, *trees.statements(node.body))]  # fmt: skip
    counts.update(_REPEATED + n for node in repeated for n in trees.writes(node))
    for node in trees.statements(unit.tree.body):
        inside = effects.mutated_root(node, unit.names)
        counts.update(trees.writes(node) | ({inside} if inside is not None else set()))
    return counts


_REPEATED = "in a loop: "


class _Follower:
    """Follows the change of one shift through the statements behind it."""

    def __init__(
        self, unit: Unit, activity: Activity, written: Counter[str], name: str, along: Along
    ) -> None:
        self.unit = unit
        self.activity = activity
        self.facts = activity.facts
        self.written = written
        self.moves = {name: Move(TERM, {ONE: 1.0}, along)}

    def is_lost_in(self, statements: Sequence[gast.stmt]) -> bool:
        """Whether the change is seen by these statements only, and by nothing behind them."""
        try:
            for node in statements:
                self.statement(node)
        except _Lost:
            return False
        followed = {id(node) for node in statements}
        everything = list(trees.statements(self.unit.tree.body))
        others = [node for node in everything if id(node) not in followed]
        if len(others) + len(statements) != len(everything):
            return False
        return not any(self._is_seen(e) for node in others for e in _read(node))

    def _is_seen(self, node: gast.expr) -> bool:
        if not trees.reads(node) & self.moves.keys():
            return False
        puts = isinstance(node, gast.Call) and writes_of(node, self.facts)  # `items.append(top)`
        return bool(puts) or self.activity.varies(node)

    def statement(self, node: gast.stmt) -> None:
        if isinstance(node, gast.Assign):
            target = node.targets[0]
            move = self.of(node.value)
            if move is None:
                return
            if not isinstance(target, gast.Name) or self.written[target.id] != 1:
                raise _Lost
            self.moves[target.id] = move
        elif any(self.of(expression) is not None for expression in trees.header(node)):
            raise _Lost

    # ---- expressions ------------------------------------------------------------------------

    def of(self, node: gast.expr) -> Move | None:
        if isinstance(node, gast.Name):
            return self.moves.get(node.id)
        if not self._is_seen(node):
            return None
        if isinstance(node, gast.Tuple):
            if any(self.of(part) is not None for part in node.elts):
                raise _Lost
            return None
        if isinstance(node, gast.BinOp):
            return self._arithmetic(node)
        if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub):
            move = self.of(node.operand)
            if move is None or move.kind == FACTOR:
                return move
            return Move(TERM, _times(move.amount, -1.0), move.along)
        if isinstance(node, gast.Subscript):
            return self._subscript(node)
        if isinstance(node, gast.Call):
            bound = self.facts.target(node)
            if isinstance(bound, calls.Bound) and not bound.unknown:
                return self._call(node, bound)
        raise _Lost

    def _arithmetic(self, node: gast.BinOp) -> Move | None:
        left, right = self.of(node.left), self.of(node.right)
        if left is right is None:
            return None
        if not all(self.facts.of(side).is_number for side in (node.left, node.right)):
            raise _Lost
        sign = -1 if isinstance(node.op, (gast.Sub, gast.Div)) else 1
        if isinstance(node.op, (gast.Add, gast.Sub)):
            if TERM in _kinds(left, right):
                return self._together(node, TERM, left, right, sign)
            return self._the_same(node, left, right)
        if isinstance(node.op, (gast.Mult, gast.Div)):
            if FACTOR in _kinds(left, right):
                return self._together(node, FACTOR, left, right, sign)
            if right is None and left is not None:
                return self._scaled(left, node.right, sign)
            if right is not None and left is None and sign == 1:
                return self._scaled(right, node.left, 1)
        if isinstance(node.op, gast.MatMult) and right is None and left is not None:
            return self._product(left, node.right)
        raise _Lost

    def _together(
        self, node: gast.expr, kind: str, left: Move | None, right: Move | None, sign: int
    ) -> Move | None:
        """The sum of terms, or the product of factors, of which some may stay."""
        moves = [move for move in (left, right) if move is not None]
        if any(move.kind != kind for move in moves) or len({move.along for move in moves}) > 1:
            raise _Lost
        amount = dict(left.amount) if left is not None else {}
        for product, value in (right.amount if right is not None else {}).items():
            amount[product] = amount.get(product, 0.0) + sign * value
        amount = {product: value for product, value in amount.items() if value}
        return self._placed(node, Move(kind, amount, moves[0].along)) if amount else None

    def _the_same(self, node: gast.expr, *moves: Move | None) -> Move | None:
        """Several values that move in one way, as the terms of a sum of exponentials."""
        first = moves[0]
        if first is None or any(move != first for move in moves):
            raise _Lost
        return self._placed(node, first)

    def _placed(self, node: gast.expr, move: Move) -> Move:
        """A move of the result of an elementwise operation."""
        if isinstance(move.along, frozenset):
            return move
        shape = self.facts.of(node).shape
        if shape == move.along or isinstance(move.along, shapes.Keep) and shape == move.along.of:
            return move
        raise _Lost

    def _scaled(self, move: Move, scale: gast.expr, exponent: int) -> Move:
        """A term that is multiplied or divided by a single number."""
        value = literal(scale)
        if value and abs(value) < 1e300:
            return Move(TERM, _times(move.amount, float(value) ** exponent), move.along)
        if not self.facts.of(scale).is_scalar:
            raise _Lost
        # What may have another value elsewhere is another variable each time.
        variable: Hashable = object()
        if isinstance(scale, gast.Name) and self._is_steady(scale.id):
            variable = scale.id
        return Move(TERM, _times(move.amount, 1.0, variable, exponent), move.along)

    def _is_steady(self, name: str) -> bool:
        is_parameter = any(p.id == name for p in trees.parameters(self.unit.tree.args))
        written = self.written[name] + is_parameter
        return written <= 1 and not self.written[_REPEATED + name]

    def _product(self, move: Move, right: gast.expr) -> Move:
        """`weights @ v`: the last axis of the one runs along the last but one of the other."""
        along = move.along
        if move.kind != FACTOR or not isinstance(along, frozenset):
            raise _Lost
        if self.facts.of(right).rank != 2 or any(axis == -1 for axis, _ in along):
            raise _Lost
        return move

    def _call(self, node: gast.Call, bound: calls.Bound) -> Move | None:
        function = bound.operation.function
        operands = [self.of(operand) for operand in bound.operands]
        if not any(operands):
            return None
        if function in SUM or function in MEAN:
            move = operands[0]
            if move is None or any(operands[1:]) or function in SUM and move.kind != FACTOR:
                raise _Lost
            return self._reduced(node, bound, move)
        if function is np.where and len(operands) == 3:
            chosen = [m for m, o in zip(operands[1:], bound.operands[1:], strict=True)
                      if m is not None or literal(o) != 0]  # fmt: skip
            if not chosen or len(chosen) == 1 and (chosen[0] is None or chosen[0].kind != FACTOR):
                raise _Lost
            return self._the_same(node, *chosen)
        if len(operands) != 1 or operands[0] is None:
            raise _Lost
        (move,) = operands
        for functions, before, after in ((EXP, TERM, FACTOR), (LOG, FACTOR, TERM)):
            if function in functions and move.kind == before:
                return self._placed(node, Move(after, move.amount, move.along))
        raise _Lost

    def _reduced(self, node: gast.Call, bound: calls.Bound, move: Move) -> Move:
        """A sum or mean along axes along which all elements move alike."""
        if move.along == NOWHERE:
            return move
        if not isinstance(move.along, frozenset):
            if self.facts.of(node).shape != move.along:
                raise _Lost
            return move
        fact = self.facts.of(bound.operands[0])
        keeps = bound.given.get("keepdims")
        kept = self.facts.of(keeps).value if keeps is not None else False
        axes = _axes(self.facts.of(bound.given["axis"]), fact.rank) if "axis" in bound.given else None
        if axes is None or not isinstance(kept, bool):
            raise _Lost
        if any(axis in axes for axis, _ in move.along):
            raise _Lost
        if kept:
            return move
        along = frozenset((axis + sum(a > axis for a in axes), at) for axis, at in move.along)
        return Move(move.kind, move.amount, along)

    def _subscript(self, node: gast.Subscript) -> Move | None:
        move = self.of(node.value)
        if move is None:
            return None
        base = self.facts.of(node.value)
        if not base.is_number or not isinstance(move.along, frozenset):
            raise _Lost
        if move.along == NOWHERE:
            return move
        if base.rank is None:
            raise _Lost
        moved = dict(move.along)
        left = [moved.get(axis) for axis in range(-base.rank, 0)]
        parts = indexing.parts(node.slice)
        kinds = [indexing.kind(part, self.facts.of) for part in parts]
        if not set(kinds) <= {indexing.INT, indexing.RANGE, indexing.NEWAXIS}:
            raise _Lost
        found: list[int | None] = []
        for part, kind in zip(parts, kinds, strict=True):
            if kind == indexing.NEWAXIS:
                found.append(None)
                continue
            axis = left.pop(0)
            if axis is not None and not _is_everything(part):
                raise _Lost
            if kind == indexing.RANGE:
                found.append(axis)
        found += left
        along = frozenset((i - len(found), axis) for i, axis in enumerate(found) if axis is not None)
        return Move(move.kind, move.amount, along)


def _read(node: gast.stmt) -> list[gast.expr]:
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
        return [node.value]
    return list(trees.header(node))


def _kinds(*moves: Move | None) -> set[str]:
    return {move.kind for move in moves if move is not None}


def _is_everything(part: gast.expr) -> bool:
    return isinstance(part, gast.Slice) and part.lower is part.upper is part.step is None


def _times(amount: Amount, number: float, variable: Hashable = None, exponent: int = 0) -> Amount:
    found: Amount = {}
    for product, value in amount.items():
        powers = dict(product)
        powers[variable] = powers.get(variable, 0) + exponent
        found[frozenset((v, e) for v, e in powers.items() if e)] = value * number
    return found


def _axes(axis: Fact, rank: int | None) -> set[int] | None:
    """The axes that an argument names, counted from the last; None where that is not known."""
    given = axis.items if axis.kind == facts.TUPLE else (axis,)
    found = {fact.value for fact in given or () if fact.is_constant and isinstance(fact.value, int)}
    if len(found) != len(given or ()) or rank is None and any(value >= 0 for value in found):
        return None
    return {value if value < 0 else value - int(rank or 0) for value in found}

