"""Write `try` as a branch on whether what is tried fails (`syntax.attempt`).

    try:                            try:
        y = y * x                       y = y * x
        z = f(y)                    except ValueError:
    except ValueError:                  failed = True
        y = y + x            ->     if not failed:
                                        try:
                                            z = f(y)
                                        except ValueError:
                                            failed = True
                                    if failed:
                                        y = y + x

Whatever the handler and the rest see of what was tried comes from statements that were done as a whole,
so how far it came is known: here a handler may see the new y, and each half is tried on its own. An
`else` is what follows if nothing failed, a `finally` follows in any case and runs before an exception
goes on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import Any

import gast

from tangent_ad.analysis import effects, liveness
from tangent_ad.analysis.definitions import single_definitions
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt, is_sure

EXITS = (gast.Return, gast.Break, gast.Continue)


def structure(unit: Unit) -> Unit:
    if not any(isinstance(n, (gast.Try, gast.With)) for n in trees.statements(unit.tree.body)):
        return unit
    plain = unit.with_body(_without_suppress(unit.tree.body, unit))
    return plain.with_body(_Structure(plain).block(plain.tree.body))


def _without_suppress(body: Sequence[gast.stmt], unit: Unit) -> list[gast.stmt]:
    """`with suppress(E): ...` is `try: ... except E: pass`."""
    out: list[gast.stmt] = []
    for node in body:
        changes: dict[str, Any] = {f: _without_suppress(b, unit) for f, b in trees.blocks(node)}
        if isinstance(node, gast.Try):
            changes["handlers"] = [
                trees.rebuild(h, body=_without_suppress(h.body, unit)) for h in node.handlers
            ]
        node = trees.rebuild(node, **changes) if changes else node
        if isinstance(node, gast.With) and len(node.items) == 1:
            manager = node.items[0].context_expr
            is_call = isinstance(manager, gast.Call) and not manager.keywords
            if is_call and unit.names.resolve(manager.func) is contextlib.suppress:
                kinds = manager.args[0] if len(manager.args) == 1 else trees.pack(manager.args)
                nothing = trees.located(gast.Pass(), node)
                handler = trees.located(gast.ExceptHandler(kinds, None, [nothing]), node)
                node = trees.located(gast.Try(node.body, [handler], [], []), node)
        out.append(node)
    return out


class _Structure:
    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.names = unit.names
        body = unit.tree.body
        self.taint = Taint(body, unit.names, unit.active)
        solver = liveness.live_inside(body)
        self.caught, self.after = solver.caught, solver.after
        self.groups = effects.memory_groups(body)
        displays = (gast.List, gast.Dict)
        definitions = single_definitions(body).items()
        self.own = {name for name, value in definitions if isinstance(value, displays)}

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            if isinstance(node, gast.Try):
                out += self.attempt(node) if self.matters(node) else [node]
            elif isinstance(node, gast.FunctionDef):
                out.append(node)  # it is structured once it is a function of its own
            else:
                inner = {field: self.block(b) for field, b in trees.blocks(node)}
                out.append(trees.rebuild(node, **inner) if inner else node)
        return out

    def matters(self, node: gast.Try) -> bool:
        """Whether a differentiated value is bound or used inside, or the block left; a test of one
        is as good there as anywhere."""
        for inner in trees.statements([node]):
            if isinstance(inner, EXITS):
                return True
            if trees.writes(inner) & self.taint.tainted:
                return True
            tested = isinstance(inner, (gast.If, gast.While, gast.Assert, gast.Raise))
            if not tested and any(trees.reads(e) & self.taint.tainted for e in trees.header(inner)):
                return True
        return False

    def attempt(self, node: gast.Try) -> list[gast.stmt]:
        if node.finalbody:
            return self.ensured(node)
        if not node.handlers:
            return self.block(node.body)
        out: list[gast.stmt] = []
        seen = self.caught[id(node)]
        tried = list(node.body)
        while tried and isinstance(tried[0], gast.Assign) and is_sure(tried[0]):
            out.append(tried.pop(0))
        node, failed = self.recorded(node)
        body, error = self.handled(node, failed)
        steps = self.steps(tried, seen)
        if len(steps) == 1:
            return [*out, self.tried(node, steps[0], failed, body, error), *self.otherwise(node, failed)]
        inner: list[gast.stmt] = []
        for step in reversed(steps):
            first = self.tried(node, step, failed, [], error)
            goes_on = trees.invert(trees.name(failed))
            inner = [first, *([trees.branch(goes_on, inner, (), node)] if inner else [])]
        rest = self.otherwise(node, failed)
        if body:
            return [*out, *inner, trees.branch(trees.name(failed), body, [], node), *rest]
        return [*out, *inner, *rest]

    def recorded(self, node: gast.Try) -> tuple[gast.Try, str]:
        """A name for whether what is tried failed: a new one, or the one that tells it already."""
        if len(node.handlers) == 1 and node.handlers[0].body and node.orelse:
            (handler,), first = node.handlers, node.handlers[0].body[0]
            if _sets(first, True) and _sets(node.orelse[0], False):
                name = first.targets[0].id
                if node.orelse[0].targets[0].id == name:
                    handlers = [trees.rebuild(handler, body=handler.body[1:])]
                    return trees.rebuild(node, handlers=handlers, orelse=node.orelse[1:]), name
        return node, self.names.fresh("failed" if len(node.handlers) == 1 else "caught")

    def tried(
        self, node: gast.Try, step: Sequence[gast.stmt], failed: str, body: Sequence[gast.stmt],
        error: gast.Name | None,
    ) -> gast.stmt:  # fmt: skip
        kinds = [handler.type for handler in node.handlers]
        made = Attempt(trees.name(failed), body, self.block(step), kinds, error)
        return trees.located(made, node)

    def otherwise(self, node: gast.Try, failed: str) -> list[gast.stmt]:
        if not node.orelse:
            return []
        return [trees.branch(trees.invert(trees.name(failed)), self.block(node.orelse), (), node)]

    def handled(self, node: gast.Try, failed: str) -> tuple[list[gast.stmt], gast.Name | None]:
        """What the handlers do, and the one name that all of them have for the exception."""
        bodies = [[n for n in h.body if not isinstance(n, gast.Pass)] for h in node.handlers]
        given = [h.name.id for h in node.handlers if h.name is not None]
        raised = any(_is_raised_again(n) for body in bodies for n in trees.statements(body))
        error = None
        if given or raised and len(bodies) > 1:
            error = trees.name(given[0] if given else self.names.fresh("error"))
            renamed = [
                trees.rename(n, {h.name.id: error.id}) if h.name is not None else n
                for h, body in zip(node.handlers, bodies, strict=True) for n in body
            ]  # fmt: skip
            rest = iter([_raised(n, error) for n in renamed])
            bodies = [[next(rest) for _ in body] for body in bodies]
        done = [self.block(body) for body in bodies]
        if len(done) == 1:
            return done[0], error
        chain: list[gast.stmt] = []
        for number, body in reversed(list(enumerate(done, 1))):
            taken = gast.Compare(trees.name(failed), [gast.Eq()], [trees.constant(number)])
            if body or chain:
                chain = [trees.branch(taken, body or [gast.Pass()], chain, node)]
        return chain, error

    # ---- parts that are done as a whole -------------------------------------------------------

    def steps(self, body: Sequence[gast.stmt], seen: Iterable[str]) -> list[list[gast.stmt]]:
        """What is tried, in parts of which only the last statement changes what is seen elsewhere."""
        seen = set(seen)
        steps: list[list[gast.stmt]] = [[]]
        for position, node in enumerate(body):
            steps[-1].append(node)
            changed = self.changed(node) & seen
            if not changed:
                continue
            if not self.is_done_at_end(node, seen):
                name = sorted(changed)[0]
                self.unit.refuse(
                    f"{name}, which may have changed when an exception comes out of this block; "
                    "compute it under another name, and set it behind the try",
                    node,
                )
            if all(map(is_sure, body[position + 1 :])):
                return [*steps[:-1], [*steps[-1], *body[position + 1 :]]]
            steps.append([])
        return steps

    def changed(self, node: gast.stmt) -> set[str]:
        """The names that a statement, with the blocks in it, binds or whose memory it changes."""
        found = trees.all_writes([node])
        for inner in trees.statements([node]):
            base = effects.mutated_root(inner, self.names)
            if base is not None:
                found |= {base} if base in self.own else self.groups.get(base, {base})
        return found & self.names.locals

    def is_done_at_end(self, node: gast.stmt, seen: set[str]) -> bool:
        """Whether nothing can fail behind the statements that change what is seen."""
        if isinstance(node, gast.Try):
            arms = [node.body, *(handler.body for handler in node.handlers)]
            if node.finalbody or not all(map(is_sure, node.orelse)):
                return False
        elif isinstance(node, gast.If):
            arms = [node.body, node.orelse]
        else:
            return not trees.blocks(node)
        for arm in arms:
            while arm and is_sure(arm[-1]):
                arm = arm[:-1]
            if arm and any(self.changed(n) & seen for n in arm[:-1]):
                return False
            if arm and self.changed(arm[-1]) & seen and not self.is_done_at_end(arm[-1], seen):
                return False
        return True

    # ---- finally ------------------------------------------------------------------------------

    def ensured(self, node: gast.Try) -> list[gast.stmt]:
        """What is done in any case follows, also where an exception goes on or the block is left."""
        final = list(node.finalbody)
        body: list[gast.stmt] = node.body
        if node.handlers:
            body = [trees.rebuild(node, finalbody=[])]
            self.caught[id(body[0])] = self.caught[id(node)]
        body = self.block(self.before_exits(body, final, node))
        if not all(self.is_forgotten(n) for n in final):
            again = [*self.block(final), trees.located(gast.Raise(None, None), node)]
            kind = trees.name(self.names.bind(BaseException, "BaseException"))
            failed = trees.name(self.names.fresh("failed"))
            body = [trees.located(Attempt(failed, again, body, [kind], None), node)]
        return [*body, *self.block(final)]

    def is_forgotten(self, node: gast.stmt) -> bool:
        """Whether nobody sees what a statement did when the function is left by an exception."""
        if trees.blocks(node) or not isinstance(node, (gast.Assign, gast.AugAssign, gast.Expr)):
            return isinstance(node, gast.Pass)
        base = effects.mutated_root(node, self.names)
        if base is not None:
            outside = {p.id for p in trees.parameters(self.unit.tree.args)}
            inside = base in self.names.locals and not self.groups.get(base, set()) & outside
            return inside and all(effects.is_pure(a, self.names) for a in _operands(node))
        return effects.is_pure(node, self.names)

    def before_exits(
        self, body: Sequence[gast.stmt], final: list[gast.stmt], like: gast.stmt
    ) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            if isinstance(node, EXITS):
                if isinstance(node, gast.Return) and node.value is not None:
                    value = trees.name(self.names.fresh("value"))
                    out.append(trees.assign(value, node.value, node))
                    node = trees.rebuild(node, value=value)
                out += [*final, node]
                continue
            changes: dict[str, Any] = {}
            for field, block in trees.blocks(node):
                if isinstance(node, trees.LOOPS) and field == "body":
                    if any(isinstance(n, gast.Return) for n in trees.statements(block)):
                        self.unit.refuse(
                            "return from a loop inside try and finally; return behind the loop", node
                        )
                    continue
                changes[field] = self.before_exits(block, final, like)
            if isinstance(node, gast.Try):
                changes["handlers"] = [
                    trees.rebuild(h, body=self.before_exits(h.body, final, like))
                    for h in node.handlers
                ]
            if changes:
                new = trees.rebuild(node, **changes)
                if id(node) in self.caught:
                    self.caught[id(new)] = self.caught[id(node)]
                node = new
            out.append(node)
        return out


def _operands(node: gast.stmt) -> list[gast.expr]:
    value = node.value  # type: ignore[attr-defined]
    is_call = isinstance(node, gast.Expr) and isinstance(value, gast.Call)
    return list(value.args) if is_call else [value]


def _sets(node: gast.stmt, value: bool) -> bool:
    is_plain = isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name)
    return is_plain and isinstance(node.value, gast.Constant) and node.value.value is value


def _is_raised_again(node: gast.stmt) -> bool:
    return isinstance(node, gast.Raise) and node.exc is None


def _raised(node: Any, error: gast.Name) -> Any:
    """A statement in which the exception at hand is raised by its name."""

    def visit(inner: Any) -> Any:
        if isinstance(inner, gast.Raise) and inner.exc is None:
            return trees.rebuild(inner, exc=error)
        return inner

    return trees.transform(node, visit)
