"""Which names may depend on the variables of differentiation: a quick, flow-insensitive answer.

Normalisation asks it before facts and versions exist, to leave alone what needs no derivative.
The exact answer, `activity`, comes later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import gast

from tangent_ad.analysis import operations
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING, Names

# Attributes and methods that tell about a value without passing on a derivative.
PLAIN_ATTRIBUTES = frozenset(("shape", "ndim", "size", "dtype", "itemsize", "keys", "argmax",
                              "argmin", "argsort", "index", "count", "nonzero", "any", "all"))
PLACES = (gast.Name, gast.Subscript, gast.Attribute)


class Taint:
    def __init__(self, body: Sequence[gast.stmt], names: Names, seeds: Collection[str]) -> None:
        self.names = names
        self.tainted = set(seeds)
        everything = list(trees.statements(body))
        self.behind = self._behind(everything)
        before = -1
        while before != len(self.tainted):
            before = len(self.tainted)
            for node in everything:
                self._visit(node)

    @staticmethod
    def _behind(everything: Sequence[gast.stmt]) -> dict[str, set[str]]:
        """What a variable may be a part of, so that a write into the one is a write into the other."""
        found: dict[str, set[str]] = {}
        for node in everything:
            if isinstance(node, gast.For):
                sources = trees.reads(node.iter)
            elif isinstance(node, gast.Assign) and isinstance(node.value, PLACES):
                sources = frozenset(filter(None, (root(node.value),)))
            else:
                continue
            for name in trees.writes(node):
                found.setdefault(name, set()).update(sources)
        return found

    def _visit(self, node: gast.stmt) -> None:
        if isinstance(node, gast.FunctionDef):
            if trees.captured(node) & self.tainted:
                self.tainted.add(node.name)
        elif isinstance(node, (gast.Assign, gast.AugAssign, gast.AnnAssign)):
            if node.value is not None and self.of(node.value):
                targets = node.targets if isinstance(node, gast.Assign) else [node.target]
                for target in targets:
                    self._taint_target(target)
        elif isinstance(node, gast.For):
            for target in self._items_of(node.target, node.iter):
                self._taint_target(target)
        elif isinstance(node, gast.Expr):
            self._visit_effect(node.value)
        for expression in trees.header(node):
            for inner in trees.notable(expression):
                if isinstance(inner, gast.NamedExpr) and self.of(inner.value):
                    self.tainted.add(inner.target.id)

    def _visit_effect(self, node: gast.expr) -> None:
        """A call for its effect taints what it may write: the object and every argument."""
        if isinstance(node, gast.Call) and any(self.of(child) for child in arguments(node)):
            if self._is_plain(node.func):
                return
            for child in trees.children(node):
                self._taint_target(child)

    def _items_of(self, target: gast.expr, over: gast.expr) -> Iterator[gast.expr]:
        """The targets of a loop that take what may depend on them: of `(a, b), k in zip(pairs, x)` k."""
        if not self.of(over):
            return
        parts: list[gast.expr | None] = []
        if isinstance(over, gast.Call) and not any(isinstance(a, gast.Starred) for a in over.args):
            function = self.names.resolve(over.func)
            if function is zip:
                parts = [*over.args]
            elif function is enumerate:
                parts = [None, *over.args[:1]]
        if not isinstance(target, gast.Tuple) or len(parts) != len(target.elts):
            yield target
            return
        for item, part in zip(target.elts, parts, strict=True):
            if part is not None:
                yield from self._items_of(item, part)

    def _taint_target(self, target: gast.AST) -> None:
        if isinstance(target, gast.Name):
            if self.names.lookup(target.id) is MISSING:
                self.tainted.add(target.id)
        elif isinstance(target, (gast.Tuple, gast.List)):
            for item in target.elts:
                self._taint_target(item)
        elif isinstance(target, (gast.Subscript, gast.Attribute)):
            self._taint_target(target.value)
            for name in self.behind.get(root(target) or "", ()):
                self._taint_target(trees.name(name))
        elif isinstance(target, (gast.Starred, gast.keyword)):
            self._taint_target(target.value)
        elif isinstance(target, gast.Call):  # what a call gives may be part of what it is given
            for child in trees.children(target):
                self._taint_target(child)

    def of(self, node: gast.AST) -> bool:
        """Whether an expression may depend on the variables of differentiation."""
        if isinstance(node, gast.Name):
            return node.id in self.tainted
        if isinstance(node, (gast.Constant, gast.Compare)):
            return False
        if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.Not):
            return False
        if isinstance(node, gast.Attribute):
            return node.attr not in PLAIN_ATTRIBUTES and self.of(node.value)
        if isinstance(node, gast.Subscript):
            return self.of(node.value)
        if isinstance(node, gast.IfExp):
            return self.of(node.body) or self.of(node.orelse)
        if isinstance(node, gast.Call) and self._is_plain(node.func):
            return False
        if isinstance(node, trees.SCOPES):
            return self._of_scope(node)
        return any(self.of(child) for child in trees.children(node))

    def _of_scope(self, node: gast.AST) -> bool:
        if isinstance(node, gast.Lambda):
            return bool(trees.reads(node) & self.tainted)
        outside = set(self.tainted)
        tests = []
        for generator in node.generators:
            items = list(self._items_of(generator.target, generator.iter))
            self.tainted -= {*trees.bound_names(generator.target)}  # names of its own
            self.tainted |= {name for item in items for name in trees.bound_names(item)}
            tests += generator.ifs
        parts = [p for p in (getattr(node, f, None) for f in ("elt", "key", "value")) if p is not None]
        for part in (*tests, *parts):
            for inner in trees.walk(part):
                if isinstance(inner, gast.NamedExpr) and self.of(inner.value):
                    outside.add(inner.target.id)  # a variable of the function
                    self.tainted.add(inner.target.id)
        result = any(map(self.of, parts))
        self.tainted = outside
        return result

    def _is_plain(self, function: gast.expr) -> bool:
        """Whether a call of this function passes on no derivative."""
        if isinstance(function, gast.Attribute) and function.attr in PLAIN_ATTRIBUTES:
            if self.names.resolve(function) is MISSING:
                return True
        operation = operations.find(self.names.resolve(function))
        return operation is not None and operation.kind == operations.ZERO


def arguments(node: gast.Call) -> list[gast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]
