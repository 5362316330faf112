"""Take an object apart that stays inside the function: a variable for each of its attributes.

    p = {"__class__": Ball, "x": x, "v": 0.0}         p_x = x
    for i in range(n):                                p_v = 0.0
        p["v"] = p["v"] - dt * p["x"]           ->    for i in range(n):
        p["x"] = p["x"] + dt * p["v"]                     p_v = p_v - dt * p_x
    return p["x"]                                         p_x = p_x + dt * p_v
                                                      return p_x

Where the object as a whole goes somewhere, into a list or a call, it is put together there. That is
right only if nobody changes it afterwards, neither there nor here; else the object stays a dict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import gast

from tangent_ad.analysis import liveness
from tangent_ad.analysis.classes import CLASS, class_of
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import versions
from tangent_ad.normalize.gather import display_of, displays
from tangent_ad.syntax import trees


def taken_apart(unit: Unit, known: Facts) -> Unit:
    """The unit with its objects taken apart, as far as can be; the unit itself if there are none."""
    if not any(class_of(fact) for fact in known.names.values()):
        return unit
    body = displays(parted(unit.tree.body, known), unit.names)
    groups = _Groups(unit, body)
    if not groups.keys:
        return unit
    scatter = _Scatter(unit, groups)
    body = scatter.block(body)
    return versions.rename(unit.with_body(body), frozenset(scatter.variables.values()))


def parted(body: Sequence[gast.stmt], known: Facts) -> list[gast.stmt]:
    """`a, b = p, q` as two statements, where one of the values is an object and no name is read."""
    out: list[gast.stmt] = []
    for node in body:
        inner = {f: parted(b, known) for f, b in trees.blocks(node)}
        node = trees.updated(node, **inner) if inner else node
        pairs = _pairs(node) if isinstance(node, gast.Assign) else []
        if any(class_of(known.of(value)) is not None for _, value in pairs):
            out += [trees.assign(target, value, node) for target, value in pairs]
        else:
            out.append(node)
    return out


def _pairs(node: gast.Assign) -> list[tuple[gast.expr, gast.expr]]:
    target, value = node.targets[0], node.value
    if not isinstance(target, gast.Tuple) or not isinstance(value, gast.Tuple):
        return []
    if len(target.elts) != len(value.elts) or not all(isinstance(t, gast.Name) for t in target.elts):
        return []
    if any(isinstance(e, gast.Starred) for e in value.elts):
        return []
    is_free = trees.reads(value).isdisjoint(trees.bound_names(target))
    return list(zip(target.elts, value.elts, strict=True)) if is_free else []


@dataclass
class _Uses:
    """What happens to one name."""

    made: list[tuple[str, ...]] = field(default_factory=list)  # the keys of the displays
    copied_from: list[tuple[str, int]] = field(default_factory=list)
    stored: list[int] = field(default_factory=list)  # where an attribute is written
    keys: set[str] = field(default_factory=set)  # what is written or read
    shared: list[int] = field(default_factory=list)  # where it gets a second name that lives on
    whole: bool = False
    cls: gast.expr | None = None
    spoilt: bool = False


class _Groups:
    """The names that hold the same objects, and the keys of these, where they can be taken apart."""

    def __init__(self, unit: Unit, body: Sequence[gast.stmt]) -> None:
        self.uses: dict[str, _Uses] = defaultdict(_Uses)
        self.live = liveness.live_after(body)
        self.count = 0
        self.loops: list[int] = []
        self.spans: dict[int, list[int]] = {}  # the loops around each place
        self.written_elsewhere = False
        self.classes: dict[str, gast.expr] = {}
        self.walk(body)
        for parameter in trees.parameters(unit.tree.args):
            self.uses[parameter.id].spoilt = True
        self.keys = self.chosen()

    # ---- looking ----------------------------------------------------------------------------

    def walk(self, body: Sequence[gast.stmt]) -> None:
        for node in body:
            self.count += 1
            self.spans[self.count] = list(self.loops)
            self.statement(node)
            is_loop = isinstance(node, trees.LOOPS)
            if is_loop:
                self.loops.append(self.count)
            for _, inner in trees.blocks(node):
                self.walk(inner)
            if is_loop:
                self.loops.pop()

    def statement(self, node: gast.stmt) -> None:
        if isinstance(node, gast.Assign):
            target = node.targets[0]
            if isinstance(target, gast.Name):
                self.define(target.id, node)
                return
            if self.is_item(target):
                self.store(target)
                self.read(node.value, node)
                return
        if isinstance(node, gast.AugAssign) and self.is_item(node.target):
            self.store(node.target)
            self.read(node.value, node)
            return
        for name in trees.writes(node):
            self.uses[name].spoilt = True
        for target in getattr(node, "targets", None) or [getattr(node, "target", None)]:
            if isinstance(target, gast.Subscript):
                self.written_elsewhere |= isinstance(target.slice, gast.Constant)
                self.read(target, node)
        if isinstance(node, (gast.Assign, gast.AugAssign, gast.Return)) and node.value is not None:
            self.read(node.value, node)
        else:
            for expression in trees.header(node):
                self.read(expression, node)
        if isinstance(node, gast.FunctionDef):
            for name in trees.captured(node):
                self.uses[name].spoilt = True

    def define(self, name: str, node: gast.Assign) -> None:
        items = display_of(node.value)
        uses = self.uses[name]
        if items is not None:
            uses.made.append(tuple(items))
            uses.cls = items[CLASS]
            for value in items.values():
                self.read(value, node)
        elif isinstance(node.value, gast.Name):
            source = node.value.id
            uses.copied_from.append((source, self.count))
            if source in self.live[id(node)]:
                self.uses[source].shared.append(self.count)
        elif not trees.is_unbound(node.value):
            uses.spoilt = True
            self.read(node.value, node)

    def store(self, target: gast.Subscript) -> None:
        uses = self.uses[target.value.id]
        uses.stored.append(self.count)
        uses.keys.add(target.slice.value)

    @staticmethod
    def is_item(node: Any) -> bool:
        return (
            isinstance(node, gast.Subscript)
            and isinstance(node.value, gast.Name)
            and isinstance(node.slice, gast.Constant)
            and isinstance(node.slice.value, str)
        )

    def read(self, node: gast.AST, at: gast.stmt) -> None:
        if self.is_item(node):
            self.uses[node.value.id].keys.add(node.slice.value)
        elif isinstance(node, gast.Name):
            uses = self.uses[node.id]
            uses.whole = True
            if node.id in self.live[id(at)] or isinstance(at, (*trees.LOOPS, gast.If)):
                uses.shared.append(self.count)
        else:
            for child in trees.children(node):
                self.read(child, at)

    # ---- choosing ---------------------------------------------------------------------------

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The keys of the names that can be taken apart."""
        found: dict[str, tuple[str, ...]] = {}
        for group in self.components():
            members = [self.uses[name] for name in group]
            made = [keys for uses in members for keys in uses.made]
            if not made or any(uses.spoilt for uses in members):
                continue
            every = frozenset().union(*made, *(uses.keys for uses in members))
            moves = any(uses.whole or uses.copied_from for uses in members)
            if moves and any(set(keys) != every for keys in made):
                continue
            shared = [at for uses in members for at in uses.shared]
            stored = [at for uses in members for at in uses.stored]
            if any(self.may_follow(one, other) for one in shared for other in stored):
                continue
            if self.written_elsewhere and shared:
                continue
            order = [key for uses in members for keys in uses.made for key in keys]
            keys = tuple(dict.fromkeys([CLASS, *order, *sorted(every)]))
            self.classes.update({name: uses.cls for name in group for uses in members if uses.cls})
            found.update(dict.fromkeys(group, keys))
        return found

    def components(self) -> Iterator[set[str]]:
        above: dict[str, str] = {}

        def top(name: str) -> str:
            while name in above:
                name = above[name]
            return name

        for name in list(self.uses):
            for source, _ in self.uses[name].copied_from:
                one, other = top(name), top(source)
                if one != other:
                    above[one] = other
        groups: dict[str, set[str]] = defaultdict(set)
        for name in list(self.uses):
            groups[top(name)].add(name)
        yield from groups.values()

    def may_follow(self, first: int, second: int) -> bool:
        """Whether a place may be reached after another one."""
        return second >= first or bool(set(self.spans[first]) & set(self.spans[second]))


