"""The value of a function and its pullback at the same point: one forward pass for many seeds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tangent_ad import errors
from tangent_ad.derive import Options
from tangent_ad.runtime import structures
from tangent_ad.specialize import Specializer
from tangent_ad.targets import Target


def with_pullback(target: Target, names: Sequence[str], **options: Any) -> Callable:
    """A function of the arguments that returns (value, pullback).

    `pullback(seed)` takes an adjoint of the form of the value and returns a tuple of adjoints, one
    for each of `names`; it may be called any number of times. With `has_aux` the result is (value,
    pullback, aux).
    """
    settings = Options(tuple(names), motion="split", as_tuple=True, default_seed=False, **options)
    made = Specializer(target.function, settings)
    signature = inspect.signature(target.function)

    def run(*args: Any, **keywords: Any) -> Any:
        bound = signature.bind(*args, **keywords)
        bound.apply_defaults()
        values = made.prepared(dict(bound.arguments))
        bound.arguments.update(values)
        forward, backward = made.halves(values)
        value, saved = forward(*bound.args, **bound.kwargs)

        def pullback(seed: Any) -> tuple[Any, ...]:
            _require_form(seed, value)
            return backward(structures.copied(saved), _as_float(seed))

        return value, pullback

    return target.rebind(run)


def _require_form(seed: Any, value: Any) -> None:
    is_number = isinstance(value, (int, float, np.number, np.ndarray))
    if is_number and np.shape(seed) != np.shape(value):
        raise errors.ShapeError(f"the seed has shape {np.shape(seed)}, the value {np.shape(value)}")


def _as_float(seed: Any) -> Any:
    return float(seed) if isinstance(seed, int) else seed
