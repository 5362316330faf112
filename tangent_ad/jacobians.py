"""All derivatives at once: Jacobians row by row or column by column, Hessians.

These are plain functions around derivatives: `jacrev` calls a pullback for every number of the value
with the forward pass run once, `jacfwd` a forward derivative for every number of the arguments.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tangent_ad import api, errors
from tangent_ad.flattening import leaves, rebuilt, vector
from tangent_ad.pullbacks import with_pullback
from tangent_ad.targets import Target, target_of

NUMBERS = (int, float, complex, np.number, np.ndarray)


def jacfwd(
    f: Callable, wrt: api.Wrt = (0,), *, argnums: Any = None, argnum: Any = None, **options: Any
) -> Callable:
    """The Jacobian of f by forward mode: a derivative for every number of the arguments.

    Returns a function of the arguments. The Jacobian has the shape of the value followed by that of
    the argument; several `wrt` give a tuple of them, a tuple of values a tuple for each. Raises
    OutputError for values, InputTypeError for arguments that are no numbers or arrays.
    """
    target = target_of(f)
    names, as_tuple = api.parameters(target, wrt, argnums, argnum)
    df = api.autodiff(
        target.function, names, mode="forward", preserve_result="first",  # type: ignore[arg-type]
        input_derivative=api.INPUT_DERIVATIVE.Required, **options,
    )  # fmt: skip

    def by_columns(values: dict[str, Any]) -> list[tuple[Any, np.ndarray]]:
        """The value, and for each argument the matrix of derivatives of its numbers."""
        zeros = {n: rebuilt(values[n], np.zeros(np.size(values[n]))) for n in names}
        found = []
        for name in names:
            columns = []
            for unit in np.eye(np.size(values[name])):
                tangents = {**zeros, name: rebuilt(values[name], unit)}
                value, tangent = df(**values, **_seeds(df, names, tangents))
                columns.append(vector(tangent))
            if not columns:
                value = target.function(**values)
            rows = np.size(vector(value))
            found.append((value, np.array(columns).reshape(-1, rows).T))
        return found

    def jacobian(values: dict[str, Any]) -> Any:
        found = by_columns(values)
        parts = [_shaped(matrix, value, values[n]) for n, (value, matrix) in
                 zip(names, found, strict=True)]  # fmt: skip
        return _by_value(parts, found[0][0], as_tuple)

    return _call_by_name(f, target, names, jacobian)


def jacrev(
    f: Callable, wrt: api.Wrt = (0,), *, argnums: Any = None, argnum: Any = None, **options: Any
) -> Callable:
    """The Jacobian of f by reverse mode: a pullback for every number of the value.

    Arguments and result as for `jacfwd`.
    """
    target = target_of(f)
    names, as_tuple = api.parameters(target, wrt, argnums, argnum)
    run = with_pullback(_plain(target), names, **options)

    def jacobian(values: dict[str, Any]) -> Any:
        value, pullback = run(**values)
        _require_numbers(value)
        rows = [pullback(rebuilt(value, unit)) for unit in np.eye(vector(value).size)]
        parts = []
        for position, name in enumerate(names):
            size = np.size(values[name])
            matrix = np.array([vector(row[position]) for row in rows]).reshape(-1, size)
            parts.append(_shaped(matrix, value, values[name]))
        return _by_value(parts, value, as_tuple)

    return _call_by_name(f, target, names, jacobian)


def jacobian(
    f: Callable, wrt: api.Wrt = (0,), *, argnums: Any = None, argnum: Any = None, **options: Any
) -> Callable:
    """The Jacobian of f, by the mode that needs fewer passes for the sizes at hand.

    Arguments and result as for `jacfwd`. Where a rule has one mode only, that mode is used.
    """
    given = {"wrt": wrt, "argnums": argnums, "argnum": argnum, **options}
    target = target_of(f)
    names, _ = api.parameters(target, wrt, argnums, argnum)
    modes: dict[str, Callable] = {"forward": jacfwd, "reverse": jacrev}

    @functools.cache
    def by(mode: str) -> Callable:
        try:
            return modes[mode](f, **given)
        except errors.MissingRuleError:
            return modes["reverse" if mode == "forward" else "forward"](f, **given)

    @functools.wraps(f, assigned=("__name__", "__doc__", "__module__"), updated=())
    def choose(*args: Any, **keywords: Any) -> Any:
        values = _bound(f, target, args, keywords)
        inputs = sum(np.size(values[name]) for name in names)
        outputs = vector(f(*args, **keywords)).size
        return by("forward" if inputs < outputs else "reverse")(*args, **keywords)

    return choose


def hessian(
    f: Callable, wrt: api.Wrt = (0,), *, argnums: Any = None, argnum: Any = None, **options: Any
) -> Callable:
    """The Hessian of a function that returns one number: `jacfwd` of its gradient.

    Has the shape of the argument twice; several `wrt` give a tuple of tuples, one row for each.
    """
    target = target_of(f)
    names, as_tuple = api.parameters(target, wrt, argnums, argnum)
    gradient = api.grad(target.function, names, **options)
    made = jacfwd(gradient, names)

    def hessian_of(values: dict[str, Any]) -> Any:
        result = made(**values)
        return ((result,),) if as_tuple and len(names) == 1 else result

    return _call_by_name(f, target, names, hessian_of)


# ---- arguments -----------------------------------------------------------------------------


def _plain(target: Target) -> Target:
    """The function itself, whose arguments are all given by name."""
    return Target(target.function, target.parameters, target.positional, lambda df: df)


def _call_by_name(
    f: Callable, target: Target, names: Sequence[str], compute: Callable[[dict[str, Any]], Any]
) -> Callable:
    @functools.wraps(f, assigned=("__name__", "__doc__", "__module__"), updated=())
    def call(*args: Any, **keywords: Any) -> Any:
        values = _bound(f, target, args, keywords)
        for name in names:
            values[name] = _number(name, values[name])
        return compute(values)

    return call


def _bound(f: Callable, target: Target, args: Any, keywords: Any) -> dict[str, Any]:
    """The arguments by name, those included that are bound already."""
    if isinstance(f, functools.partial):
        keywords = {**f.keywords, **keywords}
    bound = inspect.signature(target.function).bind(*target.bound, *args, **keywords)
    bound.apply_defaults()
    for parameter in bound.signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise errors.UnsupportedFunctionError(
                f"{target.name} takes any number of arguments; wrap it in a function of plain ones"
            )
    return dict(bound.arguments)


def _number(name: str, value: Any) -> Any:
    if isinstance(value, NUMBERS) and not isinstance(value, bool):
        vector(value)
        return float(value) if isinstance(value, int) else value
    raise errors.InputTypeError(
        f"argument {name} is a {type(value).__name__}; a Jacobian is with respect to numbers and "
        "arrays. For a structure, write a function of one array that takes it apart"
    )


def _seeds(df: Callable, names: Sequence[str], tangents: dict[str, Any]) -> dict[str, Any]:
    """The tangents by the names that the derivative has for them."""
    return {
        seed: tangents[name]
        for seed, name in df.seeds_like.items()  # type: ignore[attr-defined]
    }


# ---- results -------------------------------------------------------------------------------


def _require_numbers(value: Any) -> None:
    parts = value if isinstance(value, (tuple, list)) else [value]
    for part in parts:
        if not isinstance(part, NUMBERS):
            raise errors.OutputError(
                f"the function returns a {type(part).__name__}; a Jacobian is of numbers, arrays, "
                "and tuples of these"
            )


def _shaped(matrix: np.ndarray, value: Any, argument: Any) -> Any:
    """Rows in the shape of the value, columns in that of the argument; for a tuple of values a list."""
    _require_numbers(value)
    if isinstance(value, (tuple, list)):
        parts, start = [], 0
        for _, leaf in leaves(value):
            stop = start + int(np.size(leaf))
            parts.append(_shaped(matrix[start:stop], leaf, argument))
            start = stop
        return parts
    kind = argument.dtype if isinstance(argument, (np.ndarray, np.floating)) else None
    shaped = matrix.reshape((*np.shape(value), *np.shape(argument)))
    return shaped.astype(kind)[()] if kind is not None else shaped[()]


def _by_value(parts: list[Any], value: Any, as_tuple: bool) -> Any:
    """One Jacobian for each argument, in a tuple where there are several; rows for a tuple of values."""
    if isinstance(value, (tuple, list)):
        rows = [[part[i] for part in parts] for i in range(len(value))]
        return type(value)(_unpacked(row, as_tuple) for row in rows)
    return _unpacked(parts, as_tuple)


def _unpacked(parts: Sequence[Any], as_tuple: bool) -> Any:
    return tuple(parts) if as_tuple or len(parts) > 1 else parts[0]
