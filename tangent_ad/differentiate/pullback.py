"""The adjoint of one operation, by its rule.

For `z = x * y` and the partial derivatives y and x: `bx += bz * y`, `by += bz * x`, each brought
to the shape of its operand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from tangent_ad import errors
from tangent_ad.analysis import algebra, assumptions, calls, monomials, operations
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.algebra import Product
from tangent_ad.analysis.effects import is_pure
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.analysis.values import item_of
from tangent_ad.differentiate import broadcasting
from tangent_ad.differentiate.adjoints import Adjoints
from tangent_ad.differentiate.operands import known_operands, refuse_missing, values_of
from tangent_ad.differentiate.real_parts import derivative_fact, fitted
from tangent_ad.runtime import structures
from tangent_ad.syntax import template, trees
from tangent_ad.syntax.fold import literal


class Pullback:
    def __init__(self, known: Facts, activity: Activity, adjoints: Adjoints) -> None:
        self.facts = known
        self.unit = known.unit
        self.activity = activity
        self.adjoints = adjoints

    def reverse(
        self, bound: calls.Bound, result: gast.expr | None, node: gast.AST,
        seed: gast.expr | None = None,
    ) -> None:  # fmt: skip
        """Write the adjoint of `result = operation(operands)`; `seed` is the adjoint of a result
        that is unpacked into several variables."""
        operation = bound.operation
        active = {p: v for p, v in bound.given.items() if self._is_active(v)}
        rest = [v for v in bound.rest if self._is_active(v)]
        if not active and not rest:
            return
        if not self._is_covered(bound, node):
            return
        if operation.kind == operations.ELEMENTWISE:
            self._elementwise(bound, result, active)
        else:
            self._general(bound, result, node, seed)

    def _is_active(self, node: gast.expr) -> bool:
        return bool(trees.reads(node) & self.activity.active) and self.activity.varies(node)

    def _is_covered(self, bound: calls.Bound, node: gast.AST) -> bool:
        operation = bound.operation
        if operation.kind == operations.UNSUPPORTED:
            self.unit.refuse(
                f"{operation.name} is not differentiated: {operation.reason}; or declare a rule with "
                "@adjoint",
                node,
                errors.MissingRuleError,
            )
        elif operation.adjoint is None:
            self.unit.refuse(
                f"{operation.name} has no rule for reverse mode; declare one with @adjoint",
                node,
                errors.MissingRuleError,
            )
        elif bound.unknown:
            what = "starred arguments" if bound.unknown[0] == "*" else bound.unknown
            self.unit.refuse(
                f"{operation.name} with {what} has no derivative rule; "
                "leave the argument out or declare a rule with @adjoint",
                node,
                errors.MissingRuleError,
            )
        else:
            return True
        return False

    # ---- elementwise ------------------------------------------------------------------------

    def _elementwise(
        self, bound: calls.Bound, result: gast.expr | None, active: dict[str, gast.expr]
    ) -> None:
        assert isinstance(result, gast.Name)
        partials = self.partials(bound, result, active)
        self._chain(result, [(bound.given[p], partial) for p, partial in partials.items()])

    def monomial(self, node: gast.expr, result: gast.Name) -> None:
        """Write the adjoint of a product in which a factor repeats."""
        found = monomials.partials(node, self._is_active, self.unit.names.bind(np, "np"))
        self._chain(result, [(trees.name(name), partial) for name, partial in found.items()])

    def _chain(self, result: gast.Name, partials: list[tuple[gast.expr, gast.expr]]) -> None:
        """The chain rule: the adjoint of the result times the partial derivative by each operand."""
        whole = self.facts.of(result).shape
        seed, spread = self.adjoints.peek(result.id)
        contributions: list[tuple[gast.expr, gast.expr, bool]] = []
        for operand, partial in partials:
            product = Product().times(partial)
            if product.is_zero:
                continue
            value = Product().times(seed).times(partial).build(self.facts.of)
            still_spread = spread and self._reaches(partial, whole) is False
            axes = broadcasting.summed_axes(whole, self.facts.of(operand).shape)
            if still_spread and axes is not None:
                seed, spread, still_spread = self.adjoints.take(result.id), False, False
                value = Product().times(seed).times(partial).build(self.facts.of)
            if axes is not None:
                value = broadcasting.shrink(value, whole, operand, self.facts)
            contributions.append((operand, value, still_spread))
        self.contribute(contributions)

    def _reaches(self, partial: gast.expr, whole: Any) -> bool:
        """Whether a partial derivative alone has the shape of the result."""
        return whole is not None and self.facts.of(partial).shape == whole

    def partials(
        self, bound: calls.Bound, result: gast.expr, active: dict[str, gast.expr]
    ) -> dict[str, gast.expr]:
        """The partial derivatives with respect to the active operands."""
        rule = template.of(bound.operation.adjoint)  # type: ignore[arg-type]
        parameters = bound.operation.parameters
        filling = template.Filling(
            values_of(bound, result, rule.parameters[0]),
            self._no_derivative,
            known_operands(bound, self.facts, self.activity, result, rule.parameters[0]),
            self.unit.names,
            frozenset(parameters.index(p) for p in active),
        )
        found = template.returned(rule, filling)
        refuse_missing(bound, parameters[: len(found)], active, result, self.unit)
        return {p: found[i] for i, p in enumerate(parameters[: len(found)]) if p in active}

    @staticmethod
    def _no_derivative(parameter: str) -> gast.expr:
        raise errors.RuleError("an elementwise rule returns partial derivatives; it uses no d[...]")

    def contribute(self, contributions: list[tuple[gast.expr, gast.expr, bool]]) -> None:
        """Add what one statement contributes; two contributions to one variable are one sum."""
        merged: dict[str, tuple[gast.expr, bool]] = {}
        for operand, value, spread in self.distributed(contributions):
            if operand.id in merged:
                first, first_spread = merged[operand.id]
                merged[operand.id] = (self._sum(operand, first, value), spread and first_spread)
            else:
                merged[operand.id] = (value, spread)
        for variable, (value, spread) in merged.items():
            self.adjoints.add(variable, value, spread)

    def distributed(
        self, contributions: list[tuple[gast.expr, gast.expr, bool]]
    ) -> list[tuple[gast.Name, gast.expr, bool]]:
        """The contribution to `[x, y]` as one to x and one to y."""
        found: list[tuple[gast.Name, gast.expr, bool]] = []
        for operand, value, spread in contributions:
            if isinstance(operand, gast.Name):
                if operand.id in self.activity.active:
                    found.append((operand, value, spread))
            elif _same_form(operand, value):
                pairs = zip(operand.elts, value.elts, strict=True)  # type: ignore[attr-defined]
                found += self.distributed(
                    [(item, part, False) for item, part in pairs
                     if self._is_active(item) and literal(part) != 0]
                )
            elif isinstance(operand, (gast.Tuple, gast.List)) and self._is_unstacked(value):
                found += self.distributed(self._unstacked(operand, value))
            elif isinstance(operand, (gast.Tuple, gast.List)) and operand.elts:
                parts = [
                    trees.name(self.unit.names.fresh(f"b{item.id}"))
                    if isinstance(item, gast.Name) and item.id in self.activity.active
                    else trees.name(self.unit.names.fresh("_"))
                    for item in operand.elts
                ]
                self.adjoints.take_apart(parts, value)
                for at, (item, part) in enumerate(zip(operand.elts, parts, strict=True)):
                    whole = item_of(self.facts.of(value), at)
                    is_complex = self.facts.may_be_complex(whole)
                    fact = self.facts.of(item)._replace(dtype=whole.dtype if is_complex else "float")
                    self.facts.names[part.id] = derivative_fact(fact, is_complex)
                found += self.distributed(
                    [(item, part, False) for item, part in zip(operand.elts, parts, strict=True)]
                )
            elif self._is_active(operand):
                self.unit.refuse("this operand, which has no name; assign it to a variable", operand)
        return found

    def _is_unstacked(self, value: gast.expr) -> bool:
        if not isinstance(value, gast.Call):
            return False
        is_call = self.unit.names.resolve(value.func) is structures.unstacked_like
        return is_call and isinstance(value.args[0], gast.Name)

    def _unstacked(
        self, operand: gast.expr, value: gast.expr, index: tuple[gast.expr, ...] = ()
    ) -> list[tuple[gast.expr, gast.expr, bool]]:
        """The elements of the adjoint of `np.array([[x, y], [z, w]])`, one by one."""
        if isinstance(operand, (gast.Tuple, gast.List)):
            return [
                found
                for position, item in enumerate(operand.elts)
                if self._is_active(item)
                for found in self._unstacked(item, value, (*index, trees.constant(position)))
            ]
        at = index[0] if len(index) == 1 else trees.pack(index)
        return [(operand, trees.subscript(value.args[0], at), False)]  # type: ignore[attr-defined]

    def _sum(self, operand: gast.Name, left: gast.expr, right: gast.expr) -> gast.expr:
        """Equal contributions, as those of `x * x`, count twice; lists are added part by part."""
        if not self.facts.of(operand).is_number:
            helper = trees.name(self.unit.names.bind(structures.add, "add"))
            return trees.call(helper, left, right)
        if trees.same(left, right):
            doubled = Product(2.0).times(left)
            return doubled.build(self.facts.of)
        return algebra.total(left, right)

    # ---- general rules ----------------------------------------------------------------------

    def _general(
        self, bound: calls.Bound, result: gast.expr | None, node: gast.AST,
        seed: gast.expr | None,
    ) -> None:  # fmt: skip
        rule = template.of(bound.operation.adjoint)  # type: ignore[arg-type]
        first = rule.parameters[0]
        operands = {**bound.given}
        covered: set[str] = set()

        def derivative(parameter: str) -> gast.expr:
            covered.add(parameter)
            if parameter == first and seed is not None:
                return seed
            if parameter == first:
                assert isinstance(result, gast.Name)
                return trees.name(self.adjoints.name(result.id))
            node = operands.get(parameter)
            base = root(node) if node is not None else None
            if base is None or base not in self.activity.active:
                raise errors.RuleError(f"{bound.operation.name}: d[{parameter}] is not a variable")
            return trees.substitute(node, {base: trees.name(self.adjoints.name(base))})

        filling = template.Filling(
            values_of(bound, result, first),
            derivative,
            known_operands(bound, self.facts, self.activity, result, first),
            self.unit.names,
        )
        contributions: list[tuple[gast.expr, gast.expr, bool]] = []
        items = template.fill(rule, filling)
        if seed is None and isinstance(result, gast.Name) and first in covered:
            items = self._seeded(items, result.id)
        for item in items:
            if isinstance(item, template.Write):
                item = template.Write(item.parameter, trees.transform(item.value, self._size))
                covered.add(item.parameter)
                operand = operands.get(item.parameter)
                if item.parameter == bound.operation.variadic:
                    operand = trees.pack(bound.rest)
                if literal(item.value) == 0:
                    continue
                if operand is not None and self._is_active(operand):
                    contributions += self._spread(operand, item.value)
                elif bound.operation.writes and not is_pure(item.value, self.unit.names):
                    self._in_place(trees.statement(item.value))  # such as the pop of an append
            elif isinstance(item, gast.stmt) and self._concerns_active(item):
                self._in_place(item)
        active = [p for p, v in operands.items() if self._is_active(v)]
        refuse_missing(bound, covered, active, node, self.unit)
        self.contribute(contributions)

    def _size(self, node: Any) -> Any:
        """`t.size` of a temporary as the size of something that is there anyway."""
        if isinstance(node, gast.Attribute) and node.attr == "size":
            inner = node.value
        elif isinstance(node, gast.Call) and len(node.args) == 1 and not node.keywords:
            inner = node.args[0] if self.unit.names.resolve(node.func) is np.size else node
        else:
            return node
        if not isinstance(inner, gast.Name) or inner.id in self.unit.names.user:
            return node
        shape = self.facts.of(inner).shape
        if isinstance(shape, tuple) and len(shape) == 1:
            length = assumptions.length_of_parameter(shape[0])
            if length is not None and length[0] in self.unit.names.user:
                array = trees.name(length[0])
                if length[1] == 0:
                    return trees.call(trees.name(self.unit.names.bind(len, "len")), array)
                at = trees.constant(length[1])
                return trees.subscript(trees.attribute(array, "shape"), at)
        donor = trees.name(self.adjoints.donor(inner.id))
        if isinstance(node, gast.Call):
            return trees.rebuild(node, args=[donor])
        return trees.rebuild(node, value=donor)

    def _seeded(
        self, items: list[template.Write | gast.stmt], variable: str
    ) -> list[template.Write | gast.stmt]:
        """A filled rule with the adjoint of the result, which it reads, made ready. One number that
        stands for all elements stays one where it is spread anyway."""
        pending = self.adjoints.state.pending.get(variable)
        if pending is not None and self.facts.of(pending).is_scalar:
            name = self.adjoints.name(variable)
            replaced = [self._with_number(item, name, pending) for item in items]
            if not any(map(_reads(name), replaced)):
                return replaced
        self.adjoints.settle(variable)
        return items

    def _with_number(
        self, item: template.Write | gast.stmt, name: str, number: gast.expr
    ) -> template.Write | gast.stmt:
        """`np.full_like(x, bz[:, None])` and `bx[i] += bz` with a number in place of bz."""
        if isinstance(item, gast.AugAssign) and isinstance(item.target, gast.Subscript):
            if isinstance(item.value, gast.Name) and item.value.id == name:
                return trees.rebuild(item, value=number)
        if not isinstance(item, template.Write) or not isinstance(item.value, gast.Call):
            return item
        if self.unit.names.resolve(item.value.func) is not np.full_like:
            return item

        def without_expansion(node: gast.expr) -> gast.expr:
            inner = node.value if isinstance(node, gast.Subscript) else None
            if isinstance(node, gast.Call) and len(node.args) == 2:
                if self.unit.names.resolve(node.func) is np.expand_dims:
                    inner = node.args[0]
            return number if isinstance(inner, gast.Name) and inner.id == name else node

        like, value = item.value.args
        value = trees.transform(value, without_expansion)
        value = Product().times(trees.substitute(value, {name: number})).build(self.facts.of)
        return template.Write(item.parameter, trees.rebuild(item.value, args=[like, value]))

    def _spread(
        self, operand: gast.expr, value: gast.expr
    ) -> list[tuple[gast.expr, gast.expr, bool]]:
        """A contribution to a variable; `np.full_like(x, v)` is kept as v until it is needed."""
        if isinstance(value, gast.Call) and len(value.args) == 2 and not value.keywords:
            if self.unit.names.resolve(value.func) is np.full_like:
                return [(operand, value.args[1], True)]
        return [(operand, value, False)]

    def _concerns_active(self, node: gast.stmt) -> bool:
        """Whether an in-place statement of a rule writes the adjoint of an active operand."""
        written = [n for n in trees.walk(node) if isinstance(n, gast.Name)]
        primal = self.adjoints.primal_of
        touched = [primal[n.id] for n in written if n.id in primal]
        return not touched or any(v in self.activity.active for v in touched)

    def _in_place(self, node: gast.stmt) -> None:
        if isinstance(node, (gast.Assign, gast.AugAssign)):
            target = node.targets[0] if isinstance(node, gast.Assign) else node.target
            variable = self.adjoints.primal_of.get(root(target) or "")
            if variable is not None and self.facts.names[variable].is_number:
                value = fitted(node.value, trees.name(variable), self.facts)
                node = trees.rebuild(node, value=value)
        for name in sorted(trees.reads(node)):
            variable = self.adjoints.primal_of.get(name)
            if variable is not None and _writes_into(node, name):
                self.adjoints.own(variable)
        self.adjoints.emit(node)


def _reads(name: str) -> Callable[[template.Write | gast.stmt], bool]:
    def test(item: template.Write | gast.stmt) -> bool:
        return name in trees.reads(item.value if isinstance(item, template.Write) else item)

    return test


def _same_form(one: gast.expr, other: gast.expr) -> bool:
    """Whether both are displays of as many elements."""
    displays = (gast.Tuple, gast.List)
    if not isinstance(one, displays) or not isinstance(other, displays):
        return False
    starred = any(isinstance(e, gast.Starred) for e in (*one.elts, *other.elts))
    return len(one.elts) == len(other.elts) and not starred


def _writes_into(node: gast.stmt, name: str) -> bool:
    """Whether a statement of a rule changes the object behind a name."""
    if isinstance(node, (gast.Assign, gast.AugAssign)):
        target = node.targets[0] if isinstance(node, gast.Assign) else node.target
        return name in trees.reads(target) and not isinstance(target, gast.Name)
    if isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
        call = node.value
        owner = call.func.value if isinstance(call.func, gast.Attribute) else None
        first = call.args[0] if call.args else None
        return any(n is not None and root(n) == name for n in (owner, first))
    return False

