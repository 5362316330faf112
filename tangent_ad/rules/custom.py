"""Derivatives that a user gives for a function of their own, by JAX's conventions.

    @custom_vjp                                   @custom_jvp
    def f(x, y):                                  def f(x, y):
        return np.sin(x) * y                          return np.sin(x) * y

    def f_forward(x, y):                          @f.defjvp
        return f(x, y), (np.cos(x), y, f(x, 1))   def f_jvp(primals, tangents):
                                                      x, y = primals
    def f_backward(residuals, g):                     dx, dy = tangents
        cos_x, y, sin_x = residuals                   dz = np.cos(x) * dx * y + np.sin(x) * dy
        return g * cos_x * y, g * sin_x               return f(x, y), dz

    f.defvjp(f_forward, f_backward)

The function stays the function it is; derivatives of what calls it call these instead. They are plain
functions with source, so they are differentiated in their turn for second derivatives. A function
may have both. For one formula `@adjoint(f)` and `@elementwise(f)` are shorter (see `notation`).
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tangent_ad import errors

KEY = "custom_rules"


@dataclass(eq=False, repr=False)
class CustomRules:
    """What was declared for one function; None where it is still to be."""

    forward: Callable | None = None
    backward: Callable | None = None
    jvp: Callable | None = None
    not_differentiated: tuple[int, ...] = ()


def rules_of(function: Any) -> CustomRules | None:
    """The derivatives that a user gave for a function, or None."""
    return getattr(function, "__dict__", {}).get(KEY)


def custom_vjp(f: Any = None, *, nondiff_argnums: int | Sequence[int] = ()) -> Any:
    """Let `f.defvjp(forward, backward)` declare the reverse mode of f.

    `forward(*arguments)` returns (value, residuals); `backward(residuals, g)` takes the adjoint of
    the value, of its shape, and returns a tuple of the adjoints of all arguments, each of the shape
    of its argument; None for an argument that is no number. The arguments numbered in
    `nondiff_argnums` go to `backward` first, and it returns no adjoints for them. Neither may
    change what it is given. Use it as `@custom_vjp`. Raises RuleError for what is no function.
    """
    if f is None:
        return functools.partial(custom_vjp, nondiff_argnums=nondiff_argnums)
    rules = _rules(f, "custom_vjp")
    numbers = (nondiff_argnums,) if isinstance(nondiff_argnums, int) else tuple(nondiff_argnums)
    rules.not_differentiated = numbers

    def defvjp(forward: Callable, backward: Callable) -> None:
        """Declare the reverse mode; see `custom_vjp`."""
        for function in (forward, backward):
            _require_function(function, "defvjp")
        rules.forward, rules.backward = forward, backward

    f.defvjp = defvjp
    return f


def custom_jvp(f: Any) -> Any:
    """Let `@f.defjvp` declare the forward mode of f.

    The rule takes two tuples, the arguments and their tangents, and returns (value, tangent). The
    tangent of an argument that does not vary is zero. Raises RuleError for what is no function.
    """
    rules = _rules(f, "custom_jvp")

    def defjvp(jvp: Callable) -> Callable:
        """Declare the forward mode; see `custom_jvp`."""
        _require_function(jvp, "defjvp")
        rules.jvp = jvp
        return jvp

    f.defjvp = defjvp
    return f


def _rules(f: Any, decorator: str) -> CustomRules:
    _require_function(f, decorator)
    return f.__dict__.setdefault(KEY, CustomRules())


def _require_function(f: Any, decorator: str) -> None:
    if not isinstance(f, types.FunctionType):
        raise errors.RuleError(f"{decorator} wants a function made by def or lambda, not {f!r}")
