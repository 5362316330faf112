"""Calls of builtins in the spelling that later passes know.

    enumerate(xs, start=1)    ->   enumerate(xs, 1)
    max(*xs), max(a, *xs)     ->   max(xs), max([a, *xs])
    dict(table, key=value)    ->   {**table, "key": value}
    np.add.reduce(x)          ->   np.sum(x, axis=0)
    np.diff(x, prepend=0.0)   ->   np.diff(np.concatenate((as_end(0.0, x, -1), x), -1))
    del xs[0]; del xs[1:]     ->   xs.pop(0); for _ in range(len(xs[1:])): xs.pop(1)
    f(*[x, y])                ->   f(x, y)
    ys = map(f, xs)           ->   ys = list(map(f, xs))    (where ys is read once)
    xs.sort(key=f)            ->   items = sorted(xs, key=f); for i in ...: xs[i] = items[i]
    for k in count(1):        ->   count = 1; while True: k = count; count = count + 1; ...
    a, b = zip(*rows)         ->   a, b = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
"""

from __future__ import annotations

import builtins
import itertools
import types
from collections import OrderedDict
from typing import Any

import gast
import numpy as np

from tangent_ad.runtime.manipulation import as_end
from tangent_ad.syntax import fold, trees
from tangent_ad.syntax.names import Names

DISPLAYS = (gast.List, gast.Tuple)
PLACES = (gast.Name, gast.Subscript, gast.Attribute)
# Methods of universal functions that NumPy has functions for; these go along the first axis.
REDUCING = {
    np.add.reduce: np.sum, np.multiply.reduce: np.prod, np.maximum.reduce: np.max,
    np.minimum.reduce: np.min, np.add.accumulate: np.cumsum, np.multiply.accumulate: np.cumprod,
}  # fmt: skip
ITERATORS = ("zip", "enumerate", "map", "filter", "reversed", "iter")


def plain(node: gast.Call, names: Names) -> gast.expr:
    """The call itself where nothing is to be said in another way."""
    if any(isinstance(a, gast.Starred) and isinstance(a.value, DISPLAYS) for a in node.args):
        args: list[gast.expr] = []
        for arg in node.args:
            is_display = isinstance(arg, gast.Starred) and isinstance(arg.value, DISPLAYS)
            args += arg.value.elts if is_display else [arg]
        node = trees.rebuild(node, args=args)
    method = names.resolve(node.func)
    if type(method) is type(np.add.reduce) and method in REDUCING:
        return _reduced(node, REDUCING[method], names)
    if method is np.diff:
        return _differences(node, names)
    called = _builtin(node, names)
    if len(node.args) == 2 and names.resolve(node.func) == dict.fromkeys:
        keys, value = node.args
        if isinstance(value, (gast.Constant, gast.UnaryOp)):  # else all entries are one object
            if isinstance(keys, DISPLAYS):
                return gast.Dict(keys.elts, [value] * len(keys.elts))
            key = trees.name(names.fresh("key"))
            return gast.DictComp(key, value, [gast.comprehension(key, keys, [], 0)])
    if not node.args and names.resolve(node.func) is OrderedDict:
        called = "dict"
        if not node.keywords:
            return gast.Dict([], [])
    if called == "dict" and len(node.args) <= 1 and (node.args or node.keywords):
        return _dict(node)
    if called == "enumerate" and [k.arg for k in node.keywords] == ["start"]:
        return trees.rebuild(node, args=[*node.args, node.keywords[0].value], keywords=[])
    if called in ("max", "min") and any(isinstance(a, gast.Starred) for a in node.args):
        alone = len(node.args) == 1
        values = node.args[0].value if alone else gast.List(node.args, trees.LOAD)
        return trees.rebuild(node, args=[values])
    return node


def _dict(node: gast.Call) -> gast.expr:
    """The display for `dict(a=x)` and `dict(table, a=x)`."""
    if not all(isinstance(table, PLACES) for table in node.args):
        return node
    keys = [*(None for _ in node.args), *(k.arg and trees.constant(k.arg) for k in node.keywords)]
    return gast.Dict(keys, [*node.args, *(k.value for k in node.keywords)])


def _reduced(node: gast.Call, function: Any, names: Names) -> gast.Call:
    numpy = trees.name(names.bind(np, "np"))
    keywords = node.keywords
    if len(node.args) < 2 and all(k.arg != "axis" for k in keywords):
        keywords = [gast.keyword("axis", trees.constant(0)), *keywords]
    return gast.Call(trees.attribute(numpy, function.__name__), node.args, keywords)


