"""The test on entry of a derivative, and derivatives for arguments that fail it.

Assumptions about arguments (ranks, equal lengths, float64) are tested in a few comparisons. Where
one does not hold, the arguments are looked at: what cannot be differentiated is refused, Python
ints become floats, and for the rest a derivative for just these kinds of arguments is made, once.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tangent_ad import errors
from tangent_ad.analysis import facts, shapes
from tangent_ad.analysis.assumptions import parameter as token_of
from tangent_ad.analysis.facts import Fact
from tangent_ad.derive import Derived, Options, compiled, derive

FLOATS = frozenset((float, np.float64))
DOUBLE = np.dtype("float64")


class Specializer:
    """The variants of one derivative."""

    def __init__(self, function: types.FunctionType, options: Options) -> None:
        self.function = function
        self.options = options
        self.variants: list[tuple[dict[str, Fact], Derived, Callable]] = []
        self.derived = derive(function, options)
        guard = guard_of(self.derived) if options.check_dims else None
        extra = {"FLOATS": FLOATS, "DOUBLE": DOUBLE, "ndarray": np.ndarray}
        self.entry = compiled(self.derived, guard, self.respecialize, extra)

    def respecialize(self, *args: Any, **keywords: Any) -> Any:
        """Call a derivative made for these arguments."""
        names = [a for a in self.entry.__code__.co_varnames[: self.entry.__code__.co_argcount]]
        values = dict(zip(names, args, strict=False))
        values.update(keywords)
        for name in self.options.wrt:
            values[name] = differentiable(name, values[name], self.function)
        for name in self.derived.seeds:
            values[name] = seed_of(values[name], self.derived)
        given = {p: fact_of(p, values[p]) for p in self.derived.parameters if p in values}
        call = self.variant(given, values)
        positional = [values[n] for n in names[: len(args)]]
        rest = [*args[len(names) :]]
        return call(*positional, *rest, **{k: values[k] for k in keywords})

    def variant(self, given: dict[str, Fact], values: Mapping[str, Any]) -> Callable:
        for known, derived, function in self.variants:
            if known == given and all(
                equal_now(left, right, values) for left, right in derived.ask.lengths
            ):
                return function
        derived = derive(self.function, self.options, given)
        if not all(equal_now(left, right, values) for left, right in derived.ask.lengths):
            derived = derive_without_lengths(self.function, self.options, given)
        function = compiled(derived, None, None, {})
        self.variants.append((given, derived, function))
        return function


def derive_without_lengths(
    function: types.FunctionType, options: Options, given: Mapping[str, Fact]
) -> Derived:
    """Derive without taking any two lengths for equal."""
    from dataclasses import replace

    return derive(function, replace(options, assume_lengths=False), given)


# ---- the guard -----------------------------------------------------------------------------


def guard_of(derived: Derived) -> ast.expr | None:
    """The assumptions as one expression over the arguments."""
    tests: list[str] = []
    for name in derived.parameters:
        fact = derived.arguments[name]
        rank = derived.ask.ranks.get(name)
        if name in derived.options.wrt:
            tests.append(_differentiable_test(name, fact, name in derived.ask.arrays))
        elif rank == 0:
            tests.append(f"{name}.__class__ is not ndarray")
        elif rank is not None:
            tests.append(f"{name}.__class__ is ndarray and {name}.ndim == {rank}")
    tests += [f"{seed}.__class__ in FLOATS" for seed in derived.seeds]
    tests += [
        f"{length_text(left)} == {length_text(right)}" for left, right in derived.ask.lengths
    ]
    return ast.parse(" and ".join(f"({t})" for t in tests), mode="eval").body if tests else None


def _differentiable_test(name: str, fact: Fact, is_array: bool) -> str:
    array = f"{name}.__class__ is ndarray and {name}.dtype is DOUBLE"
    if fact.is_scalar:
        return f"{name}.__class__ in FLOATS"
    if isinstance(fact.shape, tuple):
        return f"{array} and {name}.ndim == {len(fact.shape)}"
    if is_array or fact.array:
        return f"{array} and {name}.ndim > 0"
    return f"{name}.__class__ in FLOATS or {array} and {name}.ndim > 0"


def length_text(length: shapes.Length) -> str:
    if isinstance(length, int):
        return str(length)
    (_, (_, name), axis), offset = length
    text = f"{name}.shape[{axis}]"
    return f"{text} + {offset}" if offset > 0 else f"{text} - {-offset}" if offset else text


def equal_now(left: shapes.Length, right: shapes.Length, values: Mapping[str, Any]) -> bool:
    return length_now(left, values) == length_now(right, values)


def length_now(length: shapes.Length, values: Mapping[str, Any]) -> int:
    if isinstance(length, int):
        return length
    (_, (_, name), axis), offset = length
    return int(np.shape(values[name])[axis]) + offset


# ---- looking at arguments --------------------------------------------------------------------


def differentiable(name: str, value: Any, function: types.FunctionType) -> Any:
    """The argument as something that has a derivative, or InputTypeError."""
    if isinstance(value, (float, np.floating)):
        return value
    if isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_)):
        return float(value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value
    if isinstance(value, (list, tuple)):
        return type(value)(differentiable(f"{name}[{i}]", v, function) for i, v in enumerate(value))
    if isinstance(value, dict):
        return {k: differentiable(f"{name}[{k!r}]", v, function) for k, v in value.items()}
    what = f"an array of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
    hint = "; convert it with .astype(float)" if isinstance(value, np.ndarray) else ""
    raise errors.InputTypeError(
        f"{function.__name__}: argument {name} is {what}, which has no derivative{hint}"
    )


def seed_of(value: Any, derived: Derived) -> Any:
    if isinstance(value, (int, float, np.number)):
        return float(value)
    if derived.options.scalar_output and derived.options.check_dims and np.shape(value) != ():
        raise errors.ShapeError(
            f"the seed has shape {np.shape(value)}; the value of a gradient is one number"
        )
    return value


def fact_of(name: str, value: Any) -> Fact:
    """What an actual argument tells: its kind, rank and element type, not its lengths."""
    if isinstance(value, np.ndarray):
        shape = tuple((("size", token_of(name), axis), 0) for axis in range(value.ndim))
        return facts.array(shape, facts.dtype_name(value.dtype))
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        items = tuple(fact_of(f"{name}[{i}]", v) for i, v in enumerate(value))
        kind = facts.TUPLE if isinstance(value, tuple) else facts.LIST
        return facts.sequence(kind, items)
    if type(value) is dict:
        return Fact(facts.DICT, items=tuple((k, fact_of(f"{name}[{k!r}]", v)) for k, v in value.items()))
    known = facts.of_object(value)
    return known if known.kind != facts.OBJECT else Fact(facts.OBJECT)
