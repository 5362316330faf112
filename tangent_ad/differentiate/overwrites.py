"""Writes that destroy what the backward pass reads: found, kept, and undone on the way back.

    old = x[i]                      x[i] = old
    x[i] = v              ...       (what was computed from x[i] before sees it again)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gast

from tangent_ad.analysis import effects, facts
from tangent_ad.analysis.activity import changed_by, writes_of
from tangent_ad.analysis.calls import Bound
from tangent_ad.analysis.places import root
from tangent_ad.differentiate.adjoints import copy_of
from tangent_ad.differentiate.bodies import Body
from tangent_ad.differentiate.items import bound_by, may_leave, plain
from tangent_ad.differentiate.recipes import Place, may_be_copied
from tangent_ad.differentiate.reverse import ATTEMPTED, Branch, Item, Loop, Scope, Undo
from tangent_ad.runtime import structures
from tangent_ad.syntax import source, trees
from tangent_ad.syntax.attempt import Attempt
from tangent_ad.syntax.names import Names


class Overwrites:
    """The part of `storage.Storage` that has to do with writes in place."""

    reverser: Any
    program: Any
    facts: Any
    names: Names
    unit: Any
    around: list[Loop]
    setup: list[gast.stmt]
    trying: list[Item] | None
    undone: dict[int, gast.stmt]
    restores: dict[int, gast.stmt]

    def list_name(self, name: str) -> str:
        raise NotImplementedError

    def set_up(self, item: Loop) -> None:
        raise NotImplementedError

    def find_destroyed(self, backward: Sequence[Item], here: Place) -> None:
        """Mark the writes that destroy elements which some adjoint still reads. `here` is the place
        that the backward pass has come to, at first the end of the block."""
        for item in backward:
            if isinstance(item, (Loop, Branch, Scope)):
                place = self.program.places[id(item.node)]
                end = place._replace(position=self.program.ends[id(item.node)])
                if isinstance(item, Loop):
                    self.find_destroyed(item.backward, end._replace(loops=(*end.loops, id(item.node))))
                elif isinstance(item, Scope):
                    self.find_destroyed(item.backward, end)
                else:
                    for number, arm in enumerate(item.backward):
                        arms = (*end.arms, (id(item.node), number))
                        self.find_destroyed(arm, end._replace(arms=arms))
            elif isinstance(item, Undo):
                place = self.program.places[id(item.node)]
            else:
                origin = self.reverser.origin(item)
                place = here if origin is None else self.program.places[id(origin)]
                self.mark(item, place)
                if origin is None:
                    continue
            here = here._replace(position=min(here.position, place.position - 1))

    def mark(self, node: gast.AST, place: Place) -> None:
        for access in self.program.reads(node, place):
            for write in self.program.overwriting(access):
                self.undone[id(write)] = write

    def find_changes_of_arguments(self) -> None:
        """The backward half of a callee takes values out of what it is given. Its caller goes back
        past the call as if nothing had been changed, so all of that is undone."""
        if not source.is_ours(self.unit.function):
            return
        parameters = {p.id for p in trees.parameters(self.unit.tree.args)}
        for write, node in self.program.writes:
            shared = self.program.groups.get(write.name, {write.name})
            if parameters & shared and write.name not in self.program.alone:
                self.undone[id(node)] = node

    def save_destroyed(self, forward: list[Item]) -> None:
        """Before such a write the element is kept; `Undo` puts it back."""
        for position in reversed(range(len(forward))):
            item = forward[position]
            if isinstance(item, Loop):
                self.around.append(item)
                self.save_destroyed(item.forward)
                self.around.pop()
                if not self.around:
                    self.set_up(item)
            elif isinstance(item, Branch):
                for number, arm in enumerate(item.forward):
                    outside = self.trying
                    if number and isinstance(item.node, Attempt):
                        self.trying = arm
                    self.save_destroyed(arm)
                    self.trying = outside
            elif isinstance(item, Scope):
                self.save_destroyed(item.forward)
            elif isinstance(item, gast.Try):
                for inner in trees.statements([item]):
                    if id(inner) in self.undone:
                        self.refuse_write(inner)
            elif id(item) in self.undone:
                self.save_element(item, forward, position)

    def save_element(self, node: gast.stmt, forward: list[Item], position: int) -> None:
        target = target_of(node)
        if isinstance(target, gast.Call):
            self.undo_call(node, target, forward, position)
        elif isinstance(target, (gast.Subscript, gast.Attribute)):
            value: gast.expr = target
            box, part = self.facts.of(target.value), self.facts.of(target)
            if isinstance(target, gast.Subscript) and (box.kind == facts.DICT or _is_text(target.slice)):
                value = trees.method(target.value, "get", target.slice)  # the key may be new
            is_changed = isinstance(node, gast.AugAssign) and not part.is_immutable
            if is_changed or not part.is_immutable and not box.is_container:
                value = self.copied(value)
            back = self.kept(root(target) or "old", value, forward, position)
            self.restores[id(node)] = trees.assign(target, back)
            if is_changed and box.is_container:  # the array in its place stays the same
                again = self.helper(structures.set_back, target.value, target.slice, back)
                self.restores[id(node)] = trees.statement(again)
                if part.array:
                    slot = trees.subscript(target, gast.Constant(Ellipsis, None))
                    self.restores[id(node)] = trees.assign(slot, back)
        else:
            self.refuse_write(node)

    def kept(self, name: str, value: gast.expr, forward: list[Item], position: int) -> gast.expr:
        """Keep a value in front of a statement; the expression by which it comes back."""
        if self.around and self.trying is not None:
            self.unit.refuse(
                f"changing {name} in a try inside a loop; {ATTEMPTED}", self.around[-1].node
            )
        if self.around:
            saved = self.names.fresh(self.list_name(name))
            self.setup.append(trees.assign(saved, gast.List([], trees.LOAD)))
            keep = trees.statement(trees.method(trees.name(saved), "append", value))
            back: gast.expr = trees.method(trees.name(saved), "pop")
        else:
            saved = self.names.fresh(f"{name}_old")
            keep = trees.assign(saved, value)
            back = trees.name(saved)
        forward.insert(position, keep)
        return back

    # ---- writes into what is saved ------------------------------------------------------------

    def keep_behind_writes(self, name: str, keep: gast.expr, body: Body, at: int) -> None:
        """Insert the statement that keeps an object, from a position on, behind the writes into it: so
        nobody sees them in the list, and what is taken out is what was put in."""
        written = [position for position in body.changes.get(name, ()) if position >= at]
        barrier = body.barrier(name, at)
        if not written or written[-1] < barrier:
            body.put_behind(written[-1] + 1 if written else at, trees.statement(keep))
        elif not self.keep_on_each_path(name, keep, body.items, at, body.put_before):
            body.put_before(len(body.items), trees.statement(keep))

    def keep_on_each_path(
        self,
        name: str,
        keep: gast.expr,
        items: list[Item],
        at: int = 0,
        put: Callable[[int, gast.stmt], None] | None = None,
    ) -> bool:
        """Keep it before each exit and before the variable is bound anew; whether it is kept on all
        paths to the end of the items."""
        for position in range(at, len(items)):
            item = items[position]
            if not self.is_barrier(name, item):
                continue
            if isinstance(item, Scope):
                done = self.keep_on_each_path(name, keep, item.forward)
            elif isinstance(item, Branch):
                kept = [self.keep_on_each_path(name, keep, arm) for arm in item.forward]
                done = all(kept) or name in bound_by([item])
                for arm, is_kept in zip(item.forward, kept, strict=True):
                    if done and not is_kept:
                        arm.append(trees.statement(keep))
            else:
                (put or items.insert)(position, trees.statement(keep))
                done = True
            if done:
                return True
        return False

    @staticmethod
    def is_barrier(name: str, item: Item) -> bool:
        return may_leave([item]) or name in bound_by([item])

    def is_written(self, name: str, items: Sequence[Item]) -> bool:
        return any(effects.mutated_root(node, self.names) == name for node in plain(items))

    def undoing(
        self, attr: str, owner: gast.expr, call: gast.Call, node: gast.stmt
    ) -> gast.Call | None:
        """The call that sets a list back to what it was before a method was called."""
        if attr == "append":
            return trees.method(owner, "pop")
        if attr == "reverse":
            return trees.method(owner, "reverse")
        if attr == "insert" and len(call.args) == 2:
            return self.helper(structures.take_inserted, owner, call.args[0])
        if attr == "extend" and len(call.args) == 1:
            return self.helper(structures.pop_last, owner, _length(call.args[0], self.names))
        if attr == "pop" and isinstance(node, gast.Assign):
            value = node.targets[0]
            if call.args:
                return self.helper(structures.put_back, owner, call.args[0], value)
            return trees.method(owner, "append", value)
        return None

    def copied(self, value: gast.expr) -> gast.expr:
        fact = self.facts.of(value)
        if fact.kind in (facts.UNKNOWN, facts.TUPLE):
            return self.helper(structures.copied, value)
        return copy_of(value, fact)

    def helper(self, function: Callable, *args: gast.expr) -> gast.Call:
        return trees.call(trees.name(self.names.bind(function, function.__name__)), *args)

    def undo_call(
        self, node: gast.stmt, call: gast.Call, forward: list[Item], position: int
    ) -> None:
        """Undo what a call did to a list, a dict or an array."""
        attr = call.func.attr if isinstance(call.func, gast.Attribute) else ""
        owner = call.func.value if isinstance(call.func, gast.Attribute) else call.func
        target = self.facts.target(call)
        takes_entry = isinstance(target, Bound) and target.operation.function is dict.pop
        undone = None if takes_entry else self.undoing(attr, owner, call, node)
        written = [operand for operand, _ in writes_of(call, self.facts)] or [
            operand
            for operand in changed_by(call, self.facts)
            if may_be_copied(self.facts.of(operand))
        ]
        if undone is not None:
            self.restores[id(node)] = trees.statement(undone)
        elif len(written) == 1 and isinstance(written[0], (gast.Name, gast.Subscript)):
            copy = trees.method(written[0], "copy")
            back = self.kept(root(written[0]) or "old", copy, forward, position)
            if takes_entry:
                again = self.helper(structures.refill, written[0], back)
                self.restores[id(node)] = trees.statement(again)
            else:
                self.restores[id(node)] = refilled(written[0], back, self.facts.of(written[0]))
        else:
            self.refuse_write(node)

    def refuse_write(self, node: gast.stmt) -> None:
        self.unit.refuse(
            "changing something whose earlier content the derivative still needs; change a copy, or "
            "give what is read of it a name before",
            node,
        )


def refilled(target: gast.expr, content: gast.expr, fact: facts.Fact) -> gast.stmt:
    """A list, an array or a dict of the same keys with its content replaced."""
    if fact.kind == facts.DICT:
        return trees.statement(trees.method(target, "update", content))
    everything = gast.Slice(None, None, None)
    place = trees.constant(Ellipsis) if fact.is_number else everything
    return trees.assign(trees.subscript(target, place), content)


def _is_text(key: gast.expr) -> bool:
    return isinstance(key, gast.Constant) and isinstance(key.value, str)


def _length(items: gast.expr, names: Names) -> gast.expr:
    if isinstance(items, (gast.List, gast.Tuple)):
        if not any(isinstance(e, gast.Starred) for e in items.elts):
            return trees.constant(len(items.elts))
    return trees.call(trees.name(names.bind(len, "len")), items)


def target_of(node: gast.stmt) -> gast.expr:
    """What a write writes: an element, or the call that changes a container."""
    if isinstance(node, gast.Assign):
        target = node.targets[0]
        return node.value if isinstance(target, (gast.Name, gast.Tuple)) else target
    if isinstance(node, gast.AugAssign):
        return node.target
    return node.value  # type: ignore[attr-defined]
