"""Text to trees."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import gast


def statements(text: str) -> list[gast.stmt]:
    return converted(ast.parse(textwrap.dedent(text))).body


def expression(text: str) -> gast.expr:
    return converted(ast.parse(text.strip(), mode="eval")).body


def function(text: str) -> gast.FunctionDef:
    (node,) = statements(text)
    assert isinstance(node, gast.FunctionDef)
    return node


# Nodes that say nothing but their kind.
MARKS = {
    kind: getattr(gast, kind.__name__)()
    for family in (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
    for kind in family.__subclasses__()
    if hasattr(gast, kind.__name__)
}


def converted(node: ast.AST) -> Any:
    """A tree of Python's own as one of gast, which is the same for all versions of Python.

    As `gast.ast_to_gast`, in half the time: reading the rules is most of what the first
    derivative of a process waits for.
    """
    kind: Any = node.__class__
    if kind in MARKS:
        return MARKS[kind]
    new_kind = KINDS[kind]
    new = new_kind.__new__(new_kind)
    fields = new.__dict__
    fields.update(node.__dict__)
    for name in kind._fields:
        value = fields.get(name)
        if value.__class__ is list:
            fields[name] = [converted(v) if isinstance(v, ast.AST) else v for v in value]
        elif value.__class__ in MARKS:
            fields[name] = MARKS[value.__class__]
        elif isinstance(value, ast.AST):
            fields[name] = converted(value)
    if kind is ast.Name:
        fields["annotation"] = fields["type_comment"] = None
    elif kind is ast.arg:
        fields["id"], fields["ctx"] = fields.pop("arg"), gast.Param()
    elif kind is ast.ExceptHandler and fields["name"]:
        fields["name"] = gast.Name(fields["name"], gast.Store(), None, None)
    elif kind in SCOPES:
        fields.setdefault("type_params", [])  # which Python 3.11 does not have
    return new


class _Kinds(dict[type, Any]):
    """gast's class for each class of Python's own nodes."""

    def __missing__(self, kind: type) -> Any:
        self[kind] = found = gast.Name if kind is ast.arg else getattr(gast, kind.__name__)
        return found


KINDS = _Kinds()
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
