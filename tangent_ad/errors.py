"""Every error and warning of the package, and the message that points at the line.

    model.py:14:5: np.unwrap has no derivative rule; declare one with @adjoint(np.unwrap)
        y = np.unwrap(x)
            ^^^^^^^^^^^^
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """Where in the user's file something stands: absolute line, column and the line itself."""

    filename: str
    lineno: int
    col_offset: int = 0
    end_col_offset: int | None = None
    line: str = ""

    def __str__(self) -> str:
        return f"{self.filename}:{self.lineno}:{self.col_offset + 1}"

    def excerpt(self) -> str:
        """The source line with a caret under the culprit, or nothing without a line."""
        text = self.line.rstrip()
        if not text.strip():
            return ""
        indent = len(text) - len(text.lstrip())
        start = max(self.col_offset, indent)
        end = self.end_col_offset if self.end_col_offset else start + 1
        width = max(1, min(end, len(text)) - start)
        return f"    {text[indent:]}\n    {' ' * (start - indent)}{'^' * width}"


class TangentError(Exception):
    """Base of every refusal. `errors` lists all of them when several were found together."""

    def __init__(self, message: str, place: Place | None = None, construct: str = "") -> None:
        self.message = message
        self.place = place
        self.construct = construct
        self.errors: tuple[TangentError, ...] = (self,)
        super().__init__(self._text())

    def locate(self, place: Place) -> None:
        """Add the place to an error that was made where it was not known."""
        self.place = place
        self.args = (self._text(),)

    @property
    def filename(self) -> str | None:
        return self.place.filename if self.place else None

    @property
    def lineno(self) -> int | None:
        return self.place.lineno if self.place else None

    @property
    def col_offset(self) -> int | None:
        return self.place.col_offset if self.place else None

    def _text(self) -> str:
        if self.place is None:
            return self.message
        excerpt = self.place.excerpt()
        return f"{self.place}: {self.message}" + (f"\n{excerpt}" if excerpt else "")


class SourceError(TangentError, OSError):
    """The Python source of a function cannot be had."""

    # OSError.__str__ formats errno and strerror; ours is a plain message.
    __str__ = Exception.__str__


class AmbiguousSourceError(SourceError):
    """Several lambdas fit the code object and nothing tells them apart."""


class StaleSourceError(SourceError):
    """The file was edited after the function was imported from it."""


class UnsupportedFunctionError(TangentError, TypeError):
    """The object is not a function that can be read: a generator, a class, a coroutine."""


class UnsupportedSyntaxError(TangentError, NotImplementedError):
    """A construct that cannot be differentiated."""


class AliasError(UnsupportedSyntaxError):
    """A write through one name that may or may not change what another name sees."""


class MissingRuleError(TangentError, NotImplementedError):
    """An operation on differentiated values that has no derivative rule."""


class WrtError(TangentError, ValueError):
    """`wrt` names no parameter, or names one twice."""


class OutputError(TangentError, TypeError):
    """The function does not return what the transform can differentiate."""


class InputTypeError(TangentError, TypeError):
    """An argument of a type that has no derivative: text, integers arrays, objects."""


class ShapeError(TangentError, ValueError):
    """A seed or tangent whose shape is not that of the value it belongs to."""


class SaveError(TangentError, ValueError):
    """A derivative that refers to something which cannot be written out as source."""


class RuleError(TangentError, TypeError):
    """A mistake in a derivative rule, found when it is declared."""


class GradientError(TangentError, AssertionError):
    """A derivative that differs from what finite differences or the other mode say."""


class InternalError(TangentError, RuntimeError):
    """A broken promise of the compiler itself: please report it."""


class TangentWarning(UserWarning):
    """Base of every warning."""


class IndependentOutputWarning(TangentWarning):
    """The output does not depend on an input, so its derivative is zero everywhere."""


def raise_together(errors: Sequence[TangentError]) -> None:
    """Raise one error, or several as one that lists them all, in the order of the source."""
    if not errors:
        return
    unique = sorted({str(error): error for error in errors}.values(), key=_where)
    if len(unique) == 1:
        raise unique[0]
    listing = "\n".join(str(error) for error in unique)
    first = unique[0]
    together = type(first)(f"{len(unique)} things stand in the way:\n{listing}")
    together.place, together.construct = first.place, first.construct
    together.errors = tuple(unique)
    raise together


def _where(error: TangentError) -> tuple[str, int, int]:
    place = error.place
    return (place.filename, place.lineno, place.col_offset) if place else ("", 0, 0)
