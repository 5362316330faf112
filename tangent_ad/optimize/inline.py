"""Put a temporary that is used once back into the expression that uses it, and follow copies.

>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(W, h, b, n):
...     t = W @ h
...     t_1 = t + b
...     t_2 = h * h
...     for i in range(n):
...         b = b + t_2
...     return t_1
... ''')
>>> new = inline(tree, Names(None, tree), lambda name: name.startswith("t"))
>>> print(text.function_text(new), end="")
def f(W, h, b, n):
    t_1 = W @ h + b
    t_2 = h * h
    for i in range(n):
        b = b + t_2
    return t_1

The user's own variables stay, and lines stay short enough to read. Nothing moves into a loop, past
a write to something it reads, or past an effect.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import gast

from tangent_ad.analysis import algebra, effects, liveness
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.facts import ANYTHING
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt
from tangent_ad.syntax.names import Names

MOST_NODES = 24
MOST_NODES_OF_USER = 48


def inline(
    tree: gast.FunctionDef,
    names: Names,
    is_temporary: Callable[[str], bool],
    fact: FactOf = lambda node: ANYTHING,
    into_copies: bool = True,
) -> gast.FunctionDef:
    """Before versions have their names again, nothing goes into copies such as `x = x_2`: the value
    stays where it was worked out, under the name that is the better one of the two."""
    seldom = _read_seldom(tree.body, is_temporary)
    if not seldom:
        return tree
    worker = _Inliner(tree, names, seldom, fact, into_copies)
    body = worker.block(tree.body, frozenset())
    return trees.rebuild(tree, body=body) if worker.moved else tree


def _read_seldom(body: Sequence[gast.stmt], is_temporary: Callable[[str], bool]) -> set[str]:
    """The temporaries whose values may be put where they are read: copies, views that are read
    twice, others that are read once. What is bound more often is looked at more closely."""
    reads: Counter[str] = Counter()
    for node in body:
        reads.update(trees.read_counts(node))
    bound: Counter[str] = Counter()
    values: dict[str, gast.expr] = {}
    for node in trees.statements(body):
        bound.update(trees.writes(node))
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
            values[node.targets[0].id] = node.value
    return {
        name
        for name, value in values.items()
        if is_temporary(name)
        and 0 < reads[name]
        and (bound[name] > 1 or reads[name] <= _most_reads(value))
    }


def _most_reads(value: gast.expr) -> float:
    if isinstance(value, gast.Name):
        return math.inf
    return 2 if isinstance(value, (gast.Subscript, gast.Attribute)) else 1


class _Summary(NamedTuple):
    """What a statement, with the blocks in it, does to names."""

    reads: Counter[str]
    writes: frozenset[str]
    mutated: frozenset[str]


class _Block:
    """The statements of a block, and for each name the positions where it is read and bound, for
    each group of names that share memory those where it is mutated.

    A statement that went leaves None behind, so that positions stay.
    """

    def __init__(
        self, body: Sequence[gast.stmt], names: Names, groups: Mapping[str, frozenset[str]]
    ) -> None:
        self.names = names
        self.groups = groups
        self.body: list[gast.stmt | None] = list(body)
        self.summaries: list[_Summary] = []
        self.reads: dict[str, list[int]] = defaultdict(list)
        self.writes: dict[str, list[int]] = defaultdict(list)
        self.mutated: dict[str | frozenset[str], list[int]] = defaultdict(list)
        for position, node in enumerate(body):
            summary = _summary(node, names)
            self.summaries.append(summary)
            self._enter(position, summary)

    def _enter(self, position: int, summary: _Summary) -> None:
        for table, found in self._tables(summary):
            for name in found:
                insort(table[name], position)

    def _tables(self, summary: _Summary) -> Iterable[tuple[dict[Any, list[int]], Iterable[Any]]]:
        return (
            (self.reads, summary.reads),
            (self.writes, summary.writes),
            (self.mutated, self._memory(summary.mutated)),
        )

    def _memory(self, names: Iterable[str]) -> set[str | frozenset[str]]:
        return {self.groups.get(name, name) for name in names}

    def replace(self, position: int, node: gast.stmt | None) -> None:
        for table, found in self._tables(self.summaries[position]):
            for name in found:
                table[name].remove(position)
        self.body[position] = node
        if node is not None:
            self.summaries[position] = _summary(node, self.names)
            self._enter(position, self.summaries[position])

    def next_write(self, name: str, position: int) -> int | None:
        return _next(self.writes.get(name), position)

    def next_change(self, sources: frozenset[str], position: int, contents: bool) -> int:
        """Where one of some names is bound again, or what it holds is changed."""
        found = [_next(self.writes.get(name), position) for name in sources]
        if contents:
            found += [_next(self.mutated.get(m), position) for m in self._memory(sources)]
        return min((at for at in found if at is not None), default=len(self.body))

    def uses(self, name: str, position: int, last: int) -> list[int]:
        """Where a name is read behind a position, up to another."""
        found = self.reads.get(name, [])
        return found[bisect_right(found, position) : bisect_right(found, last)]


class _Inliner:
    def __init__(
        self,
        tree: gast.FunctionDef,
        names: Names,
        seldom: set[str],
        fact: FactOf,
        into_copies: bool,
    ) -> None:
        self.names = names
        self.fact = fact
        self.into_copies = into_copies
        self.groups = effects.memory_groups(tree.body, fact)
        self.seldom = seldom
        self.moved = False
        self.solver = liveness.live_inside(tree.body)
        self.captured = {p.id for p in trees.parameters(tree.args)}
        self.captured = self.captured.union(*map(trees.names_in_scopes, tree.body))

    def block(self, body: Sequence[gast.stmt], live: frozenset[str]) -> list[gast.stmt]:
        """Inline in a block; `live` are the names read behind it."""
        out = []
        for node in body:
            inner = {
                field: self.block(b, self.live_behind(node)) for field, b in trees.blocks(node) if b
            }
            out.append(trees.updated(node, **inner))
        block = _Block(out, self.names, self.groups)
        for position in range(len(out)):
            node = block.body[position]
            if self.is_candidate(node) and self.move(block, position, live):
                block.replace(position, None)
                self.moved = True
        return [node for node in block.body if node is not None]

    def is_view(self, value: gast.expr) -> bool:
        """`x[i]` or `x.T` of a plain name: short, and cheap enough to be read twice. Taking one number
        out of an array is not cheap."""
        if isinstance(value, gast.Attribute):
            return value.attr == "T" and isinstance(value.value, gast.Name)
        if not isinstance(value, gast.Subscript) or not isinstance(value.value, gast.Name):
            return False
        return not self.fact(value).is_scalar

    def live_behind(self, node: gast.stmt) -> frozenset[str]:
        """What is read after an inner block of a statement: by the next pass, by a handler or by what
        follows."""
        solver, nothing = self.solver, frozenset[str]()
        inside = solver.again.get(id(node), nothing) | solver.caught.get(id(node), nothing)
        return solver.after[id(node)] | inside

    def is_candidate(self, node: gast.stmt | None) -> bool:
        return (
            isinstance(node, gast.Assign)
            and isinstance(node.targets[0], gast.Name)
            and node.targets[0].id in self.seldom
            and node.targets[0].id not in self.captured
            and effects.is_pure(node.value, self.names)
        )

    def move(self, block: _Block, position: int, live: frozenset[str]) -> bool:
        """Substitute the value into the later statements of the block that use the name."""
        node = block.body[position]
        assert isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name)
        name, value = node.targets[0].id, node.value
        sources = trees.reads(value)
        if name in sources:
            return False
        last = block.next_write(name, position)
        if last is None:
            if name in live:
                return False
            last = len(block.body)
        elif block.body[last].__class__ is not gast.Assign:
            return False
        is_copy = isinstance(value, gast.Name)
        if not self.into_copies and isinstance(value, gast.Name) and self.is_better(name, value.id):
            if len(block.reads[value.id]) == 1:
                return False
        uses = block.uses(name, position, last)
        count = sum(block.summaries[at].reads[name] for at in uses)
        if not uses or count > 1 and not is_copy and not (count == 2 and self.is_view(value)):
            return False
        if uses[-1] > block.next_change(sources, position, not is_copy):
            return False
        changes = []
        for at in uses:
            new = self.replaced(block, at, name, value)
            if new is None:
                return False
            changes.append((at, new))
        for at, new in changes:
            block.replace(at, new)
        return True

    def is_better(self, name: str, other: str) -> bool:
        """Whether a name tells more than another: it is that of the adjoint of a user's variable."""
        return self.names.is_users_adjoint(name) and not self.names.is_users_adjoint(other)

    def replaced(
        self, block: _Block, position: int, name: str, value: gast.expr
    ) -> gast.stmt | None:
        """The statement with the value in place of the name, unless that would not do."""
        node, summary = block.body[position], block.summaries[position]
        assert node is not None
        is_copy = isinstance(value, gast.Name)
        if trees.blocks(node):
            inside = [s for _, b in trees.blocks(node) for s in b]
            if not any(_mentions(s, name) for s in inside):
                return self.replaced_in_header(node, name, value)
            if is_copy and not {value.id, name} & summary.writes:
                return trees.rename(node, {name: value.id})
            return None
        if isinstance(node, gast.FunctionDef):
            return None
        if not self.into_copies and not is_copy and _copies(node, name):
            return None
        if isinstance(node, gast.Return) and isinstance(node.value, gast.Tuple) and not is_copy:
            return None  # several results are given by name
        if isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Name):
            if node.target.id == name:
                return None
        new = trees.substitute(_with_sign(node, name, value), {name: value})
        most = MOST_NODES_OF_USER if self.is_of_user(new) else MOST_NODES
        if not is_copy and trees.size(new) > most and trees.size(value) > 3:
            return None
        return new

    def is_of_user(self, node: gast.stmt) -> bool:
        """Whether a statement computes a variable of the user's, who wrote it as one line."""
        base = root(node.targets[0]) if isinstance(node, gast.Assign) else None
        return base in self.names.user

    def replaced_in_header(
        self, node: gast.stmt, name: str, value: gast.expr
    ) -> gast.stmt | None:
        """Into the test of a branch or the iterable of a for loop, which run once."""
        if isinstance(node, gast.If) and not isinstance(node, Attempt):
            return trees.rebuild(node, test=trees.substitute(node.test, {name: value}))
        if isinstance(node, gast.For):
            return trees.rebuild(node, iter=trees.substitute(node.iter, {name: value}))
        return None


