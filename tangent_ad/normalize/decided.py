"""Leave out what a test of an optional argument rules out.

    def layer(value, bias, activation):         with None for `bias`, np.tanh for `activation`:
        if bias is not None:                        value = activation(value)
            value = value + bias            ->      return value
        if activation:
            value = activation(value)
        return value

Only what cannot be otherwise decides: None, a function, a text that stands at the call or is a default.
Numbers and containers are guesses about the arguments until the derivative is called.
"""

from __future__ import annotations

from collections.abc import Sequence

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt


def left_out(unit: Unit, known: Facts) -> Unit:
    """The unit itself if no test is decided."""
    worker = _Worker(known)
    body = worker.block(unit.tree.body)
    return unit.with_body(body) if worker.changed else unit


class _Worker:
    def __init__(self, known: Facts) -> None:
        self.facts = known
        self.changed = False

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            is_test = isinstance(node, gast.If) and not isinstance(node, Attempt)
            decided = self.holds(node.test) if is_test else None
            if decided is not None:
                self.changed = True
                out += self.block(node.body if decided else node.orelse)
            elif isinstance(node, gast.FunctionDef):
                out.append(node)
            else:
                inner = {field: self.block(b) for field, b in trees.blocks(node)}
                out.append(trees.updated(node, **inner))
        return out

    def holds(self, test: gast.expr) -> bool | None:
        """What a test gives, if that is certain."""
        if isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
            inner = self.holds(test.operand)
            return None if inner is None else not inner
        if isinstance(test, gast.Name):
            kind = self.kind(test)
            return None if kind is None else kind == facts.CALLABLE
        if isinstance(test, gast.Call) and len(test.args) == 1:
            is_callable = self.facts.unit.names.resolve(test.func) is callable
            kind = self.facts.of(test.args[0]).kind if is_callable else None
            is_known = kind in (facts.NONE, facts.CALLABLE, facts.NUMBER, *facts.CONTAINERS)
            return kind == facts.CALLABLE if is_known else None
        if isinstance(test, gast.Compare) and len(test.ops) == 1:
            return self.compared(test.left, test.ops[0], test.comparators[0])
        return None

    def kind(self, node: gast.expr) -> str | None:
        """Whether a variable is None or a function, where that is all it can be."""
        fact = self.facts.of(node) if isinstance(node, gast.Name) else facts.ANYTHING
        is_certain = fact.kind == facts.NONE or fact.kind == facts.CALLABLE
        return fact.kind if is_certain else None

    def compared(self, left: gast.expr, op: gast.cmpop, right: gast.expr) -> bool | None:
        if not isinstance(left, gast.Name) or not isinstance(right, gast.Constant):
            return None
        fact = self.facts.of(left)
        if isinstance(op, (gast.Is, gast.IsNot)) and right.value is None:
            kind = self.kind(left)
            return None if kind is None else (kind == facts.NONE) == isinstance(op, gast.Is)
        is_text = fact.kind == facts.TEXT and fact.is_constant and isinstance(right.value, str)
        if isinstance(op, (gast.Eq, gast.NotEq)) and is_text:
            return (fact.value == right.value) == isinstance(op, gast.Eq)
        return None
