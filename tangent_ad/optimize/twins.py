"""One number under two names is one variable.

    bt = -ba                      bt = -ba
    bk += bt * x          ->      bk += bt * x
    bt_1 = -ba                    bx += bt * k
    bx += bt_1 * k
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import gast

from tangent_ad.analysis import effects
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


def merge(
    tree: gast.FunctionDef, names: Names, temporary: Callable[[str], bool], fact: FactOf
) -> gast.FunctionDef:
    bound = Counter(name for node in trees.statements(tree.body) for name in trees.writes(node))

    def is_number(node: gast.stmt) -> bool:
        """Whether a statement computes a number that its variable holds from there on."""
        if not isinstance(node, gast.Assign) or not isinstance(node.targets[0], gast.Name):
            return False
        name = node.targets[0].id
        is_computed = isinstance(node.value, (gast.BinOp, gast.UnaryOp))
        if not is_computed or bound[name] > 1 or not temporary(name):
            return False
        return fact(node.value).is_scalar and effects.is_pure(node.value, names)

    renamed: dict[str, str] = {}
    body = _block(tree.body, is_number, names, renamed)
    return trees.rebuild(tree, body=body) if renamed else tree


def _block(
    body: Sequence[gast.stmt],
    is_number: Callable[[gast.stmt], bool],
    names: Names,
    renamed: dict[str, str],
) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    known: dict[frozenset[str], list[gast.Assign]] = {}  # what still holds, by the names it reads
    reading: dict[str, set[frozenset[str]]] = defaultdict(set)
    for node in body:
        node = trees.rename(node, renamed) if renamed else node
        inner = {field: _block(b, is_number, names, renamed) for field, b in trees.blocks(node)}
        node = trees.updated(node, **inner)
        if is_number(node):
            name, reads = node.targets[0].id, frozenset(trees.reads(node.value))
            twins = (k for k in known.get(reads, ()) if trees.same(k.value, node.value))
            twin = next(twins, None)
            if twin is not None:
                renamed[name] = twin.targets[0].id
                continue
            known.setdefault(reads, []).append(node)
            for other in reads:
                reading[other].add(reads)
        for n in trees.statements([node]):
            for changed in {*trees.writes(n), effects.mutated_root(n, names) or ""}:
                for reads in reading.pop(changed, ()):
                    known.pop(reads, None)
        out.append(node)
    return out
