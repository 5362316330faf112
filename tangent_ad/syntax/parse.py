"""Text to trees."""

from __future__ import annotations

import ast
import textwrap

import gast


def statements(text: str) -> list[gast.stmt]:
    return gast.ast_to_gast(ast.parse(textwrap.dedent(text))).body


def expression(text: str) -> gast.expr:
    return gast.ast_to_gast(ast.parse(text.strip(), mode="eval")).body


def function(text: str) -> gast.FunctionDef:
    (node,) = statements(text)
    assert isinstance(node, gast.FunctionDef)
    return node
