"""Measure generated gradients beside hand-written ones, autograd and the functions themselves.

    python -m benchmarks.run [--sizes tiny,medium,large] [--only mlp,rnn] [--write]

Values are compared before anything is timed. What fails is reported in its row, and the rest of
the table goes on.
"""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks import check, report, size
from benchmarks.derive import attempt, derive
from benchmarks.measure import Timings, interleave
from benchmarks.registry import SIZES, Workload, names, select

HEADER = (
    "workload",
    "size",
    "function µs",
    "by hand µs",
    "generated µs",
    "generated / hand",
    "gradient / function",
    "hand / function",
    "autograd / hand",
    "nodes",
    "nodes / hand",
    "remarks",
)
ARRAY_TARGETS = {"tiny": 1.7, "medium": 1.4, "large": 1.2}
AUTOGRAD_ELSEWHERE = {"tiny": 90, "medium": 32, "large": 18}


@dataclass
class Row:
    """The measurements of one workload at one size."""

    workload: Workload
    size: str
    timings: Timings
    hand_nodes: int
    generated_nodes: int | None = None
    helpers: list[str] | None = None
    remarks: list[str] = field(default_factory=list)

    def ratio(self, name: str, base: str) -> float | None:
        return self.timings.ratio(name, base)

    def ratios(self, name: str, base: str) -> tuple[float | None, float | None]:
        """The ratio of the shortest times, and the median of the rounds' ratios."""
        return self.timings.ratio(name, base), self.timings.median_ratio(name, base)

    @property
    def node_ratio(self) -> float | None:
        """Generated over hand-written nodes; wrong code has no size worth a comparison."""
        if self.generated_nodes is None or "generated" not in self.timings.samples:
            return None
        return self.generated_nodes / self.hand_nodes

    def cells(self) -> list[str]:
        """The row as it is printed."""
        times = [
            report.microseconds(self.timings.fastest(name)) if name in self.timings.samples else "-"
            for name in ("function", "hand", "generated")
        ]
        return [
            self.workload.name,
            self.size,
            *times,
            report.number(self.ratio("generated", "hand")),
            report.number(self.ratio("generated", "function")),
            report.number(self.ratio("hand", "function")),
            report.number(self.ratio("autograd", "hand"), 1),
            str(self.generated_nodes or "-"),
            report.number(self.node_ratio),
            "; ".join(self.remarks),
        ]


class Derived:
    """The generated gradient of a workload, or a remark why there is none."""

    def __init__(self, workload: Workload) -> None:
        self.nodes: int | None = None
        self.helpers: list[str] | None = None
        self.function, remark = attempt(derive, workload.primal, workload.wrt)
        self.remarks = [remark] if remark else []
        if self.function is not None:
            self.nodes, counting = attempt(size.generated, self.function)
            self.helpers, _ = attempt(size.helper_calls, self.function)
            self.remarks += [counting] if counting else []
        if self.helpers:
            self.remarks.append("calls " + ", ".join(sorted(set(self.helpers))))


def measure(workload: Workload, derived: Derived, size_name: str) -> Row:
    """Compare the values of one workload at one size, then time all its functions in turns."""
    args = workload.arguments(size_name)
    remarks = list(derived.remarks)
    if size_name == "tiny":
        error = max(check.by_element(workload, size_name, step) for step in check.STEPS)
        if error > check.TOLERANCE:
            remarks.append(f"by hand WRONG, off by {error:.0e}")
    expected = workload.gradient(*args)
    functions: dict[str, Callable[..., Any]] = {
        "function": workload.primal,
        "hand": workload.gradient,
    }
    candidates = {"generated": derived.function, "autograd": check.autograd_gradient(workload)}
    for name, candidate in candidates.items():
        if candidate is None:
            continue
        value, failure = attempt(candidate, *args)
        error = float("inf") if failure else check.disagreement(value, expected)
        if error <= check.AGREEMENT:
            functions[name] = candidate
        else:
            remarks.append(f"{name}: {failure or f'WRONG, off by {error:.0e}'}")
    timings = interleave({name: partial(call, *args) for name, call in functions.items()})
    hand_nodes = size.handwritten(workload)
    return Row(workload, size_name, timings, hand_nodes, derived.nodes, derived.helpers, remarks)


Ratios = list[tuple[float | None, float | None]]


def summary(rows: list[Row]) -> list[str]:
    """The geometric means beside their targets, which are meant for medians by the clock."""
    lines = []
    arrays = [row for row in rows if row.workload.kind == "array"]
    for name, most in ARRAY_TARGETS.items():
        chosen = [row.ratios("generated", "hand") for row in arrays if row.size == name]
        lines.append(_line(f"generated / hand, arrays, {name}", chosen, most))
    scalar = [row.ratios("generated", "hand") for row in rows if row.workload.kind == "scalar"]
    lines.append(_line("generated / hand, scalar loops", scalar, 2.0))
    costs = [row.ratios("generated", "function") for row in rows]
    lines.append(_line("gradient / function", costs, 2.0))
    worst = (_worst(one for one, _ in costs), _worst(other for _, other in costs))
    lines.append(_line("gradient / function, the worst", [worst], 5.0))
    lines.append(_line("hand / function", [row.ratios("hand", "function") for row in rows]))
    once = {row.workload.name: row for row in rows}.values()
    nodes: Ratios = [(row.node_ratio, row.node_ratio) for row in once]
    lines.append(_line("nodes, generated / hand", nodes, 1.3))
    for name, elsewhere in AUTOGRAD_ELSEWHERE.items():
        chosen = [row.ratios("autograd", "hand") for row in rows if row.size == name]
        lines.append(_line(f"autograd / hand, {name} ({elsewhere} elsewhere)", chosen))
    told = [row.helpers for row in once if row.workload.shapes_told]
    calls = None if None in told else sum(len(helpers or ()) for helpers in told)
    number = report.number(calls, 0)
    title = "helper calls where the source tells the shapes, number"
    lines.append((title, number, number, "0", report.verdict(calls, 0)))
    header = ("geometric mean", "of shortest", "of medians", "at most", "")
    return report.table(header, lines)


def _worst(ratios: Iterable[float | None]) -> float | None:
    return max((ratio for ratio in ratios if ratio is not None), default=None)


def _line(title: str, ratios: Ratios, most: float | None = None) -> tuple[str, ...]:
    shortest = report.geometric_mean(one for one, _ in ratios)
    median = report.geometric_mean(other for _, other in ratios)
    cells = title, report.number(shortest), report.number(median)
    if most is None:
        return *cells, "", ""
    state = report.verdict(median, most)
    missing = [other for _, other in ratios].count(None)
    if median is not None and missing:
        # What failed must not look as if it had met the target.
        state = f"{state} by {len(ratios) - missing} of {len(ratios)}"
    return *cells, f"{most:g}", state


def main() -> None:
    """Measure what is asked for, print the tables, and keep them if told to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--only", default="", help=f"among {', '.join(names())}")
    parser.add_argument("--write", action="store_true", help="keep the tables in README.md")
    options = parser.parse_args()
    rows = []
    for workload in select(options.only.split(",") if options.only else ()):
        derived = Derived(workload)
        for size_name in options.sizes.split(","):
            rows.append(measure(workload, derived, size_name))
            print("  ".join(rows[-1].cells()), flush=True)
    lines = [*report.table(HEADER, [row.cells() for row in rows]), "", *summary(rows)]
    print("", *lines, sep="\n")
    if options.write:
        report.keep("run", lines)


if __name__ == "__main__":
    main()
