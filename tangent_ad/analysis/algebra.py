"""Build products, sums and reductions the way a person writes them.

    by * (2 * x)        ->  2.0 * by * x
    by * (1 / y)        ->  by / y
    by * -x             ->  -by * x
    np.sum(s * a)       ->  s * np.sum(a)      with s a scalar

Scalar factors come first, so that they meet each other before they meet an array.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast

from tangent_ad.analysis.facts import Fact, array
from tangent_ad.syntax import trees
from tangent_ad.syntax.fold import literal

FactOf = Callable[[gast.expr], Fact]


@dataclass(eq=False, repr=False)
class Product:
    """A product as literal, factors above and factors below the line."""

    literal: float = 1.0
    above: list[gast.expr] = field(default_factory=list)
    below: list[gast.expr] = field(default_factory=list)

    def times(self, node: gast.expr) -> Product:
        value = literal(node)
        if value is not None:
            self.literal *= value
        elif _is(node, gast.UnaryOp, gast.USub):
            self.literal = -self.literal
            self.times(node.operand)
        elif _is(node, gast.BinOp, gast.Mult):
            self.times(node.left).times(node.right)
        elif _is(node, gast.BinOp, gast.Div):
            self.times(node.left).over(node.right)
        elif isinstance(node, gast.Subscript) and isinstance(
            node.value, (gast.BinOp, gast.UnaryOp)
        ):
            self.above.append(self._without_literal(node))
        else:
            self.above.append(node)
        return self

    def _without_literal(self, node: gast.Subscript) -> gast.expr:
        """`(-2.0 * x)[i]` as `x[i]`, the number taken out."""
        inner = Product().times(node.value)
        if inner.below or len(inner.above) != 1:
            return node
        self.literal *= inner.literal
        return trees.rebuild(node, value=inner.above[0])

    def over(self, node: gast.expr) -> Product:
        value = literal(node)
        if value:
            self.literal /= value
        else:
            self.below.append(node)
        return self

    @property
    def is_zero(self) -> bool:
        return self.literal == 0

    def build(self, fact: FactOf) -> gast.expr:
        """The expression: literal and scalars first, each divided as soon as it can be."""
        above: dict[bool, list] = {True: [], False: []}
        below: dict[bool, list] = {True: [], False: []}
        for factor in _squared(self.above):
            above[fact(factor).is_scalar].append(factor)
        for factor in self.below:
            below[fact(factor).is_scalar].append(factor)
        for factors in above.values():  # a truth value has no sign
            factors.sort(key=lambda factor: fact(factor).dtype == "bool")
        first = list(above[True])
        is_flag = all(fact(f).dtype == "bool" for f in (*above[True], *above[False]))
        leads = (first or above[False])[:1]
        signed_flag = self.literal < 0 and leads and fact(leads[0]).dtype == "bool"
        if abs(self.literal) != 1 or is_flag or signed_flag:
            first.insert(0, trees.constant(abs(self.literal)))
        parts = first or above[False][:1]
        rest = above[False] if first else above[False][1:]
        result = trees.negative(parts[0]) if self.literal < 0 else parts[0]
        for factor in parts[1:]:
            result = trees.binary(result, gast.Mult, factor)
        if first:
            result = _divided(result, below[True])
        for factor in rest:
            result = trees.binary(result, gast.Mult, factor)
        return _divided(result, below[False] if first else below[True] + below[False])

    def scalars(self, fact: FactOf) -> tuple[Product, Product]:
        """The scalar factors, and the others."""
        one, other = Product(self.literal), Product()
        for factor in self.above:
            (one if fact(factor).is_scalar else other).above.append(factor)
        for factor in self.below:
            (one if fact(factor).is_scalar else other).below.append(factor)
        return one, other


def _squared(factors: list[gast.expr]) -> list[gast.expr]:
    """`h[t] * h[t]` as `h[t] ** 2`; a plain name stays a product, which is faster for floats."""
    result: list[gast.expr] = []
    for factor in factors:
        at = next((i for i, f in enumerate(result) if trees.same(f, factor)), None)
        if at is None or isinstance(factor, gast.Name):
            result.append(factor)
        else:
            result[at] = trees.binary(factor, gast.Pow, trees.constant(2))
    return result


def _divided(value: gast.expr, divisors: list[gast.expr]) -> gast.expr:
    if len(divisors) > 1:
        product = divisors[0]
        for divisor in divisors[1:]:
            product = trees.binary(product, gast.Mult, divisor)
        divisors = [product]
    for divisor in divisors:
        value = trees.binary(value, gast.Div, divisor)
    return value


def product(fact: FactOf, *factors: gast.expr) -> gast.expr:
    result = Product()
    for factor in factors:
        result.times(factor)
    return result.build(fact)


def reduction(
    value: gast.expr, axes: tuple[int, ...] | None, keep: bool, fact: FactOf,
    make: Callable[[gast.expr], gast.expr],
) -> gast.expr:  # fmt: skip
    """A sum of a product over some axes, or all: what does not vary along them stands in front."""
    outside, inside = Product().times(value).scalars(fact)
    if not inside.above:
        outside, inside = Product(), Product().times(value)
    if axes is not None:
        _take_out(inside, outside, axes, keep, fact)
    inner = make(inside.build(fact))
    outside.above.append(inner)
    return outside.build(lambda node: array() if node is inner else fact(node))


def _take_out(
    inside: Product, outside: Product, axes: tuple[int, ...], keep: bool, fact: FactOf
) -> None:
    factors = (*inside.above, *inside.below)
    ranks = {fact(node).rank for node in factors}
    if None in ranks:
        return
    if keep and len(ranks) == 1:  # else axes are not counted alike

        def is_constant(node: gast.expr) -> bool:
            return _ones_at(fact(node).shape, axes)

    elif not keep and axes == tuple(range(len(axes))):
        most = max(ranks) - len(axes)  # type: ignore[type-var, operator]

        def is_constant(node: gast.expr) -> bool:
            return fact(node).rank <= most  # type: ignore[operator]

    else:
        return
    if all(map(is_constant, inside.above)):
        return
    for kept, moved in ((inside.above, outside.above), (inside.below, outside.below)):
        found = [node for node in kept if is_constant(node)]
        moved += found
        kept[:] = [node for node in kept if node not in found]


def _ones_at(shape: Any, axes: tuple[int, ...]) -> bool:
    if not isinstance(shape, tuple):
        return False
    return all(-len(shape) <= axis < len(shape) and shape[axis] == 1 for axis in axes)


def total(left: gast.expr, right: gast.expr) -> gast.expr:
    """left + right, as a difference where right carries a minus sign."""
    if trees.same(left, right):
        return trees.binary(trees.constant(2.0), gast.Mult, left)
    inner, sign = signed(right)
    return trees.binary(left, gast.Sub if sign < 0 else gast.Add, inner)


def signed(node: gast.expr) -> tuple[gast.expr, int]:
    """An expression without its leading minus, and the sign."""
    if _is(node, gast.UnaryOp, gast.USub):
        return node.operand, -1
    if isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Mult, gast.Div, gast.MatMult)):
        inner, sign = signed(node.left)
        if sign < 0:
            return trees.rebuild(node, left=inner), -1
    return node, 1


def negated(node: gast.expr) -> gast.expr:
    """An expression with the other sign, in front of its first factor."""
    inner, sign = signed(node)
    if sign < 0:
        return inner
    if isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Mult, gast.Div, gast.MatMult)):
        return trees.rebuild(node, left=negated(node.left))
    return trees.negative(node)


def _is(node: Any, kind: type, op: type) -> bool:
    return isinstance(node, kind) and isinstance(getattr(node, "op", None), op)
