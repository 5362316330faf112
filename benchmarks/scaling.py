"""Measure how time and memory of a gradient grow with the trip count of a loop.

    python -m benchmarks.scaling [--only rnn,read_rows] [--write]

A slope is that of a line through the logarithms: 1 is linear, 2 is quadratic.
"""

import argparse
import gc
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks import loops, report
from benchmarks.derive import attempt, derive
from benchmarks.measure import interleave
from benchmarks.registry import load

MOST = 1.05
MANY = (1_000, 2_000, 4_000, 8_000, 16_000)
FEW = (100, 200, 400, 800, 1_600)
HEADER = (
    "loop",
    "trips",
    "time: function",
    "time: by hand",
    "time: generated",
    "memory: by hand",
    "memory: generated",
    "remarks",
)


@dataclass(frozen=True)
class Loop:
    """A function with a loop, and arguments that make the loop run a given number of times."""

    name: str
    primal: Callable[..., Any]
    gradient: Callable[..., Any] | None
    wrt: tuple[str, ...]
    arguments: Callable[[int], tuple]
    counts: Sequence[int]


@dataclass
class Slopes:
    """The slopes of time and of peak memory of one function."""

    time: float | None = None
    memory: float | None = None


def all_loops() -> list[Loop]:
    """The loops of the workloads, and those over elements."""
    network = {"batch": 2, "features": 2, "hidden": 3}
    return [
        _of_workload("polynomial", "degree", MANY),
        _of_workload("newton", "trips", MANY),
        _of_workload("exponential_smoothing", "count", MANY),
        _of_workload("soft_dtw", "rows", FEW, columns=8),
        _of_workload("rnn", "steps", FEW, **network),
        _of_workload("lstm", "steps", FEW, **network),
        _of_workload("stencil", "steps", FEW, side=6),
        _of_workload("ode", "steps", FEW, count=6),
        _over_elements(loops.read_elements, "x"),
        _over_elements(loops.read_while, "x"),
        Loop("read_rows", loops.read_rows, None, ("rows",), lambda n: (np.ones((n, 3)),), MANY),
        _over_elements(loops.iterate, "x"),
        Loop("write_elements", loops.write_elements, None, ("scale", "x"), _scaled, MANY),
        _over_elements(loops.update_elements, "x"),
        _over_elements(loops.append_elements, "x"),
    ]


def _of_workload(name: str, trips: str, counts: Sequence[int], **fixed: int) -> Loop:
    workload = load(name)
    return Loop(
        name,
        workload.primal,
        workload.gradient,
        workload.wrt,
        lambda count: workload.scaled(**{trips: count}, **fixed),
        counts,
    )


def _over_elements(function: Callable[..., Any], *wrt: str) -> Loop:
    return Loop(function.__name__, function, None, wrt, _elements, MANY)


def _elements(count: int) -> tuple:
    return (np.linspace(0.5, 1.5, count),)


def _scaled(count: int) -> tuple:
    return (0.5, *_elements(count))


def slopes(function: Callable[..., Any], loop: Loop) -> Slopes:
    """Fit the time and the peak memory of a function to the trip counts of a loop."""
    calls = {str(count): partial(function, *loop.arguments(count)) for count in loop.counts}
    timings = interleave(calls)
    times = [timings.fastest(name) for name in calls]
    return Slopes(
        time=fit(loop.counts, times),
        memory=fit(loop.counts, [peak_memory(call) for call in calls.values()]),
    )


def fit(counts: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of the line through the logarithms."""
    return float(np.polyfit(np.log(counts), np.log(costs), 1)[0])


def peak_memory(call: Callable[[], object]) -> int:
    """The most bytes that are allocated at a time during a call (at least one, for a logarithm)."""
    # Empties Python's free lists: what is taken from them is not seen.
    gc.collect()
    tracemalloc.start()
    try:
        call()
        return max(tracemalloc.get_traced_memory()[1], 1)
    finally:
        tracemalloc.stop()


def measure(loop: Loop) -> tuple[list[str], Slopes]:
    """Measure one loop: its row of the table, and the slopes of the generated gradient."""
    function = slopes(loop.primal, loop)
    hand = slopes(loop.gradient, loop) if loop.gradient else Slopes()
    found, remark = attempt(lambda: slopes(derive(loop.primal, loop.wrt), loop))
    generated = found or Slopes()
    numbers = (function.time, hand.time, generated.time, hand.memory, generated.memory)
    trips = f"{loop.counts[0]} to {loop.counts[-1]}"
    return [loop.name, trips, *map(report.number, numbers), remark], generated


def summary(measured: Sequence[Slopes]) -> list[str]:
    """The worst slopes beside the target."""
    lines = []
    for kind in ("time", "memory"):
        found = [slope for slopes in measured if (slope := getattr(slopes, kind)) is not None]
        worst = max(found, default=None)
        lines.append(
            (f"{kind}, generated", report.number(worst), str(MOST), report.verdict(worst, MOST))
        )
    return report.table(("worst slope", "measured", "at most", ""), lines)


def main() -> None:
    """Measure what is asked for, print the tables, and keep them if told to."""
    choices = {loop.name: loop for loop in all_loops()}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help=f"among {', '.join(choices)}")
    parser.add_argument("--write", action="store_true", help="keep the tables in README.md")
    options = parser.parse_args()
    rows = []
    measured = []
    for name in options.only.split(",") if options.only else choices:
        row, generated = measure(choices[name])
        print("  ".join(row), flush=True)
        rows.append(row)
        measured.append(generated)
    lines = [*report.table(HEADER, rows), "", *summary(measured)]
    print("", *lines, sep="\n")
    if options.write:
        report.keep("scaling", lines)


if __name__ == "__main__":
    main()
