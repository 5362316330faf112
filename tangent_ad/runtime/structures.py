"""Adjoints of containers: structures of the same form as the value."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np


def zeros_like(value: Any) -> Any:
    """A zero for every number in a structure, tuples as lists so that they can be added to in
    place; None where there is nothing to differentiate."""
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    if isinstance(value, (float, int, np.number)):
        return 0.0
    if isinstance(value, dict):
        return {key: zeros_like(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [zeros_like(item) for item in value]
    if isinstance(value, functools.partial):
        return zeros_like({**dict(enumerate(value.args)), **value.keywords})
    return None


def in_form_of(adjoint: Any, value: Any) -> Any:
    """An adjoint with the tuples that its value has; while it grows it is made of lists."""
    if isinstance(value, dict):
        return {key: in_form_of(adjoint[key], item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(in_form_of, adjoint, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(in_form_of, adjoint, value))
    return adjoint


def add(left: Any, right: Any) -> Any:
    """The sum of two adjoints of one structure."""
    if left is None:
        return right
    if right is None:
        return left
    if isinstance(left, dict):
        return {key: add(left.get(key), right.get(key)) for key in {**left, **right}}
    if isinstance(left, (list, tuple)):
        return list(map(add, left, right))
    return left + right


def copied(value: Any) -> Any:
    """A copy of a structure, arrays included, that may be written without the original changing."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(copied, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(copied, value))
    return value
