"""Forward mode: behind every active statement its tangent.

    a = x * x           a = x * x
    b = np.sin(a)  ->   da = 2.0 * x * dx
                        b = np.sin(a)
                        db = np.cos(a) * da

A tangent has the shape of its value, and a container of tangents the form of its container, so
writes, views and aliases of values and tangents go hand in hand.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import gast
import numpy as np

from tangent_ad import errors
from tangent_ad.analysis import algebra, calls, facts, insertion, monomials, operations
from tangent_ad.analysis.activity import Activity, writes_of
from tangent_ad.analysis.algebra import Product
from tangent_ad.analysis.classes import argument_class
from tangent_ad.analysis.effects import memory_groups, mutated_root, shared_names
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import is_of_view, root
from tangent_ad.analysis.unit import Unit
from tangent_ad.differentiate import insertions, stores
from tangent_ad.differentiate.adjoints import copy_of
from tangent_ad.differentiate.joint import with_parameter
from tangent_ad.differentiate.operands import known_operands, refuse_missing, values_of
from tangent_ad.differentiate.real_parts import derivative_fact, fitted, widened
from tangent_ad.runtime import broadcasting, precision, structures
from tangent_ad.syntax import fold, template, trees


class Tangents:
    def __init__(self, unit: Unit, activity: Activity, callees: Any) -> None:
        self.unit = unit
        self.names = unit.names
        self.activity = activity
        self.active = activity.active
        self.facts: Facts = activity.facts
        self.callees = callees
        self.identifiers: dict[str, str] = {}
        self.written = written_names(unit)
        self.zeros: dict[str, gast.expr] = {}  # what was made as np.zeros_like(parameter)
        self.out: list[gast.stmt] = []

    # ---- names ------------------------------------------------------------------------------

    def name(self, variable: str) -> gast.Name:
        """The tangent of a variable: `d` and its name."""
        if variable not in self.identifiers:
            identifier = self.names.fresh(f"d{variable}")
            self.identifiers[variable] = identifier
            self.names.derivatives.add(identifier)
            fact = self.facts.names.get(variable, facts.ANYTHING)
            self.facts.names[identifier] = derivative_fact(fact, self.facts.may_be_complex(fact))
            if variable in self.names.stems:
                self.names.stems[identifier] = f"d{self.names.stems[variable]}"
        return trees.name(self.identifiers[variable])

    def is_active(self, node: gast.expr) -> bool:
        return bool(trees.reads(node) & self.active) and self.activity.varies(node)

    def of(self, node: gast.expr) -> gast.expr:
        """The tangent of an atom, display or place; zero in the form of the value if it has none."""
        if isinstance(node, gast.Name) and node.id in self.active:
            return self.name(node.id)
        if isinstance(node, (gast.Tuple, gast.List)):
            return trees.rebuild(node, elts=[self.of(e) for e in node.elts])
        if isinstance(node, gast.Dict):
            return trees.rebuild(node, values=[self.of(v) for v in node.values])
        if isinstance(node, gast.Starred):
            return trees.rebuild(node, value=self.of(node.value))
        base = root(node)
        if base in self.active:  # a place that an operation writes into
            return trees.substitute(node, {base: self.name(base)})
        return self.zero_like(node)

    def zero_like(self, node: gast.expr) -> gast.expr:
        fact = self.facts.of(node)
        if fact.is_scalar and not fact.array:
            return trees.constant(0j if self.facts.may_be_complex(fact) else 0.0)
        if fact.is_number and fact.array and fact.dtype in ("float", "complex"):
            numpy = trees.name(self.names.bind(np, "np"))
            return trees.call(trees.attribute(numpy, "zeros_like"), node)
        helper = trees.name(self.names.bind(structures.zeros_like, "zeros_like"))
        return trees.call(helper, node)

    def is_zeros(self, node: gast.expr) -> bool:
        """Whether a value is made as its tangent would be, `np.zeros_like(x)` or `np.zeros(x.shape)`."""
        if not isinstance(node, gast.Call) or len(node.args) != 1:
            return False
        function, fact = self.names.resolve(node.func), self.facts.of(node)
        is_like = function is np.zeros_like and fact.array is True and fact.dtype == "float"
        (model,) = node.args
        is_shaped = function is np.zeros and isinstance(model, gast.Attribute) and not node.keywords
        return is_like or is_shaped and model.attr == "shape"

    # ---- statements -------------------------------------------------------------------------

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        outside, self.out = self.out, []
        for node in body:
            self.statement(node)
        result, self.out = self.out, outside
        return result

    def emit(self, node: gast.stmt, like: gast.stmt) -> None:
        self.out.append(trees.located(node, like))

    def statement(self, node: gast.stmt) -> None:
        if isinstance(node, gast.If):
            node = trees.rebuild(node, body=self.block(node.body), orelse=self.block(node.orelse))
            self.out.append(node)
        elif isinstance(node, (*trees.LOOPS, gast.With)):
            self.out.append(trees.rebuild(node, body=self.block(node.body)))
        elif isinstance(node, gast.Assign):
            self.assign(node)
        elif isinstance(node, gast.AugAssign):
            self.augmented(node)
        elif isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
            self.effect(node, node.value)
        else:
            if isinstance(node, gast.Try) and trees.all_writes([node]) & self.active:
                self.unit.refuse(
                    "try around differentiated statements; test the condition with if instead",
                    node,
                )
            self.out.append(node)

    def augmented(self, node: gast.AugAssign) -> None:
        base = root(node.target)
        if base in self.active:
            target = self.place(node.target, base, node)
            if self.is_active(node.value):
                value = self.of(node.value)
                self.emit(trees.rebuild(node, target=target, value=value), node)
        self.out.append(node)

    def assign(self, node: gast.Assign) -> None:
        if insertion.of(node, self.facts) is not None:
            node = insertions.as_copy(node)
        target, value = node.targets[0], node.value
        bound = [n for n in trees.bound_names(target) if n in self.active]
        if isinstance(target, (gast.Subscript, gast.Attribute)):
            self.store(node, target)
        elif not bound and not self.takes_out(value):
            self.out.append(node)
            if isinstance(target, gast.Name) and self.is_zeros(value):
                if _name_of(value.args[0]) in {p.id for p in trees.parameters(self.unit.tree.args)}:
                    self.zeros[target.id] = value
        elif isinstance(target, gast.Name):
            self.value(node, target, value)
        elif isinstance(value, gast.Tuple):
            self.parallel(node, target, value)
        else:
            self.unpack(node, target, value)

    def takes_out(self, value: gast.expr) -> bool:
        """Whether `items.pop()` shortens a list whose tangent has to become shorter, too."""
        written = writes_of(value, self.facts) if isinstance(value, gast.Call) else []
        return any(root(base) in self.active for base, _ in written)

    def store(self, node: gast.Assign, target: gast.expr) -> None:
        base = root(target)
        if base in self.active:
            tangent = self.place(target, base, node)
            zero = trees.constant(0.0)
            is_array = self.facts.of(target.value).is_number  # type: ignore[attr-defined]
            active = self.is_active(node.value)
            value = self.of(node.value) if active or not is_array else zero
            self.emit(trees.assign(tangent, value), node)
        self.out.append(node)

    def place(self, target: gast.expr, base: str, node: gast.stmt) -> gast.expr:
        """The place in the tangent of a variable. `h.reshape(2, 3)[i]` is a view of the tangent, too,
        if that is laid out as h is."""
        tangent = self.name(base)
        if is_of_view(target):
            numpy = trees.name(self.names.bind(np, "np"))
            layout = trees.call(trees.attribute(numpy, "ascontiguousarray"), tangent)
            self.emit(trees.assign(tangent, layout), node)
        return trees.substitute(target, {base: tangent})

    def parallel(self, node: gast.Assign, target: gast.Tuple, value: gast.Tuple) -> None:
        pairs = [
            (item, part)
            for item, part in zip(target.elts, value.elts, strict=True)
            if isinstance(item, gast.Name) and item.id in self.active
        ]
        names = trees.pack([self.name(item.id) for item, _ in pairs])
        values = trees.pack([self.of(part) for _, part in pairs])
        if len(pairs) == 1:
            names, values = names.elts[0], values.elts[0]
        self.emit(trees.assign(names, values), node)
        self.out.append(node)

    def unpack(self, node: gast.Assign, target: gast.Tuple, value: gast.expr) -> None:
        names = [
            self.name(n) if n in self.active else trees.name(self.names.fresh("_"))
            for n in trees.bound_names(target)
        ]
        if not self.is_active(value):
            self.out.append(node)
            for name in trees.bound_names(target):
                if name in self.active:
                    zero = self.zero_like(trees.name(name))
                    self.emit(trees.assign(self.name(name), zero), node)
            return
        if isinstance(value, gast.Call):
            found = self.facts.target(value)
            if not isinstance(found, calls.Bound):
                self.call(found, node, target, trees.pack(names), value)
                return
            self.out.append(node)
            tangent = self.general(found, target, value)
        else:
            self.out.append(node)
            tangent = self.of(value)
        if tangent is not None:
            self.emit(trees.assign(trees.pack(names), tangent), node)

    def value(self, node: gast.Assign, target: gast.Name, value: gast.expr) -> None:
        tangent = self.name(target.id)
        is_display = isinstance(value, (gast.Tuple, gast.List, gast.Dict))
        if not self.is_active(value) and not is_display:
            self.out.append(node)
            made = self.zeros.get(value.id, value) if isinstance(value, gast.Name) else value
            zero = made if self.is_zeros(made) else self.zero_like(target)
            self.emit(trees.assign(tangent, zero), node)
            return
        is_part = isinstance(value, gast.Attribute) and argument_class(self.facts.of(value.value))
        if isinstance(value, gast.Name) or is_display or is_part:
            self.out.append(node)
            self.emit(trees.assign(tangent, self.of(value)), node)
            return
        if isinstance(value, gast.Call):
            found = self.facts.target(value)
            if found is functools.partial:
                self.out.append(node)
                self.emit(trees.assign(tangent, self.taken_along(value)), node)
                return
            if not isinstance(found, calls.Bound):
                self.call(found, node, target, tangent, value)
                return
        elif monomials.is_kept(value, self.activity.varies):
            self.out.append(node)
            partials = monomials.partials(value, self.is_active, self.names.bind(np, "np"))
            terms = [(trees.name(name), partial) for name, partial in partials.items()]
            result = fitted(self.chain(target, terms), target, self.facts)
            self.emit(trees.assign(tangent, result), node)
            return
        else:
            found = stores.bound_read(value, self.facts) or calls.of_operator(value, self.facts.of)
        self.out.append(node)
        if found is None:
            self.unit.refuse("this expression of differentiated values", value)
            return
        result = self.operation(found, target, value)
        if result is not None:
            result = self.kind_of(target, fitted(result, target, self.facts))
            if found.operation.fresh and self.is_written(target.id, shared_names(result)):
                result = self.copied(result, self.facts.of(target))
            self.emit(trees.assign(tangent, result), node)

    def kind_of(self, target: gast.Name, tangent: gast.expr) -> gast.expr:
        """A tangent as complex as its value, which only the run tells of some that are written."""
        fact = self.facts.of(target)
        if fact.dtype or not fact.is_number or fact.is_scalar or target.id not in self.written:
            return widened(tangent, fact, self.facts) if fact.dtype else tangent
        if not self.facts.may_be_complex(fact):
            return tangent
        helper = trees.name(self.names.bind(precision.of_type, "of_type"))
        return trees.call(helper, tangent, target)

    def is_written(self, variable: str, tangents: set[str]) -> bool:
        """Whether a tangent that is one of others, as that of `x + 1.0`, must not share its memory."""
        written = {self.identifiers.get(name) for name in self.written}
        return bool(tangents) and (variable in self.written or bool(tangents & written))

    def copied(self, tangent: gast.expr, fact: facts.Fact) -> gast.expr:
        if fact.is_number or fact.kind == facts.LIST:
            return copy_of(tangent, fact)
        helper = trees.name(self.names.bind(structures.copied, "copied"))
        return trees.call(helper, tangent)

    def taken_along(self, value: gast.Call) -> gast.expr:
        """The tangent of a partial function: those of the arguments that it took along."""
        keys: list[gast.expr] = [trees.constant(i) for i in range(len(value.args) - 1)]
        keys += [trees.constant(k.arg) for k in value.keywords]
        items = [*value.args[1:], *(k.value for k in value.keywords)]
        return gast.Dict(keys, [self.of(item) for item in items])

    def effect(self, node: gast.Expr, value: gast.Call) -> None:
        self.out.append(node)
        found = self.facts.target(value)
        if isinstance(found, calls.Bound):
            written = [root(found.given[p]) for p in found.operation.writes if p in found.given]
            if any(base in self.active for base in written):
                self.general(found, None, value, node)

    def call(
        self, found: Any, node: gast.Assign, target: gast.expr, tangent: gast.expr, value: gast.Call
    ) -> None:
        """A user's function returns its value and the tangent of it."""
        call = self.callees.forward(found, value, self)
        if call is not None:
            self.out.append(trees.rebuild(node, targets=[trees.pack([target, tangent])], value=call))

    # ---- operations -------------------------------------------------------------------------

    def operation(
        self, bound: calls.Bound, result: gast.Name, node: gast.expr
    ) -> gast.expr | None:
        if bound.operation.kind == operations.UNSUPPORTED or bound.unknown:
            what = f"with {bound.unknown} has no derivative rule"
            if bound.operation.kind == operations.UNSUPPORTED:
                what = f"is not differentiated: {bound.operation.reason}"
            self.unit.refuse(
                f"{bound.operation.name} {what}; or declare a rule with @adjoint and .tangent",
                node,
                errors.MissingRuleError,
            )
            return None
        if bound.operation.kind == operations.ELEMENTWISE and not bound.operation.linear:
            return self.elementwise(bound, result)
        return self.general(bound, result, node)

    def elementwise(self, bound: calls.Bound, result: gast.Name) -> gast.expr:
        rule = template.of(bound.operation.adjoint)  # type: ignore[arg-type]
        parameters = bound.operation.parameters
        active = {p: v for p, v in bound.given.items() if self.is_active(v)}
        filling = template.Filling(
            values_of(bound, result, rule.parameters[0]),
            lambda parameter: fold.ZERO,
            known_operands(bound, self.facts, self.activity, result, rule.parameters[0]),
            self.names,
            frozenset(parameters.index(p) for p in active),
        )
        partials = template.returned(rule, filling)
        refuse_missing(bound, parameters[: len(partials)], active, result, self.unit)
        named = zip(parameters, partials, strict=False)
        return self.chain(result, [(active[p], partial) for p, partial in named if p in active])

    def chain(self, result: gast.Name, partials: list[tuple[gast.expr, gast.expr]]) -> gast.expr:
        """The chain rule: the partial derivatives times the tangents of the operands."""
        total: gast.expr | None = None
        for operand, partial in partials:
            product = Product().times(partial).times(self.of(operand))
            if product.is_zero:
                continue
            term = product.build(self.facts.of)
            if total is not None and trees.same(total, term):
                total = Product(2.0).times(term).build(self.facts.of)
            else:
                total = term if total is None else algebra.total(total, term)
        if total is None:
            return self.zero_like(result)
        return self.whole(total, result)

    def whole(self, value: gast.expr, result: gast.Name) -> gast.expr:
        """A tangent in the shape of its value, where an operand without one is larger."""
        wanted = self.facts.of(result).shape
        if wanted is not None and self.facts.of(value).shape == wanted:
            return value
        helper = trees.name(self.names.bind(broadcasting.broadcast_like, "broadcast_like"))
        return trees.call(helper, value, result)

    def general(
        self,
        bound: calls.Bound,
        result: gast.expr | None,
        node: gast.expr,
        effect: gast.stmt | None = None,
    ) -> gast.expr | None:
        operation = bound.operation
        if operation.linear or operation.multilinear:
            return self.linear(bound, result, node)
        if operation.tangent is None:
            self.unit.refuse(
                f"{operation.name} has no rule for forward mode; declare one with .tangent",
                node,
                errors.MissingRuleError,
            )
            return None
        rule = template.of(operation.tangent)  # type: ignore[arg-type]
        first = rule.parameters[0]
        covered: set[str] = set()

        def derivative(parameter: str) -> gast.expr:
            covered.add(parameter)
            operand = bound.given.get(parameter)
            if parameter == operation.variadic:
                return self.of(trees.pack(bound.rest))
            if operand is None:
                return fold.ZERO
            if effect is None and not self.is_active(operand):
                return fold.ZERO
            return self.of(operand)

        filling = template.Filling(
            values_of(bound, result, first),
            derivative,
            known_operands(bound, self.facts, self.activity, result, first),
            self.names,
        )
        found: gast.expr | None = None
        for item in template.fill(rule, filling):
            if isinstance(item, template.Write):
                found = item.value
            else:
                self.out.append(item)
        active = [p for p, v in bound.given.items() if self.is_active(v)]
        refuse_missing(bound, covered, active, node, self.unit)
        if found is not None and fold.is_zero(found) and result is not None:
            return self.zero_like(result)
        return found

    def linear(
        self, bound: calls.Bound, result: gast.expr | None, node: gast.expr
    ) -> gast.expr | None:
        """The operation itself for the tangents of the operands in which it is linear together;
        once for each active operand of those in each of which it is."""
        operation = bound.operation
        active = [p for p, v in bound.given.items() if self.is_active(v)]
        if operation.variadic and any(map(self.is_active, bound.rest)):
            active.append(operation.variadic)
        covered = (*operation.linear, *operation.multilinear)
        refuse_missing(bound, covered, active, node, self.unit)
        total: gast.expr | None = None
        for group in (operation.linear, *((p,) for p in operation.multilinear)):
            if any(p in active for p in group):
                term = calls.replaced(bound, node, group, self.of)
                total = term if total is None else algebra.total(total, term)
        if total is None and result is not None:
            return self.zero_like(result)
        return total


