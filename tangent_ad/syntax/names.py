"""What names mean: to objects through closures, globals and attributes; and names not yet taken."""

from __future__ import annotations

import builtins
import copy
import functools
import keyword
import types
from collections.abc import Callable, Iterable
from typing import Any

import gast
import numpy as np

from tangent_ad.syntax import trees


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Any = _Missing()

# Looking an attribute up runs code only for these when it is a property; they have none.
TRANSPARENT = (types.ModuleType, type, np.ufunc)


def is_transparent(decorator: Any) -> bool:
    """Whether a decorator gives back what computes the same: a cache, a compiler of numba's."""
    if any(decorator is known for known in (functools.lru_cache, functools.cache, functools.wraps)):
        return True
    module = getattr(decorator, "__module__", None) or ""
    return module.partition(".")[0] == "numba" and decorator.__name__ in ("njit", "jit")


class Names:
    """The names of one function: what is local, what the rest refers to, what is free to use.

    `bind` gives an object a name that generated code may use for it: the user's own name where
    there is one, so that generated code says `np` where the user does.
    """

    def __init__(self, function: types.FunctionType | None, tree: gast.AST) -> None:
        self.globals: dict[str, Any] = function.__globals__ if function is not None else {}
        self.closure: dict[str, types.CellType] = {}
        if function is not None and function.__closure__:
            self.closure = dict(
                zip(function.__code__.co_freevars, function.__closure__, strict=True)
            )
        self.bound: dict[str, Any] = {}
        self.stems: dict[str, str] = {}
        self.numbers: dict[str, int] = {}  # how far the versions of a stem are taken
        self.derivatives: set[str] = set()
        # Whether a function of the user's does nothing but compute; the pipeline can tell.
        self.is_pure_function: Callable[[Any], bool] = lambda function: False
        self.locals = local_names(tree)
        self.taken = {n.id for n in trees.walk(tree) if isinstance(n, gast.Name)}
        self.taken |= self.locals | set(self.closure)
        self.user = frozenset(self.taken)

    def copy(self) -> Names:
        """The same meaning of names, and fresh names that are nobody else's business."""
        new = copy.copy(self)
        new.bound, new.stems = dict(self.bound), dict(self.stems)
        new.derivatives, new.numbers = set(self.derivatives), dict(self.numbers)
        new.locals, new.taken = set(self.locals), set(self.taken)
        return new

    def is_users_adjoint(self, identifier: str) -> bool:
        """Whether a name is that of the derivative of a variable of the user's."""
        return identifier in self.derivatives and identifier[1:] in self.user

    def lookup(self, identifier: str) -> Any:
        """The object a name that is not local refers to now, or MISSING."""
        if identifier in self.locals:
            return MISSING
        if identifier in self.bound:
            return self.bound[identifier]
        if identifier in self.closure:
            try:
                return self.closure[identifier].cell_contents
            except ValueError:
                return MISSING
        if identifier in self.globals:
            return self.globals[identifier]
        return getattr(builtins, identifier, MISSING)

    def resolve(self, node: gast.expr) -> Any:
        """The object that a dotted name refers to, as far as modules and classes go."""
        if isinstance(node, gast.Name):
            return self.lookup(node.id)
        if isinstance(node, gast.Attribute):
            owner = self.resolve(node.value)
            if isinstance(owner, TRANSPARENT):
                return getattr(owner, node.attr, MISSING)
        return MISSING

    def bind(self, value: Any, hint: str) -> str:
        """A name for an object that generated code refers to."""
        for known, bound in self.bound.items():
            if bound is value:
                return known
        if hint not in self.locals and self.lookup(hint) is value:
            self.taken.add(hint)
            return hint
        if isinstance(value, types.ModuleType):
            for known, bound in self.globals.items():
                if bound is value and known not in self.locals and known not in self.closure:
                    self.taken.add(known)
                    return known
        fresh = self.fresh(hint, avoid_globals=True)
        self.bound[fresh] = value
        self.locals.discard(fresh)
        return fresh

    def fresh(self, hint: str, avoid_globals: bool = False) -> str:
        """A new local name: the hint itself where it is free, else the hint with a suffix."""
        candidate = hint
        if hint in self.user:
            candidate = f"{hint}_"
        stem = hint.rstrip("_0123456789") or hint
        if self._is_taken(candidate, avoid_globals):
            candidate = self._numbered(stem, avoid_globals)
        self.take(candidate)
        return candidate

    def version(self, stem: str) -> str:
        """A new name for another value of a variable: the stem with a number."""
        candidate = self._numbered(stem, False)
        self.take(candidate)
        self.stems[candidate] = stem
        return candidate

    def _numbered(self, stem: str, avoid_globals: bool) -> str:
        """The stem with the first number that is free."""
        number = self.numbers.get(stem, 0) + 1
        while self._is_taken(f"{stem}_{number}", avoid_globals):
            number += 1
        self.numbers[stem] = number
        return f"{stem}_{number}"

    def take(self, identifier: str) -> None:
        self.taken.add(identifier)
        self.locals.add(identifier)

    def take_all(self, identifiers: Iterable[str]) -> None:
        for identifier in identifiers:
            self.take(identifier)

    def _is_taken(self, identifier: str, avoid_globals: bool) -> bool:
        return (
            identifier in self.taken
            or identifier in self.bound
            or keyword.iskeyword(identifier)
            or hasattr(builtins, identifier)
            or (avoid_globals and identifier in self.globals)
        )


def local_names(tree: gast.AST) -> set[str]:
    """The variables of a function, without those that it declares to be of what is around it."""
    if isinstance(tree, gast.Lambda):
        return {p.id for p in trees.parameters(tree.args)}
    if not isinstance(tree, gast.FunctionDef):
        return set()
    outer = {
        name
        for node in trees.statements(tree.body)
        if isinstance(node, (gast.Global, gast.Nonlocal))
        for name in node.names
    }
    return ({p.id for p in trees.parameters(tree.args)} | trees.all_writes(tree.body)) - outer
