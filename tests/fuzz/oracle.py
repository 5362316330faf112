"""Derivatives that owe nothing to what is tested: a complex step, and differences of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .hooks import to_complex
from .instrument import Instrumented
from .program import Program
from .trees import duplicate, leaves, pack, rebuild, unpack

STEP = 1e-30


class Oracle:
    """A program as a function of one flat vector: all the numbers it is differentiated for."""

    def __init__(self, program: Program):
        self.program = program
        self.like = tuple(program.args[place] for place in program.wrt)
        self.point = pack(self.like).astype(float)
        self._instrumented = Instrumented(program)

    def args_at(self, point: np.ndarray) -> tuple[Any, ...]:
        """Give arguments of their own, with those that vary taken from `point`."""
        args = [duplicate(arg) for arg in self.program.args]
        for place, value in zip(self.program.wrt, unpack(self.like, point), strict=True):
            args[place] = value
        return tuple(args)

    def value(self, point: np.ndarray) -> np.ndarray:
        """Run the program; the result as a flat vector."""
        return self.traced(point)[0]

    def traced(self, point: np.ndarray) -> tuple[np.ndarray, list[Any]]:
        """Run the program; the result and the decisions that it took."""
        result, record = self._instrumented.run(*self.args_at(point))
        return np.asarray(result, float).reshape(-1), record

    def directional(self, direction: np.ndarray, point: np.ndarray | None = None) -> np.ndarray:
        """Differentiate the flat result along a direction, to the last digit."""
        at = self.point if point is None else point
        args = self.args_at(at + 1j * STEP * direction)
        # An inactive number must be complex, too, where a derivative is written into its copy.
        args = tuple(rebuild(arg, map(to_complex, leaves(arg))) for arg in args)
        result, _ = self._instrumented.run_complex(*args)
        return np.asarray(result, complex).reshape(-1).imag / STEP

    def jacobian(self, point: np.ndarray | None = None) -> np.ndarray:
        """Differentiate along every unit vector: one column for each number that varies."""
        columns = [self.directional(unit, point) for unit in np.eye(self.point.size)]
        return np.stack(columns, axis=1)

    def second(self, one: np.ndarray, two: np.ndarray, step: float = 1e-4) -> np.ndarray:
        """Differentiate along `one` and then along `two`, by a difference of the fourth order."""
        parts = [
            weight * self.directional(one, self.point + shift * step * two)
            for shift, weight in ((-2, 1 / 12), (-1, -2 / 3), (1, 2 / 3), (2, -1 / 12))
        ]
        return sum(parts[1:], parts[0]) / step

    def hessian_times(self, direction: np.ndarray) -> np.ndarray:
        """Differentiate the gradient of a scalar result along a direction."""
        units = np.eye(self.point.size)
        return np.array([self.second(unit, direction)[0] for unit in units])


def differences(run: Any, point: np.ndarray, direction: np.ndarray, step: float) -> np.ndarray:
    """Give the central difference of `run` at `point` along a direction."""
    return (run(point + step * direction) - run(point - step * direction)) / (2 * step)
