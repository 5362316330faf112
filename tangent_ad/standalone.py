"""A derivation as the text of a module that needs no tangent_ad: to read, to edit, to ship.

Helpers, callees and the user's own functions stand in the module; numbers, text and small arrays
that it refers to as globals are written out with the values they have now; other modules are
imported. Two things of one name get two names. What the derivative takes for granted about its
arguments, which a live derivative tests unseen, is asserted in its first lines.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gast
import numpy as np

from tangent_ad import errors
from tangent_ad.derive import Derived, defaults_of
from tangent_ad.requirements import requirements
from tangent_ad.session import Made
from tangent_ad.syntax import literals, load, parse, source, text, trees
from tangent_ad.syntax.names import MISSING

PACKAGE = __name__.partition(".")[0]
LIBRARIES = frozenset(("numpy", "scipy"))
Scope = Callable[[str], Any]


def module_text(derived: Derived, introduction: str) -> str:
    """The text of the module. Raises SaveError for what cannot be written out."""
    return _Module(derived).text(introduction)


class _Module:
    def __init__(self, derived: Derived) -> None:
        self.derived = derived
        self.meaning: dict[str, Any] = dict.fromkeys(derived.made, load.Sibling)
        self.placed: dict[int, tuple[Any, str]] = {}  # the object is kept, so that its id stays its
        self.imports: set[str] = set()
        self.constants: list[str] = []
        self.helpers: list[str] = []

    def text(self, introduction: str) -> str:
        made = []
        for name, item in self.derived.made.items():
            tree = self.with_live_defaults(item)
            tree = self.resolved(tree, functools.partial(_mean, item, self.derived.made), name)
            first = self.assertions(tree) if name == self.derived.entry else []
            made.append(_rendered(tree, first))
        parts = ["\n".join(sorted(self.imports, key=_import_order))]
        if self.constants:
            parts.append("\n".join(self.constants))
        head = "\n\n".join(part for part in (introduction, *parts) if part)
        return "\n\n\n".join([head, *self.helpers, *made]) + "\n"

    # ---- functions --------------------------------------------------------------------------

    def with_live_defaults(self, item: Made) -> gast.FunctionDef:
        """A default is the object that the live function has, not an expression to run again."""
        seeds = self.derived.seeds if item.tree.name == self.derived.entry else ()
        values, keywords = defaults_of(item, seeds)
        return self.with_defaults(item.tree, values or (), keywords or {})

    def with_defaults(
        self, tree: gast.FunctionDef, values: Sequence[Any], keywords: dict[str, Any]
    ) -> gast.FunctionDef:
        args = tree.args
        # The expressions that stood there name nothing any more.
        tree = trees.rebuild(tree, args=trees.rebuild(args, defaults=[], kw_defaults=[]))
        defaults = [self.expression(v, f"{tree.name}_default", tree) for v in values]
        only = [
            self.expression(keywords[p.id], p.id, tree) if p.id in keywords else None
            for p in args.kwonlyargs
        ]
        return trees.rebuild(tree, args=trees.rebuild(args, defaults=defaults, kw_defaults=only))

    def expression(self, value: Any, hint: str, tree: gast.FunctionDef) -> gast.expr:
        written = literals.literal(value, "np")
        if written is not None and "np." not in written:
            return parse.expression(written)
        return trees.name(self.name_for(value, hint, _identifiers(tree), tree.name))

    def assertions(self, tree: gast.FunctionDef) -> list[str]:
        wanted = [r for r in requirements(self.derived) if r.test]
        if not any("np." in r.test for r in wanted):
            return [f"assert {r.test}" for r in wanted]
        numpy = self.name_for(np, "np", _identifiers(tree), tree.name)
        return [f"assert {r.tested(numpy)}" for r in wanted]

    def include(self, function: types.FunctionType, hint: str, avoid: set[str]) -> str:
        """A function of the user's, or a helper of ours, with what it refers to."""
        plain = function.__name__ if function.__name__.isidentifier() else hint
        name = self.fresh(plain, avoid)
        self.note(function, name)
        is_ours = (function.__module__ or "").startswith(f"{PACKAGE}.")
        node, _ = source.read(function, verify=not is_ours)
        if isinstance(node, gast.Lambda):
            node = gast.FunctionDef(name, node.args, [gast.Return(node.body)], [], None, None, [])
        node = trees.transform(trees.rebuild(node, name=name, returns=None), _without_annotation)
        node = self.with_defaults(node, function.__defaults__ or (), function.__kwdefaults__ or {})
        node = self.resolved(node, functools.partial(_meant_by, function), name)
        self.helpers.append(_rendered(node))
        return name

    def resolved(self, tree: gast.FunctionDef, scope: Scope, owner: str) -> gast.FunctionDef:
        """The function with its free names meaning the right things in the module."""
        for node in trees.statements(tree.body):
            if isinstance(node, gast.Nonlocal):
                raise errors.SaveError(
                    f"{owner} rebinds {', '.join(node.names)} of the function around it, which a "
                    "module of its own does not have; return the value instead"
                )
        ours: dict[str, Any] = {}

        def without_package(node: Any) -> Any:
            """`tangent.stop_gradient` by the name of the function alone."""
            if not isinstance(node, gast.Attribute):
                return node
            value = _attribute(node, scope)
            if value is MISSING or isinstance(value, types.ModuleType):
                return node
            ours[f"{node.attr}__of_package"] = value
            return trees.name(f"{node.attr}__of_package")

        tree = trees.transform(tree, without_package)
        identifiers = _identifiers(tree)
        mapping: dict[str, str] = {}
        for name in sorted(_free_names(tree)):
            if name in ours:
                mapping[name] = self.name_for(
                    ours[name], name.removesuffix("__of_package"), identifiers, owner
                )
                continue
            value = scope(name)
            if value is MISSING:
                raise errors.SaveError(f"{owner} refers to {name}, which is not defined")
            mapping[name] = self.name_for(value, name, identifiers - {name}, owner)
        self.import_submodules(tree, scope)
        changed = {old: new for old, new in mapping.items() if old != new}
        return trees.rename(tree, changed)

    def import_submodules(self, tree: gast.FunctionDef, scope: Scope) -> None:
        """`scipy.special.expit` needs more than `import scipy`."""
        for node in trees.walk(tree):
            if isinstance(node, gast.Attribute) and isinstance(node.value, gast.Name):
                owner = scope(node.value.id)
                if not isinstance(owner, types.ModuleType) or owner is np:
                    continue
                value = getattr(owner, node.attr, None)
                if getattr(value, "__name__", "") == f"{owner.__name__}.{node.attr}":
                    if isinstance(value, types.ModuleType):
                        self.imports.add(f"import {value.__name__}")

    # ---- names ------------------------------------------------------------------------------

    def name_for(self, value: Any, hint: str, avoid: set[str], owner: str) -> str:
        """The name of an object in the module; brings the object in where it is not there yet."""
        if isinstance(value, load.Sibling):
            return value.name
        if isinstance(value, type) and issubclass(value, errors.TangentError):
            value = next(c for c in value.__mro__ if c.__module__ == "builtins")
            hint = value.__name__
        if getattr(builtins, hint, MISSING) is value:
            if self.meaning.setdefault(hint, value) is value:
                return hint
        if id(value) in self.placed and not _is_plain(value):
            return self.placed[id(value)][1]
        if isinstance(value, types.ModuleType):
            return self.import_module(value, hint, avoid, owner)
        line = _import_of(value)
        if line:
            name = self.take(value, hint, avoid)
            module, attribute = line
            renamed = "" if name == attribute else f" as {name}"
            self.imports.add(f"from {module} import {attribute}{renamed}")
            return name
        if isinstance(value, types.FunctionType):
            return self.include(value, hint, avoid)
        if isinstance(value, functools.partial):
            return self.partial(value, hint, avoid, owner)
        return self.constant(value, hint, avoid, owner)

    def import_module(
        self, module: types.ModuleType, hint: str, avoid: set[str], owner: str
    ) -> str:
        name = module.__name__
        if name == "__main__" or name.partition(".")[0] == PACKAGE:
            raise errors.SaveError(
                f"{owner} refers to the module {name} as a whole, which a saved file cannot "
                "import; import what is used of it by name"
            )
        as_name = self.take(module, hint, avoid)
        self.imports.add(f"import {name}" if as_name == name else f"import {name} as {as_name}")
        return as_name

    def partial(self, value: functools.partial, hint: str, avoid: set[str], owner: str) -> str:
        maker = self.name_for(functools.partial, "partial", avoid, owner)
        inner = self.name_for(value.func, "function", avoid, owner)
        parts = [self.name_or_literal(v, f"{hint}_{i}", owner) for i, v in enumerate(value.args)]
        parts += [f"{k}={self.name_or_literal(v, k, owner)}" for k, v in value.keywords.items()]
        name = self.take(value, hint, avoid)
        self.helpers.append(f"{name} = {maker}({', '.join([inner, *parts])})")
        return name

    def name_or_literal(self, value: Any, hint: str, owner: str) -> str:
        written = literals.literal(value, "np")
        if written is not None and "np." not in written:
            return written
        return self.name_for(value, hint, set(), owner)

    def constant(self, value: Any, hint: str, avoid: set[str], owner: str) -> str:
        written = literals.literal(value, "np")
        if written is not None and "np." in written:
            written = literals.literal(value, self.name_for(np, "np", set(), owner))
        if written is None:
            raise errors.SaveError(
                f"{owner} refers to {hint}, {_described(value)}, which cannot be written out as "
                "source; pass it as an argument, or import it from a module of your own"
            )
        line = f"{hint} = {written}"
        if line in self.constants:
            return hint
        name = self.take(value, hint, avoid)
        self.constants.append(f"{name} = {written}")
        return name

    def take(self, value: Any, hint: str, avoid: set[str]) -> str:
        name = self.fresh(hint, avoid)
        self.note(value, name)
        return name

    def note(self, value: Any, name: str) -> None:
        self.meaning[name] = value
        self.placed[id(value)] = (value, name)

    def fresh(self, hint: str, avoid: set[str]) -> str:
        name, number = hint, 1
        while name in self.meaning or name in avoid or number > 1 and hasattr(builtins, name):
            number += 1
            name = f"{hint}_{number}"
        return name


