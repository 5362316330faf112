"""Adjoints of reading by an index that may select an element twice."""

from __future__ import annotations

from typing import Any

import numpy as np


def add_at(array: Any, index: Any, value: Any) -> None:
    """`array[index] += value`, with repeated elements added as often as they repeat."""
    if isinstance(array, np.ndarray) and not _is_basic(index):
        np.add.at(array, index, value)
    else:
        array[index] = array[index] + value


def _is_basic(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is Ellipsis or isinstance(part, (int, np.integer, slice))
        for part in parts
    )
