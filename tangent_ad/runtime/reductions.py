"""Parts of adjoints of reductions and scans."""

from __future__ import annotations

from typing import Any

import numpy as np


def expand(reduced: Any, x: Any, axis: Any) -> Any:
    """A reduction over `axis` with the reduced axes back as axes of length one."""
    if axis is None or np.ndim(reduced) == np.ndim(x):
        return reduced
    return np.expand_dims(reduced, axis)


def shares(x: Any, extreme: Any, axis: Any) -> Any:
    """Where the extreme is, shared alike by ties: weights that sum to 1."""
    found = np.equal(x, expand(extreme, x, axis))
    count = np.sum(found, axis=axis, keepdims=True, dtype=np.asarray(extreme).dtype)
    return found / count


def larger(x: Any, y: Any) -> Any:
    """1 where x is larger, 0 where y is, 1/2 at a tie; floats of the type of the operands."""
    with np.errstate(invalid="ignore"):  # inf - inf
        difference = np.subtract(x, y)
    return np.heaviside(np.where(np.equal(x, y), 0.0, difference), 0.5)


# ---- products of several numbers -----------------------------------------------------------


def _last(x: Any, axis: Any) -> tuple[np.ndarray, Any]:
    """An array with some axes as one, the last; and a function that undoes it."""
    x = np.asarray(x)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(a % x.ndim for a in axes)
    order = (*(a for a in range(x.ndim) if a not in axes), *axes)
    moved = np.transpose(x, order)

    def undo(flat: np.ndarray) -> np.ndarray:
        return np.transpose(flat.reshape(moved.shape), np.argsort(order))

    return moved.reshape(*moved.shape[: x.ndim - len(axes)], -1), undo


def product_of_others(x: Any, axis: Any = None) -> Any:
    """At every element, the product of the others along the axes; zeros are no matter."""
    flat, undo = _last(x, axis)
    return undo(_others(flat))


def _others(flat: np.ndarray) -> np.ndarray:
    ones = np.ones((*flat.shape[:-1], 1), flat.dtype)
    before = np.cumprod(np.concatenate((ones, flat[..., :-1]), -1), -1)
    after = np.cumprod(np.concatenate((ones, flat[..., :0:-1]), -1), -1)[..., ::-1]
    return before * after if flat.shape[-1] else flat


def product_of_others_along(x: Any, dx: Any, axis: Any = None) -> Any:
    """The derivative of `product_of_others` along dx, and as well its adjoint: it is symmetric."""
    flat, undo = _last(x, axis)
    weights, _ = _last(dx, axis)
    same = np.eye(flat.shape[-1], dtype=bool)
    pairs = _others(np.where(same, flat.dtype.type(1), flat[..., None, :])) * ~same
    return undo(np.sum(weights[..., :, None] * pairs, axis=-2))


def _along(axis: int | None, *arrays: Any) -> tuple[list[np.ndarray], tuple]:
    """Arrays with the axis of a scan in front; the shape to give back."""
    found = [np.asarray(a) for a in arrays]
    if axis is None:
        return [a.reshape(-1) for a in found], found[-1].shape
    return [np.moveaxis(a, axis, 0) for a in found], ()


def _back(result: np.ndarray, axis: int | None, shape: tuple) -> np.ndarray:
    return result.reshape(shape) if axis is None else np.moveaxis(result, 0, axis)


def cumprod_adjoint(bz: Any, x: Any, axis: int | None = None) -> Any:
    """The adjoint of x in `z = np.cumprod(x, axis)`; zeros are no matter."""
    (bz, x), shape = _along(axis, bz, x)
    result = np.empty_like(x)
    rest = np.zeros_like(x[:1])
    before = np.concatenate((np.ones_like(x[:1]), np.cumprod(x, axis=0)))
    for i in reversed(range(len(x))):
        rest = bz[i : i + 1] + rest
        result[i : i + 1] = before[i : i + 1] * rest
        rest = x[i : i + 1] * rest
    return _back(result, axis, shape)


def cumprod_tangent(dx: Any, x: Any, axis: int | None = None) -> Any:
    """The derivative of `np.cumprod(x, axis)` along dx."""
    (dx, x), _ = _along(axis, dx, x)
    result = np.empty_like(x)
    total, slope = np.ones_like(x[:1]), np.zeros_like(x[:1])
    for i in range(len(x)):
        slope = slope * x[i : i + 1] + total * dx[i : i + 1]
        total = total * x[i : i + 1]
        result[i : i + 1] = slope
    return result if axis is None else np.moveaxis(result, 0, axis)


