"""Random programs against the compiler: nothing wrong, nothing internal, little refused.

Most of them are small: what a small program finds needs no shrinking, and thousands of them are
checked in the time of hundreds, for what says most about a program; the large ones are checked for
everything. FUZZ_COUNT says how many small ones, FUZZ_SEED where they start,
FUZZ_MOST_REFUSED which share of the larger ones may be refused, and FUZZ_ALL=1 takes in what the
compiler does not promise yet.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from . import kept
from .check import check
from .generate import features, generate
from .grammar.everyday_texts import EVERYDAY
from .properties import ALL
from .report import Row, Settings, run_seed, smallest_program

pytest.importorskip("tangent_ad.api")

COUNT = int(os.environ.get("FUZZ_COUNT", "2000"))
FIRST = int(os.environ.get("FUZZ_SEED", "0"))
MOST_REFUSED = float(os.environ.get("FUZZ_MOST_REFUSED", "0.25"))
LARGE, SECOND_ORDER_COUNT = min(100, COUNT // 3), min(250, COUNT // 4)
CHUNK = 10
SHRINK_SECONDS = 30.0

# Constructs that are refused today, most of them: programs with them say little.
CLASSES = frozenset(("callable_object", "dataclass", "object_methods", "operator_overloading"))
NEW = frozenset(
    """
    arguments_collected bound_method class_call class_class_method class_dataclass class_getitem
    class_inherits class_object class_operators class_post_init class_property class_property_setter
    class_static_method closure_rebound copies_of_containers deep_copies dict_comprehension dict_tape
    early_return_in_callee enum_constants generator_consumed generator_inside generator_loop
    helper_fills_rows helper_writes_container itertools lambda_list match_shapes nonlocal_written
    object_alias object_argument object_chosen object_returned objects_in_list partial_keywords
    recursion_over_list reduce rows_written_as_views several_targets sorted_by_key starred_middle
    try_else_finally try_in_loop walrus_in_while yield_early_return yield_from yield_in_branch
    yield_pairs""".split()
)
LATER = CLASSES | NEW | {"constructors", "namedtuple"}
FEATURES = None if os.environ.get("FUZZ_ALL") else frozenset(features()) - LATER
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

# Programs with classes are rare among all, so that these are looked for.
WITH_CLASSES = Settings(("gradient", "forward", "optimised", "split"),
                        frozenset(features()) - NEW - {"namedtuple"}, size=SMALL_SIZE + 1)  # fmt: skip
SEARCHED = 90 if COUNT else 0

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


@pytest.mark.parametrize("seeds", chunks(FIRST + 15000, SEARCHED * CHUNK), ids=str)
def test_programs_with_classes(seeds: range) -> None:
    found = [
        seed
        for seed in seeds
        if CLASSES & set(generate(seed, WITH_CLASSES.features, WITH_CLASSES.size).features)
    ]
    passes(found, WITH_CLASSES)


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
