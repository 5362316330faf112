"""Write what is done with an object of a class of the user's as calls of functions and as a dict.

    p = Ball(x, 2.0)               self = {"__class__": Ball}
    p.move(dt)             ->      self["x"] = x; self["mass"] = 2.0
    return p.x * q                 p = self
                                   p["x"] = p["x"] + dt * ...
                                   return Ball.__mul__(p, q)

The statements of constructors and methods take the place of the calls (`normalize.splice`), and an
object that stays inside the function is taken apart into variables afterwards (`normalize.scatter`).
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import operator
import types
from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad.analysis import classes, constructors, facts
from tangent_ad.analysis.classes import class_of
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import desugar, exits, splice, turns, versions
from tangent_ad.runtime.instances import is_plain
from tangent_ad.syntax import source, trees
from tangent_ad.syntax.names import MISSING

COMPARISONS: dict[type, Any] = {
    gast.Eq: operator.eq, gast.NotEq: operator.ne, gast.Lt: operator.lt, gast.LtE: operator.le,
    gast.Gt: operator.gt, gast.GtE: operator.ge, gast.Is: operator.is_, gast.IsNot: operator.is_not,
}  # fmt: skip
INERT = (facts.NONE, facts.TEXT, facts.RANGE)


def written_out(unit: Unit, known: Facts) -> Unit:
    """The unit with one more level of what its objects do; the unit itself if there is none left."""
    lower = _Lower(unit, known)
    body = lower.block(unit.tree.body)
    if not lower.count:
        # Only now all attributes are known.
        lower.are_complete = True
        body = lower.block(unit.tree.body)
    if lower.unrolled:
        return versions.rename(unit.with_body(body), frozenset(lower.unrolled))
    if lower.count:
        rebinds = tuple(r for r in unit.rebinds if r[0] not in lower.settled)
        unit = unit.with_body(body, rebinds=rebinds)
    hoisted = desugar.hoisted(unit, lower.is_of_object)
    if hoisted is not unit:
        return exits.structure(hoisted)
    return splice.spliced(unit, known, lower.is_of_object)


class _Lower:
    def __init__(self, unit: Unit, known: Facts) -> None:
        self.unit, self.names, self.known = unit, unit.names, known
        self.is_ours = source.is_ours(unit.function)
        self.count = 0
        self.are_complete = False
        self.unrolled: set[str] = set()  # what loops bind that were written out
        self.settled: set[str] = set()  # versions that an augmented assignment to an object made
        self.matters = self._matters()

    @functools.cached_property
    def taint(self) -> Taint:
        return Taint(self.unit.tree.body, self.names, self.unit.active)

    def _matters(self) -> bool:
        """Whether differentiated values get into objects that this function makes or has."""
        if any(class_of(fact) for fact in self.known.names.values()):
            return True
        held: set[str] = set()
        for node in trees.statements(self.unit.tree.body):
            for expression in trees.header(node):
                found = [n for n in trees.walk(expression) if isinstance(n, gast.Call)]
                if any(classes.makes_object(call, self.names) for call in found):
                    if self.taint.of(expression) or _is_tainted_target(node, self.taint):
                        return True
                    held |= trees.writes(node)
                elif any(root(c.func) in held and any(map(self.taint.of, c.args)) for c in found):
                    return True  # a method that gets what is differentiated may keep it
        return False

    # ---- statements -------------------------------------------------------------------------

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            passes = turns.written_out(node, self.known) if isinstance(node, gast.For) else None
            if passes is not None:
                self.unrolled |= trees.writes(node) | trees.all_writes(node.body)
                out += passes
                continue
            inner = {field: self.block(b) for field, b in trees.blocks(node)}
            node = self.statement(trees.rebuild(node, **inner) if inner else node)
            if isinstance(node, gast.If) and self.is_always_true(node.test):
                node = trees.rebuild(node, test=trees.constant(True))
            if isinstance(node, gast.If) and isinstance(node.test, gast.Constant):
                self.count += 1  # the branch that is not taken may not fit this class at all
                out += node.body if node.test.value else node.orelse
            else:
                out.append(node)
        return out

    def is_always_true(self, node: gast.expr) -> bool:
        """Whether a test is an object whose class does not say what counts as true."""
        cls = class_of(self.of(node)) if isinstance(node, gast.Name) else None
        special = ("__bool__", "__len__")
        return cls is not None and all(classes.lookup(cls, m) is MISSING for m in special)

    def statement(self, node: gast.stmt) -> gast.stmt:
        if isinstance(node, gast.FunctionDef):
            return node
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Attribute):
            new = self.attribute_write(node)
            if new is not None:
                return new
        if isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Attribute):
            new = self.attribute_update(node)
            if new is not None:
                return new
        if isinstance(node, (gast.Assign, gast.AugAssign)):
            new = self.item_write(node)
            if new is not None:
                return new
        if isinstance(node, gast.Assign) and isinstance(node.value, gast.BinOp):
            new = self.update(node, node.value)
            if new is not None:
                return new
        changes: dict[str, Any] = {}
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, gast.expr):
                changes[field] = self.expression(value)
            elif field == "targets":
                changes[field] = [self.target(t) for t in node.targets]
        return trees.updated(node, **changes) if changes else node

    def item_write(self, node: gast.Assign | gast.AugAssign) -> gast.stmt | None:
        """`p[i] = v` by the `__setitem__` of an object."""
        target = node.targets[0] if isinstance(node, gast.Assign) else node.target
        if not isinstance(target, gast.Subscript) or classes.is_item(target) or self.is_ours:
            return None
        cls = class_of(self.of(target.value))
        if cls is None:
            return None
        held, how = classes.bound(cls, "__setitem__")
        if how != "method":
            return None
        self.count += 1
        value = node.value
        if isinstance(node, gast.AugAssign):
            value = trees.located(gast.BinOp(target, node.op, value), node)
        args = map(self.expression, (target.value, target.slice, value))
        return trees.statement(trees.located(trees.call(self.function(held), *args), node), node)

    def update(self, node: gast.Assign, value: gast.BinOp) -> gast.stmt | None:
        """`p += q` where p is an object: its `__iadd__`, or another object."""
        name = getattr(node.targets[0], "id", None)
        cls = class_of(self.of(value.left))
        if name not in self.known.rebound or cls is None:
            return None
        self.settled.add(name)
        held, how = classes.bound(cls, f"__i{classes.operator(value)}__")
        if how != "method":
            return None
        self.count += 1
        call = trees.call(self.function(held), *map(self.expression, (value.left, value.right)))
        return trees.rebuild(node, value=trees.located(call, value))

    def target(self, node: gast.expr) -> gast.expr:
        if isinstance(node, (gast.Subscript, gast.Attribute)):
            return trees.updated(node, value=self.expression(node.value))
        return node

    def attribute_write(self, node: gast.Assign) -> gast.stmt | None:
        """`p.k = v` where p is an object that is held as a dict."""
        (target,) = node.targets
        cls = class_of(self.of(target.value))
        if cls is None:
            return None
        self.count += 1
        held, how = classes.bound(cls, target.attr)
        value = self.expression(node.value)
        owner = self.expression(target.value)
        if how == "property" and held.fset is not None:
            call = trees.call(self.function(held.fset), owner, value)
            return trees.statement(trees.located(call, node), node)
        return trees.rebuild(node, targets=[classes.item(owner, target)], value=value)

    def attribute_update(self, node: gast.AugAssign) -> gast.stmt | None:
        target = node.target
        cls = class_of(self.of(target.value))
        if cls is None:
            return None
        held, how = classes.bound(cls, target.attr)
        method = class_of(self.of(target))
        if how == "property" or method is not None:
            value = trees.located(gast.BinOp(target, node.op, node.value), node)
            return self.attribute_write(trees.assign(target, value, node))
        self.count += 1
        new = classes.item(self.expression(target.value), target)
        return trees.rebuild(node, target=new, value=self.expression(node.value))

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
        held, how = classes.bound(cls, node.attr)
        owner = self.expression(node.value)
        if node.attr == classes.CLASS:
            return trees.name(self.names.bind(cls, cls.__name__))
        if how in ("property", "cached"):
            return self.visit_BinOp(node)
        if node.attr in classes.attributes(self.of(node.value)) or held is MISSING:
            return classes.item(owner, node)
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
        new = self.builtin(node, func)
        if new is not None:
            return new
        if isinstance(func, gast.Attribute):
            return self.method(node, func)
        return self.object_called(func, node) or self.construction(node)

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
        cls = self.names.resolve(node.func)
        if not self.matters or not is_plain(cls):
            return None
        if any(isinstance(a, gast.Starred) for a in node.args):
            return None
        given = [None for _ in node.args] + [k.arg for k in node.keywords]
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
        return None

    def is_super(self, node: gast.Call) -> bool:
        return self.names.resolve(node.func) is super and len(node.args) == 2

    def builtin(self, node: gast.Call, func: gast.expr) -> gast.expr | None:
        """`isinstance(p, C)`, `len(p)`, `abs(p)` and the like of an object."""
        if not node.args:
            return None
        function = self.names.resolve(func)
        cls = class_of(self.of(node.args[0]))
        if function is isinstance:
            return self.kind_test(node, cls)
        if cls is None:
            return None
        if function is dataclasses.replace:
            return self.replaced(node, cls)
        if function in (copy.copy, copy.deepcopy):
            return self.copy(function, node.args[0], func) if self.are_complete else None
        if function is type and len(node.args) == 1:
            return trees.name(self.names.bind(cls, cls.__name__))
        if function in (getattr, hasattr) and isinstance(node.args[1], gast.Constant):
            attr = trees.attribute(node.args[0], node.args[1].value)
            has = attr.attr in classes.attributes(self.of(node.args[0]))
            has = has or classes.lookup(cls, attr.attr) is not MISSING
            if function is hasattr:
                return trees.constant(has)
            return self.expression(attr if has or len(node.args) < 3 else node.args[2])
        for plain in (len, abs, float, int, bool, round, reversed):
            if function is plain:
                held, how = classes.bound(cls, f"__{plain.__name__}__")
                return self.called(held, node.args, node) if how == "method" else None
        return None

    def kind_test(self, node: gast.Call, cls: type | None) -> gast.expr | None:
        """`isinstance(p, C)`, where that is known."""
        known = None
        if isinstance(node.args[0], gast.Constant):
            kinds = classes.kinds_of(node.args[1], self.names.resolve)
            known = isinstance(node.args[0].value, kinds) if kinds else None
        elif cls is not None:
            known = classes.is_instance_of(cls, node.args[1], self.names.resolve)
        elif is_plain(self.names.resolve(node.args[1])):
            fact = self.of(node.args[0])
            is_other = fact.is_number or fact.is_container or fact.kind in INERT or fact.element
            known = False if is_other else None
        return trees.constant(known) if known is not None else None

    def replaced(self, node: gast.Call, cls: type) -> gast.expr | None:
        """`dataclasses.replace(p, x=1.0)` as a constructor that is given all fields."""
        fields = [f.name for f in dataclasses.fields(cls) if f.init]
        given = {k.arg: self.expression(k.value) for k in node.keywords}
        function = constructors.constructor(cls, fields)
        if function is None or not self.are_complete or None in given:
            return None
        owner = self.expression(node.args[0])
        values = {f: classes.item(owner, trees.attribute(owner, f)) for f in fields}
        return trees.call(self.function(function), **{**values, **given})

    def copy(self, function: Any, node: gast.expr, func: gast.expr) -> gast.expr:
        """`copy.copy(p)` as a dict of the same attributes."""
        fact = self.of(node)
        cls = class_of(fact)
        assert cls is not None
        values: list[gast.expr] = [trees.name(self.names.bind(cls, cls.__name__))]
        for key, part in classes.attributes(fact).items():
            value = classes.item(self.expression(node), trees.attribute(node, key))
            is_deep = function is copy.deepcopy and not part.is_immutable
            values.append(trees.call(func, value) if is_deep else value)
        return gast.Dict([trees.constant(k) for k in (classes.CLASS, *classes.attributes(fact))], values)

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
        return trees.call(self.function(function), *map(self.expression, operands))

    visit_UnaryOp = visit_Subscript = visit_BinOp

    def visit_Compare(self, node: gast.Compare) -> gast.expr | None:
        """A comparison of literals, which arguments of methods are, is decided."""
        left, right = node.left, node.comparators[0]
        if isinstance(right, gast.Constant) and len(node.ops) == 1 and self.matters:
            if isinstance(left, gast.Constant):
                decided = _decided(node.ops[0], left.value, right.value)
                return trees.constant(decided) if decided is not None else None
            if right.value is None and isinstance(node.ops[0], (gast.Is, gast.IsNot)):
                if class_of(self.of(left)) is not None:
                    return trees.constant(isinstance(node.ops[0], gast.IsNot))
                if self.of(left).kind == facts.NONE:
                    return trees.constant(isinstance(node.ops[0], gast.Is))
        return self.visit_BinOp(node)

    # ---- what is put in the place of its call ---------------------------------------------------

    def is_of_object(self, node: gast.Call) -> bool:
        """Whether a call makes an object, or gets one."""
        function = self.known.target(node)
        if not isinstance(function, types.FunctionType):
            return False
        if "constructs" in function.__dict__:
            return True
        operands = [*node.args, *(k.value for k in node.keywords)]
        return any(
            class_of(self.of(a)) is not None or is_plain(self.names.resolve(a))
            for a in operands
        )


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
