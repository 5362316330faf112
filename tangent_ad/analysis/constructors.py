"""What `P(...)` does for a class of the user's, as a function that makes a dict.

    class Ball:                              def Ball(x, mass):
        def __init__(self, x, mass):   ->        self = {"__class__": Ball}
            self.x = x                           Ball.__init__(self, x, mass)
            self.mass = mass                     return self
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import types
from collections.abc import Sequence
from typing import Any

from tangent_ad.runtime.instances import (
    CLASS,
    attributes_of,
    is_named_tuple,
    is_of_class,
    is_plain,
    shared_data,
)
from tangent_ad.syntax import parse, source, trees
from tangent_ad.syntax.named import NamedTuple

SYMBOLS = {"eq": "==", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def constructor(cls: type, given: Sequence[str | None]) -> types.FunctionType | None:
    """A function that makes an instance as a dict, as `cls(...)` makes one; None if that is not known.

    `given` are the keywords of the call, None for an argument by position.
    """
    return _constructor(cls, tuple(given)) if is_plain(cls) else None


@functools.lru_cache(256)
def _constructor(cls: type, given: tuple[str | None, ...]) -> types.FunctionType | None:
    if dataclasses.is_dataclass(cls) and cls.__init__.__code__.co_filename.startswith("<"):
        return _of_dataclass(cls, given)
    name = cls.__name__
    if is_named_tuple(cls):
        return _of_named_tuple(cls)
    if cls is types.SimpleNamespace:
        if None in given or not all(given):
            return None
        parameters = [inspect.Parameter(k, inspect.Parameter.KEYWORD_ONLY) for k in map(str, given)]
        items = {k: k for k in map(str, given)}
        return _made(cls, inspect.Signature(parameters), [f"return {_display(cls, items)}"], {})
    shared = {key: f"{name}.{key}" for key in shared_data(cls)}
    if cls.__init__ is object.__init__:
        return _made(cls, inspect.Signature(), [f"return {_display(cls, shared)}"], {})
    first, *parameters = inspect.signature(cls.__init__).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    own = _free("self", [p.name for p in parameters])
    passed = [own, *map(_passed_on, parameters)]
    body = [
        f"{own} = {_display(cls, shared)}",
        f"{name}.__init__({', '.join(passed)})",
        f"return {own}",
    ]
    bare = [p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else None)
            for p in parameters]  # fmt: skip
    return _made(cls, inspect.Signature(bare), body, defaults)


def _of_named_tuple(cls: Any) -> types.FunctionType:
    kind, defaults = inspect.Parameter.POSITIONAL_OR_KEYWORD, cls._field_defaults
    parameters = [
        inspect.Parameter(key, kind, default=None if key in defaults else inspect.Parameter.empty)
        for key in cls._fields
    ]
    display = f"{cls.__name__}({', '.join(cls._fields)})"
    made = _made(cls, inspect.Signature(parameters), [f"return {display}"], defaults)
    tree, where = made.__dict__["written_as"]
    (last,) = tree.body
    value = NamedTuple(last.value.func, cls._fields, last.value.args)
    made.__dict__["written_as"] = trees.rebuild(tree, body=[trees.rebuild(last, value=value)]), where
    return made


def replacement(cls: type, keys: Sequence[str]) -> types.FunctionType | None:
    """A function that makes an instance like another one but for some attributes, given by keyword."""
    fields = getattr(cls, "_fields", None)
    if fields is None and dataclasses.is_dataclass(cls):
        fields = [f.name for f in dataclasses.fields(cls) if f.init]
    return _replacement(cls, tuple(fields), tuple(keys)) if fields and set(keys) <= {*fields} else None


@functools.lru_cache(256)
def _replacement(
    cls: type, fields: tuple[str, ...], keys: tuple[str, ...]
) -> types.FunctionType:
    own = _free("self", fields)
    kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(own, kinds[0])]
    parameters += [inspect.Parameter(key, kinds[1]) for key in keys]
    values = {field: field if field in keys else f"{own}.{field}" for field in fields}
    given = ", ".join(f"{field}={value}" for field, value in values.items())
    name = f"{cls.__name__}_replaced"
    body = [f"return {cls.__name__}({given})"]
    return _made(cls, inspect.Signature(parameters), body, {}, name=name)


def made_method(cls: type, name: str, keys: Sequence[str | None]) -> types.FunctionType | None:
    """A method that `namedtuple` made, as a function that is given some keywords."""
    if name == "_replace":
        return replacement(cls, list(map(str, keys)))
    return _made_method(cls, name) if not keys else None


@functools.lru_cache(256)
def _made_method(cls: Any, name: str) -> types.FunctionType:
    own = _free("self", cls._fields)
    parameter = inspect.Parameter(own, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    items = ", ".join(f"{key!r}: {own}.{key}" for key in cls._fields)
    value = f"{{{items}}}" if name == "_asdict" else f"{cls.__name__}(*{own})"
    return _made(
        cls, inspect.Signature([parameter]), [f"return {value}"], {}, name=f"{cls.__name__}{name}"
    )


def _of_dataclass(cls: type, given: tuple[str | None, ...]) -> types.FunctionType | None:
    """A field without a default is a parameter; of the others, those that the call gives."""
    declared = cls.__dataclass_fields__.values()  # type: ignore[attr-defined]
    fields = [each for each in declared if not is_of_class(each)]
    passed_on = {f.name for f in fields} - {f.name for f in dataclasses.fields(cls)}  # InitVars
    positional = [f.name for f in fields if f.init and not f.kw_only]
    named = {k for k in given if k is not None} | set(positional[: given.count(None)])
    scope: dict[str, Any] = {}
    parameters: list[inspect.Parameter] = []
    items: dict[str, str] = {key: f"{cls.__name__}.{key}" for key in shared_data(cls)}
    for each in fields:
        name = each.name
        if each.init and (name in named or not _has_default(each)):
            kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
            parameters.append(inspect.Parameter(name, kind))
            items[name] = name
        elif each.default is not dataclasses.MISSING:
            scope[f"default_of_{name}"] = each.default
            is_literal = isinstance(each.default, (int, float, str, type(None)))
            items[name] = repr(each.default) if is_literal else f"default_of_{name}"
        elif each.default_factory is not dataclasses.MISSING:
            scope[f"{name}_factory"] = each.default_factory
            if each.default_factory in (list, dict):
                items[name] = "[]" if each.default_factory is list else "{}"
            else:
                items[name] = f"{name}_factory()"
    own = _free("self", list(items))
    given_on = [items.pop(f.name) for f in fields if f.name in passed_on]
    body = [f"{own} = {_display(cls, items)}"]
    if hasattr(cls, "__post_init__"):
        body.append(f"{cls.__name__}.__post_init__({', '.join([own, *given_on])})")
    body.append(f"return {own}")
    return _made(cls, inspect.Signature(parameters), body, {}, scope)


def is_made(cls: Any, method: Any) -> bool:
    """Whether a method was written by the decorator of a dataclass."""
    if not dataclasses.is_dataclass(cls) or not isinstance(method, types.FunctionType):
        return False
    wrapped = getattr(method, "__wrapped__", method)  # `__repr__` guards against recursion
    return wrapped.__code__.co_filename.startswith("<")


@functools.lru_cache(256)
def comparison(cls: Any, name: str) -> types.FunctionType:
    """`p < q` for two instances of a dataclass, as the decorator compares them."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(n, kind) for n in ("self", "other")])
    keys = [each.name for each in dataclasses.fields(cls) if each.compare]
    sides = (f"({''.join(f'{own}.{key}, ' for key in keys)})" for own in ("self", "other"))
    body = [f"return {f' {SYMBOLS[name]} '.join(sides)}"]
    return _made(cls, signature, body, {}, name=f"{cls.__name__}_{name}")


