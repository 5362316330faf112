"""Refuse what is not understood, by its name; all of it at once.

This is the list of the Python that the compiler reads: a statement or an expression of a kind that is
not in it is refused, and so is what is in it but reaches differentiated values in a way that no later
pass follows. In place of what is refused stands a value that nothing is known of, so that everything
else can still be looked at.

    import math as m          ->      return m.sin(x)      with m bound to the module
    return m.sin(x)

An import inside a function is made now, and its name means what it would mean when the function runs.
"""

from __future__ import annotations

import importlib
import types
from collections import Counter
from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad.analysis.operations import UNSUPPORTED, Operation
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees

SIMPLE = (gast.Assign, gast.AugAssign, gast.AnnAssign, gast.Expr, gast.Return, gast.Break,
          gast.Continue, gast.Pass, gast.Assert, gast.Raise, gast.Delete, gast.Global)  # fmt: skip
COMPOUND = (gast.If, gast.For, gast.While, gast.With, gast.Try)
EXPRESSIONS = (
    gast.BoolOp, gast.NamedExpr, gast.BinOp, gast.UnaryOp, gast.Lambda, gast.IfExp, gast.Dict, gast.Set,
    gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp, gast.Compare, gast.Call,
    gast.FormattedValue, gast.JoinedStr, gast.Constant, gast.Attribute, gast.Subscript, gast.Starred,
    gast.Name, gast.List, gast.Tuple, gast.Slice,
)  # fmt: skip
LATER = (gast.Yield, gast.YieldFrom, gast.Await)

# What a construct is called, and what to write instead.
WAYS_OUT = {
    "ClassDef": "a class inside a function; define it outside",
    "AsyncFunctionDef": "async; write it without async",
    "AsyncFor": "async; write it without async",
    "AsyncWith": "async; write it without async",
    "Await": "await; write it without async",
    "Yield": "yield; return a list of the values",
    "YieldFrom": "yield from; return a list of the values",
    "TryStar": "except*; test the condition with if instead",
    "Nonlocal": "a nested function that writes a variable of the function around it (nonlocal); let "
    "it return the value",
}
DEEPEST = 200
TRANSFORMS = ("tangent_ad.api", "tangent_ad.jacobians", "tangent_ad.functional", "tangent_ad.checking")
UNKNOWN = Operation(None, "what is refused", UNSUPPORTED, (), "arguments")


def check(unit: Unit) -> Unit:
    return unit.with_body(_Subset(unit).block(unit.tree.body))


