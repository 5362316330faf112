"""Which values are text made of differentiated values: `str(x)`, `f"{x}"`, `"%g" % x`.

A number that is read out of such a text has lost its derivative, and that is no zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad.analysis import calls, facts
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING

COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
HARMLESS = (facts.TEXT, facts.NONE)


class Printed:
    def __init__(self, body: Sequence[gast.stmt], activity: Activity) -> None:
        self.activity = activity
        self.facts = activity.facts
        self.names: set[str] = set()
        before = -1
        while before != len(self.names):
            before = len(self.names)
            for node in trees.statements(body):
                self._spread(node)

    def _spread(self, node: gast.stmt) -> None:
        if isinstance(node, (gast.Assign, gast.AugAssign)):
            if self.of(node.value):
                targets = node.targets if isinstance(node, gast.Assign) else [node.target]
                for target in targets:
                    self._mark(target)
        elif isinstance(node, gast.For) and self.of(node.iter):
            self._mark(node.target)
        elif isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
            call = node.value
            if isinstance(call.func, gast.Attribute) and any(map(self.of, call.args)):
                self._mark(call.func.value)
        for expression in trees.header(node):
            for inner in trees.walk(expression):
                if isinstance(inner, gast.comprehension) and self.of(inner.iter):
                    self._mark(inner.target)

    def _mark(self, target: gast.expr) -> None:
        self.names |= set(trees.bound_names(target))
        base = root(target)
        if base is not None:
            self.names.add(base)

    def of(self, node: gast.AST) -> bool:
        """Whether a value is, or holds, text made of differentiated values."""
        if isinstance(node, gast.Name):
            return node.id in self.names
        if isinstance(node, (gast.Constant, gast.Compare, gast.Lambda)):
            return False
        if isinstance(node, COMPREHENSIONS):
            return self._of_comprehension(node)
        if isinstance(node, gast.JoinedStr):
            return any(self._shown(part) for part in node.values)
        if isinstance(node, gast.Call):
            return self._made_by(node)
        if isinstance(node, gast.BinOp):
            if self.facts.of(node).kind == facts.TEXT and isinstance(node.op, gast.Mod):
                return self._counts(node.left) or self._counts(node.right)
            return self.of(node.left) or self.of(node.right)
        if isinstance(node, gast.Subscript):
            return self.of(node.value)
        return any(map(self.of, trees.children(node)))

    def _of_comprehension(self, node: Any) -> bool:
        """Whether `[str(v) for v in x]` makes text of differentiated items."""
        items: set[str] = set()
        for generator in node.generators:
            if self._counts(generator.iter) or items & trees.reads(generator.iter):
                items |= set(trees.bound_names(generator.target))
        parts = [p for p in (getattr(node, f, None) for f in ("elt", "key", "value")) if p is not None]
        for inner in (n for part in parts for n in trees.walk(part)):
            is_text = isinstance(inner, gast.expr) and self.facts.of(inner).kind == facts.TEXT
            if is_text and items & trees.reads(inner):
                return True
        return any(map(self.of, trees.children(node)))

    def _shown(self, part: gast.expr) -> bool:
        return isinstance(part, gast.FormattedValue) and self._counts(part.value)

    def _counts(self, node: gast.expr) -> bool:
        return self.activity.varies(node) or self.of(node)

    def _made_by(self, node: gast.Call) -> bool:
        given = [*node.args, *(k.value for k in node.keywords)]
        if isinstance(node.func, gast.Attribute):
            receiver = node.func.value
            if self.facts.of(receiver).kind == facts.TEXT or self.of(receiver):
                return self.of(receiver) or any(map(self._counts, given))
        if self.facts.of(node).kind == facts.TEXT:
            return any(map(self._counts, given))
        return False

    def is_read_back(self, node: gast.Call) -> bool:
        """Whether a call makes something else than text of such a text."""
        given = [*node.args, *(k.value for k in node.keywords)]
        if not any(map(self.of, given)):
            return False
        if self._made_by(node):
            return False
        fact = self.facts.of(node)
        if fact.kind in HARMLESS or (fact.is_number and fact.dtype in ("int", "bool")):
            return False
        target = self.facts.target(node)
        if isinstance(target, calls.Bound):
            return not target.operation.writes and not fact.is_container
        if isinstance(node.func, gast.Attribute) and target is MISSING:
            return False
        return not isinstance(target, type) or not issubclass(target, BaseException)
