"""Make lists of what generators yield, where a loop or a function goes through all of it.

    def squares(values):            def squares_list(values):
        for v in values:                items = []
            yield v * v       ->        for v in values:
    total = sum(squares(x))                 items.append(v * v)
                                        return items
                                    total = sum(squares_list(x))

A generator without an end stays one, and so does one that could notice what its caller does meanwhile;
they are refused where they yield differentiated values.
"""

from __future__ import annotations

import inspect
import itertools
import types
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import gast

from tangent_ad import errors
from tangent_ad.analysis import effects
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import entry
from tangent_ad.syntax import load, source, text, trees
from tangent_ad.syntax.names import MISSING

CONSUMERS = (sum, list, tuple, min, max, sorted, any, all, enumerate, zip, map, filter)
LATER = (gast.Yield, gast.YieldFrom)

_made: weakref.WeakKeyDictionary[types.FunctionType, types.FunctionType | None]
_made = weakref.WeakKeyDictionary()


def as_lists(unit: Unit) -> Unit:
    worker = _Worker(unit)
    body = worker.block(unit.tree.body)
    return unit.with_body(body) if worker.changed else unit


class _Worker:
    def __init__(self, unit: Unit) -> None:
        self.names = unit.names
        everything = list(trees.statements(unit.tree.body))
        self.local = {n.name: n for n in everything if isinstance(n, gast.FunctionDef) if _yields(n)}
        self.taint = Taint(unit.tree.body, unit.names, unit.active)
        self.consumed = {id(call): loop for loop, call in self.consumed_calls(everything)}
        self.lists = {n for n in self.local if self.is_always_consumed(n, everything)}
        self.changed = False

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        return [self.statement(node) for node in body]

    def statement(self, node: Any) -> Any:
        if isinstance(node, gast.FunctionDef):
            made = _collecting(node) if node.name in self.lists else None
            self.changed |= made is not None
            return made or node
        return trees.with_children(node, self.part)

    def part(self, node: Any) -> Any:
        if isinstance(node, gast.stmt):
            return self.statement(node)
        node_id = id(node)
        node = trees.with_children(node, self.part)
        if node_id in self.consumed and isinstance(node, gast.Call):
            function = self.names.resolve(node.func)
            made = _list_function(function) if function is not MISSING else None
            if made is not None:
                self.changed = True
                return trees.rebuild(node, func=trees.name(self.names.bind(made, made.__name__)))
        return node

    # ---- who goes through it --------------------------------------------------------------------

    def consumed_calls(self, everything: list[gast.stmt]) -> Iterator[tuple[Any, gast.Call]]:
        """The calls of generators of which everything is taken at once, or by a loop."""
        for node in everything:
            if isinstance(node, gast.For) and self.is_generator(node.iter):
                if not self.is_noticed(node.iter, node):
                    yield node, node.iter
            for expression in trees.header(node):
                for inner in trees.walk(expression):
                    yield from ((None, call) for call in self.taken_by(inner))

    def taken_by(self, node: gast.AST) -> Iterator[gast.Call]:
        operands: list[Any] = []
        if isinstance(node, gast.Call):
            function = self.names.resolve(node.func)
            module = getattr(function, "__module__", "")
            if any(function is c for c in CONSUMERS) or module in ("itertools", "_functools"):
                operands = node.args
        elif isinstance(node, gast.comprehension):
            operands = [node.iter]
        elif isinstance(node, gast.Starred):
            operands = [node.value]
        yield from (operand for operand in operands if self.is_generator(operand))

    def is_generator(self, node: Any) -> bool:
        """Whether an expression calls a generator that has an end."""
        if not isinstance(node, gast.Call) or not self.taint.of(node):
            return False
        if isinstance(node.func, gast.Name) and node.func.id in self.local:
            return True
        function = self.names.resolve(node.func)
        return isinstance(function, types.FunctionType) and _list_function(function) is not None

    def is_noticed(self, call: gast.Call, loop: gast.For) -> bool:
        """Whether the generator could see what the loop changes while it yields."""
        inside = list(trees.statements(loop.body))
        changed = {effects.mutated_root(n, self.names) for n in inside} - {None}
        return bool(changed & trees.reads(call))

    def is_always_consumed(self, name: str, everything: list[gast.stmt]) -> bool:
        node = self.local[name]
        if _collecting(node) is None:
            return False
        used = [
            inner
            for statement in everything
            for expression in trees.header(statement)
            for inner in trees.walk(expression)
            if isinstance(inner, gast.Name) and inner.id == name
        ]
        calls = [
            inner.func
            for statement in everything
            for expression in trees.header(statement)
            for inner in trees.walk(expression)
            if isinstance(inner, gast.Call) and id(inner) in self.consumed
        ]
        return all(any(u is f for f in calls) for u in used)


