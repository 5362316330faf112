"""How a value of an earlier pass of a loop comes back in the backward pass: computed again where
that is cheap and still possible, read from where it was stored, or saved."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import gast

from tangent_ad.analysis import facts, indexing
from tangent_ad.analysis.activity import changed_by, writes_of
from tangent_ad.analysis.dependence import (
    Access,
    ByElement,
    Counter,
    counter_of,
    may_overwrite,
    shared_loops,
)
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import inside, root
from tangent_ad.differentiate.reverse import Branch, Item, Loop, Scope
from tangent_ad.syntax import trees

CHEAP_CALLS = frozenset(("len", "range", "abs", "float", "int", "min", "max", "reversed", "isinstance"))
MOST_NODES = 12  # of arithmetic on numbers that is worth computing twice
SHAPE_ATTRIBUTES = frozenset(("shape", "ndim", "size", "dtype"))
SHAPE_FUNCTIONS = frozenset(("zeros_like", "ones_like", "empty_like", "full_like", "shape", "ndim"))


class Place(NamedTuple):
    """Where a forward statement stands."""

    position: int
    loops: tuple[int, ...]
    arms: tuple[tuple[int, int], ...]


@dataclass(eq=False, repr=False)
class Program:
    """The forward pass as a list of places, writes to elements and loop counters."""

    facts: Facts
    places: dict[int, Place] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)  # positions behind compound statements
    writes: ByElement = field(default_factory=ByElement)
    inner: set[int] = field(default_factory=set)  # those into an element of an element, `rows[i][j] = v`
    # What calls may change of which nothing is known, as `seen.add(i)`; what they gave is no part of it.
    touched: ByElement = field(default_factory=ByElement)
    stores: dict[str, list[gast.Assign]] = field(default_factory=dict)  # `h[t] = name`, by name
    counters: dict[int, Counter] = field(default_factory=dict)
    born: dict[str, tuple] = field(default_factory=dict)
    single: dict[str, gast.Assign | None] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)

    def scan(self, items: Iterable[Item], loops: tuple = (), arms: tuple = ()) -> None:
        for item in items:
            node = item if isinstance(item, gast.stmt) else item.node
            place = self.places[id(node)] = Place(len(self.places), loops, arms)
            is_opaque = isinstance(node, gast.Try)
            for name in trees.all_writes([node]) if is_opaque else trees.writes(node):
                self.born[name] = shared_loops(self.born.get(name, loops), loops)
                is_first = name not in self.single and isinstance(node, gast.Assign)
                self.single[name] = node if is_first else None
            for expression in trees.header(node):
                self._note_changes(expression, node, place)
            if isinstance(item, Loop):
                self._scan_loop(item, loops, arms)
            elif isinstance(item, Branch):
                for number, arm in enumerate(item.forward):
                    self.scan(arm, loops, (*arms, (id(node), number)))
            elif isinstance(item, Scope):
                self.scan(item.forward, loops, arms)
            elif is_opaque:
                for inner in trees.statements([node]):
                    self._note_writes(inner, place)
                    for expression in trees.header(inner):
                        self._note_changes(expression, inner, place)
            else:
                self._note_writes(node, place)
            self.ends[id(node)] = len(self.places)

    def _scan_loop(self, item: Loop, loops: tuple, arms: tuple) -> None:
        node = item.node
        if isinstance(node, gast.For):
            counter = counter_of(node)
            if counter is not None:
                self.counters[id(node)] = counter
            is_opaque = isinstance(node, gast.Try)
            for name in trees.all_writes([node]) if is_opaque else trees.writes(node):
                self.born[name] = (*loops, id(node))
        self.scan(item.forward, (*loops, id(node)), arms)

    def _note_writes(self, node: gast.stmt, place: Place) -> None:
        targets: list[gast.expr] = []
        if isinstance(node, gast.Assign):
            targets = [t for t in node.targets if not isinstance(t, gast.Name)]
            if isinstance(node.value, gast.Name) and isinstance(node.targets[0], gast.Subscript):
                self.stores.setdefault(node.value.id, []).append(node)
        elif isinstance(node, gast.AugAssign):
            targets = [node.target]
        for target in targets:
            access = self.access(target, place)
            if access is not None and not isinstance(target, gast.Tuple):
                self.writes.add(access, node)
                is_changed = isinstance(node, gast.AugAssign) and not self.facts.of(target).is_immutable
                if is_changed or not isinstance(inside(target), gast.Name):
                    self.inner.add(id(node))

    def _note_changes(self, expression: gast.expr, node: gast.stmt, place: Place) -> None:
        """What the calls in an expression change."""
        for call in trees.walk(expression):
            if isinstance(call, gast.Call):
                # A method that lists have may be that of a set or a queue.
                owner = getattr(call.func, "value", None)
                written = [operand for operand, _ in writes_of(call, self.facts)]
                for changed in changed_by(call, self.facts):
                    name = root(changed)
                    if name is not None:
                        access = Access(name, None, place.position, place.loops, place.arms)
                        is_known = any(changed is w for w in written) and changed is not owner
                        is_seen = is_known or may_be_copied(self.facts.of(changed))
                        (self.writes if is_seen else self.touched).add(access, node)
                        if not isinstance(changed, gast.Name):
                            self.inner.add(id(node))

    def access(self, node: gast.expr, place: Place) -> Access | None:
        """An expression like `h[t]` or `h[t][i].T` as an access to h."""
        index = None
        while (inner := inside(node)) is not None:
            if isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name):
                index = tuple(indexing.parts(node.slice))
            node = inner
        if not isinstance(node, gast.Name):
            return None
        return Access(node.id, index, place.position, place.loops, place.arms)

    def behind_view(self, access: Access) -> Access | None:
        """A read of the view `v = h[t]` as what it is, a read of h."""
        node = self.single.get(access.name)
        if node is None or not isinstance(node.value, (gast.Subscript, gast.Attribute)):
            return None
        if self.facts.of(node.value).is_immutable:
            return None
        origin = self.access(node.value, self.places[id(node)])
        if origin is None or origin.name == access.name:
            return None
        return replace(origin, position=access.position, loops=access.loops, arms=access.arms)

    # ---- reads of contents ------------------------------------------------------------------

    def reads(self, node: gast.AST, place: Place) -> list[Access]:
        """The reads of contents in an expression or statement; asking for a shape is none."""
        found: list[Access] = []
        self._reads(node, place, found)
        return found

    def _reads(self, node: gast.AST, place: Place, found: list[Access]) -> None:
        if isinstance(node, gast.Attribute) and node.attr in SHAPE_ATTRIBUTES:
            return
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Name):
            if node.func.id == "len" and len(node.args) == 1:
                if self.facts.of(node.args[0]).is_number:
                    return  # writes to elements do not change how many there are
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute):
            if node.func.attr in SHAPE_FUNCTIONS and node.args:
                for arg in node.args[1:]:
                    self._reads(arg, place, found)
                return
        if isinstance(node, (gast.Subscript, gast.Attribute, gast.Name)):
            access = self.access(node, place)
            if access is not None:
                found.append(access)
                if isinstance(node, gast.Subscript):
                    self._reads(node.slice, place, found)
                return
        for child in trees.children(node):
            self._reads(child, place, found)

    def overwriting(self, access: Access) -> list[gast.stmt]:
        """The writes that may destroy what an access reads, under whatever name."""
        touched = self._near(self.touched, access)
        return touched + self._overwriting(access) if self.writes.found else touched

    def _overwriting(self, access: Access) -> list[gast.stmt]:
        found = self._near(self.writes, access)
        view = self.behind_view(access)
        if view is not None:
            behind = self._overwriting(view)
            if self._is_array(access.name):
                behind = [node for node in behind if not self._fills_slot(node)]
            return found + behind
        for other in self.groups.get(access.name, ()):
            if other != access.name and not self._is_plain_view(other):
                if other in self.alone:
                    continue  # a list that nobody else has does not change what it takes in
                found_there = self._near(self.writes, replace(access, name=other, index=None))
                if self._is_container(other) and self._is_array(access.name):
                    # What is put into the place of an array does not change it.
                    found_there = [node for node in found_there if id(node) in self.inner]
                found += found_there
        return found

    @functools.cached_property
    def alone(self) -> set[str]:
        """The lists that things are only put into and taken out of, and that nothing else refers to."""
        names = {name for name in self.writes.found if self._is_container(name)}
        names -= {p.id for p in trees.parameters(self.facts.unit.tree.args)}
        for node in trees.statements(self.facts.unit.tree.body):
            if not names:
                break
            if not isinstance(node, gast.Assign) or not isinstance(node.value, gast.List):
                names -= trees.writes(node)
            names -= {read for part in trees.header(node) for read in _references(part)}
        return names

    def _fills_slot(self, node: gast.stmt) -> bool:
        """Whether a write puts something else into a container, and leaves what was there as it is."""
        target = node.targets[0] if isinstance(node, gast.Assign) else None
        return isinstance(target, gast.Subscript) and self.facts.of(target.value).is_container

    def _is_container(self, name: str) -> bool:
        return self.facts.names.get(name, facts.ANYTHING).is_container

    def _is_array(self, name: str) -> bool:
        return self.facts.names.get(name, facts.ANYTHING).is_number

    def _is_plain_view(self, name: str) -> bool:
        node = self.single.get(name)
        return node is not None and self.facts.of(node.value).is_immutable

    def _near(self, writes: ByElement, access: Access) -> list[gast.stmt]:
        born = self.born.get(access.name, ())
        return [
            node
            for write, node in writes.near(access)
            if may_overwrite(write, access, self.counters, born)
        ]

    def still_holds(self, node: gast.AST, place: Place) -> bool:
        """Whether an expression evaluated at a place has the same value at the end."""
        return not any(self.overwriting(access) for access in self.reads(node, place))

    # ---- recipes ----------------------------------------------------------------------------

    def is_cheap(self, node: gast.expr) -> bool:
        """Worth computing twice: indices, views, scalar arithmetic; nothing with effects."""
        if isinstance(node, (gast.Name, gast.Constant)):
            return True
        if isinstance(node, gast.Attribute):
            return node.attr in (*SHAPE_ATTRIBUTES, "T") and self.is_cheap(node.value)
        if isinstance(node, gast.Subscript):
            basic = indexing.is_basic(node.slice, self.facts.of) or self._reads_key(node)
            return basic and self.is_cheap(node.value) and self._cheap_index(node.slice)
        if isinstance(node, (gast.BinOp, gast.UnaryOp, gast.Compare, gast.BoolOp, gast.IfExp)):
            operands = [c for c in trees.children(node) if isinstance(c, gast.expr)]
            return trees.size(node) <= MOST_NODES and all(self._cheap_scalar(o) for o in operands)
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Name):
            known = node.func.id in CHEAP_CALLS and not node.keywords
            return known and all(self.is_cheap(a) for a in node.args)
        if isinstance(node, (gast.Tuple, gast.List)):
            return all(self.is_cheap(e) for e in node.elts)
        return False

    def _reads_key(self, node: gast.Subscript) -> bool:
        """Whether this is `table["key"]` of a dict."""
        return isinstance(node.slice, gast.Constant) and self.facts.of(node.value).kind == facts.DICT

    def _cheap_scalar(self, node: gast.expr) -> bool:
        fact = self.facts.of(node)
        scalar = fact.is_scalar or fact.kind in (
            facts.NONE, facts.TEXT, facts.CALLABLE, facts.UNKNOWN,
        )  # fmt: skip
        return self.is_cheap(node) and scalar

    def _cheap_index(self, node: gast.expr) -> bool:
        return all(
            self.is_cheap(inner)
            for part in indexing.parts(node)
            for inner in (trees.children(part) if isinstance(part, gast.Slice) else [part])
            if isinstance(inner, gast.expr)
        )

    def recomputed(self, name: str) -> gast.Assign | None:
        """The definition of a name, if running it again is cheap and gives the same value."""
        node = self.single.get(name)
        if node is None or not self._binds_names(node.targets[0]):
            return None
        if not self.is_cheap(node.value) or any(map(self._is_mutated, trees.writes(node))):
            return None
        return node if self.still_holds(node.value, self.places[id(node)]) else None

    def _binds_names(self, target: gast.expr) -> bool:
        """Whether a target is a name, or names that nothing else binds."""
        if isinstance(target, gast.Tuple):
            return all(map(self._binds_names, target.elts))
        return isinstance(target, gast.Name) and self.single.get(target.id) is not None

    def _is_mutated(self, name: str) -> bool:
        return name in self.writes.found

    def stored(self, name: str) -> gast.Assign | None:
        """A statement `h[t] = name` whose element still holds the value at the end."""
        known = self.facts.names.get(name)
        if known is None or not known.is_number or self._is_mutated(name):
            return None
        for node in self.stores.get(name, ()):
            target = node.targets[0]
            slot = self.facts.of(target)
            place = self.places[id(node)]
            access = self.access(target, place)
            same = slot.is_number and slot.shape is not None and slot.shape == known.shape
            exact = slot.dtype == known.dtype or (slot.dtype == "float" and not known.dtype)
            if same and exact and access is not None and self.is_cheap(target):
                if not self.overwriting(access):
                    return node
        return None


def may_be_copied(fact: facts.Fact) -> bool:
    """Whether it is known what may change: elements of a list, of a dict, of an array."""
    return fact.is_container or fact.array is True


def _references(node: gast.AST) -> Iterator[str]:
    """The names in an expression by which more is done than to append to an object, to pop or add up."""
    if isinstance(node, gast.Name):
        if isinstance(node.ctx, gast.Load):
            yield node.id
        return
    parts = trees.children(node)
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute):
        if node.func.attr in ("append", "pop") and isinstance(node.func.value, gast.Name):
            parts = node.args
    elif isinstance(node, gast.Call) and isinstance(node.func, gast.Name):
        if node.func.id in ("len", "sum", "zeros_like") and isinstance(node.args[0], gast.Name):
            return
    for part in parts:
        yield from _references(part)
