"""Run many seeds and tell what became of them: totals, causes, features, small examples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from .check import CATEGORIES, Finding, Outcome, check
from .generate import generate
from .kept import spelled
from .program import Program
from .properties import ALL
from .shrink import same_failure, shrink
from .standin import StandIn


@dataclass(frozen=True)
class Settings:
    """How programs are made and what is tried on them; travels to the workers."""

    properties: tuple[str, ...] = ALL
    features: frozenset[str] | None = None
    size: int = 12
    stand_in: bool = False
    seconds: float = 30.0
    favoured: frozenset[str] = frozenset()

    def program(self, seed: int) -> Program:
        return generate(seed, self.features, self.size, favoured=self.favoured)

    @property
    def engine(self) -> Any:
        return StandIn() if self.stand_in else None


@dataclass(frozen=True)
class Row:
    """What became of one seed."""

    seed: int
    outcome: Outcome
    features: frozenset[str]
    statements: int
    line: str = ""

    @property
    def cause(self) -> tuple[str, str]:
        worst = self.outcome.worst
        return self.outcome.category, worst.group if worst else ""


def run_seed(seed: int, settings: Settings) -> Row:
    """Make the program of a seed, and check it."""
    program = settings.program(seed)
    outcome = check(program, settings.properties, settings.engine, settings.seconds)
    worst = outcome.worst
    lines = program.source.splitlines()
    line = ""
    if worst and worst.lineno and worst.lineno <= len(lines):
        line = lines[worst.lineno - 1].strip()
    return Row(seed, outcome, program.features, program.statements, line)


def run_seeds(seeds: Sequence[int], settings: Settings, jobs: int) -> Iterator[Row]:
    """Check many seeds, in several processes if that is wanted."""
    run = partial(run_seed, settings=settings)
    if jobs <= 1:
        yield from map(run, seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(run, seeds, chunksize=max(1, min(20, len(seeds) // (4 * jobs))))


# Texts


def totals(rows: Sequence[Row]) -> str:
    counts = Counter(row.outcome.category for row in rows)
    parts = [f"{name} {counts[name]}" for name in CATEGORIES if counts[name]]
    return f"{len(rows)} programs: {', '.join(parts)}"


def causes(rows: Iterable[Row], most: int = 25) -> str:
    """List what went wrong, the most frequent first, each with its smallest program."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.outcome.category != "right":
            groups[row.cause].append(row)
    lines = []
    for (category, group), found in sorted(groups.items(), key=lambda item: -len(item[1]))[:most]:
        smallest = min(found, key=lambda row: row.statements)
        worst = smallest.outcome.worst
        lines.append(f"{len(found):5}  {category}: {group}")
        where = f" at: {smallest.line}" if smallest.line else ""
        lines.append(f"       smallest: seed {smallest.seed}, {worst.name if worst else ''}{where}")
    return "\n".join(lines)


def feature_table(rows: Sequence[Row]) -> str:
    """Count the outcomes for every feature, the worst features first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for feature in row.features:
            counts[feature][row.outcome.category] += 1

    def share_right(feature: str) -> float:
        return counts[feature]["right"] / sum(counts[feature].values())

    head = f"{'feature':28}" + "".join(f"{name:>12}" for name in CATEGORIES)
    lines = [head]
    for feature in sorted(counts, key=lambda name: (share_right(name), name)):
        numbers = "".join(f"{counts[feature][name]:>12}" for name in CATEGORIES)
        lines.append(f"{feature:28}{numbers}")
    return "\n".join(lines)


def examples(rows: Iterable[Row], each: int, refused: bool) -> list[Row]:
    """Choose the smallest programs of every cause that is a failure, or also a refusal."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.outcome.failed or (refused and row.outcome.category == "refused"):
            groups[row.cause].append(row)
    most_frequent_first = sorted(groups.values(), key=len, reverse=True)
    return [
        row
        for found in most_frequent_first
        for row in sorted(found, key=lambda row: row.statements)[:each]
    ]


def smallest_program(row: Row, settings: Settings, seconds: float) -> tuple[Any, str]:
    """Shrink the program of a row; give it, and a text about it."""
    program = settings.program(row.seed)
    fails = same_failure(program, row.outcome, settings.engine)
    small = shrink(program, fails, seconds)
    worst = row.outcome.worst
    again = check(small, (worst.name,) if worst else ALL, settings.engine)
    message = again.worst.message if again.worst else first_message(row.outcome.findings)
    return small, f"{row.outcome.category}, seed {row.seed}: {message}\n\n{spelled(small)}"


def first_message(findings: Sequence[Finding]) -> str:
    return findings[0].message if findings else ""
