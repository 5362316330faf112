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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import gast

from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import desugar
from tangent_ad.normalize.splice import Splicer
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import local_names

Visit = Callable[[gast.FunctionDef], gast.FunctionDef]

LATER = (gast.Yield, gast.YieldFrom, gast.Await)


def handed_on(unit: Unit) -> Unit:
    if not any(isinstance(n, gast.Nonlocal) for s in unit.tree.body for n in trees.walk(s)):
        return unit
    return _Level(unit).run()[0]


class _Level:
    """A function with those that it defines; `writing` are those of them that write variables of the
    functions around, and which, `valued` those that return something as well."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.cells: dict[str, set[str]] = {}
        self.writing: dict[str, frozenset[str]] = {}
        self.valued: set[str] = set()

    def run(self) -> tuple[Unit, set[str]]:
        """The function, and what it writes of the variables around it because it calls the others."""
        body = self.block(self.unit.tree.body, self.inside)
        everything = list(trees.statements(body))
        local = {n.name: n for n in everything if isinstance(n, gast.FunctionDef)}
        before = None
        while before != (before := {name: len(found) for name, found in self.cells.items()}):
            for name, node in local.items():
                called = {c.func.id for c in _calls(node.body) if isinstance(c.func, gast.Name)}
                more = set().union(*(self.cells[other] for other in called & set(self.cells)))
                self.cells[name] |= more - local_names(node)
        for name, found in self.cells.items():
            if found and _is_only_called(name, body):
                self.writing[name] = frozenset(found)
                if _returns_value(local[name]):
                    self.valued.add(name)
        unit = self.calling(self.unit.with_body(self.block(body, self.plain)))
        return unit, set().union(*self.writing.values()) - local_names(self.unit.tree)

    def block(self, body: Sequence[gast.stmt], visit: Visit) -> list[gast.stmt]:
        """A block with what becomes of the functions that are defined in it."""
        return [
            visit(node) if isinstance(node, gast.FunctionDef)
            else _with_blocks(node, lambda inner: self.block(inner, visit))
            for node in body
        ]  # fmt: skip

    def inside(self, node: gast.FunctionDef) -> gast.FunctionDef:
        """A definition with the functions in it done; notes what it writes of the variables around."""
        inner, outer = _Level(replace(self.unit, tree=node)).run()
        declared = (n.names for n in trees.statements(node.body) if isinstance(n, gast.Nonlocal))
        self.cells.setdefault(node.name, set()).update(outer, *declared)
        return inner.tree

    def plain(self, node: gast.FunctionDef) -> gast.FunctionDef:
        """The definition of a function that is handed the variables that it writes, and returns them."""
        if node.name not in self.writing:
            return node
        cells = sorted(self.writing[node.name])
        back: list[gast.expr] = [trees.name(cell) for cell in cells]

        def returning(value: gast.expr | None, like: gast.stmt) -> gast.stmt:
            values = back
            if node.name in self.valued:
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
                else:
                    out.append(_with_blocks(n, block))
            return out

        body = block(self.calling(replace(self.unit, tree=node)).tree.body)
        if not body or not isinstance(body[-1], (gast.Return, gast.Raise)):
            body.append(trees.hidden(returning(None, node), node.body[-1]))
        parameters = [gast.Name(cell, gast.Param(), None, None) for cell in cells]
        args = trees.rebuild(
            node.args,
            kwonlyargs=[*node.args.kwonlyargs, *parameters],
            kw_defaults=[*node.args.kw_defaults, *[None] * len(cells)],
        )
        return trees.rebuild(node, args=args, body=body)

    def calling(self, unit: Unit) -> Unit:
        """A function that hands variables to those of its functions that write them."""
        if not any(map(self.is_writing, _calls(unit.tree.body))):
            return unit
        unit = desugar.hoisted(unit, self.is_writing)
        caller = _Caller(unit, self)
        new = unit.with_body(caller.block(unit.tree.body))
        for node in trees.statements(new.tree.body):
            for expression in trees.header(node):
                for call in trees.walk(expression):
                    if isinstance(call, gast.Call) and self.is_writing(call):
                        if id(call) not in caller.done:
                            unit.refuse(
                                f"a call of {call.func.id}, which writes a variable of the function "
                                "around it, in the middle of this; give what it returns a name",
                                call,
                            )
        return new

    def is_writing(self, call: gast.Call) -> bool:
        return isinstance(call.func, gast.Name) and call.func.id in self.writing


def _with_blocks(node: Any, block: Callable[[list[gast.stmt]], list[gast.stmt]]) -> Any:
    """A statement with other blocks; a definition as it is."""
    if isinstance(node, trees.DEFINITIONS):
        return node
    changes: dict[str, Any] = {field: block(body) for field, body in trees.blocks(node)}
    if isinstance(node, gast.Try):
        changes["handlers"] = [trees.rebuild(h, body=block(h.body)) for h in node.handlers]
    return trees.rebuild(node, **changes) if changes else node


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


class _Caller(Splicer):
    """Splices where nothing is known yet; the calls stay."""

    def __init__(self, unit: Unit, level: _Level) -> None:
        self.unit, self.names, self.wanted = unit, unit.names, level.is_writing
        self.level = level
        self.cells = frozenset().union(*level.writing.values())
        self.done: set[int] = set()

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        return [new for node in body for new in self.statement(_with_blocks(node, self.block))]

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
        if isinstance(node, gast.AnnAssign) and node.value and self.is_inside(node.value):
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
        cells = sorted(self.level.writing[name])
        handed = [gast.keyword(cell, trees.name(cell)) for cell in cells]
        call = trees.rebuild(node, keywords=[*node.keywords, *handed])
        self.done.add(id(call))
        targets: list[gast.expr] = [trees.name(cell) for cell in cells]
        value: gast.expr = trees.constant(None)
        if name in self.level.valued:
            value = trees.name(self.names.fresh("value"))
            targets = [value, *targets]
        target = targets[0] if len(targets) == 1 else trees.pack(targets)
        out.append(trees.assign(target, call, like))
        return value
