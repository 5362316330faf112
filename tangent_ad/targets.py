"""What can be differentiated: functions, lambdas, bound methods, partials, callable objects,
operations with a rule; and how the derivative takes the same arguments as the original."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tangent_ad import errors
from tangent_ad.analysis import calls, operations
from tangent_ad.rules.custom import rules_of
from tangent_ad.runtime.instances import is_instance
from tangent_ad.session import CACHED
from tangent_ad.syntax import load


class Waiting:
    """What stands for a derivative that is made when its arguments are known (`pending`)."""

    name: str

    def differentiated(self, transform: Callable[[Any], Any]) -> Waiting:
        """The derivative of this derivative, to be made when this one is."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False, repr=False)
class Target:
    """The plain function behind what the user gave, and how to bind the rest again."""

    function: types.FunctionType
    parameters: tuple[str, ...]
    positional: tuple[str, ...]
    rebind: Callable[[Callable], Callable]
    bound: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        return self.function.__name__

    def full_arguments(self, like: Sequence[Any]) -> dict[str, Any]:
        """Example arguments by name, with those that are bound already and with defaults."""
        values = (*self.bound, *like)
        code, defaults = self.function.__code__, self.function.__defaults__ or ()
        names = code.co_varnames[: code.co_argcount]
        known = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
        return {**known, **dict(zip(names, values, strict=False))}

    def known_objects(self) -> dict[str, Any] | None:
        """The object whose method this is, if it is one of a class of the user's."""
        if not any(is_instance(value) for value in self.bound):
            return None
        names = self.function.__code__.co_varnames
        return dict(zip(names, self.bound, strict=False))


def target_of(f: Any) -> Target:
    """The function to read; raises UnsupportedFunctionError or SourceError."""
    if isinstance(f, types.FunctionType):
        has_rule = rules_of(f) is not None or operations.find(f) is not None
        if not has_rule and is_wrapper(f):
            return plain(_function_around(f) or f)
        return plain(_function_that_calls(f) if has_rule else f)
    if isinstance(f, CACHED):
        return target_of(f.__wrapped__)
    if isinstance(f, types.MethodType):
        inner = target_of(f.__func__)
        return _bound(inner, 1, lambda df: types.MethodType(df, f.__self__), (f.__self__,))
    if isinstance(f, functools.partial):
        return _partial(f)
    if inspect.isclass(f):
        raise errors.UnsupportedFunctionError(
            f"{f.__name__} is a class; differentiate a function that makes and uses it"
        )
    if isinstance(f, Waiting):
        raise errors.SourceError(
            f"the derivative of {f.name} is made when its arguments are known; give "
            "example arguments as like="
        )
    operation = operations.find(f)
    if operation is not None:
        return plain(_function_of_operation(operation))
    call = getattr(type(f), "__call__", None)  # noqa: B004
    if isinstance(call, types.FunctionType):
        return target_of(types.MethodType(call, f))
    if callable(f):
        raise errors.SourceError(
            f"no Python source for {calls.name_of(f)}; register a rule with @adjoint or "
            "@elementwise, or wrap it in a function"
        )
    raise errors.UnsupportedFunctionError(f"{f!r} is not a function")


def plain(f: types.FunctionType) -> Target:
    code = f.__code__
    if code.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        raise errors.UnsupportedFunctionError(f"{f.__name__} is async; write it without async")
    if code.co_flags & inspect.CO_GENERATOR:
        raise errors.UnsupportedFunctionError(
            f"{f.__name__} is a generator; return a value instead of yielding"
        )
    positional = code.co_varnames[: code.co_argcount]
    names = list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    if code.co_flags & inspect.CO_VARARGS:
        names.append(code.co_varnames[len(names)])
    return Target(f, tuple(names), positional, lambda df: df)


def _bound(
    inner: Target, count: int, rebind: Callable[[Callable], Callable], values: tuple[Any, ...]
) -> Target:
    """A function whose first arguments are given already: wrt counts from behind them.

    The names of bound arguments still can be asked for: the gradient with respect to `self`.
    """
    return Target(
        inner.function,
        inner.parameters,
        inner.positional[count:],
        lambda df: rebind(inner.rebind(df)),
        (*inner.bound, *values),
    )


