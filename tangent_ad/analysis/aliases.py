"""Which names may stand for the same memory where something is written in place.

Flow-sensitive pairs of names: after `v = y[1:]` v and y are a pair, after `u, v = v, u` the pairs are
swapped with the names, so two buffers that trade places in a loop stay apart. At every write the
names that pair with what is written, and that are read later, are a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import gast

from tangent_ad.analysis import calls, facts, indexing, liveness
from tangent_ad.analysis.activity import writes_of
from tangent_ad.analysis.facts import Fact, Partial
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING

DISPLAYS = (gast.Tuple, gast.List, gast.Set, gast.Dict)
Pairs = frozenset[frozenset[str]]


class Conflict(NamedTuple):
    """A write through one name that others see: the statement, what it writes, who reads later."""

    node: gast.stmt
    written: str
    readers: frozenset[str]


def conflicts(
    body: Sequence[gast.stmt],
    known: Facts,
    rebinds: Iterable[tuple[str, str, gast.stmt]],
    returned: Callable[[Any], set[str] | None],
    is_certain: bool = False,
    kept: frozenset[str] = frozenset(),
) -> list[Conflict]:
    """The writes of a function in core form that more than one live name can see.

    Writing a slot of a list changes the list, and what it is in, not what was read out of it
    before; so slots are solved for with the names of containers only, all other writes with whatever
    may share memory.

    `rebinds` are augmented assignments that became new versions; they count as writes to the old
    one if that may be an array. `returned` tells which parameters the result of a function of the
    user's may share memory with; None if that is unknown. Where `is_certain`, only what any run of
    the function comes upon is found. What is `kept` is read in the end.
    """
    solver = CertainSolver if is_certain else Solver
    renamed = {new: old for new, old, _ in rebinds}
    found: list[Conflict] = []
    for slots in (False, True):
        found += solver(body, known, renamed, returned, slots, kept).solve(body)
    return found


def result_repeats(
    body: Sequence[gast.stmt], known: Facts, returned: Callable[[Any], set[str] | None]
) -> bool:
    """Whether what a function returns may hold one object in several places."""
    value = getattr(body[-1], "value", None)
    if not isinstance(body[-1], gast.Return) or value is None:
        return False
    solver = Solver(body, known, {}, returned, False)
    pairs = solver.block(body[:-1], frozenset())
    repeated = solver.closure(solver.repeated, pairs)
    return solver.repeats(value, pairs) or bool(solver.shared(value) & repeated)


class Solver:
    def __init__(
        self,
        body: Sequence[gast.stmt],
        known: Facts,
        rebinds: dict[str, str],
        returned: Callable[[Any], set[str] | None],
        slots: bool,
        kept: frozenset[str] = frozenset(),
    ) -> None:
        self.slots = slots
        self.facts = known
        self.rebinds = rebinds
        self.returned = returned
        self.live = liveness.live_after(body)
        self.kept = kept
        self.repeated: set[str] = set()  # lists with one object in several slots
        self.found: dict[tuple[int, str], Conflict] = {}
        self.breaks: list[list[Pairs]] = []
        self.iterated: list[set[str]] = []  # what loops around go on reading

    def solve(self, body: Sequence[gast.stmt]) -> list[Conflict]:
        self.block(body, frozenset())
        return list(self.found.values())

    # ---- statements -------------------------------------------------------------------------

    def block(self, body: Sequence[gast.stmt], pairs: Pairs) -> Pairs:
        for node in body:
            pairs = self.statement(node, pairs)
            live = self.live_after(node)
            pairs = frozenset(pair for pair in pairs if pair <= live)
        return pairs

    def statement(self, node: gast.stmt, pairs: Pairs) -> Pairs:
        if isinstance(node, gast.If):
            return self.meet(self.block(node.body, pairs), self.block(node.orelse, pairs))
        if isinstance(node, trees.LOOPS):
            return self.loop(node, pairs)
        if isinstance(node, gast.With):
            return self.block(node.body, pairs)
        if isinstance(node, gast.Try):
            for inner in (node.body, *(h.body for h in node.handlers), node.orelse):
                pairs = pairs | self.block(inner, pairs)
            return self.block(node.finalbody, pairs)
        if isinstance(node, gast.Break):
            self.breaks[-1].append(pairs)
            return pairs
        if isinstance(node, gast.Assign):
            return self.assign(node, pairs)
        if isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Name):
            self.note(node, node.target.id, pairs)  # in a try that has nothing to do with derivatives
        elif isinstance(node, gast.AugAssign):
            self.write(node, node.target, pairs)
        elif isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
            return self.call(node, node.value, pairs)
        return pairs

    def live_after(self, node: gast.stmt) -> set[str]:
        """The names that are read behind a statement, at last by the loops around it or the caller."""
        return set(self.kept).union(self.live[id(node)], *self.iterated)

    def meet(self, left: Pairs, right: Pairs) -> Pairs:
        """What holds where two paths meet."""
        return left | right

    def loop(self, node: gast.For | gast.While, pairs: Pairs) -> Pairs:
        while True:
            inside, repeated = pairs, len(self.repeated)
            if isinstance(node, gast.For):
                shared = self.shared(node.iter)
                for name in trees.bound_names(node.target):
                    inside = self.bind(name, shared, inside)
            self.breaks.append([])
            self.iterated.append(self.shared(node.iter) if isinstance(node, gast.For) else set())
            after = self.block(node.body, inside).union(pairs, *self.breaks.pop())
            self.iterated.pop()
            if after == pairs and len(self.repeated) == repeated:
                return pairs
            pairs = after

    def assign(self, node: gast.Assign, pairs: Pairs) -> Pairs:
        target, value = node.targets[0], node.value
        if isinstance(value, gast.Call):
            pairs = self.call(node, value, pairs)
        if isinstance(target, (gast.Subscript, gast.Attribute)):
            base = root(target)
            self.write(node, target, pairs)
            if base is not None and not self.is_array(target.value):
                return self.put(base, self.shared(value), pairs)
            return pairs
        if isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple):
            shares = [self.shared(part) for part in value.elts]
            return self.bind_all(list(zip(map(_name, target.elts), shares, strict=True)), pairs)
        shared = self.shared(value)
        if isinstance(target, gast.Name):
            if self.repeats(value, pairs):
                self.repeated.add(target.id)
            elif not self.is_array(target) and shared & self.closure(self.repeated, pairs):
                self.note_repeated({target.id})
            old = self.rebinds.get(target.id)
            # Where two paths meet, the new name also stands for what it was on the other.
            if old is not None and not (isinstance(value, gast.Name) and value.id == old):
                if not self.facts.names.get(old, facts.ANYTHING).is_immutable:
                    others = frozenset(p for p in pairs if target.id not in p)
                    self.note(node, old, others, self.is_container(trees.name(old)))
                    if old in self.live_after(node) and not self.slots:
                        self.found[(id(node), old)] = Conflict(node, old, frozenset((old,)))
                shared = set()
            return self.bind(target.id, shared, pairs)
        return self.bind_all([(name, shared) for name in trees.bound_names(target)], pairs)

    def repeats(self, value: gast.expr, pairs: Pairs) -> bool:
        """Whether a container may have one object in several places: `[np.zeros(3)] * n`, `[y, y]`."""
        if isinstance(value, (gast.Subscript, gast.Attribute, gast.Starred)):
            return self.repeats(value.value, pairs)
        if isinstance(value, gast.Call):
            return self.result_repeats(self.facts.target(value))
        known = self.facts.of(value)
        if not known.is_container or known.kind != facts.DICT and (known.element or known).is_immutable:
            return False
        is_product = isinstance(value, gast.BinOp) and isinstance(value.op, gast.Mult)
        return is_product or self.meets_itself(value, pairs)

    def result_repeats(self, function: Any) -> bool:
        return self.facts.callees.repeats(function)

    def meets_itself(self, value: gast.expr, pairs: Pairs) -> bool:
        """Whether some of what fills the places of a new container may be the same memory."""
        parts = [self.closure(self.shared(part), pairs) for part in self.parts(value)]
        return sum(map(len, parts)) > len(set().union(*parts))

    def parts(self, value: gast.expr) -> list[gast.expr]:
        """What the places of a new container are filled with; what fills many of them stands twice."""
        inner: list[gast.expr] = []
        if isinstance(value, (gast.Tuple, gast.List, gast.Set)):
            inner = value.elts
        elif isinstance(value, gast.Dict):
            inner = value.values
        elif isinstance(value, gast.BinOp) and self.facts.of(value).is_container:
            inner = [value.left, value.right]
        elif isinstance(value, trees.SCOPES) and not isinstance(value, gast.Lambda):
            element = value.value if isinstance(value, gast.DictComp) else value.elt
            bound = {n for g in value.generators for n in trees.bound_names(g.target)}
            return [element] if bound & trees.reads(element) else [element, element]
        return [part for element in inner for part in self.parts(element)] if inner else [value]

    def call(self, node: gast.stmt, value: gast.Call, pairs: Pairs) -> Pairs:
        """A call that changes an operand, and may keep others in it."""
        for written, sources in writes_of(value, self.facts):
            base = root(written)
            self.note(node, base, pairs, isinstance(written, gast.Name) and self.is_container(written))
            if base is not None:
                for source in sources:
                    pairs = self.put(base, self.shared(source), pairs)
        return pairs

    def write(self, node: gast.stmt, target: gast.expr, pairs: Pairs) -> None:
        """A write to an element: to a slot of a named container, or into memory."""
        assert isinstance(target, (gast.Subscript, gast.Attribute))
        is_slot = isinstance(target.value, gast.Name) and self.is_container(target.value)
        self.note(node, root(target), pairs, is_slot)
        if is_slot and isinstance(node, gast.AugAssign) and not self.facts.of(target).is_immutable:
            self.note(node, root(target), pairs)  # an array in the slot is written itself

    def note(self, node: gast.stmt, written: str | None, pairs: Pairs, is_slot: bool = False) -> None:
        if written is None or self.slots != is_slot:
            return
        known = self.facts.names
        partners = {n for pair in pairs if written in pair for n in pair} - {written}
        if self.slots:
            own = known.get(written, facts.ANYTHING)
            partners = {n for n in partners if _may_hold(known.get(n, facts.ANYTHING), own)}
        if not self.slots and written in self.closure(self.repeated, pairs):
            partners.add(written)
        readers = frozenset(partners & self.live_after(node))
        if readers:
            self.found[(id(node), written)] = Conflict(node, written, readers)

    # ---- pairs ------------------------------------------------------------------------------

    def bind(self, name: str, shared: set[str], pairs: Pairs) -> Pairs:
        return self.bind_all([(name, shared)], pairs)

    def bind_all(self, targets: list[tuple[str, set[str]]], pairs: Pairs) -> Pairs:
        """Bind names at once, each to something that may share memory with some others."""
        bound = {name for name, _ in targets}
        kept = {pair for pair in pairs if not pair & bound}
        reach = [(name, self.closure(shared, pairs)) for name, shared in targets]
        for name, partners in reach:
            if self.is_immutable(name):
                continue
            kept |= {frozenset((name, p)) for p in partners - bound if p != name}
        for i, (name, partners) in enumerate(reach):
            for other, theirs in reach[i + 1 :]:
                if name != other and partners & theirs:
                    kept.add(frozenset((name, other)))
        return frozenset(kept)

    def put(self, box: str, shared: set[str], pairs: Pairs) -> Pairs:
        """An object goes into a container: all names of the container reach it."""
        partners = self.closure(shared, pairs)
        boxes = self.closure({box}, pairs)
        self.note_repeated(boxes & partners)
        new = {frozenset((b, p)) for b in boxes for p in partners if b != p}
        return pairs | frozenset(new)

    def note_repeated(self, boxes: set[str]) -> None:
        """What goes into containers may be in them already, or a part of one has such parts itself."""
        self.repeated |= boxes

    @staticmethod
    def closure(shared: set[str], pairs: Pairs) -> set[str]:
        found = set(shared)
        for pair in pairs:
            if pair & shared:
                found |= pair
        return found

    def is_immutable(self, name: str) -> bool:
        """Whether nothing can change under a name; an array has no slots."""
        fact = self.facts.names.get(name) or self.facts.of(trees.name(name))
        if fact.kind == facts.CALLABLE:
            return fact.value is not MISSING and not isinstance(fact.value, Partial)
        return fact.is_immutable or self.slots and fact.is_number

    def is_container(self, node: gast.expr) -> bool:
        return self.facts.of(node).is_container

    def is_array(self, node: gast.expr) -> bool:
        return self.facts.of(node).is_number

    # ---- expressions ------------------------------------------------------------------------

    def shared(self, node: gast.expr) -> set[str]:
        """The names whose memory the value of an expression may share."""
        if isinstance(node, gast.Name):
            return set() if self.is_immutable(node.id) else {node.id}
        if self.slots and self.facts.of(node).is_number:
            return set()
        known = self.facts.of(node)
        if known.is_immutable and known.kind != facts.CALLABLE:
            return set()
        if self.slots and self._has_own_slots(node):
            return set()
        if isinstance(node, gast.Subscript):
            base = self.facts.of(node.value)
            if base.is_number and not self._is_basic(node.slice):
                return set()
            return self.shared(node.value)
        if isinstance(node, (gast.Attribute, gast.Starred)):
            return self.shared(node.value)
        if isinstance(node, (gast.Tuple, gast.List, gast.Set)):
            return set().union(*map(self.shared, node.elts))
        if isinstance(node, gast.Dict):
            return set().union(*map(self.shared, node.values))
        if isinstance(node, gast.IfExp):
            return self.shared(node.body) | self.shared(node.orelse)
        if isinstance(node, gast.BoolOp):
            return set().union(*map(self.shared, node.values))
        if isinstance(node, gast.Lambda):
            return {n for n in trees.reads(node) if not self.is_immutable(n)}
        if isinstance(node, trees.SCOPES):
            return self.shared_by_comprehension(node)
        if isinstance(node, gast.BinOp):
            if self.facts.of(node).is_container:
                return self.shared(node.left) | self.shared(node.right)
            return set()
        if isinstance(node, gast.Call):
            return self.shared_by_call(node)
        return set()

    def shared_by_comprehension(self, node: Any) -> set[str]:
        origins: dict[str, set[str]] = {}
        for generator in node.generators:
            names = self.shared(generator.iter)
            names = names.union(*(origins.get(name, ()) for name in names))
            origins.update(dict.fromkeys(trees.bound_names(generator.target), names))
        found = self.shared(node.value if isinstance(node, gast.DictComp) else node.elt)
        return found.difference(origins).union(*(origins[n] for n in found & set(origins)))

    def _has_own_slots(self, node: gast.expr) -> bool:
        """Whether writing a slot of a value, or of what is in it, changes nothing else."""
        if isinstance(node, (*DISPLAYS, gast.IfExp, gast.BoolOp)):
            return False
        known = self.facts.of(node)
        if not known.is_container:
            return True
        is_new = isinstance(node, gast.BinOp)
        if isinstance(node, gast.Subscript):
            is_new = isinstance(node.slice, gast.Slice)
        elif isinstance(node, gast.Call):
            target = self.facts.target(node)
            is_new = isinstance(target, calls.Bound) and target.operation.fresh
        return is_new and known.depth in (None, 1)

    def _is_basic(self, index: gast.expr) -> bool:
        kinds = indexing.kinds(index, self.facts.of)
        return not any(k in (indexing.ARRAY, indexing.MASK) for k in kinds)

    def shared_by_call(self, node: gast.Call) -> set[str]:
        target = self.facts.target(node)
        operands = [*node.args, *(k.value for k in node.keywords)]
        if isinstance(target, calls.Bound):
            operation = target.operation
            if operation.fresh and not target.unknown:
                known = self.facts.of(node)
                if not known.is_container or known.element is not None and known.element.is_immutable:
                    return set()
            given = target.given.items()
            operands = [v for p, v in given if p not in operation.constant] + [*target.rest]
        elif target is not MISSING:
            names = self.returned(target)
            if names is not None:
                operands = self._arguments(target, node, names)
        if not isinstance(target, calls.Bound):
            # What a method belongs to, or a function took along.
            attribute = isinstance(node.func, gast.Attribute)
            operands = [*operands, node.func.value if attribute else node.func]
        return set().union(*map(self.shared, operands))

    def _arguments(self, function: Any, node: gast.Call, names: set[str]) -> list[gast.expr]:
        """The arguments for some parameters of a function of the user's."""
        code = getattr(function, "__code__", None)
        if code is None or any(isinstance(a, gast.Starred) for a in node.args):
            return [*node.args, *(k.value for k in node.keywords)]
        parameters = code.co_varnames[: code.co_argcount]
        found = [a for p, a in zip(parameters, node.args, strict=False) if p in names]
        found += node.args[len(parameters) :]
        return found + [k.value for k in node.keywords if k.arg in names or k.arg is None]


