"""Write the first contribution to a place in a buffer of zeros instead of adding it.

>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(x, ba, bc):
...     bx = np.zeros_like(x)
...     for i in range(2, len(x)):
...         bx[i] += ba[i]
...     bx[0] += bc
...     bx[1:] += ba
...     return bx
... ''')
>>> names = Names(None, tree)
>>> names.globals["np"] = np
>>> print(text.function_text(simplify(tree, names, lambda name: name == "bx")), end="")
def f(x, ba, bc):
    bx = np.zeros_like(x)
    for i in range(2, len(x)):
        bx[i] = ba[i]
    bx[0] = bc
    bx[1:] += ba
    return bx

It is the first if no write before may have reached the place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import gast
import numpy as np

from tangent_ad.analysis import algebra, effects
from tangent_ad.analysis.accesses import Accesses, stored
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.dependence import Access, by_axis, may_overwrite
from tangent_ad.analysis.facts import ANYTHING
from tangent_ad.syntax import trees, variables
from tangent_ad.syntax.names import Names

ZEROS = (np.zeros, np.zeros_like)


def simplify(
    tree: gast.FunctionDef,
    names: Names,
    is_derivative: Callable[[str], bool],
    fact: FactOf = lambda node: ANYTHING,
) -> gast.FunctionDef:
    buffers = _new_buffers(tree, names, is_derivative, fact)
    if not buffers:
        return tree
    worker = _Buffers(tree, names, buffers)
    return trees.rebuild(tree, body=worker.block(tree.body))


def _new_buffers(
    tree: gast.FunctionDef, names: Names, is_derivative: Callable[[str], bool], fact: FactOf
) -> set[str]:
    """The derivatives that begin as zeros, and are known under one name."""
    found = set()
    bound = _bindings(tree)
    groups = effects.memory_groups(tree.body, fact)
    for node in trees.statements(tree.body):
        if not isinstance(node, gast.Assign) or not isinstance(node.targets[0], gast.Name):
            continue
        name, value = node.targets[0].id, node.value
        if not is_derivative(name) or bound[name] > 1 or len(groups.get(name, ())) > 1:
            continue
        if isinstance(value, gast.Call) and names.resolve(value.func) in ZEROS:
            found.add(name)
    return {name for name in found if not _is_handed_on(name, tree, names)}


def _bindings(tree: gast.FunctionDef) -> Counter[str]:
    """How often a function binds each name; a loop binds its variable more than once."""
    bound = Counter(p.id for p in trees.parameters(tree.args))
    for node in trees.statements(tree.body):
        for name in trees.writes(node):
            bound[name] += 2 if isinstance(node, trees.LOOPS) else 1
    return bound


def _is_handed_on(name: str, tree: gast.FunctionDef, names: Names) -> bool:
    """Whether a call that may change it takes the whole buffer, or a nested function knows it."""
    if any(name in variables.captured(n) for n in tree.body if isinstance(n, gast.FunctionDef)):
        return True
    calls = (node for node in trees.walk(tree) if isinstance(node, gast.Call))
    return any(
        name in effects.shared_names(trees.pack(node.args)) and not effects.is_pure(node, names)
        for node in calls
    )


class _Buffers:
    def __init__(self, tree: gast.FunctionDef, names: Names, buffers: set[str]) -> None:
        self.buffers = buffers
        self.accesses = Accesses(tree.body, names)
        self.bound = _bindings(tree)

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out = []
        for node in body:
            nested = isinstance(node, (gast.FunctionDef, gast.ClassDef, gast.Try))
            inner = {} if nested else {f: self.block(b) for f, b in trees.blocks(node)}
            out.append(trees.updated(node, **inner) if inner else self.statement(node))
        return out

    def statement(self, node: gast.stmt) -> gast.stmt:
        if not isinstance(node, gast.AugAssign) or not isinstance(node.op, (gast.Add, gast.Sub)):
            return node
        target = stored(node)
        if target is None or not isinstance(target.value, gast.Name):
            return node
        if target.value.id not in self.buffers or not self.is_first(
            self.accesses.access(node, target)
        ):
            return node
        value = node.value if isinstance(node.op, gast.Add) else algebra.negated(node.value)
        return trees.assign(node.target, value, node)

    def is_first(self, here: Access) -> bool:
        born = self.accesses.born.get(here.name, ())
        return not any(
            may_overwrite(here, before, self.accesses.counters, born)
            and not self.are_apart(here, before)
            for before, _ in self.accesses.stores.near(here)
        )

    def are_apart(self, one: Access, other: Access) -> bool:
        """Whether a slice ends where another begins, wherever that is."""
        if one.index is None or other.index is None:
            return False
        counters = self.accesses.counters
        for left, right in zip(
            by_axis(one.index, counters), by_axis(other.index, counters), strict=False
        ):
            if not isinstance(left, gast.Slice) or not isinstance(right, gast.Slice):
                continue
            ends = ((left.upper, right.lower), (right.upper, left.lower))
            if left.step is right.step is None and any(self.are_one(*pair) for pair in ends):
                return True
        return False

    def are_one(self, upper: gast.expr | None, lower: gast.expr | None) -> bool:
        """Whether two limits are the same value."""
        if upper is None or lower is None or not trees.same(upper, lower):
            return False
        born = self.accesses.born
        return all(self.bound[n] <= 1 and not born.get(n) for n in trees.reads(upper))
