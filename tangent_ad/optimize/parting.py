"""Take a tuple of copies apart, so that each of them can go.

>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(rows, i, k):
...     row, column = i, k
...     return rows[row][column]
... ''')
>>> print(text.function_text(part(tree, lambda name: True)), end="")
def f(rows, i, k):
    row = i
    column = k
    return rows[row][column]

What the user wrote into variables of the function itself stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gast

from tangent_ad.syntax import trees

COPIES = (gast.Name, gast.Constant)


def part(tree: gast.FunctionDef, temporary: Callable[[str], bool]) -> gast.FunctionDef:
    """The function with such assignments apart whose targets are temporaries."""

    def block(body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            inner = {field: block(b) for field, b in trees.blocks(node)}
            pairs = copies(node, temporary) if isinstance(node, gast.Assign) else None
            if pairs is None:
                out.append(trees.updated(node, **inner) if inner else node)
            else:
                out += [trees.assign(target, value, node) for target, value in pairs]
        return out

    return trees.updated(tree, body=block(tree.body))


def copies(
    node: gast.Assign, temporary: Callable[[str], bool]
) -> list[tuple[gast.expr, gast.expr]] | None:
    """What is copied to what, if all that an assignment does is copy."""
    target, value = node.targets[0], node.value
    if not isinstance(target, gast.Tuple) or not isinstance(value, gast.Tuple):
        return None
    if not all(isinstance(t, gast.Name) for t in target.elts):
        return None
    if len(target.elts) != len(value.elts) or not all(isinstance(v, COPIES) for v in value.elts):
        return None
    both = zip(target.elts, value.elts, strict=True)
    pairs = [(t, v) for t, v in both if t.id != getattr(v, "id", "")]
    written = {t.id for t, _ in pairs}
    if written & trees.reads(value) or not all(map(temporary, written)):
        return None
    return pairs
