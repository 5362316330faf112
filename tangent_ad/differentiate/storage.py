"""What the forward pass keeps for the backward pass.

Outside loops every value has a name of its own and is simply still there. Inside a loop, a value
that the reversed pass reads is computed again where that is cheap, read from the array it was
stored in, or saved:

    for i in range(n):              for i in range(n):
        x = x * sin(x)      ->          x_saved.append(x)
                                        x = x * sin(x)
                                    ...
                                    for i in reversed(range(n)):
                                        x = x_saved.pop()

A write that destroys an element which the backward pass reads is undone there. A loop that may end
early is reversed for as many passes as it made: the length of a list of saved values tells it, or
a counter. (Griewank & Walther, section 6.2: to-be-recorded analysis.)
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable

import gast

from tangent_ad.analysis import effects, facts
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.liveness import live_before
from tangent_ad.differentiate.bodies import Body
from tangent_ad.differentiate.items import bound_by, may_leave, plain
from tangent_ad.differentiate.overwrites import Overwrites
from tangent_ad.differentiate.recipes import Place, Program
from tangent_ad.differentiate.reverse import (
    ATTEMPTED,
    Branch,
    Item,
    Loop,
    Reverser,
    Scope,
    Undo,
)
from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt

MOST_ELEMENTS = 2  # to read so many elements takes longer than a place in a list


class Storage(Overwrites):
    def __init__(self, reverser: Reverser, forward: list[Item]) -> None:
        self.reverser = reverser
        self.unit = reverser.unit
        self.names = reverser.unit.names
        self.facts: Facts = reverser.facts
        self.program = Program(self.facts)
        self.program.scan(forward)
        self.program.groups = effects.memory_groups(plain(forward), self.facts.of)
        self.primal = {p.id for p in trees.parameters(self.unit.tree.args)}
        self.primal |= set(self.program.born)
        self.undone: dict[int, gast.stmt] = {}
        self.restores: dict[int, gast.stmt] = {}
        self.setup: list[gast.stmt] = []
        self.around: list[Loop] = []
        self.trying: list[Item] | None = None  # the statements of the innermost try at hand

    def run(self, forward: list[Item], backward: list[Item]) -> None:
        """Complete both halves in place."""
        self.find_destroyed(backward, Place(len(self.program.places), (), ()))
        self.find_changes_of_arguments()
        self.hoist_iterables(forward)
        self.hoist_tests(forward, backward, set())
        self.save_destroyed(forward)
        self.block(forward, backward, None)

    # ---- writes to be undone ----------------------------------------------------------------

    # ---- iterables --------------------------------------------------------------------------

    def hoist_iterables(self, forward: list[Item]) -> None:
        """An iterable that the loop or what follows changes is kept as it was."""
        for position in reversed(range(len(forward))):
            item = forward[position]
            if isinstance(item, Loop):
                if isinstance(item.node, gast.For) and item.backward:
                    kept = self.kept_iterable(item)
                    if kept is not None:
                        forward.insert(position, kept)
                self.around.append(item)
                self.hoist_iterables(item.forward)
                self.around.pop()
            elif isinstance(item, Branch):
                for arm in item.forward:
                    self.hoist_iterables(arm)
            elif isinstance(item, Scope):
                self.hoist_iterables(item.forward)

    def kept_iterable(self, item: Loop) -> gast.stmt | None:
        iterable = item.node.iter
        is_reversed = is_call_of(iterable, "reversed")
        inner = iterable.args[0] if is_reversed else iterable
        if self.program.still_holds(inner, self.program.places[id(item.node)]):
            return None
        if not is_call_of(inner, "range"):
            inner = trees.call(trees.name(self.names.bind(list, "list")), inner)
        name = self.names.fresh("passes")
        self.facts.names[name] = self.facts.of(inner)
        kept = trees.hidden(trees.assign(name, inner), item.node)
        self.keep_local(name, kept, item.node)
        again: gast.expr = trees.name(name)
        if is_reversed:
            again = trees.rebuild(iterable, args=[again])
        old, item.node = item.node, trees.rebuild(item.node, iter=again)
        self.program.places[id(item.node)] = self.program.places[id(old)]
        return kept

    # ---- tests ------------------------------------------------------------------------------

    def hoist_tests(self, forward: list[Item], backward: list[Item], needed: set[str]) -> None:
        """A test is evaluated again if that is cheap and its operands are there; else kept."""
        for position in reversed(range(len(forward))):
            item = forward[position]
            if isinstance(item, Loop):
                inside = self.needs(item.backward, tests=False)
                self.around.append(item)
                self.hoist_tests(item.forward, item.backward, needed | inside)
                self.around.pop()
            elif isinstance(item, Scope):
                self.hoist_tests(item.forward, item.backward, needed)
            elif isinstance(item, Branch):
                is_test = not isinstance(item.node, Attempt) and item.is_open and any(item.backward)
                if is_test and not self.may_repeat(item, needed):
                    test = self.names.fresh("test")
                    self.facts.names[test] = facts.FLAG
                    hoisted = trees.assign(test, item.node.test, item.node)
                    self.keep_local(test, hoisted, item.node)
                    item.node = trees.rebuild(item.node, test=trees.name(test))
                    forward.insert(position, hoisted)
                for one, other in zip(item.forward, item.backward, strict=True):
                    self.hoist_tests(one, other, needed)

    def keep_local(self, name: str, node: gast.stmt, like: gast.stmt) -> None:
        self.primal.add(name)
        self.program.places[id(node)] = self.program.places[id(like)]
        self.program.single[name] = None
        self.program.born[name] = self.program.places[id(like)].loops
        for loop in self.around:
            loop.bound |= {name}

    def may_repeat(self, item: Branch, needed: set[str]) -> bool:
        test = item.node.test
        place = self.program.places[id(item.node)]
        if not self.program.is_cheap(test) or not self.program.still_holds(test, place):
            return False
        if not self.around:
            return True
        for name in trees.reads(test) & self.primal:
            if not self.program.born.get(name, ()) or name in needed:
                continue
            if name in self.counters_around(place) or self.program.recomputed(name) is not None:
                continue
            if self.reverser.definitions[name] == 1 and self.is_of_a_loop(name):
                continue
            return False
        return True

    def is_of_a_loop(self, name: str) -> bool:
        """Whether a loop around binds a name to its items; the reversed loop does so again."""
        loops = (loop.node for loop in self.around if isinstance(loop.node, gast.For))
        return any(name in trees.writes(node) for node in loops)

    def counters_around(self, place: Place) -> set[str]:
        found = {self.program.counters.get(loop) for loop in place.loops}
        return {counter.variable for counter in found if counter is not None}

    # ---- needs ------------------------------------------------------------------------------

    def needs(self, backward: Iterable[Item], tests: bool = True) -> set[str]:
        """The primal names that backward items read and have not restored before."""
        found: set[str] = set()
        restored: set[str] = set()
        for item in backward:
            outside, found = found, set()
            if isinstance(item, Loop):
                inner = self.needs(item.backward, tests)
                found |= inner - item.restored
                if isinstance(item.node, gast.For):
                    found -= trees.writes(item.node)
                    found |= trees.reads(item.node.iter)
                found |= item.extra
            elif isinstance(item, Branch):
                if any(item.backward):
                    is_kept = tests or isinstance(item.node, Attempt)
                    found |= trees.reads(item.node.test) if is_kept and item.is_open else set()
                for arm in item.backward:
                    found |= self.needs(arm, tests)
            elif isinstance(item, Scope):
                found |= self.needs(item.backward, tests)
                for entered in item.node.items:
                    found |= trees.reads(entered.context_expr)
            elif isinstance(item, Undo):
                if id(item.node) in self.restores:
                    found |= trees.reads(self.restores[id(item.node)])
            else:
                found |= trees.reads(item) - trees.writes(item)
            found = outside | found - restored
            if isinstance(item, gast.Assign):
                restored |= trees.writes(item) & self.primal
        return found & self.primal

    # ---- restoring --------------------------------------------------------------------------

    def block(self, forward: list[Item], backward: list[Item], loop: Loop | None) -> None:
        """Make every value that the backward half of a block reads available there."""
        for item in forward:
            if isinstance(item, Loop):
                self.loop(item)
            elif isinstance(item, Branch):
                for arm, (one, other) in enumerate(zip(item.forward, item.backward, strict=True)):
                    outside = self.trying
                    if arm and isinstance(item.node, Attempt):
                        self.trying = one
                    self.block(one, other, loop)
                    self.trying = outside
            elif isinstance(item, Scope):
                self.block(item.forward, item.backward, loop)
        if loop is None:
            return
        body = Body(forward, self.names)
        is_body = forward is loop.forward
        restored: list[tuple[int, gast.stmt]] = []
        done: set[str] = set()
        wanted = sorted(self.needs(backward))
        while wanted:
            name = heapq.heappop(wanted)
            if name in done:
                continue
            done.add(name)
            if name not in loop.bound:
                continue
            if name in loop.carried or name in loop.header:
                if is_body and name not in loop.header:
                    restored.append(self.restore_carried(name, body, loop))
                continue
            at = body.last_bound(name)
            if at is None:
                continue
            order, node = self.restore_local(name, body, at, loop)
            restored.append((order, node))
            for source in trees.reads(node) & self.primal - done:
                heapq.heappush(wanted, source)
            done |= trees.writes(node)
            loop.restored |= trees.writes(node)
        body.finish()
        backward[:0] = in_order(restored)

    def restore_local(
        self, name: str, body: Body, at: int, loop: Loop
    ) -> tuple[int, gast.stmt]:
        again = self.program.recomputed(name)
        is_there = again is not None and again is body.items[at] and self.has_sources(again, loop)
        if is_there and self.elements_read(again, loop) < MOST_ELEMENTS:
            return 1 + self.program.places[id(again)].position, trees.rebuild(again)
        kept = self.program.stored(name)
        is_here = kept is not None and any(item is kept for item in body.items)
        if kept is not None and is_here and id(kept) not in self.undone:
            place = self.program.places[id(kept)]
            return 1 + place.position, trees.assign(name, kept.targets[0], kept)
        source = self.settled_from(name, body, loop)
        if source is not None and body.items is loop.forward:
            # The variable still holds the value that this pass gave it; it is popped after that.
            loop.extra.add(source)
            return -1, trees.assign(name, trees.name(source))
        return 0, self.save(name, body, at + 1, loop)

    def is_free(self, name: str, loop: Loop) -> bool:
        """Whether a value can be computed again from what the backward pass has anyway."""
        if name not in loop.bound or name in loop.header:
            return True
        if name in self.needs(loop.backward):
            return True  # it is restored anyway, in this way or another
        again = None if name in loop.carried else self.program.recomputed(name)
        return again is not None and self.has_sources(again, loop)

    def elements_read(self, node: gast.Assign, loop: Loop) -> int:
        """How many elements of arrays are read for nothing else if a number is computed again."""
        if not self.facts.of(node.targets[0]).is_scalar:
            return 0
        count = int(isinstance(node.value, gast.Subscript))
        wanted = self.needs(loop.backward)
        for name in trees.reads(node.value) & self.primal & loop.bound:
            source = self.program.recomputed(name)
            if source is not None and name not in loop.header and name not in wanted:
                count += self.elements_read(source, loop)
        return count

    def has_sources(self, node: gast.Assign, loop: Loop) -> bool:
        """Whether what a statement reads is there in the backward pass."""
        return all(self.is_free(n, loop) for n in trees.reads(node.value) & self.primal)

    def settled_from(self, name: str, body: Body, loop: Loop) -> str | None:
        """The carried variable that takes this value at the end of the pass, if it is restored."""
        for target in body.copies.get(name, ()):
            if target in loop.carried and target in self.needs(loop.backward):
                return target
        return None

    def restore_carried(self, name: str, body: Body, loop: Loop) -> tuple[int, gast.stmt]:
        loop.restored.add(name)
        step = self.step(name, body)
        if step is not None:
            loop.extra.add(name)  # counts back from where the loop left it
            return 0, trees.assign(name, trees.binary(trees.name(name), gast.Sub, step))
        return 0, self.save(name, body, 0, loop)

    def step(self, name: str, body: Body) -> gast.expr | None:
        """The literal 1 of `i = i + 1`, if that is all that a loop does to an int."""
        fact = self.facts.names.get(name, facts.ANYTHING)
        places = body.bound.get(name, [])
        if body.exits or len(places) != 1 or fact.dtype != "int" or not fact.is_scalar:
            return None
        node = body.items[places[0]]
        if isinstance(node, gast.Assign) and isinstance(node.value, gast.Name):
            node = self.program.single.get(node.value.id) or node
        value = node.value if isinstance(node, gast.Assign) else None
        if not isinstance(value, gast.BinOp) or not isinstance(value.op, gast.Add):
            return None
        is_count = isinstance(value.left, gast.Name) and value.left.id == name
        is_literal = isinstance(value.right, gast.Constant) and type(value.right.value) is int
        return value.right if is_count and is_literal else None

    def save(self, name: str, body: Body, at: int, loop: Loop) -> gast.stmt:
        """Append the value in the forward pass; the statement that takes it back."""
        if self.trying is not None:
            at = self.behind_tried(name, body, at, loop)
        saved = self.names.fresh(self.list_name(name))
        self.setup.append(trees.assign(saved, gast.List([], trees.LOAD)))
        value: gast.expr = trees.name(name)
        if self.is_view_of_changing(name):
            keep = trees.method(trees.name(saved), "append", self.copied(value))
            body.put_behind(at, trees.statement(keep))
        else:
            keep = trees.method(trees.name(saved), "append", value)
            self.keep_behind_writes(name, keep, body, at)
        if at and not body.is_certain(name, at):
            # Bound on some path only, and read behind it where the same path was taken.
            body.put_behind(0, trees.assign(name, trees.constant(None)))
        if body.items is loop.forward and not body.may_leave_before(at):
            loop.lists.append(saved)
        return trees.assign(name, trees.method(trees.name(saved), "pop"))

    def behind_tried(self, name: str, body: Body, at: int, loop: Loop) -> int:
        """What is tried keeps values when it is done: if it fails, nobody takes them back."""
        if body.items is not self.trying or body.barrier(name, at) < len(body.items):
            what = "a try inside a loop around more than plain statements"
            self.unit.refuse(f"{what}; {ATTEMPTED}", loop.node)
        return len(body.items)

    def list_name(self, name: str) -> str:
        stem = name.rstrip("0123456789").rstrip("_") or name
        stem = stem.removesuffix("_kept")  # what a callee keeps
        return f"{stem}_saved" if not stem.endswith("_saved") else stem

    def is_view_of_changing(self, name: str) -> bool:
        """Whether a value shares memory with an array that is written later."""
        node = self.program.single.get(name)
        if node is None or self.facts.of(trees.name(name)).is_immutable:
            return False
        if not isinstance(node.value, (gast.Subscript, gast.Attribute)):
            return False
        return not self.program.still_holds(node.value, self.program.places[id(node)])

    # ---- loops ------------------------------------------------------------------------------

    def loop(self, item: Loop) -> None:
        counts = Counter(n for node in trees.statements([item.node]) for n in trees.writes(node))
        item.bound |= bound_by(item.forward)
        outside = {n for n in item.bound if self.reverser.definitions[n] > counts[n]}
        item.carried = outside | item.bound & live_before([item.node])
        # A variable that only the loop binds, and reads in the next pass, is unbound in the first.
        for name in sorted(item.carried - outside):
            self.setup.append(trees.hidden(trees.assign(name, trees.unbound()), item.node))
        item.header = trees.writes(item.node)
        self.around.append(item)
        self.block(item.forward, item.backward, item)
        self.around.pop()
        if any(True for _ in item.backward):
            self.count_passes(item)
        if not self.around:
            self.set_up(item)

    def set_up(self, item: Loop) -> None:
        """The lists start empty before the outermost loop."""
        item.setup += self.setup
        self.setup = []

    def count_passes(self, item: Loop) -> None:
        """Find out how the backward pass learns how often the body ran."""
        if isinstance(item.node, gast.For) and not may_leave(item.forward):
            return
        if item.lists and not self.around:
            item.counted_by = trees.name(item.lists[0])
            return
        item.counter = self.names.fresh("count")
        item.counted_by = trees.name(item.counter)
        self.primal.add(item.counter)
        self.facts.names[item.counter] = facts.INT
        for outer in self.around:
            outer.bound |= {item.counter}
        item.extra.add(item.counter)


def in_order(restored: list[tuple[int, gast.stmt]]) -> list[gast.stmt]:
    """Statements that restore values, in the order of the forward pass, but each behind those whose
    values it reads. Only what a carried variable still holds, of order -1, is read before that
    variable is restored."""
    waiting = sorted(restored, key=lambda pair: pair[0])
    out = [node for order, node in waiting if order < 0]
    waiting = [pair for pair in waiting if pair[0] >= 0]
    while waiting:
        missing = {name for _, node in waiting for name in trees.writes(node)}
        ready = (p for p in waiting if not trees.reads(p[1]) & missing - trees.writes(p[1]))
        chosen = next(ready, waiting[0])
        waiting.remove(chosen)
        out.append(chosen[1])
    return out


def is_call_of(node: gast.expr, name: str) -> bool:
    return isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == name
