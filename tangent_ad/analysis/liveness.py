"""Which names are still read after each statement.

>>> from tangent_ad.syntax.parse import statements
>>> body = statements("a = x * x\\nb = a + 1\\nc = a * b")
>>> [sorted(after) for after in map(live_after(body, {"c"}).get, map(id, body))]
[['a'], ['a', 'b'], ['c']]

The result maps `id(statement)` to the names live after it; the key of a loop or a branch is the
point behind all of it. A write to an element (`h[i] = v`) counts as a read of `h`: it is the
caller who knows that such a write is dead where `h` is not live after it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import gast

from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt

Live = frozenset[str]


def live_after(body: Sequence[gast.stmt], at_exit: Collection[str] = ()) -> dict[int, Live]:
    solver = _Solver()
    solver.block(body, frozenset(at_exit))
    return solver.after


def live_inside(body: Sequence[gast.stmt], at_exit: Collection[str] = ()) -> _Solver:
    """Liveness with the names live at the start, and at the start and end of each loop's body."""
    solver = _Solver()
    solver.start = solver.block(body, frozenset(at_exit))
    return solver


def live_before(body: Sequence[gast.stmt], at_exit: Collection[str] = ()) -> Live:
    """The names that a block reads before it binds them."""
    return _Solver().block(body, frozenset(at_exit))


class _Solver:
    def __init__(self) -> None:
        self.start: Live = frozenset()
        self.after: dict[int, Live] = {}
        self.inside: dict[int, Live] = {}  # at the start of a loop's body
        self.again: dict[int, Live] = {}  # at the end of a loop's body
        self.caught: dict[int, Live] = {}  # where a handler begins
        self.loops: list[tuple[Live, Live]] = []  # live at break, live at continue
        self.handlers: list[Live] = [frozenset()]  # live where an exception may lead to

    def block(self, body: Sequence[gast.stmt], live: Live) -> Live:
        for node in reversed(body):
            self.after[id(node)] = live
            live = self.statement(node, live) | self.handlers[-1]
        return live

    def statement(self, node: gast.stmt, live: Live) -> Live:
        if node.__class__ in (gast.Assign, gast.AugAssign, gast.Expr):
            return self.simple(node, live)
        if isinstance(node, Attempt):
            failed = self.block(node.body, live) - trees.writes(node)
            self.caught[id(node)] = failed
            tried = self.tried(node.orelse, live - {node.test.id}, failed)
            return (tried | failed).union(*map(trees.reads, trees.header(node)))
        if isinstance(node, gast.If):
            arms = self.block(node.body, live) | self.block(node.orelse, live)
            return arms | trees.reads(node.test)
        if isinstance(node, trees.LOOPS):
            return self.loop(node, live)
        if isinstance(node, gast.With):
            live = self.block(node.body, live) - trees.writes(node)
            return live.union(*(trees.reads(item.context_expr) for item in node.items))
        if isinstance(node, gast.Try):
            return self.attempt(node, live)
        if isinstance(node, gast.Break):
            return self.loops[-1][0]
        if isinstance(node, gast.Continue):
            return self.loops[-1][1]
        if isinstance(node, (gast.Return, gast.Raise)):
            return frozenset(trees.reads(node))
        if isinstance(node, gast.FunctionDef):
            return (live - {node.name}) | trees.captured(node)
        return self.simple(node, live)

    def simple(self, node: gast.stmt, live: Live) -> Live:
        gone = trees.all_bound(node)
        reads = trees.reads(node)
        # Live sets are long, and most statements change little.
        if not gone.isdisjoint(live):
            live = live - gone
        return live if reads <= live else live | reads

    def loop(self, node: gast.For | gast.While, after: Live) -> Live:
        is_for = isinstance(node, gast.For)
        head = trees.reads(node.iter if is_for else node.test)
        exhausted = self.block(node.orelse, after)
        entry = exhausted | (frozenset() if is_for else frozenset(head))
        while True:
            self.loops.append((after, entry))
            inside = self.block(node.body, entry)
            self.loops.pop()
            self.inside[id(node)] = inside
            self.again[id(node)] = entry
            if is_for:
                # The target is bound before the body, but not when nothing is left to iterate.
                reads: set[str] = set()
                trees.target_reads(node.target, reads)
                inside = (inside - trees.writes(node)) | reads
            new = entry | inside
            if new == entry:
                return entry | head
            entry = new

    def attempt(self, node: gast.Try, live: Live) -> Live:
        """Any statement of the body may be the last one that ran before a handler."""
        live = self.block(node.finalbody, live)
        handlers = frozenset().union(*(self.block(h.body, live) for h in node.handlers))
        self.caught[id(node)] = handlers
        return self.tried(node.body, self.block(node.orelse, live), handlers) | handlers

    def tried(self, body: Sequence[gast.stmt], live: Live, handlers: Live) -> Live:
        self.handlers.append(self.handlers[-1] | handlers)
        before = self.block(body, live)
        self.handlers.pop()
        return before
