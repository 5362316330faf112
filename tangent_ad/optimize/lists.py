"""Keep values in one list and read them there, instead of handing them on from list to list.

>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(x, by):
...     y_saved = []
...     y_saved_ = []
...     for i in range(1, len(x)):
...         y = np.sin(x[i])
...         y_saved_.append(y)
...         y_saved.append(y)
...     y_saved_1 = []
...     for i in reversed(range(1, len(x))):
...         y = y_saved.pop()
...         y_saved_1.append(y)
...         by = by * y
...     by_saved = zeros_like(y_saved)
...     for i in range(1, len(x)):
...         y = y_saved_1.pop()
...         by = by + y
...     for i in reversed(range(1, len(x))):
...         y = y_saved_.pop()
...         by = by - y
...     return by, by_saved
... ''')
>>> names = Names(None, tree)
>>> names.globals.update(zeros_like=structures.zeros_like)
>>> print(text.function_text(share(tree, names, lambda node: facts.FLOAT)), end="")
def f(x, by):
    y_saved = []
    for i in range(1, len(x)):
        y = np.sin(x[i])
        y_saved.append(y)
    for i in reversed(range(1, len(x))):
        y = y_saved[i - 1]
        by = by * y
    by_saved = []
    for i in range(1, len(x)):
        y = y_saved[i - 1]
        by = by + y
    for i in reversed(range(1, len(x))):
        y = y_saved[i - 1]
        by = by - y
    return by, by_saved

This is how the derivative of a derivative comes: the backward pass of the inner one takes values out of
a list that the outer one needs again. The loops must make the same passes, each of which puts one
value in or takes one out.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import gast

from tangent_ad.analysis import effects
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.runtime import structures
from tangent_ad.syntax import fold, trees
from tangent_ad.syntax.names import Names

EXITS = (gast.Break, gast.Continue, gast.Return)


class Passes(NamedTuple):
    """A loop at some position of the function: what it goes through, in which direction, and the name
    and the first value of its counter."""

    position: int
    node: gast.For
    over: gast.expr
    backward: bool
    counter: gast.Name
    first: gast.expr | None


@dataclass
class Saved:
    """A list that one loop fills and another one empties, in the opposite order."""

    name: str
    filled: Passes
    value: gast.expr
    append: gast.stmt
    emptied: Passes
    pop: gast.Assign


def share(tree: gast.FunctionDef, names: Names, fact: FactOf) -> gast.FunctionDef:
    empty = [name for node in tree.body if (name := _empty_list(node)) is not None]
    if len(empty) < 2:
        return tree
    worker = _Lists(tree, names, fact, empty)
    return trees.rebuild(tree, body=worker.body()) if worker.saved else tree


class _Lists:
    def __init__(
        self, tree: gast.FunctionDef, names: Names, fact: FactOf, empty: Sequence[str]
    ) -> None:
        self.tree = tree
        self.names = names
        self.fact = fact
        self.mentions = Counter(n.id for n in trees.walk(tree) if isinstance(n, gast.Name))
        found = (self.passes(position, node) for position, node in enumerate(tree.body))
        self.loops = [loop for loop in found if loop is not None]
        self.zeros: dict[str, list[int]] = defaultdict(list)
        for position, node in enumerate(tree.body):
            if (name := self.zero_of(node)) is not None:
                self.zeros[name].append(position)
        self.saved = {saved.name: saved for saved in self.found(set(empty))}
        self.leader = self.leaders()

    # ---- what there is ----------------------------------------------------------------------

    def passes(self, position: int, node: gast.stmt) -> Passes | None:
        if not isinstance(node, gast.For):
            return None
        over = node.iter
        backward = self.calls(over, "reversed")
        if backward:
            over = over.args[0]
            over = over.args[0] if self.calls(over, "list") else over
        counter, first = node.target, None
        if self.calls(over, "enumerate") and len(over.args) == 1:
            if not isinstance(counter, gast.Tuple):
                return None
            counter = counter.elts[0]
        elif self.calls(over, "range") and len(over.args) < 3:
            first = over.args[0] if len(over.args) == 2 else None
        else:
            return None
        is_plain = first is None or isinstance(first, gast.Name) or fold.literal(first) is not None
        if not is_plain or not isinstance(counter, gast.Name):
            return None
        if counter.id in trees.all_writes(node.body):
            return None
        if any(isinstance(inner, EXITS) for inner in trees.statements(node.body)):
            return None
        return Passes(position, node, over, backward, counter, first)

    def calls(self, node: gast.expr, name: str) -> bool:
        if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Name) or node.keywords:
            return False
        return node.func.id == name and name not in self.names.locals

    def zero_of(self, node: gast.stmt) -> str | None:
        """The list of which `bx = zeros_like(x)` makes a zero."""
        value = node.value if isinstance(node, gast.Assign) else None
        if isinstance(value, gast.Call) and len(value.args) == 1:
            if self.names.resolve(value.func) is structures.zeros_like:
                return value.args[0].id if isinstance(value.args[0], gast.Name) else None
        return None

    def found(self, empty: set[str]) -> Iterator[Saved]:
        appends: dict[str, tuple[Passes, gast.expr, gast.stmt]] = {}
        for loop in self.loops:
            for node in loop.node.body:
                value = getattr(node, "value", None)
                if not isinstance(value, gast.Call) or not isinstance(value.func, gast.Attribute):
                    continue
                box = value.func.value
                if not isinstance(box, gast.Name) or box.id not in empty:
                    continue
                if value.func.attr == "append" and isinstance(node, gast.Expr):
                    appends[box.id] = loop, value.args[0], node
                elif value.func.attr == "pop" and box.id in appends and not value.args:
                    saved = Saved(box.id, *appends[box.id], loop, node)
                    if self.is_whole(saved):
                        yield saved

    def is_whole(self, saved: Saved) -> bool:
        """Whether the one loop takes out what the other put in, and nobody else looks at the list."""
        start, end = saved.filled.position, saved.emptied.position
        zeros = self.zeros[saved.name]
        if self.mentions[saved.name] != 3 + len(zeros) or any(at < end for at in zeros):
            return False
        if saved.filled.backward == saved.emptied.backward or not isinstance(
            saved.pop, gast.Assign
        ):
            return False
        return trees.same(saved.filled.over, saved.emptied.over) and self.stays(
            saved.filled.over, start, end
        )

    def stays(self, over: gast.expr, start: int, end: int) -> bool:
        """Whether an iterable is the same at some loops and between."""
        between = self.tree.body[start : end + 1]
        read = trees.reads(over)
        if read & trees.all_writes(between):
            return False
        changed = {effects.mutated_root(node, self.names) for node in trees.statements(between)}
        return all(self.fact(trees.name(name)).is_number for name in read if name in changed)

    # ---- what holds the same ----------------------------------------------------------------

    def leaders(self) -> dict[str, str]:
        """For each list one that holds the same values, in the same passes, and is filled before."""
        first: dict[str, str] = {}
        for name, saved in self.saved.items():
            first[name] = name
            for other in list(first):
                before = self.saved[other]
                if other != name and (self.is_twin(before, saved) or self.is_copy(before, saved)):
                    if self.lasts(self.saved[first[other]], saved):
                        first[name] = first[other]
                        break
        return first

    def is_twin(self, one: Saved, other: Saved) -> bool:
        """Whether the same is put into both, in the same pass."""
        if one.filled.node is not other.filled.node or not trees.same(one.value, other.value):
            return False
        return self.is_same_between(one.filled.node, one.append, other.append, one.value)

    def is_copy(self, one: Saved, other: Saved) -> bool:
        """Whether what is taken out of the one is put into the other."""
        if one.emptied.node is not other.filled.node:
            return False
        value = other.value
        if isinstance(value, gast.UnaryOp) and isinstance(value.op, gast.UAdd):
            value = value.operand if self.fact(value).is_scalar else value
        target = one.pop.targets[0]
        if not isinstance(target, gast.Name) or not trees.same(target, value):
            return False
        return self.is_same_between(one.emptied.node, one.pop, other.append, value)

    def is_same_between(
        self, loop: gast.For, one: gast.stmt, other: gast.stmt, value: gast.expr
    ) -> bool:
        if not isinstance(value, gast.Name) and not self.fact(value).is_scalar:
            return False
        at = sorted(i for i, node in enumerate(loop.body) if node is one or node is other)
        between = loop.body[at[0] + 1 : at[1]]
        if trees.reads(value) & trees.all_writes(between):
            return False
        if isinstance(value, gast.Name):
            return True
        changed = {effects.mutated_root(node, self.names) for node in trees.statements(between)}
        return changed.isdisjoint(trees.reads(value)) and effects.is_pure(value, self.names)

    def lasts(self, one: Saved, other: Saved) -> bool:
        """Whether the counters of all their loops tell the same passes."""
        return trees.same(one.filled.over, other.filled.over) and self.stays(
            one.filled.over, one.filled.position, other.emptied.position
        )

    # ---- writing ----------------------------------------------------------------------------

    def body(self) -> list[gast.stmt]:
        first = self.leader
        members = Counter(first.values())
        names = self.shortest(first)
        shared = {name: names[first[name]] for name in first if members[first[name]] > 1}
        gone = {id(self.saved[name].append) for name in shared if first[name] != name}
        reads = {
            id(self.saved[name].pop): (self.saved[name], kept) for name, kept in shared.items()
        }
        out: list[gast.stmt] = []
        for node in self.tree.body:
            name = _empty_list(node)
            if name in shared and first[name] != name:
                continue
            if name in shared:
                node = trees.rebuild(node, targets=[trees.name(shared[name])])
            elif self.zero_of(node) in self.saved:
                node = trees.rebuild(node, value=gast.List([], trees.LOAD))
            elif isinstance(node, gast.For):
                node = self.loop(node, reads, gone)
            out.append(node)
        return [trees.rename(node, shared) for node in out]

    @staticmethod
    def shortest(first: dict[str, str]) -> dict[str, str]:
        """The plainest of the names of each class."""
        found: dict[str, str] = {}
        for name, leader in first.items():
            found[leader] = min(found.get(leader, name), name, key=len)
        return found

    @functools.cached_property
    def named_counter(self) -> str:
        """A name for the counter of loops that did not need one."""
        return self.names.fresh("i")

    def loop(self, node: gast.For, reads: dict[int, tuple[Saved, str]], gone: set[int]) -> gast.For:
        body: list[gast.stmt] = []
        target: Any = node.target
        for inner in node.body:
            if id(inner) in gone:
                continue
            if id(inner) in reads:
                saved, kept = reads[id(inner)]
                counter = saved.emptied.counter
                if counter.id == "_":
                    counter = target = trees.name(self.named_counter)
                from_end = self.saved[self.leader[saved.name]].filled.backward
                index = _index(counter, saved.emptied.first, from_end)
                inner = trees.rebuild(inner, value=trees.subscript(trees.name(kept), index))
            body.append(inner)
        return trees.updated(node, target=target, body=body)


def _index(counter: gast.Name, first: gast.expr | None, from_end: bool) -> gast.expr:
    """Where the value of a pass is: the first pass comes first, or last."""
    start = 0 if first is None else fold.literal(first)
    if isinstance(start, int):
        at = fold.shifted(trees.negative(counter), start - 1)
        return at if from_end else fold.shifted(counter, -start)
    assert first is not None
    if from_end:
        return fold.shifted(trees.binary(first, gast.Sub, counter), -1)
    return trees.binary(counter, gast.Sub, first)


def _empty_list(node: gast.stmt) -> str | None:
    """The name that an empty list is given to."""
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
        if isinstance(node.value, gast.List) and not node.value.elts:
            return node.targets[0].id
    return None
