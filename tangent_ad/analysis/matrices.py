"""Facts of the results of linear algebra."""

from __future__ import annotations

from tangent_ad.analysis import facts, results, shapes
from tangent_ad.analysis.assumptions import PRODUCT, SHOWN
from tangent_ad.analysis.facts import Fact, number


def norm(ask: results.Ask, x: Fact, ord: Fact, axis: Fact, **others: Fact) -> Fact:  # noqa: A002
    if ord.is_number and axis.kind == facts.NONE:
        ask.rank(x.shape, 1, SHOWN)
    return results.spread(ask, x, axis, keepdims=others["keepdims"])


def square(ask: results.Ask, a: Fact, **others: Fact) -> Fact:
    """Operations on a square matrix that give one."""
    ask.rank(a.shape, 2, SHOWN)
    known = isinstance(a.shape, tuple) and len(a.shape) >= 2
    shape = (*a.shape[:-1], a.shape[-2]) if known else a.shape
    return number(shape, results.floating(a.dtype), True)


def of_matrix(ask: results.Ask, a: Fact, **others: Fact) -> Fact:
    """One number for a matrix, such as its determinant."""
    ask.rank(a.shape, 2, SHOWN)
    shape = a.shape[:-2] if isinstance(a.shape, tuple) and len(a.shape) >= 2 else None
    return number(shape, results.floating(a.dtype), results.flag_of(shape))


def eigenvalues(ask: results.Ask, a: Fact, **others: Fact) -> Fact:
    ask.rank(a.shape, 2, SHOWN)
    shape = a.shape[:-1] if isinstance(a.shape, tuple) and len(a.shape) >= 2 else None
    return facts.array(shape, "float")


def eigensystem(ask: results.Ask, a: Fact, **others: Fact) -> Fact:
    parts = (eigenvalues(ask, a), square(ask, a))
    return facts.sequence(facts.TUPLE, parts)


def sign_and_logarithm(ask: results.Ask, a: Fact, **others: Fact) -> Fact:
    part = of_matrix(ask, a)
    dtype = "float" if part.dtype == "complex" else part.dtype
    return facts.sequence(facts.TUPLE, (part, part._replace(dtype=dtype)))


def solved(ask: results.Ask, a: Fact, b: Fact, **others: Fact) -> Fact:
    ask.rank(a.shape, 2, SHOWN)
    if b.rank is None:
        ask.rank(b.shape, 1, PRODUCT)
    dtype = results.floating(facts.promote(a.dtype, b.dtype))
    if a.rank == 2:
        return facts.array(b.shape, dtype)
    if a.rank is None or not b.rank:
        return facts.array(None, dtype)
    if b.rank == 1:
        return facts.array(a.shape[:-1], dtype)
    lead = shapes.broadcast(a.shape[:-2], b.shape[:-2], ask)
    return facts.array((*lead, *b.shape[-2:]) if isinstance(lead, tuple) else None, dtype)
