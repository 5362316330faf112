"""Calls of builtins in the spelling that later passes know.

    enumerate(xs, start=1)    ->   enumerate(xs, 1)
    max(*xs), max(a, *xs)     ->   max(xs), max([a, *xs])
    f(*[x, y])                ->   f(x, y)
    ys = map(f, xs)           ->   ys = list(map(f, xs))    (where ys is read once)
    for k in count(1):        ->   count = 1; while True: k = count; count = count + 1; ...
    a, b = zip(*rows)         ->   a, b = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
"""

from __future__ import annotations

import builtins
import itertools

import gast

from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

DISPLAYS = (gast.List, gast.Tuple)
ITERATORS = ("zip", "enumerate", "map", "filter", "reversed", "iter")


def plain(node: gast.Call, names: Names) -> gast.Call:
    """The call itself where nothing is to be said in another way."""
    if any(isinstance(a, gast.Starred) and isinstance(a.value, DISPLAYS) for a in node.args):
        args: list[gast.expr] = []
        for arg in node.args:
            is_display = isinstance(arg, gast.Starred) and isinstance(arg.value, DISPLAYS)
            args += arg.value.elts if is_display else [arg]
        node = trees.rebuild(node, args=args)
    called = _builtin(node, names)
    if called == "enumerate" and [k.arg for k in node.keywords] == ["start"]:
        return trees.rebuild(node, args=[*node.args, node.keywords[0].value], keywords=[])
    if called in ("max", "min") and any(isinstance(a, gast.Starred) for a in node.args):
        alone = len(node.args) == 1
        values = node.args[0].value if alone else gast.List(node.args, trees.LOAD)
        return trees.rebuild(node, args=[values])
    return node


def kept(values: gast.expr, names: Names) -> gast.expr:
    """What a variable holds that is read once, in place of an iterator that would be used up."""
    if isinstance(values, gast.GeneratorExp):
        return gast.ListComp(values.elt, values.generators)
    if _builtin(values, names) in ITERATORS:
        return trees.call(trees.name(names.bind(list, "list")), values)
    return values


def columns(values: gast.expr, count: int, names: Names) -> gast.expr:
    """`zip(*rows)`, taken apart into so many names."""
    if _builtin(values, names) != "zip" or values.keywords:
        return values
    values = plain(values, names)
    if len(values.args) != 1 or not isinstance(values.args[0], gast.Starred):
        return values
    rows = values.args[0].value
    if not isinstance(rows, gast.Name):
        return values
    made = []
    for position in range(count):
        row = trees.name(names.fresh("row"))
        at = trees.subscript(row, trees.constant(position))
        column = gast.GeneratorExp(at, [gast.comprehension(row, rows, [], 0)])
        made.append(trees.call(trees.name(names.bind(tuple, "tuple")), column))
    return trees.pack(made)


def counted(values: gast.expr, names: Names) -> tuple[gast.expr, gast.expr] | None:
    """Start and step of `itertools.count(start, step)`."""
    if not isinstance(values, gast.Call) or names.resolve(values.func) is not itertools.count:
        return None
    given = {"start": trees.constant(0), "step": trees.constant(1)}
    given.update(zip(given, values.args, strict=False))
    given.update({k.arg: k.value for k in values.keywords if k.arg})
    return given["start"], given["step"]


def endless(node: gast.For, start: gast.expr, step: gast.expr, names: Names) -> list[gast.stmt]:
    """A loop over a count, which has no end of its own."""
    count = trees.name(names.fresh("count"))
    following = trees.binary(count, gast.Add, step)
    head = [trees.assign(node.target, count, node), trees.assign(count, following, node)]
    loop = gast.While(trees.constant(True), [*head, *node.body], [])
    return [trees.assign(count, start, node), trees.located(loop, node)]


def _builtin(node: gast.expr, names: Names) -> str:
    """The name of the builtin function that is called, if one is."""
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Name):
        return ""
    return node.func.id if names.resolve(node.func) is getattr(builtins, node.func.id, None) else ""
