"""Adjoints of containers: structures of the same form as the value."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from tangent_ad.runtime.broadcasting import unbroadcast


def zeros_like(value: Any) -> Any:
    """A zero for every number in a structure, tuples as lists so that they can be added to in
    place; None where there is nothing to differentiate."""
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    if isinstance(value, (float, int, complex, np.number)):
        return 0.0
    if isinstance(value, dict):
        zeros = {key: zeros_like(item) for key, item in value.items()}
        factory = getattr(value, "default_factory", None)  # of a defaultdict
        return zeros if factory is None else defaultdict(lambda: zeros_like(factory()), zeros)
    if isinstance(value, (list, tuple, range)):
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


def as_real_as(adjoint: Any, value: Any) -> Any:
    """An adjoint that is real where its value is: the real part stands for the change there."""
    if isinstance(value, dict):
        return {key: as_real_as(adjoint[key], item) for key, item in value.items()}
    if isinstance(adjoint, (list, tuple)):
        return list(map(as_real_as, adjoint, value))
    return np.real(adjoint) if np.iscomplexobj(adjoint) and np.isrealobj(value) else adjoint


def add(left: Any, right: Any) -> Any:
    """The sum of two adjoints of one structure."""
    if left is None:
        return right
    if right is None:
        return left
    if isinstance(left, dict):
        return {key: add(left.get(key), right.get(key)) for key in {**left, **right}}
    if isinstance(left, type):
        return left  # the class of an object that is held as a dict
    if isinstance(left, (list, tuple)):
        if len(left) != len(right):
            return _that_counts(left, right)
        return list(map(add, left, right))
    return left + right


def _that_counts(left: Sequence[Any], right: Sequence[Any]) -> list[Any]:
    """Of two adjoints of a list that are not equally long the one that is not zero: a zero may have been
    made while some elements were taken out of the list, or before they were."""
    for one, other in sorted(((left, right), (right, left)), key=lambda pair: len(pair[0])):
        if _is_zero(other):
            return list(one)
    raise ValueError("two adjoints of one list differ in length")


def _is_zero(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_zero, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_is_zero, value))
    return value is None or not np.any(value)


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


def writable(value: Any) -> Any:
    """A copy of an adjoint of which every part may be written."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: writable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return list(map(writable, value))
    return value


# ---- lists and arrays ----------------------------------------------------------------------


def unstacked_like(array: Any, like: Any) -> Any:
    """The elements of an array in the form of the nested list it was made from."""
    if isinstance(like, (list, tuple)):
        return [unstacked_like(part, item) for part, item in zip(array, like, strict=True)]
    return array


def keyed_like(values: Sequence[Any], table: dict) -> dict:
    """A dict of the keys of another one."""
    return dict(zip(table, values, strict=True))


def spread_over(value: Any, like: Sequence[Any]) -> list[Any]:
    """The adjoints of the terms of a sum: `value` in the shape of each."""
    return [unbroadcast(value, item) for item in like]


def spread_into(parts: Sequence[Any], like: Sequence[Any], index: slice) -> list[Any]:
    """The adjoint of a list of which a slice was read: that of the slice, and zeros around it."""
    found = zeros_like(list(like))
    found[index] = parts
    return found


def pop_last(items: list[Any], count: int) -> list[Any]:
    """Take the last elements off a list."""
    taken = items[len(items) - count :]
    del items[len(items) - count :]
    return taken


def sum_of_repeats(parts: list[Any], items: Sequence[Any]) -> list[Any]:
    """The adjoints of the elements of a list in `items * n`, from those of the result."""
    count = len(items)
    found = zeros_like(list(items))
    for start in range(0, len(parts), count or 1):
        found = add(found, parts[start : start + count])
    return found


def put_back(items: list[Any], index: int, value: Any) -> None:
    """Undo `items.pop(index)`."""
    items.insert(index if index >= 0 else len(items) + 1 + index, value)


def take_inserted(items: list[Any], index: int) -> Any:
    """Undo `items.insert(index, value)`, and give the value."""
    before = len(items) - 1
    return items.pop(min(index, before) if index >= 0 else max(before + index, 0))


def set_back(table: Any, key: Any, content: Any) -> None:
    """Undo an augmented assignment to `table[key]`, which changes an array in its place."""
    if isinstance(table[key], np.ndarray):
        table[key][...] = content
    else:
        table[key] = content


def put_entry(table: dict, key: Any, value: Any) -> None:
    """Undo `table.pop(key)`, but for the place of the key."""
    table[key] = value


def without_keys(table: dict, keys: Sequence[Any]) -> dict:
    """A copy of a dict without some of its keys."""
    return {key: value for key, value in table.items() if key not in keys}


def refill(table: dict, content: dict) -> None:
    """Give a dict the entries of another one, in their order."""
    table.clear()
    table.update(content)


def add_to_key(adjoint: dict, key: Any, value: Any) -> None:
    """Add to what a dict holds under a key, if it has that key."""
    if key in adjoint:
        adjoint[key] = add(adjoint[key], value)


# ---- sorting and choosing ------------------------------------------------------------------


def order_of(items: Sequence[Any], reverse: bool = False) -> list[int]:
    """The places of the elements of `sorted(items)`."""
    return sorted(range(len(items)), key=items.__getitem__, reverse=reverse)


def unsorted(parts: Sequence[Any], like: Sequence[Any], reverse: bool = False) -> list[Any]:
    """What was sorted, back in the order of `like`."""
    found = list(parts)
    for place, part in zip(order_of(like, reverse), parts, strict=True):
        found[place] = part
    return found


def sorted_as(parts: Sequence[Any], like: Sequence[Any], reverse: bool = False) -> list[Any]:
    """What is in the order of `like`, in the order of `sorted(like)`."""
    return [parts[place] for place in order_of(like, reverse)]


def shared(value: Any, extreme: Any, items: Sequence[Any]) -> list[Any]:
    """A value for the elements that are the extreme one, in equal parts; 0 for the others."""
    part = value / sum(1 for item in items if item == extreme)
    return [part if item == extreme else 0.0 for item in items]


def shared_total(parts: Sequence[Any], extreme: Any, items: Sequence[Any]) -> Any:
    """The mean of the parts that belong to elements that are the extreme one."""
    chosen = [part for part, item in zip(parts, items, strict=True) if item == extreme]
    return sum(chosen) / len(chosen)
