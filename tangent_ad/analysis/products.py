"""Facts of products of vectors and matrices, and what a product shows of its operands.

Where the rank of an operand is not known, the way it is written and called tells what it most
likely is: `x @ x` is one number, `W @ x` a vector, `x @ W` a matrix with a row for each sample.
"""

from __future__ import annotations

from tangent_ad.analysis import facts, shapes
from tangent_ad.analysis.assumptions import BESIDE, LIKELY, PRODUCT, SHOWN
from tangent_ad.analysis.facts import Fact, number
from tangent_ad.analysis.results import Ask

GREEK = frozenset(("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa",
                   "lamda", "mu", "nu", "xi", "rho", "sigma", "tau", "phi", "chi", "psi",
                   "omega"))  # fmt: skip


def product(ask: Ask, a: Fact, b: Fact, **others: Fact) -> Fact:
    """`a @ b` and `np.dot(a, b)`."""
    dtype = facts.promote(a.dtype, b.dtype)
    if a.rank is None or b.rank is None:
        for one, other in ((a, b), (b, a)):
            if one.rank is None:
                likely = 2 if other.rank in (None, 1, 2) else other.rank
                # `x @ x`
                is_square = a.shape == b.shape and not _is_named_like_a_matrix(a.shape, ask)
                if is_square or shapes.is_row(one.shape) or _is_like_a_vector(one, a, b, ask):
                    likely = 1
                weight = PRODUCT if is_square or other.rank is not None else LIKELY
                if one is a and likely == 2 and not _parameter(a.shape, ask):
                    weight = BESIDE  # `x @ W` with an x that the program worked out
                ask.rank(one.shape, likely, weight)
        return number(_with_unknown(a, b), dtype)
    if 0 in (a.rank, b.rank):
        return facts.elementwise((a, b), ask)
    if a.rank > 2 or b.rank > 2:
        return number(None, dtype, True)
    ask.equal(a.shape[-1], b.shape[0])
    shape = (*a.shape[:-1], *b.shape[1:])
    return number(shape, dtype, shape != ())


def _with_unknown(a: Fact, b: Fact) -> shapes.Shape:
    """The shape of a product with a vector or a matrix, where the rank of the other is not known."""
    unknown, known = (a, b) if a.rank is None else (b, a)
    if known.rank not in (1, 2) or unknown.shape is None or not unknown.is_number:
        return None
    operation = "contracted" if known.rank == 1 else "multiplied"
    return shapes.Derived(operation, unknown.shape, (known.shape, unknown is a))


def _is_like_a_vector(one: Fact, a: Fact, b: Fact, ask: Ask) -> bool:
    """Whether an operand of `a @ b` is called as a vector is: the w of `x @ w`, not the W of
    `x @ W`. On the left it is more often than not a matrix of data, as that x."""
    if not _is_named_like_a_vector(one.shape, ask):
        return False
    if one is b:
        return a.rank != 1
    is_matrix = b.rank not in (None, 1) or _is_named_like_a_matrix(b.shape, ask)
    return _parameter(a.shape, ask) in ask.active and not is_matrix


def _is_named_like_a_vector(shape: shapes.Shape, ask: Ask) -> bool:
    """Whether a parameter has one small letter for a name, or a Greek one."""
    name = _parameter(shape, ask)
    return len(name) == 1 and name.islower() or name in GREEK


def _is_named_like_a_matrix(shape: shapes.Shape, ask: Ask) -> bool:
    return _parameter(shape, ask)[:1].isupper()


def _parameter(shape: shapes.Shape, ask: Ask) -> str:
    """The parameter that a shape is that of, or was that of when a loop began."""
    token = shape.token if isinstance(shape, shapes.Of) else None
    if token in ask.origins and isinstance(ask.origins[token], shapes.Of):
        token = ask.origins[token].token
    name = token[1] if isinstance(token, tuple) and token[0] == "parameter" else ""
    return name if isinstance(name, str) else ""


def batched_product(ask: Ask, a: Fact, b: Fact) -> Fact:
    """`a @ b`, where more than two axes are stacks of matrices."""
    if a.rank is None or b.rank is None or max(a.rank, b.rank) < 3 or min(a.rank, b.rank) < 1:
        return product(ask, a, b)
    dtype = facts.promote(a.dtype, b.dtype)
    ask.equal(a.shape[-1], b.shape[-2] if b.rank > 1 else b.shape[0])
    shape = shapes.broadcast(a.shape[:-2], b.shape[:-2], ask)
    if not isinstance(shape, tuple):
        return number(None, dtype, True)
    shape += a.shape[-2:-1] if a.rank > 1 else ()
    shape += b.shape[-1:] if b.rank > 1 else ()
    return facts.array(shape, dtype)


def outer(ask: Ask, a: Fact, b: Fact, **others: Fact) -> Fact:
    dtype = facts.promote(a.dtype, b.dtype)
    if a.rank == 1 and b.rank == 1:
        return facts.array((*a.shape, *b.shape), dtype)
    ask.rank(a.shape, 1, SHOWN)
    ask.rank(b.shape, 1, SHOWN)
    return number(None, dtype, True)


def inner(ask: Ask, a: Fact, b: Fact, **others: Fact) -> Fact:
    dtype = facts.promote(a.dtype, b.dtype)
    if a.rank is None or b.rank is None:
        ask.rank(a.shape, 1, PRODUCT)
        ask.rank(b.shape, 1, PRODUCT)
        return number(None, dtype)
    if 0 in (a.rank, b.rank):
        return facts.elementwise((a, b), ask)
    ask.equal(a.shape[-1], b.shape[-1])
    shape = (*a.shape[:-1], *b.shape[:-1])
    return number(shape, dtype, shape != ())
