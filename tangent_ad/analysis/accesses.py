"""Which elements the statements of a function read and write, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import gast

from tangent_ad.analysis import effects
from tangent_ad.analysis.dependence import Access, ByElement, Counter, counter_of, shared_loops
from tangent_ad.analysis.indexing import parts
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


class Accesses:
    """Reads and stores with their places; `born` are the loops around every binding of a name."""

    def __init__(self, body: Sequence[gast.stmt], names: Names) -> None:
        self.names = names
        self.reads = ByElement()
        self.stores = ByElement()
        self.places: dict[int, Access] = {}
        self.counters: dict[int, Counter] = {}
        self.born: dict[str, tuple] = {}
        self._scan(body, ())

    def _scan(self, body: Sequence[gast.stmt], loops: tuple[int, ...]) -> None:
        for node in body:
            position = len(self.places)
            place = self.places[id(node)] = Access("", None, position, loops)
            for name in trees.writes(node):
                self.born[name] = shared_loops(self.born.get(name, loops), loops)
            for expression in trees.header(node):
                for name, index in reads(expression, node):
                    self.reads.add(Access(name, index, position, loops), node)
            self._note_store(node, place)
            if isinstance(node, trees.LOOPS):
                counter = counter_of(node) if isinstance(node, gast.For) else None
                if counter is not None:
                    self.counters[id(node)] = counter
            for _, inner in trees.blocks(node):
                inside = (*loops, id(node)) if isinstance(node, trees.LOOPS) else loops
                self._scan(inner, inside)

    def _note_store(self, node: gast.stmt, place: Access) -> None:
        base = effects.mutated_root(node, self.names)
        if base is not None:
            target = stored(node)
            index = None
            if target is not None and isinstance(target.value, gast.Name):
                index = tuple(parts(target.slice))
            self.stores.add(Access(base, index, place.position, place.loops), node)

    def access(self, node: gast.stmt, target: gast.Subscript) -> Access:
        """An element, or several, at the place of a statement."""
        assert isinstance(target.value, gast.Name)
        place = self.places[id(node)]
        return Access(target.value.id, tuple(parts(target.slice)), place.position, place.loops)


def stored(node: gast.stmt) -> gast.Subscript | None:
    """The `h[t]` of `h[t] = v` and of `h[t] += v`."""
    target = node.targets[0] if isinstance(node, gast.Assign) else getattr(node, "target", None)
    return target if isinstance(target, gast.Subscript) else None


def reads(
    node: gast.AST, statement: gast.stmt
) -> Iterator[tuple[str, tuple[gast.expr, ...] | None]]:
    """The names that an expression of a statement reads, with the index where there is one."""
    if isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name):
        plain_store = isinstance(statement, gast.Assign) and node is statement.targets[0]
        if not plain_store:
            yield node.value.id, tuple(parts(node.slice))
        yield from reads(node.slice, statement)
        return
    if isinstance(node, gast.Name):
        yield node.id, None
    for child in trees.children(node):
        yield from reads(child, statement)
