"""Give versions of a variable one name again where they do not get into each other's way.

>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(a, n):
...     a_1 = a
...     for i in range(n):
...         a_2 = a_1 * a_1
...         a_1 = a_2
...     return a_1
... ''')
>>> names = Names(None, tree)
>>> names.stems.update(a_1="a", a_2="a")
>>> print(text.function_text(rename(tree, names)), end="")
def f(a, n):
    for i in range(n):
        a = a * a
    return a

First the two sides of every copy, innermost loops first, then the versions of one variable. What
the user calls by two names keeps both. Two names get into each other's way if one is bound while
the other still is to be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import gast

from tangent_ad.analysis import liveness
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

BACKWARD = "Backward pass"


def rename(tree: gast.FunctionDef, names: Names) -> gast.FunctionDef:
    tree, twins = _halves_apart(tree, names)
    parameters = [p.id for p in trees.parameters(tree.args)]
    webs = _Webs(tree, names, parameters)
    for left, right in _copies(tree.body):
        if not webs.are_two_of_the_user(left, right):
            webs.merge(left, right)
    for version, stem in sorted(webs.versions(), key=lambda pair: (len(pair[0]), pair[0])):
        webs.merge(version, stem)
    for twin, original in twins.items():
        webs.merge(twin, original)
    mapping = webs.mapping(twins)
    body = [trees.rename(node, mapping) for node in tree.body]
    return trees.rebuild(tree, body=list(_without_self_copies(body)))


def _halves_apart(
    tree: gast.FunctionDef, names: Names
) -> tuple[gast.FunctionDef, dict[str, str]]:
    """The versions that mean one thing in the forward pass and another in the backward pass under
    two names, so that one of them may become the user's; and the new names with the old ones."""
    headings = (at for at, node in enumerate(tree.body) if _is_heading(node))
    heading = next(headings, len(tree.body))
    forward, backward = tree.body[:heading], tree.body[heading:]
    both = trees.all_writes(forward) & trees.all_writes(backward) & names.stems.keys()
    both -= liveness.live_before(backward)
    both -= frozenset().union(*map(trees.names_in_scopes, tree.body))
    if not both:
        return tree, {}
    twins = {names.version(names.stems[name]): name for name in sorted(both)}
    mapping = {original: twin for twin, original in twins.items()}
    renamed = [trees.rename(node, mapping) for node in backward]
    return trees.rebuild(tree, body=[*forward, *renamed]), twins


def _is_heading(node: gast.stmt) -> bool:
    return trees.is_comment(node) and node.value.value == BACKWARD


