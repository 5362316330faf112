"""Time functions against each other: interleaved rounds in one process, and ratios of the shortest
times.

A machine drifts (clock rate, caches, neighbours). Functions that take turns meet the same quiet
moments, and what disturbs a sample only ever makes it longer. Time is that of the processor, which
other processes do not add to.
"""

import gc
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
    """Seconds a call of each function, round by round."""

    samples: dict[str, list[float]]

    def fastest(self, name: str) -> float:
        """The shortest time of one call, which other work of the machine disturbed least."""
        return min(self.samples[name])

    def ratio(self, name: str, base: str) -> float | None:
        """One shortest time over another; None where one was not run."""
        if name not in self.samples or base not in self.samples:
            return None
        return self.fastest(name) / self.fastest(base)


def interleave(functions: Mapping[str, Callable[[], object]]) -> Timings:
    """Time the functions in turns, as many rounds as fit the budget."""
    settle_allocator()
    repeats = {name: calibrate(function) for name, function in functions.items()}
    round_seconds = sum(sample(functions[name], count) * count for name, count in repeats.items())
    rounds = int(min(max(BUDGET_SECONDS / round_seconds, FEWEST_ROUNDS), MOST_ROUNDS))
    samples: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        gc.collect()
        for name, function in functions.items():
            samples[name].append(sample(function, repeats[name]))
    return Timings(samples)


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
    while (elapsed := sample(function, repeats) * repeats) < SAMPLE_SECONDS:
        repeats = max(2 * repeats, min(10 * repeats, int(repeats * SAMPLE_SECONDS / elapsed)))
    return repeats


def sample(function: Callable[[], object], repeats: int) -> float:
    """Seconds a call, over `repeats` calls, with the garbage collector held."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = time.thread_time()
        for _ in range(repeats):
            function()
        return (time.thread_time() - start) / repeats
    finally:
        if collecting:
            gc.enable()
