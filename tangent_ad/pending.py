"""Derivatives of functions whose arguments only tell when they are there what the function calls.

`model.predict(x)` may be a method of any class. Such a derivative is made at its first call, for
the arguments that it gets there; `like=` gives it examples at once.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast
import numpy as np

from tangent_ad import errors
from tangent_ad.analysis.places import root
from tangent_ad.derivative import adorn
from tangent_ad.derive import Options
from tangent_ad.specialize import Specializer, facts_of, has_other_floats
from tangent_ad.syntax import source, trees
from tangent_ad.targets import Waiting


def waits_for_arguments(function: types.FunctionType, error: errors.TangentError) -> bool:
    """Whether a function could not be differentiated because it uses an argument as an object."""
    if not isinstance(error, (errors.MissingRuleError, errors.UnsupportedSyntaxError)):
        return False
    try:
        tree, _ = source.read(function)
    except errors.TangentError:
        return False
    everything = list(gast.walk(tree))
    if any(isinstance(node, gast.ClassDef) for node in everything):
        return False
    if isinstance(tree, gast.Lambda):
        body: list[gast.stmt] = [gast.Expr(tree.body)]
    else:
        body = tree.body
    given = _parts_of_arguments(body, {p.id for p in trees.parameters(tree.args)})
    return any(_is_of_object(node, given) for node in everything)


def _parts_of_arguments(body: Sequence[gast.stmt], names: set[str]) -> set[str]:
    """The variables that are arguments, or parts of arguments."""
    everything = [inner for node in body for inner in gast.walk(node)]
    before = -1
    while before != len(names):
        before = len(names)
        for node in everything:
            if isinstance(node, (gast.For, gast.comprehension)) and trees.reads(node.iter) & names:
                names |= set(trees.bound_names(node.target))
            elif isinstance(node, gast.Assign) and root(node.value) in names:
                names |= trees.writes(node)
    return names


def _is_of_object(node: gast.AST, given: set[str]) -> bool:
    """Whether an expression reads an attribute that no array has, calls a variable, or unpacks one."""
    if isinstance(node, gast.Attribute):
        return not hasattr(np.ndarray, node.attr) and root(node.value) in given
    if not isinstance(node, gast.Call):
        return False
    unpacked = [a.value for a in node.args if isinstance(a, gast.Starred)]
    unpacked += [k.value for k in node.keywords if k.arg is None]
    called = [node.func] if isinstance(node.func, gast.Name) else []
    return any(root(part) in given for part in (*called, *unpacked))


class Pending(Waiting):
    """A derivative to be: `make` makes it for example arguments, given by name."""

    def __init__(self, function: types.FunctionType, make: Callable[[Mapping[str, Any]], Any]) -> None:
        self.function, self.make, self.name = function, make, function.__name__
        self.made: list[tuple[Any, Any]] = []

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        code = self.function.__code__
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        values = dict(zip(names[: code.co_argcount], args, strict=False))
        values.update({k: v for k, v in keywords.items() if k in names})
        return self.derivative(values)(*args, **keywords)

    def derivative(self, values: Mapping[str, Any]) -> Any:
        """The derivative for such arguments."""
        kinds = facts_of(values), has_other_floats(values)
        for known, derivative in self.made:
            if known == kinds:
                return derivative
        derivative = self.make(values)
        self.made.append((kinds, derivative))
        return derivative

    def differentiated(self, transform: Callable[[Any], Any]) -> Pending:
        """The derivative of this derivative, to be made when this one is."""
        return Pending(self.function, lambda values: transform(self.derivative(values)))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("made", "function", "make", "name"):
            raise AttributeError(name)
        if not self.made:
            raise errors.SourceError(
                f"{self.name} calls what only its arguments tell; call the derivative "
                f"once before its {name} is asked for, or give example arguments as like="
            )
        return getattr(self.made[0][1], name)


def derivative(function: types.FunctionType, options: Options) -> Any:
    """A derivative that is made when its arguments are known."""
    return Pending(function, lambda values: adorn(Specializer(function, options, like=values)))
