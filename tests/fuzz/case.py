"""One program on the bench: its live function, its oracle, and its derivatives, each made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .oracle import Oracle
from .program import Program
from .trees import duplicate, pack, unpack

# The package under test, or something with the same public face; without these three names of it
# no property can be tried.
Engine = Any
FACE = ("TangentError", "grad", "autodiff")


class Case:
    """A program with everything that the properties share."""

    def __init__(self, program: Program, function: Callable[..., Any], engine: Engine):
        self.program = program
        self.function = function
        self.engine = engine
        self.oracle = Oracle(program)
        self.wrt = program.wrt
        self.rng = np.random.default_rng((program.seed, 1))
        result = function(*self.args())
        self.value = np.asarray(result, float)
        # A seed has the type of the result: a float for a float, an array for an array.
        self.seed: Any = 1.0 if self.value.ndim == 0 else self.rng.uniform(-1, 1, self.value.shape)
        size = self.oracle.point.size
        self.one = self.rng.uniform(-1.0, 1.0, size)
        self.two = self.rng.uniform(-1.0, 1.0, size)
        self._made: dict[Any, Callable[..., Any]] = {}
        self._jacobian: np.ndarray | None = None
        self._bends: dict[bytes, np.ndarray] = {}

    # The truth

    @property
    def is_scalar(self) -> bool:
        return self.value.ndim == 0

    @property
    def jacobian(self) -> np.ndarray:
        if self._jacobian is None:
            self._jacobian = self.oracle.jacobian()
        return self._jacobian

    def bend(self, direction: np.ndarray) -> np.ndarray:
        """Give the Hessian times a direction."""
        key = direction.tobytes()
        if key not in self._bends:
            self._bends[key] = self.oracle.hessian_times(direction)
        return self._bends[key]

    # What is tested

    def args(self) -> tuple[Any, ...]:
        """Give copies of the arguments."""
        return tuple(duplicate(arg) for arg in self.program.args)

    def tangents(self, direction: np.ndarray) -> tuple[Any, ...]:
        """Cut a flat direction into one tangent for each argument that varies."""
        return unpack(self.oracle.like, direction)

    def derive(self, name: str, **options: Any) -> Callable[..., Any]:
        """Make a derivative by a function of the engine, once for each set of options."""
        key = (name, *sorted(options.items()))
        if key not in self._made:
            make = getattr(self.engine, name)
            self._made[key] = make(self.function, wrt=self.wrt, **options)
        return self._made[key]

    def reverse(self, **options: Any) -> Any:
        """Run reverse mode with the seed of this case."""
        return self.derive("autodiff", mode="reverse", **options)(*self.args(), self._own_seed())

    def forward(self, direction: np.ndarray, **options: Any) -> Any:
        """Run forward mode along a direction."""
        run = self.derive("autodiff", mode="forward", **options)
        return run(*self.args(), *self.tangents(direction))

    def _own_seed(self) -> Any:
        return self.seed.copy() if isinstance(self.seed, np.ndarray) else self.seed

    def tuple_of(self, gradient: Any) -> tuple[Any, ...]:
        """Give a gradient as one part for each argument that varies."""
        return (gradient,) if len(self.wrt) == 1 else tuple(gradient)

    def flat(self, gradient: Any) -> np.ndarray:
        return np.asarray(pack(self.tuple_of(gradient)), float)
