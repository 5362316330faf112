"""Give every value of a variable a name of its own.

    a = a * 3.0            a_1 = a * 3.0
    if a < t:        ->    if a_1 < t:
        a = a * a              a_2 = a_1 * a_1
                           else:
                               a_2 = a_1

Within a path nothing is overwritten any more, so nothing needs saving. Only a variable that a loop
carries keeps one name: it is copied in before the loop and set at the end of every path through
the body. Where paths meet, a variable that differs between them gets one name on all of them.

A copy of a variable that may not be bound yet, as in the first pass of a loop, gets a placeholder
to copy.

Augmented assignment to a plain name becomes assignment to a new version; the alias analysis checks
that no other name could see the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import gast

from tangent_ad.analysis import liveness
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt

Versions = dict[str, str]
Place = tuple[int, str]  # a statement, by identity, and the variable that it may leave unbound


def rename(unit: Unit, only: frozenset[str] | None = None) -> Unit:
    """The unit with a name for each value; of the variables `only`, if they are given, in a unit whose
    others have one."""
    placeholders: set[Place] = set()
    while True:
        renamer = _Renamer(unit, placeholders, only)
        body = renamer.run()
        if renamer.wanted <= placeholders:
            break
        placeholders |= renamer.wanted
    before = () if only is None else unit.rebinds
    return unit.with_body(body, rebinds=(*before, *renamer.rebinds))


@dataclass(eq=False, repr=False)
class _Loop:
    """The variables that the innermost loop carries, and the names they go by."""

    carried: Versions = field(default_factory=dict)


class _Renamer:
    def __init__(
        self, unit: Unit, placeholders: set[Place], only: frozenset[str] | None
    ) -> None:
        self.unit = unit
        self.placeholders = placeholders
        self.wanted: set[Place] = set()
        self.unsure: dict[str, Place] = {}
        self.names = unit.names
        self.local = set(unit.names.locals) if only is None else only
        self.live = liveness.live_after(unit.tree.body)
        self.rebinds: list[tuple[str, str, gast.stmt]] = []
        self.loops: list[_Loop] = []
        self.merged: dict[str, str] = {}
        self.used: set[str] = {p.id for p in trees.parameters(unit.tree.args)}

    def run(self) -> list[gast.stmt]:
        start = {p.id: p.id for p in trees.parameters(self.unit.tree.args)}
        body, _ = self.block(self.unit.tree.body, start)
        final = {old: self._final(old) for old in self.merged}
        self.rebinds = [
            (final.get(new, new), final.get(old, old), node) for new, old, node in self.rebinds
        ]
        return _rename_block(body, final) if final else body

    def _final(self, version: str) -> str:
        while version in self.merged:
            version = self.merged[version]
        return version

    def fresh(self, variable: str) -> str:
        """The first version of a variable keeps its name."""
        if variable not in self.used:
            self.used.add(variable)
            return variable
        return self.names.version(variable)

    def copy(self, target: str, source: str, node: gast.stmt) -> gast.stmt:
        if source in self.unsure:
            self.wanted.add(self.unsure[source])
            self.unsure[target] = self.unsure[source]
        return _copy(target, source, node)

    def placeholder(self, name: str, variable: str, node: gast.stmt) -> list[gast.stmt]:
        """What a variable is before it is bound, if that is copied somewhere."""
        self.unsure[name] = (id(node), variable)
        if (id(node), variable) not in self.placeholders:
            return []
        return [trees.hidden(trees.assign(name, trees.unbound()), node)]

    # ---- blocks -----------------------------------------------------------------------------

    def block(
        self, body: Sequence[gast.stmt], versions: Versions
    ) -> tuple[list[gast.stmt], Versions | None]:
        """The renamed block and the versions at its end; None where no path reaches the end."""
        out: list[gast.stmt] = []
        current: Versions | None = dict(versions)
        for node in body:
            if current is None:
                break
            current = self.statement(node, current, out)
        return out, current

    def statement(
        self, node: gast.stmt, versions: Versions, out: list[gast.stmt]
    ) -> Versions | None:
        if isinstance(node, gast.If):
            return self.branch(node, versions, out)
        if isinstance(node, trees.LOOPS):
            return self.loop(node, versions, out)
        if isinstance(node, gast.Break):
            out += self.settle(versions, node)
            out.append(node)
            return None
        if isinstance(node, gast.With):
            return self.with_block(node, versions, out)
        if isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Name):
            return self.augmented(node, versions, out)
        if isinstance(node, gast.Try):
            return self.opaque(node, versions, out)
        out.append(self.bind(self.read(node, versions), versions))
        return None if isinstance(node, gast.Raise) else versions

    def read(self, node: gast.AST, versions: Versions) -> gast.AST:
        changed = {k: trees.name(v) for k, v in versions.items() if k != v}
        return trees.substitute(node, changed)

    def bind(self, node: gast.stmt, versions: Versions) -> gast.stmt:
        """Give the names that a statement binds new versions, once it has read the old ones."""
        names = [n for n in sorted(trees.writes(node)) if n in self.local]
        for name in names:
            versions[name] = self.fresh(name)
        return _rename_targets(node, {n: versions[n] for n in names})

    def augmented(
        self, node: gast.AugAssign, versions: Versions, out: list[gast.stmt]
    ) -> Versions:
        old = versions.get(node.target.id, node.target.id)
        value = self.read(node.value, versions)
        versions[node.target.id] = new = self.fresh(node.target.id)
        self.rebinds.append((new, old, node))
        out.append(trees.assign(new, gast.BinOp(trees.name(old), node.op, value), node))
        return versions

    def with_block(
        self, node: gast.With, versions: Versions, out: list[gast.stmt]
    ) -> Versions | None:
        items = [
            trees.rebuild(item, context_expr=self.read(item.context_expr, versions))
            for item in node.items
        ]
        node = self.bind(trees.rebuild(node, items=items), versions)
        body, after = self.block(node.body, versions)
        out.append(trees.rebuild(node, body=body))
        return after

    def opaque(self, node: gast.Try, versions: Versions, out: list[gast.stmt]) -> Versions:
        """Where any statement may be the last that runs, a variable keeps one name throughout."""
        names: Versions = dict(versions)
        for variable in sorted(trees.all_writes([node]) & self.local):
            names[variable] = self.fresh(variable)
            if variable in versions:
                out.append(self.copy(names[variable], versions[variable], node))
        out.append(trees.rename(node, {k: v for k, v in names.items() if k != v}))
        return names

    # ---- branches ---------------------------------------------------------------------------

    def branch(
        self, node: gast.If, versions: Versions, out: list[gast.stmt]
    ) -> Versions | None:
        new = self.attempt(node, versions) if isinstance(node, Attempt) else node
        test = self.read(node.test, versions)
        body, after_body = self.block(node.body, versions)
        orelse, after_else = self.block(node.orelse, versions)
        if after_body is None or after_else is None:
            after = after_else if after_body is None else after_body
        else:
            live = self.live[id(node)]
            after = self.meet(versions, (body, after_body), (orelse, after_else), live, node)
        out.append(trees.rebuild(new, test=test, body=body, orelse=orelse))
        return after

    def attempt(self, node: Attempt, versions: Versions) -> Attempt:
        """The names that the statement itself binds, and which exceptions it catches."""
        kinds = [kind and self.read(kind, versions) for kind in node.kinds]
        for name in node.bound:
            versions[name] = self.fresh(name)
        error = node.error and trees.name(versions[node.error.id])
        return trees.rebuild(node, kinds=kinds, error=error)

    def meet(
        self,
        before: Versions,
        one: tuple[list[gast.stmt], Versions],
        other: tuple[list[gast.stmt], Versions],
        live: set[str] | frozenset[str],
        node: gast.stmt,
    ) -> Versions:
        """Where two paths meet: one name for each variable that differs between them.

        A path that made its version itself made it under the common name; the other copies.
        """
        merged: dict = dict(before)
        for variable in sorted(set(one[1]) | set(other[1])):
            left, right = one[1].get(variable), other[1].get(variable)
            if left == right:
                merged[variable] = left
                continue
            if variable not in live:
                continue
            made = [v for v in (left, right) if v is not None and v != before.get(variable)]
            common = merged[variable] = made[0]
            for version, body in ((left, one[0]), (right, other[0])):
                if version is None:
                    body += self.placeholder(common, variable, node)
                elif version == common:
                    continue
                elif version == before.get(variable) or version in self._carried_names():
                    body.append(self.copy(common, version, node))
                else:
                    self.merged[version] = common
        return merged

    def _carried_names(self) -> set[str]:
        return {name for loop in self.loops for name in loop.carried.values()}

    # ---- loops ------------------------------------------------------------------------------

    def loop(
        self, node: gast.For | gast.While, versions: Versions, out: list[gast.stmt]
    ) -> Versions:
        is_for = isinstance(node, gast.For)
        head = self.read(node.iter, versions) if is_for else None
        carried = self.carried_by(node)
        inside = dict(versions)
        loop = _Loop()
        for variable in carried:
            loop.carried[variable] = inside[variable] = self.fresh(variable)
            if variable in versions:
                out.append(self.copy(inside[variable], versions[variable], node))
            else:
                out += self.placeholder(inside[variable], variable, node)
        after = {**versions, **loop.carried}
        self.loops.append(loop)
        if is_for:
            new = self.bind(trees.rebuild(node, iter=head), inside)
        else:
            new = trees.rebuild(node, test=self.read(node.test, inside))
        body, end = self.block(node.body, inside)
        if end is not None:
            body = _at_end(body, self.settle(end, node))
        self.loops.pop()
        out.append(trees.rebuild(new, body=body))
        return after

    def carried_by(self, node: gast.For | gast.While) -> list[str]:
        """The variables that the body binds and that the next pass or the rest still reads."""
        bound = (trees.all_writes(node.body) | trees.writes(node)) & self.local
        again = liveness.live_before([node])
        return sorted(bound & (self.live[id(node)] | again))

    def settle(self, versions: Versions, node: gast.stmt) -> list[gast.stmt]:
        """Set the carried variables at the end of a path, all at once."""
        pairs = [
            (name, versions[variable])
            for variable, name in self.loops[-1].carried.items()
            if versions.get(variable, name) != name
        ]
        if not pairs:
            return []
        targets = {name for name, _ in pairs}
        if len(pairs) > 1 and any(value in targets for _, value in pairs):
            names, values = zip(*pairs, strict=True)
            targets_, values_ = (trees.pack(list(map(trees.name, n))) for n in (names, values))
            return [trees.hidden(trees.assign(targets_, values_), node)]
        return [self.copy(name, value, node) for name, value in pairs]


def _at_end(body: Sequence[gast.stmt], copies: list[gast.stmt]) -> list[gast.stmt]:
    """Append to every path through a block that reaches its end; a path that breaks does not."""
    if not copies or (body and isinstance(body[-1], (gast.Break, gast.Raise))):
        return list(body)
    if body and isinstance(body[-1], gast.If) and _breaks(body[-1]):
        last = body[-1]
        arms = {field: _at_end(arm, copies) for field, arm in trees.blocks(last)}
        return [*body[:-1], trees.rebuild(last, **arms)]
    return [*body, *copies]


def _breaks(node: gast.stmt) -> bool:
    """Whether some path through a branch leaves the loop around it."""
    if isinstance(node, gast.If):
        return any(map(_breaks, [*node.body, *node.orelse]))
    return isinstance(node, gast.Break)


def _copy(target: str, source: str, node: gast.stmt) -> gast.stmt:
    return trees.hidden(trees.assign(target, trees.name(source)), node)


def _rename_targets(node: gast.stmt, mapping: Versions) -> gast.stmt:
    mapping = {k: v for k, v in mapping.items() if k != v}
    if not mapping:
        return node
    if isinstance(node, gast.Assign):
        return trees.rebuild(node, targets=[_rename_target(t, mapping) for t in node.targets])
    if isinstance(node, gast.For):
        return trees.rebuild(node, target=_rename_target(node.target, mapping))
    if isinstance(node, gast.With):
        items = [
            trees.rebuild(item, optional_vars=_rename_target(item.optional_vars, mapping))
            if item.optional_vars is not None
            else item
            for item in node.items
        ]
        return trees.rebuild(node, items=items)
    if isinstance(node, (gast.Import, gast.ImportFrom)):
        aliases = [
            trees.rebuild(a, asname=mapping[a.asname or a.name])
            if (a.asname or a.name) in mapping
            else a
            for a in node.names
        ]
        return trees.rebuild(node, names=aliases)
    return node


def _rename_target(target: gast.expr, mapping: Versions) -> gast.expr:
    if isinstance(target, gast.Name):
        return trees.rebuild(target, id=mapping.get(target.id, target.id))
    if isinstance(target, (gast.Tuple, gast.List)):
        return trees.rebuild(target, elts=[_rename_target(t, mapping) for t in target.elts])
    return target


def _rename_block(body: Sequence[gast.stmt], mapping: Versions) -> list[gast.stmt]:
    return [trees.rename(node, mapping) for node in body]
