"""Adjoints of containers: structures of the same form as the value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def zeros_like(value: Any) -> Any:
    """A zero for every number in a structure; None where there is nothing to differentiate."""
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    if isinstance(value, (float, int, np.number)):
        return 0.0
    if isinstance(value, dict):
        return {key: zeros_like(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return rebuilt(value, map(zeros_like, value))
    return None


def add(left: Any, right: Any) -> Any:
    """The sum of two adjoints of one structure."""
    if left is None:
        return right
    if right is None:
        return left
    if isinstance(left, dict):
        return {key: add(left.get(key), right.get(key)) for key in {**left, **right}}
    if isinstance(left, (list, tuple)):
        return rebuilt(left, map(add, left, right))
    return left + right


def placed(value: Any, like: Any, index: Any) -> Any:
    """Zero in the form of a tuple, but for the element or slice `index`, which is `value`."""
    parts = [zeros_like(item) for item in like]
    parts[index] = value
    return rebuilt(like, parts)


def rebuilt(like: Any, parts: Any) -> Any:
    """A list or tuple of the type of another."""
    return type(like)(*parts) if hasattr(like, "_fields") else type(like)(parts)


def in_form_of(array: Any, like: Any) -> Any:
    """The elements of an array in the form of the nested list it was made from."""
    if isinstance(like, (list, tuple)):
        return rebuilt(like, [in_form_of(part, item) for part, item in zip(array, like, strict=True)])
    return array


def unsorted(parts: Sequence[Any], like: Sequence[Any], reverse: bool = False) -> list[Any]:
    """What was sorted, back in the order of `like`."""
    order = sorted(range(len(like)), key=like.__getitem__, reverse=reverse)
    found = list(parts)
    for place, part in zip(order, parts, strict=True):
        found[place] = part
    return found


def mapped(function: Callable, *structures: Any) -> list[Any]:
    """A list of what a function makes of the elements of structures."""
    return [function(*items) for items in zip(*structures, strict=True)]
