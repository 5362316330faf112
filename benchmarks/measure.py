"""Time functions against each other: interleaved rounds in one process, and two kinds of ratios.

A machine drifts (clock rate, caches, neighbours). Functions that take turns meet the same quiet
moments, and what disturbs a sample only ever makes it longer. So the ratio of the shortest times is
what is left when nothing disturbs; for it, time is that of the processor, which other processes do
not add to. The median of the rounds' ratios, by the clock on the wall, is what was met on the day.
"""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

SAMPLE_SECONDS = 0.005
BUDGET_SECONDS = 3.0
FEWEST_ROUNDS = 5
MOST_ROUNDS = 31
LARGEST_HEAP_BLOCK = 32 * 2**20 - 2**16


@dataclass(frozen=True)
class Timings:
    """Seconds a call of each function, round by round: of the processor, and by the clock."""

    samples: dict[str, list[float]]
    clock: dict[str, list[float]]

    def fastest(self, name: str) -> float:
        """The shortest time of one call, which other work of the machine disturbed least."""
        return min(self.samples[name])

    def ratio(self, name: str, base: str) -> float | None:
        """One shortest time over another; None where one was not run."""
        if name not in self.samples or base not in self.samples:
            return None
        return self.fastest(name) / self.fastest(base)

    def median_ratio(self, name: str, base: str) -> float | None:
        """The median of the ratios of the rounds, by the clock; None where one was not run."""
        if name not in self.clock or base not in self.clock:
            return None
        rounds = zip(self.clock[name], self.clock[base], strict=True)
        return statistics.median(one / other for one, other in rounds)


def interleave(functions: Mapping[str, Callable[[], object]]) -> Timings:
    """Time the functions in turns, as many rounds as fit the budget."""
    settle_allocator()
    repeats = {name: calibrate(function) for name, function in functions.items()}
    round_seconds = sum(
        sample(functions[name], count)[0] * count for name, count in repeats.items()
    )
    rounds = int(min(max(BUDGET_SECONDS / round_seconds, FEWEST_ROUNDS), MOST_ROUNDS))
    samples: dict[str, list[float]] = {name: [] for name in functions}
    clock: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        gc.collect()
        for name, function in functions.items():
            seconds, on_the_wall = sample(function, repeats[name])
            samples[name].append(seconds)
            clock[name].append(on_the_wall)
    return Timings(samples, clock)


def settle_allocator() -> None:
    """Have large arrays come from memory that the process keeps, whatever ran before.

    glibc asks the kernel for each large block, and pays for it page by page, until a block as
    large as that has been freed once. Free the largest that makes it learn.
    """
    np.empty(LARGEST_HEAP_BLOCK, dtype=np.uint8)


def calibrate(function: Callable[[], object]) -> int:
    """Find how many calls make a sample that the clock can be trusted with (and warm up)."""
    repeats = 1
    function()
    while (elapsed := sample(function, repeats)[0] * repeats) < SAMPLE_SECONDS:
        repeats = max(2 * repeats, min(10 * repeats, int(repeats * SAMPLE_SECONDS / elapsed)))
    return repeats


def sample(function: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Seconds a call, of the processor and by the clock, over `repeats` calls, with the garbage
    collector held."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        wall, start = time.perf_counter(), time.thread_time()
        for _ in range(repeats):
            function()
        seconds = time.thread_time() - start
        return seconds / repeats, (time.perf_counter() - wall) / repeats
    finally:
        if collecting:
            gc.enable()
