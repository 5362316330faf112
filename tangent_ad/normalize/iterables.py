"""Loop over positions where the elements matter, so that an element's adjoint has a place.

    for x, y in zip(xs, ys):        for i in range(min(len(xs), len(ys))):
        s = s + x * y          ->       x = xs[i]
                                        y = ys[i]
                                        s = s + x * y

Loops over what needs no derivative stay as they are, and `optimize.iterables` turns those back that
need no position after all.
"""

from __future__ import annotations

import builtins
import itertools
from collections.abc import Callable, Sequence

import gast

from tangent_ad.analysis import effects, facts
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize.onetime import may_run_out
from tangent_ad.runtime import checks
from tangent_ad.syntax import fold, trees

SEQUENCES = (gast.Name, gast.Subscript, gast.Attribute)


def positions(unit: Unit, known: Facts, chosen: Callable[[gast.For], bool]) -> Unit:
    """Turn the chosen loops; the unit itself if there is none."""
    worker = _Positions(unit, known, chosen)
    body = worker.block(unit.tree.body)
    return unit.with_body(body) if worker.changed else unit


def changes_while_read(loop: gast.For, known: Facts) -> bool:
    """Whether the body writes to elements of an array that the loop goes over."""
    if known.of(loop.iter).kind == facts.RANGE:
        return False  # `range(len(x))` is worked out once
    over = {n for n in trees.reads(loop.iter) if known.names.get(n, facts.ANYTHING).is_number}
    return any(
        isinstance(target, (gast.Subscript, gast.Attribute)) and root(target) in over
        for node in trees.statements(loop.body)
        for target in (*getattr(node, "targets", ()), getattr(node, "target", None))
    )