def _display(cls: type, items: dict[str, str]) -> str:
    texts = [f"{CLASS!r}: {cls.__name__}", *(f"{k!r}: {v}" for k, v in items.items())]
    return f"{{{', '.join(texts)}}}"


def _has_default(each: dataclasses.Field) -> bool:
    return (
        each.default is not dataclasses.MISSING or each.default_factory is not dataclasses.MISSING
    )


def _passed_on(parameter: inspect.Parameter) -> str:
    name = parameter.name
    if parameter.kind is parameter.VAR_POSITIONAL:
        return f"*{name}"
    if parameter.kind is parameter.VAR_KEYWORD:
        return f"**{name}"
    return f"{name}={name}" if parameter.kind is parameter.KEYWORD_ONLY else name


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _made(
    cls: type,
    signature: inspect.Signature,
    body: Sequence[str],
    defaults: dict[str, Any],
    scope: dict[str, Any] | None = None,
    name: str = "",
) -> types.FunctionType:
    """A function that is read as `body` says. Where it runs as it is, the constructor of a class makes
    an instance and gives its attributes."""
    cls_name = cls.__name__
    name = name or cls_name
    header = f"def {name}{signature}:\n"
    passed = ", ".join(map(_passed_on, signature.parameters.values()))
    text = header + "".join(f"    {line}\n" for line in body)
    filename = f"<{cls.__module__}.{cls.__qualname__}{signature}>"
    runs = f"{header}    return attributes_of(class_itself({passed}))\n" if name == cls_name else text
    names: dict[str, Any] = {"class_itself": cls, "attributes_of": attributes_of}
    exec(compile(runs, filename, "exec"), names)  # noqa: S102 - a text of our own
    function = names.pop(name)
    names.update({**(scope or {}), cls_name: cls, "__name__": cls.__module__})
    read = parse.converted(ast.parse(text).body[0])
    where = source.Source(filename, name, tuple(text.splitlines()))
    function.__dict__.update(constructs=cls, written_as=(read, where))
    code = function.__code__
    positional = code.co_varnames[: code.co_argcount]
    function.__defaults__ = tuple(defaults[p] for p in positional if p in defaults) or None
    only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    function.__kwdefaults__ = {p: defaults[p] for p in only if p in defaults} or None
    return function