def _next(positions: Sequence[int] | None, position: int) -> int | None:
    if not positions:
        return None
    at = bisect_right(positions, position)
    return positions[at] if at < len(positions) else None


def _copies(node: gast.stmt, name: str) -> bool:
    """Whether a statement only gives a variable another name."""
    if not isinstance(node, gast.Assign) or not isinstance(node.targets[0], gast.Name):
        return False
    return isinstance(node.value, gast.Name) and node.value.id == name


def _with_sign(node: gast.stmt, name: str, value: gast.expr) -> gast.stmt:
    """A statement with `-x * y` for `-t`, if x * y is to take the place of t."""
    is_product = isinstance(value, gast.BinOp) and isinstance(value.op, (gast.Mult, gast.Div))

    def visit(inner: gast.AST) -> gast.AST:
        if isinstance(inner, gast.UnaryOp) and isinstance(inner.op, gast.USub):
            if isinstance(inner.operand, gast.Name) and inner.operand.id == name:
                return algebra.negated(value)
        return inner

    return trees.transform(node, visit) if is_product else node


def _mentions(node: gast.stmt, name: str) -> bool:
    return any(isinstance(n, gast.Name) and n.id == name for n in trees.walk(node))


def _summary(node: gast.stmt, names: Names) -> _Summary:
    writes: set[str] = set()
    mutated: set[str] = set()
    for inner in trees.statements([node]):
        writes |= trees.writes(inner)
        base = effects.mutated_root(inner, names)
        if base is not None:
            mutated.add(base)
    return _Summary(trees.read_counts(node), frozenset(writes), frozenset(mutated))
