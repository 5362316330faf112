"""A differentiator that needs no compiler: the oracle behind the public face of the package.

It tests the generator, the properties and the shrinker themselves: with it every property holds of
every program, and a mistake that is planted in it must be found and made small.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

import numpy as np

from .oracle import Oracle
from .program import Program
from .trees import pack, unpack


class Refusal(Exception):
    """What the stand-in raises for a program that it was told to refuse."""

    def __init__(self, message: str, filename: str, lineno: int | None):
        super().__init__(message)
        self.filename = filename
        self.lineno = lineno
        self.col_offset = 0


class _Gradient:
    """A gradient function that can be differentiated again."""

    def __init__(self, engine: StandIn, function: Callable[..., Any], wrt: tuple[int, ...]):
        self.engine = engine
        self.function = function
        self.wrt = wrt

    def __call__(self, *args: Any) -> Any:
        oracle = self.engine.oracle(self.function, args, self.wrt)
        return self.engine.result(oracle, oracle.jacobian()[0])


class StandIn:
    """The functions of `tangent_ad`; `spoil` may falsify a gradient, `refuse` may reject a text."""

    TangentError = Refusal

    def __init__(
        self,
        spoil: Callable[[Oracle, np.ndarray], np.ndarray] | None = None,
        refuse: Callable[[str], int | None] | None = None,
    ):
        self.spoil = spoil
        self.refuse = refuse

    def oracle(self, function: Any, args: tuple[Any, ...], wrt: Any) -> Oracle:
        """Find the text of a function, and stand before it with these arguments."""
        names = function.__code__.co_varnames
        wrt = tuple(names.index(place) if isinstance(place, str) else place for place in wrt)
        filename = function.__code__.co_filename
        source = "".join(linecache.getlines(filename))
        line = self.refuse(source) if self.refuse else None
        if line is not None:
            raise Refusal("not supported; write something else", filename, line)
        return Oracle(Program(0, source, args, wrt, entry=function.__name__))

    def result(self, oracle: Oracle, flat: np.ndarray) -> Any:
        """Give a flat gradient the form of the arguments."""
        if self.spoil:
            flat = self.spoil(oracle, flat)
        parts = unpack(oracle.like, flat)
        return parts[0] if len(parts) == 1 else parts

    def grad(self, function: Any, wrt: Any = (0,), **options: Any) -> Callable[..., Any]:
        if isinstance(function, _Gradient):
            unit = [1.0]
            return lambda *args: self._bend(function, args, np.array(unit))
        return _Gradient(self, function, wrt)

    def autodiff(
        self, function: Any, wrt: Any = (0,), mode: str = "reverse", **options: Any
    ) -> Callable[..., Any]:
        if mode == "forward":
            return self.jvp(function, wrt)
        run = self.vjp(function, wrt)
        if options.get("preserve_result"):
            return lambda *args: (run(*args), function(*args[:-1]))
        return run

    def vjp(self, function: Any, wrt: Any = (0,)) -> Callable[..., Any]:
        def pull(*args: Any) -> Any:
            *rest, seed = args
            if isinstance(function, _Gradient):
                return self._bend(function, tuple(rest), pack(seed))
            oracle = self.oracle(function, tuple(rest), wrt)
            return self.result(oracle, np.asarray(seed).reshape(-1) @ oracle.jacobian())

        return pull

    def jvp(self, function: Any, wrt: Any = (0,)) -> Callable[..., Any]:
        def push(*args: Any) -> Any:
            rest, direction = args[: -len(wrt)], pack(args[-len(wrt) :])
            if isinstance(function, _Gradient):
                return self._bend(function, rest, direction)
            result = self.oracle(function, rest, wrt).directional(direction)
            value = np.asarray(function(*rest))
            return result[0] if value.ndim == 0 else result.reshape(value.shape)

        return push

    def hvp(self, function: Any, wrt: Any = (0,), mode: str = "") -> Callable[..., Any]:
        gradient = _Gradient(self, function, wrt)
        return lambda *args: self._bend(gradient, args[: -len(wrt)], pack(args[-len(wrt) :]))

    def _bend(self, gradient: _Gradient, args: tuple[Any, ...], direction: np.ndarray) -> Any:
        oracle = self.oracle(gradient.function, args, gradient.wrt)
        return self.result(oracle, oracle.hessian_times(direction))
