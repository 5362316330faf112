"""The notation in which derivatives are declared, for the library and for users alike.

    @elementwise(np.cosh)              one partial derivative per operand: both modes
    def cosh(y, x):
        return np.sinh(x)

    @adjoint(np.outer)                 anything else: reverse mode in terms of d[...]
    def outer(z, x, y):
        d[x] = np.dot(d[z], y)
        d[y] = np.dot(x, d[z])

    @outer.tangent                     and forward mode under it
    def outer(z, x, y):
        d[z] = np.outer(d[x], y) + np.outer(x, d[y])

    zero(np.floor, np.sign)            the derivative is zero, on purpose
    unsupported(np.unwrap, "reason")   known, and not done

Parameters are the result, then those of the operation, by its own names and with its defaults.
`known(x)` in a test or a conditional expression asks for what is known before the program runs
(`known(x).rank`, `.shape`, `.value`, `.is_scalar`, ...). A function marked `pasted` is a part that
rules share (see `parts`). Where a rule for one mode is missing, the function is refused in it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from tangent_ad import errors
from tangent_ad.analysis import operations
from tangent_ad.analysis.operations import ELEMENTWISE, GENERAL, TABLE, UNSUPPORTED, ZERO, Operation
from tangent_ad.syntax import template

INSIDE = __name__.rpartition(".")[0]  # rules of the package itself are checked by its tests


class _Derivatives:
    """Stands for derivatives in the text of rules; never runs."""

    def __getitem__(self, key: Any) -> Any:
        raise errors.RuleError("a rule is read, not called: d[...] has no value")

    __setitem__ = __getitem__  # type: ignore[assignment]


d: Any = _Derivatives()


def known(value: Any) -> Any:
    """Stands for what is known of an operand in the text of rules; never runs."""
    raise errors.RuleError("a rule is read, not called: known(...) has no value")


class Rule:
    """What a decorator makes of a rule: the entries it declared, open for the other mode."""

    def __init__(self, entries: list[Operation]) -> None:
        self.entries = entries

    def tangent(self, function: Callable) -> Rule:
        """Declare the forward mode."""
        for entry in self.entries:
            _check(function, entry, is_tangent=True)
            entry.tangent = function
            entry.linear = entry.multilinear = ()
        return self

    def result(self, function: Callable) -> Rule:
        """Declare how the fact of the result follows from the facts of the operands."""
        for entry in self.entries:
            entry.result = function
        return self


def elementwise(*functions: Any, **options: Any) -> Callable[[Callable], Rule]:
    """Declare partial derivatives, one per operand, of an elementwise operation.

    `domain` names where test points are taken from: real, positive, unit (-1, 1), above_one; one
    for all operands, or a tuple.
    """

    def declare(rule: Callable) -> Rule:
        return _declare(ELEMENTWISE, functions, rule, options)

    return declare


def adjoint(*functions: Any, **options: Any) -> Callable[[Callable], Rule]:
    """Declare the reverse mode of an operation.

    `sample` makes a list of calls for tests out of a source of numbers, as in
    `lambda r: [call(r(3, 4)), call(r(3, 4), axis=1)]`; `result` gives the fact of the result;
    `writes` names the operands that a call changes in place, `constant` those whose numbers do not
    matter, as those of `like` in `zeros_like`; `fresh=False` says that the result may be a view;
    of several functions, `fresh` lists those whose result is none.

    Forward mode of a linear operation is the operation itself, called for the tangents: `linear`
    names the operands in which it is linear together, as `x` in `flip(x)`, `multilinear` those in
    each of which it is, as `x` and `y` in `dot(x, y)`.
    """

    def declare(rule: Callable) -> Rule:
        return _declare(GENERAL, functions, rule, options)

    return declare


def tangent_(*functions: Any, **options: Any) -> Callable[[Callable], Rule]:
    """Declare the forward mode of operations; the name is google/tangent's.

    An operation that has a reverse mode keeps it. One that has none is refused in reverse mode.
    """

    def declare(rule: Callable) -> Rule:
        known = [operations.find(function) for function in functions]
        if known and all(entry is not None for entry in known):
            return Rule([entry for entry in known if entry is not None]).tangent(rule)
        made = _declare(GENERAL, functions, rule, options, is_tangent=True)
        for entry in made.entries:
            entry.adjoint = None
        return made.tangent(rule)

    return declare


def zero(*functions: Any, **options: Any) -> None:
    """Declare that the derivative is zero wherever it exists, or that there is none to speak of.

    `parameters` names those that `result` wants to know; without them it gets all `arguments`.
    """
    parameters = tuple(options.pop("parameters", ()))
    variadic = None if parameters else "arguments"
    for function in functions:
        if function is not None:
            _register(Operation(function, _name(function), ZERO, parameters, variadic, **options))


def unsupported(function: Any, reason: str, **options: Any) -> None:
    """Declare that an operation is known and cannot be differentiated."""
    if function is not None:
        name = _name(function)
        _register(
            Operation(function, name, UNSUPPORTED, (), "arguments", reason=reason, **options)
        )


def _declare(
    kind: str,
    functions: tuple,
    rule: Callable,
    options: dict[str, Any],
    is_tangent: bool = False,
) -> Rule:
    if not functions:
        raise errors.RuleError("a rule names the function whose derivative it is")
    parameters, variadic, defaults = _parameters(rule)
    for option in ("writes", "constant"):
        if isinstance(options.get(option), str):
            options[option] = frozenset((options[option],))
        elif option in options:
            options[option] = frozenset(options[option])
    for option in ("linear", "multilinear"):
        if isinstance(options.get(option), str):
            options[option] = (options[option],)
    options["positional"] = rule.__code__.co_argcount - 1
    fresh = options.pop("fresh", True)
    entries = []
    for function in _present(functions):
        options["fresh"] = fresh if isinstance(fresh, bool) else function in fresh
        entry = Operation(
            function, _name(function), kind, parameters, variadic, defaults, rule, **options
        )
        _check(rule, entry, is_tangent)
        _register(entry)
        entries.append(entry)
    return Rule(entries)


def _present(functions: tuple) -> list[Any]:
    """The functions, once each; None stands for one that this NumPy does not have."""
    found: list[Any] = []
    for function in functions:
        if function is not None and not any(function is other for other in found):
            found.append(function)
    return found


def _parameters(rule: Callable) -> tuple[tuple[str, ...], str | None, dict[str, Any]]:
    code = rule.__code__
    names = list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    variadic = None
    if code.co_flags & inspect.CO_VARARGS:
        variadic = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
    if not names:
        raise errors.RuleError(f"the rule {rule.__name__} has no parameter for the result")
    values = rule.__defaults__ or ()
    positional = names[: code.co_argcount]
    defaults = dict(zip(positional[len(positional) - len(values) :], values, strict=True))
    defaults.update(rule.__kwdefaults__ or {})
    return tuple(names[1:]), variadic, defaults


def _check(rule: Any, entry: Operation, is_tangent: bool = False) -> None:
    """Find mistakes when a user declares a rule; the library's own are checked by its tests."""
    if rule.__module__.startswith(INSIDE):
        return
    parameters, variadic, _ = _parameters(rule)
    operands = [*parameters, *([variadic] if variadic else [])]
    result = rule.__code__.co_varnames[0]
    template.check(template.of(rule), result, operands, is_tangent)


def _register(entry: Operation) -> None:
    existing = operations.find(entry.function)
    if existing is not None and _is_inside(entry):
        raise errors.RuleError(f"{entry.name} has two rules")
    TABLE[entry.function] = entry


def _is_inside(entry: Operation) -> bool:
    return entry.adjoint is not None and entry.adjoint.__module__.startswith(INSIDE)


def _name(function: Any) -> str:
    module = getattr(function, "__module__", "") or ""
    owner = getattr(function, "__objclass__", None)
    name = getattr(function, "__name__", repr(function))
    if isinstance(getattr(function, "__self__", None), np.ufunc):
        return f"numpy.{function.__self__.__name__}.{name}"
    if owner is not None:
        return f"{owner.__name__}.{name}"
    return f"{module}.{name}" if module and module != "builtins" else name
