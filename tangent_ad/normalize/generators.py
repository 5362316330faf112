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
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gast

from tangent_ad import errors
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import entry, interleaved
from tangent_ad.syntax import load, source, text, trees
from tangent_ad.syntax.names import MISSING, Names

CONSUMERS = (sum, list, tuple, min, max, sorted, any, all, enumerate, zip, map, filter)

_made: weakref.WeakKeyDictionary[
    types.FunctionType, tuple[types.FunctionType | None, interleaved.Changes]
]
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
        self.memory = interleaved.Memory(unit.tree.body)
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
            made = list_function(function) if function is not MISSING else None
            if made is not None:
                self.changed = True
                return trees.rebuild(node, func=trees.name(self.names.bind(made, made.__name__)))
        return node

    # ---- who goes through it --------------------------------------------------------------------

    def consumed_calls(self, everything: list[gast.stmt]) -> Iterator[tuple[Any, gast.Call]]:
        """The calls of generators of which everything is taken at once, or by a loop."""
        for node in everything:
            loop = node if isinstance(node, gast.For) else None
            is_unpacked = isinstance(node, gast.Assign) and isinstance(
                node.targets[0], (gast.Tuple, gast.List)
            )
            if is_unpacked and self.is_generator(node.value):
                yield None, node.value
            for expression in trees.header(node):
                for inner in trees.walk(expression):
                    for call in self.taken_by(inner, loop):
                        if not self.is_noticed(call, loop, inner):
                            yield loop, call

    def taken_by(self, node: gast.AST, loop: gast.For | None) -> Iterator[gast.Call]:
        operands: list[Any] = [node] if loop is not None and node is loop.iter else []
        if isinstance(node, gast.Call):
            function = self.names.resolve(node.func)
            module = getattr(function, "__module__", "")
            if any(function is c for c in CONSUMERS) or module in ("itertools", "_functools"):
                operands += node.args
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
        return isinstance(function, types.FunctionType) and list_function(function) is not None

    def is_noticed(self, call: gast.Call, loop: gast.For | None, taker: gast.AST) -> bool:
        """Whether the generator, or who goes through it, could see what the other changes meanwhile."""
        local = self.local.get(getattr(call.func, "id", ""))
        captured = trees.captured(local) if local is not None else ()
        if local is not None:
            changes = interleaved.changes_of(local, self.names)
        else:
            changes = _made[self.names.resolve(call.func)][1]
        if loop is not None:
            return interleaved.is_noticed(loop, call, captured, changes, self.memory, self.names)
        if isinstance(taker, gast.Call) and self.names.resolve(taker.func) in (list, tuple):
            return False
        return changes.yielded or changes.outer

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


def list_function(function: Any) -> types.FunctionType | None:
    """A function that gives the list of what a generator function yields."""
    if not isinstance(function, types.FunctionType):
        return None
    flags = function.__code__.co_flags
    if not flags & inspect.CO_GENERATOR or function.__dict__.get("__wrapped__") is not None:
        return None
    if function not in _made:
        _made[function] = _compiled(function, _collecting)
    return _made[function][0]


def iterated_function(function: types.FunctionType) -> types.FunctionType:
    """A function that gives what an `__iter__` goes through, not an iterator over it."""
    if function not in _made:
        is_generator = function.__code__.co_flags & inspect.CO_GENERATOR
        _made[function] = _compiled(function, _collecting if is_generator else _without_iterator)
    return _made[function][0] or function


def changes_meanwhile(function: types.FunctionType) -> bool:
    """Whether a generator changes what it has yielded, or what others see."""
    changes = _made[function][1]
    return changes.yielded or changes.outer


def _compiled(
    function: types.FunctionType, change: Callable[[gast.FunctionDef], gast.FunctionDef | None]
) -> tuple[types.FunctionType | None, interleaved.Changes]:
    try:
        tree, where = source.read(function)
    except errors.TangentError:
        return None, interleaved.Changes()
    written = entry.function_of(tree, function.__name__)
    tree = change(written)
    if tree is None:
        return None, interleaved.Changes()
    changes = interleaved.changes_of(written, Names(function, written))
    name = f"{function.__name__}_list"
    tree = trees.rebuild(tree, name=name, decorator_list=[], returns=None)
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    piece = load.Piece(
        name, function.__globals__, {}, cells, function.__defaults__, function.__kwdefaults__
    )
    filename = f"{source.OURS}{function.__module__}.{function.__qualname__} list>"
    made = load.functions(text.function_text(tree), filename, [piece], {})[name]
    made.__dict__["written_as"] = (tree, where)
    return made, changes


def _without_iterator(node: gast.FunctionDef) -> gast.FunctionDef | None:
    """A function that ends with `return iter(items)` as one that returns the items."""
    *rest, last = node.body
    value = last.value if isinstance(last, gast.Return) else None
    if not isinstance(value, gast.Call) or len(value.args) != 1:
        return None
    if not isinstance(value.func, gast.Name) or value.func.id != "iter":
        return None
    return trees.rebuild(node, body=[*rest, trees.rebuild(last, value=value.args[0])])


def _yields(node: gast.FunctionDef) -> bool:
    return any(map(_has_later, trees.statements(node.body)))


def _has_later(node: gast.stmt) -> bool:
    """Whether a statement itself, not one inside it, waits for who goes through the generator."""
    if isinstance(node, gast.FunctionDef):
        return False
    parts = trees.header(node) if trees.blocks(node) else [node]
    return any(isinstance(n, interleaved.LATER) for part in parts for n in trees.walk(part))


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
            if isinstance(inner, gast.Expr) and isinstance(value, interleaved.LATER):
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
            if isinstance(inner, gast.FunctionDef):
                out.append(inner)
                continue
            if isinstance(inner, (gast.With, gast.Try)):
                if any(isinstance(n, (*interleaved.LATER, gast.Return)) for n in trees.walk(inner)):
                    return None
                out.append(inner)
                continue
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
    if any(map(_has_later, trees.statements(body))) or not count:
        return None
    first = trees.hidden(trees.assign(items, gast.List([], trees.LOAD)), node.body[0])
    last = trees.hidden(gast.Return(trees.name(items)), node.body[-1])
    return trees.rebuild(node, body=[first, *body, last])