def _name_of(node: gast.expr) -> str:
    return node.id if isinstance(node, gast.Name) else ""


def written_names(unit: Unit) -> set[str]:
    """The names whose memory some statement changes, under whatever name."""
    groups = memory_groups(unit.tree.body)
    roots = {mutated_root(node, unit.names) for node in trees.statements(unit.tree.body)}
    return {name for r in roots if r is not None for name in groups.get(r, (r,))}


def forward(
    unit: Unit, activity: Activity, callees: Any, wrt: Sequence[str], name: str,
    preserve: bool | str, default: bool = False, before: Sequence[str] = (),
    by_keyword: bool = False,
) -> tuple[gast.FunctionDef, tuple[str, ...]]:  # fmt: skip
    """The function that takes a tangent for each active parameter, and returns that of the value;
    and the names of these parameters."""
    *body, last = unit.tree.body
    assert isinstance(last, gast.Return) and last.value is not None
    tangents = Tangents(unit, activity, callees)
    inputs = tuple(tangents.name(p).id for p in wrt)
    new = tangents.block(body)
    derivative = tangents.of(last.value)
    value = derivative
    if preserve:
        pair = [last.value, derivative]
        value = trees.pack(pair if preserve == "first" else pair[::-1])
    new.append(trees.located(gast.Return(value), last))
    args = unit.tree.args
    one = trees.constant(1.0) if default and len(inputs) == 1 else None
    for identifier in inputs:
        args = with_parameter(args, identifier, one, before, by_keyword)
    return gast.FunctionDef(name, args, new, [], None, None, []), inputs
