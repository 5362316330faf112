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

import types
from collections.abc import Iterator, Sequence
from typing import Any

import gast

from tangent_ad.analysis import classes
from tangent_ad.analysis.classes import class_of, has_object, takes_object
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import desugar, exits, protocols, splice, turns, versions
from tangent_ad.normalize.folds import FOLDS
from tangent_ad.normalize.members import Members
from tangent_ad.runtime.instances import is_plain
from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt


def written_out(unit: Unit, known: Facts) -> Unit:
    """The unit with one more level of what its objects do; the unit itself if there is none left."""
    lower = _Lower(unit, known)
    spliced = splice.spliced(unit, known, lower.gives_own_object)
    if spliced is not unit:
        return spliced
    for call in lower.calls():
        if lower.gives_own_object(call) and not lower.taint.of(call):
            message = "an object that a recursive function makes; make it in the function itself"
            unit.refuse(message, call)
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


class _Lower(Members):
    def __init__(self, unit: Unit, known: Facts) -> None:
        super().__init__(unit, known)
        self.unrolled: set[str] = set()  # what loops bind that were written out
        self.settled: set[str] = set()  # versions that an augmented assignment to an object made

    # ---- statements -------------------------------------------------------------------------

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            passes = turns.written_out(node, self.known) if isinstance(node, gast.For) else None
            if passes is not None:
                self.unrolled |= trees.writes(node) | trees.all_writes(node.body)
                out += passes
                continue
            if isinstance(node, (gast.If, gast.While)):
                node = trees.updated(node, test=protocols.truth(self, node.test))
            if isinstance(node, Attempt):
                node = self.attempt(node)
            inner = {field: self.block(b) for field, b in trees.blocks(node)}
            node = self.statement(trees.rebuild(node, **inner) if inner else node)
            entered = protocols.entered(self, node) if isinstance(node, gast.With) else None
            if entered is not None:
                out += entered
                continue
            if isinstance(node, gast.If) and isinstance(node.test, gast.Constant):
                self.count += 1  # the branch that is not taken may not fit this class at all
                out += node.body if node.test.value else node.orelse
            else:
                out.append(node)
        return out

    def statement(self, node: gast.stmt) -> gast.stmt:
        if isinstance(node, gast.FunctionDef):
            return node
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Attribute):
            new = self.attribute_write(node)
            if new is not None:
                return new
        if isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
            new = self.named_write(node, node.value)
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
        if isinstance(node, gast.For):
            node = trees.updated(node, iter=protocols.consumed(self, node.iter, node))
        elif isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Tuple):
            node = trees.updated(node, value=protocols.consumed(self, node.value))
        elif isinstance(node, gast.With):
            items = [
                trees.updated(item, context_expr=self.expression(item.context_expr))
                for item in node.items
            ]
            return trees.updated(node, items=items)
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
        args = map(self.operand, (target.value, target.slice, value))
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
        return trees.rebuild(node, value=trees.located(call, node))

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
        return trees.rebuild(node, targets=[classes.item(owner, target, cls)], value=value)

    def attempt(self, node: Attempt) -> Attempt:
        """An attribute that a dict does not have is a key that it does not have."""
        inside = [n for s in node.orelse for n in trees.walk(s) if isinstance(n, gast.Attribute)]
        if not any(class_of(self.of(n.value)) is not None for n in inside):
            return node
        error = trees.name(self.names.bind(KeyError, "KeyError"))
        kinds = [
            trees.pack([kind, error]) if self.names.resolve(kind) is AttributeError else kind
            for kind in node.kinds
            if kind is not None
        ]
        return trees.updated(node, kinds=kinds) if len(kinds) == len(node.kinds) else node

    def named_write(self, node: gast.Expr, call: gast.Call) -> gast.stmt | None:
        """`setattr(p, "x", v)`."""
        if self.names.resolve(call.func) is not setattr or len(call.args) != 3:
            return None
        owner, name, value = call.args
        attr = self.of(name).value
        if not isinstance(attr, str) or not attr.isidentifier():
            return None
        return self.attribute_write(trees.assign(trees.attribute(owner, attr), value, node))

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
        new = classes.item(self.expression(target.value), target, cls)
        return trees.rebuild(node, target=new, value=self.expression(node.value))

    # ---- what is put in the place of its call ---------------------------------------------------

    def calls(self) -> Iterator[gast.Call]:
        for node in trees.statements(self.unit.tree.body):
            for expression in trees.header(node):
                yield from (n for n in trees.walk(expression) if isinstance(n, gast.Call))

    def gives_own_object(self, node: gast.Call) -> bool:
        """Whether a function of the user's gives an object, which is no dict where nothing that it is
        given is differentiated, so that it is called as it is."""
        function = self.known.target(node)
        is_users = isinstance(function, types.FunctionType) and "constructs" not in function.__dict__
        return is_users and has_object(self.of(node))

    def is_of_object(self, node: gast.Call) -> bool:
        """Whether a call makes an object, or gets one, if only with a function that took it along."""
        function = self.known.target(node)
        if not isinstance(function, types.FunctionType):
            return False
        if "constructs" in function.__dict__ or function in FOLDS.values():
            return True
        if self.matters and classes.holds_instances(self.of(node)):
            return True
        operands = [*node.args, *(k.value for k in node.keywords)]
        known = [self.of(a) for a in operands]
        return any(class_of(fact) is not None or takes_object(fact) for fact in known) or any(
            is_plain(self.names.resolve(a)) for a in operands
        )
