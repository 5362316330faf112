"""Adjoints of indices that may select an element twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tangent_ad.runtime.structures import add


def argsorted(keys: Sequence[Any], reverse: bool = False) -> list[int]:
    """The positions of keys in their order; equal ones stay as they are."""
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)


def add_at(array: Any, index: Any, value: Any) -> None:
    """`array[index] += value`, with repeated elements added as often as they repeat; what lists and
    dicts hold is added part by part."""
    if isinstance(array, np.ndarray) and not _is_basic(index):
        np.add.at(array, index, value)
    else:
        array[index] = add(array[index], value)


def _is_basic(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is Ellipsis or isinstance(part, (int, np.integer, slice))
        for part in parts
    )


def last_writes(array: Any, index: Any) -> Any:
    """Which elements of `value` stay after `array[index] = value`: where an index array names a
    place several times, the last one does."""
    if not isinstance(array, np.ndarray):
        return 1.0
    places = np.arange(array.size).reshape(array.shape)[index]
    order = np.arange(np.size(places)).reshape(np.shape(places))
    last = np.zeros(array.size, int)
    last[places] = order
    return (last[places] == order).astype(array.dtype)


def add_taken(array: np.ndarray, indices: Any, axis: int | None, value: Any) -> None:
    """Add to what `np.take(array, indices, axis)` takes."""
    if axis is None:
        np.add.at(array, np.unravel_index(np.mod(indices, array.size), array.shape), value)
    else:
        lead = (slice(None),) * (axis % array.ndim)
        place: Any = (*lead, np.asarray(indices))
        np.add.at(array, place, value)


def add_along_axis(array: np.ndarray, indices: Any, axis: int | None, value: Any) -> None:
    """Add to what `np.take_along_axis(array, indices, axis)` takes."""
    if axis is None:
        add_taken(array, indices, None, value)
        return
    places = [np.expand_dims(n, tuple(range(1, array.ndim - i))) for i, n in
              enumerate(map(np.arange, array.shape))]  # fmt: skip
    places[axis] = indices
    np.add.at(array, tuple(places), value)
