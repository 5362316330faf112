"""What the gradient of a program costs, for ten programs written as people write them.

The programs are those of `tests/programs`: classes, callbacks, nested lists, functions in functions.
"""

import copy
import importlib
import sys
from collections.abc import Callable

import numpy as np

import tangent_ad
from benchmarks import measure, report

NAMES = (
    "kalman_filter", "ode_solver", "ray_tracer", "hidden_markov", "layer_library", "finite_volumes",
    "spline_object", "quantum_circuit", "conjugate_gradient", "lu_decomposition",
)  # fmt: skip
MOST = 5.0
HEADER = ("program", "function µs", "gradient µs", "gradient / function", "of medians", "")


def program(name: str) -> tuple[Callable, tuple[str, ...], tuple]:
    """A function, the arguments it is differentiated by, and arguments for a call."""
    module = importlib.import_module(f"tests.programs.{name}")
    return getattr(module, name), module.WRT, module.example(np.random.default_rng(3))


def row(name: str) -> list[str]:
    """The line of the table for one program."""
    function, wrt, arguments = program(name)
    gradient = tangent_ad.grad(function, wrt, like=arguments)
    given = copy.deepcopy(arguments)
    timings = measure.interleave(
        {"function": lambda: function(*given), "gradient": lambda: gradient(*given)}
    )
    ratio = timings.median_ratio("gradient", "function")
    times = [report.microseconds(timings.fastest(which)) for which in ("function", "gradient")]
    shortest = report.number(timings.ratio("gradient", "function"))
    return [name, *times, shortest, report.number(ratio), report.verdict(ratio, MOST)]


def main() -> None:
    """Print the table; `--write` keeps it in the README."""
    lines = report.table(HEADER, map(row, NAMES))
    print(report.environment(), "", *lines, sep="\n")
    if "--write" in sys.argv:
        report.keep("programs", lines)


if __name__ == "__main__":
    main()
