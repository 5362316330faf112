"""Facts of tensor contractions: np.tensordot and np.einsum."""

from __future__ import annotations

from typing import Any

from tangent_ad.analysis import facts, results
from tangent_ad.analysis.assumptions import SHOWN
from tangent_ad.analysis.facts import Fact, number
from tangent_ad.analysis.results import Ask, literal
from tangent_ad.runtime.einsum import adjoint_subscripts, parts_of
from tangent_ad.syntax.names import MISSING


def tensordot(ask: Ask, a: Fact, b: Fact, axes: Fact) -> Fact:
    dtype = facts.promote(a.dtype, b.dtype)
    along = literal(axes)
    if a.rank is None or b.rank is None or along is MISSING:
        return number(None, dtype, True)
    if isinstance(along, int):
        left, right = tuple(range(a.rank - along, a.rank)), tuple(range(along))
    else:
        left, right = ((x,) if isinstance(x, int) else tuple(x) for x in along)
        left, right = tuple(x % a.rank for x in left), tuple(x % b.rank for x in right)
    for one, other in zip(left, right, strict=True):
        ask.equal(a.shape[one], b.shape[other])
    shape = tuple(n for i, n in enumerate(a.shape) if i not in left)
    shape += tuple(n for i, n in enumerate(b.shape) if i not in right)
    return facts.array(shape, dtype)


def einsum(ask: Ask, subscripts: Fact, operands: Fact, **others: Fact) -> Fact:
    """The letters of the result have the lengths that they have in the operands."""
    items = operands.items or ()
    dtype = facts.promote(*(f.dtype for f in items)) if items else ""
    text = subscripts.value
    if not isinstance(text, str) or "." in text:
        return number(None, dtype)
    inputs, output = parts_of(text)
    lengths: dict[str, Any] = {}
    for letters, operand in zip(inputs, items, strict=True):
        ask.rank(operand.shape, len(letters), SHOWN)
        if operand.rank != len(letters):
            return number(None, dtype)
        for letter, length in zip(letters, operand.shape, strict=True):
            if lengths.setdefault(letter, length) != length and length != 1:
                ask.equal(lengths[letter], length)
                lengths[letter] = length if lengths[letter] == 1 else lengths[letter]
    shape = tuple(lengths[c] for c in output)
    return number(shape, dtype, results.flag_of(shape))


def is_einsum(subscripts: Any, position: int) -> bool:
    """Whether the adjoint of an operand is an einsum, up to stretched lengths of 1."""
    text = subscripts.value
    return isinstance(text, str) and adjoint_subscripts(text, position) is not None


def is_unstretched(subscripts: Any, operands: Any, position: int) -> bool:
    """Whether an operand of np.einsum has for each letter the length that the others have."""
    inputs, _ = parts_of(subscripts.value)
    items, ask = operands.fact.items, operands.facts.ask
    if any(f.rank != len(s) for s, f in zip(inputs, items, strict=True)):
        return False
    own = dict(zip(inputs[position], items[position].shape, strict=True))
    return all(
        length == own[letter] or ask.same(length, own[letter])
        for letters, operand in zip(inputs, items, strict=True)
        for letter, length in zip(letters, operand.shape, strict=True)
        if letter in own
    )
