"""Say what iterators give in comprehensions, loops and slices.

    sum(map(lambda v: v * v, x))            sum(v * v for v in x)
    reduce(np.kron, gates, one)      ->     result = one
                                            for item in gates:
                                                result = np.kron(result, item)
    sorted(x, key=f)                        order = argsorted([f(v) for v in x])
                                            [x[i] for i in order]

What comes of them is what the other passes know; a lambda is its expression.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import gast

from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import boxes
from tangent_ad.runtime.indexing import argsorted
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING

Rewrite = Callable[["Iterators", gast.Call, gast.stmt, list[gast.stmt]], "gast.expr | None"]
REWRITES: dict[Any, Rewrite] = {}
LAZY = (map, filter, zip, enumerate, reversed, iter)


def spells(function: Any) -> Callable[[Rewrite], Rewrite]:
    def declare(rewrite: Rewrite) -> Rewrite:
        REWRITES[function] = rewrite
        return rewrite

    return declare


class Iterators:
    """`made` is what becomes of a statement that a rewrite needs."""

    def __init__(self, unit: Unit, made: Callable[[gast.stmt, list[gast.stmt]], None]) -> None:
        self.unit, self.names = unit, unit.names
        self.made = made
        self.endless: dict[str, gast.expr] = {}  # the variables that hold iterators without an end

    @functools.cached_property
    def dicts(self) -> set[str]:
        return boxes.dicts_in(self.unit.tree.body)

    @functools.cached_property
    def lists(self) -> set[str]:
        return boxes.lists_in(self.unit.tree.body)

    def spelled(
        self, node: gast.Call, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr | None:
        """The same values without the iterator; statements that it needs go to `out`."""
        if any(isinstance(a, gast.Starred) for a in node.args):
            if len(node.args) > 1:
                return None
            called, values = self.names.resolve(node.func), node.args[0].value
            if called is math.hypot:
                v = trees.name(self.variable("v"))
                squares = trees.binary(v, gast.Pow, trees.constant(2))
                return self.call(math.sqrt, self.call(sum, self.comprehension(squares, (v.id, values))))
            return self.transposed(values, like, out) if called is zip else None
        function = self.names.resolve(node.func)
        if function is MISSING or isinstance(function, type) and function not in REWRITES:
            return None
        try:
            rewrite = REWRITES.get(function)
        except TypeError:  # not hashable
            return None
        return rewrite(self, node, like, out) if rewrite is not None else None

    # ---- parts ------------------------------------------------------------------------------

    def call(self, function: Any, *args: gast.expr) -> gast.Call:
        return trees.call(trees.name(self.names.bind(function, function.__name__)), *args)

    def variable(self, hint: str) -> str:
        """A variable for a comprehension: the hint, unless that has a meaning already."""
        if hint in self.names.locals or self.names.lookup(hint) is not MISSING:
            return self.names.fresh(hint)
        return hint

    def local(self, hint: str) -> gast.Name:
        """A variable of the function."""
        name = self.variable(hint)
        self.names.take(name)
        return trees.name(name)

    def variables(self, function: gast.expr, count: int) -> list[str]:
        """Names for what a function is given: those of a lambda."""
        hints = ["item"] if count == 1 else [f"item_{i}" for i in range(count)]
        if isinstance(function, gast.Lambda) and self.is_plain(function, count):
            hints = [p.id for p in function.args.args]
        return [self.variable(hint) for hint in hints]

    @staticmethod
    def is_plain(function: gast.Lambda, count: int) -> bool:
        args = function.args
        is_plain = not (args.vararg or args.kwarg or args.kwonlyargs or args.posonlyargs)
        return is_plain and not args.defaults and len(args.args) == count

    def applied(self, function: gast.expr, args: Sequence[str]) -> gast.expr:
        """What a function makes of some variables."""
        names = list(map(trees.name, args))
        if isinstance(function, gast.Lambda) and self.is_plain(function, len(args)):
            mapping = {p.id: n for p, n in zip(function.args.args, names, strict=True)}
            return trees.substitute(function.body, mapping)
        if isinstance(function, gast.Attribute) and function.attr == "__getitem__":
            return trees.subscript(function.value, *names)
        if self.gets(function):
            parts = [self.got(function, key, *names) for key in function.args]
            return parts[0] if len(parts) == 1 else trees.pack(parts)
        return trees.call(function, *names)

    def gets(self, node: gast.expr) -> bool:
        """Whether an expression is `itemgetter(key)` or `attrgetter("name")`."""
        if not isinstance(node, gast.Call):
            return False
        called = self.names.resolve(node.func)
        is_named = all(isinstance(key, gast.Constant) for key in node.args)
        return called is operator.itemgetter or called is operator.attrgetter and is_named

    def got(self, getter: Any, key: Any, item: gast.expr) -> gast.expr:
        if self.names.resolve(getter.func) is operator.itemgetter:
            return trees.subscript(item, key)
        return trees.attribute(item, *key.value.split("."))

    def function(
        self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr:
        """A function that is called again and again: a lambda, a method, or what a name leads to."""
        is_method = isinstance(node, gast.Attribute) and isinstance(node.value, gast.Name)
        if is_method or isinstance(node, (gast.Lambda, gast.Name)) or self.gets(node):
            return node
        if self.names.resolve(node) is not MISSING:
            return node
        return self.named(node, "function", like, out)

    def named(
        self, node: gast.expr, hint: str, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.Name:
        name = self.names.fresh(hint)
        self.made(trees.hidden(trees.assign(name, node), like), out)
        return trees.name(name)

    def again(
        self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr:
        """What can be iterated more than once."""
        is_range = isinstance(node, gast.Call) and self.names.resolve(node.func) is range
        is_steady = isinstance(node, (gast.Name, gast.Attribute)) or is_range
        return node if is_steady else self.sequence(node, like, out)

    def sequence(
        self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr:
        """What can be read by position, and more than once."""
        if isinstance(node, gast.Name):
            keys = self.call(list, trees.method(node, "keys"))
            return self.named(keys, "keys", like, out) if node.id in self.dicts else node
        function = self.names.resolve(node.func) if isinstance(node, gast.Call) else MISSING
        if isinstance(function, type) and function in (range, list, tuple):
            return self.named(node, "items", like, out)
        is_view = isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute)
        if is_view and node.func.attr in ("items", "keys", "values"):
            node = self.call(list, node)
        return self.named(node, "items", like, out)

    def slice_of(self, items: gast.expr, *bounds: gast.expr | None) -> gast.expr:
        lower, upper, step = (*bounds, None, None, None)[:3]
        return trees.subscript(items, gast.Slice(lower, upper, step))

    def comprehension(
        self, element: gast.expr, *loops: tuple[gast.expr | str, gast.expr],
        test: gast.expr | None = None,
    ) -> gast.GeneratorExp:  # fmt: skip
        generators = []
        for target, over in loops:
            target = trees.name(target) if isinstance(target, str) else target
            generators.append(gast.comprehension(target, over, [], 0))
        if test is not None:
            generators[-1] = trees.rebuild(generators[-1], ifs=[test])
        return gast.GeneratorExp(element, generators)

    def transposed(
        self, rows: gast.expr, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr | None:
        """`zip(*rows)`"""
        if isinstance(rows, (gast.List, gast.Tuple)):
            if not any(isinstance(e, gast.Starred) for e in rows.elts):
                return self.call(zip, *rows.elts)
        rows = self.sequence(rows, like, out)
        row, again, i = self.variable("row"), self.variable("row"), self.variable("i")
        shortest = self.call(min, self.comprehension(self.call(len, trees.name(again)), (again, rows)))
        at = trees.subscript(trees.name(row), trees.name(i))
        column = self.call(tuple, self.comprehension(at, (row, rows)))
        return self.comprehension(column, (i, self.call(range, shortest)))

    def is_lazy(self, node: gast.expr) -> bool:
        """Whether what an expression gives can be iterated only once."""
        if isinstance(node, gast.GeneratorExp):
            return True
        if not isinstance(node, gast.Call):
            return False
        function = self.names.resolve(node.func)
        module = getattr(function, "__module__", None)
        return function in LAZY or module == "itertools" and callable(function)

    def iterable(
        self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr:
        """What a loop goes over: `zip`, `enumerate` and `reversed` of what can be read by position."""
        if not isinstance(node, gast.Call):
            return node
        function = self.names.resolve(node.func)
        if function not in (zip, enumerate, reversed) or any(
            isinstance(a, gast.Starred) for a in node.args
        ):
            new = self.spelled(node, like, out)
            return node if new is None else self.iterable(new, like, out)
        args = list(node.args)
        if function is zip:
            args = [self.endless.get(getattr(arg, "id", ""), arg) for arg in args]
            args = self.as_long_as_others(args, like, out)
        args = [self.part(arg, like, out) for arg in args]
        return trees.rebuild(node, args=args)

    def part(self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        """What a loop goes over together with others, by position."""
        if isinstance(node, gast.Call) and self.names.resolve(node.func) is reversed:
            back = trees.constant(-1)
            return self.slice_of(self.sequence(node.args[0], like, out), None, None, back)
        node = self.iterable(node, like, out)
        return self.named(node, "items", like, out) if isinstance(node, gast.GeneratorExp) else node

    def as_long_as_others(
        self, args: list[gast.expr], like: gast.stmt, out: list[gast.stmt]
    ) -> list[gast.expr]:
        """The arguments of zip, those that never end as long as another one."""
        endless = {i for i, arg in enumerate(args) if self.is_endless(arg)}
        if not endless or len(endless) == len(args):
            return args
        first = next(i for i in range(len(args)) if i not in endless)
        args[first] = self.sequence(args[first], like, out)
        length = self.call(len, args[first])
        for place in endless:
            given = args[place].args  # type: ignore[attr-defined]
            function = self.names.resolve(args[place].func)  # type: ignore[attr-defined]
            if function is itertools.repeat:
                args[place] = trees.binary(gast.List(given, trees.LOAD), gast.Mult, length)
            elif function is itertools.cycle:
                items = self.sequence(given[0], like, out)
                i = self.variable("i")
                at = trees.binary(trees.name(i), gast.Mod, self.call(len, items))
                over = self.call(range, length)
                args[place] = self.comprehension(trees.subscript(items, at), (i, over))
            else:
                start = given[0] if given else trees.constant(0)
                args[place] = self.call(range, start, trees.binary(start, gast.Add, length))
        return args

    def is_endless(self, node: gast.expr) -> bool:
        function = self.names.resolve(node.func) if isinstance(node, gast.Call) else None
        if function is itertools.repeat:
            return len(node.args) == 1 and not node.keywords  # type: ignore[attr-defined]
        if function is itertools.cycle:
            return True
        return function is itertools.count and len(node.args) < 2  # type: ignore[attr-defined]

    def options(self, node: gast.Call, *names: str) -> dict[str, gast.expr] | None:
        """The arguments by keyword, if all of them are known."""
        found = {k.arg: k.value for k in node.keywords}
        return found if set(found) <= set(names) else None


# ---- builtins ------------------------------------------------------------------------------


@spells(map)
def _map(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    if len(node.args) < 2 or node.keywords:
        return None
    function = self.function(node.args[0], like, out)
    names = self.variables(function, len(node.args) - 1)
    if len(names) == 1:
        return self.comprehension(self.applied(function, names), (names[0], node.args[1]))
    target = trees.pack(list(map(trees.name, names)))
    return self.comprehension(self.applied(function, names), (target, self.call(zip, *node.args[1:])))


@spells(filter)
def _filter(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    if len(node.args) != 2:
        return None
    function = self.function(node.args[0], like, out)
    (name,) = self.variables(function, 1)
    is_none = isinstance(function, gast.Constant) and function.value is None
    test = trees.name(name) if is_none else self.applied(function, [name])
    return self.comprehension(trees.name(name), (name, node.args[1]), test=test)


@spells(zip)
def _zip(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    names = [self.variable(f"item_{i}") for i in range(len(node.args))]
    whole = trees.pack(list(map(trees.name, names)))
    return self.comprehension(whole, (whole, node)) if names else None


@spells(enumerate)
def _enumerate(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    pair = trees.pack([trees.name(self.variable("i")), trees.name(self.variable("item"))])
    return self.comprehension(pair, (pair, node))


@spells(reversed)
def _reversed(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    item = self.variable("item")
    return self.comprehension(trees.name(item), (item, node))


@spells(dict)
def _dict(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    """`dict(zip(keys, values))`"""
    if len(node.args) != 1 or node.keywords or not self.is_lazy(node.args[0]):
        return None
    key, value = (trees.name(self.variable(hint)) for hint in ("key", "value"))
    pairs = gast.comprehension(trees.pack([key, value]), node.args[0], [], 0)
    return gast.DictComp(key, value, [pairs])


@spells(sorted)
def _sorted(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    items = node.args[0]
    is_table = isinstance(items, gast.Call) and isinstance(items.func, gast.Attribute)
    if is_table and items.func.attr == "items" and isinstance(items.func.value, gast.Name):
        if all(k.arg == "reverse" for k in node.keywords):  # keys differ, so they alone decide
            keys = trees.rebuild(node, args=[trees.method(items.func.value, "keys")])
            key = trees.name(self.variable("key"))
            pair = trees.pack([key, trees.subscript(items.func.value, key)])
            return gast.ListComp(pair, [gast.comprehension(key, keys, [], 0)])
    return _by_key(self, node, items, like, out)


@spells(min)
@spells(max)
def _extreme(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    given = self.options(node, "key", "default")
    if not given:
        return None
    items = node.args[0] if len(node.args) == 1 else gast.List(list(node.args), trees.LOAD)
    if "default" in given:
        items = self.sequence(items, like, out)
        rest = [k for k in node.keywords if k.arg != "default"]
        chosen = trees.rebuild(node, args=[items], keywords=rest)
        return gast.IfExp(self.call(len, items), chosen, given["default"])
    return _by_key(self, node, items, like, out)


def _by_key(
    self: Iterators, node: gast.Call, items: gast.expr, like: gast.stmt, out: list[gast.stmt]
) -> Any:
    """All items in order of a key, or the first of them."""
    given = self.options(node, "key", "reverse")
    if not given or "key" not in given:
        return None
    is_none = isinstance(given["key"], gast.Constant)
    if is_none:
        return trees.rebuild(node, keywords=[k for k in node.keywords if k.arg != "key"])
    items = self.sequence(items, like, out)
    function = self.function(given["key"], like, out)
    (name,) = self.variables(function, 1)
    keys = self.comprehension(self.applied(function, [name]), (name, items))
    order = self.call(argsorted, self.named(self.call(list, keys), "keys", like, out))
    called = self.names.resolve(node.func)
    if called is not sorted:
        if called is max:
            order.keywords = [gast.keyword("reverse", trees.constant(True))]
        return trees.subscript(items, trees.subscript(order, trees.constant(0)))
    if "reverse" in given:
        order.keywords = [gast.keyword("reverse", given["reverse"])]
    positions = self.named(order, "order", like, out)
    i = self.variable("i")
    return self.call(list, self.comprehension(trees.subscript(items, trees.name(i)), (i, positions)))


@spells(math.dist)
def _dist(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    a, b = (trees.name(self.variable(name)) for name in ("a", "b"))
    square = trees.binary(trees.binary(a, gast.Sub, b), gast.Pow, trees.constant(2))
    pairs = self.comprehension(square, (trees.pack([a, b]), self.call(zip, *node.args)))
    return self.call(math.sqrt, self.call(sum, pairs))
