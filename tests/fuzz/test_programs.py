"""Random programs against the compiler: nothing wrong, nothing internal, little refused.

Most of them are small: what a small program finds needs no shrinking, and thousands of them are
checked in the time of hundreds, for what says most about a program; the large ones are checked for
everything, and what programs seldom do has some of its own. FUZZ_COUNT says how many small ones,
FUZZ_SEED where they start, FUZZ_MOST_REFUSED which share of the larger ones may be refused, and
FUZZ_ALL=1 lets all of them do everything.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from . import kept
from .check import check
from .generate import features
from .grammar.everyday_texts import EVERYDAY
from .grammar.object_texts import OBJECTS
from .grammar.standard_texts import LIBRARY
from .properties import ALL
from .report import Row, Settings, run_seed, smallest_program

pytest.importorskip("tangent_ad.api")

COUNT = int(os.environ.get("FUZZ_COUNT", "1200"))
FIRST = int(os.environ.get("FUZZ_SEED", "0"))
MOST_REFUSED = float(os.environ.get("FUZZ_MOST_REFUSED", "0.25"))
LARGE, SECOND_ORDER_COUNT = min(100, COUNT // 3), min(250, COUNT // 4)
FAVOURED_COUNT, FAVOURED_SECOND_COUNT = min(160, COUNT), min(40, COUNT // 8)
CHUNK = 10
SHRINK_SECONDS = 30.0

# What the rest of the grammar seldom comes to has programs of its own, in which it is likely.
SELDOM = frozenset(idiom.feature for idiom in (*OBJECTS, *LIBRARY)) | {
    name
    for name in features()
    if name.startswith(("class_", "object", "generator", "yield", "bound_method"))
}
LATER = SELDOM | {"constructors"}
FEATURES = None if os.environ.get("FUZZ_ALL") else features() - LATER
SECOND = frozenset(("hvp", "hvp_symmetric", "derivative_of_derivative"))
SMALL_SIZE = 5
FIRST_ORDER = Settings(tuple(p for p in ALL if p not in SECOND), FEATURES)
# Each of the others takes a derivation of its own, and few programs have anything to do with it.
ALIKE = frozenset(("wrt_by_name", "preserved_result"))
SMALL = replace(FIRST_ORDER, properties=tuple(p for p in FIRST_ORDER.properties if p not in ALIKE),
                size=SMALL_SIZE)  # fmt: skip
# The templates of everyday Python are not differentiated twice, as yet.
ONCE = frozenset(idiom.feature for idiom in EVERYDAY)
SECOND_ORDER = Settings(
    ("gradient", *sorted(SECOND)), FEATURES and FEATURES - ONCE, size=SMALL_SIZE
)

FAVOURED = Settings(
    ("gradient", "central_differences", "forward", "dot_product", "optimised", "split"),
    features(),
    size=SMALL_SIZE,
    favoured=SELDOM,
)
FAVOURED_SECOND = replace(FAVOURED, properties=SECOND_ORDER.properties)

_rows: list[Row] = []


def chunks(first: int, count: int) -> list[range]:
    """The seeds of some programs, in parts that are shared out among processes."""
    stop = first + count
    return [range(start, min(start + CHUNK, stop)) for start in range(first, stop, CHUNK)]


def passes(seeds: Sequence[int], settings: Settings) -> list[Row]:
    """Check some programs; fail with the smallest that is wrong."""
    rows = [run_seed(seed, settings) for seed in seeds]
    failed = [row for row in rows if row.outcome.failed]
    if failed:
        smallest = min(failed, key=lambda row: row.statements)
        _, text = smallest_program(smallest, settings, SHRINK_SECONDS)
        wrong = ", ".join(str(row.seed) for row in failed)
        pytest.fail(f"seeds {wrong}; the smallest of them:\n{text}", pytrace=False)
    return rows


@pytest.mark.parametrize("seeds", chunks(FIRST, LARGE), ids=str)
def test_programs(seeds: range) -> None:
    _rows.extend(passes(seeds, FIRST_ORDER))


@pytest.mark.parametrize("seeds", chunks(FIRST + 1000, COUNT), ids=str)
def test_small_programs(seeds: range) -> None:
    passes(seeds, SMALL)


@pytest.mark.parametrize("seeds", chunks(FIRST + 101000, FAVOURED_COUNT), ids=str)
def test_programs_of_what_is_seldom(seeds: range) -> None:
    passes(seeds, FAVOURED)


@pytest.mark.parametrize("seeds", chunks(FIRST + 103000, FAVOURED_SECOND_COUNT), ids=str)
def test_second_order_of_what_is_seldom(seeds: range) -> None:
    passes(seeds, FAVOURED_SECOND)


@pytest.mark.parametrize("seeds", chunks(FIRST + 100, SECOND_ORDER_COUNT), ids=str)
def test_second_order(seeds: range) -> None:
    passes(seeds, SECOND_ORDER)


def test_few_are_refused() -> None:
    if len(_rows) < 5 * CHUNK:
        pytest.skip("too few programs ran in this process to speak of a share")
    refused = [row for row in _rows if row.outcome.category == "refused"]
    causes = "\n".join(sorted({f"{row.cause[1]} (seed {row.seed})" for row in refused}))
    assert len(refused) <= MOST_REFUSED * len(_rows), causes


@pytest.mark.parametrize("path", list(kept.all_kept()), ids=lambda path: path.stem)
def test_kept_program(path: Path) -> None:
    program = kept.read(path)
    outcome = check(program)
    assert not outcome.failed, f"{outcome}\n\n{program}"
