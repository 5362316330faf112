"""Calls of builtins in the spelling that later passes know.

    enumerate(xs, start=1)    ->   enumerate(xs, 1)
    list(zip(xs, ys))         ->   [(part, part_1) for part, part_1 in zip(xs, ys)]
    dict(zip(keys, values))   ->   {key: value for key, value in zip(keys, values)}
    sum(map(f, xs))           ->   sum(f(item) for item in xs)
    for y in map(f, xs):      ->   for item in xs: y = f(item)
    list(filter(f, xs))       ->   [item for item in xs if f(item)]
    tuple(reversed(xs))       ->   tuple(xs[::-1])
    max(*xs), max(a, *xs)     ->   max(xs), max([a, *xs])
    zip(*[xs, ys])            ->   zip(xs, ys)
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
PAIRS = ("zip", "enumerate")
ITERATORS = (*PAIRS, "map", "filter", "reversed", "iter")
# What goes through an iterable once, and keeps or returns what is in it.
CONSUMERS = ("list", "tuple", "sum", "max", "min", "sorted", "any", "all")


def plain(node: gast.Call, names: Names) -> gast.expr:
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
    if called == "dict" and len(node.args) == 1 and not node.keywords:
        loop = _loop(node.args[0], ("key", "value"), names)
        return node if loop is None else gast.DictComp(*loop[0].elts, [loop[1]])
    if called in CONSUMERS and node.args:
        made = _consumed(node.args[0], names)
        if called == "list" and made is not node.args[0] and isinstance(made, gast.GeneratorExp):
            return gast.ListComp(made.elt, made.generators)
        return trees.rebuild(node, args=[made, *node.args[1:]])
    return node


def kept(values: gast.expr, names: Names) -> gast.expr:
    """What a variable holds that is read once, in place of an iterator that would be used up."""
    if isinstance(values, gast.GeneratorExp):
        return gast.ListComp(values.elt, values.generators)
    if _builtin(values, names) in ITERATORS:
        return trees.call(trees.name(names.bind(list, "list")), values)
    return values


def _consumed(values: gast.expr, names: Names) -> gast.expr:
    """What goes through the values of an iterator that is used up at once."""
    called = _builtin(values, names)
    if called in PAIRS:
        loop = _loop(values, (), names)
        return values if loop is None else gast.GeneratorExp(loop[0], [loop[1]])
    if called == "reversed" and _builtin(values.args[0], names) != "range":
        backwards = gast.Slice(None, None, trees.constant(-1))
        return trees.subscript(values.args[0], backwards)
    if called == "filter" and len(values.args) == 2:
        item = trees.name(names.fresh("item"))
        test = trees.call(values.args[0], item)
        return gast.GeneratorExp(item, [_for(item, values.args[1], [test])])
    mapped = applied(values, names)
    return values if mapped is None else gast.GeneratorExp(mapped[2], [_for(mapped[0], mapped[1], [])])


def applied(
    values: gast.expr, names: Names
) -> tuple[gast.expr, gast.expr, gast.expr] | None:
    """Of `map(f, xs)` a name for an item, the items, and the value for an item."""
    if _builtin(values, names) != "map" or len(values.args) < 2 or values.keywords:
        return None
    function, *sources = values.args
    if not isinstance(function, (gast.Name, gast.Attribute, gast.Lambda)):
        return None
    items = [trees.name(names.fresh("item")) for _ in sources]
    if len(items) == 1:
        return items[0], sources[0], trees.call(function, *items)
    together = trees.call(trees.name(names.bind(zip, "zip")), *sources)
    return trees.pack(items), together, trees.call(function, *items)


def columns(values: gast.expr, count: int, names: Names) -> gast.expr:
    """`zip(*rows)`, taken apart into so many names."""
    if _builtin(values, names) != "zip" or values.keywords:
        return values
    values = plain(values, names)
    if len(values.args) != 1 or not isinstance(values.args[0], gast.Starred):
        return trees.call(trees.name(names.bind(list, "list")), values)
    rows = values.args[0].value
    if not isinstance(rows, gast.Name):
        return values
    made = []
    for position in range(count):
        row = trees.name(names.fresh("row"))
        column = gast.GeneratorExp(trees.subscript(row, trees.constant(position)), [_for(row, rows, [])])
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


def _loop(
    pairs: gast.expr, hints: tuple[str, ...], names: Names
) -> tuple[gast.Tuple, gast.comprehension] | None:
    """Names for what `zip` or `enumerate` gives, and the loop that binds them."""
    called = _builtin(pairs, names)
    if called not in PAIRS:
        return None
    pairs = plain(pairs, names)
    if any(isinstance(a, gast.Starred) for a in pairs.args):
        return None
    count = 2 if called == "enumerate" else len(pairs.args)
    if not count or hints and len(hints) != count:
        return None
    target = trees.pack([trees.name(names.fresh(hint)) for hint in hints or ("part",) * count])
    return target, _for(target, pairs, [])


def _for(target: gast.expr, source: gast.expr, tests: list[gast.expr]) -> gast.comprehension:
    return gast.comprehension(target, source, tests, 0)


def _builtin(node: gast.expr, names: Names) -> str:
    """The name of the builtin function that is called, if one is."""
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Name):
        return ""
    return node.func.id if names.resolve(node.func) is getattr(builtins, node.func.id, None) else ""
