"""Leave out writes of zeros that nobody sees, and copies that nobody could tell from the original.

>>> from tangent_ad.analysis.facts import ANYTHING
>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(h, bh):
...     bh = np.zeros_like(h)
...     bh[3] = 1.0
...     for t in reversed(range(3)):
...         bv = bh[t + 1].copy()
...         bh[t + 1] = 0.0
...         bh[t] = bv * h[t]
...     return bh[0]
... ''')
>>> new = simplify(tree, Names(None, tree), lambda name: name == "bh", lambda node: ANYTHING)
>>> print(text.function_text(new), end="")
def f(h, bh):
    bh = np.zeros_like(h)
    bh[3] = 1.0
    for t in reversed(range(3)):
        bv = bh[t + 1]
        bh[t] = bv * h[t]
    return bh[0]

The zero goes if no later read can touch the element; otherwise it moves behind the last use of
the copy. The copy goes if its original is not written while the copy is in use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import gast

from tangent_ad.analysis import effects, liveness
from tangent_ad.analysis.accesses import Accesses, reads, stored
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.dependence import affine, may_overwrite
from tangent_ad.analysis.indexing import parts
from tangent_ad.syntax import fold, trees
from tangent_ad.syntax.names import Names


def simplify(
    tree: gast.FunctionDef, names: Names, is_derivative: Callable[[str], bool], fact: FactOf
) -> gast.FunctionDef:
    if not any(_copied_element(n) or _zeroed(n) for n in trees.statements(tree.body)):
        return tree
    worker = _Elements(tree, names, is_derivative, fact)
    return trees.rebuild(tree, body=worker.block(tree.body))


class _Elements:
    def __init__(
        self,
        tree: gast.FunctionDef,
        names: Names,
        is_derivative: Callable[[str], bool],
        fact: FactOf,
    ) -> None:
        self.names = names
        self.is_derivative = is_derivative
        self.accesses = Accesses(tree.body, names)
        self.groups = effects.memory_groups(tree.body, fact)
        self.live = liveness.live_after(tree.body)

    def is_unseen(self, node: gast.Assign, target: gast.Subscript) -> bool:
        """Whether no later read can touch the element that a statement writes."""
        assert isinstance(target.value, gast.Name)
        name = target.value.id
        write = self.accesses.access(node, target)
        counters, born = self.accesses.counters, self.accesses.born.get(name, ())
        found = [access for access, _ in self.accesses.reads.near(write)]
        for other in self.groups.get(name, frozenset()) - {name}:
            found += [replace(a, name=name, index=None) for a, _ in self.accesses.reads.of(other)]
        return not any(may_overwrite(read, write, counters, born) for read in found)

    # ---- rewriting --------------------------------------------------------------------------

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            nested = isinstance(node, (gast.FunctionDef, gast.ClassDef, gast.Try))
            inner = {} if nested else {f: self.block(b) for f, b in trees.blocks(node)}
            if inner:
                new = trees.rebuild(node, **inner)
                self.live[id(new)] = self.live[id(node)]
                out.append(new)
            elif not (self.is_zeroing(node) and self.is_unseen(node, node.targets[0])):
                out.append(node)
        return self.without_copies(out)

    def is_zeroing(self, node: gast.stmt) -> bool:
        return self.is_derivative(_zeroed(node))

    def without_copies(self, body: list[gast.stmt]) -> list[gast.stmt]:
        for position, node in enumerate(body):
            original = _copied_element(node)
            if original is None:
                continue
            assert isinstance(node, gast.Assign)
            copy = node.targets[0].id
            last = self.last_use(copy, body, position)
            if last is None or self.is_mutated(copy, body[position : last + 1]):
                continue
            between = body[position + 1 : last + 1]
            moved = [
                s for s in between[:1] if self.is_zeroing(s) and trees.same(s.targets[0], original)
            ]
            rest = between[len(moved) :]
            if self.disturbed(original, rest) or moved and (not rest or self.seen(original, rest)):
                continue
            new = trees.rebuild(node, value=original)
            self.live[id(new)] = self.live[id(node)]
            body[position : last + 1] = [new, *rest, *moved]
        return body

    def last_use(self, name: str, body: Sequence[gast.stmt], position: int) -> int | None:
        """The last statement of the block that reads a name, if nothing behind the block does."""
        last = None
        for at in range(position + 1, len(body)):
            if any(isinstance(n, gast.Name) and n.id == name for n in trees.walk(body[at])):
                last = at
        if last is None or name in self.live[id(body[last])]:
            return None
        return last

    def is_mutated(self, name: str, body: Sequence[gast.stmt]) -> bool:
        """Whether the copy itself is written, or handed on by its name alone."""
        for node in trees.statements(body):
            if effects.mutated_root(node, self.names) == name:
                return True
            value = getattr(node, "value", None)
            if isinstance(value, gast.AST) and name in effects.shared_names(value):
                return True
        return False

    def disturbed(self, original: gast.Subscript, body: Sequence[gast.stmt]) -> bool:
        """Whether the element, or its index, may change while the copy is in use."""
        assert isinstance(original.value, gast.Name)
        name, reads = original.value.id, trees.reads(original)
        for node in body:
            for inner in trees.statements([node]):
                if trees.writes(inner) & reads:
                    return True
                base = effects.mutated_root(inner, self.names)
                if base == name and self._hits(inner, original):
                    return True
                if base in (reads | self.groups.get(name, frozenset())) - {name}:
                    return True
        return False

    def seen(self, original: gast.Subscript, body: Sequence[gast.stmt]) -> bool:
        """Whether statements may read an element; it is still to be set to zero behind them."""
        assert isinstance(original.value, gast.Name)
        shared = self.groups.get(original.value.id, frozenset((original.value.id,)))
        wanted = parts(original.slice)
        for node in trees.statements(body):
            for expression in trees.header(node):
                for name, index in reads(expression, node):
                    if name not in shared:
                        continue
                    if name != original.value.id or index is None:
                        return True
                    if not any(map(self._apart, index, wanted)):
                        return True
        return False

    def _hits(self, node: gast.stmt, original: gast.Subscript) -> bool:
        target = stored(node)
        if target is None or not isinstance(target.value, gast.Name):
            return True
        return not any(map(self._apart, parts(target.slice), parts(original.slice)))

    def _apart(self, left: gast.expr, right: gast.expr) -> bool:
        """Whether two indices of one loop counter and different literals differ as elements."""
        one, other = affine(left), affine(right)
        if one is None or other is None or one[0] != other[0] or one[1] == other[1]:
            return False
        lowest: list = [c.lowest for c in self.accesses.counters.values() if c.variable == one[0]]
        known = bool(lowest) and None not in lowest
        return known and min(lowest) + min(one[1], other[1]) >= 0


def _zeroed(node: gast.stmt) -> str:
    """The `h` of `h[t] = 0.0`."""
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Subscript):
        base = node.targets[0].value
        if isinstance(base, gast.Name) and fold.literal(node.value) == 0.0:
            return base.id
    return ""


def _copied_element(node: gast.stmt) -> gast.Subscript | None:
    """The `h[t]` of `v = h[t].copy()`."""
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
        value = node.value
        if isinstance(value, gast.Call) and not value.args and not value.keywords:
            if isinstance(value.func, gast.Attribute) and value.func.attr == "copy":
                inner = value.func.value
                if isinstance(inner, gast.Subscript) and isinstance(inner.value, gast.Name):
                    return inner
    return None