class _Scatter:
    def __init__(self, unit: Unit, groups: _Groups) -> None:
        self.names = unit.names
        self.keys, self.classes = groups.keys, groups.classes
        self.variables: dict[tuple[str, str], str] = {}

    def variable(self, name: str, key: str) -> str:
        if (name, key) not in self.variables:
            stem = self.names.stems.get(name, name)
            hint = f"{stem}_{key.strip('_')}"
            self.variables[name, key] = self.names.fresh(hint)
        return self.variables[name, key]

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            inner = {f: self.block(b) for f, b in trees.blocks(node)}
            node = trees.rebuild(node, **inner) if inner else node
            out += self.statement(node)
        return out

    def statement(self, node: gast.stmt) -> list[gast.stmt]:
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
            name = node.targets[0].id
            if name in self.keys:
                return self.definition(name, node)
        if any(True for _ in trees.blocks(node)):
            return [self.header(node)]
        return [trees.transform(node, self.replaced)]

    def header(self, node: gast.stmt) -> gast.stmt:
        changes = {
            f: trees.transform(getattr(node, f), self.replaced)
            for f in ("test", "iter", "items")
            if isinstance(getattr(node, f, None), gast.AST)
        }
        return trees.rebuild(node, **changes)

    def definition(self, name: str, node: gast.Assign) -> list[gast.stmt]:
        items = display_of(node.value)
        variables = [self.variable(name, key) for key in self.keys[name] if key != CLASS]
        if items is not None:
            variables = [self.variable(name, key) for key in items if key != CLASS]
            values = [trees.transform(v, self.replaced) for k, v in items.items() if k != CLASS]
        elif isinstance(node.value, gast.Name):
            source = node.value.id
            values = [trees.name(self.variable(source, k)) for k in self.keys[name] if k != CLASS]
        else:  # not bound yet
            values = [node.value for _ in variables]
        if any(trees.reads(value) & set(variables) for value in values):
            targets = trees.pack([trees.name(v) for v in variables])
            return [trees.hidden(trees.assign(targets, trees.pack(values)), node)]
        pairs = zip(variables, values, strict=True)
        return [trees.hidden(trees.assign(variable, value), node) for variable, value in pairs]

    def replaced(self, node: Any) -> Any:
        if isinstance(node, gast.Subscript) and isinstance(node.slice, gast.Constant):
            items = display_of(node.value)
            if items is not None and node.slice.value in items:
                return items[node.slice.value]
        if isinstance(node, gast.Name) and node.id in self.keys:
            keys = self.keys[node.id]
            values = [trees.name(self.variable(node.id, key)) for key in keys if key != CLASS]
            return gast.Dict([trees.constant(k) for k in keys], [self.classes[node.id], *values])
        return node
