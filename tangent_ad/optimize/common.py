"""Compute once what two statements compute.

>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(x, n, by):
...     y = np.sqrt(len(n)) * x
...     for i in range(3):
...         by = by / np.sqrt(len(n))
...     return by + np.sqrt(len(n))
... ''')
>>> names = Names(None, tree)
>>> names.globals["np"] = np
>>> print(text.function_text(share(tree, names)), end="")
def f(x, n, by):
    sqrt = np.sqrt(len(n))
    y = sqrt * x
    for i in range(3):
        by = by / sqrt
    return by + sqrt

What is shared is a call, or arithmetic on arrays, as a part of an expression: nobody writes into it.
A variable that holds the value already is read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence, Set
from typing import Any, NamedTuple

import gast
import numpy as np

from tangent_ad.analysis import effects, operations
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.facts import ANYTHING
from tangent_ad.analysis.hints import hint_for
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING, Names

CHEAP = (len, range, abs, float, int, bool, min, max, isinstance, np.shape, np.ndim, np.size)
LAZY = (gast.IfExp, gast.BoolOp, *trees.SCOPES)  # what is in these may not be computed at all
SIMPLE = (gast.Assign, gast.AugAssign, gast.Return)


def share(
    tree: gast.FunctionDef, names: Names, fact: FactOf = lambda node: ANYTHING
) -> gast.FunctionDef:
    worker = _Sharer(tree, names, fact)
    if not worker.repeated:
        return tree
    return trees.rebuild(tree, body=worker.block(tree.body))


class _Content(NamedTuple):
    """What a statement computes that may be shared, what it binds and changes; whether it defines
    a function."""

    node: gast.stmt
    keys: Set[Hashable]
    bound: Set[str]
    mutated: Set[str | None]
    defines: bool


class _Sharer:
    def __init__(self, tree: gast.FunctionDef, names: Names, fact: FactOf) -> None:
        self.names = names
        self.fact = fact
        # What was found in statements and expressions, which are kept so that ids stay their own.
        self.looked_at: dict[int, _Content] = {}
        self.known: dict[int, tuple[gast.AST, int]] = {}
        self.numbers: dict[Hashable, int] = {}
        self.groups = effects.memory_groups(tree.body, fact)
        found = Counter(key for _, key in self.candidates(tree.body))
        self.repeated = {key for key, count in found.items() if count > 1}
        nodes = list(trees.statements(tree.body))
        self.bound = Counter(name for node in nodes for name in trees.writes(node))
        self.mutated = {effects.mutated_root(node, names) for node in nodes}

    # ---- candidates -------------------------------------------------------------------------

    def candidates(self, body: Sequence[gast.stmt]) -> Iterator[tuple[gast.expr, Hashable]]:
        for node in trees.statements(body):
            if isinstance(node, SIMPLE) and node.value is not None:
                yield from self.parts(node.value, False)
                if isinstance(node, gast.Assign) and self.is_worth_it(node.value):
                    yield node.value, self.key_of(node.value)

    def parts(self, node: gast.AST, is_safe: bool) -> Iterator[tuple[gast.expr, Hashable]]:
        """The parts of an expression that may be shared, the largest first; `is_safe` says that what
        is around makes something new."""
        if isinstance(node, LAZY):
            return
        if is_safe and self.is_worth_it(node):
            yield node, self.key_of(node)  # type: ignore[misc]
        inner = self.makes_anew(node)
        for child in trees.children(node):
            yield from self.parts(child, inner)

    def is_worth_it(self, node: gast.AST) -> bool:
        if isinstance(node, gast.Call):
            function = self.names.resolve(node.func)
            if function is MISSING or function in CHEAP:
                return False
            operation = operations.find(function)
            return operation is not None and operation.fresh and effects.is_pure(node, self.names)
        if isinstance(node, gast.BinOp):
            if not self.fact(node).rank or self.fact(node.left).is_scalar:
                return False  # a number in front is better left there
            return effects.is_pure(node, self.names)
        return False

    def makes_anew(self, node: gast.AST) -> bool:
        if isinstance(node, (gast.BinOp, gast.UnaryOp)):
            return True
        if not isinstance(node, gast.Call):
            return False
        operation = operations.find(self.names.resolve(node.func))
        return operation is not None and operation.fresh and not operation.writes

    # ---- sharing ----------------------------------------------------------------------------

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out = list(body)
        at = 0
        while at < len(out):
            node = out[at]
            found = self.shared(out, at) if isinstance(node, SIMPLE) else None
            if found is not None:
                out = found
                continue  # the same statement may have more to share
            nested = isinstance(node, (gast.FunctionDef, gast.ClassDef, gast.Try))
            inner = {} if nested else {f: self.block(b) for f, b in trees.blocks(node)}
            out[at] = trees.updated(node, **inner)
            at += 1
        return out

    def shared(self, body: list[gast.stmt], at: int) -> list[gast.stmt] | None:
        """The block with something that the statement computes in a variable of its own."""
        node: Any = body[at]
        if node.value is None:
            return None
        for expression, key in self.whole(node):
            uses = self.uses(body, at + 1, expression, key)
            if uses:
                return self.replaced(body, uses, expression, node.targets[0])
        for expression, key in self.parts(node.value, False):
            if key not in self.repeated:
                continue
            here = sum(other == key for _, other in self.parts(node.value, False))
            uses = self.uses(body, at + 1, expression, key)
            if uses or here > 1:
                name = self.names.fresh(hint_for(expression, self.names.user))
                new = trees.assign(name, expression, node)
                out = self.replaced(body, [at, *uses], expression, trees.name(name))
                return [*out[:at], new, *out[at:]]
        return None

    def whole(self, node: Any) -> list[tuple[gast.expr, Hashable]]:
        """What a variable holds that nobody changes."""
        if not isinstance(node, gast.Assign) or not isinstance(node.targets[0], gast.Name):
            return []
        name, key = node.targets[0].id, self.key_of(node.value)
        group = self.groups.get(name, frozenset()) | {name}
        if key not in self.repeated or self.bound[name] > 1 or group & self.mutated:
            return []
        return [(node.value, key)] if self.is_worth_it(node.value) else []

    def uses(
        self, body: Sequence[gast.stmt], start: int, expression: gast.expr, key: Hashable
    ) -> list[int]:
        """The later statements that compute the same, up to where an operand may change."""
        found: list[int] = []
        sources = trees.reads(expression)
        variables = (name for name in sources if self.names.resolve(trees.name(name)) is MISSING)
        memory = sources.union(*(self.groups.get(name, ()) for name in variables))
        if self.changes(body[start - 1], sources, memory):
            return found
        for at in range(start, len(body)):
            node = body[at]
            is_changed = self.changes(node, sources, memory)
            is_block = bool(trees.blocks(node))
            if not (is_block and is_changed):
                if key in self.content(node).keys:
                    found.append(at)
            if is_changed:
                break
        return found

    def content(self, node: gast.stmt) -> _Content:
        """What a statement, with the blocks in it, computes and changes."""
        known = self.looked_at.get(id(node))
        if known is None:
            keys: set[Hashable] = set()
            bound: set[str] = set()
            mutated: set[str | None] = set()
            defines = False
            for inner in trees.statements([node]):
                if isinstance(inner, SIMPLE) and inner.value is not None:
                    keys |= {key for _, key in self.parts(inner.value, False)}
                bound |= trees.writes(inner)
                mutated.add(effects.mutated_root(inner, self.names))
                defines |= isinstance(inner, gast.FunctionDef)
            known = self.looked_at[id(node)] = _Content(node, keys, bound, mutated, defines)
        return known

    def changes(self, node: gast.stmt, sources: Set[str], memory: Set[str]) -> bool:
        content = self.content(node)
        return (
            content.defines
            or not content.bound.isdisjoint(sources)
            or not content.mutated.isdisjoint(memory)
        )

    def key_of(self, node: gast.AST) -> int:
        """A number that trees have in common which say the same."""
        if id(node) not in self.known:
            key: Hashable
            if isinstance(node, gast.Name):
                key = node.id
            elif isinstance(node, gast.Constant):
                key = type(node.value).__name__, repr(node.value)
            else:
                ignored = ("ctx", "kind", "type_comment")
                fields = (v for f, v in gast.iter_fields(node) if f not in ignored)
                key = type(node).__name__, *map(self._field, fields)
            self.known[id(node)] = node, self.numbers.setdefault(key, len(self.numbers))
        return self.known[id(node)][1]

    def _field(self, value: Any) -> Hashable:
        if isinstance(value, list):
            return tuple(map(self._field, value))
        return self.key_of(value) if isinstance(value, gast.AST) else repr(value)

    def replaced(
        self, body: list[gast.stmt], at: Sequence[int], expression: gast.expr, new: gast.expr
    ) -> list[gast.stmt]:
        out = list(body)
        for position in at:
            out[position] = self.with_name(out[position], expression, new)
        return out

    def with_name(self, node: gast.stmt, expression: gast.expr, new: gast.expr) -> gast.stmt:
        blocks = {
            field: [self.with_name(inner, expression, new) for inner in body]
            for field, body in trees.blocks(node)
        }
        if blocks:
            return trees.rebuild(node, **blocks)
        if not isinstance(node, SIMPLE) or node.value is None:
            return node
        return trees.rebuild(node, value=self.with_name_in(node.value, expression, new, False))

    def with_name_in(self, node: Any, expression: gast.expr, new: gast.expr, is_safe: bool) -> Any:
        if isinstance(node, LAZY):
            return node
        if is_safe and trees.same(node, expression):
            return new
        inner = self.makes_anew(node)
        changes = {}
        for field, value in gast.iter_fields(node):
            if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                changes[field] = self.with_name_in(value, expression, new, inner)
            elif isinstance(value, list):
                changes[field] = [
                    self.with_name_in(item, expression, new, inner)
                    if isinstance(item, gast.AST) else item
                    for item in value
                ]  # fmt: skip
        return trees.rebuild(node, **changes) if changes else node
