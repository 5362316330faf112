"""A program under test, and how its text becomes a live function that `inspect` can read."""

from __future__ import annotations

import hashlib
import linecache
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .trees import spell


@dataclass(frozen=True)
class Program:
    """A module with an entry function, the point to differentiate at, and the arguments to vary."""

    seed: int
    source: str
    args: tuple[Any, ...]
    wrt: tuple[int, ...]
    features: frozenset[str] = frozenset()
    entry: str = "f"

    @property
    def filename(self) -> str:
        """A name that changes with the text, so that no two texts share one cache entry."""
        digest = hashlib.sha1(self.source.encode()).hexdigest()[:8]
        return f"<fuzz {self.seed}:{digest}>"

    @property
    def statements(self) -> int:
        return sum(bool(line.strip()) for line in self.source.splitlines())

    def __str__(self) -> str:
        return (
            f"{self.source.rstrip()}\n\n"
            f"# seed = {self.seed}\n# args = {spell(self.args)}\n# wrt = {self.wrt}\n"
        )


def register(filename: str, source: str) -> None:
    """Make `inspect.getsource` and tracebacks find `source` under `filename`."""
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)


@contextmanager
def loaded(program: Program) -> Iterator[Callable[..., Any]]:
    """Give the live entry function; the source stays known to `linecache` inside the block only."""
    filename = program.filename
    module = types.ModuleType("fuzz_" + hashlib.sha1(filename.encode()).hexdigest()[:12])
    module.__file__ = filename
    # A dataclass looks its module up while it is being made.
    sys.modules[module.__name__] = module
    register(filename, program.source)
    try:
        code = compile(program.source, filename, "exec")
        exec(code, module.__dict__)  # noqa: S102
        yield module.__dict__[program.entry]
    finally:
        sys.modules.pop(module.__name__, None)
        linecache.cache.pop(filename, None)
