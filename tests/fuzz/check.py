"""Check a program: differentiate it every way there is, and say how that went."""

from __future__ import annotations

import importlib
import re
import signal
import threading
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from .case import FACE, Case, Engine
from .program import Program, loaded
from .properties import ALL, PROPERTIES

# From the best to the worst; an outcome is as bad as the worst of its findings.
CATEGORIES = ("right", "refused", "timeout", "bad refusal", "internal", "wrong")
FAILURES = ("timeout", "bad refusal", "internal", "wrong")


@dataclass(frozen=True)
class Finding:
    """How one property went wrong, or was refused."""

    name: str
    category: str
    message: str
    lineno: int | None = None

    @property
    def group(self) -> str:
        """Give the message without what differs from program to program."""
        if self.category == "wrong":
            return self.name
        lines = [line for line in self.message.splitlines() if line.strip()]
        several = len(lines) > 1 and lines[0].endswith("stand in the way:")
        first_line = lines[several] if lines else ""
        text = re.sub(r"<[^<>]*\bfuzz[ _][^<>]*>(:\d+)*:?", "", first_line)
        text = re.sub(r"(['\"`])[^'\"`]*\1", "'...'", text)
        return re.sub(r"\d+", "#", text).strip()[:110]


@dataclass(frozen=True)
class Outcome:
    """What became of a program; `findings` is empty when all is right."""

    category: str
    findings: tuple[Finding, ...] = ()

    @property
    def failed(self) -> bool:
        return self.category in FAILURES

    @property
    def worst(self) -> Finding | None:
        """The first of the worst findings."""
        return max(self.findings, key=lambda one: CATEGORIES.index(one.category), default=None)

    def __str__(self) -> str:
        lines = [f"{one.category} ({one.name}): {one.message}" for one in self.findings]
        return "\n".join([self.category, *lines])


class OutOfTime(BaseException):
    """The check took too long; not an Exception, so that nobody catches it by accident."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block after some time of the processor, where the system can do that;
    a machine that is busy with other things is no slow program."""
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: Any) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def the_compiler() -> Engine:
    """Give the package under test; without its public face nothing can be checked."""
    package: Any = importlib.import_module("tangent_ad")
    missing = [name for name in FACE if not hasattr(package, name)]
    if missing:
        raise ImportError(f"tangent_ad lacks {', '.join(missing)}")
    return package


def check(
    program: Program,
    properties: Sequence[str] = ALL,
    engine: Engine | None = None,
    seconds: float = 30.0,
) -> Outcome:
    """Try the properties one after the other; stop at the first that is not merely refused."""
    tested = engine if engine is not None else the_compiler()
    findings: list[Finding] = []
    current = "loading"
    try:
        with time_limit(seconds), loaded(program) as function, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with np.errstate(all="ignore"):
                case = Case(program, function, tested)
                for current in properties:
                    finding = _try(case, current)
                    if finding is not None:
                        findings.append(finding)
                    if finding is not None and finding.category in FAILURES:
                        break
    except OutOfTime:
        findings.append(Finding(current, "timeout", f"more than {seconds} s"))
    worst = max((CATEGORIES.index(one.category) for one in findings), default=0)
    return Outcome(CATEGORIES[worst], tuple(findings))


def _try(case: Case, name: str) -> Finding | None:
    """Try one property."""
    try:
        text = PROPERTIES[name](case)
    except case.engine.TangentError as error:
        return _refusal(case, name, error)
    except Exception as error:  # noqa: BLE001 - all that is no refusal is an internal error
        return Finding(name, "internal", _where(error))
    return Finding(name, "wrong", text) if text else None


def _refusal(case: Case, name: str, error: Exception) -> Finding:
    """Tell a refusal that points at a line from one that does not."""
    message = str(error)
    lineno = getattr(error, "lineno", None)
    if not isinstance(lineno, int) or lineno < 1 or not message.strip():
        return Finding(name, "bad refusal", f"no line: {type(error).__name__}: {message}")
    in_program = getattr(error, "filename", None) == case.program.filename
    if in_program and lineno > len(case.program.source.splitlines()):
        return Finding(name, "bad refusal", f"line {lineno} does not exist: {message}")
    return Finding(name, "refused", f"{type(error).__name__}: {message}", lineno)


def _where(error: Exception) -> str:
    """Write an error with the place that raised it first, and its traceback below."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    place = f"{last.filename.rsplit('/', 1)[-1]} in {last.name}"
    full = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return f"{type(error).__name__}: {error} ({place})\n{full}"
