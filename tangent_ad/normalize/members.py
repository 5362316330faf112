"""Expressions with objects in them: attributes, methods, operators and calls of a class.

    p.x  ->  p["x"]        p.step(dt)  ->  step(p, dt)        p + q  ->  add(p, q)
"""

from __future__ import annotations

import functools
import operator
import types
from collections.abc import Iterator, Sequence
from typing import Any

import gast

from tangent_ad.analysis import calls, classes, constructors, facts
from tangent_ad.analysis.classes import class_of, takes_object
from tangent_ad.analysis.indexing import literal_int
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import inspection, protocols
from tangent_ad.normalize.held import Held
from tangent_ad.runtime.instances import is_named_tuple, is_plain
from tangent_ad.syntax import source, trees
from tangent_ad.syntax.names import MISSING

COMPARISONS: dict[type, Any] = {
    gast.Eq: operator.eq, gast.NotEq: operator.ne, gast.Lt: operator.lt, gast.LtE: operator.le,
    gast.Gt: operator.gt, gast.GtE: operator.ge, gast.Is: operator.is_, gast.IsNot: operator.is_not,
}  # fmt: skip


class Members:
    def __init__(self, unit: Unit, known: Facts) -> None:
        self.unit, self.names, self.known = unit, unit.names, known
        self.is_ours = source.is_ours(unit.function)
        self.count = 0
        self.are_complete = False
        self.matters = self._matters()

    @functools.cached_property
    def taint(self) -> Taint:
        return Taint(self.unit.tree.body, self.names, self.unit.active)

    @functools.cached_property
    def held(self) -> Held:
        return Held(self.unit.tree.body)

    def _matters(self) -> bool:
        """Whether differentiated values get into objects that this function makes or has, or it
        writes their attributes."""
        if any(class_of(fact) for fact in self.known.names.values()):
            return True
        held: set[str] = set()
        for node in trees.statements(self.unit.tree.body):
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            if any(isinstance(t, gast.Attribute) and root(t) in held for t in targets):
                return True
            if isinstance(getattr(node, "value", None), gast.Name) and node.value.id in held:
                held |= trees.writes(node)
            for expression in trees.header(node):
                found = [n for n in trees.walk(expression) if isinstance(n, gast.Call)]
                made = [call for call in found if classes.makes_object(call, self.known)]
                if made:
                    parts = [expression, *(part for call in made for part in trees.children(call))]
                    if any(map(self.taint.of, parts)) or _is_tainted_target(node, self.taint):
                        return True
                    held |= trees.writes(node)
                elif any(root(c.func) in held and any(map(self.taint.of, c.args)) for c in found):
                    return True  # a method that gets what is differentiated may keep it
                elif any(operand in held for operand in self.tainted_operands(expression)):
                    return True  # an operator of a class
                elif held & trees.reads(expression):
                    held |= trees.writes(node)
        return False

    def tainted_operands(self, expression: gast.expr) -> Iterator[str | None]:
        """The variables that operators take together with differentiated values."""
        for node in trees.walk(expression):
            if isinstance(node, gast.BinOp) and self.taint.of(node):
                yield from (root(node.left), root(node.right))

    # ---- expressions ------------------------------------------------------------------------

    def of(self, node: gast.expr) -> facts.Fact:
        return self.known.of(node)

    def expression(self, node: Any) -> Any:
        """An expression without attributes, methods and operators of objects."""
        if isinstance(node, trees.SCOPES):
            return trees.transform(node, self.in_scope)
        handler = getattr(self, f"visit_{type(node).__name__}", None)
        new = handler(node) if handler is not None else None
        if new is not None:
            self.count += 1
            return trees.located(new, node)
        return trees.with_children(node, self.expression)

    def in_scope(self, node: Any) -> Any:
        """Inside a comprehension or a lambda, what is known of the objects around it."""
        if isinstance(node, gast.Attribute):
            new = self.visit_Attribute(node)
            if new is not None:
                self.count += 1
                return trees.located(new, node)
        return node

    def visit_Attribute(self, node: gast.Attribute) -> gast.expr | None:
        cls = class_of(self.of(node.value))
        if cls is None:
            return None
        if self.is_ours and node.attr not in classes.attributes(self.of(node.value)):
            return None
        if root(node.value) in self.unit.records:
            return None  # an argument is taken apart as it is
        held, how = classes.bound(cls, node.attr)
        owner = self.expression(node.value)
        if node.attr == classes.CLASS:
            return trees.name(self.names.bind(cls, cls.__name__))
        if how in ("property", "cached"):
            return self.visit_BinOp(node)
        is_slot = isinstance(held, types.MemberDescriptorType)
        if node.attr in classes.attributes(self.of(node.value)) or held is MISSING or is_slot:
            return classes.item(owner, node, cls)
        if how == "method":
            partial = trees.name(self.names.bind(functools.partial, "partial"))
            return trees.call(partial, self.function(held), owner)
        if how == "static":
            return self.function(held)
        if how == "class":
            return None
        return trees.attribute(trees.name(self.names.bind(cls, cls.__name__)), node.attr)

    def visit_Call(self, node: gast.Call) -> gast.expr | None:
        func = node.func
        new = inspection.written_out(self, node, func)
        if new is not None:
            return new
        if any(self.names.resolve(func) is consumer for consumer in protocols.CONSUMERS):
            new = trees.updated(node, args=[protocols.consumed(self, arg) for arg in node.args])
            if new is not node:
                return trees.with_children(new, self.expression)
            folded = protocols.folded(self, node)
            if folded is not None:
                return folded
        if isinstance(func, gast.Attribute):
            return self.method(node, func)
        return self.object_called(func, node) or self.through(func, node) or self.construction(node)

    def through(self, func: gast.expr, node: gast.Call) -> gast.expr | None:
        """`step(x)` where step is a method of an object, or another function that took one along."""
        fact = self.of(func)
        if not isinstance(fact.value, facts.Partial) or not takes_object(fact):
            return None
        call = calls.through_partial(node, fact.value)
        function = fact.value.function
        return self.called(function, call.args, trees.rebuild(node, keywords=call.keywords))

    def object_called(self, func: gast.expr, node: gast.Call) -> gast.expr | None:
        """`layer(x)` where layer is an object."""
        cls = self.class_called(func, node)
        if cls is None:
            return None
        held, how = classes.bound(cls, "__call__")
        return self.called(held, [func, *node.args], node) if how == "method" else None

    def class_called(self, owner: gast.expr, node: gast.Call) -> type | None:
        """The class of an object whose method is called. With an object that is not differentiated
        that matters where an argument is."""
        fact = self.of(owner)
        cls = class_of(fact)
        if cls is not None or self.names.resolve(owner) is MISSING and fact.kind != facts.OBJECT:
            return cls
        operands = [*node.args, *(k.value for k in node.keywords)]
        return classes.instance_class(fact) if any(map(self.taint.of, operands)) else None

    def construction(self, node: gast.Call) -> gast.expr | None:
        """`P(...)` as a call of a function that makes a dict."""
        cls = classes.class_named(node.func, self.known) if self.matters else None
        if cls is None:
            return None
        given = [None for _ in node.args] + [k.arg for k in node.keywords]
        unpacks = any(isinstance(a, gast.Starred) for a in node.args)
        if (unpacks or any(k.arg is None for k in node.keywords)) and not is_named_tuple(cls):
            given = []  # as many as there are
        function = constructors.constructor(cls, given)
        return self.called(function, node.args, node) if function is not None else None

    def method(self, node: gast.Call, func: gast.Attribute) -> gast.expr | None:
        cls, owner = self.class_called(func.value, node), func.value
        start = cls
        if isinstance(owner, gast.Call) and self.is_super(owner):
            after, owner = self.names.resolve(owner.args[0]), owner.args[1]
            cls = class_of(self.of(owner))
            start = classes.next_in_line(cls, after, func.attr) if cls is not None else None
            if start is None and cls is not None and func.attr == "__init__":
                return trees.constant(None)
        elif is_plain(self.names.resolve(owner)):
            held, how = classes.bound(self.names.resolve(owner), func.attr)
            if how == "made" and self.matters:
                return self.made(self.names.resolve(owner), node)
            if how == "class" and self.matters:
                return self.called(held, [owner, *node.args], node)
            return None
        elif start is None:
            return self.construction(node)
        if start is None or func.attr in classes.attributes(self.of(owner)):
            owned = self.of(func)
            is_object = class_of(owned) is not None or classes.instance_class(owned) is not None
            return self.object_called(func, node) if is_object else None
        held, how = classes.bound(start, func.attr)
        name = trees.name(self.names.bind(start, start.__name__))
        if how == "method":
            return self.called(held, [owner, *node.args], node, trees.attribute(name, func.attr))
        if how == "static":
            return self.called(held, node.args, node)
        if how == "class":
            return self.called(held, [name, *node.args], node)
        return self.made(start, node) if how == "made" else None

    def made(self, cls: type, node: gast.Call) -> gast.expr | None:
        """A call of a method that `namedtuple` made."""
        name, operands = node.func.attr, node.args
        function = constructors.made_method(cls, name, [k.arg for k in node.keywords])
        if name != "_make" and class_of(self.of(node.func.value)) is not None:
            operands = [node.func.value, *operands]
        return self.called(function, operands, node) if function is not None else None

    def is_super(self, node: gast.Call) -> bool:
        return self.names.resolve(node.func) is super and len(node.args) == 2

    def called(
        self, function: Any, args: Sequence[gast.expr], node: gast.Call, text: Any = None
    ) -> gast.Call:
        keywords = [trees.rebuild(k, value=self.expression(k.value)) for k in node.keywords]
        func = text if text is not None else self.function(function)
        return gast.Call(func, [self.expression(a) for a in args], keywords)

    def function(self, function: types.FunctionType) -> gast.expr:
        return trees.name(self.names.bind(function, function.__name__.strip("_")))

    # ---- operators --------------------------------------------------------------------------

    def visit_BinOp(self, node: gast.expr) -> gast.expr | None:
        found = classes.operation(node, self.of)
        if found is None or self.is_ours:  # in our text a subscript is what it says
            return None
        function, operands = found
        return trees.call(self.function(function), *map(self.operand, operands))

    def operand(self, node: gast.expr) -> gast.expr:
        """What an operator is given; a slice as an object of its own."""
        if isinstance(node, gast.Tuple):
            return trees.updated(node, elts=[self.operand(item) for item in node.elts])
        if isinstance(node, gast.Slice):
            parts = [part or trees.constant(None) for part in (node.lower, node.upper, node.step)]
            return trees.call(self.function(slice), *map(self.expression, parts))  # type: ignore[arg-type]
        return self.expression(node)

    def visit_UnaryOp(self, node: gast.UnaryOp) -> gast.expr | None:
        if isinstance(node.op, gast.Not):
            new = protocols.truth(self, node)
            return new if new is not node else None
        return self.visit_BinOp(node)

    def visit_IfExp(self, node: gast.IfExp) -> gast.expr | None:
        test = protocols.truth(self, node.test)
        return self.expression(trees.rebuild(node, test=test)) if test is not node.test else None

    def visit_FormattedValue(self, node: gast.FormattedValue) -> gast.expr | None:
        cls = protocols.object_class(self, node.value)
        if cls is None or node.format_spec is not None:
            return None
        text = inspection.as_text(self, node.value, cls, repr if node.conversion == ord("r") else str)
        return trees.rebuild(node, value=text) if text is not None else None

    def visit_Starred(self, node: gast.Starred) -> gast.expr | None:
        new = protocols.consumed(self, node.value)
        return trees.rebuild(node, value=self.expression(new)) if new is not node.value else None

    def visit_Subscript(self, node: gast.Subscript) -> gast.expr | None:
        index = node.slice
        if isinstance(index, gast.Call) and self.names.resolve(index.func) is slice:
            parts = [None if trees.is_none(part) else part for part in index.args]
            return trees.rebuild(node, slice=gast.Slice(*parts))
        fact, at = self.of(node.value), literal_int(node.slice)
        count = len(fact.items or ()) if fact.cls is not None else 0
        if at is not None and -count <= at < 0 and classes.operation(node, self.of) is None:
            return trees.rebuild(node, slice=trees.constant(at + count))
        return self.visit_BinOp(node)

    def visit_Compare(self, node: gast.Compare) -> gast.expr | None:
        """A comparison of literals, which arguments of methods are, is decided."""
        left, right = node.left, node.comparators[0]
        if classes.is_key(left):
            return None  # a test that was `hasattr`
        if isinstance(right, gast.Constant) and len(node.ops) == 1 and self.matters:
            if isinstance(left, gast.Constant):
                decided = _decided(node.ops[0], left.value, right.value)
                return trees.constant(decided) if decided is not None else None
            if right.value is None and isinstance(node.ops[0], (gast.Is, gast.IsNot)):
                if class_of(self.of(left)) is not None:
                    return trees.constant(isinstance(node.ops[0], gast.IsNot))
                if self.of(left).kind == facts.NONE:
                    return trees.constant(isinstance(node.ops[0], gast.Is))
        if len(node.ops) == 1 and isinstance(node.ops[0], (gast.In, gast.NotIn)):
            return self.contained(node)
        new = self.visit_BinOp(node)
        if new is None and len(node.ops) == 1 and isinstance(node.ops[0], gast.NotEq):
            equal = self.visit_BinOp(trees.rebuild(node, ops=[gast.Eq()]))
            return trees.invert(equal) if equal is not None else None
        return new

    def contained(self, node: gast.Compare) -> gast.expr | None:
        """`v in p` by the `__contains__` of an object."""
        whole = node.comparators[0]
        cls = class_of(self.of(whole))
        held, how = classes.bound(cls, "__contains__") if cls is not None else (MISSING, "")
        if how != "method":
            return None
        call = trees.call(self.function(held), self.expression(whole), self.expression(node.left))
        return trees.invert(call) if isinstance(node.ops[0], gast.NotIn) else call


def _decided(op: gast.cmpop, left: Any, right: Any) -> bool | None:
    compare = COMPARISONS.get(type(op))
    try:
        return bool(compare(left, right)) if compare is not None else None
    except TypeError:
        return None


def _is_tainted_target(node: gast.stmt, taint: Taint) -> bool:
    if not isinstance(node, gast.Assign):
        return False
    return any(n in taint.tainted for t in node.targets for n in trees.bound_names(t))
