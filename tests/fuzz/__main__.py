"""Check many random programs from the command line: python -m tests.fuzz --count 1000 --jobs 2"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import kept
from .check import the_compiler
from .generate import features
from .properties import ALL
from .report import (
    Row,
    Settings,
    causes,
    examples,
    feature_table,
    run_seeds,
    smallest_program,
    totals,
)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    parser.add_argument("--size", type=int, default=12, help="how long programs get")
    parser.add_argument("--features", default="", help="use only these, separated by commas")
    parser.add_argument("--without", default="", help="use all but these")
    parser.add_argument("--favour", default="", help="use these in most programs")
    parser.add_argument("--properties", default=",".join(ALL), help="check only these")
    parser.add_argument("--seconds", type=float, default=30.0, help="time for one program")
    parser.add_argument("--shrink", action="store_true", help="make failing programs small")
    parser.add_argument("--shrink-seconds", type=float, default=60.0, help="time for each of them")
    parser.add_argument("--examples", type=int, default=3, help="how many for each cause")
    parser.add_argument("--shrink-refused", action="store_true", help="shrink refused ones, too")
    parser.add_argument("--save", type=Path, help="keep the small programs in this folder")
    parser.add_argument("--show", action="store_true", help="print the programs, check nothing")
    parser.add_argument("--list", action="store_true", help="print features and properties")
    parser.add_argument("--stand-in", action="store_true", help="try the checks without a compiler")
    return parser.parse_args(argv)


def settings_of(options: argparse.Namespace) -> Settings:
    wanted = None
    if options.features or options.without:
        wanted = frozenset(filter(None, options.features.split(","))) or features()
        wanted -= frozenset(options.without.split(","))
    properties = tuple(options.properties.split(","))
    unknown = set(properties) - set(ALL)
    if unknown:
        raise SystemExit(f"no such properties: {', '.join(sorted(unknown))}")
    favoured = frozenset(filter(None, options.favour.split(",")))
    return Settings(properties, wanted, options.size, options.stand_in, options.seconds, favoured)


def main(argv: Sequence[str] | None = None) -> int:
    options = parse(argv)
    if options.list:
        print("features:", *sorted(features()), "\nproperties:", *ALL)
        return 0
    settings = settings_of(options)
    seeds = range(options.seed, options.seed + options.count)
    if options.show:
        for seed in seeds:
            print(kept.spelled(settings.program(seed)))
        return 0
    if not options.stand_in:
        the_compiler()
    rows = _run(seeds, settings, options.jobs)
    print(feature_table(rows), causes(rows), totals(rows), sep="\n\n")
    failing = [row.seed for row in rows if row.outcome.failed]
    if failing:
        print("failing seeds:", *failing)
    if options.shrink:
        _shrink(rows, settings, options)
    return 1 if failing else 0


def _run(seeds: range, settings: Settings, jobs: int) -> list[Row]:
    rows = []
    last = time.monotonic()
    for row in run_seeds(seeds, settings, jobs):
        rows.append(row)
        if time.monotonic() - last > 10.0:
            last = time.monotonic()
            print(totals(rows), file=sys.stderr)
    return rows


def _shrink(rows: list[Row], settings: Settings, options: argparse.Namespace) -> None:
    seen: set[str] = set()
    for row in examples(rows, options.examples, options.shrink_refused):
        small, text = smallest_program(row, settings, options.shrink_seconds)
        if small.source in seen:
            continue
        seen.add(small.source)
        print("-" * 80, text, sep="\n")
        if options.save:
            print("kept in", kept.save(small, row.outcome, options.save))


if __name__ == "__main__":
    raise SystemExit(main())
