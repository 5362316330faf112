"""Put a temporary that is used once back into the expression that uses it, and follow copies.

    t = W @ h                  h = np.tanh(W @ h + b)
    t_1 = t + b           ->
    h = np.tanh(t_1)

The user's own variables stay, and lines stay short enough to read. Nothing moves into a loop, past
a write to something it reads, or past an effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gast

from tangent_ad.analysis import effects, liveness
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

MOST_NODES = 24


def inline(
    tree: gast.FunctionDef, names: Names, is_temporary: Callable[[str], bool]
) -> gast.FunctionDef:
    worker = _Inliner(tree, names, is_temporary)
    return trees.rebuild(tree, body=worker.block(tree.body, frozenset()))


class _Inliner:
    def __init__(
        self, tree: gast.FunctionDef, names: Names, is_temporary: Callable[[str], bool]
    ) -> None:
        self.names = names
        self.is_temporary = is_temporary
        self.solver = liveness.live_inside(tree.body)
        self.captured = {p.id for p in trees.parameters(tree.args)}
        for node in trees.walk(tree):
            if isinstance(node, trees.SCOPES):
                self.captured |= trees.reads(node)
            elif isinstance(node, gast.FunctionDef) and node is not tree:
                self.captured |= liveness.captured(node)

    def block(self, body: Sequence[gast.stmt], live: frozenset[str]) -> list[gast.stmt]:
        """Inline in a block; `live` are the names read behind it."""
        out = []
        for node in body:
            inner = {
                field: self.block(b, self.live_behind(node)) for field, b in trees.blocks(node) if b
            }
            out.append(trees.rebuild(node, **inner) if inner else node)
        position = 0
        while position < len(out):
            if self.is_candidate(out[position]) and self.move(out, position, live):
                del out[position]
            else:
                position += 1
        return out

    def live_behind(self, node: gast.stmt) -> frozenset[str]:
        """What is read after an inner block of a statement: by the next pass or by what follows."""
        return self.solver.after[id(node)] | self.solver.again.get(id(node), frozenset())

    def is_candidate(self, node: gast.stmt) -> bool:
        return (
            isinstance(node, gast.Assign)
            and isinstance(node.targets[0], gast.Name)
            and self.is_temporary(node.targets[0].id)
            and node.targets[0].id not in self.captured
            and effects.is_pure(node.value, self.names)
        )

    def move(self, body: list[gast.stmt], position: int, live: frozenset[str]) -> bool:
        """Substitute the value into the later statements of the block that use the name."""
        node = body[position]
        assert isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name)
        name, value = node.targets[0].id, node.value
        sources = trees.reads(value)
        if name in sources:
            return False
        is_copy = isinstance(value, gast.Name)
        uses, changes, disturbed = 0, [], False
        for at in range(position + 1, len(body)):
            other = body[at]
            count = _count_reads(other, name)
            if count:
                uses += count
                new = None if disturbed else self.replaced(other, name, value)
                if new is None or uses > 1 and not is_copy and not (uses == 2 and _is_view(value)):
                    return False
                changes.append((at, new))
            if any(name in trees.writes(inner) for inner in trees.statements([other])):
                if other.__class__ is not gast.Assign:
                    return False
                break
            disturbed = disturbed or self.disturbs(other, sources, not is_copy)
        else:
            if name in live:
                return False
        for at, new in changes:
            body[at] = new
        return bool(changes)

    def replaced(self, node: gast.stmt, name: str, value: gast.expr) -> gast.stmt | None:
        """The statement with the value in place of the name, unless that would not do."""
        is_copy = isinstance(value, gast.Name)
        if any(True for _ in trees.blocks(node)):
            inside = [s for _, b in trees.blocks(node) for s in b]
            if not any(_count_reads(s, name) for s in inside):
                return self.replaced_in_header(node, name, value)
            if is_copy and not self.disturbs(node, {value.id}, False):
                if not any(name in trees.writes(s) for s in trees.statements([node])):
                    return trees.rename(node, {name: value.id})
            return None
        if isinstance(node, gast.FunctionDef):
            return None
        if isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Name):
            if node.target.id == name:
                return None
        new = trees.substitute(node, {name: value})
        if not is_copy and trees.size(new) > MOST_NODES and trees.size(value) > 3:
            return None
        return new

    def replaced_in_header(
        self, node: gast.stmt, name: str, value: gast.expr
    ) -> gast.stmt | None:
        """Into the test of a branch or the iterable of a for loop, which run once."""
        if isinstance(node, gast.If):
            return trees.rebuild(node, test=trees.substitute(node.test, {name: value}))
        if isinstance(node, gast.For):
            return trees.rebuild(node, iter=trees.substitute(node.iter, {name: value}))
        return None

    def disturbs(self, node: gast.stmt, sources: set[str], contents: bool) -> bool:
        """Whether a statement changes what an expression over the sources would give."""
        for inner in trees.statements([node]):
            if trees.writes(inner) & sources:
                return True
            base = effects.mutated_root(inner, self.names)
            if base is not None and contents and base in sources:
                return True
        return False


def _is_view(value: gast.expr) -> bool:
    """`x[i]` of a plain name: short, and cheap enough to be read twice."""
    return isinstance(value, gast.Subscript) and isinstance(value.value, gast.Name)


def _count_reads(node: gast.stmt, name: str) -> int:
    """How often a statement reads a name; binding it does not count."""
    found = sum(1 for n in trees.walk(node) if isinstance(n, gast.Name) and n.id == name)
    bound = 0
    for inner in trees.statements([node]):
        if isinstance(inner, (gast.Assign, gast.For)):
            targets = inner.targets if isinstance(inner, gast.Assign) else [inner.target]
            bound += sum(list(trees.bound_names(t)).count(name) for t in targets)
    return found - bound
