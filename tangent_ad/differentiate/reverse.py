"""The backward pass: every statement reversed, the last one first.

The result is a pair of item lists, forward and backward. A simple statement is an item of its own;
loops, branches and `with` blocks are items that stand in both lists and hold both of their halves,
so that `storage` can decide what the forward half keeps for the backward half.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import gast

from tangent_ad.analysis import calls, effects, facts, insertion, monomials
from tangent_ad.analysis.activity import Activity, changed_by, writes_of
from tangent_ad.analysis.definitions import always_bound
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.liveness import live_before
from tangent_ad.analysis.places import root
from tangent_ad.analysis.unit import Unit
from tangent_ad.differentiate import insertions, stores
from tangent_ad.differentiate.adjoints import Adjoints, State
from tangent_ad.differentiate.contributions import contributed_to
from tangent_ad.differentiate.pullback import Pullback
from tangent_ad.differentiate.real_parts import widened
from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt, is_sure

Item: TypeAlias = "gast.stmt | Loop | Branch | Scope"


@dataclass(eq=False, repr=False)
class Loop:
    """A `for` or `while` and its reverse.

    `bound` are the names that its body binds. The rest is filled in by `storage`: the `carried`
    and `header` names among them, those `restored` in the reversed body, what it reads `extra`;
    the `lists` that get one value in every pass, their `setup`, and what tells the number of
    passes: `counted_by`, a list or the `counter`.
    """

    node: Any
    forward: list[Item]
    backward: list[Item]
    bound: set[str]
    carried: set[str] = field(default_factory=set)
    header: frozenset[str] = frozenset()
    restored: set[str] = field(default_factory=set)
    extra: set[str] = field(default_factory=set)
    lists: list[str] = field(default_factory=list)
    setup: list[gast.stmt] = field(default_factory=list)
    counted_by: gast.Name | None = None
    counter: str = ""


@dataclass(eq=False, repr=False)
class Branch:
    """An `if` and its reverse; where one arm raises, the backward pass only knows the other."""

    node: gast.If
    forward: tuple[list[Item], list[Item]]
    backward: tuple[list[Item], list[Item]]
    is_open: bool = True


@dataclass(eq=False, repr=False)
class Scope:
    """A `with` block; its reverse runs inside the same context managers."""

    node: gast.With
    forward: list[Item]
    backward: list[Item]


ATTEMPTED = "let a function of its own return the value that is tried"


class Undo(gast.Pass):
    """Stands in the backward pass where a write is passed; `node` is the write."""

    node: gast.stmt


class Reverser:
    def __init__(self, unit: Unit, activity: Activity, callees: Any) -> None:
        self.unit = unit
        self.activity = activity
        self.active = activity.active
        self.facts: Facts = activity.facts
        self.adjoints = Adjoints(self.facts)
        self.adjoints.active = self.active
        self.pullback = Pullback(self.facts, activity, self.adjoints)
        self.callees = callees
        self.origins: dict[int, tuple[gast.stmt, gast.stmt]] = {}
        self.explained = ""
        self.parts_of_arguments = unit.record_parts
        self.definitions = Counter(
            name for node in trees.statements(unit.tree.body) for name in trees.writes(node)
        )
        self.definitions.update(p.id for p in trees.parameters(unit.tree.args))
        self.adjoints.parts_of_arguments |= unit.record_parts
        self.adjoints.unsteady = {n for n, count in self.definitions.items() if count > 1}
        for node in trees.statements(unit.tree.body):
            if isinstance(node, trees.LOOPS):
                self.adjoints.unsteady |= trees.all_writes(node.body) | trees.writes(node)
            if isinstance(node, gast.Assign) and (
                trees.is_none(node.value)
                or trees.reads(node.value) & self.adjoints.placeholders
                and isinstance(node.value, gast.Name)
            ):
                self.adjoints.placeholders |= trees.writes(node)
            if isinstance(node, gast.Assign) and isinstance(node.value, (gast.Name, gast.Tuple)):
                if trees.reads(node.value) & self.adjoints.parts_of_arguments:
                    self.adjoints.parts_of_arguments |= trees.writes(node)
        self.adjoints.order = [p.id for p in trees.parameters(unit.tree.args)]
        self.adjoints.order += [
            n for node in unit.tree.body if isinstance(node, gast.Assign)
            for n in trees.bound_names(node.targets[0])
        ]  # fmt: skip

    @property
    def state(self) -> State:
        return self.adjoints.state

    # ---- blocks -----------------------------------------------------------------------------

    def block(self, body: Sequence[gast.stmt]) -> tuple[list[Item], list[Item]]:
        outside, self.adjoints.out = self.adjoints.out, []
        self.explained = ""
        self.adjoints.certain.append(frozenset(always_bound(body)))
        forward = [self.statement(node) for node in reversed(body)]
        self.adjoints.certain.pop()
        backward, self.adjoints.out = self.adjoints.out, outside
        return forward[::-1], backward

    def statement(self, node: gast.stmt) -> Item:
        if isinstance(node, gast.If):
            return self.branch(node)
        if isinstance(node, trees.LOOPS):
            return self.loop(node)
        if isinstance(node, gast.With):
            return self.scope(node)
        inserted = insertion.of(node, self.facts)
        if inserted is not None:
            return insertions.reverse(node, inserted, self)
        start = len(self.adjoints.out)
        if isinstance(node, gast.Assign):
            node = self.assign(node)
        elif isinstance(node, gast.AugAssign):
            stores.reverse_augmented(node, self.pullback)
        elif isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
            self.effect(node.value)
        elif isinstance(node, gast.Try):
            self.refuse_active(node)
        self.explain(node, start)
        if self.is_write(node):
            self.adjoints.settle_readers(effects.mutated_root(node, self.unit.names))
            undo = Undo()
            undo.node = node
            self.adjoints.out.append(undo)
        return node

    def is_write(self, node: gast.stmt) -> bool:
        """Whether a statement changes an object in place."""
        if isinstance(node, gast.Assign):
            target, value = node.targets[0], node.value
            if isinstance(target, (gast.Subscript, gast.Attribute)):
                return True
            return isinstance(value, gast.Call) and bool(changed_by(value, self.facts))
        if isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
            return bool(changed_by(node.value, self.facts))
        return isinstance(node, gast.AugAssign)

    def explain(self, node: gast.stmt, start: int) -> None:
        """Put the user's statement over its adjoint, and let the adjoint know where it is from."""
        group = self.adjoints.out[start:]
        for new in group:
            self.origins[id(new)] = (new, node)
        if not group or not hasattr(node, "lineno"):
            return
        for new in group:
            trees.located(new, node)
        text = self.unit.source.text(node) if node.end_lineno and _is_simple(node) else ""
        if text and text != self.explained:
            self.adjoints.out.insert(start, trees.located(trees.comment(text), node))
            self.explained = text

    def origin(self, item: gast.stmt) -> gast.stmt | None:
        """The statement of the forward pass whose adjoint an item is a part of."""
        found = self.origins.get(id(item))
        return found[1] if found is not None else None

    def refuse_active(self, node: gast.Try) -> None:
        if trees.all_writes([node]) & self.active:
            self.unit.refuse(f"this try around differentiated statements; {ATTEMPTED}", node)

    def refuse_partial(self, node: Attempt) -> None:
        """What is tried is undone as a whole or not at all."""
        own = trees.all_writes(node.orelse)
        tried = list(node.orelse)
        while tried and is_sure(tried[-1]):
            tried.pop()
        for inner in trees.statements(tried):
            base = effects.mutated_root(inner, self.unit.names)
            if base in self.active and base not in own and inner is not tried[-1]:
                self.unit.refuse(f"changing {base} in the middle of a try; {ATTEMPTED}", inner)

    # ---- simple statements ------------------------------------------------------------------

    def assign(self, node: gast.Assign) -> gast.Assign:
        target, value = node.targets[0], node.value
        if isinstance(target, (gast.Subscript, gast.Attribute)):
            stores.reverse_store(node, self.pullback)
        elif isinstance(target, gast.Name):
            if target.id in self.parts_of_arguments:
                return node  # the gradient with respect to the argument is put together at the end
            if self.takes_out(value) and not self.adjoints.is_set(target.id):
                self.adjoints.zero(target.id)
            if self.adjoints.is_set(target.id):
                node = self.value(target, value, node)
                self.adjoints.consume(target.id)
        elif isinstance(value, gast.Tuple):
            self.parallel(target, value)
        else:
            node = self.unpack(target, value, node)
        return node

    def takes_out(self, value: gast.expr) -> bool:
        """Whether `items.pop()` shortens a list whose adjoint is set: it grows again by what was
        taken out, a zero where nothing was made of that."""
        if not isinstance(value, gast.Call):
            return False
        bases = [root(written) for written, _ in writes_of(value, self.facts)]
        return any(b in self.active and self.adjoints.is_set(b) for b in bases if b is not None)

    def value(self, target: gast.Name, value: gast.expr, node: gast.Assign) -> gast.Assign:
        """Reverse `target = value` for an adjoint that is set."""
        if not self.activity.varies(value):
            return node
        if isinstance(value, gast.Name):
            if self.adjoints.pass_absent(target.id, value.id):
                return node
            seed, spread = self.adjoints.peek(target.id)
            self.pullback.contribute([(value, seed, spread)])
            return node
        if isinstance(value, (gast.Tuple, gast.List, gast.Dict)):
            stores.reverse_display(target, value, self.pullback)
            return node
        if isinstance(value, gast.Call):
            found = self.facts.target(value)
            if found is functools.partial:
                stores.reverse_partial(target, value, self.pullback)
                return node
            if not isinstance(found, calls.Bound):
                return self.callees.reverse(found, target, value, node, self)
            self.pullback.reverse(found, target, value)
            return node
        if monomials.is_kept(value, self.activity.varies):
            self.pullback.monomial(value, target)
            return node
        bound = stores.bound_read(value, self.facts) or calls.of_operator(value, self.facts.of)
        if bound is None:
            self.unit.refuse("this expression of differentiated values", value)
        else:
            self.pullback.reverse(bound, target, value)
        return node

    def parallel(self, target: gast.Tuple, value: gast.Tuple) -> None:
        """Reverse `a, b = b, a`: all adjoints are read before one is set."""
        moves = []
        for item, source in zip(target.elts, value.elts, strict=True):
            assert isinstance(item, gast.Name)
            if item.id in self.active and self.adjoints.is_set(item.id):
                if self.activity.varies(source):
                    moves.append((item.id, source))
        sources = [source for _, source in moves]
        for name, source in moves:
            self.adjoints.fill_in(name, source.id if isinstance(source, gast.Name) else name)
        seeds = [self.adjoints.take(name) for name, _ in moves]
        names = {s.id for s in sources if isinstance(s, gast.Name)}
        overlapping = names & {name for name, _ in moves}
        for item in target.elts:
            self.adjoints.consume(item.id)
        if overlapping and len(names) == len(sources) and not any(map(self.adjoints.is_set, names)):
            new = [trees.name(self.adjoints.name(s.id)) for s in sources]
            self.adjoints.emit(trees.assign(trees.pack(new), trees.pack(seeds)))
            groups = self.state.groups
            moved = {source.id: groups[name] for name, source in moves}
            groups.update(moved)
            self.state.set |= names
            return
        if overlapping:
            kept = [trees.name(self.unit.names.fresh(f"{seed.id}_new")) for seed in seeds]
            for new, seed in zip(kept, seeds, strict=True):
                self.adjoints.emit(trees.assign(new, seed))
            seeds = kept
        self.pullback.contribute([(s, seed, False) for s, seed in zip(sources, seeds, strict=True)])

    def unpack(self, target: gast.Tuple, value: gast.expr, node: gast.Assign) -> gast.Assign:
        """Reverse `a, b = value`: the adjoint of the value packs those of its parts."""
        active = [n for n in trees.bound_names(target) if n in self.active]
        wanted = any(map(self.adjoints.is_set, active)) or self.takes_out(value)
        if not wanted or not self.activity.varies(value):
            return node
        if isinstance(value, gast.Call):
            found = self.facts.target(value)
            if not isinstance(found, calls.Bound):
                node = self.callees.reverse(found, target, value, node, self)
                for name in active:
                    self.adjoints.consume(name)
                return node
            self.pullback.reverse(found, target, value, self.pack(target, value))
        else:
            self.pullback.contribute([(value, self.pack(target, value), False)])
        for name in active:
            self.adjoints.consume(name)
        return node

    def pack(self, target: gast.Tuple, value: gast.expr | None = None) -> gast.expr:
        """The adjoints of the parts, in the form of the whole."""
        parts = [self.part_adjoint(item.id) for item in target.elts]
        fact = self.facts.of(value) if value is not None else facts.ANYTHING
        return widened(stores.packed(parts, fact, value, self.facts), fact, self.facts)

    def part_adjoint(self, name: str) -> gast.expr:
        if name in self.active and self.adjoints.is_set(name):
            return self.adjoints.take(name)
        return self.adjoints.zero_like(name)

    def effect(self, node: gast.Call) -> None:
        """Reverse a call that is made for what it does to its operands."""
        found = self.facts.target(node)
        if not isinstance(found, calls.Bound):
            return  # it only looks at its operands
        for parameter in found.operation.writes:
            base = root(found.given.get(parameter, node))
            if base is not None and base in self.active and self.adjoints.is_set(base):
                self.adjoints.own(base)
                self.pullback.reverse(found, None, node)

    # ---- compound statements ----------------------------------------------------------------

    def branch(self, node: gast.If) -> Branch:
        if isinstance(node, Attempt):
            self.refuse_partial(node)
        before = self.state
        self.adjoints.state = before.copy()
        body = self.block(node.body)
        after_body, self.adjoints.state = self.state, before.copy()
        orelse = self.block(node.orelse)
        after_else = self.state
        local = self.local_to(node)
        dead_body, dead_else = _raises(node.body), _raises(node.orelse)
        if dead_body:
            self.adjoints.state, body = after_else, (body[0], [])
        elif dead_else:
            self.adjoints.state, orelse = after_body, (orelse[0], [])
        else:
            self.meet((after_body, body[1]), (after_else, orelse[1]), local)
        is_open = not dead_body and not dead_else
        return self.both(Branch(node, (body[0], orelse[0]), (body[1], orelse[1]), is_open))

    def both(self, item: Any) -> Any:
        """A compound item stands in the backward pass as well."""
        self.adjoints.out.append(item)
        self.explained = ""
        return item

    def meet(
        self, one: tuple[State, list[Item]], other: tuple[State, list[Item]], local: set[str]
    ) -> None:
        """Behind the reversed branch an adjoint is set on both paths or on none."""
        kept = {
            k: v
            for k, v in one[0].pending.items()
            if k in other[0].pending and trees.same(v, other[0].pending[k])
        }
        wanted = (one[0].set | set(one[0].pending) | other[0].set | set(other[0].pending)) - local
        wanted -= set(kept)
        for state, out in (one, other):
            self.adjoints.state, saved = state, self.adjoints.out
            self.adjoints.out = out
            for variable in sorted(wanted):
                if variable in state.pending:
                    self.adjoints.settle(variable)
                if variable not in state.set:
                    self.adjoints.zero_of_another_time(variable)
            self.adjoints.out = saved
        absent = (one[0].absent | other[0].absent) & wanted
        self.adjoints.state = State(wanted, kept, absent, self.adjoints.joined(one[0], other[0]))

    def local_to(self, node: gast.stmt) -> set[str]:
        """The names that only this statement binds: before it, they do not exist."""
        inside = Counter(
            name for inner in trees.statements([node]) for name in trees.writes(inner)
        )
        return {name for name, count in inside.items() if count == self.definitions[name]}

    def scope(self, node: gast.With) -> Scope:
        forward, backward = self.block(node.body)
        return self.both(Scope(node, forward, backward))

    def loop(self, node: gast.For | gast.While) -> Loop:
        bound = trees.all_writes(node.body) | trees.writes(node)
        local = self.local_to(node)
        again = live_before([node])  # what the next pass goes on with
        carried = {
            n
            for n in bound & self.active
            if n not in local or n in again or self.adjoints.is_set(n)
        }
        self.prepare(node, bound, carried)
        before, unowned = len(self.adjoints.out), self.state.copy()
        for variable in sorted(carried - self.state.absent):
            self.adjoints.own(variable)
        # What may be None is not copied here, but when it is written.
        shared = {v for v in carried & self.state.absent if not self.adjoints.is_owned(v)}
        entry, start = self.state.copy(), len(self.adjoints.out)
        is_owned = True
        while True:
            self.adjoints.state = entry.copy()
            for variable in carried:
                self.adjoints.fresh(variable)
                if not is_owned or variable in shared:
                    self.adjoints.disown(variable)
            self.adjoints.certain.append(trees.writes(node))
            forward, backward = self.block(node.body)
            self.close(carried, backward)
            self.adjoints.certain.pop()
            absent = self.state.absent - entry.absent
            if not absent and (not is_owned or all(map(self.adjoints.is_owned, carried))):
                break
            is_owned = is_owned and bool(absent)
            entry.absent |= absent
            del self.adjoints.out[start:]
        if not is_owned or not self.changed_in(backward) & bound:
            del self.adjoints.out[before:start]  # the copies of what is only read
            entry.groups = unowned.groups
        groups = self.adjoints.joined(entry, self.state)
        self.adjoints.state = State(entry.set | carried, {}, entry.absent, groups)
        for variable in local:
            self.adjoints.consume(variable)
        return self.both(Loop(node, forward, backward, bound))

    def prepare(self, node: gast.stmt, bound: set[str], carried: set[str]) -> None:
        """Set the adjoints that the body adds to before the reversed loop starts."""
        self.adjoints.settle_all()
        touched = contributed_to(node, self.facts, self.active, self.adjoints.is_set) - bound
        for variable in sorted(touched | carried):
            if not self.adjoints.is_set(variable):
                if variable in carried:
                    self.adjoints.zero_of_another_time(variable)
                else:
                    self.adjoints.zero(variable)
        for variable in sorted(touched):
            self.adjoints.own(variable)

    def changed_in(self, backward: Iterable[Item]) -> set[str]:
        """The variables whose adjoints reversed items change in place."""
        found: set[str] = set()
        for item in backward:
            if isinstance(item, Branch):
                found |= self.changed_in([*item.backward[0], *item.backward[1]])
            elif isinstance(item, (Loop, Scope)):
                found |= self.changed_in(item.backward)
            elif (name := effects.mutated_root(item, self.unit.names)) in self.adjoints.primal_of:
                if not self.facts.names.get(name, facts.ANYTHING).is_immutable:
                    found.add(self.adjoints.primal_of[name])
        return found

    def close(self, carried: set[str], backward: list[Item]) -> None:
        """At the end of a reversed pass, the adjoints that the next one goes on with are set."""
        saved, self.adjoints.out = self.adjoints.out, backward
        for variable in sorted(carried):
            if variable not in self.state.set and variable not in self.state.pending:
                self.adjoints.zero_of_another_time(variable)
        self.adjoints.settle_all()
        self.adjoints.out = saved


def _is_simple(node: gast.stmt) -> bool:
    return isinstance(node, (gast.Assign, gast.AugAssign, gast.Expr, gast.Return))


def _raises(body: Sequence[gast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], gast.Raise)