# ---- what names mean -----------------------------------------------------------------------


def _mean(item: Made, made: dict[str, Made], name: str) -> Any:
    """A free name of a generated function, in the order in which `syntax.load` binds it."""
    if name in item.names.bound:
        return item.names.bound[name]
    if name in made:
        sibling = load.Sibling()
        sibling.name = name
        return sibling
    if name in item.names.closure:
        return _content(item.names.closure[name])
    return _global(item.function, name)


def _meant_by(function: types.FunctionType, name: str) -> Any:
    if name in function.__code__.co_freevars:
        at = function.__code__.co_freevars.index(name)
        return _content((function.__closure__ or ())[at])
    if name == function.__name__ and name not in function.__globals__:
        return function
    return _global(function, name)


def _global(function: types.FunctionType, name: str) -> Any:
    if name in function.__globals__:
        return function.__globals__[name]
    return getattr(builtins, name, MISSING)


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def _attribute(node: gast.expr, scope: Scope) -> Any:
    """What a dotted name of this package means; MISSING for all others."""
    if isinstance(node, gast.Name):
        value = scope(node.id)
        ours = isinstance(value, types.ModuleType) and value.__name__.partition(".")[0] == PACKAGE
        return value if ours else MISSING
    if isinstance(node, gast.Attribute):
        owner = _attribute(node.value, scope)
        if isinstance(owner, types.ModuleType):
            return getattr(owner, node.attr, MISSING)
    return MISSING


