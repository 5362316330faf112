"""Leave out what nobody reads.

>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(x, w):
...     t = x * w
...     y = x + 1
...     print(y)
...     return y
... ''')
>>> print(text.function_text(eliminate(tree, Names(None, tree))), end="")
def f(x, w):
    y = x + 1
    print(y)
    return y

A statement with an effect stays: a print, an assert, a write to an object that is still read or
that came from outside; and what is tried, as that may fail. A write to an element of a local array
goes when the array is not read again.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad.analysis import effects
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.facts import ANYTHING
from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt
from tangent_ad.syntax.names import Names

Live = frozenset[str]


def eliminate(
    tree: gast.FunctionDef, names: Names, fact: FactOf = lambda node: ANYTHING
) -> gast.FunctionDef:
    """Facts, where names still mean what they meant when those were inferred, tell what shares no
    memory."""
    worker = _Eliminator(tree, names, fact)
    return _with_body(tree, worker.block(tree.body, frozenset())[0])


class _Eliminator:
    def __init__(self, tree: gast.FunctionDef, names: Names, fact: FactOf) -> None:
        self.names = names
        self.outside = {p.id for p in trees.parameters(tree.args)}
        self.groups = effects.memory_groups(tree.body, fact)
        self.loops: list[tuple[Live, Live]] = []
        self.handlers: list[Live] = []  # what is read where what is tried fails

    def block(self, body: Sequence[gast.stmt], live: Live) -> tuple[list[gast.stmt], Live]:
        out: list[gast.stmt] = []
        for node in reversed(body):
            kept, live = self.statement(node, live)
            if kept is not None:
                out += _whole(kept)[::-1]
                live = live.union(*self.handlers)
        return out[::-1], live

    def statement(self, node: gast.stmt, live: Live) -> tuple[gast.stmt | None, Live]:
        if isinstance(node, Attempt):
            return self.attempt(node, live)
        if isinstance(node, gast.If):
            return self.branch(node, live)
        if isinstance(node, trees.LOOPS):
            return self.loop(node, live)
        if isinstance(node, gast.With):
            body, inside = self.block(node.body, live)
            if _is_empty(body):
                return None, live
            heads = [trees.reads(item.context_expr) for item in node.items]
            inside = (inside - trees.writes(node)).union(*heads)
            return _with_body(node, body), inside
        if isinstance(node, gast.Break):
            return node, self.loops[-1][0]
        if isinstance(node, gast.Continue):
            return node, self.loops[-1][1]
        if isinstance(node, (gast.Return, gast.Raise)):
            return node, frozenset(trees.reads(node))
        if isinstance(node, gast.Try):
            return node, live | _all_reads(node)
        if self.is_dead(node, live):
            return None, live
        if isinstance(node, gast.FunctionDef):
            return node, live | _all_reads(node)
        gone, reads = trees.writes(node), trees.reads(node)
        if not gone.isdisjoint(live):
            live = live - gone
        return node, live if reads <= live else live | reads

    def is_dead(self, node: gast.stmt, live: Live) -> bool:
        if trees.is_comment(node) or self.handlers and _may_fail(node):
            return False
        if isinstance(node, gast.Assign):
            return self.is_dead_assignment(node, live)
        if isinstance(node, gast.AugAssign):
            base = effects.mutated_root(node, self.names)
            if isinstance(node.target, gast.Name):
                dead = node.target.id not in live
            else:
                dead = self.is_unread(base, live)
            return dead and effects.is_pure(node.value, self.names)
        if isinstance(node, gast.Expr):
            if effects.is_pure(node.value, self.names):
                return True
            base = effects.mutated_root(node, self.names)
            return base is not None and self.is_unread(base, live) and self.only_effect(node.value)
        if isinstance(node, gast.FunctionDef):
            return node.name not in live
        return isinstance(node, gast.Pass)

    def is_dead_assignment(self, node: gast.Assign, live: Live) -> bool:
        target, value = node.targets[0], node.value
        if isinstance(target, (gast.Subscript, gast.Attribute)):
            if not self.is_unread(effects.mutated_root(node, self.names), live):
                return False
            return self.is_needless(value, live)
        return not trees.writes(node) & live and self.is_needless(value, live)

    def is_needless(self, value: gast.expr, live: Live) -> bool:
        """Whether an expression that nobody wants does nothing else that anybody wants."""
        if effects.is_pure(value, self.names):
            return True
        base = None
        if isinstance(value, gast.Call):
            base = effects.mutated_by_call(value, self.names)
        return base is not None and self.is_unread(base, live) and self.only_effect(value)

    def is_unread(self, base: str | None, live: Live) -> bool:
        """Whether nobody reads an object again: not under this name nor another, nor outside."""
        if base is None or base not in self.names.locals:
            return False
        group = self.groups.get(base, frozenset((base,)))
        return group.isdisjoint(live) and group.isdisjoint(self.outside)

    def only_effect(self, node: gast.expr) -> bool:
        """Whether a call does nothing but change its operand."""
        if not isinstance(node, gast.Call):
            return False
        return all(effects.is_pure(arg, self.names) for arg in node.args)

    def branch(self, node: gast.If, live: Live) -> tuple[gast.stmt | None, Live]:
        body, live_body = self.block(node.body, live)
        orelse, live_else = self.block(node.orelse, live)
        if _is_empty(body) and _is_empty(orelse) and effects.is_pure(node.test, self.names):
            return None, live
        before = live_body | live_else | trees.reads(node.test)
        if _is_empty(body) and not _is_empty(orelse):
            return trees.rebuild(
                node, test=trees.invert(node.test), body=orelse, orelse=[]
            ), before
        orelse = [] if _is_empty(orelse) else orelse
        if _alike(body, node.body) and _alike(orelse, node.orelse):
            return node, before
        return trees.rebuild(node, body=body, orelse=orelse), before

    def attempt(self, node: Attempt, live: Live) -> tuple[gast.stmt | None, Live]:
        is_recorded = node.test.id in live
        live = live - {node.test.id}
        body, failed = self.block(node.body, live)
        failed = failed - trees.writes(node)
        if _is_empty(body) and not is_recorded:
            tried, before = self.block(node.orelse, live)
            if _is_empty(tried):
                return None, before
        self.handlers.append(failed)
        tried, before = self.block(node.orelse, live)
        self.handlers.pop()
        before = (before | failed).union(*map(trees.reads, trees.header(node)))
        body = [] if _is_empty(body) else body
        if _alike(body, node.body) and _alike(tried, node.orelse) and node.recorded == is_recorded:
            return node, before
        return trees.rebuild(node, body=body, orelse=tried, recorded=is_recorded), before

    def loop(self, node: gast.For | gast.While, live: Live) -> tuple[gast.stmt | None, Live]:
        is_for = isinstance(node, gast.For)
        head = node.iter if is_for else node.test
        entry = live
        while True:
            top = entry if is_for else entry | trees.reads(head)
            self.loops.append((live, top))
            body, inside = self.block(node.body, top)
            self.loops.pop()
            if is_for:
                inside -= trees.writes(node)
            new = entry | inside
            if new == entry:
                break
            entry = new
        pure = effects.is_pure(head, self.names)
        if pure and _has_no_effect(body) and not trees.writes(node) & live:
            return None, live
        return _with_body(node, body), entry | trees.reads(head)


def _with_body(node: Any, body: list[gast.stmt]) -> Any:
    """A node with another body; the same one if that changes nothing."""
    return node if _alike(body, node.body) else trees.rebuild(node, body=body)


def _alike(one: Sequence[gast.stmt], other: Sequence[gast.stmt]) -> bool:
    return len(one) == len(other) and all(map(operator.is_, one, other))


def _whole(node: gast.stmt) -> list[gast.stmt]:
    """A statement, or those that are tried where the handler only raises the exception again."""
    if isinstance(node, Attempt) and len(node.body) == len(node.kinds) == 1 and not node.recorded:
        if isinstance(node.body[0], gast.Raise) and node.body[0].exc is None:
            return node.orelse
    return [node]


def _may_fail(node: gast.stmt) -> bool:
    """Whether a statement may raise an exception; it is done in any case where others try it."""
    value = getattr(node, "value", None)
    return not isinstance(node, gast.Pass) and not isinstance(value, (gast.Name, gast.Constant))


def _is_empty(body: Sequence[gast.stmt]) -> bool:
    return all(trees.is_comment(node) for node in body)


def _has_no_effect(body: Sequence[gast.stmt]) -> bool:
    """Whether a loop body does nothing but perhaps leave the loop."""
    for node in body:
        if isinstance(node, gast.If):
            if not _has_no_effect(node.body) or not _has_no_effect(node.orelse):
                return False
        elif not isinstance(node, gast.Break) and not trees.is_comment(node):
            return False
    return True


def _all_reads(node: gast.stmt) -> set[str]:
    return {n.id for n in trees.walk(node) if isinstance(n, gast.Name)}
