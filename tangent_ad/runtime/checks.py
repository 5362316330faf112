"""Checks of values where the source does not tell their shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from tangent_ad import errors

COMPLEX_OUTPUT = (
    "which has no gradient; take its .real, .imag or np.abs, or use vjp with a complex seed"
)


def require_scalar(value: Any) -> None:
    """Raise OutputError unless the value is one number."""
    if value is None or isinstance(value, (bool, np.bool_, str)):
        raise errors.OutputError(
            f"the function returned {value!r}, which has no derivative; return a number on every path"
        )
    if np.shape(value) != ():
        raise errors.OutputError(
            f"the function returned an array of shape {np.shape(value)}; grad wants one number. "
            "Use jacobian for all derivatives, elementwise_grad for the elementwise one, or vjp "
            "with a seed"
        )


def require_seed(value: Any, seed: Any) -> None:
    """Raise ShapeError unless the seed has the shape of the value."""
    if np.shape(value) != np.shape(seed):
        raise errors.ShapeError(f"the seed has shape {np.shape(seed)}, the value {np.shape(value)}")


def seed_for(seed: Any, may_be_complex: bool) -> Any:
    """The seed of a value, complex as the value is; InputTypeError for a complex one of a real value."""
    if isinstance(seed, (list, tuple, dict)):
        return seed
    if may_be_complex:
        return seed + 0j
    if np.iscomplexobj(seed):
        raise errors.InputTypeError("the seed is complex, the value real; give the real part")
    return seed


def require_real(value: Any) -> None:
    """Raise OutputError for a complex value, which has no gradient."""
    if np.iscomplexobj(value):
        raise errors.OutputError(f"the function returned a complex value, {COMPLEX_OUTPUT}")


def require_number(value: Any, name: str) -> None:
    """Raise AliasError unless the value is one number, not an array or a list, which another name
    may see change."""
    if not isinstance(value, (int, float, complex, np.number, np.bool_)):
        raise errors.AliasError(
            f"{name} is changed in place where another name may refer to it; that is only "
            "differentiated for single numbers: write into a copy (.copy()) instead"
        )


def require_count(values: Any, count: int, function: str) -> None:
    """Raise TypeError unless there are as many values as a function takes."""
    if len(values) != count:
        raise TypeError(
            f"{function}() takes {count} unpacked arguments but {len(values)} were given"
        )


def require_apart(written: Any, other: Any, names: str) -> None:
    """Raise AliasError if what is about to be written is, or has a place in, something else."""
    if _reaches(other, written):
        raise errors.AliasError(
            f"this changes in place what {names} refer to in this run; "
            "write into a copy (.copy()) instead"
        )


def require_single(written: Any, container: Any, names: str) -> None:
    """Raise AliasError if what is about to be written has more than one place in a container."""
    if _places(container, written) > 1:
        raise errors.AliasError(
            f"this changes in place what several values of {names} refer to in this run; "
            "write into a copy (.copy()) instead"
        )


def _places(value: Any, written: Any) -> int:
    """In how many places a value has an object, or memory of it."""
    if isinstance(value, dict):
        value = list(value.values())
    if value is not written and isinstance(value, (list, tuple)):
        return sum(_places(item, written) for item in value)
    return int(_reaches(value, written))


def _reaches(value: Any, written: Any) -> bool:
    """Whether a value is an object, shares memory with it, or holds something that does."""
    if isinstance(written, np.ndarray) and isinstance(value, np.ndarray):
        return np.shares_memory(value, written)
    if value is written:
        return not isinstance(value, (int, float, complex, str, tuple, np.number, type(None)))
    if isinstance(value, dict):
        return any(_reaches(item, written) for item in value.values())
    return isinstance(value, (list, tuple)) and any(_reaches(item, written) for item in value)


def common_length(*lengths: int) -> int:
    """How often `zip(..., strict=True)` gives something; ValueError where the lengths differ. One
    below 0 is that of a part of something shorter, and stands for 0."""
    first = max(lengths[0], 0)
    for position, length in enumerate(lengths[1:], 2):
        if max(length, 0) != first:
            word = "shorter" if length < first else "longer"
            before = "argument 1" if position == 2 else f"arguments 1-{position - 1}"
            raise ValueError(f"zip() argument {position} is {word} than {before}")
    return first
