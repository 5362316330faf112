"""Adjoints of matrix products whose ranks the source does not tell."""

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