class _Positions:
    def __init__(self, unit: Unit, known: Facts, chosen: Callable[[gast.For], bool]) -> None:
        self.unit = unit
        self.names = unit.names
        self.chosen = chosen
        self.facts = known
        self.changed = False
        self.once = may_run_out(unit.tree.body, known)
        self.taken: list[tuple[gast.expr, gast.Name]] = []  # the items of what may be an iterator

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            if isinstance(node, gast.For) and self.chosen(node):
                out += self.loop(node)
                continue
            if not isinstance(node, gast.FunctionDef):
                inner = {field: self.block(b) for field, b in trees.blocks(node)}
                node = trees.rebuild(node, **inner) if inner else node
            out.append(node)
        return out

    def loop(self, node: gast.For) -> list[gast.stmt]:
        before: list[gast.stmt] = []
        head: list[gast.stmt] = []
        iterable = self.iterable(node.target, node.iter, node, before, head)
        body = self.block(node.body)
        if iterable is None:
            return [trees.rebuild(node, body=body)]
        target, over = iterable
        self.changed = True
        return [*before, trees.rebuild(node, target=target, iter=over, body=[*head, *body])]

    def iterable(
        self,
        target: gast.expr,
        source: gast.expr,
        node: gast.For,
        before: list[gast.stmt],
        head: list[gast.stmt],
    ) -> tuple[gast.expr, gast.expr] | None:
        """What to loop over instead: a target and an iterable; `head` computes the elements."""
        if self.is_dict_view(source):
            return self.dict_items(target, source, node, before, head)
        if self.calls(source, "enumerate") and isinstance(target, gast.Tuple):
            counter, element = target.elts
            if isinstance(counter, gast.Name) and len(source.args) == 1:
                count = self.length(source.args[0], node, before)
                self.element(element, source.args[0], counter, node, before, head)
                return counter, self.call("range", count)
        is_reversed = self.calls(source, "reversed")
        inner = self.unlisted(source.args[0], node) if is_reversed else source
        if self.facts.of(inner).kind == facts.DICT:
            return None
        index = trees.name(self.names.fresh("i"))
        part = self.part(inner, node)
        if part is not None:
            base, first, end = part
            self.bind(target, trees.subscript(base, index), node, head)
            over = self.call("range", *([trees.constant(first)] if first else []), end)
        else:
            count = self.length(inner, node, before)
            self.element(target, inner, index, node, before, head)
            over = self.call("range", count)
        return index, self.call("reversed", over) if is_reversed else over

    def unlisted(self, source: gast.expr, node: gast.For) -> gast.expr:
        """`enumerate(x)` for `list(enumerate(x))`, which `reversed` wants."""
        if self.calls(source, "list") and len(source.args) == 1:
            (inner,) = source.args
            is_gone_through = self.calls(inner, "enumerate") or self.calls(inner, "zip")
            over = trees.reads(inner) & self.names.locals
            if is_gone_through and all(self.stays(name, node) for name in over):
                return inner
        return source

    def length(
        self, source: gast.expr, node: gast.For, before: list[gast.stmt]
    ) -> gast.expr:
        if self.calls(source, "enumerate") or self.calls(source, "reversed"):
            return self.length(source.args[0], node, before)
        if self.calls(source, "zip"):
            is_strict = bool(source.keywords and source.keywords[0].value.value)
            sized = [arg for arg in source.args if not self.is_iterator(arg)]
            lengths = self.lengths(sized, node, before)
            others = [arg for arg in source.args if sized and self.is_iterator(arg)]
            for arg in others:
                self.take(arg, None if is_strict else self.least(lengths), node, before)
            lengths = self.lengths(source.args, node, before) if others else lengths
            if is_strict and len(lengths) > 1:
                helper = self.names.bind(checks.common_length, "common_length")
                return trees.call(trees.name(helper), *lengths)
            return self.least(lengths)
        if self.calls(source, "range") and len(source.args) == 1:
            return source.args[0]
        part = self.part(source, node)
        if part is not None:
            _, first, end = part
            return fold.shifted(end, -first)
        return self.call("len", self.sequence(source, node, before))

    def lengths(
        self, sources: Sequence[gast.expr], node: gast.For, before: list[gast.stmt]
    ) -> list[gast.expr]:
        lengths: list[gast.expr] = []
        for length in (self.length(source, node, before) for source in sources):
            if not any(trees.same(length, other) for other in lengths):
                lengths.append(length)
        return lengths

    def least(self, lengths: Sequence[gast.expr]) -> gast.expr:
        return lengths[0] if len(lengths) == 1 else self.call("min", *lengths)

    def is_iterator(self, source: gast.expr) -> bool:
        """Whether something may have no length, or be without end."""
        if isinstance(source, gast.Call):
            return self.facts.of(source).kind in (facts.UNKNOWN, facts.OBJECT)
        return isinstance(source, gast.Name) and source.id in self.once

    def take(
        self,
        source: gast.expr,
        most: gast.expr | None,
        node: gast.For,
        before: list[gast.stmt],
    ) -> None:
        """Put the items of an iterator into a list, only as many as the loop has passes."""
        items = source
        if most is not None:
            helper = trees.name(self.names.bind(itertools.islice, "islice"))
            items = trees.call(helper, source, most)
        name = trees.name(self.names.fresh("items"))
        before.append(trees.hidden(trees.assign(name, self.call("list", items)), node))
        self.taken.append((source, name))

    def element(
        self,
        target: gast.expr,
        source: gast.expr,
        index: gast.expr,
        node: gast.For,
        before: list[gast.stmt],
        head: list[gast.stmt],
    ) -> None:
        """Statements that bind the target to the element of a source at a position."""
        if self.calls(source, "zip") and isinstance(target, gast.Tuple):
            for item, arg in zip(target.elts, source.args, strict=True):
                self.element(item, arg, index, node, before, head)
        elif self.calls(source, "enumerate") and isinstance(target, gast.Tuple):
            counter, inner = target.elts
            start = source.args[1] if len(source.args) > 1 else None
            value = index if start is None else trees.binary(index, gast.Add, start)
            self.bind(counter, value, node, head)
            self.element(inner, source.args[0], index, node, before, head)
        elif self.calls(source, "range") and len(source.args) == 1:
            self.bind(target, index, node, head)
        elif (part := self.part(source, node)) is not None:
            base, first, _ = part
            self.bind(target, trees.subscript(base, fold.shifted(index, first)), node, head)
        else:
            sequence = self.sequence(source, node, before)
            self.bind(target, trees.subscript(sequence, index), node, head)

    def bind(
        self, target: gast.expr, value: gast.expr, node: gast.For, head: list[gast.stmt]
    ) -> None:
        if isinstance(target, gast.Tuple) and any(isinstance(t, gast.Tuple) for t in target.elts):
            parts = []
            later = []
            for item in target.elts:
                if isinstance(item, gast.Tuple):
                    part = trees.name(self.names.fresh("part"))
                    later.append((item, part))
                    item = part
                parts.append(item)
            self.bind(trees.pack(parts), value, node, head)
            for item, part in later:
                self.bind(item, part, node, head)
            return
        head.append(trees.hidden(trees.assign(target, value), node))

    def sequence(
        self, source: gast.expr, node: gast.For, before: list[gast.stmt]
    ) -> gast.expr:
        """A name for what is iterated; what is no sequence becomes a list first."""
        for taken, items in self.taken:
            if taken is source:
                return items
        if isinstance(source, gast.Name) or self.is_view_of_what_is_written(source, node):
            return source
        for known in before:
            if isinstance(known, gast.Assign) and trees.same(known.value, source):
                return known.targets[0]
        name = trees.name(self.names.fresh("items"))
        before.append(trees.hidden(trees.assign(name, source), node))
        return name

    def is_view_of_what_is_written(self, source: gast.expr, node: gast.For) -> bool:
        """Whether the body writes into the array that a view is of: a variable for the view would be
        a second name of it."""
        if not isinstance(source, (gast.Subscript, gast.Attribute)):
            return False
        changed = {effects.mutated_root(n, self.names) for n in trees.statements(node.body)}
        is_steady = not trees.reads(source) & trees.all_writes(node.body)
        return is_steady and root(source) in changed and self.facts.of(source).is_number

    def part(self, source: gast.expr, node: gast.For) -> tuple[gast.expr, int, gast.expr] | None:
        """What `x[1:-1]` is a part of, if that can be read in its place; the first position and
        the one behind the last, which is smaller than the first where the part is empty."""
        if not isinstance(source, gast.Subscript) or not isinstance(source.slice, gast.Slice):
            return None
        base, ends = source.value, source.slice
        first = 0 if ends.lower is None else fold.literal(ends.lower)
        last = 0 if ends.upper is None else fold.literal(ends.upper)
        if not isinstance(base, gast.Name) or ends.step is not None:
            return None
        if not isinstance(first, int) or not isinstance(last, int) or first < 0:
            return None
        if not self.stays(base.id, node):
            return None
        end = self.call("len", base)
        if last > 0:
            return base, first, self.call("min", trees.constant(last), end)
        if last == 0 and ends.upper is not None:
            return None
        return base, first, fold.shifted(end, last)

    def stays(self, name: str, node: gast.For) -> bool:
        """Whether a loop leaves a sequence, and the list that it may be, as they are."""
        if name in trees.all_writes(node.body) or name in trees.writes(node):
            return False
        fact = self.facts.names.get(name, facts.ANYTHING)
        changed = {effects.mutated_root(n, self.names) for n in trees.statements(node.body)}
        return fact.is_number or all(
            self.facts.names.get(other, facts.ANYTHING).is_number for other in changed if other
        )

    def is_dict_view(self, source: gast.expr) -> bool:
        return (
            isinstance(source, gast.Call)
            and isinstance(source.func, gast.Attribute)
            and source.func.attr in ("items", "values")
            and not source.args
        )

    def dict_items(
        self,
        target: gast.expr,
        source: gast.Call,
        node: gast.For,
        before: list[gast.stmt],
        head: list[gast.stmt],
    ) -> tuple[gast.expr, gast.expr]:
        """`for k, v in table.items()` becomes `for k in table: v = table[k]`."""
        table = self.sequence(source.func.value, node, before)
        key = trees.name(self.names.fresh("key"))
        if source.func.attr == "values":
            self.bind(target, trees.subscript(table, key), node, head)
        elif isinstance(target, gast.Tuple):
            key, value = target.elts
            self.bind(value, trees.subscript(table, key), node, head)
        else:
            self.bind(target, trees.pack([key, trees.subscript(table, key)]), node, head)
        return key, table

    def calls(self, node: gast.expr, name: str) -> bool:
        if not isinstance(node, gast.Call):
            return False
        for given in node.keywords:
            is_flag = isinstance(given.value, gast.Constant) and isinstance(given.value.value, bool)
            if name != "zip" or given.arg != "strict" or not is_flag:
                return False
        return self.names.resolve(node.func) is getattr(builtins, name)

    def call(self, name: str, *args: gast.expr) -> gast.Call:
        return trees.call(trees.name(self.names.bind(getattr(builtins, name), name)), *args)
