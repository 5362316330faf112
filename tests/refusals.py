"""What a refusal must look like, for the tests of errors."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tangent_ad


def refused(action: Callable[[], Any], kind: type[tangent_ad.TangentError]) -> Any:
    """The error of this class, and no subclass of it, that an action must raise."""
    with pytest.raises(tangent_ad.TangentError) as caught:
        action()
    error = caught.value
    assert type(error) is kind, f"{type(error).__name__}: {error}"
    assert len(str(error)) > 10 and "Traceback" not in str(error)
    return error


def line_of(function: Callable, culprit: str) -> tuple[str, int, int, str]:
    """File, line, column (from 1) and text of the line of a function that holds some code."""
    lines, first = inspect.getsourcelines(function)
    for number, line in enumerate(lines, first):
        if culprit in line:
            name = inspect.getsourcefile(function)
            assert name is not None
            return name, number, line.index(culprit) + 1, line.rstrip("\n")
    raise AssertionError(f"{culprit!r} is not in the source of {function.__name__}")


def points_at(error: Any, function: Callable, culprit: str) -> None:
    """The message opens with the place of a piece of code, and shows it with carets under it."""
    filename, lineno, column, line = line_of(function, culprit)
    text = str(error)
    assert text.startswith(f"{filename}:{lineno}:{column}: "), text
    assert (error.filename, error.lineno, error.col_offset) == (filename, lineno, column - 1)
    shown, carets = text.splitlines()[-2:]
    assert shown.strip() == line.strip(), text
    assert re.fullmatch(r" +\^+", carets), text
    start, end = carets.index("^"), len(carets)
    assert shown[start:end] == culprit, text


def good(x):
    return np.sum(np.sin(x) * x)


def works() -> None:
    """The next call is not harmed by what went before."""
    x = np.array([0.5, 1.5])
    got = tangent_ad.grad(good)(x)
    np.testing.assert_allclose(got, np.cos(x) * x + np.sin(x), rtol=1e-12)


class Unharmed:
    """Watches that nothing is left behind: no file, no output, no change of a module or setting."""

    def __init__(self, module: str, folder: Path) -> None:
        self.module, self.folder = sys.modules[module], folder
        self.before = self.state()

    def state(self) -> tuple[Any, ...]:
        names = {name: id(value) for name, value in vars(self.module).items()}
        files = sorted(str(path) for path in self.folder.rglob("*"))
        functions = [f for f in vars(self.module).values() if inspect.isfunction(f)]
        attributes = {f.__name__: (id(f.__code__), dict(vars(f))) for f in functions}
        return names, files, attributes, np.geterr(), sys.getrecursionlimit()

    def check(self) -> None:
        assert self.state() == self.before
