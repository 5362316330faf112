"""Plain data as source text.

>>> literal({"scale": 2.0, "steps": (1, 2)})
"{'scale': 2.0, 'steps': (1, 2)}"
>>> literal(np.eye(2))
'np.array([[1.0, 0.0], [0.0, 1.0]])'
"""

from __future__ import annotations

from typing import Any

import numpy as np

LARGEST = 1000  # elements of an array that a reader still wants to see in a source file


def literal(value: Any, numpy: str = "np") -> str | None:
    """An expression that makes an equal value, or None where there is none that is fit to read.

    Numbers, text, None, arrays of at most `LARGEST` elements, and tuples, lists, dicts, sets and
    slices of those. `numpy` is the name by which the text may refer to NumPy.
    """
    if value is None or value is Ellipsis or type(value) in (bool, int, str, bytes):
        return repr(value)
    if type(value) in (float, complex):
        text = repr(value)
        return text if "n" not in text else f"{type(value).__name__}({text!r})"  # nan, inf
    if isinstance(value, np.generic) and value.dtype.kind in "fiubc":
        return _of_scalar(value, numpy)
    if type(value) is np.ndarray:
        return _of_array(value, numpy)
    if type(value) in (tuple, list, set):
        return _of_sequence(value, numpy)
    if type(value) is dict:
        parts = [(literal(k, numpy), literal(v, numpy)) for k, v in value.items()]
        if any(None in part for part in parts):
            return None
        return "{" + ", ".join(f"{k}: {v}" for k, v in parts) + "}"
    if type(value) is slice:
        bounds = [literal(v, numpy) for v in (value.start, value.stop, value.step)]
        return None if None in bounds else f"slice({', '.join(map(str, bounds))})"
    return None


def _of_scalar(value: np.generic, numpy: str) -> str | None:
    inner = literal(value.item(), numpy)
    return None if inner is None else f"{numpy}.{value.dtype.name}({inner})"


def _of_array(value: np.ndarray, numpy: str) -> str | None:
    if value.size > LARGEST or value.dtype.kind not in "fiubc" or value.dtype.itemsize > 16:
        return None
    items = literal(value.tolist(), numpy)
    if items is None:
        return None
    if value.size == 0:
        return f"{numpy}.zeros({value.shape!r}, dtype={value.dtype.name!r})"
    same = np.array(value.tolist()).dtype == value.dtype
    return f"{numpy}.array({items})" if same else f"{numpy}.array({items}, {value.dtype.name!r})"


def _of_sequence(value: Any, numpy: str) -> str | None:
    parts = [literal(item, numpy) for item in value]
    if None in parts:
        return None
    inner = ", ".join(map(str, parts))
    if type(value) is tuple:
        return f"({inner},)" if len(parts) == 1 else f"({inner})"
    if type(value) is set:
        return "{" + inner + "}" if parts else "set()"
    return f"[{inner}]"
