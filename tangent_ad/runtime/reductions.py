"""Adjoints of reductions whose axes the source does not tell."""

from __future__ import annotations

from typing import Any

import numpy as np


def expand(reduced: Any, x: Any, axis: Any) -> Any:
    """A reduction over `axis` with the reduced axes back as axes of length one."""
    if axis is None or np.ndim(reduced) == np.ndim(x):
        return reduced
    return np.expand_dims(reduced, axis)


def spread(reduced: Any, x: Any, axis: Any) -> Any:
    """A reduction over `axis`, repeated to the shape of x."""
    return np.full_like(x, expand(reduced, x, axis))


def prod_adjoint(x: Any, axis: Any) -> Any:
    """The product of all other elements along the axes, at every element; zeros are no matter."""
    x = np.asarray(x)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(a % x.ndim for a in axes)
    rest = [a for a in range(x.ndim) if a not in axes]
    moved = np.transpose(x, (*rest, *axes))
    flat = moved.reshape(*moved.shape[: len(rest)], -1)
    ones = np.ones((*flat.shape[:-1], 1), flat.dtype)
    before = np.cumprod(np.concatenate((ones, flat[..., :-1]), -1), -1)
    after = np.cumprod(np.concatenate((ones, flat[..., :0:-1]), -1), -1)[..., ::-1]
    others = (before * after).reshape(moved.shape)
    return np.transpose(others, np.argsort((*rest, *axes)))
