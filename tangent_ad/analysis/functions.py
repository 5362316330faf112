"""What kind of function it is: one that is read, ours, that of a library; its name and defaults."""

from __future__ import annotations

import inspect
import sys
import types
from typing import Any

from tangent_ad.syntax import source

LAZY = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def is_readable(function: Any) -> bool:
    """Whether a call of a function runs its source: that of a generator only begins it."""
    return isinstance(function, types.FunctionType) and not function.__code__.co_flags & LAZY


def is_ours(function: types.FunctionType) -> bool:
    """Whether a function is a derivative, or a helper of one: it changes nothing that is read later."""
    if (function.__module__ or "").startswith("tangent_ad.runtime"):
        return True
    return source.is_ours(function)


def is_of_library(function: Any) -> bool:
    """Whether a function is NumPy's or Python's own."""
    package = (getattr(function, "__module__", None) or "").partition(".")[0]
    return package == "numpy" or package in sys.stdlib_module_names


def is_installed(function: types.FunctionType, package: str) -> bool:
    """Whether a function is of another package than the user's, and not written here."""
    parts = function.__code__.co_filename.replace("\\", "/").split("/")
    is_apart = (function.__module__ or "").partition(".")[0] != package
    return is_apart and ("site-packages" in parts or "dist-packages" in parts)


def plain_name(function: types.FunctionType) -> str:
    name = function.__name__
    if name.startswith("__") and name.endswith("__"):
        name = name.strip("_")
    return name if name.isidentifier() else "f"


def default_objects(function: types.FunctionType) -> dict[str, Any]:
    """The live defaults of a function, by parameter."""
    code = function.__code__
    positional = code.co_varnames[: code.co_argcount]
    values = function.__defaults__ or ()
    found = dict(zip(positional[len(positional) - len(values) :], values, strict=True))
    found.update(function.__kwdefaults__ or {})
    return found
