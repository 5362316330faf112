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
from collections.abc import Collection, Iterator, Sequence
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
from tangent_ad.syntax.named import NamedTuple

IDENTITY = (gast.Is, gast.IsNot)


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
    keys: set[str | int] = field(default_factory=set)  # what is written or read
    tuples: list[str] = field(default_factory=list)  # the classes of the displays that are tuples
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
        self.tuples: set[str] = set()  # the names that hold tuples
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
            if isinstance(node.value, NamedTuple):
                uses.tuples.append(node.value.cls.id)
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
            and isinstance(node.slice.value, (str, int))
        )

    def read(self, node: gast.AST, at: gast.stmt) -> None:
        if isinstance(node, gast.Compare) and any(isinstance(op, IDENTITY) for op in node.ops):
            for name in trees.reads(node):  # an object that is asked which one it is stays one
                self.uses[name].spoilt |= not any(map(trees.is_none, node.comparators))
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
            used = {key for uses in members for key in uses.keys}
            if any(uses.tuples for uses in members):
                if are_tuples(members, made[0], used):  # which do not change
                    self.choose(group, made[0], found)
                    self.tuples |= group
                continue
            if any(isinstance(key, int) for key in used):
                continue
            every = frozenset().union(*made, used)
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
            self.choose(group, keys, found)
        return found

    def choose(self, group: set[str], keys: tuple[Any, ...], found: dict[str, Any]) -> None:
        made = [self.uses[name].cls for name in group]
        self.classes.update({name: cls for name in group for cls in made if cls is not None})
        found.update(dict.fromkeys(group, keys))

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


def are_tuples(members: Sequence[_Uses], made: Sequence[str], used: Collection[str | int]) -> bool:
    """Whether names hold tuples of one class, made of `made`, whose elements are read by their place."""
    count = len(made) - 1
    is_read = all(isinstance(key, int) and -count <= key < count for key in used)
    displays = [keys for uses in members for keys in uses.made]
    named = [cls for uses in members for cls in uses.tuples]
    return is_read and len(set(named)) == 1 and len(named) == len(displays)


class _Scatter:
    def __init__(self, unit: Unit, groups: _Groups) -> None:
        self.names = unit.names
        self.keys, self.classes, self.tuples = groups.keys, groups.classes, groups.tuples
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
        new = trees.transform(node, self.replaced)
        if isinstance(new, gast.Assign) and isinstance(new.targets[0], gast.Tuple):
            if isinstance(new.value, NamedTuple):
                return [trees.rebuild(new, value=trees.pack(new.value.elts))]
        return [new]

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
            items, key = display_of(node.value), node.slice.value
            if isinstance(node.value, NamedTuple) and isinstance(key, int):
                return node.value.elts[key]
            if items is not None and key in items:
                return items[key]
        if isinstance(node, gast.Name) and node.id in self.keys:
            keys = self.keys[node.id]
            values = [trees.name(self.variable(node.id, key)) for key in keys if key != CLASS]
            if node.id in self.tuples:
                return NamedTuple(self.classes[node.id], keys[1:], values)
            return gast.Dict([trees.constant(k) for k in keys], [self.classes[node.id], *values])
        return node
