"""What `sum`, `max`, `min` and `sorted` do with objects that have operators, in Python.

The statements of these functions take the place of the calls, as those of methods do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def total(items: Sequence[Any]) -> Any:
    found = 0 + items[0]
    for item in items[1:]:
        found = found + item
    return found


def total_from(items: Sequence[Any], start: Any) -> Any:
    for item in items:
        start = start + item
    return start


def largest(items: Sequence[Any]) -> Any:
    best = items[0]
    for item in items[1:]:
        if item > best:
            best = item
    return best


def smallest(items: Sequence[Any]) -> Any:
    best = items[0]
    for item in items[1:]:
        if item < best:
            best = item
    return best


def in_order(items: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        place = 0
        while place < len(found) and not item < found[place]:
            place += 1
        found.insert(place, item)
    return found


FOLDS = {
    (sum, 1): total, (sum, 2): total_from, (max, 1): largest, (min, 1): smallest,
    (sorted, 1): in_order,
}  # fmt: skip
