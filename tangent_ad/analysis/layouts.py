"""Facts of arrays whose elements are moved, joined, repeated or selected.

Lengths that only the run can tell are `free`: the rank is known all the same, and a name that such an
array is given makes them lengths of that name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tangent_ad.analysis import facts, results, shapes
from tangent_ad.analysis.assumptions import LIKELY, SHOWN
from tangent_ad.analysis.facts import Fact, array, number
from tangent_ad.analysis.results import Ask, literal
from tangent_ad.syntax.names import MISSING

LAST = facts.of_literal(-1)

# ---- making arrays -------------------------------------------------------------------------


def lengths(fact: Fact) -> shapes.Shape:
    """The shape that an argument like `(n, 3)` or `n` of np.zeros asks for."""
    if fact.is_scalar:
        return (length_of(fact),)
    if fact.kind in (facts.TUPLE, facts.LIST) and fact.items is not None:
        return tuple(map(length_of, fact.items))
    return None


def length_of(fact: Fact) -> shapes.Length:
    known = fact.is_scalar and fact.value is not MISSING and fact.dtype == "int"
    return fact.value if known else shapes.free()


def filled(ask: Ask, shape: Fact, **others: Fact) -> Fact:
    """np.zeros and the like."""
    if shape.is_number and shape.rank is None:
        ask.rank(shape.shape, 0, LIKELY)
    dtype = others.get("dtype", facts.NONE_FACT)
    name = "float" if dtype.kind == facts.NONE else results.dtype_of(dtype)
    return array(lengths(shape), name)


def filled_with(ask: Ask, shape: Fact, fill_value: Fact, **others: Fact) -> Fact:
    return array(lengths(shape), fill_value.dtype if fill_value.is_number else "")


def filled_like(ask: Ask, a: Fact, **others: Fact) -> Fact:
    """np.zeros_like and the like."""
    dtype = others.get("dtype", facts.NONE_FACT)
    known = results.as_array(ask, a)
    name = known.dtype if dtype.kind == facts.NONE else results.dtype_of(dtype)
    return array(known.shape, name)


def identity(ask: Ask, N: Fact, M: Fact = facts.NONE_FACT, **others: Fact) -> Fact:  # noqa: N803
    rows = length_of(N)
    columns = rows if M.kind == facts.NONE else length_of(M)
    dtype = others.get("dtype", facts.NONE_FACT)
    name = "float" if dtype.kind == facts.NONE else results.dtype_of(dtype)
    return array((rows, columns), name)


def identity_of(ask: Ask, n: Fact, **others: Fact) -> Fact:
    return identity(ask, n, **others)


def counted_from(ask: Ask, start: Fact, stop: Fact, step: Fact, **others: Fact) -> Fact:
    """np.arange."""
    given = [f for f in (start, stop, step) if f.kind != facts.NONE]
    dtype = facts.promote(*(f.dtype for f in given))
    if stop.kind == facts.NONE and start.is_scalar and start.dtype == "int":
        return array((length_of(start),), dtype)
    return array((shapes.free(),), dtype)


def spaced(ask: Ask, start: Fact, stop: Fact, num: Fact, **others: Fact) -> Fact:
    """np.linspace and its relatives."""
    ends = facts.elementwise((start, stop), ask)
    known = isinstance(ends.shape, tuple)
    return array((length_of(num), *ends.shape) if known else None, "float")


def as_array(ask: Ask, object: Fact, dtype: Fact = facts.NONE_FACT, **others: Fact) -> Fact:
    known = results.as_array(ask, object)
    name = known.dtype if dtype.kind == facts.NONE else results.dtype_of(dtype)
    return array(known.shape, name)


def cast(ask: Ask, a: Fact, dtype: Fact, **others: Fact) -> Fact:
    return number(a.shape, results.dtype_of(dtype), a.array)


# ---- the same elements in another shape -----------------------------------------------------


def reshaped(ask: Ask, a: Fact, shape: Fact, **others: Fact) -> Fact:
    return number(_reshaped(a, lengths(shape)), a.dtype, True)


def reshaped_by_method(ask: Ask, a: Fact, shape: Fact, **others: Fact) -> Fact:
    """x.reshape(2, 3) and x.reshape((2, 3))."""
    items = shape.items or ()
    wanted = items[0] if len(items) == 1 and not items[0].is_scalar else shape
    return reshaped(ask, a, wanted)


def _reshaped(a: Fact, wanted: shapes.Shape) -> shapes.Shape:
    if not isinstance(wanted, tuple):
        return None
    if -1 not in wanted:
        return wanted
    rest = tuple(n for n in wanted if n != -1)
    missing: shapes.Length = (("rest", a.shape, rest), 0) if a.shape is not None else shapes.free()
    if not rest and a.shape is not None:
        missing = a.shape[0] if a.rank == 1 else results.flat_length(a.shape)
    whole = results.flat_length(a.shape) if a.shape is not None else None
    if isinstance(whole, int) and all(isinstance(n, int) and n > 0 for n in rest):
        for n in rest:
            whole //= n
        missing = whole
    return tuple(missing if n == -1 else n for n in wanted)


def flattened(ask: Ask, a: Fact, **others: Fact) -> Fact:
    if a.rank == 1:
        return array(a.shape, a.dtype)
    known = a.is_number and a.shape is not None
    return array((results.flat_length(a.shape) if known else shapes.free(),), a.dtype)


def transposed(ask: Ask, a: Fact, axes: Fact = facts.NONE_FACT, **others: Fact) -> Fact:
    order = literal(axes)
    if order in (None, ()):
        return number(shapes.transposed(a.shape), a.dtype, a.array)
    if isinstance(order, tuple):
        if len(order) == 1 and isinstance(order[0], tuple):
            order = order[0]
        ask.rank(a.shape, len(order), SHOWN)
        if a.rank == len(order):
            return array(tuple(a.shape[i] for i in order), a.dtype)
        return array(tuple(shapes.free() for _ in order), a.dtype)
    return array(None, a.dtype)


def swapped(ask: Ask, a: Fact, axis1: Fact, axis2: Fact, **others: Fact) -> Fact:
    one, other = literal(axis1), literal(axis2)
    if a.rank is None or MISSING in (one, other):
        return array(None, a.dtype)
    shape = list(a.shape)
    shape[one], shape[other] = shape[other], shape[one]
    return array(tuple(shape), a.dtype)


def last_two_swapped(ask: Ask, a: Fact, **others: Fact) -> Fact:
    if a.rank is None or a.rank < 2:
        return array(None, a.dtype)
    return array((*a.shape[:-2], a.shape[-1], a.shape[-2]), a.dtype)


def moved(ask: Ask, a: Fact, source: Fact, destination: Fact, **others: Fact) -> Fact:
    one, other = literal(source), literal(destination)
    if a.rank is None or type(one) is not int or type(other) is not int:
        return array(_free(a.rank), a.dtype)
    shape = list(a.shape)
    length = shape.pop(one)
    shape.insert(other % a.rank, length)
    return array(tuple(shape), a.dtype)


def expanded(ask: Ask, a: Fact, axis: Fact, **others: Fact) -> Fact:
    along = literal(axis)
    if along is MISSING or not a.is_number or a.rank is None:
        return array(None, a.dtype)
    axes = along if isinstance(along, tuple) else (along,)
    rank = a.rank + len(axes)
    at = {n % rank for n in axes}
    inner = iter(a.shape)
    return array(tuple(1 if i in at else next(inner) for i in range(rank)), a.dtype)


def squeezed(ask: Ask, a: Fact, axis: Fact, **others: Fact) -> Fact:
    along = literal(axis)
    if a.rank is None or along is MISSING:
        return array(None, a.dtype)
    if along is None:
        if not all(isinstance(n, int) for n in a.shape):
            return array(None, a.dtype)
        return array(tuple(n for n in a.shape if n != 1), a.dtype)
    at = {n % a.rank for n in (along if isinstance(along, tuple) else (along,))}
    return array(tuple(n for i, n in enumerate(a.shape) if i not in at), a.dtype)


def broadcast(ask: Ask, array: Fact, shape: Fact, **others: Fact) -> Fact:  # noqa: A002
    return facts.array(lengths(shape), array.dtype)


def at_least(rank: int) -> results.Result:
    """np.atleast_1d and its relatives."""

    def result(ask: Ask, a: Fact, **others: Fact) -> Fact:
        if a.rank is None:
            return array(None, a.dtype)
        if a.rank >= rank:
            return array(a.shape, a.dtype)
        known = {(0, 1): (1,), (0, 2): (1, 1), (0, 3): (1, 1, 1)}.get((a.rank, rank))
        if known is None and (a.rank, rank) == (1, 2):
            known = (1, *a.shape)
        if known is None:
            known = (1, *a.shape, 1) if a.rank == 1 else (*a.shape, 1)
        return array(known, a.dtype)

    return result


# ---- joining and splitting -----------------------------------------------------------------


def _members(fact: Fact) -> tuple[list[Fact], bool]:
    """Facts of the arrays in a list, and whether these are all of them."""
    if fact.kind in (facts.TUPLE, facts.LIST) and fact.items:
        return list(fact.items), True
    return ([fact.element] if fact.element is not None else []), False


def _dtype(members: Sequence[Fact]) -> str:
    return facts.promote(*(m.dtype for m in members)) if members else ""


def concatenated(ask: Ask, arrays: Fact, axis: Fact, **others: Fact) -> Fact:
    members, complete = _members(arrays)
    along = literal(axis)
    known = [m for m in members if m.rank is not None]
    if along is None:
        return array((shapes.free(),), _dtype(members))
    if not known or along is MISSING or not members[0].is_number:
        return array(None, _dtype(members))
    first = known[0]
    for member in members:
        ask.rank(member.shape, first.rank, SHOWN)
    if not -first.rank <= along < first.rank:
        return array(None, _dtype(members))
    shape = list(first.shape)
    complete = complete and len(known) == len(members)
    shape[along] = _sum([m.shape[along] for m in known]) if complete else shapes.free()
    return array(tuple(shape), _dtype(members))


def _sum(parts: list[shapes.Length]) -> shapes.Length:
    if all(isinstance(n, int) for n in parts):
        return sum(parts)
    if len(parts) == 2 and isinstance(parts[1], int):
        return shapes.plus(parts[0], parts[1])
    if len(parts) == 2 and isinstance(parts[0], int):
        return shapes.plus(parts[1], parts[0])
    return (("sum", tuple(parts)), 0)


def stacked(ask: Ask, arrays: Fact, axis: Fact, **others: Fact) -> Fact:
    members, complete = _members(arrays)
    along = literal(axis)
    if not members or members[0].rank is None or along is MISSING:
        return array(None, _dtype(members))
    shape = list(members[0].shape)
    shape.insert(along % (len(shape) + 1), len(members) if complete else shapes.free())
    return array(tuple(shape), _dtype(members))


def joined(rank: int) -> results.Result:
    """Arrays joined to one of at least some rank: np.hstack and its relatives."""

    def result(ask: Ask, tup: Fact, **others: Fact) -> Fact:
        members, _ = _members(tup)
        if not members or members[0].rank is None:
            return array(None, _dtype(members))
        return array(_free(max(rank, members[0].rank)), _dtype(members))

    return result


def split(ask: Ask, ary: Fact, **others: Fact) -> Fact:
    """A list of arrays of the same rank."""
    part = array(_free(ary.rank), ary.dtype)
    return Fact(facts.LIST, element=part)


def split_evenly(
    ask: Ask, ary: Fact, indices_or_sections: Fact, axis: Fact, **others: Fact
) -> Fact:
    """The same; a number of sections makes arrays of one shape."""
    count, along = literal(indices_or_sections), literal(axis)
    if type(count) is not int or type(along) is not int or not isinstance(ary.shape, tuple):
        return split(ask, ary)
    lengths = list(ary.shape)
    whole = lengths[along]
    lengths[along] = whole // count if isinstance(whole, int) else (("split", whole, count), 0)
    return facts.sequence(facts.LIST, (array(tuple(lengths), ary.dtype),) * count)


def unstacked(ask: Ask, x: Fact, **others: Fact) -> Fact:
    part = number(_free(x.rank - 1) if x.rank else None, x.dtype)
    return Fact(facts.TUPLE, element=part)


def each(ask: Ask, **operands: Fact) -> Fact:
    """A tuple of arrays, of which nothing more is said."""
    return Fact(facts.TUPLE, element=array(None, "float"))


# ---- repeating, moving, selecting ----------------------------------------------------------


def same_rank(name: str) -> results.Result:
    """An array of the rank of an operand and of other lengths."""

    def result(ask: Ask, **operands: Fact) -> Fact:
        a = operands[name]
        return array(_free(a.rank), a.dtype)

    return result


def _free(rank: int | None) -> shapes.Shape:
    return None if rank is None else tuple(shapes.free() for _ in range(rank))


def repeated(ask: Ask, a: Fact, repeats: Fact, axis: Fact, **others: Fact) -> Fact:
    if literal(axis) is None:
        return array((shapes.free(),), a.dtype)
    return array(_free(a.rank), a.dtype)


def differences(ask: Ask, a: Fact, n: Fact, axis: Fact, **others: Fact) -> Fact:
    order, along = literal(n), literal(axis)
    extra = any(f.kind != facts.NONE for k, f in others.items() if k in ("prepend", "append"))
    if a.rank is None or type(order) is not int or type(along) is not int or extra:
        return array(_free(a.rank), a.dtype)
    shape = list(a.shape)
    length = shape[along]
    shape[along] = max(0, length - order) if isinstance(length, int) else shapes.plus(length, -order)
    return array(tuple(shape), a.dtype)


def diagonal_or_matrix(ask: Ask, v: Fact, k: Fact, **others: Fact) -> Fact:
    """np.diag: a vector makes a matrix, a matrix gives its diagonal."""
    v = results.as_array(ask, v)
    if v.rank == 1 and literal(k) == 0:
        return array((v.shape[0], v.shape[0]), v.dtype)
    rank = {1: 2, 2: 1}.get(v.rank or 0)
    if v.rank == 2 and literal(k) == 0 and v.shape[0] == v.shape[1]:
        return array(v.shape[:1], v.dtype)
    return array(_free(rank), v.dtype)


def diagonal(ask: Ask, a: Fact, **others: Fact) -> Fact:
    return array(_free(a.rank - 1) if a.rank else None, a.dtype)


def traced(ask: Ask, a: Fact, **others: Fact) -> Fact:
    shape = _free(a.rank - 2) if a.rank and a.rank >= 2 else None
    return number(shape, results.counting(a.dtype), results.flag_of(shape))


def matrix(name: str) -> results.Result:
    return lambda ask, **operands: array(_free(2), operands[name].dtype)


def vector(name: str) -> results.Result:
    return lambda ask, **operands: array(_free(1), operands[name].dtype)


def taken(ask: Ask, a: Fact, indices: Fact, axis: Fact, **others: Fact) -> Fact:
    along = literal(axis)
    index = indices if indices.is_number else results.as_array(ask, indices)
    if along is MISSING or index.rank is None or (along is not None and a.rank is None):
        return number(None, a.dtype)
    if along is None:
        return number(index.shape, a.dtype, results.flag_of(index.shape))
    at = along % a.rank
    shape = (*a.shape[:at], *index.shape, *a.shape[at + 1 :])
    return number(shape, a.dtype, results.flag_of(shape))


def like_indices(ask: Ask, arr: Fact, indices: Fact, **others: Fact) -> Fact:
    return array(_free(arr.rank), arr.dtype)


def positions(ask: Ask, **operands: Any) -> Fact:
    """Arrays of indices, one for each axis."""
    return Fact(facts.TUPLE, element=array(None, "int"))


def sorted_like(ask: Ask, a: Fact, axis: Fact, **others: Fact) -> Fact:
    if literal(axis) is None:
        return flattened(ask, a)
    return array(a.shape, a.dtype)


def ordered(ask: Ask, a: Fact, axis: Fact = LAST, **others: Fact) -> Fact:
    """np.argsort."""
    known = sorted_like(ask, a, axis)
    return array(known.shape, "int")


def finite_differences(ask: Ask, f: Fact, axis: Fact, **others: Fact) -> Fact:
    """np.gradient: an array where there is one axis, else a list of arrays."""
    if f.rank == 1 or axis.is_scalar:
        return array(f.shape, f.dtype)
    if axis.kind == facts.NONE:
        ask.rank(f.shape, 1, SHOWN)
    return facts.ANYTHING


def pseudoinverse(ask: Ask, a: Fact, **others: Fact) -> Fact:
    ask.rank(a.shape, 2, SHOWN)
    return number(shapes.transposed(a.shape) if a.rank == 2 else None, a.dtype, True)


def other_axes(position: int, count: int, indexing: str) -> Any:
    """The axes along which one of the grids of np.meshgrid is constant."""
    own = 1 - position if indexing == "xy" and position < 2 and count > 1 else position
    rest = tuple(a for a in range(count) if a != own)
    return rest[0] if len(rest) == 1 else rest