def cumprod_tangent_along(dx: Any, x: Any, dy: Any, axis: int | None = None) -> Any:
    """The second derivative of `np.cumprod(x, axis)` along dx and dy."""
    (dx, x, dy), _ = _along(axis, dx, x, dy)
    result = np.empty_like(x)
    total, zero = np.ones_like(x[:1]), np.zeros_like(x[:1])
    left, right, both = zero, zero, zero
    for i in range(len(x)):
        here = slice(i, i + 1)
        both = both * x[here] + left * dy[here] + right * dx[here]
        left = left * x[here] + total * dx[here]
        right = right * x[here] + total * dy[here]
        total = total * x[here]
        result[here] = both
    return result if axis is None else np.moveaxis(result, 0, axis)


def cumprod_adjoint_along(bz: Any, x: Any, dx: Any, axis: int | None = None) -> Any:
    """The derivative of `cumprod_adjoint(bz, x, axis)` along dx, which is symmetric in dx."""
    (bz, x, dx), shape = _along(axis, bz, x, dx)
    result = np.empty_like(x)
    ones, zeros = np.ones_like(x[:1]), np.zeros_like(x[:1])
    before = np.concatenate((ones, np.cumprod(x, axis=0)))
    slopes = np.concatenate((zeros, cumprod_tangent(dx, x, 0)))
    rest, slope = zeros, zeros
    for i in reversed(range(len(x))):
        here = slice(i, i + 1)
        rest = bz[here] + rest
        result[here] = slopes[here] * rest + before[here] * slope
        rest, slope = x[here] * rest, dx[here] * rest + x[here] * slope
    return _back(result, axis, shape)


# ---- differences and order statistics ------------------------------------------------------


def diff_adjoint(bz: Any, x: Any, n: int = 1, axis: int = -1) -> Any:
    """The adjoint of x in `np.diff(x, n, axis)`."""
    bz = np.moveaxis(np.asarray(bz), axis, 0)
    if n >= np.shape(x)[axis]:
        return np.zeros_like(x)
    for _ in range(n):
        wider = np.zeros((len(bz) + 1, *bz.shape[1:]), bz.dtype)
        wider[1:] += bz
        wider[:-1] -= bz
        bz = wider
    return np.moveaxis(bz, 0, axis)


def record_places(x: Any, z: Any, axis: int) -> Any:
    """Where the elements of `z = np.maximum.accumulate(x, axis)` are from."""
    x = np.asarray(x)
    places = np.arange(x.shape[axis]).reshape([-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])
    return np.maximum.accumulate(np.where(x == z, places, 0), axis)


def quantile_weights(x: Any, q: Any, axis: Any = None) -> Any:
    """The weights with which elements enter the linear quantile q."""
    x = np.asarray(x)
    flat, undo = _last(x, axis)
    weights = np.zeros_like(flat)
    order = np.argsort(flat, axis=-1)
    place = q * (flat.shape[-1] - 1)
    low = int(np.floor(place))
    high = min(low + 1, flat.shape[-1] - 1)
    for at, weight in ((low, 1.0 - (place - low)), (high, place - low)):
        index = order[..., at : at + 1]
        old = np.take_along_axis(weights, index, -1)
        np.put_along_axis(weights, index, old + weight, -1)
    return undo(weights)


# ---- weighted averages ---------------------------------------------------------------------


def weights_along(weights: Any, a: Any, axis: Any) -> Any:
    """The weights of np.average in a shape that broadcasts against a."""
    if np.shape(weights) == np.shape(a) or np.ndim(weights) == 0:
        return weights
    axes = axis if isinstance(axis, tuple) else (axis,)
    kept = {k % np.ndim(a) for k in axes}
    return np.reshape(weights, [n if i in kept else 1 for i, n in enumerate(np.shape(a))])


def unweighted(values: Any, weights: Any, axis: Any) -> Any:
    """The adjoint of `weights_along`: what belongs to one weight is summed."""
    if np.shape(weights) == np.shape(values):
        return values
    axes = axis if isinstance(axis, tuple) else (axis,)
    kept = {k % np.ndim(values) for k in axes}
    rest = tuple(i for i in range(np.ndim(values)) if i not in kept)
    return np.reshape(np.sum(values, axis=rest), np.shape(weights))
