"""Which values are active: they depend on the variables of differentiation, and the result on them.

Both halves are flow-insensitive over names, which is exact enough because names are versions.
(Griewank & Walther, Evaluating Derivatives, 2008, section 6.2, call the halves varied and useful.)
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import gast

from tangent_ad.analysis import calls, effects, facts, operations
from tangent_ad.analysis.classes import instance_class
from tangent_ad.analysis.generated import Generated
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import inside, root
from tangent_ad.analysis.taint import PLAIN_ATTRIBUTES
from tangent_ad.syntax import source, trees
from tangent_ad.syntax.names import MISSING

NO_NAMES: frozenset[str] = frozenset()
DISCRETE = ("int", "bool")
UNVARYING = (gast.Constant, gast.Compare, gast.JoinedStr)
INERT = (facts.NONE, facts.TEXT, facts.MODULE, facts.RANGE, facts.SLICE, facts.ELLIPSIS)


OF_ITEMS = (reversed, list, tuple, sorted)  # made of the items of what they are given


class Activity:
    def __init__(
        self,
        body: Sequence[gast.stmt],
        known: Facts,
        seeds: Collection[str],
        is_complete: bool = True,
        settled: Collection[str] = (),
    ) -> None:
        """What depends on the seeds; if that is not all, what the result depends on, too. Variables
        that are settled do not: their derivatives are known to add up to zero (`shifts`)."""
        self.facts = known
        self.seeds = seeds
        self.settled = settled
        self.varied = set(seeds)
        self.useful: set[str] = set()
        # In our own text parts of what a function kept may be views of each other.
        is_ours = source.is_ours(known.unit.function)
        self.groups = effects.memory_groups(body, known.of) if is_ours else {}
        everything = list(trees.statements(body))
        self._grow(self.varied, everything, self._spread_varied)
        if is_complete:
            self._grow(self.useful, reversed(everything), self._spread_useful)

    @functools.cached_property
    def active(self) -> frozenset[str]:
        return frozenset(self.varied & self.useful)

    def add(self, name: str) -> None:
        """Take a new name for active."""
        self.varied.add(name)
        self.useful.add(name)
        self.__dict__.pop("active", None)

    def _grow(
        self, names: set[str], nodes: Iterable[gast.stmt], spread: Callable[[gast.stmt], None]
    ) -> None:
        statements, before = list(nodes), -1
        plain = (gast.Return, gast.If, gast.Pass)
        is_simple = all(
            isinstance(node, plain)
            or isinstance(node, gast.Assign)
            and isinstance(node.targets[0], gast.Name)
            for node in statements
        )
        while before != len(names):
            before = len(names)
            for node in statements:
                spread(node)
            if is_simple:
                break  # no loops, no writes into objects: who reads a name comes after who binds it

    # ---- varied -----------------------------------------------------------------------------

    def _spread_varied(self, node: gast.stmt) -> None:
        if isinstance(node, gast.Assign):
            self._bind(node.targets[0], node.value)
        elif isinstance(node, gast.AugAssign):
            if self.varies(node.value):
                self._mark(node.target)
        elif isinstance(node, gast.For):
            if self.varies(node.iter) and not self._gives_keys(node.iter):
                self._mark(node.target)
        elif isinstance(node, gast.With):
            for item in node.items:
                if item.optional_vars is not None and self.varies(item.context_expr):
                    self._mark(item.optional_vars)
        for expression in trees.header(node):
            if isinstance(expression, gast.Call):
                self._spread_writes(expression)
        if isinstance(node, gast.Assign) and isinstance(node.value, gast.Call):
            self._spread_writes(node.value)

    def _bind(self, target: gast.expr, value: gast.expr) -> None:
        if isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple):
            for item, part in zip(target.elts, value.elts, strict=True):
                self._bind(item, part)
        elif self.varies(value):
            self._mark(target)

    def _spread_writes(self, node: gast.Call) -> None:
        """A call that writes into an operand passes the other operands on to it."""
        for written, sources in writes_of(node, self.facts):
            if any(self.varies(source) for source in sources):
                self._mark(written)

    def _mark(self, target: gast.expr) -> None:
        if isinstance(target, gast.Name):
            is_settled = target.id in self.settled
            if not is_settled and self.may_vary(self.facts.names.get(target.id, facts.ANYTHING)):
                self.varied.add(target.id)
        elif isinstance(target, (gast.Tuple, gast.List)):
            for item in target.elts:
                self._mark(item)
        else:
            place = inside(target)
            if place is not None:
                self._mark(place)

    @staticmethod
    def may_vary(fact: facts.Fact) -> bool:
        if fact.kind == facts.CALLABLE:
            return fact.value is MISSING or isinstance(fact.value, facts.Partial)
        if instance_class(fact) is not None:
            return False  # what is differentiated in an object was read out of it on entry
        if fact.kind == facts.UNKNOWN and fact.element is not None:  # or None
            fact = fact.element
        return fact.kind not in INERT and not (fact.is_number and fact.dtype in DISCRETE)

    def varies(self, node: gast.AST) -> bool:
        """Whether an expression depends on the variables of differentiation smoothly."""
        if isinstance(node, gast.Name):
            return node.id in self.varied
        return not self.varied.isdisjoint(self.carriers(node))

    def carriers(self, node: Any) -> frozenset[str]:
        """The names on which an expression depends smoothly. That is asked of the same expressions for
        one set of variables after the other, and remembered with the facts."""
        if isinstance(node, gast.Name):
            return frozenset((node.id,))
        known = self.facts.carriers
        if id(node) not in known:
            known[id(node)] = node, self._carriers(node)
        return known[id(node)][1]

    def _carriers(self, node: Any) -> frozenset[str]:
        kind: type = node.__class__
        if kind in UNVARYING or kind is gast.UnaryOp and isinstance(node.op, gast.Not):
            return NO_NAMES
        if kind in trees.SCOPES:
            return trees.reads(node) if kind is gast.Lambda else self._of_comprehension(node)
        if kind is gast.IfExp:
            return self.carriers(node.body) | self.carriers(node.orelse)
        if kind is gast.Subscript:
            found = self.carriers(node.value)
            return found if found and self.may_vary(self.facts.of(node)) else NO_NAMES
        found = NO_NAMES.union(*map(self.carriers, trees.children(node)))
        if not found:
            return found
        if kind is gast.Call:
            return self._carriers_of_call(node, found)
        if kind is gast.Attribute:
            return found if self._attribute_varies(node) else NO_NAMES
        is_smooth = not isinstance(node, gast.expr) or self.may_vary(self.facts.of(node))
        return found if is_smooth else NO_NAMES

    def _carriers_of_call(self, node: gast.Call, found: frozenset[str]) -> frozenset[str]:
        target = self.facts.target(node)
        if target is MISSING:
            return found
        if self._is_of_keys(node):
            return NO_NAMES
        if isinstance(target, calls.Bound):
            if target.operation.kind == operations.ZERO:
                return NO_NAMES
            if target.operation.constant:
                constant = target.operation.constant
                smooth = [v for p, v in target.given.items() if p not in constant]
                found = NO_NAMES.union(*map(self.carriers, (*smooth, *target.rest)))
        return found if self.may_vary(self.facts.of(node)) else NO_NAMES

    def _of_comprehension(self, node: Any) -> frozenset[str]:
        """What the elements of a comprehension are made of, not what only tells how many there are."""
        parts = [getattr(node, field, None) for field in ("elt", "key", "value")]
        names = NO_NAMES.union(*(self.carriers(part) for part in parts if part is not None))
        for generator in reversed(node.generators):
            targets = frozenset(trees.bound_names(generator.target))
            if names & targets:
                over = NO_NAMES if self._gives_keys(generator.iter) else self.carriers(generator.iter)
                names = (names - targets) | over
        return names

    def _gives_keys(self, node: gast.expr) -> bool:
        """Whether iterating gives the keys of a dict, which are not differentiated."""
        return self._is_of_keys(node) or self.facts.of(node).kind == facts.DICT

    def _is_of_keys(self, node: gast.expr) -> bool:
        """Whether a list or the like is made of the keys of a dict, as `sorted(table)`."""
        if not isinstance(node, gast.Call) or len(node.args) != 1:
            return False
        is_made = self.facts.unit.names.resolve(node.func) in OF_ITEMS
        return is_made and self._gives_keys(node.args[0])

    def _attribute_varies(self, node: gast.Attribute) -> bool:
        base = self.facts.of(node.value)
        kind = base.kind
        if kind == facts.MODULE:
            return False
        if kind == facts.OBJECT and node.attr in dict(base.items or ()):
            return True  # of the user's, whatever arrays and lists have under this name
        if kind in (facts.LIST, facts.TUPLE) and node.attr in PLAIN_ATTRIBUTES:
            return False  # asked for where it is an array
        member = operations.member(kind, node.attr)
        operation = operations.find(member)
        return operation is None or operation.kind != operations.ZERO or callable(member)

    # ---- useful -----------------------------------------------------------------------------

    def _spread_useful(self, node: gast.stmt) -> None:
        if isinstance(node, gast.Return) and node.value is not None:
            self.useful |= trees.reads(node.value)
        elif isinstance(node, gast.Assign):
            target, value = node.targets[0], node.value
            if isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple):
                for item, part in zip(target.elts, value.elts, strict=True):
                    self._need(item, part)
            else:
                self._need(target, value)
        elif isinstance(node, gast.AugAssign):
            self._need(node.target, node.value)
        elif isinstance(node, gast.For):
            self._need(node.target, node.iter)
        elif isinstance(node, gast.With):
            for item in node.items:
                self.useful |= trees.reads(item.context_expr)
        for expression in trees.header(node):
            if isinstance(expression, gast.Call):
                for written, sources in writes_of(expression, self.facts):
                    if root(written) in self.useful:
                        for source in sources:
                            self.useful |= trees.reads(source)

    def _need(self, target: gast.expr, value: gast.expr) -> None:
        names = set(trees.bound_names(target))
        base = root(target)
        if base is not None:
            names.add(base)
            if not isinstance(target, gast.Name) and self.groups.get(base, set()) & self.useful:
                self.useful.add(base)
        if names & self.useful and not names <= set(self.settled):
            self.useful |= trees.reads(value)


def writes_of(node: gast.Call, known: Facts) -> list[tuple[gast.expr, list[gast.expr]]]:
    """The operands that a call changes in place, each with the operands that flow into it."""
    target = known.target(node)
    if isinstance(target, calls.Bound) and target.operation.writes:
        written = [target.given[p] for p in target.operation.writes if p in target.given]
        sources = [o for o in target.operands if not any(o is w for w in written)]
        return [(w, sources) for w in written]
    return []


def changed_by(node: gast.Call, known: Facts) -> list[gast.expr]:
    """What a call may change in place: the operands that an operation writes, what nothing is known of
    and a function of the user's changes, and all that a function gets that nothing is known of."""
    target, names = known.target(node), known.unit.names
    if isinstance(target, calls.Bound):
        owner = getattr(node.func, "value", None)
        is_method = owner is not None and not target.operation.writes
        if is_method and effects.mutated_by_call(node, names) is not None:
            return [owner]
        return [written for written, _ in writes_of(node, known)]
    if isinstance(target, Generated) or effects.is_pure(node, names):
        return []
    owner = [node.func.value] if isinstance(node.func, gast.Attribute) else []
    if known.callees.parameters(target) is not None:
        operands = [o for _, o in known.callees.given_to_change(target, node)]
        operands = [o for o in operands if known.of(o).kind in (facts.UNKNOWN, facts.OBJECT)]
    else:
        operands = [*node.args, *(k.value for k in node.keywords)]
        operands = [o for o in operands if _can_change(known.of(o))] + owner
    return [o for o in operands if root(o) in names.locals]


def _can_change(fact: facts.Fact) -> bool:
    return not fact.is_immutable and (not fact.is_number or fact.array is True)
