"""Add to a derivative once where two additions follow each other.

>>> from tangent_ad.syntax import parse, text
>>> body = parse.statements("bh[i - 1] += bt\\nbx[i] = bt\\nbh[i - 1] -= be")
>>> for statement in merged(body, lambda name: True, lambda node: True):
...     print(text.render([statement])[0][0])
bh[i - 1] += bt - be
bx[i] = bt

Only single numbers: the sum of two arrays is one array more. Nothing in between may read or bind what
is added to, and the second addition moves up, so what it reads must be there already.

>>> body = parse.statements("bx = -bt\\nby = bt * x\\nbx += by * z")
>>> for statement in merged(body, lambda name: True, lambda node: True):
...     print(text.render([statement])[0][0])
by = bt * x
bx = by * z - bt

A first value moves down to what is added to it, past the comment of another statement in a loop only,
where it saves time. An array does if it is only the negative of another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gast

from tangent_ad.analysis import algebra
from tangent_ad.syntax import trees

Test = Callable[[gast.expr], bool]
FAR = 6  # statements between the two
FAR_BELOW = 16
MOST_NODES = 24


def simplify(
    tree: gast.FunctionDef, is_derivative: Callable[[str], bool], is_scalar: Test
) -> gast.FunctionDef:
    return trees.updated(tree, body=_block(tree.body, is_derivative, is_scalar))


def _block(
    body: Sequence[gast.stmt], is_derivative: Callable[[str], bool], is_scalar: Test,
    in_loop: bool = False,
) -> list[gast.stmt]:  # fmt: skip
    out = []
    for node in body:
        nested = isinstance(node, (gast.FunctionDef, gast.ClassDef, gast.Try))
        inside = in_loop or isinstance(node, trees.LOOPS)
        inner = {} if nested else {
            f: _block(b, is_derivative, is_scalar, inside) for f, b in trees.blocks(node)
        }
        out.append(trees.updated(node, **inner))
    return merged(out, is_derivative, is_scalar, in_loop)


def merged(
    body: Sequence[gast.stmt], is_derivative: Callable[[str], bool], is_scalar: Test,
    in_loop: bool = False,
) -> list[gast.stmt]:  # fmt: skip
    out = list(body)
    at = 0
    while at < len(out):
        begun = _begun(out, at, is_derivative, is_scalar, in_loop)
        if begun is not None:
            later, total = begun
            out[later] = trees.assign(out[at].targets[0], total, out[later])  # type: ignore[attr-defined]
            del out[at]
            continue
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


def _begun(
    body: Sequence[gast.stmt], position: int, is_derivative: Callable[[str], bool],
    is_scalar: Test, in_loop: bool,
) -> tuple[int, gast.expr] | None:  # fmt: skip
    """The addition to a value that was just bound, and the sum of both."""
    first = body[position]
    if not isinstance(first, gast.Assign) or not isinstance(first.targets[0], gast.Name):
        return None
    name, value = first.targets[0].id, first.value
    if not is_derivative(name) or not _may_wait(value, is_scalar):
        return None
    sources = trees.reads(value) | {name}
    is_number = is_scalar(value)
    for at in range(position + 1, min(position + 1 + FAR_BELOW, len(body))):
        node = body[at]
        if trees.is_comment(node) and in_loop:
            continue
        if not isinstance(node, (gast.Assign, gast.AugAssign)):
            return None
        if isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Name):
            if node.target.id == name:
                return _with_first(value, node, at, name)
        if name in trees.reads(node) or trees.writes(node) & sources:
            return None
        target = node.target if isinstance(node, gast.AugAssign) else node.targets[0]
        if trees.reads(target) & sources:
            return None  # elements of these change
        is_write = isinstance(node, gast.AugAssign) or not isinstance(target, gast.Name)
        if is_write and not is_number:
            return None  # perhaps into the same memory
    return None


def _may_wait(value: gast.expr, is_scalar: Test) -> bool:
    """Whether a value can be computed later: arithmetic on single numbers, or a minus sign."""
    if isinstance(value, gast.UnaryOp) and isinstance(value.op, gast.USub):
        if isinstance(value.operand, gast.Name):
            return True
    kinds = (gast.BinOp, gast.UnaryOp, gast.Name, gast.Constant, gast.operator, gast.unaryop)
    inner = (n for n in trees.walk(value) if not isinstance(n, gast.expr_context))
    return isinstance(value, gast.BinOp) and is_scalar(value) and all(
        isinstance(n, kinds) for n in inner
    )


def _with_first(
    value: gast.expr, node: gast.AugAssign, at: int, name: str
) -> tuple[int, gast.expr] | None:
    if not isinstance(node.op, (gast.Add, gast.Sub)) or name in trees.reads(node.value):
        return None
    added = node.value if isinstance(node.op, gast.Add) else algebra.negated(node.value)
    is_minus = algebra.signed(value)[1] < 0 <= algebra.signed(added)[1]
    total = algebra.total(added, value) if is_minus else algebra.total(value, added)
    return (at, total) if trees.size(total) <= MOST_NODES else None


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
