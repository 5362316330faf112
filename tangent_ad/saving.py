"""Write a derivative to a file: `df.save(path)`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tangent_ad import errors, standalone
from tangent_ad.derive import Derived
from tangent_ad.requirements import requirements

if TYPE_CHECKING:
    from pathlib import Path

MARK = "Written by tangent_ad"


def source_of(derived: Derived) -> str:
    """The module that `save` writes. Raises SaveError for what cannot be written out."""
    return standalone.module_text(derived, introduction(derived))


def save(derived: Derived, path: str | os.PathLike[str], overwrite: bool = False) -> Path:
    """Write the module to a file; the path, as a Path.

    A file that is there already is replaced if it is one that we wrote, or with `overwrite`; else
    FileExistsError. The file is complete or not there: it is written under another name first.
    """
    from pathlib import Path  # takes long to import, and most derivatives are not saved

    target = Path(path)
    if target.exists() and not overwrite and not is_ours(target):
        raise FileExistsError(
            f"{target} exists and was not written by tangent_ad; save under another name, or with "
            "overwrite=True"
        )
    text = source_of(derived)
    compile(text, str(target), "exec")
    import tempfile

    handle, temporary = tempfile.mkstemp(suffix=".py", prefix=".tangent_ad_", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    return target


def is_ours(path: Path) -> bool:
    """Whether a file starts with the docstring that `save` writes."""
    try:
        with open(path, encoding="utf-8") as file:
            head = file.read(2000)
    except (OSError, UnicodeDecodeError) as error:
        raise errors.SaveError(f"{path} cannot be read: {error}") from error
    return head.startswith('"""') and MARK in head.split('"""')[1]


def introduction(derived: Derived) -> str:
    """The docstring of the module: whose derivative it is, and for which arguments."""
    from tangent_ad import __version__

    function, options = derived.function, derived.options
    kind = "forward-mode derivative" if options.mode == "forward" else "gradient"
    if options.output == "any" and options.mode == "reverse":
        kind = "vector-Jacobian product"
    wrt = " and ".join(filter(None, [", ".join(options.wrt[:-1]), options.wrt[-1]]))
    name = function.__qualname__.replace("<locals>.", "")
    lines = [
        f'"""The {kind} of {function.__module__}.{name} with respect to {wrt}.',
        "",
        f"{MARK} {__version__}. It needs no tangent_ad; change it as you like.",
    ]
    wanted = requirements(derived)
    if wanted:
        lines += ["", f"{derived.entry} asserts what it was written for:", ""]
        lines += [f"    {r.subject}: {r.words}" for r in wanted]
        lines += ["", "Give example arguments as like= to have it written for others."]
    return "\n".join([*(line.replace("\\", "/") for line in lines), '"""'])