class _Subset:
    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.names = unit.names
        self.taint = Taint(unit.tree.body, unit.names, unit.active)
        everything = list(trees.statements(unit.tree.body))
        self.bound = Counter(n for node in everything for n in trees.writes(node))

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            out += self.statement(node)
        return out or [trees.located(gast.Pass(), body[0])] if body else []

    def statement(self, node: gast.stmt) -> list[gast.stmt]:
        if isinstance(node, (gast.Import, gast.ImportFrom)):
            return self.imported(node)
        if isinstance(node, gast.FunctionDef):
            return self.function(node)
        if not isinstance(node, (*SIMPLE, *COMPOUND)):
            return self.refuse(node, self.way_out(node))
        for expression in [*trees.header(node), *self.targets(node)]:
            depth = depth_of(expression)
            if depth > DEEPEST:
                pieces = self.in_pieces(node, expression)
                if pieces:
                    return [made for piece in pieces for made in self.statement(piece)]
                return self.refuse(
                    node, f"an expression of {depth} levels; give parts of it names of their own"
                )
            for inner in trees.walk(expression):
                if isinstance(inner, gast.expr) and not isinstance(inner, EXPRESSIONS):
                    return self.refuse(node, self.way_out(inner), inner)
                if isinstance(inner, gast.Call) and self.makes_derivative(inner):
                    return self.refuse(
                        node,
                        "a derivative that is made inside a differentiated function; make it outside "
                        "(dg = grad(g)) and call it here",
                        inner,
                    )
        blocks: dict[str, Any] = {f: self.block(body) for f, body in trees.blocks(node) if body}
        if isinstance(node, gast.Try):
            blocks["handlers"] = [
                trees.rebuild(h, body=self.block(h.body)) for h in node.handlers
            ]
        return [trees.rebuild(node, **blocks) if blocks else node]

    def makes_derivative(self, node: gast.Call) -> bool:
        """Whether a call is `grad(g)` or another of our transforms."""
        function = self.names.resolve(node.func)
        return isinstance(function, types.FunctionType) and function.__module__ in TRANSFORMS

    def in_pieces(self, node: Any, expression: gast.expr) -> list[gast.stmt]:
        """A statement of a long sum as several; none if it is deep in another way."""
        chain, first = [], expression
        while isinstance(first, gast.BinOp):
            chain.append(first)
            first = first.left
        if getattr(node, "value", None) is not expression or len(chain) < DEEPEST // 2:
            return []
        out: list[gast.stmt] = []
        whole = first
        for count, part in enumerate(reversed(chain), 1):
            whole = trees.rebuild(part, left=whole)
            if count % (DEEPEST // 2) == 0 and part is not expression:
                name = self.names.fresh("part")
                out.append(trees.hidden(trees.assign(name, whole), node))
                whole = trees.name(name)
        return [*out, trees.rebuild(node, value=whole)]

    @staticmethod
    def targets(node: gast.stmt) -> list[gast.expr]:
        target = getattr(node, "target", None)
        return [target] if isinstance(target, gast.expr) else []

    @staticmethod
    def way_out(node: gast.AST) -> str:
        kind = type(node).__name__
        return WAYS_OUT.get(kind, f"{kind}, which is not understood; write it in plainer Python")

    def function(self, node: gast.FunctionDef) -> list[gast.stmt]:
        """A function inside the function; its own body is read where it is called."""
        inside = list(trees.statements(node.body))
        for inner in inside:
            if isinstance(inner, gast.Nonlocal):
                return self.refuse(node, WAYS_OUT["Nonlocal"], inner)
        if node.decorator_list:
            return self.refuse(
                node,
                "a decorator of a function inside the function that calls itself or writes a variable "
                "of the function around it; define it outside",
                node.decorator_list[0],
            )
        if trees.captured(node) & self.taint.tainted:
            for inner in inside:
                for expression in trees.header(inner):
                    for part in trees.walk(expression):
                        if isinstance(part, LATER):
                            return self.refuse(node, self.way_out(part), part)
        return [node]

    # ---- imports ----------------------------------------------------------------------------

    def imported(self, node: gast.Import | gast.ImportFrom) -> list[gast.stmt]:
        found: dict[str, Any] = {}
        try:
            for alias in node.names:
                name = (alias.asname or alias.name).split(".")[0]
                if self.bound[name] != 1 or alias.name == "*":
                    return [node]
                found[name] = self.object_of(node, alias)
        except (ImportError, AttributeError):
            return [node]  # it fails when the function runs
        for name, value in found.items():
            self.names.locals.discard(name)
            self.names.bound[name] = value
        return []

    def object_of(self, node: gast.Import | gast.ImportFrom, alias: Any) -> Any:
        if isinstance(node, gast.Import):
            module = importlib.import_module(alias.name)
            return module if alias.asname else importlib.import_module(alias.name.split(".")[0])
        package = self.unit.function.__globals__.get("__package__") or None
        module = importlib.import_module("." * (node.level or 0) + (node.module or ""), package)
        try:
            return getattr(module, alias.name)
        except AttributeError:
            return importlib.import_module(f"{module.__name__}.{alias.name}")

    # ---- refusing ---------------------------------------------------------------------------

    def refuse(self, node: gast.stmt, message: str, at: gast.AST | None = None) -> list[gast.stmt]:
        """Something unknown for a statement: it binds the same names, and may return as well."""
        self.unit.refuse(message, at if hasattr(at, "lineno") else node)
        function = trees.name(self.names.bind(UNKNOWN, "refused"))
        unknown = trees.call(function)
        out: list[gast.stmt] = [
            trees.assign(name, unknown, node)
            for name in sorted(trees.all_writes([node]) & self.names.locals)
        ]
        if any(isinstance(inner, gast.Return) for inner in trees.statements([node])):
            leave = trees.located(gast.Return(unknown), node)
            out.append(trees.branch(unknown, [leave], (), node))
        return out


def depth_of(node: gast.AST) -> int:
    """How many levels an expression has."""
    deepest, stack = 0, [(node, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack += [(child, depth + 1) for child in trees.children(node)]
    return deepest
