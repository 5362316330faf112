"""What the rewritten text of a program calls in the place of its decisions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

COMPARISONS = {
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Eq": operator.eq,
    "NotEq": operator.ne,
}

# Trips and calls in one run; generation must not depend on how fast the machine is.
MOST_TICKS = 3000


class TooLongError(Exception):
    """A program makes too many steps."""


def real(value: Any) -> Any:
    """Drop an imaginary part."""
    if isinstance(value, (complex, np.complexfloating)):
        return value.real
    if isinstance(value, np.ndarray) and value.dtype.kind == "c":
        return value.real
    return value


def to_complex(value: Any) -> Any:
    """Give an array of floats room for imaginary parts."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(complex)
    return value


class Hooked:
    """What stands in for a module, and is not an argument when it owns a function."""


class Hooks:
    """What the rewritten text calls; `record` collects the decisions."""

    def __init__(self) -> None:
        self.record: list[Any] = []
        self.ticks = 0

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks > MOST_TICKS:
            raise TooLongError

    def _note(self, outcome: Any) -> Any:
        self.record.append(outcome.tobytes() if isinstance(outcome, np.ndarray) else bool(outcome))
        return outcome

    def compare(self, name: str, left: Any, right: Any) -> Any:
        return self._note(COMPARISONS[name](real(left), real(right)))

    def truth(self, value: Any) -> bool:
        return self._note(bool(real(value)))

    def all_of(self, *parts: Callable[[], Any]) -> Any:
        value = None
        for part in parts:
            value = part()
            if not self.truth(value):
                break
        return value

    def any_of(self, *parts: Callable[[], Any]) -> Any:
        value = None
        for part in parts:
            value = part()
            if self.truth(value):
                break
        return value

    def floor_divide(self, left: Any, right: Any) -> Any:
        quotient = real(left) // real(right)
        if not isinstance(quotient, int):
            self.record.append(np.asarray(quotient).tobytes())
        return quotient

    def remainder(self, left: Any, right: Any) -> Any:
        if isinstance(left, str) or isinstance(left, int) and isinstance(right, int):
            return left % right
        return left - self.floor_divide(left, right) * right

    def absolute(self, value: Any) -> Any:
        sign = np.where(self._note(np.asarray(real(value)) < 0), -1.0, 1.0)
        return value * sign if isinstance(value, np.ndarray) else value * float(sign)

    def truncated(self, value: Any) -> int:
        result = int(real(value))
        self.record.append(result)
        return result

    def maximum(self, left: Any, right: Any) -> Any:
        chosen = self._note(np.asarray(real(left) >= real(right)))
        return np.where(chosen, left, right)[()]

    def minimum(self, left: Any, right: Any) -> Any:
        chosen = self._note(np.asarray(real(left) <= real(right)))
        return np.where(chosen, left, right)[()]

    def clip(self, value: Any, low: Any, high: Any) -> Any:
        return self.minimum(self.maximum(value, low), high)

    def extreme(self, find: Callable[..., Any]) -> Callable[..., Any]:
        """Give np.max or np.min as a function that records which item it took."""

        def reduce(owner: Any, *args: Any, axis: Any = None, keepdims: bool = False) -> Any:
            if isinstance(owner, Hooked):
                owner = args[0]
            array = np.asarray(owner)
            at = find(array.real, axis=axis, keepdims=True)
            self.record.append(at.tobytes())
            if axis is None:
                result = array.reshape(-1)[at.reshape(-1)[0]]
                return result.reshape((1,) * array.ndim) if keepdims else result
            result = np.take_along_axis(array, at, axis)
            return result if keepdims else np.squeeze(result, axis)

        return reduce

    def builtin_extreme(self, find: Callable[..., Any]) -> Callable[..., Any]:
        def choose(*args: Any, key: Any = None, **keywords: Any) -> Any:
            items = list(args[0]) if len(args) == 1 else list(args)
            numbers = [real(key(item) if key else item) for item in items]
            at = numbers.index(find(numbers))
            self.record.append(at)
            return items[at]

        return choose

    def ordered(self, items: Any, key: Any = None, reverse: bool = False) -> list[Any]:
        given = list(items)
        keys = [key(item) if key else item for item in given]
        # A tuple is compared by its first part, which is no number that varies, or decides.
        keys = [one[0] if isinstance(one, tuple) else one for one in keys]
        order = sorted(range(len(given)), key=lambda at: real(keys[at]), reverse=reverse)
        self.record.append(tuple(order))
        return [given[place] for place in order]
