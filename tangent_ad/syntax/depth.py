"""Room for recursion over expressions of many levels, as a sum of a thousand terms has."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator

FRAMES = 25_000

_lock = threading.Lock()
_open: list[int] = []  # the limits that were found by derivations which are still running


@contextlib.contextmanager
def room() -> Iterator[None]:
    """Raise the recursion limit; the last one to leave, of several threads, sets it back."""
    with _lock:
        _open.append(_open[0] if _open else sys.getrecursionlimit())
        sys.setrecursionlimit(_open[0] + FRAMES)
    try:
        yield
    finally:
        with _lock:
            limit = _open.pop()
            if not _open:
                sys.setrecursionlimit(limit)
