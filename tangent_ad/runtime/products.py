"""Adjoints of products whose ranks the source does not tell."""

from __future__ import annotations

from typing import Any

import numpy as np

from tangent_ad.runtime.broadcasting import unbroadcast


def matmul_adjoint_left(bz: Any, x: Any, y: Any) -> Any:
    """The adjoint of x in `z = x @ y`, for any ranks that NumPy multiplies."""
    x, y = np.asarray(x), np.asarray(y)
    if y.ndim == 1:
        return bz * y if x.ndim == 1 else unbroadcast(np.expand_dims(bz, -1) * y, x)
    if x.ndim == 1:
        return unbroadcast(np.squeeze(y @ np.expand_dims(bz, -1), -1), x)
    return unbroadcast(bz @ np.swapaxes(y, -1, -2), x)


def matmul_adjoint_right(bz: Any, x: Any, y: Any) -> Any:
    """The adjoint of y in `z = x @ y`, for any ranks that NumPy multiplies."""
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 1:
        return bz * x if y.ndim == 1 else unbroadcast(x[:, None] * np.expand_dims(bz, -2), y)
    if y.ndim == 1:
        return unbroadcast(np.squeeze(np.swapaxes(x, -1, -2) @ np.expand_dims(bz, -1), -1), y)
    return unbroadcast(np.swapaxes(x, -1, -2) @ bz, y)


def dot_adjoint_left(bz: Any, x: Any, y: Any) -> Any:
    """The adjoint of x in `z = np.dot(x, y)`: a sum over the last axis of x."""
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0:
        return unbroadcast(bz * y, x)
    # z[i..., j...] = sum_k x[i..., k] y[j..., k, l]
    if y.ndim == 1:
        return np.multiply.outer(bz, y)
    rest = tuple(range(x.ndim - 1, np.ndim(bz)))
    moved = np.moveaxis(y, -2, 0)
    return np.tensordot(bz, moved, axes=(rest, tuple(range(1, y.ndim))))


def dot_adjoint_right(bz: Any, x: Any, y: Any) -> Any:
    """The adjoint of y in `z = np.dot(x, y)`: a sum over the last but one axis of y."""
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0:
        return unbroadcast(bz * x, y)
    lead = tuple(range(x.ndim - 1))
    summed = np.tensordot(x, bz, axes=(lead, lead))  # k, then the other axes of y
    return np.moveaxis(summed, 0, -2) if y.ndim > 1 else summed


def _axes(x: np.ndarray, y: np.ndarray, axes: Any) -> tuple[list[int], list[int]]:
    """The summed axes of both operands of np.tensordot."""
    if np.ndim(axes) == 0:
        return list(range(x.ndim - int(axes), x.ndim)), list(range(int(axes)))
    left, right = ([a] if np.ndim(a) == 0 else list(a) for a in axes)
    return [a % x.ndim for a in left], [a % y.ndim for a in right]


def tensordot_adjoint_left(bz: Any, x: Any, y: Any, axes: Any) -> Any:
    """The adjoint of x in `z = np.tensordot(x, y, axes)`."""
    x, y = np.asarray(x), np.asarray(y)
    left, right = _axes(x, y, axes)
    kept = [a for a in range(x.ndim) if a not in left]
    others = [a for a in range(y.ndim) if a not in right]
    found = np.tensordot(bz, y, axes=(list(range(len(kept), np.ndim(bz))), others))
    # The axes of found: those kept, then the summed ones in the order of y.
    order = kept + [left[i] for i in np.argsort(right)]
    return np.transpose(found, np.argsort(order))


def tensordot_adjoint_right(bz: Any, x: Any, y: Any, axes: Any) -> Any:
    """The adjoint of y in `z = np.tensordot(x, y, axes)`."""
    x, y = np.asarray(x), np.asarray(y)
    left, right = _axes(x, y, axes)
    kept = [a for a in range(x.ndim) if a not in left]
    others = [a for a in range(y.ndim) if a not in right]
    found = np.tensordot(x, bz, axes=(kept, list(range(len(kept)))))
    # The axes of found: the summed ones in the order of x, then the others.
    order = [right[i] for i in np.argsort(left)] + others
    return np.transpose(found, np.argsort(order))


def _blocks(bz: Any, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """np.kron as a product of operands with interleaved axes."""
    x, y = np.asarray(x), np.asarray(y)
    rank = max(x.ndim, y.ndim)
    x = x.reshape((1,) * (rank - x.ndim) + x.shape)
    y = y.reshape((1,) * (rank - y.ndim) + y.shape)
    shape = [n for pair in zip(x.shape, y.shape, strict=True) for n in pair]
    return np.reshape(bz, shape), x, y, rank


def kron_adjoint_left(bz: Any, x: Any, y: Any) -> Any:
    """The adjoint of x in `z = np.kron(x, y)`."""
    blocks, _, factor, rank = _blocks(bz, x, y)
    axes = (list(range(1, 2 * rank, 2)), list(range(rank)))
    return np.reshape(np.tensordot(blocks, factor, axes), np.shape(x))


def kron_adjoint_right(bz: Any, x: Any, y: Any) -> Any:
    """The adjoint of y in `z = np.kron(x, y)`."""
    blocks, factor, _, rank = _blocks(bz, x, y)
    axes = (list(range(0, 2 * rank, 2)), list(range(rank)))
    return np.reshape(np.tensordot(blocks, factor, axes), np.shape(y))
