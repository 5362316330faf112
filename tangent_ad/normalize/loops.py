"""Comprehensions as the loops that they stand for, and loops over several things at once.

    ys = [g(x, e) for e in es if e > 0]       ys = []
                                         ->   for e in es:
                                                  if e > 0:
                                                      ys.append(g(x, e))
"""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.analysis import effects
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import spellings, views
from tangent_ad.normalize.iterators import Iterators
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

AGGREGATES = {"sum", "min", "max", "list", "tuple", "any", "all", "sorted"}


class Loops:
    """The part of `desugar` that has to do with loops."""

    unit: Unit
    names: Names
    taint: Taint
    iterators: Iterators
    outside: set[str]

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        raise NotImplementedError

    def made(self, node: gast.stmt, out: list[gast.stmt]) -> None:
        raise NotImplementedError

    def whole(
        self, node: gast.expr, like: gast.stmt, out: list[gast.stmt], alone: bool = False
    ) -> gast.expr:
        raise NotImplementedError

    def expression(self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        raise NotImplementedError

    def visit_For(self, node: gast.For, out: list[gast.stmt]) -> None:
        iterable = node.iter
        counted = spellings.counted(iterable, self.names)
        if counted is not None:
            out += self.block(spellings.endless(node, *counted, self.names))
            return
        if self.taint.of(iterable):
            if isinstance(iterable, gast.Call):
                iterable = views.with_lists(iterable, self.names)
            iterable = self.iterators.iterable(iterable, node, out)
            self.taint = Taint([trees.rebuild(node, iter=iterable)], self.names, self.taint.tainted)
        if isinstance(iterable, gast.GeneratorExp) and self.taint.of(iterable):
            if len(iterable.generators) == 1 or not _may_leave(node):
                self.fused(node, iterable, out)
                return
        if self.is_changed_on_the_way(iterable, node):
            # A second name for what is written: that is looked for among variables.
            items = trees.name(self.names.fresh("items"))
            out.append(trees.assign(items, iterable, node))
            iterable = items
        target, iterable, body = self.positions(node, iterable)
        iterable = self.over(iterable, node, out)
        out.append(
            trees.rebuild(
                node,
                iter=iterable,
                target=target,
                body=self.block(body),
                orelse=self.block(node.orelse),
            )
        )

    def is_changed_on_the_way(self, iterable: gast.expr, node: gast.For) -> bool:
        """Whether the body writes into what is in a display that the loop goes over."""
        if not isinstance(iterable, (gast.Tuple, gast.List)):
            return False
        changed = {effects.mutated_root(inner, self.names) for inner in trees.statements(node.body)}
        return not changed.isdisjoint(trees.reads(iterable))

    def over(self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        """What a loop goes over; it knows how to go over several at once."""
        if isinstance(node, gast.Call) and self.names.resolve(node.func) in (zip, enumerate, reversed):
            if not any(isinstance(a, gast.Starred) for a in node.args):
                return trees.rebuild(node, args=[self.over(a, like, out) for a in node.args])
        return self.whole(node, like, out)

    def positions(
        self, node: gast.For, iterable: gast.expr
    ) -> tuple[gast.expr, gast.expr, list[gast.stmt]]:
        """A target of names, for `enumerate` a position that counts from 0 and an item."""
        target, body = node.target, node.body
        is_counted = isinstance(iterable, gast.Call) and self.names.resolve(iterable.func) is enumerate
        if is_counted and self.taint.of(iterable):
            start = [*iterable.args[1:], *(k.value for k in iterable.keywords)]
            is_pair = isinstance(target, gast.Tuple) and len(target.elts) == 2
            if start or not is_pair or not self._plain_target(target):
                i, item = (trees.name(self.names.fresh(hint)) for hint in ("i", "item"))
                count = trees.binary(i, gast.Add, start[0]) if start else i
                if is_pair and self._plain_target(target.elts[1]):
                    item = target.elts[1]
                    begin = [trees.assign(target.elts[0], count, node)]
                elif is_pair and not start and isinstance(target.elts[0], gast.Name):
                    i = target.elts[0]
                    begin = [trees.assign(target.elts[1], item, node)]
                else:
                    begin = [trees.assign(target, trees.pack([count, item]), node)]
                counted = trees.rebuild(iterable, args=iterable.args[:1], keywords=[])
                return trees.pack([i, item]), counted, [*begin, *body]
        if not self._plain_target(target):
            item = trees.name(self.names.fresh("item"))
            target, body = item, [trees.assign(node.target, item, node), *body]
        return target, iterable, body

    def fused(self, node: gast.For, iterable: gast.GeneratorExp, out: list[gast.stmt]) -> None:
        """`for y in (f(x) for x in xs): ...` is `for x in xs: y = f(x); ...`"""
        bound = [n for g in iterable.generators for n in trees.bound_names(g.target)]
        new = _renamed(iterable, self.apart(bound))
        inner: list[gast.stmt] = [trees.assign(node.target, new.elt, node), *node.body]
        orelse = node.orelse
        for generator in reversed(new.generators):
            for test in reversed(generator.ifs):
                inner = [trees.branch(test, inner, (), node)]
            loop = gast.For(generator.target, generator.iter, inner, orelse, None)
            inner, orelse = [trees.located(loop, node)], []
        self.made(inner[0], out)

    def apart(self, bound: list[str]) -> dict[str, str]:
        """New names for the variables of a comprehension that mean something else in the function."""
        known = self.names.locals
        mapping = {n: self.names.fresh(n) for n in bound if n in known or n in self.outside}
        self.names.take_all(set(bound) - set(mapping))
        return mapping

    @staticmethod
    def _plain_target(target: gast.expr) -> bool:
        """A name, or nested tuples of names."""
        if isinstance(target, (gast.Tuple, gast.List)):
            return all(map(Loops._plain_target, target.elts))
        return isinstance(target, gast.Name)

    # ---- comprehensions ---------------------------------------------------------------------

    def _comprehension(
        self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr:
        """The loop that a comprehension stands for; its variables get names of their own."""
        if isinstance(node, gast.SetComp):  # of the keys among differentiated values, perhaps
            items = gast.ListComp(node.elt, node.generators)
            return trees.call(
                trees.name(self.names.bind(set, "set")), self._comprehension(items, like, out)
            )
        is_dict = isinstance(node, gast.DictComp)
        result = trees.name(self.names.fresh("table" if is_dict else "items"))
        self.taint.tainted.add(result.id)
        out.append(
            trees.assign(result, gast.Dict([], []) if is_dict else gast.List([], trees.LOAD), like)
        )
        bound = [n for g in node.generators for n in trees.bound_names(g.target)]
        node = _renamed(node, self.apart(bound))
        if is_dict:
            inner: gast.stmt = trees.assign(trees.subscript(result, node.key), node.value, like)
        else:
            inner = trees.statement(trees.method(result, "append", node.elt), like)
        for generator in reversed(node.generators):
            for test in reversed(generator.ifs):
                inner = trees.branch(test, [inner], (), like)
            inner = trees.located(
                gast.For(generator.target, generator.iter, [inner], [], None), like
            )
        self.made(inner, out)
        return result

    def _is_aggregate(self, node: gast.Call) -> bool:
        """`sum(... for ...)` and the like over values that matter."""
        if not self._goes_over(node) or not isinstance(node.args[0], gast.GeneratorExp):
            return False
        return self.taint.of(node.args[0])

    @staticmethod
    def _goes_over(node: gast.Call) -> bool:
        return isinstance(node.func, gast.Name) and bool(node.args) and node.func.id in AGGREGATES

    def _aggregate(self, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        items = self._comprehension(node.args[0], like, out)
        if isinstance(node.func, gast.Name) and node.func.id == "list":
            return items
        rest = [self.expression(a, like, out) for a in node.args[1:]]
        return trees.rebuild(node, args=[items, *rest])


def _may_leave(node: gast.For) -> bool:
    """Whether a loop has an end of its own: an `else`, or a `break` that leaves it."""
    inside = list(node.body)
    for inner in inside:
        if isinstance(inner, gast.Break):
            return True
        if not isinstance(inner, trees.LOOPS):
            inside += [n for _, block in trees.blocks(inner) for n in block]
            inside += [n for h in getattr(inner, "handlers", ()) for n in h.body]
        else:
            inside += inner.orelse
    return bool(node.orelse)


def _renamed(node: Any, mapping: dict[str, str]) -> Any:
    """A comprehension with other names for its variables; what it goes over first is outside."""
    if not mapping:
        return node
    new = trees.with_children(node, lambda child: trees.rename(child, mapping))
    first = trees.rebuild(new.generators[0], iter=node.generators[0].iter)
    return trees.rebuild(new, generators=[first, *new.generators[1:]])
