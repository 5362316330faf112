"""Call one of several functions by a test of which one it is.

    for f in (square, np.sin):          for f in (square, np.sin):
        total = total + f(x)      ->        if f is square:
                                                value = square(x)
                                            else:
                                                value = np.sin(x)
                                            total = total + value

What a variable, a list or a dict may hold is known from where it was filled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import gast

from tangent_ad.analysis import calls, classes, facts
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize.splice import Splicer
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING

PLACES = (gast.Name, gast.Subscript)


def spelled_out(unit: Unit, known: Facts) -> Unit:
    """The unit itself if no function of several is called."""
    if not any(classes.anywhere(fact, facts.alternatives) for fact in known.names.values()):
        return unit
    taint = Taint(unit.tree.body, unit.names, unit.active)

    def is_choice(node: gast.Call) -> bool:
        if not isinstance(node.func, PLACES) or unit.names.resolve(node.func) is not MISSING:
            return False
        return bool(facts.alternatives(known.of(node.func))) and taint.of(node)

    chooser = _Chooser(unit, known, is_choice)
    body = chooser.block(unit.tree.body)
    return unit.with_body(body) if chooser.count else unit


class _Chooser(Splicer):
    def call(self, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        """A variable for the value; the tests and calls that give it go to `out`."""
        self.count += 1
        chosen = facts.alternatives(self.known.of(node.func))
        if any(map(self.is_inside, trees.children(node))):
            node = self.parts(node, like, out)
        node = trees.rebuild(
            node,
            func=self.named(node.func, like, out),
            args=[self.short(a, like, out) for a in node.args],
            keywords=[trees.rebuild(k, value=self.short(k.value, like, out)) for k in node.keywords],
        )
        value = trees.name(self.names.fresh("value"))
        is_mixed = any(not isinstance(fact.value, facts.Partial) for fact in chosen)
        partials = [fact.value for fact in chosen if isinstance(fact.value, facts.Partial)]
        counts = Counter(id(partial.function) for partial in partials)
        self.shared = {function for function, count in counts.items() if count > 1}
        chain: list[gast.stmt] = []
        for fact in reversed(chosen):
            arm = [trees.assign(value, self.called(fact, node), like)]
            test = self.is_that(fact, node.func, is_mixed)
            if isinstance(fact.value, facts.Partial) and id(fact.value.function) in self.shared:
                test = gast.BoolOp(gast.And(), [test, *self.takes(fact.value, node.func)])
            chain = [trees.branch(test, arm, chain, like)] if chain else arm
        out += chain
        return value

    def short(self, node: Any, like: gast.stmt, out: list[gast.stmt]) -> Any:
        """An argument that stands in every arm."""
        is_short = isinstance(node, (gast.Starred, gast.Subscript)) and trees.size(node) < 6
        return node if is_short else self.named(node, like, out)

    def function(self, fact: Fact) -> gast.expr:
        function = fact.value.function if isinstance(fact.value, facts.Partial) else fact.value
        name = getattr(function, "__name__", "")
        return trees.name(self.names.bind(function, name if name.isidentifier() else "function"))

    def called(self, fact: Fact, node: gast.Call) -> gast.Call:
        if isinstance(fact.value, facts.Partial):
            node = calls.through_partial(node, fact.value)
        return trees.rebuild(node, func=self.function(fact))

    def is_that(self, fact: Fact, variable: gast.expr, is_mixed: bool) -> gast.expr:
        if isinstance(fact.value, facts.Partial):
            inner: gast.expr = trees.attribute(variable, "func")
            if is_mixed:
                get = trees.name(self.names.bind(getattr, "getattr"))
                inner = trees.call(get, variable, trees.constant("func"), trees.constant(None))
            variable = inner
        return gast.Compare(variable, [gast.Is()], [self.function(fact)])

    def takes(self, partial: facts.Partial, variable: gast.expr) -> Iterator[gast.expr]:
        """Tests of what a partial took along, where several of one function took different things."""
        names = [k for k in partial.keys if isinstance(k, str)]
        table = trees.attribute(variable, "keywords")
        for box, count in ((trees.attribute(variable, "args"), len(partial.keys) - len(names)),
                           (table, len(names))):  # fmt: skip
            length = trees.call(trees.name(self.names.bind(len, "len")), box)
            yield gast.Compare(length, [gast.Eq()], [trees.constant(count)])
        for name in names:
            yield gast.Compare(trees.constant(name), [gast.In()], [table])
