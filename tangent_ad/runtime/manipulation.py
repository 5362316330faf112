"""Adjoints of operations that move, join, split or repeat the elements of arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tangent_ad.runtime.broadcasting import unbroadcast

# ---- joining -------------------------------------------------------------------------------


def split_like(whole: Any, arrays: Sequence[Any], axis: int | None = 0) -> list[Any]:
    """The parts of an array that was made of `arrays` by np.concatenate."""
    if axis is None:
        sizes = np.cumsum([np.size(a) for a in arrays])[:-1]
        parts = np.split(whole, sizes)
        return [part.reshape(np.shape(a)) for part, a in zip(parts, arrays, strict=True)]
    return np.split(whole, np.cumsum([np.shape(a)[axis] for a in arrays])[:-1], axis)


def as_end(value: Any, x: Any, axis: int) -> Any:
    """What np.diff puts in front of x or behind: one number stands for as many as are needed."""
    value = np.asanyarray(value)
    if value.ndim:
        return value
    shape = list(np.shape(x))
    shape[axis] = 1
    return np.broadcast_to(value, shape)


def split_joined(whole: Any, arrays: Sequence[Any], join: Callable) -> list[Any]:
    """The parts of an array made by `join(arrays)`, as np.hstack makes it: whatever `join` does to
    places, it does to elements."""
    ends = np.cumsum([np.size(a) for a in arrays])
    places = np.split(np.arange(ends[-1]), ends[:-1])
    pairs = zip(places, arrays, strict=True)
    joined = join([np.reshape(place, np.shape(a)) for place, a in pairs])
    flat = np.empty(ends[-1], np.asarray(whole).dtype)
    flat[joined] = whole
    parts = np.split(flat, ends[:-1])
    return [np.reshape(part, np.shape(a)) for part, a in zip(parts, arrays, strict=True)]


def inverse_permutation(axes: Any) -> tuple[int, ...]:
    """The axes that undo a transposition; accepts the arguments of the method `transpose`."""
    if len(axes) == 1 and isinstance(axes[0], (tuple, list)):
        axes = axes[0]
    order = [a % len(axes) for a in axes]
    return tuple(order.index(i) for i in range(len(order)))


# ---- repeating -----------------------------------------------------------------------------


def tile_adjoint(bz: Any, x: Any, reps: Any) -> Any:
    """The adjoint of x in `np.tile(x, reps)`."""
    reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    shape = np.shape(x)
    rank = max(len(reps), len(shape))
    reps = (1,) * (rank - len(reps)) + reps
    shape = (1,) * (rank - len(shape)) + shape
    blocks = np.reshape(bz, [n for pair in zip(reps, shape, strict=True) for n in pair])
    return np.reshape(np.sum(blocks, axis=tuple(range(0, 2 * rank, 2))), np.shape(x))


def repeat_adjoint(bz: Any, x: Any, repeats: Any, axis: int | None = None) -> Any:
    """The adjoint of x in `np.repeat(x, repeats, axis)`."""
    flat = np.reshape(x, -1) if axis is None else np.moveaxis(np.asarray(x), axis, 0)
    rows = np.asarray(bz) if axis is None else np.moveaxis(np.asarray(bz), axis, 0)
    result = np.zeros(flat.shape, rows.dtype)
    np.add.at(result, np.repeat(np.arange(len(flat)), repeats), rows)
    return np.reshape(result, np.shape(x)) if axis is None else np.moveaxis(result, 0, axis)


def pad_adjoint(bz: Any, x: Any, pad_width: Any, mode: str = "constant") -> Any:
    """The adjoint of x in `np.pad(x, pad_width, mode)` for modes that copy elements."""
    if mode in ("constant", "empty"):
        widths = np.broadcast_to(pad_width, (np.ndim(x), 2))
        return bz[tuple(slice(w, w + n) for (w, _), n in zip(widths, np.shape(x), strict=True))]
    numbers: Any = np.arange(np.size(x)).reshape(np.shape(x))
    places = np.pad(numbers, pad_width, mode)  # type: ignore[call-overload]
    result = np.zeros(np.size(x), np.asarray(bz).dtype)
    np.add.at(result, places, bz)
    return result.reshape(np.shape(x))


# ---- diagonals -----------------------------------------------------------------------------


def embed_diagonal(
    values: Any, like: Any, offset: int = 0, axis1: int = 0, axis2: int = 1
) -> np.ndarray:
    """Zeros in the shape of `like` with `values` on a diagonal."""
    result = np.zeros(np.shape(like), np.asarray(values).dtype)
    planes = np.moveaxis(result, (axis1, axis2), (-2, -1))
    count = np.shape(values)[-1]
    along = np.arange(count)
    planes[..., along + max(0, -offset), along + max(0, offset)] = values
    return result


# ---- selecting -----------------------------------------------------------------------------


def select_adjoint(bz: Any, condlist: Sequence[Any], choicelist: Sequence[Any]) -> list[Any]:
    """The adjoints of the choices of np.select: each where its condition is the first to hold."""
    left = np.ones(np.shape(bz), bool)
    found = []
    for condition, choice in zip(condlist, choicelist, strict=True):
        found.append(unbroadcast(bz * (left & condition), choice))
        left = left & np.logical_not(condition)
    return found


def diag_adjoint(bz: Any, v: Any, k: int = 0) -> Any:
    """The adjoint of v in `np.diag(v, k)`."""
    return np.diag(bz, k) if np.ndim(v) == 1 else embed_diagonal(bz, v, k)


def vander_exponents(matrix: Any, increasing: bool = False) -> np.ndarray:
    """The exponents of the columns of a Vandermonde matrix."""
    powers = np.arange(np.shape(matrix)[1], dtype=matrix.dtype)
    return powers if increasing else powers[::-1]
