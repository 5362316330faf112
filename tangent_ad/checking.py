"""Compare derivatives with finite differences, with each other, and say which entry is wrong.

The reference are central differences at two steps, extrapolated. Where the two steps disagree the
function has a kink, or noise, within the step: such entries prove nothing and are counted apart.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from tangent_ad import api, errors
from tangent_ad.flattening import aligned, entry, rebuilt, vector
from tangent_ad.targets import target_of

MOST_ENTRIES = 200  # of a large argument, this many entries are drawn
STEP = 1e-4


@dataclass
class Report:
    """What was compared: how many entries, the largest relative error, how many were at a kink."""

    entries: int = 0
    kinks: int = 0
    error: float = 0.0
    against: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        text = f"{self.entries} entries agree with {', '.join(self.against)}"
        text += f"; largest relative error {self.error:.1e}"
        return f"{text}; {self.kinks} at a kink, not compared" if self.kinks else text


class Tolerance(NamedTuple):
    relative: float = 1e-6
    absolute: float = 1e-7


def check_grads(
    f: Callable, args: Sequence[Any], order: int = 2, modes: Sequence[str] = ("fwd", "rev"),
    wrt: api.Wrt | None = None, *, rtol: float = 1e-6, atol: float = 1e-7, seed: int = 0,
) -> Report:  # fmt: skip
    """Check the derivatives of f at `args` up to an order, in forward and reverse mode.

    Every entry of a reverse-mode derivative of a random combination of the values is compared with
    finite differences (200 entries drawn at random for large arguments), forward mode along random
    directions; derivatives of order two are checked as first derivatives of derivatives, in all
    combinations of `modes`. `wrt` chooses arguments; without it all that are floats, arrays of
    floats or structures of them are differentiated.

    Returns a Report. Raises GradientError, an AssertionError, that names the entry which is wrong,
    and MissingRuleError where a mode has no rule.
    """
    unknown = set(modes) - {"fwd", "rev"}
    if unknown or not modes:
        raise ValueError(f"modes are 'fwd' and 'rev', not {modes!r}")
    target = target_of(f)
    given: api.Wrt = wrt if wrt is not None else _differentiable(args, target.positional)
    names, _ = api.parameters(target, given, None, None)
    report, tolerance = Report(), Tolerance(rtol, atol)
    checker = _Checker(np.random.default_rng(seed), tolerance, report)
    checker.orders(f, _with_defaults(f, args), names, tuple(modes), order)
    report.against = ["finite differences", *(["each other"] if len(modes) > 1 else [])]
    return report


def check_derivative(df: Any, *args: Any, rtol: float = 1e-6, atol: float = 1e-7) -> Report:
    """Check a derivative at its own arguments, seeds left out: `df.check(*args)`.

    Compares what `df` returns with finite differences of the function it was made from, entry by
    entry, and in the dot-product test with the other mode where that has rules. Returns a Report;
    raises GradientError naming the entry that is wrong. For a function with `insert_grad_of` or
    `stop_gradient` the numbers are meant to differ.
    """
    report = Report(against=["finite differences"])
    checker = _Checker(np.random.default_rng(0), Tolerance(rtol, atol), report)
    f, names = df.primal, df.wrt
    args = _with_defaults(f, args)
    value = _value(f(*args), df.has_aux)
    point = _Point(f, args, names, df.has_aux)
    if df.mode == "forward":
        directions = [checker.random_like(point.value_of(n)) for n in names]
        got = df(*args, **dict(zip(df.seeds, directions, strict=True)))
        got = _pick(got, df.preserve_result)
        checker.directional(point, directions, got)
        other, mode = api.vjp, "reverse mode"
    else:
        weight = checker.random_like(value)
        seeds: dict[str, Any] = {}
        if df.output == "elementwise":
            weight = rebuilt(value, np.ones(vector(value).size))
        elif len(df.seeds) == 1:
            seeds = {df.seeds[0]: weight}
        got = _gradient_of(df, df(*args, **seeds))
        gradients = [got] if len(names) == 1 and not df.as_tuple else list(got)
        checker.entries(point, weight, gradients)
        directions = [checker.random_like(point.value_of(n)) for n in names]
        other, mode = api.jvp, "forward mode"
    if df.has_aux:
        return report
    try:
        twin = other(f, names)
    except errors.MissingRuleError:
        return report
    report.against.append(mode)
    if df.mode == "forward":
        weight = checker.random_like(value)
        back = twin(*args, weight)
        back = [back] if len(names) == 1 else list(back)
        checker.dot_product(weight, got, back, directions)
    else:
        along = twin(*args, *directions)
        checker.dot_product(weight, along, gradients, directions)
    return report


def _with_defaults(f: Callable, args: Sequence[Any]) -> tuple:
    """The arguments with those that were left out: seeds and tangents come behind them."""
    bound = inspect.signature(f).bind(*args)
    bound.apply_defaults()
    return bound.args


class _Point:
    """A function at some arguments, as a function of the vector of one of them."""

    def __init__(
        self, f: Callable, args: tuple, names: Sequence[str], has_aux: bool = False
    ) -> None:
        self.f, self.args, self.names, self.has_aux = f, args, names, has_aux
        self.positional = target_of(f).positional

    def value_of(self, name: str) -> Any:
        return self.args[self.positional.index(name)]

    def at(self, changes: dict[str, np.ndarray]) -> np.ndarray:
        args = list(self.args)
        for name, numbers in changes.items():
            position = self.positional.index(name)
            args[position] = rebuilt(_floats(self.args[position]), numbers)
        return vector(_value(self.f(*args), self.has_aux))


class _Checker:
    def __init__(self, rng: np.random.Generator, tolerance: Tolerance, report: Report) -> None:
        self.rng, self.tolerance, self.report = rng, tolerance, report

    def random_like(self, value: Any) -> Any:
        like = _floats(value)
        return rebuilt(like, self.rng.normal(size=vector(like).size))

    def orders(
        self, f: Callable, args: tuple, names: Sequence[str], modes: tuple[str, ...], order: int,
        trail: str = "",
    ) -> None:  # fmt: skip
        """One order, and the orders above on the derivatives of this one."""
        point = _Point(f, args, names)
        value = f(*args)
        directions = [self.random_like(point.value_of(n)) for n in names]
        weight = self.random_like(value)
        along = back = None
        if "fwd" in modes:
            df = api.jvp(f, names)
            along = df(*args, *directions)
            self.directional(point, directions, along, f"{trail}forward mode")
            if order > 1:
                given = (*args, *directions)
                self.orders(df, given, names, modes, order - 1, f"{trail}forward mode, then ")
        if "rev" in modes:
            df = api.vjp(f, names)
            result = df(*args, weight)
            back = [result] if len(names) == 1 else list(result)
            self.entries(point, weight, back, f"{trail}reverse mode")
            if order > 1:
                given = (*args, weight)
                self.orders(df, given, names, modes, order - 1, f"{trail}reverse mode, then ")
        if along is not None and back is not None:
            self.dot_product(weight, along, back, directions)

    # ---- comparisons ------------------------------------------------------------------------

    def entries(
        self, point: _Point, weight: Any, gradients: Sequence[Any], what: str = "the derivative"
    ) -> None:
        """Every entry of a gradient of a combination of the values."""
        combination = vector(weight)
        for name, gradient in zip(point.names, gradients, strict=True):
            like = _floats(point.value_of(name))
            x, got = vector(like), aligned(gradient, like)
            if got.size != x.size:
                raise errors.GradientError(
                    f"{what} with respect to {name} has {got.size} entries, the argument {x.size}"
                )
            scale = float(np.max(np.abs(got), initial=0.0))
            chosen = np.arange(x.size)
            if x.size > MOST_ENTRIES:
                chosen = self.rng.choice(x.size, MOST_ENTRIES, replace=False)
            for position in map(int, chosen):
                unit = np.zeros(x.size)
                unit[position] = 1.0

                def along(h: float, name: str = name, x: Any = x, unit: Any = unit) -> float:
                    return float(combination @ point.at({name: x + h * unit}))

                size = max(1.0, abs(x[position]))
                where = f"{what}: entry {entry(name, like, position)}"
                self.compare(along, float(got[position]), size, scale, where)

    def directional(
        self, point: _Point, directions: Sequence[Any], got: Any, what: str = "the derivative"
    ) -> None:
        """A derivative along a direction, for every entry of the value."""
        tangent = aligned(got, _value(point.f(*point.args), point.has_aux))
        start = {n: vector(_floats(point.value_of(n))) for n in point.names}
        steps = {n: vector(v) for n, v in zip(point.names, directions, strict=True)}
        size = max([1.0, *(float(np.max(np.abs(x), initial=0.0)) for x in start.values())])
        values: dict[float, np.ndarray] = {}

        def all_along(h: float) -> np.ndarray:
            if h not in values:
                values[h] = point.at({n: start[n] + h * steps[n] for n in point.names})
            return values[h]

        scale = float(np.max(np.abs(tangent), initial=0.0))
        for position in range(tangent.size):

            def along(h: float, position: int = position) -> float:
                return float(all_along(h)[position])

            where = f"{what}: entry {entry('value', got, position)}"
            self.compare(along, float(tangent[position]), size, scale, where)

    def compare(
        self, along: Callable[[float], float], got: float, size: float, scale: float, where: str
    ) -> None:
        coarse, fine = ((along(h) - along(-h)) / (2.0 * h) for h in (STEP * size, STEP * size / 2))
        want = (4.0 * fine - coarse) / 3.0
        doubt = abs(fine - coarse)
        room = self.tolerance.relative * max(abs(want), scale) + self.tolerance.absolute
        self.report.entries += 1
        if abs(got - want) <= room + 0.1 * doubt:
            self.report.error = max(
                self.report.error, abs(got - want) / max(abs(want), scale, 1e-300)
            )
            return
        sides = [(along(s * STEP * size / 8) - along(0.0)) / (s * STEP * size / 8) for s in (1, -1)]
        if abs(sides[0] - sides[1]) > 1e-2 * max(abs(sides[0]), abs(sides[1])) + 10 * room:
            self.report.kinks += 1
            self.report.entries -= 1
            return
        raise errors.GradientError(f"{where} is {got!r}, finite differences say {want!r}")

    def dot_product(
        self, weight: Any, along: Any, back: Sequence[Any], directions: Sequence[Any]
    ) -> None:
        """<weight, J direction> = <J^T weight, direction>."""
        one = float(vector(weight) @ aligned(along, weight))
        parts = [vector(v) * aligned(b, v) for b, v in zip(back, directions, strict=True)]
        other = float(sum(np.sum(p) for p in parts))
        size = sum(float(np.sum(np.abs(p))) for p in parts)
        if abs(one - other) > 1e-9 * max(size, abs(one)) + 1e-12:
            raise errors.GradientError(
                f"forward mode gives {one!r} where reverse mode gives {other!r} (dot-product test)"
            )


# ---- arguments and results -----------------------------------------------------------------


def _differentiable(args: Sequence[Any], positional: Sequence[str]) -> tuple[str, ...]:
    """The arguments that are floats, or arrays or structures of them."""
    return tuple(n for n, v in zip(positional, args, strict=False) if _is_float(v))


def _is_float(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(map(_is_float, value.values()))
    if isinstance(value, (list, tuple)):
        return bool(value) and all(map(_is_float, value))
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f"
    return isinstance(value, (float, np.floating))


def _floats(value: Any) -> Any:
    """Python ints are differentiated as floats."""
    if isinstance(value, dict):
        return {k: _floats(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(map(_floats, value))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _value(result: Any, has_aux: bool) -> Any:
    return result[0] if has_aux else result


def _pick(result: Any, preserve: Any) -> Any:
    """The derivative among what a derivative returns."""
    if not preserve:
        return result
    return result[1] if preserve == "first" else result[0]


def _gradient_of(df: Any, result: Any) -> Any:
    if df.preserve_result:
        return _pick(result, df.preserve_result)
    return result[0] if df.has_aux else result
