"""Is a program worth testing: does it run, is it smooth around its point, is its input safe?"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .oracle import Oracle, differences
from .program import Program, loaded
from .trees import duplicate, same

# No decision may change within this distance of the sample point.
MARGIN = 2e-3
LARGEST = 1e3
STEEPEST = 1e4


class UnfitError(Exception):
    """A reason not to use a program."""


def fault(program: Program) -> str | None:
    """Say why a program is no good, or give None."""
    try:
        with np.errstate(all="raise", under="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error")
            _inspect(program)
    except UnfitError as reason:
        return str(reason)
    except Exception as error:  # noqa: BLE001 - whatever a program raises, it is no good
        return f"{type(error).__name__}: {error}"
    return None


def _inspect(program: Program) -> None:
    oracle = Oracle(program)
    # This run counts its steps, so it goes first: the plain one may have no end.
    result, record = oracle.traced(oracle.point)
    value = plain_value(program)
    if not np.allclose(result, value, rtol=1e-9, atol=1e-12):
        raise UnfitError(f"instrumented: {result} instead of {value}")
    rng = np.random.default_rng(program.seed)
    for _ in range(2):
        corner = rng.choice((-1.0, 1.0), oracle.point.size)
        for sign in (MARGIN, -MARGIN):
            if oracle.traced(oracle.point + sign * corner)[1] != record:
                raise UnfitError("a decision changes nearby")
    _check_slopes(oracle, rng)


def plain_value(program: Program) -> np.ndarray:
    """Run the program as it stands, on copies of its arguments."""
    args = tuple(duplicate(arg) for arg in program.args)
    with loaded(program) as function:
        result: Any = function(*args)
        if result is None or isinstance(result, (tuple, list, dict)):
            raise UnfitError(f"returns {type(result).__name__}")
        again = function(*args)
    value = np.asarray(result, float).reshape(-1)
    if not np.all(np.isfinite(value)) or np.max(np.abs(value), initial=0.0) > LARGEST:
        raise UnfitError(f"returns {result}")
    if not all(same(one, other) for one, other in zip(args, program.args, strict=True)):
        raise UnfitError("writes into its input")
    if not np.array_equal(value, np.asarray(again, float).reshape(-1)):
        raise UnfitError("gives another value the second time")
    return value


def _check_slopes(oracle: Oracle, rng: np.random.Generator) -> None:
    """Compare the complex step with differences; a kink that nobody recorded shows up here."""
    direction = rng.uniform(0.5, 1.0, oracle.point.size) * rng.choice((-1, 1), oracle.point.size)
    exact = oracle.directional(direction)
    if not np.all(np.isfinite(exact)):
        raise UnfitError("a slope is not finite")
    if np.max(np.abs(exact), initial=0.0) > STEEPEST:
        raise UnfitError("too steep")
    if not np.any(exact):
        raise UnfitError("does not depend on its input")
    scale = max(1.0, np.max(np.abs(exact)))
    for step in (1e-4, 1e-5):
        near = differences(oracle.value, oracle.point, direction, step)
        if np.max(np.abs(near - exact)) > 1e-5 * scale:
            raise UnfitError(f"the slope is {exact}, by differences {near}")
    bend = differences(lambda at: oracle.directional(direction, at), oracle.point, direction, 1e-4)
    if np.max(np.abs(bend)) > STEEPEST:
        raise UnfitError("too bent")
