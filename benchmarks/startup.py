"""Measure what the compiler costs before any derivative runs, each time in a fresh process.

python -m benchmarks.startup [--runs 11] [--write]
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import report

ROOT = Path(__file__).parent.parent
IMPORT = """
import time
start = time.process_time()
import {module}
print(1e3 * (time.process_time() - start))
"""
# Nothing else is imported: what `grad` loads when it is first called belongs to its time.
GRAD = """
import time
import tangent_ad
from benchmarks.workloads import mlp
start = time.process_time()
tangent_ad.grad(mlp.mlp, wrt=mlp.WRT)
print(1e3 * (time.process_time() - start))
"""
TENSORFLOW = """
import sys
import tangent_ad
print(float("tensorflow" in sys.modules))
"""
HEADER = ("", "measured", "at most", "", "remarks")


class ProcessFailed(Exception):
    """A fresh process ended with an error."""


def fresh(code: str) -> float:
    """Run a program in a fresh process, and return the number it prints."""
    # With bytecode, which a user's second run finds as well.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProcessFailed((done.stderr.strip() or "no message").splitlines()[-1])
    return float(done.stdout)


def least(programs: Sequence[str], runs: int) -> list[float]:
    """The least number of each of several programs that take turns, after a warm-up."""
    for program in programs:
        fresh(program)
    rounds = [[fresh(program) for program in programs] for _ in range(runs)]
    return [min(values) for values in zip(*rounds, strict=True)]


def import_beyond_numpy(runs: int) -> float:
    """Milliseconds that importing the package takes beyond importing numpy."""
    numpy_only, package = least(
        [IMPORT.format(module=module) for module in ("numpy", "tangent_ad")], runs
    )
    return package - numpy_only


def cold_grad(runs: int) -> float:
    """Milliseconds that the first `grad` of a process takes, for the MLP."""
    return least([GRAD], runs)[0]


def tensorflow_imported(_: int) -> float:
    """1 if importing the package imports tensorflow."""
    return fresh(TENSORFLOW)


MEASUREMENTS = (
    ("grad of the MLP, from cold, ms", cold_grad, 25.0),
    ("import beyond numpy's, ms", import_beyond_numpy, 60.0),
    ("tensorflow imported (1: yes)", tensorflow_imported, 0.0),
)


def main() -> None:
    """Measure, print the table, and keep it if told to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--write", action="store_true", help="keep the table in README.md")
    options = parser.parse_args()
    rows = []
    for title, measure, most in MEASUREMENTS:
        value, remark = None, ""
        try:
            value = measure(options.runs)
        except ProcessFailed as error:
            remark = str(error).replace("|", "/")[:100]
        verdict = report.verdict(value, most)
        rows.append((title, report.number(value, 1), f"{most:g}", verdict, remark))
    lines = report.table(HEADER, rows)
    print(*lines, sep="\n")
    if options.write:
        report.keep("startup", lines)


if __name__ == "__main__":
    main()
