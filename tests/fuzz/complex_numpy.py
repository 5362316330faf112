"""NumPy, math and float as a program sees them when its numbers may be complex."""

from __future__ import annotations

import cmath
import math
from typing import Any

import numpy as np

from .hooks import Hooked, Hooks, real


class NumpyStandIn(Hooked):
    """NumPy for complex numbers: new arrays have room for them, decisions look at real parts."""

    def __init__(self, hooks: Hooks, is_complex: bool):
        self._hooks = hooks
        self._dtype = complex if is_complex else float
        self.abs = self.absolute = self.fabs = hooks.absolute
        self.maximum, self.minimum, self.clip = hooks.maximum, hooks.minimum, hooks.clip
        self.floor_divide, self.mod = hooks.floor_divide, hooks.remainder
        self.max = self.amax = hooks.extreme(np.argmax)
        self.min = self.amin = hooks.extreme(np.argmin)
        self.linalg = _LinalgStandIn()

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        return self._widened(np.where(condition, yes, no))

    def _widened(self, made: np.ndarray) -> np.ndarray:
        return made.astype(self._dtype) if made.dtype.kind == "f" else made

    def array(self, *args: Any, **keywords: Any) -> Any:
        keywords.pop("dtype", None)
        return self._widened(np.array(*args, **keywords))

    def zeros(self, shape: Any) -> np.ndarray:
        return np.zeros(shape, self._dtype)

    def empty(self, shape: Any) -> np.ndarray:
        # Reading what was never written shows up as a nan.
        return np.full(shape, np.nan, self._dtype)

    def ones(self, shape: Any) -> np.ndarray:
        return np.ones(shape, self._dtype)

    def full(self, shape: Any, value: Any) -> np.ndarray:
        return self._widened(np.full(shape, value))

    def eye(self, *args: Any) -> np.ndarray:
        return np.eye(*args, dtype=self._dtype)

    def zeros_like(self, like: Any) -> np.ndarray:
        return self._widened(np.zeros_like(like))

    def ones_like(self, like: Any) -> np.ndarray:
        return self._widened(np.ones_like(like))

    def linspace(self, *args: Any) -> np.ndarray:
        return self._widened(np.linspace(*args))

    def arange(self, *args: Any) -> np.ndarray:
        return self._widened(np.arange(*args))

    def isfinite(self, value: Any) -> Any:
        return np.isfinite(real(value))

    def floor(self, value: Any) -> Any:
        return self._hooks.floor_divide(value, 1.0)


class _LinalgStandIn:
    """numpy.linalg, but for the norm, which would take the absolute value."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np.linalg, name)

    @staticmethod
    def norm(value: Any) -> Any:
        return np.sqrt(np.sum(value * value))


class MathStandIn:
    """The module math, for complex numbers as well."""

    def __init__(self, hooks: Hooks):
        self.fabs = hooks.absolute
        self.floor = hooks.truncated

    def __getattr__(self, name: str) -> Any:
        function = getattr(math, name)
        if not callable(function):
            return function
        # What cmath lacks, log1p and expm1, NumPy has.
        for_complex: Any = getattr(cmath, name, None) or getattr(np, name, None)

        def either(*args: Any) -> Any:
            if any(np.iscomplexobj(arg) for arg in args):
                return for_complex(*(complex(arg) for arg in args))
            return function(*args)

        return either


class _FloatMeta(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, (float, complex))

    def __call__(cls, value: Any) -> Any:
        return complex(value) if np.iscomplexobj(value) else float(value)


class FloatStandIn(metaclass=_FloatMeta):
    """The builtin float, for complex numbers as well."""
