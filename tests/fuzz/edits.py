"""The ways to make statements and expressions smaller.

A pass looks at a tree and yields edits; an edit changes a fresh tree of the same text. Nodes are
found again by their place in `ast.walk`, so that an edit can be kept until it is wanted. Edits need
not make sense: whoever applies them runs the result.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

Edit = Callable[[ast.Module], None]
Pass = Callable[[ast.Module], Iterator[Edit]]

SIMPLE_CONSTANTS = (1.0, 0.5, 2.0)


def at_place(tree: ast.Module, place: int) -> Any:
    return list(ast.walk(tree))[place]


def blocks(tree: ast.Module) -> Iterator[tuple[int, str, int]]:
    """Yield where statement lists are, and how long they are."""
    for place, node in enumerate(ast.walk(tree)):
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list) and statements:
                yield place, name, len(statements)


def set_block(tree: ast.Module, place: int, name: str, statements: list[ast.stmt]) -> None:
    owner = at_place(tree, place)
    if not statements and name == "body" and not isinstance(owner, ast.Module):
        statements = [ast.Pass()]
    setattr(owner, name, statements)


def delete_statements(tree: ast.Module) -> Iterator[Edit]:
    """Delete runs of statements, long runs first."""
    found = list(blocks(tree))
    length = max((count for _, _, count in found), default=0)
    while length:
        for place, name, count in found:
            for start in range(0, count - length + 1, max(1, length // 2)):
                yield _deletion(place, name, start, start + length)
        length //= 2


def _deletion(place: int, name: str, start: int, stop: int) -> Edit:
    def edit(tree: ast.Module) -> None:
        statements = getattr(at_place(tree, place), name)
        set_block(tree, place, name, statements[:start] + statements[stop:])

    return edit


def unwrap_blocks(tree: ast.Module) -> Iterator[Edit]:
    """Put the body of a compound statement in its place; a loop keeps a first item."""
    for place, name, count in blocks(tree):
        for at in range(count):
            statement = getattr(at_place(tree, place), name)[at]
            for way in range(_ways(statement)):
                yield _unwrapping(place, name, at, way)


def _ways(statement: ast.stmt) -> int:
    if isinstance(statement, (ast.If, ast.While)):
        return 2 if statement.orelse else 1
    if isinstance(statement, ast.Match):
        return len(statement.cases)
    return 1 if isinstance(statement, (ast.For, ast.With)) else 0


def _unwrapping(place: int, name: str, at: int, way: int) -> Edit:
    def edit(tree: ast.Module) -> None:
        statements = getattr(at_place(tree, place), name)
        unwrapped = _inside(statements[at], way)
        set_block(tree, place, name, statements[:at] + unwrapped + statements[at + 1 :])

    return edit


def _inside(statement: Any, way: int) -> list[ast.stmt]:
    if isinstance(statement, ast.Match):
        return list(statement.cases[way].body)
    if way == 1:
        return list(statement.orelse)
    if isinstance(statement, ast.For):
        start = ast.Assign([statement.target], _first_item(statement.iter), lineno=0)
        return [start, *statement.body]
    return list(statement.body)


def _first_item(iterated: ast.expr) -> ast.expr:
    """Write what a loop sees first: an integer of a range, an item of anything else."""
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name):
        if iterated.func.id == "range":
            return iterated.args[0] if len(iterated.args) > 1 else ast.Constant(0)
        if iterated.func.id == "enumerate":
            items = ast.Subscript(iterated.args[0], ast.Constant(0), ast.Load())
            return ast.Tuple([ast.Constant(0), items], ast.Load())
        if iterated.func.id == "zip":
            parts = [ast.Subscript(arg, ast.Constant(0), ast.Load()) for arg in iterated.args]
            return ast.Tuple(list(parts), ast.Load())
    return ast.Subscript(iterated, ast.Constant(0), ast.Load())


# Expressions


def places(tree: ast.Module) -> Iterator[tuple[int, str, int | None, ast.expr]]:
    """Yield every expression that is read, with its owner, its field and its index there."""
    for place, node in enumerate(ast.walk(tree)):
        if isinstance(node, (ast.arguments, ast.JoinedStr, ast.FormattedValue)):
            continue
        for name, value in ast.iter_fields(node):
            if name in ("decorator_list", "bases", "annotation", "returns", "pattern"):
                continue
            items = enumerate(value) if isinstance(value, list) else ((None, value),)
            for at, item in items:
                if isinstance(item, ast.expr) and _is_read(item):
                    yield place, name, at, item


def _is_read(node: ast.expr) -> bool:
    return not isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))


def replacement(place: int, name: str, at: int | None, value: ast.expr) -> Edit:
    # The text survives the change of trees, and a node must not stand in two of them.
    text = ast.unparse(value)

    def edit(tree: ast.Module) -> None:
        owner = at_place(tree, place)
        new = ast.parse(text, mode="eval").body
        if at is None:
            setattr(owner, name, new)
        else:
            getattr(owner, name)[at] = new

    return edit


def hoist_parts(tree: ast.Module) -> Iterator[Edit]:
    """Replace an expression by one of its parts."""
    for place, name, at, node in places(tree):
        for part in _parts(node):
            yield replacement(place, name, at, part)


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Lambda):
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.keyword, ast.Starred)):
            yield child.value
        elif isinstance(child, ast.expr) and not isinstance(child, ast.Slice) and _is_read(child):
            yield child


def simplify_constants(tree: ast.Module) -> Iterator[Edit]:
    """Replace an expression by a number, and a number by a simpler one."""
    owners = list(ast.walk(tree))
    for place, name, at, node in places(tree):
        if name in ("func", "iter") or isinstance(owners[place], (ast.Attribute, ast.Starred)):
            continue
        if name == "value" and isinstance(owners[place], ast.Subscript):
            continue
        if isinstance(node, ast.Constant):
            simpler: tuple[float, ...] = ()
            if isinstance(node.value, bool):
                continue
            if isinstance(node.value, float):
                simpler = tuple(c for c in SIMPLE_CONSTANTS if len(repr(c)) < len(repr(node.value)))
            elif isinstance(node.value, int):
                simpler = tuple(c for c in (0, 1, 2) if c < node.value)
        else:
            simpler = (*SIMPLE_CONSTANTS[:2], 0)
        for value in simpler:
            yield replacement(place, name, at, ast.Constant(value))


def shorten_sequences(tree: ast.Module) -> Iterator[Edit]:
    """Drop items of literals, arguments and keywords of calls, operands of and, or."""
    for place, node in enumerate(ast.walk(tree)):
        for name in ("elts", "args", "keywords", "values", "generators", "cases"):
            items = getattr(node, name, None)
            if not isinstance(items, list) or isinstance(node, (ast.JoinedStr, ast.arguments)):
                continue
            if len(items) < 2 and not isinstance(node, ast.Call):
                continue
            for at in range(len(items)):
                yield _dropping(place, name, at)


def _dropping(place: int, name: str, at: int) -> Edit:
    def edit(tree: ast.Module) -> None:
        node = at_place(tree, place)
        del getattr(node, name)[at]
        if isinstance(node, ast.Dict):
            del node.keys[at]

    return edit


def split_tuples(tree: ast.Module) -> Iterator[Edit]:
    """Drop one target, with its value, of a parallel assignment, and one name of a chain."""
    for place, node in enumerate(ast.walk(tree)):
        if not isinstance(node, ast.Assign):
            continue
        target, value = node.targets[0], node.value
        if len(node.targets) > 1:
            for at in range(len(node.targets)):
                yield _dropping(place, "targets", at)
        elif isinstance(target, ast.Tuple) and isinstance(value, (ast.Tuple, ast.List)):
            for at in range(len(target.elts)):
                yield _pair_dropping(place, at)


def _pair_dropping(place: int, at: int) -> Edit:
    def edit(tree: ast.Module) -> None:
        node = at_place(tree, place)
        del node.targets[0].elts[at], node.value.elts[at]
        if len(node.targets[0].elts) == 1:
            node.targets = node.targets[0].elts
            node.value = node.value.elts[0]

    return edit


def plain_assignments(tree: ast.Module) -> Iterator[Edit]:
    """Turn annotated and augmented assignments into plain ones, and drop defaults."""
    for place, name, count in blocks(tree):
        for at in range(count):
            node = getattr(at_place(tree, place), name)[at]
            if isinstance(node, (ast.AnnAssign, ast.AugAssign)) and node.value is not None:
                yield _plain(place, name, at, node)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                yield _exchange(place, name, at, ast.unparse(node.value))


def _plain(place: int, name: str, at: int, node: Any) -> Edit:
    return _exchange(place, name, at, f"{ast.unparse(node.target)} = {ast.unparse(node.value)}")


def _exchange(place: int, name: str, at: int, text: str) -> Edit:
    def edit(tree: ast.Module) -> None:
        getattr(at_place(tree, place), name)[at] = ast.parse(text).body[0]

    return edit
