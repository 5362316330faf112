"""The parts of a tree: nodes, statements, blocks, parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gast

from tangent_ad.syntax.attempt import Attempt

# Trees do not change, and every pass asks the same of the nodes that it shares with the one before;
# so answers are remembered, those for the nodes of some thousand statements.
REMEMBERED = 2**14


class Comment(str):
    """The text of a comment line; stands in a tree as an expression statement."""


def is_comment(node: gast.AST) -> bool:
    return (
        isinstance(node, gast.Expr)
        and isinstance(node.value, gast.Constant)
        and isinstance(node.value.value, Comment)
    )


class _Fields(dict[type, tuple[str, ...]]):
    """The fields of each kind of node that may hold nodes."""

    def __missing__(self, kind: Any) -> tuple[str, ...]:
        never = ("ctx", "id", "attr", "type_comment", "kind")
        fields = () if kind is gast.Constant else kind._fields
        self[kind] = found = tuple(field for field in fields if field not in never)
        return found


FIELDS = _Fields()


def children(node: gast.AST) -> list[gast.AST]:
    """The nodes right below one, in the order of the source; contexts are left out."""
    found: list[gast.AST] = []
    values = node.__dict__
    for field in FIELDS[node.__class__]:
        value = values.get(field)
        if value is None:
            continue
        if value.__class__ is list:
            if value:
                found += [item for item in value if isinstance(item, gast.AST)]
        elif isinstance(value, gast.AST):
            found.append(value)
    return found


def walk(node: gast.AST) -> Iterator[gast.AST]:
    """Every node below and including this one, in the order of the source. (What `children` does is
    done here once more: half of all passes wait for this loop.)"""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        values = node.__dict__
        for field in reversed(FIELDS[node.__class__]):
            value = values.get(field)
            if value is None:
                continue
            if value.__class__ is list:
                stack += [item for item in reversed(value) if isinstance(item, gast.AST)]
            elif isinstance(value, gast.AST):
                stack.append(value)


BLOCKS = ("body", "orelse", "finalbody")
SIMPLE = frozenset((
    gast.Assign, gast.AnnAssign, gast.AugAssign, gast.Break, gast.Continue, gast.Expr, gast.Pass,
    gast.Return,
))  # fmt: skip


def blocks(node: gast.AST) -> list[tuple[str, list[gast.stmt]]]:
    """The statement lists directly inside a compound statement, with the field they stand in."""
    if node.__class__ in SIMPLE:
        return []
    values = node.__dict__
    return [(field, values[field]) for field in BLOCKS if isinstance(values.get(field), list)]


def statements(body: Sequence[gast.stmt]) -> Iterator[gast.stmt]:
    """Every statement in a block and the blocks below it; not inside nested functions."""
    stack = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        kind = node.__class__
        if kind in SIMPLE or kind in DEFINITIONS:
            continue
        inside = [statement for _, inner in blocks(node) for statement in inner]
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            inside += part.body
        stack += reversed(inside)


DEFINITIONS = (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef)


def parameters(args: gast.arguments) -> list[gast.Name]:
    """All parameters of a signature, in the order Python counts them."""
    found = [*args.posonlyargs, *args.args]
    if args.vararg:
        found.append(args.vararg)
    found += args.kwonlyargs
    if args.kwarg:
        found.append(args.kwarg)
    return found


def header(node: gast.stmt) -> Iterator[gast.expr]:
    """The expressions of a statement itself, without the blocks inside it."""
    if isinstance(node, Attempt):
        yield from (kind for kind in node.kinds if kind is not None)
    elif isinstance(node, (gast.If, gast.While)):
        yield node.test
    elif isinstance(node, gast.For):
        yield node.iter
    elif isinstance(node, gast.With):
        for item in node.items:
            yield item.context_expr
    elif isinstance(node, gast.Match):
        yield node.subject
        yield from (case.guard for case in node.cases if case.guard is not None)
    elif isinstance(node, (gast.Try, gast.FunctionDef, gast.ClassDef)):
        return
    else:
        yield from (child for child in children(node) if isinstance(child, gast.expr))