def _differences(node: gast.Call, names: Names) -> gast.Call:
    """Those of an array with more in front of it or behind."""
    given = {k.arg: k.value for k in node.keywords}
    ends = [given.pop(end, None) for end in ("prepend", "append")]
    if not node.args or len(node.args) > 3 or len(given) == len(node.keywords):
        return node
    axis = node.args[2] if len(node.args) > 2 else given.get("axis", trees.constant(-1))
    helper = trees.name(names.bind(as_end, "as_end"))
    array = node.args[0]
    front, back = (end and trees.call(helper, end, array, axis) for end in ends)
    parts = trees.pack([part for part in (front, array, back) if part is not None])
    numpy = trees.name(names.bind(np, "np"))
    whole = trees.call(trees.attribute(numpy, "concatenate"), parts, axis)
    keywords = [k for k in node.keywords if k.arg in given]
    return trees.rebuild(node, args=[whole, *node.args[1:]], keywords=keywords)


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
    assert isinstance(values, gast.Call)
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


def taken_out(target: gast.Subscript, node: gast.Delete, names: Names) -> list[gast.stmt]:
    """The elements of a list, or the entry of a dict, that `del` names, one by one."""
    place, box = target.slice, target.value
    if not isinstance(place, gast.Slice):
        return [trees.statement(trees.method(box, "pop", place), node)]
    first = trees.constant(0) if place.lower is None else place.lower
    start = fold.literal(first)
    if place.step is not None or not isinstance(start, int):
        return [trees.rebuild(node, targets=[target])]
    count = trees.call(trees.name(names.bind(len, "len")), trees.subscript(box, place))
    passes = trees.call(trees.name(names.bind(range, "range")), count)
    at = first
    if start < 0:  # the last ones: from there on, as long as there are so many
        at = trees.constant(-1)
        if place.upper is not None:
            return [trees.rebuild(node, targets=[target])]
    take = trees.statement(trees.method(box, "pop", at), node)
    return [trees.located(gast.For(trees.name(names.fresh("_")), passes, [take], [], None), node)]


def version_test(node: gast.expr, names: Names) -> bool | None:
    """Whether a module has something, as in `hasattr(np, "trapezoid")`; None for other tests."""
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.Not):
        known = version_test(node.operand, names)
        return None if known is None else not known
    if not isinstance(node, gast.Call) or names.resolve(node.func) is not hasattr:
        return None
    module = names.resolve(node.args[0])
    name = getattr(node.args[-1], "value", None)
    if not isinstance(module, types.ModuleType) or not isinstance(name, str):
        return None
    return hasattr(module, name)


def put_in_order(node: gast.Expr, names: Names) -> list[gast.stmt]:
    """`xs.sort(key=f)` as `items = sorted(xs, key=f)` and its elements put back one by one."""
    call: Any = node.value
    box = call.func.value
    items = trees.name(names.fresh("items"))
    made = trees.call(trees.name(names.bind(sorted, "sorted")), box)
    i = trees.name(names.fresh("i"))
    count = trees.call(trees.name(names.bind(len, "len")), items)
    passes = trees.call(trees.name(names.bind(range, "range")), count)
    put = trees.assign(trees.subscript(box, i), trees.subscript(items, i), node)
    return [
        trees.assign(items, trees.rebuild(made, keywords=call.keywords), node),
        trees.located(gast.For(i, passes, [put], [], None), node),
    ]


def chained(node: gast.Compare, names: Names) -> gast.BoolOp:
    """`a < f(y) < b` as `a < (t := f(y)) and t < b`."""
    tests: list[gast.expr] = []
    left = node.left
    for op, right in zip(node.ops, node.comparators, strict=True):
        kept = right
        if not isinstance(right, (gast.Name, gast.Constant)) and right is not node.comparators[-1]:
            kept = trees.name(names.fresh("part"))
            right = gast.NamedExpr(kept, right)
        tests.append(gast.Compare(left, [op], [right]))
        left = kept
    return gast.BoolOp(gast.And(), tests)


def _builtin(node: gast.expr, names: Names) -> str:
    """The name of the builtin function that is called, if one is."""
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Name):
        return ""
    return node.func.id if names.resolve(node.func) is getattr(builtins, node.func.id, None) else ""
