"""The programs of this folder in all modes, against finite differences at two steps."""

from __future__ import annotations

import copy
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import tangent_ad as tangent
from tests import programs
from tests.api import saved_module
from tests.api.differences import gradient

NAMES = sorted(m.name for m in pkgutil.iter_modules(programs.__path__) if "test" not in m.name)
SECOND_ORDER = {
    "finite_volumes", "hidden_markov", "layer_library", "linear_solver", "lu_decomposition", "n_body",
    "ode_solver", "quantum_circuit", "ray_tracer", "spline_object", "tracking",
    "adaptive_step", "bezier", "binomial_tree", "conjugate_gradient", "convolution",
    "gaussian_process", "garch", "perceptron", "robot_arm", "spline",
}  # fmt: skip
SAVED = {"attention", "epidemic", "garch", "householder", "lstm", "quadrature"}


class Program:
    """A program at its example, as a function of one vector: all numbers of the arguments `WRT`."""

    def __init__(self, name: str) -> None:
        module = importlib.import_module(f"{programs.__name__}.{name}")
        self.name = name
        self.function: Callable = getattr(module, name)
        self.wrt: tuple[str, ...] = module.WRT
        example = inspect.signature(self.function).bind(*module.example(np.random.default_rng(3)))
        example.apply_defaults()
        self.arguments: tuple = example.args
        self.chosen = self.arguments_of(self.wrt)
        self.at = np.array(list(numbers(self.chosen)))
        self.along = np.cos(1.0 + np.arange(self.at.size))

    def arguments_of(self, names: tuple[str, ...]) -> list:
        return [self.arguments[place] for place in self.places(names)]

    def places(self, names: tuple[str, ...]) -> list[int]:
        code = self.function.__code__
        return [code.co_varnames.index(name) for name in names]

    def at_point(self, point: np.ndarray) -> list:
        """The arguments with other numbers for `WRT`."""
        rest = iter(point)
        new = [of_form(value, rest) for value in self.chosen]
        arguments = list(copy.deepcopy(self.arguments))
        for place, value in zip(self.places(self.wrt), new, strict=True):
            arguments[place] = value
        return arguments

    def value(self, point: np.ndarray) -> float:
        return float(self.function(*self.at_point(point)))

    def tangents(self) -> dict[str, Any]:
        rest = iter(self.along)
        return {f"d{n}": of_form(v, rest) for n, v in zip(self.wrt, self.chosen, strict=True)}


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from numbers(item)
    else:
        yield from np.ravel(value)


def of_form(value: Any, rest: Iterator[float]) -> Any:
    """The next numbers in the form of a value."""
    if isinstance(value, dict):
        return {key: of_form(value[key], rest) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return type(value)(of_form(item, rest) for item in value)
    if isinstance(value, np.ndarray):
        return np.array([next(rest) for _ in range(value.size)]).reshape(value.shape)
    return float(next(rest))


def flat(gradients: Any, program: Program) -> np.ndarray:
    return np.array(list(numbers(gradients if len(program.wrt) > 1 else (gradients,))))


@pytest.fixture(scope="module", params=NAMES)
def program(request: pytest.FixtureRequest) -> Program:
    return Program(request.param)


@pytest.fixture(scope="module")
def wanted(program: Program) -> np.ndarray:
    return gradient(program.value, program.at)


@pytest.fixture(scope="module")
def derivative(program: Program) -> Callable:
    return tangent.value_and_grad(program.function, wrt=program.wrt)


def close(got: Any, want: Any) -> None:
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-6 * max(1.0, np.max(np.abs(want))))


def test_reverse_mode(program: Program, wanted: np.ndarray, derivative: Callable) -> None:
    given = copy.deepcopy(program.arguments)
    value, gradients = derivative(*given)
    assert value == pytest.approx(program.value(program.at), rel=1e-12)
    close(flat(gradients, program), wanted)
    np.testing.assert_equal(given, program.arguments)
    np.testing.assert_equal(derivative(*given), (value, gradients))


def test_unoptimised_in_split_motion(program: Program, wanted: np.ndarray) -> None:
    plain = tangent.autodiff(program.function, program.wrt, optimized=False, motion="split")
    close(flat(plain(*copy.deepcopy(program.arguments)), program), wanted)


def test_forward_mode(program: Program, wanted: np.ndarray) -> None:
    forward = tangent.jvp(program.function, program.wrt)
    got = forward(*copy.deepcopy(program.arguments), **program.tangents())
    close(got, program.along @ wanted)


def test_float32(program: Program, wanted: np.ndarray, derivative: Callable) -> None:
    def narrow(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: narrow(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(map(narrow, value))
        if isinstance(value, np.ndarray) and value.dtype == float:
            return value.astype(np.float32)
        return np.float32(value) if isinstance(value, float) else value

    _, gradients = derivative(*map(narrow, copy.deepcopy(program.arguments)))
    parts = list(numbers(gradients))
    assert {np.asarray(part).dtype for part in parts} == {np.dtype(np.float32)}
    np.testing.assert_allclose(parts, wanted, atol=5e-3 * max(1.0, np.max(np.abs(wanted))))


@pytest.mark.parametrize("program", sorted(SECOND_ORDER), indirect=True)
def test_second_order(program: Program, derivative: Callable) -> None:
    def gradient_at(point: np.ndarray) -> np.ndarray:
        return flat(derivative(*program.at_point(point))[1], program)

    def slope(step: float) -> np.ndarray:
        ahead, behind = (gradient_at(program.at + s * program.along) for s in (step, -step))
        return (ahead - behind) / (2.0 * step)

    second = tangent.hvp(program.function, program.wrt)
    got = second(*copy.deepcopy(program.arguments), **program.tangents())
    close(flat(got, program), (4.0 * slope(1e-4) - slope(2e-4)) / 3.0)


@pytest.mark.parametrize("program", sorted(SAVED), indirect=True)
def test_saved(program: Program, tmp_path: Any) -> None:
    derived = tangent.grad(program.function, program.wrt, like=program.arguments)
    path = derived.save(tmp_path / "derivative.py")
    got = saved_module.run(path, derived.__name__, *program.arguments)
    np.testing.assert_equal(got, derived(*copy.deepcopy(program.arguments)))
