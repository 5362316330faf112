"""`@tangent`: a function with lines for its backward pass that runs as plain Python."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import TypeVar

import gast

from tangent_ad import errors
from tangent_ad.normalize.insertions import is_insertion
from tangent_ad.syntax import load, source, trees
from tangent_ad.syntax.names import Names

F = TypeVar("F", bound=Callable)


def tangent(f: F) -> F:
    """The function without its `with insert_grad_of(...)` blocks, for calls of it as it is.

    Derivatives of the result have the blocks. A function without such blocks comes back itself.
    Tracebacks, pdb and coverage see the user's file and lines. Raises UnsupportedFunctionError for
    anything but a function made by def or lambda, and the errors of reading its source.
    """
    if not isinstance(f, types.FunctionType):
        raise errors.UnsupportedFunctionError(f"@tangent wants a function, not {f!r}")
    tree, where = source.read(f)
    if isinstance(tree, gast.Lambda):
        return f
    names = Names(f, tree)
    if not any(is_insertion(node, names) for node in trees.statements(tree.body)):
        return f
    stripped = load.recompiled(
        f, gast.gast_to_ast(trees.rebuild(tree, body=_block(tree.body, names)))
    )
    stripped.__dict__["written_as"] = (tree, where)
    return stripped  # type: ignore[return-value]


def _block(body: Sequence[gast.stmt], names: Names) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for node in body:
        if is_insertion(node, names):
            continue
        inner = {f: _block(b, names) for f, b in trees.blocks(node)}
        out.append(trees.rebuild(node, **inner) if inner else node)
    return out or [trees.located(gast.Pass(), body[0])] if body else []
