"""Leave out comments that stand over nothing.

>>> from tangent_ad.syntax import parse, text
>>> over = [trees.comment("a = x * x"), trees.comment("b = a + 1")]
>>> for line, _ in text.render(_block([*over, *parse.statements("ba = bb")])):
...     print(line)
# b = a + 1
ba = bb
"""

from __future__ import annotations

from collections.abc import Sequence

import gast

from tangent_ad.syntax import trees

HEADINGS = ("Forward pass", "Backward pass")


def tidy(tree: gast.FunctionDef) -> gast.FunctionDef:
    return trees.rebuild(tree, body=_block(tree.body))


def _block(body: Sequence[gast.stmt]) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for position, node in enumerate(body):
        if trees.is_comment(node):
            if not _stands_over_something(node, body[position + 1 :]):
                continue
        elif isinstance(node, gast.Pass) and len(body) > 1:
            continue
        inner = {field: _block(b) for field, b in trees.blocks(node)}
        out.append(trees.rebuild(node, **inner) if inner else node)
    return out


def _stands_over_something(node: gast.stmt, after: Sequence[gast.stmt]) -> bool:
    heading = _is_heading(node)
    for other in after:
        if not trees.is_comment(other):
            return not isinstance(other, gast.Return) or heading
        if not heading or _is_heading(other):
            return False
    return False


def _is_heading(node: gast.stmt) -> bool:
    return trees.is_comment(node) and node.value.value in HEADINGS
