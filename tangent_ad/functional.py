"""Derivatives at a point, called at once, with the signatures of `jax`.

    value, pullback = functional.vjp(f, x, y)
    bx, by = pullback(seed)
    value, tangent = functional.jvp(f, (x, y), (dx, dy))
    value, linear = functional.linearize(f, x, y)

All arguments are differentiated: close over, or bind with `functools.partial`, those that are no
numbers. What is derived for a function is kept as long as the function lives.
"""

from __future__ import annotations

import types
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from tangent_ad import api, errors
from tangent_ad.pullbacks import with_pullback
from tangent_ad.targets import Target, target_of

_made: weakref.WeakKeyDictionary[Callable, dict[Any, Callable]] = weakref.WeakKeyDictionary()


def vjp(f: Callable, *primals: Any) -> tuple[Any, Callable]:
    """The value of f and its pullback.

    `pullback(seed)` takes an adjoint of the form of the value and returns a tuple of adjoints, one
    for each of `primals`. The forward pass is run once. Raises ShapeError for a seed of another
    shape, InputTypeError for arguments that have no derivative.
    """
    run = _kept(f, ("vjp", len(primals)), lambda target, names: with_pullback(target, names))
    return run(*primals)


def jvp(f: Callable, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of f at `primals` and its derivative along `tangents`, both of the same form.

    Raises ShapeError unless there is a tangent of the shape of its argument for each.
    """
    primals, tangents = tuple(primals), tuple(tangents)
    if len(primals) != len(tangents):
        raise errors.ShapeError(f"{len(tangents)} tangents for {len(primals)} arguments")

    def derive(target: Target, names: Sequence[str]) -> Callable:
        return api.jvp(f, names, preserve_result="first")

    return _kept(f, ("jvp", len(primals)), derive)(*primals, *tangents)


def linearize(f: Callable, *primals: Any) -> tuple[Any, Callable]:
    """The value of f and its derivative at this point, as a function of tangents."""
    value = f(*primals)

    def linear(*tangents: Any) -> Any:
        return jvp(f, primals, tangents)[1]

    return value, linear


def hvp(f: Callable, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The Hessian of f, which returns one number, times `tangents`.

    One array for one argument, a tuple for several. Raises OutputError for other functions.
    """
    primals, tangents = tuple(primals), tuple(tangents)
    if len(primals) != len(tangents):
        raise errors.ShapeError(f"{len(tangents)} tangents for {len(primals)} arguments")
    made = _kept(f, ("hvp", len(primals)), lambda target, names: api.hvp(f, names))
    return made(*primals, *tangents)


def _kept(
    f: Callable, key: tuple[str, int], derive: Callable[[Target, Sequence[str]], Callable]
) -> Callable:
    """What was derived for a function already, or else now; objects made on the fly are not kept."""
    kept = _made.setdefault(f, {}) if isinstance(f, types.FunctionType) else {}
    if key not in kept:
        target = target_of(f)
        count = key[1]
        if not 0 < count <= len(target.positional):
            raise errors.WrtError(
                f"{target.name} takes {len(target.positional)} arguments, not {count}"
            )
        kept[key] = derive(target, target.positional[:count])
    return kept[key]