class CertainSolver(Solver):
    """The pairs that are the same memory in every run, those of the first pass of a loop included. Of a
    name that is one of several on each path, all are."""

    def meet(self, left: Pairs, right: Pairs) -> Pairs:
        paired = set().union(*left) & set().union(*right)
        return (left & right) | frozenset(pair for pair in left | right if pair & paired)

    def loop(self, node: gast.For | gast.While, pairs: Pairs) -> Pairs:
        self.breaks.append([])
        self.iterated.append(self.shared(node.iter) if isinstance(node, gast.For) else set())
        bound = trees.writes(node)
        end = self.block(node.body, frozenset(pair for pair in pairs if not pair & bound))
        self.iterated.pop()
        for other in (end, *self.breaks.pop()):
            pairs = self.meet(pairs, other)
        return pairs

    def note(self, node: gast.stmt, written: str | None, pairs: Pairs, is_slot: bool = False) -> None:
        if written is not None and self.is_object(written):
            super().note(node, written, pairs, is_slot)

    def is_immutable(self, name: str) -> bool:
        return not self.is_object(name) or super().is_immutable(name)

    def is_object(self, name: str) -> bool:
        known = self.facts.names.get(name) or self.facts.of(trees.name(name))
        return known.is_container or known.is_number and known.array is True

    @staticmethod
    def closure(shared: set[str], pairs: Pairs) -> set[str]:
        return shared

    def meets_itself(self, value: gast.expr, pairs: Pairs) -> bool:
        names = [part.id for part in self.parts(value) if isinstance(part, gast.Name)]
        objects = [name for name in names if not self.is_immutable(name)]
        return len(objects) > len(set(objects))

    def result_repeats(self, function: Any) -> bool:
        return False

    def note_repeated(self, boxes: set[str]) -> None:
        """Which place holds what is not known."""

    def shared(self, node: gast.expr) -> set[str]:
        if isinstance(node, (gast.IfExp, gast.BoolOp)):
            parts = node.values if isinstance(node, gast.BoolOp) else [node.body, node.orelse]
            found = [self.shared(part) for part in parts]
            return set().union(*found) if all(found) else set()
        if isinstance(node, gast.Call):
            return set()
        return super().shared(node)


def _may_hold(other: Fact, written: Fact) -> bool:
    """Whether one container may be another one, or may have it inside."""
    if other.is_number:
        return False
    return other.depth is None or written.depth is None or other.depth >= written.depth


def _name(target: gast.expr) -> str:
    return target.id if isinstance(target, gast.Name) else ""
