"""Arguments are trees of lists, tuples, dicts, floats and arrays; directions are flat vectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np


def leaves(tree: Any) -> Iterator[Any]:
    """Yield floats and arrays, depth first; two dicts with equal keys give them in one order."""
    if isinstance(tree, dict):
        for key in sorted(tree):
            yield from leaves(tree[key])
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from leaves(value)
    else:
        yield tree


def rebuild(like: Any, values: Iterator[Any]) -> Any:
    """Put `values`, in the order of `leaves`, into a tree of the form of `like`."""
    if isinstance(like, dict):
        made = {key: rebuild(like[key], values) for key in sorted(like)}
        return {key: made[key] for key in like}
    if isinstance(like, tuple) and hasattr(like, "_fields"):
        return type(like)(*(rebuild(value, values) for value in like))
    if isinstance(like, (list, tuple)):
        return type(like)(rebuild(value, values) for value in like)
    return next(values)


def pack(tree: Any) -> np.ndarray:
    """Lay every number of `tree` into one vector."""
    parts = [np.asarray(leaf).reshape(-1) for leaf in leaves(tree)]
    return np.concatenate(parts) if parts else np.zeros(0)


def unpack(like: Any, vector: np.ndarray) -> Any:
    """Cut `vector` into a tree of the form and the shapes of `like`."""

    def pieces() -> Iterator[Any]:
        start = 0
        for leaf in leaves(like):
            stop = start + np.size(leaf)
            part = vector[start:stop]
            # A copy, because an argument that shares memory with another is another program.
            is_array = isinstance(leaf, np.ndarray)
            yield part.reshape(np.shape(leaf)).copy() if is_array else part[0].item()
            start = stop

    return rebuild(like, pieces())


def duplicate(tree: Any) -> Any:
    """Copy a tree so deep that no array is shared."""
    values = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in leaves(tree)]
    return rebuild(tree, iter(values))


def same(left: Any, right: Any) -> bool:
    """Tell whether two trees hold the same numbers, bit for bit, in the same form."""
    ones, others = list(leaves(left)), list(leaves(right))
    return len(ones) == len(others) and all(
        np.shape(one) == np.shape(other) and np.array_equal(one, other, equal_nan=_floats(one))
        for one, other in zip(ones, others, strict=True)
    )


def shares_memory(left: Any, right: Any) -> bool:
    """Tell whether an array of `left` overlaps an array of `right`."""
    arrays = [leaf for leaf in leaves(right) if isinstance(leaf, np.ndarray)]
    return any(
        isinstance(leaf, np.ndarray) and any(np.shares_memory(leaf, other) for other in arrays)
        for leaf in leaves(left)
    )


def spell(value: Any) -> str:
    """Write an argument so that it can be read again, whatever its shape."""
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {spell(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + "".join(f"{spell(item)}, " for item in value).rstrip(" ") + ")"
    if isinstance(value, list):
        return "[" + ", ".join(spell(item) for item in value) + "]"
    return repr(value)


def mismatch(got: Any, like: Any) -> str | None:
    """Say where the form of a gradient differs from the form of its argument."""
    if isinstance(like, dict):
        if not isinstance(got, dict) or set(got) != set(like):
            return f"expected a dict with keys {list(like)}, got {got!r}"
        return _first(mismatch(got[key], like[key]) for key in like)
    if isinstance(like, (list, tuple)):
        if not isinstance(got, (list, tuple)) or len(got) != len(like):
            return f"expected {len(like)} items, got {got!r}"
        return _first(mismatch(one, other) for one, other in zip(got, like, strict=True))
    if got is None or np.shape(got) != np.shape(like):
        return f"expected shape {np.shape(like)}, got {got!r}"
    if not np.issubdtype(np.asarray(got).dtype, np.floating):
        return f"expected floats, got {np.asarray(got).dtype}"
    return None


def _first(found: Iterator[str | None]) -> str | None:
    return next((text for text in found if text), None)


def _floats(leaf: Any) -> bool:
    return np.issubdtype(np.asarray(leaf).dtype, np.floating)
