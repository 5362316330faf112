"""One program in every mode, against finite differences of the program itself."""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import tangent_ad as tangent
from tests.api.differences import gradient

from .table import Program

RIGHT, REFUSED, WRONG = "right", "refused", "wrong"
CLOSE = 1e-6


@dataclass(frozen=True)
class Verdict:
    word: str
    why: str = ""


def verdicts(program: Program) -> dict[str, Verdict]:
    return {name: verdict(program, mode) for name, mode in MODES.items()}


def verdict(program: Program, mode: Callable[[Case], None]) -> Verdict:
    """An error of ours that tells its place is a refusal; any other error is as bad as a wrong value."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", tangent.IndependentOutputWarning)
            for point in program.points:
                mode(Case(program, point))
    except tangent.InternalError as error:
        return Verdict(WRONG, f"{type(error).__name__}: {error}")
    except tangent.TangentError as error:
        has_place = error.filename is not None and error.lineno is not None
        return Verdict(REFUSED if has_place else WRONG, str(error))
    except AssertionError as error:
        return Verdict(WRONG, " ".join(str(error).split()))
    except Exception as error:  # noqa: BLE001 - whatever comes out instead of a derivative
        return Verdict(WRONG, f"{type(error).__name__}: {error}")
    return Verdict(RIGHT)


class Case:
    """A program at one point, as a function of the vector of all numbers of its arguments."""

    def __init__(self, program: Program, point: tuple) -> None:
        self.function = program.function
        parameters = list(inspect.signature(program.function).parameters.values())
        self.wrt = tuple(p.name for p in parameters[: len(point)])
        self.defaults = tuple(p.default for p in parameters[len(point) :])
        self.point = point
        self.at = np.array([n for value in point for n in np.ravel(value)])
        self.along = np.cos(1.0 + np.arange(self.at.size))

    def arguments(self, numbers: np.ndarray | None = None) -> list[Any]:
        """Fresh arguments, so that one run cannot disturb another."""
        rest = iter(self.at if numbers is None else numbers)
        return [*(of_form(value, rest) for value in self.point), *copy.deepcopy(self.defaults)]

    def tangents(self) -> dict[str, Any]:
        rest = iter(self.along)
        return {f"d{n}": of_form(v, rest) for n, v in zip(self.wrt, self.point, strict=True)}

    def value(self, numbers: np.ndarray) -> float:
        return float(self.function(*self.arguments(numbers)))

    def wanted(self) -> np.ndarray:
        return gradient(self.value, self.at)

    def flat(self, gradients: Any) -> np.ndarray:
        parts = gradients if len(self.wrt) > 1 else (gradients,)
        return np.array([n for part in parts for n in np.ravel(part)])

    def is_close(self, got: Any, want: Any) -> None:
        scale = max(1.0, float(np.max(np.abs(want), initial=0.0)))
        np.testing.assert_allclose(got, want, rtol=CLOSE, atol=CLOSE * scale)


def of_form(value: Any, rest: Iterator[float]) -> Any:
    if isinstance(value, np.ndarray):
        return np.array([next(rest) for _ in range(value.size)]).reshape(value.shape)
    return float(next(rest))


def reverse(case: Case) -> None:
    """The value and the gradient, twice, and the arguments as they were."""
    derivative = tangent.value_and_grad(case.function, wrt=case.wrt)
    given = case.arguments()
    value, gradients = derivative(*given)
    case.is_close(value, case.value(case.at))
    case.is_close(case.flat(gradients), case.wanted())
    again = case.arguments()
    case.function(*copy.deepcopy(again))
    np.testing.assert_equal(derivative(*again), (value, gradients))
    if all(np.array_equal(a, b) for a, b in zip(again, case.arguments(), strict=True)):
        np.testing.assert_equal(given, case.arguments())


def forward(case: Case) -> None:
    got = tangent.jvp(case.function, case.wrt)(*case.arguments(), **case.tangents())
    case.is_close(got, case.along @ case.wanted())


def split(case: Case) -> None:
    derivative = tangent.autodiff(case.function, case.wrt, motion="split")
    case.is_close(case.flat(derivative(*case.arguments())), case.wanted())


def unoptimised(case: Case) -> None:
    derivative = tangent.autodiff(case.function, case.wrt, optimized=False)
    case.is_close(case.flat(derivative(*case.arguments())), case.wanted())


def second_order(case: Case) -> None:
    """Forward over reverse and reverse over reverse, against differences of the gradient."""
    derivative = tangent.grad(case.function, wrt=case.wrt)

    def along(numbers: np.ndarray) -> np.ndarray:
        return case.flat(derivative(*case.arguments(numbers)))

    def slope(step: float) -> np.ndarray:
        ahead, behind = (along(case.at + s * case.along) for s in (step, -step))
        return (ahead - behind) / (2.0 * step)

    want = (4.0 * slope(1e-4) - slope(2e-4)) / 3.0
    for mode in ("forward_over_reverse", "reverse_over_reverse"):
        second = tangent.hvp(case.function, case.wrt, mode=mode)
        got = second(*case.arguments(), *case.tangents().values())
        case.is_close(case.flat(got), want)


MODES: dict[str, Callable[[Case], None]] = {
    "reverse": reverse,
    "forward": forward,
    "split": split,
    "unoptimised": unoptimised,
    "second": second_order,
}
