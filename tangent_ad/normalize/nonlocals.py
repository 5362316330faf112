"""Hand the variables that a nested function writes in, and take them back.

    total = 0.0                          total = 0.0
    def add(value):                      def add(value, *, total):
        nonlocal total           ->          total = total + value
        total = total + value                return total
    add(x)                               total = add(x, total=total)

So a function has no variables but its own. That can be done where the function is only called; what
calls such a function writes its variables, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import gast

from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import desugar
from tangent_ad.normalize.splice import FIELDS, Splicer
from tangent_ad.syntax import trees

LATER = (gast.Yield, gast.YieldFrom, gast.Await)


def handed_on(unit: Unit) -> Unit:
    if not any(isinstance(n, gast.Nonlocal) for s in unit.tree.body for n in trees.walk(s)):
        return unit
    return _rewritten(unit)[0]


def _rewritten(unit: Unit) -> tuple[Unit, set[str]]:
    """A function whose nested functions have no variables but their own, and what it writes of the
    variables around it because it calls them."""
    body = [_inside(node, unit) for node in unit.tree.body]
    everything = list(trees.statements(body))
    local = {n.name: n for n in everything if isinstance(n, gast.FunctionDef)}
    cells = {name: set(getattr(node, "cells", ())) for name, node in local.items()}
    before = None
    while before != (before := {name: len(found) for name, found in cells.items()}):
        for name, node in local.items():
            called = {c.func.id for c in _calls(node.body) if isinstance(c.func, gast.Name)}
            more = set().union(*(cells[other] for other in called & set(cells)))
            cells[name] |= more - _own(node)
    writing = {n: frozenset(found) for n, found in cells.items() if found and _is_only_called(n, body)}
    if not writing:
        return unit.with_body(body), set()

    def is_writing(call: gast.Call) -> bool:
        return isinstance(call.func, gast.Name) and call.func.id in writing

    valued = {name for name in writing if _returns_value(local[name])}
    unit = unit.with_body([_plain(node, unit, writing, valued, is_writing) for node in body])
    new = _calling(unit, writing, valued, is_writing)
    outer = set().union(*writing.values()) - _own(unit.tree)
    return new, outer


def _inside(node: Any, unit: Unit) -> Any:
    """A statement with the functions nested in those that it defines done; what these write of the
    variables around them hangs on their definition until they are done themselves."""
    if isinstance(node, gast.FunctionDef):
        inner, outer = _rewritten(replace(unit, tree=node))
        declared = {
            name for n in trees.statements(node.body) if isinstance(n, gast.Nonlocal) for name in n.names
        }
        return trees.rebuild(inner.tree, cells=frozenset(declared | outer))
    return _with_blocks(node, lambda inner: [_inside(n, unit) for n in inner])


def _with_blocks(node: Any, block: Any) -> Any:
    changes: dict[str, Any] = {field: block(body) for field, body in trees.blocks(node)}
    if isinstance(node, gast.Try):
        changes["handlers"] = [trees.rebuild(h, body=block(h.body)) for h in node.handlers]
    return trees.rebuild(node, **changes) if changes else node


def _own(node: gast.FunctionDef) -> set[str]:
    """The variables of a function, without those that it declares to be of the functions around."""
    declared = {
        name
        for n in trees.statements(node.body)
        if isinstance(n, (gast.Nonlocal, gast.Global))
        for name in n.names
    }
    return ({p.id for p in trees.parameters(node.args)} | trees.all_writes(node.body)) - declared


def _calls(body: Sequence[gast.stmt]) -> Iterator[gast.Call]:
    for statement in body:
        yield from (n for n in trees.walk(statement) if isinstance(n, gast.Call))


def _is_only_called(name: str, body: Sequence[gast.stmt]) -> bool:
    """Whether a function is defined once, and called where its calls can be statements."""
    inside = [n for statement in body for n in trees.walk(statement)]
    defined = [n for n in inside if isinstance(n, gast.FunctionDef) and n.name == name]
    if len(defined) != 1 or defined[0].decorator_list:
        return False
    if any(isinstance(n, LATER) for statement in defined[0].body for n in trees.walk(statement)):
        return False
    called = {id(n.func) for n in inside if isinstance(n, gast.Call)}
    mentioned = [n for n in inside if isinstance(n, gast.Name) and n.id == name]
    in_lambdas = {id(n) for inner in inside if isinstance(inner, gast.Lambda) for n in trees.walk(inner)}
    return all(id(n) in called and id(n) not in in_lambdas for n in mentioned)


def _returns_value(node: gast.FunctionDef) -> bool:
    return any(
        isinstance(n, gast.Return) and n.value is not None and not trees.is_none(n.value)
        for n in trees.statements(node.body)
    )


def _plain(node: Any, unit: Unit, writing: Any, valued: Any, is_writing: Any) -> Any:
    """The definition of a function that is handed the variables that it writes, and returns them."""
    if not isinstance(node, gast.FunctionDef):
        return _with_blocks(
            node, lambda body: [_plain(n, unit, writing, valued, is_writing) for n in body]
        )
    if node.name not in writing:
        return node
    cells = sorted(writing[node.name])
    back = [trees.name(cell) for cell in cells]
    inner = replace(unit, tree=trees.rebuild(node, body=[*node.body]))
    body = _calling(inner, writing, valued, is_writing).tree.body

    def returning(value: gast.expr | None, like: gast.stmt) -> gast.stmt:
        values = back
        if node.name in valued:
            values = [trees.constant(None) if value is None else value, *back]
        whole = values[0] if len(values) == 1 else trees.pack(values)
        return trees.located(gast.Return(whole), like)

    def block(body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for n in body:
            if isinstance(n, gast.Return):
                out.append(returning(n.value, n))
            elif isinstance(n, gast.Nonlocal):
                left = [name for name in n.names if name not in cells]
                out += [trees.rebuild(n, names=left)] if left else []
            elif isinstance(n, trees.DEFINITIONS):
                out.append(n)
            else:
                out.append(_with_blocks(n, block))
        return out

    body = block(body)
    if not body or not isinstance(body[-1], (gast.Return, gast.Raise)):
        body.append(trees.hidden(returning(None, node), node.body[-1]))
    parameters = [gast.Name(cell, gast.Param(), None, None) for cell in cells]
    args = trees.rebuild(
        node.args,
        kwonlyargs=[*node.args.kwonlyargs, *parameters],
        kw_defaults=[*node.args.kw_defaults, *[None] * len(cells)],
    )
    return trees.rebuild(node, args=args, body=body)


def _calling(unit: Unit, writing: Any, valued: Any, is_writing: Any) -> Unit:
    """A function that hands variables to those of its functions that write them."""
    if not any(map(is_writing, _calls(unit.tree.body))):
        return unit
    unit = desugar.hoisted(unit, is_writing)
    caller = _Caller(unit, writing, valued, is_writing)
    new = unit.with_body(caller.block(unit.tree.body))
    for node in trees.statements(new.tree.body):
        for expression in trees.header(node):
            for call in trees.walk(expression):
                if isinstance(call, gast.Call) and is_writing(call) and id(call) not in caller.done:
                    unit.refuse(
                        f"a call of {call.func.id}, which writes a variable of the function around "
                        "it, in the middle of this; give its result a name in a statement of its own",
                        call,
                    )
    return new


class _Caller(Splicer):
    def __init__(self, unit: Unit, writing: Any, valued: Any, is_writing: Any) -> None:
        self.unit, self.names, self.wanted = unit, unit.names, is_writing
        self.known: Facts
        self.writing, self.valued = writing, valued
        self.cells = frozenset().union(*writing.values())
        self.done: set[int] = set()

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            if isinstance(node, trees.DEFINITIONS):
                out.append(node)
            else:
                out += self.statement(_with_blocks(node, self.block))
        return out

    def statement(self, node: gast.stmt) -> list[gast.stmt]:
        if isinstance(node, gast.AugAssign) and self.is_inside(node.value):
            # The variable is read before the call writes it.
            out: list[gast.stmt] = []
            target = node.target
            is_cell = isinstance(target, gast.Name) and target.id in self.cells
            before = self.named_copy(target, node, out) if is_cell else target
            value = self.expression(node.value, node, out)
            if is_cell:
                out.append(trees.assign(target, before, node))
            return [*out, trees.rebuild(node, value=value)]
        if type(node) not in FIELDS and isinstance(node, gast.AnnAssign) and node.value is not None:
            return self.statement(trees.assign(node.target, node.value, node))
        return super().statement(node)

    def changes(self, node: gast.AST) -> bool:
        return self.is_inside(node)

    def steady(self, node: Any, later: bool, like: gast.stmt, out: list[gast.stmt]) -> Any:
        if isinstance(node, gast.Name) and node.id in self.cells:
            return self.named_copy(node, like, out)
        return super().steady(node, later, like, out)

    def named_copy(self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]) -> gast.Name:
        name = self.names.fresh("before")
        out.append(trees.hidden(trees.assign(name, node), like))
        return trees.name(name)

    def call(self, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        if any(map(self.is_inside, trees.children(node))):
            node = self.parts(node, like, out)
        name = node.func.id
        cells = sorted(self.writing[name])
        handed = [gast.keyword(cell, trees.name(cell)) for cell in cells]
        call = trees.rebuild(node, keywords=[*node.keywords, *handed])
        self.done.add(id(call))
        targets: list[gast.expr] = [trees.name(cell) for cell in cells]
        value: gast.expr = trees.constant(None)
        if name in self.valued:
            value = trees.name(self.names.fresh("value"))
            targets = [value, *targets]
        target = targets[0] if len(targets) == 1 else trees.pack(targets)
        out.append(trees.assign(target, call, like))
        return value
