"""The transforms: each takes a function and returns a plain Python function with source.

`wrt` names the arguments of differentiation by position or name, alone or in a sequence; a
sequence of one is unpacked. `argnums` (or `argnum`) is the spelling of JAX and autograd, where a
sequence gives a tuple. Common options: `optimized` runs the optimiser, `check_dims` checks that
outputs and seeds have the shapes they must have, `verbose` prints the derivative (1) or every
pass (2), `name` names the derivative, `like` are example arguments whose kinds and ranks the text
may rely on.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tangent_ad import errors, rules  # noqa: F401 - importing the rules registers them
from tangent_ad.derivative import adorn
from tangent_ad.derive import Options
from tangent_ad.specialize import Specializer
from tangent_ad.targets import Target, Waiting, target_of

Wrt = int | str | Sequence[int | str]


class INPUT_DERIVATIVE(enum.Enum):  # noqa: N801 - google/tangent's name
    """Whether a reverse-mode derivative wants its seed or takes it for one."""

    Required = "required"
    DefaultOne = "default one"


def grad(
    f: Callable, wrt: Wrt = (0,), optimized: bool = True, preserve_result: bool = False,
    check_dims: bool = True, verbose: int = 0, *, argnums: Any = None, argnum: Any = None,
    has_aux: bool = False, name: str = "", save_to: str = "", like: Sequence[Any] | None = None,
    motion: str = "joint",
) -> Callable:  # fmt: skip
    """The gradient of a function that returns one number.

    Returns a function of the same arguments. The gradient has the form of the arguments: an array
    of the same shape and type, a list or dict of such. Raises OutputError for functions that
    return anything else, at once where the source tells, else when called.
    """
    return _derivative(
        f, wrt, argnums, argnum, like, save_to,
        optimized=optimized, preserve_result=preserve_result, check_dims=check_dims,
        verbose=verbose, has_aux=has_aux, name=name, motion=motion, output="scalar",
    )  # fmt: skip


def grad_and_value(f: Callable, wrt: Wrt = (0,), **options: Any) -> Callable:
    """(gradient, value), the order of google/tangent and torch."""
    return grad(f, wrt, preserve_result=True, **options)


def value_and_grad(f: Callable, wrt: Wrt = (0,), **options: Any) -> Callable:
    """(value, gradient), the order of JAX, autograd and SciPy's `jac=True`."""
    return grad(f, wrt, preserve_result="first", **options)  # type: ignore[arg-type]


def autodiff(
    f: Callable, wrt: Wrt = (0,), optimized: bool = True, motion: str = "joint",
    mode: str = "reverse", preserve_result: bool = False, check_dims: bool = True,
    input_derivative: INPUT_DERIVATIVE = INPUT_DERIVATIVE.DefaultOne, verbose: int = 0,
    *, argnums: Any = None, argnum: Any = None, name: str = "", save_to: str = "",
    like: Sequence[Any] | None = None,
) -> Callable:  # fmt: skip
    """The derivative in either mode, with every option of google/tangent.

    Reverse mode gives a function of the arguments and a seed of the shape of the value; forward
    mode one of the arguments and a tangent for each of `wrt`. `motion="split"` writes the forward
    and the backward pass as functions of their own.
    """
    if mode not in ("reverse", "forward"):
        raise ValueError(f"mode is 'reverse' or 'forward', not {mode!r}")
    if motion not in ("joint", "split"):
        raise ValueError(f"motion is 'joint' or 'split', not {motion!r}")
    return _derivative(
        f, wrt, argnums, argnum, like, save_to,
        optimized=optimized, motion=motion, mode=mode, preserve_result=preserve_result,
        check_dims=check_dims, verbose=verbose, name=name, output="any",
        default_seed=input_derivative is INPUT_DERIVATIVE.DefaultOne,
    )  # fmt: skip


def vjp(f: Callable, wrt: Wrt = (0,), **options: Any) -> Callable:
    """The vector-Jacobian product as a function (*arguments, seed)."""
    return autodiff(f, wrt, input_derivative=INPUT_DERIVATIVE.Required, **options)


def jvp(f: Callable, wrt: Wrt = (0,), **options: Any) -> Callable:
    """The Jacobian-vector product as a function (*arguments, *tangents)."""
    return autodiff(
        f, wrt, mode="forward", input_derivative=INPUT_DERIVATIVE.Required, **options
    )


