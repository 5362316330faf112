"""Facts of all names and expressions of a function in core form, by abstract interpretation.

Names are unique per value, so a fact belongs to a name; only variables that a loop carries and
that meet behind branches join several. Loops are run until nothing changes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from collections.abc import Set as Names
from typing import Any

import gast

from tangent_ad.analysis import (
    applied,
    calls,
    classes,
    facts,
    indexing,
    operations,
    sequences,
    shapes,
    values,
)
from tangent_ad.analysis.assumptions import SHOWN, Assumptions
from tangent_ad.analysis.calltree import Callees
from tangent_ad.analysis.definitions import unbound_in_between
from tangent_ad.analysis.facts import ANYTHING, FLAG, NO_VALUE, TEXT_FACT, Fact, scalar
from tangent_ad.analysis.presence import number_there
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import source, trees
from tangent_ad.syntax.attempt import Attempt
from tangent_ad.syntax.named import NamedTuple
from tangent_ad.syntax.names import MISSING


class Facts:
    """What is known of the values of one unit; `of` answers for any of its expressions."""

    def __init__(self, unit: Unit, assumptions: Assumptions, callees: Callees) -> None:
        self.unit = unit
        self.ask = assumptions
        self.callees = callees
        self.names: dict[str, Fact] = dict(unit.arguments)
        # In our own text a variable is None until it is bound, and so is an adjoint that has no form.
        is_ours = source.is_ours(unit.function)
        self.unbound = unbound_in_between(unit.tree.body) if is_ours else frozenset()
        self.rebound = {new: old for new, old, _ in unit.rebinds}
        # What is known of expressions once everything is known of the names in them.
        self.settled: dict[int, tuple[gast.expr, Fact]] | None = None
        # Rules ask for the facts of operands again and again: parts of the expression at hand.
        self.narrowed: dict[str, Any] = {}  # what a test says of a variable, in its branch
        self.seen: dict[int, tuple[gast.expr, Fact]] = {}
        self.depth = 0
        self.carriers: dict[int, tuple[gast.AST, frozenset[str]]] = {}  # see `activity`

    # ---- statements -------------------------------------------------------------------------

    def run(self, body: Sequence[gast.stmt]) -> None:
        """Infer the facts of a whole function."""
        self.block(body)
        self.settled = {}

    def block(self, body: Sequence[gast.stmt]) -> None:
        for node in body:
            self.statement(node)

    def statement(self, node: gast.stmt) -> None:
        if isinstance(node, gast.Assign):
            self.assign(node.targets[0], node.value)
        elif isinstance(node, gast.If):
            if isinstance(node, Attempt):
                self.bind(trees.pack([trees.name(name) for name in node.bound]), ANYTHING)
                self.set(node.test.id, FLAG if len(node.kinds) == 1 else facts.INT)
            self.test(node.test)
            there = number_there(node, self.of)
            for field, body in trees.blocks(node):
                if there is not None and field == there[1]:
                    outside = self.narrowed
                    self.narrowed = {**outside, there[0]: self.of_Name(trees.name(there[0])).element}
                    self.block(body)
                    self.narrowed = outside
                else:
                    self.block(body)
        elif isinstance(node, trees.LOOPS):
            self.loop(node)
        elif isinstance(node, gast.AugAssign):
            new = self.of(gast.BinOp(node.target, node.op, node.value))
            if isinstance(node.target, gast.Subscript):
                self.store(node.target, new)
        elif isinstance(node, gast.With):
            for item in node.items:
                self.of(item.context_expr)
                if item.optional_vars is not None:
                    self.bind(item.optional_vars, ANYTHING)
            self.block(node.body)
        elif isinstance(node, gast.Try):
            for inner in (node.body, node.orelse, node.finalbody):
                self.block(inner)
            for handler in node.handlers:
                if handler.name is not None:
                    self.names[handler.name.id] = ANYTHING
                self.block(handler.body)
        elif isinstance(node, gast.Expr):
            self.effect(node.value)
        elif isinstance(node, gast.Return) and node.value is not None:
            self.of(node.value)

    def test(self, node: gast.expr) -> None:
        """What is tested for truth is a scalar."""
        fact = self.of(node)
        if fact.is_number:
            self.ask.scalar(fact.shape)

    def assign(self, target: gast.expr, value: gast.expr) -> None:
        if isinstance(target, (gast.Tuple, gast.List)) and isinstance(value, gast.Tuple):
            if len(target.elts) == len(value.elts):
                for item, known in [
                    (t, self.of(v)) for t, v in zip(target.elts, value.elts, strict=True)
                ]:
                    self.bind(item, known)
                return
        if isinstance(target, (gast.Tuple, gast.List)):
            self._ask_about_unpacking(value, len(target.elts))
        fact = self.of(value)
        if isinstance(value, gast.Call) and isinstance(value.func, gast.Attribute):
            owner = self.of(value.func.value)
            if value.func.attr == "pop" and owner.kind == facts.DICT:
                if not classes.has_method(owner, "pop"):
                    self._put(value.func.value, values.without_form)
        if isinstance(target, gast.Subscript):
            self.store(target, fact)
            return
        if isinstance(target, gast.Name) and target.id in self.rebound:
            before = self.names.get(self.rebound[target.id], NO_VALUE)
            if before.array and before.rank and fact.is_number:
                fact = fact._replace(shape=before.shape)  # `x += y` leaves an array as long as it is
        self.bind(target, fact)

    def _ask_about_unpacking(self, value: gast.expr, count: int) -> None:
        """`n, m = x.shape` shows the rank of x."""
        if isinstance(value, gast.Attribute) and value.attr == "shape":
            self.ask.rank(self.of(value.value).shape, count, SHOWN)

    def bind(self, target: gast.expr, fact: Fact) -> None:
        if isinstance(target, gast.Name):
            self.set(target.id, fact)
        elif isinstance(target, (gast.Tuple, gast.List)):
            fact = values.of_value(fact, ("unpacked", *trees.bound_names(target)))
            for position, item in enumerate(target.elts):
                self.bind(item, values.item_of(fact, position))

    def set(self, name: str, fact: Fact) -> None:
        token = (id(self.unit.function), name)
        fact = values.of_value(fact, token)
        if fact.kind == facts.NONE and name in self.unbound:
            fact = NO_VALUE
        if sequences.is_of_each(fact.shape):
            self.ask.origins[token] = fact.shape
            fact = fact._replace(shape=shapes.Of(token))
        if fact.is_scalar and fact.dtype == "int" and fact.value is MISSING:
            fact = fact._replace(value=(("int", name), 0))
        if name in self.names:
            before, added = self.names[name], fact
            fact = facts.join(before, added, token)
            if name in self.unbound:
                fact = fact._replace(value=MISSING)
            if fact.is_number and fact.shape == shapes.Of(token) != before.shape:
                self.ask.origins[token] = before.shape
                self.ask.additions[token] = added.shape
        if name in self.unit.scalars and not fact.is_scalar:
            fact = scalar(fact.dtype or "float")
        self.names[name] = fact

    def store(self, target: gast.Subscript, fact: Fact) -> None:
        """A write to an element of a list or dict adds to what is known of its elements."""
        if classes.is_users_item(target, self.of(target.value)):
            return  # a call of `__setitem__`, before it is written out
        self._put(target.value, lambda base: values.with_element(base, target.slice, fact))
        if self.of(target.value).is_number:
            slot = self.of(target)  # what the index shows
            if slot.is_scalar and fact.is_number:
                self.ask.scalar(fact.shape)
            elif isinstance(slot.shape, tuple) and isinstance(fact.shape, tuple):
                if len(slot.shape) == len(fact.shape):
                    for one, other in zip(slot.shape, fact.shape, strict=True):
                        self.ask.equal(one, other)

    def _put(self, box: gast.expr, change: Callable[[Fact], Fact]) -> None:
        """What is known of a container, and of those that hold it, once something is put into it."""
        if isinstance(box, gast.Name):
            if box.id in self.names:
                self.names[box.id] = change(self.names[box.id])
        elif isinstance(box, gast.Subscript) and self.of(box.value).is_container:
            new = change(self.of(box))
            self._put(box.value, lambda base: values.with_element(base, box.slice, new))

    def effect(self, node: gast.expr) -> None:
        self.of(node)
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and node.args:
            box = node.func.value
            if self.of(box).kind == facts.LIST:
                if node.func.attr in ("append", "insert"):
                    more = self.of(node.args[-1])
                elif node.func.attr == "extend":
                    more = values.element_of(self.of(node.args[0]))
                else:
                    return
                self._put(box, lambda base: values.grown(base, more))

    def loop(self, node: gast.For | gast.While) -> None:
        local = trees.all_writes(node.body) | trees.writes(node)
        carried = local & set(self.names)
        for _ in range(8):
            before = dict(self.names)
            for name in local - carried:
                self.names.pop(name, None)
            if isinstance(node, gast.For):
                self.bind(node.target, values.element_of(self.of(node.iter)))
            else:
                self.test(node.test)
            self.block(node.body)
            self._forget(carried, local)
            if all(self.names.get(k) == v for k, v in before.items()):
                return
        for name in carried:
            self.names[name] = Fact(self.names[name].kind)

    def _forget(self, carried: Names[str], local: Names[str]) -> None:
        """What the next pass or the rest sees does not depend on the variables of this pass."""
        for name in carried:
            fact = self.names[name]
            if fact.is_number and shapes.mentions(fact.shape, local):
                token = (id(self.unit.function), name)
                self.names[name] = fact._replace(shape=shapes.forget(fact.shape, local, token))
            if isinstance(fact.value, tuple) and fact.value != (("int", name), 0):
                self.names[name] = self.names[name]._replace(value=MISSING)

    # ---- expressions ------------------------------------------------------------------------

    def of(self, node: gast.expr) -> Fact:
        if isinstance(node, gast.Name):
            return self.of_Name(node)
        if id(node) in self.seen:
            return self.seen[id(node)][1]
        if self.settled is not None and isinstance(node, (gast.BinOp, gast.Call)):
            # The node is kept as well, so that its id stays its own.
            if id(node) not in self.settled:
                self.settled[id(node)] = node, self._of(node)
            return self.settled[id(node)][1]
        return self._of(node)

    def _of(self, node: gast.expr) -> Fact:
        handler = getattr(self, f"of_{type(node).__name__}", None)
        if handler is None:
            return ANYTHING
        is_outermost = not self.depth
        self.depth += 1
        try:
            fact = handler(node)
            self.ask.has_complex |= fact.dtype == "complex"
            self.seen[id(node)] = (node, fact)
        finally:
            self.depth -= 1
            if is_outermost:
                self.seen.clear()
        return fact

    def may_be_complex(self, fact: Fact) -> bool:
        return fact.dtype == "complex" or self.ask.has_complex and not fact.dtype

    def of_Name(self, node: gast.Name) -> Fact:
        if node.id in self.narrowed:
            return self.narrowed[node.id]
        if node.id in self.names:
            return self.names[node.id]
        if node.id in self.unit.names.locals:
            return NO_VALUE
        found = self.unit.names.lookup(node.id)
        return facts.of_object(found) if found is not MISSING else ANYTHING

    def of_Constant(self, node: gast.Constant) -> Fact:
        return NO_VALUE if trees.is_unbound(node) else facts.of_literal(node.value)

    def of_BinOp(self, node: gast.BinOp) -> Fact:
        left, right = self.of(node.left), self.of(node.right)
        if facts.DICT in (left.kind, right.kind) or classes.operates(node, (left, right), self.of):
            return applied.of_object(self, node)
        if left.is_number and right.is_number:
            if not isinstance(node.op, gast.MatMult):
                is_factor = not isinstance(node.op, (gast.Add, gast.Sub))
                self.ask.operand(left.shape, right.shape, is_factor)
                self.ask.operand(right.shape, left.shape, is_factor)
            if left.dtype == right.dtype == "int" and left.is_scalar and right.is_scalar:
                return values.int_arithmetic(node.op, left, right)
            bound = calls.of_arithmetic(node)
            return self.of_bound(bound) if bound is not None else ANYTHING
        if left.kind in (facts.LIST, facts.TUPLE) and left.kind == right.kind:
            if isinstance(node.op, gast.Add):
                return values.concatenated(left, right)
        elif left.kind in (facts.LIST, facts.TUPLE) or right.kind in (facts.LIST, facts.TUPLE):
            box, other = (left, right) if left.kind in (facts.LIST, facts.TUPLE) else (right, left)
            if isinstance(node.op, gast.Mult) and calls.is_count(other):
                return Fact(box.kind, element=box.element)
        elif facts.TEXT in (left.kind, right.kind):
            return TEXT_FACT
        bound = calls.of_operator(node, self.of)
        return self.of_bound(bound) if bound is not None else ANYTHING

    def of_UnaryOp(self, node: gast.UnaryOp) -> Fact:
        inner = self.of(node.operand)
        if classes.class_of(inner) is not None and not isinstance(node.op, gast.Not):
            return applied.of_object(self, node)
        if isinstance(node.op, gast.Not):
            if inner.is_number:
                self.ask.scalar(inner.shape)
            return FLAG
        if isinstance(node.op, gast.USub) and inner.is_constant and inner.is_number:
            return inner._replace(value=-inner.value)
        bound = calls.of_operator(node, self.of)
        return self.of_bound(bound) if bound is not None else ANYTHING

    def of_Compare(self, node: gast.Compare) -> Fact:
        operands = tuple(self.of(n) for n in (node.left, *node.comparators))
        if len(node.ops) > 1 or isinstance(node.ops[0], (gast.Is, gast.IsNot, gast.In, gast.NotIn)):
            return FLAG
        if all(o.is_number for o in operands):
            return facts.elementwise(operands, self.ask, "bool")
        return Fact(facts.NUMBER, dtype="bool")

    def of_BoolOp(self, node: gast.BoolOp) -> Fact:
        return facts.join_all(tuple(self.of(v) for v in node.values))

    def of_IfExp(self, node: gast.IfExp) -> Fact:
        self.test(node.test)
        return facts.join(self.of(node.body), self.of(node.orelse))

    def of_Tuple(self, node: gast.Tuple) -> Fact:
        return self._display(facts.TUPLE, node.elts)

    def of_NamedTuple(self, node: NamedTuple) -> Fact:
        cls = self.unit.names.resolve(node.cls)
        return self._display(facts.TUPLE, node.elts)._replace(cls=cls)

    def of_List(self, node: gast.List) -> Fact:
        inner = self._display(facts.LIST, node.elts)
        return inner if classes.are_several(inner) else Fact(facts.LIST, element=inner.element)

    def _display(self, kind: str, elements: list[gast.expr]) -> Fact:
        if any(isinstance(e, gast.Starred) for e in elements):
            inner = tuple(
                values.element_of(self.of(e.value)) if isinstance(e, gast.Starred) else self.of(e)
                for e in elements
            )
            return Fact(kind, element=facts.join_all(inner))
        return facts.sequence(kind, tuple(self.of(e) for e in elements))

    def of_Dict(self, node: gast.Dict) -> Fact:
        items = []
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, gast.Constant):
                return Fact(facts.DICT)
            items.append((key.value, self.of(value)))
        return Fact(facts.DICT, items=tuple(items))

    def of_ListComp(self, node: gast.ListComp) -> Fact:
        """A list of what the element is, for any values of the variables of the comprehension."""
        outside = dict(self.names)
        try:
            for generator in node.generators:
                over = values.element_of(self.of(generator.iter))
                for name in trees.bound_names(generator.target):
                    self.names.pop(name, None)
                self.bind(generator.target, facts.any_of(over))
            element = facts.any_of(self.of(node.elt))
        finally:
            self.names.clear()
            self.names.update(outside)
        return Fact(facts.LIST, element=element if element.kind != facts.NOTHING else None)

    def of_JoinedStr(self, node: gast.JoinedStr) -> Fact:
        return TEXT_FACT

    def of_Slice(self, node: gast.Slice) -> Fact:
        return Fact(facts.SLICE)

    def of_Lambda(self, node: gast.Lambda) -> Fact:
        return Fact(facts.CALLABLE)

    def of_Subscript(self, node: gast.Subscript) -> Fact:
        base = self.of(node.value)
        if base.kind == facts.DICT and classes.operation(node, self.of) is not None:
            return applied.of_object(self, node)
        if isinstance(base.value, type):
            return base  # `Box[float]` of a generic class
        if base.is_number:
            return indexing.selected(base, node.slice, self.of, self.ask)
        found = self._size(node) or values.at_index(base, node.slice, self.of(node.slice).value)
        return values.of_value(found, indexing.key(node), ("at", indexing.key(node.slice)))

    def _size(self, node: gast.Subscript) -> Fact | None:
        """`x.shape[axis]` for an x of unknown rank."""
        shape, axis = node.value, indexing.literal_int(node.slice)
        if axis is not None and axis >= 0 and getattr(shape, "attr", "") == "shape":
            known = self.of(shape.value).shape
            if isinstance(known, shapes.Of):
                return scalar("int", (("size", known.token, axis), 0))
        return None

    def of_Attribute(self, node: gast.Attribute) -> Fact:
        known = self.unit.names.resolve(node)
        if known is not MISSING:
            return facts.of_object(known)
        base = self.of(node.value)
        if base.kind == facts.NOTHING:
            return NO_VALUE
        if isinstance(base.value, facts.Partial) or facts.alternatives(base):
            return values.taken_along(base, node.attr)
        if base.kind == facts.OBJECT:
            return dict(facts.with_attributes(base).items or ()).get(node.attr, ANYTHING)
        if classes.class_of(base) is not None:
            return classes.attributes(base).get(node.attr) or applied.of_object(self, node)
        function = operations.member(base.kind, node.attr)
        operation = operations.find(function)
        if operation is None:
            return ANYTHING
        return self.of_bound(calls.bind(operation, [node.value], ()))

    def of_Call(self, node: gast.Call) -> Fact:
        found = self.target(node)
        if isinstance(found, calls.Bound):
            return self.of_bound(found)
        if found is MISSING:
            return applied.of_object(self, node)
        if found is functools.partial:
            return applied.of_partial(self, node)
        if isinstance(found, facts.Partial):
            return applied.of_partial_call(self, found, node)
        return self.callees.result(found, node, self)

    def of_bound(self, bound: calls.Bound) -> Fact:
        return applied.of_operation(self, bound)

    def operand(self, node: gast.expr) -> Fact:
        """The fact of an operand; of a list that is written at the call, that of each element."""
        if isinstance(node, (gast.List, gast.Tuple)):
            if not any(isinstance(e, gast.Starred) for e in node.elts):
                kind = facts.LIST if isinstance(node, gast.List) else facts.TUPLE
                return facts.sequence(kind, tuple(self.operand(e) for e in node.elts))
        return self.of(node)

    def target(self, node: gast.Call) -> Any:
        """What a call calls: a use of an operation, a function object, or MISSING."""
        function = self.unit.names.resolve(node.func)
        if function is MISSING:
            is_place = isinstance(node.func, (gast.Name, gast.Attribute, gast.Subscript))
            known = self.of(node.func) if is_place else ANYTHING
            if known.kind == facts.CALLABLE and known.value is not MISSING:
                function = known.value
        if isinstance(function, functools.partial):
            function = facts.of_object(function).value
        if function is not MISSING:
            operation = operations.find(function)
            if operation is None:
                return self.callees.behind(function)
            return calls.bind(operation, node.args, node.keywords)
        if isinstance(node.func, gast.Attribute):
            owner = self.of(node.func.value)
            if classes.has_method(owner, node.func.attr):
                return MISSING
            kind = owner.kind
            if node.func.attr == "pop" and node.args and self.of(node.args[0]).kind == facts.TEXT:
                kind = facts.DICT
            member = operations.member(kind, node.func.attr)
            operation = operations.find(member)
            if operation is not None:
                return calls.bind(operation, [node.func.value, *node.args], node.keywords)
        return MISSING
