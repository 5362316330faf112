"""Undo broadcasting."""

from __future__ import annotations

from typing import Any

import numpy as np

from tangent_ad import errors


def unbroadcast(array: Any, like: Any) -> Any:
    """Sum `array` over the axes along which `like` was broadcast to its shape."""
    if type(array) is type(like) is np.ndarray and array.shape == like.shape:
        return array  # as nearly always
    shape = np.shape(like)
    if np.shape(array) == shape:
        return array
    lead = np.ndim(array) - len(shape)
    if lead < 0:  # one number for an array of one element, as float(x) makes
        return np.reshape(array, shape)
    if isinstance(like, (list, tuple)):  # joined to another one, as like as not
        raise errors.UnsupportedSyntaxError(
            "arithmetic with a list where the source does not tell that it is one; join lists by "
            "[*a, *b], make an array of numbers, or annotate the argument with list"
        )
    axes = tuple(range(lead)) + tuple(
        lead + i for i, n in enumerate(shape) if n == 1 and np.shape(array)[lead + i] != 1
    )
    summed = np.sum(array, axis=axes, keepdims=True)
    return summed.reshape(shape) if shape else summed.sum()


def broadcast_like(array: Any, like: Any) -> Any:
    """Repeat `array` to the shape of `like`; a new array where that is larger."""
    shape = np.shape(like)
    if np.shape(array) == shape:
        return array
    if np.ndim(array) > len(shape):  # an array of one element for a number
        return np.reshape(array, shape)
    return np.array(np.broadcast_to(array, shape))