def _free_names(tree: gast.FunctionDef) -> set[str]:
    """The names that a function takes from its module, nested functions included."""
    bare = trees.rebuild(tree, args=trees.rebuild(tree.args, defaults=[], kw_defaults=[
        None for _ in tree.args.kwonlyargs]), decorator_list=[])  # fmt: skip
    import symtable  # takes long to import

    table = symtable.symtable(text.function_text(bare), tree.name, "exec")
    return {name for inner in table.get_children() for name in _globals_of(inner)}


def _globals_of(table: Any) -> Iterator[str]:
    yield from (s.get_name() for s in table.get_symbols() if s.is_global())
    for inner in table.get_children():
        yield from _globals_of(inner)


def _identifiers(tree: gast.FunctionDef) -> set[str]:
    return {n.id for n in trees.walk(tree) if isinstance(n, gast.Name)}


def _is_plain(value: Any) -> bool:
    """Whether it does not matter that two names have one object."""
    return type(value) in (bool, int, float, complex, str, bytes, tuple, type(None))


# ---- imports -------------------------------------------------------------------------------


def _import_of(value: Any) -> tuple[str, str] | None:
    """The module and name under which anybody can import an object."""
    if not callable(value):
        return None
    name = getattr(value, "__name__", "")
    module = getattr(value, "__module__", None) or ""
    for candidate in (module, "numpy", "numpy.linalg", "math", "operator", "scipy.special"):
        if getattr(sys.modules.get(candidate), name or " ", MISSING) is not value:
            continue
        public = candidate.partition(".")[0] if candidate.startswith("numpy._") else candidate
        if getattr(sys.modules.get(public), name, MISSING) is not value:
            public = candidate
        if _is_library(public) or isinstance(value, type) and public != "__main__":
            return (public, name) if public.partition(".")[0] != PACKAGE else None
    return None


def _is_library(module: str) -> bool:
    """Whether a module is not the user's own: what is in it is imported, not copied."""
    root = module.partition(".")[0]
    if root == PACKAGE:
        return False
    if root in LIBRARIES or root in sys.stdlib_module_names:
        return True
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    return "site-packages" in file or "dist-packages" in file


def _import_order(line: str) -> tuple[bool, bool, str]:
    module = line.split()[1].partition(".")[0]
    return module not in sys.stdlib_module_names, line.startswith("from"), line


# ---- text ----------------------------------------------------------------------------------


def _without_annotation(node: Any) -> Any:
    if isinstance(node, gast.AnnAssign) and node.value is not None:
        return trees.assign(node.target, node.value, node)
    return node


def _rendered(tree: gast.FunctionDef, first: Sequence[str] = ()) -> str:
    """The text of a function, with a docstring as a person writes it, or `first` lines."""
    opening = list(first)
    node = tree.body[0]
    if isinstance(node, gast.Expr) and isinstance(node.value, gast.Constant):
        documentation = node.value.value
        if type(documentation) is str and '"""' not in documentation and "\\" not in documentation:
            opening = f'"""{inspect.cleandoc(documentation)}"""'.split("\n")
            tree = trees.rebuild(tree, body=tree.body[1:] or [gast.Pass()])
    tree = trees.rebuild(tree, decorator_list=[])
    lines = text.render([tree])
    head = sum(1 for _, node in lines if node is tree)
    shown = [line for line, _ in lines]
    shown[head:head] = [f"{text.INDENT}{line}".rstrip() for line in opening]
    return "\n".join(shown)


def _described(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.size} elements"
    return f"a {type(value).__name__}"
