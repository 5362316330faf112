"""What a derivative carries beside its code: source, module, primal, ways to save and check it."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

from tangent_ad.derive import Derived
from tangent_ad.specialize import Specializer

if TYPE_CHECKING:
    from pathlib import Path


class SourceText(str):
    """Source that a console shows as the lines it is."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def adorn(made: Specializer) -> Any:
    """The function of a specializer with its attributes."""
    derived = made.derived
    df: Any = made.entry
    df.source = SourceText(entry_text(derived.text, derived.entry))
    df.module_source = SourceText(derived.text)
    df.save = functools.partial(save, derived)
    df.primal = made.function
    df.wrt = derived.options.wrt
    df.mode = derived.options.mode
    df.seeds = derived.seeds
    df.output = derived.options.output
    df.has_aux = derived.options.has_aux
    df.as_tuple = derived.options.as_tuple
    df.preserve_result = derived.options.preserve_result
    df.check = functools.partial(check, df)
    df.line_map = dict(derived.lines)
    df.assumptions = derived.ask
    df.specializer, df.entry_tests, df.entry_scope = made, made.tests, made.scope
    if made.guard is not None:
        df.entry_guard = made.guard
    reverse = derived.options.mode == "reverse"
    own = derived.seeds if reverse and derived.options.default_seed else ()
    df.default_seeds = (*own, *getattr(derived.function, "default_seeds", ()))
    df.seeds_like = seeds_like(derived)
    return df


def save(derived: Derived, path: str | os.PathLike[str], overwrite: bool = False) -> Path:
    """See `saving.save`."""
    from tangent_ad import saving  # most derivatives are not saved

    return saving.save(derived, path, overwrite)


def check(df: Any, *args: Any, **options: Any) -> Any:
    """See `checking.check_derivative`."""
    from tangent_ad import checking  # it derives functions itself

    return checking.check_derivative(df, *args, **options)


def seeds_like(derived: Derived) -> dict[str, str | None]:
    """Which argument each seed has the shape of; None for a number."""
    if derived.options.mode == "forward":
        return dict(zip(derived.seeds, derived.options.wrt, strict=True))
    if derived.result.is_scalar and len(derived.seeds) == 1:
        return {derived.seeds[0]: None}
    return {}


def entry_text(text: str, name: str) -> str:
    """The text of one function of a module."""
    start = text.index(f"def {name}(")
    return text[start:]


