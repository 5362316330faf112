"""Room for trees of many levels, as a sum of a thousand terms has, and of many nodes."""

from __future__ import annotations

import _thread
import contextlib
import gc
import sys
from collections.abc import Iterator

FRAMES = 25_000

_lock = _thread.allocate_lock()  # as threading.Lock(), which takes long to import
# What was found by derivations that are still running: the recursion limit, whether garbage was
# collected.
_open: list[tuple[int, bool]] = []


@contextlib.contextmanager
def room() -> Iterator[None]:
    """Raise the recursion limit, and collect no garbage: trees have no cycles, and to look for
    some takes as long as a third of the derivation. The last one to leave, of several threads, sets
    both back."""
    with _lock:
        _open.append(_open[0] if _open else (sys.getrecursionlimit(), gc.isenabled()))
        sys.setrecursionlimit(_open[0][0] + FRAMES)
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            limit, collects = _open.pop()
            if not _open:
                sys.setrecursionlimit(limit)
                if collects:
                    gc.enable()