def _partial(f: functools.partial) -> Target:
    inner = target_of(f.func)

    def rebind(df: Callable) -> Callable:
        new = functools.partial(df, *f.args, **f.keywords)
        new.__dict__.update(getattr(df, "__dict__", {}))
        return new

    target = _bound(inner, len(f.args), rebind, f.args)
    free = tuple(p for p in target.positional if p not in f.keywords)
    return Target(target.function, target.parameters, free, target.rebind, target.bound)


def _function_of_operation(operation: operations.Operation) -> types.FunctionType:
    """A Python function that calls an operation, to differentiate `np.sin` itself."""
    parameters = [p for p in operation.parameters if p not in operation.defaults]
    if not parameters:
        raise errors.SourceError(f"{operation.name} takes any number of arguments; wrap it")
    name = operation.name.rpartition(".")[2].strip("_") or "operation"
    arguments = ", ".join(parameters)
    text = f"def {name}({arguments}):\n    return function({arguments})\n"
    piece = load.Piece(name, {"function": operation.function, "__name__": "tangent_ad"}, {})
    return load.functions(text, f"<tangent_ad {operation.name}>", [piece], {})[name]


def _function_that_calls(f: types.FunctionType) -> types.FunctionType:
    """A function around one that has a rule of its own: its text is not to be read."""
    code = f.__code__
    if code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS) or code.co_kwonlyargcount:
        raise errors.UnsupportedFunctionError(
            f"{f.__name__} has a rule and takes *args or keyword-only arguments; wrap it in a "
            "function of plain arguments"
        )
    name = f.__name__ if f.__name__.isidentifier() else "f"
    names = code.co_varnames[: code.co_argcount]
    required = len(names) - len(f.__defaults__ or ())
    parameters = ", ".join(n if i < required else f"{n}=None" for i, n in enumerate(names))
    text = f"def {name}({parameters}):\n    return {name}_({', '.join(names)})\n"
    scope = {f"{name}_": f, "__name__": f.__module__}
    piece = load.Piece(name, scope, {}, defaults=f.__defaults__)
    made = load.functions(text, f"<tangent_ad {f.__module__}.{name}>", [piece], {})[name]
    made.__annotations__ = dict(f.__annotations__)
    return made


def is_wrapper(f: types.FunctionType) -> bool:
    """Whether a decorator made this with `functools.wraps` of a function of other parameters."""
    if not isinstance(f.__dict__.get("__wrapped__"), types.FunctionType):
        return False
    own = inspect.signature(f, follow_wrapped=False).parameters
    return list(own) != list(inspect.signature(f).parameters)


def _function_around(f: types.FunctionType) -> types.FunctionType | None:
    """A function of the parameters of the one that was decorated, which calls what it became."""
    parameters = list(inspect.signature(f).parameters.values())
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
        return None
    heads, given = [], []
    for p in parameters:
        if p.kind is p.KEYWORD_ONLY and "*" not in heads:
            heads.append("*")
        heads.append(p.name if p.default is p.empty else f"{p.name}=None")
        is_optional = p.default is not p.empty and p.kind is not p.POSITIONAL_ONLY
        given.append(f"{p.name}={p.name}" if is_optional or "*" in heads else p.name)
    if any(p.kind is p.POSITIONAL_ONLY for p in parameters):
        heads.insert(sum(p.kind is p.POSITIONAL_ONLY for p in parameters), "/")
    name = f.__name__ if f.__name__.isidentifier() else "f"
    text = f"def {name}({', '.join(heads)}):\n    return {name}_({', '.join(given)})\n"
    optional = [p for p in parameters if p.default is not p.empty]
    values = tuple(p.default for p in optional if p.kind is not p.KEYWORD_ONLY)
    keywords = {p.name: p.default for p in optional if p.kind is p.KEYWORD_ONLY}
    scope = {f"{name}_": f, "__name__": f.__module__}
    piece = load.Piece(name, scope, {}, defaults=values or None, kwdefaults=keywords or None)
    made = load.functions(text, f"<tangent_ad {f.__module__}.{name}>", [piece], {})[name]
    made.__annotations__ = dict(f.__annotations__)
    made.__doc__ = f.__doc__
    return made
