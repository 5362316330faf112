"""Adjoints of containers: structures of the same form as the value."""

from __future__ import annotations

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
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(zeros_like, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(zeros_like, value))
    return None


def add(left: Any, right: Any) -> Any:
    """The sum of two adjoints of one structure."""
    if left is None:
        return right
    if right is None:
        return left
    if isinstance(left, dict):
        return {key: add(left.get(key), right.get(key)) for key in {**left, **right}}
    if isinstance(left, tuple) and hasattr(left, "_fields"):
        return type(left)(*map(add, left, right))
    if isinstance(left, (list, tuple)):
        return type(left)(map(add, left, right))
    return left + right
