"""Give every path through a block one end: `break`, `continue` and `return` become structure.

    if c:                     if c:
        break                     break
    REST                ->    else:
                                  REST

A `break` stays as the last statement of its path, where it marks that the loop ends there; a
`continue` goes. Returns assign the result, which is returned once, at the end:

    for e in es:              returned = False
        if e > x:             for e in es:
            return e * x          if e > x:
    return x            ->            y = e * x
                                      returned = True
                                      break
                              if not returned:
                                  y = x
                              return y

An exit from the middle of nested branches raises a flag that guards what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gast

from tangent_ad.analysis.effects import is_pure
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees
from tangent_ad.syntax.attempt import Attempt

EXITS = (gast.Break, gast.Continue, gast.Return)
BLOCKS = (gast.If, gast.With)  # those that are no loops


def structure(unit: Unit) -> Unit:
    body = unit.tree.body
    returns = [node for node in trees.statements(body) if isinstance(node, gast.Return)]
    if len(returns) == 1 and body[-1] is returns[0]:
        builder = _Structure(unit, "")
        return unit.with_body([*builder.block(builder.loops(body[:-1])), body[-1]])
    builder = _Structure(unit, _common_name(returns) or unit.names.fresh("y"))
    if not always_leaves(body):
        last = body[-1] if body else unit.tree
        body = [*body, trees.located(gast.Return(trees.constant(None)), last)]
    new = builder.block(builder.loops(body))
    last = returns[-1] if returns else body[-1]
    return unit.with_body([*new, trees.located(gast.Return(trees.name(builder.result)), last)])


def _common_name(returns: Sequence[gast.Return]) -> str | None:
    """The variable that every return returns, if there is one."""
    names = {r.value.id if isinstance(r.value, gast.Name) else None for r in returns}
    return names.pop() if len(names) == 1 else None


def always_leaves(body: Sequence[gast.stmt]) -> bool:
    """Whether no path reaches the end of a block."""
    for node in body:
        if isinstance(node, (*EXITS, gast.Raise)):
            return True
        if isinstance(node, gast.If) and always_leaves(node.body) and always_leaves(node.orelse):
            return True
        if isinstance(node, gast.With) and always_leaves(node.body):
            return True
        if isinstance(node, gast.While) and _is_endless(node):
            return True
    return False


def _is_endless(node: gast.While) -> bool:
    forever = isinstance(node.test, gast.Constant) and bool(node.test.value)
    return forever and not any(isinstance(n, gast.Break) for n in _exits(node.body))


def _exits(body: Sequence[gast.stmt]) -> Iterator[gast.stmt]:
    """The exits that leave a block: breaks of loops inside it do not, their returns do."""
    for node in body:
        if isinstance(node, EXITS):
            yield node
        elif isinstance(node, trees.LOOPS):
            yield from (n for n in _exits(node.body) if isinstance(n, gast.Return))
            yield from _exits(node.orelse)
        elif not isinstance(node, (gast.FunctionDef, gast.ClassDef)):
            for _, block in trees.blocks(node):
                yield from _exits(block)
            for handler in getattr(node, "handlers", ()):
                yield from _exits(handler.body)


def _leaves(node: gast.stmt) -> bool:
    return any(True for _ in _exits([node]))


def _map_arms(node: Any, change: Callable[[list[gast.stmt]], list[gast.stmt]]) -> Any:
    return trees.rebuild(node, **{field: change(block) for field, block in trees.blocks(node)})


class _Mark(gast.Continue):
    """Stands where a flag was raised, so that nothing after it on its path runs."""


class _Structure:
    def __init__(self, unit: Unit, result: str) -> None:
        self.unit = unit
        self.names = unit.names
        self.result = result
        self.returned = ""

    # ---- loops first: no return inside, no `else` behind ------------------------------------

    def loops(self, body: Sequence[gast.stmt], inside: bool = False) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            if isinstance(node, trees.LOOPS):
                out += self.loop(node, inside)
            elif isinstance(node, gast.If):
                out.append(_map_arms(node, lambda block: self.loops(block, inside)))
            elif isinstance(node, gast.With):
                out.append(trees.rebuild(node, body=self.loops(node.body, inside)))
            else:
                out.append(node)
        return out

    def loop(self, node: gast.For | gast.While, inside: bool) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        after: list[gast.stmt] = []
        body = node.body
        if any(isinstance(n, gast.Return) for n in _exits(body)):
            if not inside:
                self.returned = self.names.fresh("returned")
                out.append(trees.assign(self.returned, trees.constant(False), node))
            body = self.without_returns(self.loops(body, inside=True))
            leave = trees.located(gast.Return(trees.name(self.result)), node)
            after = [trees.branch(trees.name(self.returned), [leave], (), node)]
        else:
            body = self.loops(body, inside=True)
        otherwise = self.loops(node.orelse, inside)
        if otherwise and any(isinstance(n, gast.Break) for n in _exits(node.body)):
            flag = self.names.fresh("broke")
            out.append(trees.assign(flag, trees.constant(False), node))
            body = _mark_breaks(body, flag)
            otherwise = [trees.branch(trees.invert(trees.name(flag)), otherwise, (), node)]
        return [*out, trees.rebuild(node, body=self.block(body), orelse=[]), *after, *otherwise]

    def without_returns(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        """Inside a loop a return keeps its value, raises the flag and breaks."""
        out: list[gast.stmt] = []
        for node in body:
            if isinstance(node, gast.Return):
                out += self.keep_result(node)
                out.append(trees.assign(self.returned, trees.constant(True), node))
                out.append(trees.located(gast.Break(), node))
            elif isinstance(node, BLOCKS):
                out.append(_map_arms(node, self.without_returns))
            else:
                out.append(node)
        return out

    def keep_result(self, node: gast.Return) -> list[gast.stmt]:
        value = node.value if node.value is not None else trees.constant(None)
        if isinstance(value, gast.Name) and value.id == self.result:
            return []
        return [trees.assign(self.result, value, node)]

    # ---- then branches ----------------------------------------------------------------------

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for position, node in enumerate(body):
            if isinstance(node, gast.Return):
                return out + self.keep_result(node)
            if isinstance(node, gast.Break):
                return [*out, node]
            if isinstance(node, gast.Continue):
                return out
            if isinstance(node, (gast.With, Attempt)):
                if any(not isinstance(n, _Mark) for n in _exits([node])):
                    return out + self.held(node, body[position + 1 :])
                node = _map_arms(node, self.block) if _leaves(node) else node
            elif isinstance(node, gast.If) and _leaves(node):
                return out + self.branch(node, body[position + 1 :])
            out.append(node)
            if isinstance(node, gast.Raise):
                return out
        return out

    def branch(self, node: gast.If, rest: Sequence[gast.stmt]) -> list[gast.stmt]:
        """A branch in which some path leaves: what follows moves into the paths that stay."""
        body_leaves = always_leaves(node.body)
        else_leaves = always_leaves(node.orelse)
        if rest and not body_leaves and not else_leaves:
            return self.flagged(node, rest)
        body = self.block([*node.body, *(() if body_leaves else rest)])
        orelse = self.block([*node.orelse, *(() if else_leaves else rest)])
        if body:
            return [trees.branch(node.test, body, orelse, node)]
        if orelse:
            return [trees.branch(trees.invert(node.test), orelse, (), node)]
        has_effect = not is_pure(node.test, self.names)
        return [trees.statement(node.test, node)] if has_effect else []

    def held(self, node: gast.With | Attempt, rest: Sequence[gast.stmt]) -> list[gast.stmt]:
        """A `with` or `try` around exits comes to its end first, and is left behind it: in any case,
        or where it failed, if all paths that leave do so there, else where a flag says so."""
        exits = list(_exits([node]))
        kinds = {type(n) for n in exits}
        if len(kinds) > 1:
            return self.flagged(node, rest)
        leave = exits[0]
        if isinstance(leave, gast.Return):
            leave = trees.located(gast.Return(trees.name(self.result)), leave)
        if always_leaves([node]):
            return self.block([*self.raise_flag([node], kinds.pop(), ""), leave])
        if isinstance(node, Attempt) and always_leaves(node.body):
            if not any(True for _ in _exits(node.orelse)):
                inner = self.raise_flag([node], kinds.pop(), "")
                return self.block([*inner, trees.branch(node.test, [leave], rest, node)])
        return self.flagged(node, rest)

    def flagged(self, node: Any, rest: Sequence[gast.stmt]) -> list[gast.stmt]:
        """Some paths leave from the middle: a flag says afterwards whether they did."""
        out: list[gast.stmt] = []
        follow = list(rest)
        hints = {gast.Continue: "skipped", gast.Break: "stopped", gast.Return: "finished"}
        for kind, hint in hints.items():
            exits = [n for n in _exits([node]) if type(n) is kind]
            if exits:
                flag = self.names.fresh(hint)
                out.append(trees.assign(flag, trees.constant(False), node))
                node = self.raise_flag([node], kind, flag)[0]
                leave: gast.stmt = exits[0]
                if kind is gast.Return:
                    leave = trees.located(gast.Return(trees.name(self.result)), leave)
                follow = [trees.branch(trees.name(flag), [leave], follow, node)]
        return out + self.block([node]) + self.block(follow)

    def raise_flag(self, body: Sequence[gast.stmt], kind: type, flag: str) -> list[gast.stmt]:
        """Replace the exits of one kind in nested branches by raising a flag."""
        out: list[gast.stmt] = []
        for node in body:
            if type(node) is kind:
                if isinstance(node, gast.Return):
                    out += self.keep_result(node)
                if flag:
                    out.append(trees.assign(flag, trees.constant(True), node))
                out.append(trees.located(_Mark(), node))
            elif isinstance(node, BLOCKS):
                out.append(_map_arms(node, lambda block: self.raise_flag(block, kind, flag)))
            else:
                out.append(node)
        return out


def _mark_breaks(body: Sequence[gast.stmt], flag: str) -> list[gast.stmt]:
    """Raise a flag before every break of a loop that has an `else`."""
    out: list[gast.stmt] = []
    for node in body:
        if isinstance(node, gast.Break):
            out.append(trees.assign(flag, trees.constant(True), node))
        elif isinstance(node, BLOCKS):
            node = _map_arms(node, lambda block: _mark_breaks(block, flag))
        out.append(node)
    return out
