"""Numbers, arrays and structures of them as one vector, and back.

>>> vector({"w": np.ones(2), "b": 3.0})
array([1., 1., 3.])
>>> rebuilt({"w": np.ones(2), "b": 3.0}, np.arange(3.0))
{'w': array([0., 1.]), 'b': 2.0}
>>> entry("params", {"w": np.ones((2, 2)), "b": 3.0}, 3)
"params['w'][1, 1]"
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tangent_ad import errors

NUMBERS = (int, float, complex, np.number, np.ndarray)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The numbers and arrays in a structure, each with the text that reads it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}[{key!r}]")
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value):
            yield from leaves(item, f"{path}[{position}]")
    elif hasattr(value, "__dict__") and not callable(value):
        for name, item in vars(value).items():
            yield from leaves(item, f"{path}.{name}")
    elif isinstance(value, NUMBERS) and not isinstance(value, bool):
        yield path, value


def vector(value: Any) -> np.ndarray:
    """All numbers of a structure in a row, as float64; InputTypeError for complex ones."""
    parts = [np.ravel(leaf) for _, leaf in leaves(value)]
    if any(map(np.iscomplexobj, parts)):
        raise errors.InputTypeError(
            "there is one derivative for each real number here, and this one is complex; use jvp or "
            "vjp, or write a function of the real and the imaginary part"
        )
    return np.concatenate(parts).astype(float) if parts else np.zeros(0)


def aligned(value: Any, like: Any) -> np.ndarray:
    """The vector of a structure in the order in which `like` has its keys."""
    if isinstance(like, dict) and isinstance(value, dict):
        parts = [aligned(value[key], item) for key, item in like.items() if key in value]
        return np.concatenate([np.zeros(0), *parts])
    if isinstance(like, (list, tuple)) and isinstance(value, (list, tuple)):
        return np.concatenate([np.zeros(0), *map(aligned, value, like)])
    return vector(value)


def rebuilt(like: Any, numbers: np.ndarray) -> Any:
    """A structure of the form of `like` with other numbers, of the element types of `like`."""
    value, rest = _rebuilt(like, np.asarray(numbers, dtype=float))
    if rest.size:
        raise errors.ShapeError(f"{rest.size} numbers too many for the structure")
    return value


def _rebuilt(like: Any, numbers: np.ndarray) -> tuple[Any, np.ndarray]:
    if isinstance(like, dict):
        items = {}
        for key, item in like.items():
            items[key], numbers = _rebuilt(item, numbers)
        return items, numbers
    if isinstance(like, (list, tuple)):
        parts = []
        for item in like:
            part, numbers = _rebuilt(item, numbers)
            parts.append(part)
        if hasattr(like, "_fields"):
            return type(like)(*parts), numbers
        return type(like)(parts), numbers
    if isinstance(like, np.ndarray):
        kind = like.dtype if like.dtype.kind == "f" else np.dtype(float)
        return numbers[: like.size].reshape(like.shape).astype(kind), numbers[like.size :]
    if isinstance(like, (int, float, np.number)) and not isinstance(like, bool):
        number = numbers[0]
        return (type(like)(number) if isinstance(like, np.floating) else float(number)), numbers[1:]
    return like, numbers


def entry(name: str, value: Any, position: int) -> str:
    """How to write the number at a position of the vector: `W[0, 1]`."""
    for path, leaf in leaves(value, name):
        size = int(np.size(leaf))
        if position < size:
            index = ", ".join(str(int(i)) for i in np.unravel_index(position, np.shape(leaf)))
            return f"{path}[{index}]" if index else path
        position -= size
    raise IndexError(position)