class _Webs:
    """Names that became one, and what is alive where each of them is bound."""

    def __init__(self, tree: gast.FunctionDef, names: Names, parameters: list[str]) -> None:
        self.names = names
        self.parameters = set(parameters)
        # For each place where a name is bound: what is alive there, and what it is a copy of.
        self.births: dict[str, list[tuple[liveness.Live, str]]] = defaultdict(list)
        self.parent: dict[str, str] = {}
        self.members: dict[str, set[str]] = {}
        self.bound = trees.all_writes(tree.body) | self.parameters
        solver = liveness.live_inside(tree.body)
        # Names that other scopes refer to keep their names, and so do functions and globals.
        self.fixed = frozenset().union(*map(trees.names_in_scopes, tree.body))
        self.fixed |= solver.start - self.bound
        for node in trees.statements(tree.body):
            self._note(node, solver)
        for parameter in parameters:
            self.births[parameter].append((solver.start | self.parameters, ""))

    def _note(self, node: gast.stmt, solver: liveness._Solver) -> None:
        bound = trees.writes(node)
        if not bound:
            return
        alive = solver.after[id(node)]
        if isinstance(node, gast.For):
            alive |= solver.inside[id(node)]
        if len(bound) > 1:
            alive |= bound
        sources = _copied(node)
        for name in bound:
            self.births[name].append((alive, sources.get(name, "")))

    def find(self, name: str) -> str:
        while name in self.parent:
            name = self.parent[name]
        return name

    def are_apart(self, one: set[str], other: set[str]) -> bool:
        """Whether a name of one web is bound while one of the other still is to be read."""
        for left, right in ((one, other), (other, one)):
            for name in left:
                for alive, source in self.births[name]:
                    if not alive.isdisjoint(right) and alive & right != {source}:
                        return True
        return False

    def are_two_of_the_user(self, left: str, right: str) -> bool:
        """Whether the user has two names for the values, as in `y = y0`."""
        one, other = (self.names.stems.get(name, name) for name in (left, right))
        return one != other and {one, other} <= self.names.user

    def merge(self, left: str, right: str) -> None:
        one, other = self.find(left), self.find(right)
        if one == other or one not in self.bound or other not in self.bound:
            return
        if self._rank(other) < self._rank(one):
            one, other = other, one
        if other in self.parameters or {one, other} & self.fixed:
            return
        members, gone = self.members.get(one, {one}), self.members.get(other, {other})
        if self.are_apart(members, gone):
            return
        self.parent[other] = one
        self.members[one] = members | gone

    def _rank(self, name: str) -> tuple:
        """Which name stays: a parameter, then one the user wrote, then the derivative of one, then
        one without a number."""
        return (
            name not in self.parameters,
            name not in self.names.user,
            not self.names.is_users_adjoint(name),
            name in self.names.stems,
            len(name),
            name,
        )

    def versions(self) -> Iterator[tuple[str, str]]:
        for name in self.bound:
            stem = self.names.stems.get(name)
            if stem is not None and stem in self.bound:
                yield name, stem

    def mapping(self, twins: Mapping[str, str]) -> dict[str, str]:
        """New names; a version whose stem nobody uses any more gets the stem, and what was a name in
        the other half that name."""
        mapping = {name: self.find(name) for name in self.parent}
        remaining = {self.find(name) for name in self.bound}
        for twin, original in twins.items():
            if twin in remaining and original not in remaining:
                remaining ^= {twin, original}
                mapping |= {name: original for name, root in mapping.items() if root == twin}
                mapping[twin] = original
        for name in sorted(remaining, key=lambda n: (len(n), n)):
            stem = self.names.stems.get(name)
            if stem is None or name in self.parameters or stem in remaining | self.fixed:
                continue
            remaining.discard(name)
            remaining.add(stem)
            for other, target in list(mapping.items()):
                if target == name:
                    mapping[other] = stem
            mapping[name] = stem
        return mapping


def _copies(body: Sequence[gast.stmt], depth: int = 0) -> list[tuple[str, str]]:
    """The copies `a = b`, those in the innermost loops first."""
    found: list[tuple[int, str, str]] = []

    def collect(block: Sequence[gast.stmt], level: int) -> None:
        for node in block:
            for target, source in _copied(node).items():
                found.append((-level, target, source))
            for _, inner in trees.blocks(node):
                collect(inner, level + isinstance(node, trees.LOOPS))

    collect(body, depth)
    return [(target, source) for _, target, source in sorted(found, key=lambda item: item[0])]


def _copied(node: gast.stmt) -> dict[str, str]:
    """The copies that a statement makes, by target."""
    if not isinstance(node, gast.Assign):
        return {}
    target, value = node.targets[0], node.value
    if isinstance(target, gast.Name) and isinstance(value, gast.Name):
        return {target.id: value.id}
    return {}


def _without_self_copies(body: Sequence[gast.stmt]) -> Iterator[gast.stmt]:
    for node in body:
        if any(target == source for target, source in _copied(node).items()):
            continue
        if trees.blocks(node):
            changes = {field: list(_without_self_copies(b)) for field, b in trees.blocks(node)}
            if isinstance(node, (gast.If, *trees.LOOPS)) and not changes["body"]:
                changes["body"] = [gast.Pass()]
            node = trees.updated(node, **changes)
        yield node