def elementwise_grad(f: Callable, wrt: Wrt = (0,), **options: Any) -> Callable:
    """The gradient of the sum of the outputs: the elementwise derivative of elementwise functions."""
    like, save_to = options.pop("like", None), options.pop("save_to", "")
    argnums, argnum = options.pop("argnums", None), options.pop("argnum", None)
    return _derivative(f, wrt, argnums, argnum, like, save_to, output="elementwise", **options)


HVP_MODES = ("forward_over_reverse", "reverse_over_reverse", "reverse_over_forward")


def hvp(
    f: Callable, wrt: Wrt = (0,), mode: str = "forward_over_reverse", optimized: bool = True,
    **options: Any,
) -> Callable:  # fmt: skip
    """The Hessian-vector product as a function (*arguments, *vectors), a vector for each of `wrt`."""
    options = {"optimized": optimized, **options}
    if mode == "forward_over_reverse":
        return jvp(grad(f, wrt, **options), wrt, **options)
    if mode == "reverse_over_reverse":
        names, as_tuple = parameters(target_of(f), wrt, None, None)
        return _derivative(
            grad(f, wrt, **options), wrt, None, None, None, "",
            output="each" if as_tuple or len(names) > 1 else "any", default_seed=False, **options,
        )  # fmt: skip
    if mode == "reverse_over_forward":
        return grad(jvp(f, wrt, **options), wrt, **options)
    raise ValueError(f"mode is one of {', '.join(HVP_MODES)}, not {mode!r}")


# ---- inner ---------------------------------------------------------------------------------


def _derivative(
    f: Callable, wrt: Wrt, argnums: Any, argnum: Any, like: Sequence[Any] | None, save_to: str,
    **options: Any,
) -> Callable:  # fmt: skip
    if isinstance(f, Waiting):
        return f.differentiated(
            lambda df: _derivative(df, wrt, argnums, argnum, like, save_to, **options)
        )
    target = target_of(f)
    names, as_tuple = parameters(target, wrt, argnums, argnum)
    verbose = options.pop("verbose", 0)
    chosen = Options(names, as_tuple=as_tuple, verbose=verbose, **options)
    known = target.full_arguments(like) if like is not None else target.known_objects()
    try:
        df = adorn(Specializer(target.function, chosen, like=known))
    except errors.TangentError as error:
        from tangent_ad import pending  # most functions do not wait for their arguments

        if like is not None or not pending.waits_for_arguments(target.function, error):
            raise
        df = pending.derivative(target.function, chosen)
        verbose = 0
    if verbose:
        print(df.source)
    if save_to:
        df.save(save_to)
    return target.rebind(df)


def parameters(
    target: Target, wrt: Wrt, argnums: Any, argnum: Any
) -> tuple[tuple[str, ...], bool]:
    """The names of the parameters of differentiation, and whether the result is always a tuple."""
    chosen = [a for a in (argnums, argnum) if a is not None]
    default = wrt == (0,)
    if len(chosen) > 1 or (chosen and not default):
        raise errors.WrtError("give one of wrt=, argnums= and argnum=, not several")
    as_tuple = False
    if chosen:
        wrt = chosen[0]
        as_tuple = not isinstance(wrt, (int, np.integer, str))
    listing = f"the parameters of {target.name} are {', '.join(target.parameters) or 'none'}"
    if isinstance(wrt, (int, np.integer, str)):
        wanted: tuple[Any, ...] = (wrt,)
    elif isinstance(wrt, (Sequence, np.ndarray)):
        wanted = tuple(wrt)
    else:
        raise errors.WrtError(
            f"wrt takes a position, a name, or a sequence of them, not {wrt!r}; {listing}"
        )
    if not wanted:
        raise errors.WrtError(f"wrt is empty; {listing}")
    found = [_parameter(item, target, listing) for item in wanted]
    if len(set(found)) < len(found):
        raise errors.WrtError(f"wrt={wrt!r} names a parameter twice; {listing}")
    return tuple(found), as_tuple


def _parameter(item: Any, target: Target, listing: str) -> str:
    if isinstance(item, str):
        if item in target.parameters:
            return item
        raise errors.WrtError(f"{target.name} has no parameter {item!r}; {listing}")
    if isinstance(item, bool) or not isinstance(item, (int, np.integer)):
        raise errors.WrtError(f"wrt takes positions and names, not {item!r}; {listing}")
    if 0 <= item < len(target.positional):
        return target.positional[item]
    raise errors.WrtError(f"{target.name} has no argument number {item}; {listing}")