def _list_function(function: Any) -> types.FunctionType | None:
    """A function that gives the list of what a generator function yields."""
    if not isinstance(function, types.FunctionType):
        return None
    flags = function.__code__.co_flags
    if not flags & inspect.CO_GENERATOR or function.__dict__.get("__wrapped__") is not None:
        return None
    if function not in _made:
        _made[function] = _compiled(function)
    return _made[function]


def _compiled(function: types.FunctionType) -> types.FunctionType | None:
    try:
        tree, where = source.read(function)
    except errors.TangentError:
        return None
    tree = _collecting(entry.function_of(tree, function.__name__))
    if tree is None:
        return None
    name = f"{function.__name__}_list"
    tree = trees.rebuild(tree, name=name, decorator_list=[], returns=None)
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    piece = load.Piece(
        name, function.__globals__, {}, cells, function.__defaults__, function.__kwdefaults__
    )
    filename = f"{source.OURS}{function.__module__}.{function.__qualname__} list>"
    made = load.functions(text.function_text(tree), filename, [piece], {})[name]
    made.__dict__["written_as"] = (tree, where)
    return made


def _yields(node: gast.FunctionDef) -> bool:
    inside = (n for statement in node.body for n in trees.walk(statement))
    return any(isinstance(n, LATER) for n in inside)


def _collecting(node: gast.FunctionDef) -> gast.FunctionDef | None:
    """A generator function as one that makes a list; None for one that has no end, or that is sent
    something."""
    used = {n.id for n in trees.walk(node) if isinstance(n, gast.Name)}
    items, item = (
        next(n for n in (f"{hint}{'_' * i}" for i in itertools.count()) if n not in used)
        for hint in ("items", "item")
    )
    count = 0

    def visit(body: Sequence[gast.stmt]) -> list[gast.stmt] | None:
        nonlocal count
        out: list[gast.stmt] = []
        for inner in body:
            value = getattr(inner, "value", None)
            if isinstance(inner, gast.While) and isinstance(inner.test, gast.Constant):
                return None
            if isinstance(inner, gast.Expr) and isinstance(value, LATER):
                given = value.value if value.value is not None else trees.constant(None)
                new = trees.name(item) if isinstance(value, gast.YieldFrom) else given
                keep = trees.statement(trees.method(trees.name(items), "append", new), inner)
                if isinstance(value, gast.YieldFrom):
                    loop = gast.For(trees.name(item), given, [keep], [], None)
                    keep = trees.located(loop, inner)
                out.append(keep)
                count += 1
                continue
            if isinstance(inner, gast.Return):
                out.append(trees.located(gast.Return(trees.name(items)), inner))
                continue
            if isinstance(inner, (gast.FunctionDef, gast.With, gast.Try)):
                return None
            changes: dict[str, Any] = {}
            for field, block in trees.blocks(inner):
                changes[field] = visit(block)
                if changes[field] is None:
                    return None
            out.append(trees.rebuild(inner, **changes) if changes else inner)
        return out

    body = visit(node.body)
    if body is None:
        return None
    inside = [n for statement in body for n in trees.walk(statement)]
    if any(isinstance(n, LATER) for n in inside) or not count:
        return None
    first = trees.hidden(trees.assign(items, gast.List([], trees.LOAD)), node.body[0])
    last = trees.hidden(gast.Return(trees.name(items)), node.body[-1])
    return trees.rebuild(node, body=[first, *body, last])
