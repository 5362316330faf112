"""Add to a derivative once where two additions follow each other.

>>> from tangent_ad.syntax import parse, text
>>> body = parse.statements("bh[i - 1] += bt\\nbx[i] = bt\\nbh[i - 1] -= be")
>>> for statement in merged(body, lambda name: True, lambda node: True):
...     print(text.render([statement])[0][0])
bh[i - 1] += bt - be
bx[i] = bt

Only single numbers: the sum of two arrays is one array more. Nothing in between may read or bind what
is added to, and the second addition moves up, so what it reads must be there already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gast

from tangent_ad.analysis import algebra
from tangent_ad.syntax import trees

Test = Callable[[gast.expr], bool]
FAR = 6  # statements between the two
MOST_NODES = 24


def simplify(
    tree: gast.FunctionDef, is_derivative: Callable[[str], bool], is_scalar: Test
) -> gast.FunctionDef:
    return trees.rebuild(tree, body=_block(tree.body, is_derivative, is_scalar))


def _block(
    body: Sequence[gast.stmt], is_derivative: Callable[[str], bool], is_scalar: Test
) -> list[gast.stmt]:
    out = []
    for node in body:
        nested = isinstance(node, (gast.FunctionDef, gast.ClassDef, gast.Try))
        inner = {} if nested else {
            f: _block(b, is_derivative, is_scalar) for f, b in trees.blocks(node)
        }
        out.append(trees.rebuild(node, **inner) if inner else node)
    return merged(out, is_derivative, is_scalar)


def merged(
    body: Sequence[gast.stmt], is_derivative: Callable[[str], bool], is_scalar: Test
) -> list[gast.stmt]:
    out = list(body)
    at = 0
    while at < len(out):
        other = None
        if _is_addition(out[at], is_derivative, is_scalar):
            other = _next(out, at)
        if other is None:
            at += 1
            continue
        new = _sum(out[at], out[other])
        if trees.size(new) > MOST_NODES:
            at += 1
            continue
        out[at] = new
        del out[other]
    return out


def _is_addition(
    node: gast.stmt, is_derivative: Callable[[str], bool], is_scalar: Test
) -> bool:
    if not isinstance(node, gast.AugAssign) or not isinstance(node.op, (gast.Add, gast.Sub)):
        return False
    base = node.target.value if isinstance(node.target, gast.Subscript) else node.target
    return isinstance(base, gast.Name) and is_derivative(base.id) and is_scalar(node.target)


def _next(body: Sequence[gast.stmt], position: int) -> int | None:
    """The next addition to the same target, if it may move up."""
    first = body[position]
    assert isinstance(first, gast.AugAssign)
    base = first.target.value if isinstance(first.target, gast.Subscript) else first.target
    index = trees.reads(first.target) | {base.id}
    bound: set[str] = set()
    for at in range(position + 1, min(position + 1 + FAR, len(body))):
        node = body[at]
        if trees.is_comment(node):
            continue
        if isinstance(node, gast.AugAssign) and trees.same(node.target, first.target):
            if not isinstance(node.op, (gast.Add, gast.Sub)):
                return None
            reads = trees.reads(node.value)
            return None if base.id in reads or reads & bound else at
        if not isinstance(node, (gast.Assign, gast.AugAssign)):
            return None
        if base.id in trees.reads(node) or trees.writes(node) & index:
            return None
        bound |= trees.writes(node)
        if not isinstance(node, gast.Assign) or not isinstance(node.targets[0], gast.Name):
            target = node.target if isinstance(node, gast.AugAssign) else node.targets[0]
            bound |= trees.reads(target)  # elements of these change
        if any(isinstance(inner, gast.Call) for inner in trees.walk(node)):
            return None
    return None


def _sum(first: gast.AugAssign, second: gast.AugAssign) -> gast.AugAssign:
    """`x -= a; x += b` as `x += b - a`, the plus in front."""
    parts = [(node.value, isinstance(node.op, gast.Sub)) for node in (first, second)]
    if parts[0][1] and not parts[1][1]:
        parts.reverse()
    (left, is_minus), (right, other) = parts
    right_value = trees.negative(right) if is_minus != other else right
    value = algebra.total(left, right_value)
    op = gast.Sub() if is_minus else gast.Add()
    return trees.rebuild(first, op=op, value=value)
