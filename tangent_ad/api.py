"""The transforms: each takes a function and returns a plain Python function with source."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import Any

from tangent_ad import errors, rules  # noqa: F401 - loads the rules
from tangent_ad.derive import Options
from tangent_ad.specialize import Specializer


def grad(
    f: Callable, wrt: Any = (0,), optimized: bool = True, preserve_result: bool = False,
    check_dims: bool = True, verbose: int = 0,
) -> Callable:  # fmt: skip
    """The gradient of a function that returns one number."""
    names = parameters(f, wrt)
    options = Options(
        names, optimized=optimized, preserve_result=preserve_result, check_dims=check_dims,
        verbose=verbose,
    )  # fmt: skip
    specializer = Specializer(f, options)
    df = specializer.entry
    df.source = specializer.derived.text
    df.module_source = specializer.derived.text
    return df


def parameters(f: types.FunctionType, wrt: Any) -> tuple[str, ...]:
    code = f.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    wanted: Sequence[Any] = (wrt,) if isinstance(wrt, (int, str)) else tuple(wrt)
    found = []
    for item in wanted:
        if isinstance(item, str) and item in names:
            found.append(item)
        elif isinstance(item, int) and 0 <= item < len(names):
            found.append(names[item])
        else:
            raise errors.WrtError(
                f"{f.__name__} has no parameter {item!r}; its parameters are {', '.join(names)}"
            )
    return tuple(found)


def autodiff(
    f: Callable, wrt: Any = (0,), optimized: bool = True, motion: str = "joint",
    mode: str = "reverse", preserve_result: bool = False, check_dims: bool = True,
    verbose: int = 0,
) -> Callable:  # fmt: skip
    names = parameters(f, wrt)
    options = Options(
        names, optimized=optimized, preserve_result=preserve_result, check_dims=check_dims,
        verbose=verbose, mode=mode, motion=motion, scalar_output=mode == "reverse",
    )  # fmt: skip
    specializer = Specializer(f, options)
    df = specializer.entry
    df.source = specializer.derived.text
    df.module_source = specializer.derived.text
    return df
