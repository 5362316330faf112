"""What `itertools` and `functools.reduce` give, said in comprehensions and loops.

    reduce(np.kron, gates, one)     ->   result = one
                                         for item in gates:
                                             result = np.kron(result, item)
    product(x, y)                   ->   ((a, b) for a in x for b in y)
"""

from __future__ import annotations

import functools
import itertools
import operator
from typing import Any

import gast

from tangent_ad.normalize import spellings
from tangent_ad.normalize.iterators import Iterators, spells
from tangent_ad.syntax import trees


@spells(functools.reduce)
def _reduce(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    if not 2 <= len(node.args) <= 3 or node.keywords:
        return None
    function = self.function(node.args[0], like, out)
    items = node.args[1]
    names = ["result", "item"]
    if isinstance(function, gast.Lambda) and self.is_plain(function, 2):
        names = [p.id for p in function.args.args]
    result, item = map(self.local, names)
    if len(node.args) == 3:
        start = node.args[2]
    else:
        items = self.sequence(items, like, out)
        start, items = trees.subscript(items, trees.constant(0)), self.slice_of(items, trees.constant(1))
    self.made(trees.hidden(trees.assign(result, start), like), out)
    step = trees.assign(result, self.applied(function, [result.id, item.id]), like)
    self.made(trees.located(gast.For(item, items, [step], [], None), like), out)
    return result


@spells(itertools.chain)
def _chain(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    return gast.List([gast.Starred(arg, trees.LOAD) for arg in node.args], trees.LOAD)


@spells(itertools.chain.from_iterable)
def _flattened(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    inner, item = self.variable("items"), self.variable("item")
    return self.comprehension(trees.name(item), (inner, node.args[0]), (item, trees.name(inner)))


@spells(itertools.starmap)
def _starmap(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    function = self.function(node.args[0], like, out)
    if isinstance(function, gast.Lambda) and self.is_plain(function, len(function.args.args)):
        names = self.variables(function, len(function.args.args))
        target = trees.pack(list(map(trees.name, names)))
        return self.comprehension(self.applied(function, names), (target, node.args[1]))
    item = self.variable("item")
    call = gast.Call(function, [gast.Starred(trees.name(item), trees.LOAD)], [])
    return self.comprehension(call, (item, node.args[1]))


@spells(itertools.pairwise)
def _pairwise(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    items = self.sequence(node.args[0], like, out)
    return self.call(zip, items, self.slice_of(items, trees.constant(1)))


@spells(itertools.product)
def _product(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    given = self.options(node, "repeat")
    repeat = given.get("repeat", trees.constant(1)) if given is not None else None
    if not isinstance(repeat, gast.Constant):
        return None
    sources = [self.again(arg, like, out) for arg in node.args] * repeat.value
    names = [self.variable(f"item_{i}") for i in range(len(sources))]
    whole = trees.pack(list(map(trees.name, names)))
    return self.comprehension(whole, *zip(names, sources, strict=True))


@spells(itertools.combinations)
@spells(itertools.combinations_with_replacement)
@spells(itertools.permutations)
def _chosen(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    if len(node.args) != 2 or not isinstance(node.args[1], gast.Constant):
        return None
    items = self.sequence(node.args[0], like, out)
    function = self.names.resolve(node.func)
    at = [trees.name(self.variable("ijklmn"[k])) for k in range(min(node.args[1].value, 6))]
    if len(at) != node.args[1].value or not at:
        return None
    loops: list[tuple[Any, gast.expr]] = []
    for position, index in enumerate(at):
        over = self.call(range, self.call(len, items))
        if position and function is not itertools.permutations:
            start: gast.expr = at[position - 1]
            if function is itertools.combinations:
                start = trees.binary(start, gast.Add, trees.constant(1))
            over = self.call(range, start, self.call(len, items))
        loops.append((index, over))
    test = None
    if function is itertools.permutations and len(at) > 1:
        pairs = itertools.combinations(at, 2)
        apart = [gast.Compare(one, [gast.NotEq()], [other]) for one, other in pairs]
        test = apart[0] if len(apart) == 1 else gast.BoolOp(gast.And(), apart)
    whole = trees.pack([trees.subscript(items, index) for index in at])
    return self.comprehension(whole, *loops, test=test)


@spells(itertools.islice)
def _islice(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    items, *bounds = node.args
    counted = spellings.counted(items, self.names)
    if counted is not None:
        i = self.variable("i")
        start, step = counted
        value = trees.binary(start, gast.Add, trees.binary(step, gast.Mult, trees.name(i)))
        return self.comprehension(value, (i, self.call(range, *bounds)))
    bounds = [None, *bounds] if len(bounds) == 1 else bounds
    return self.slice_of(self.sequence(items, like, out), *bounds)


@spells(itertools.repeat)
def _repeat(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    if len(node.args) != 2:
        return None
    return trees.binary(gast.List([node.args[0]], trees.LOAD), gast.Mult, node.args[1])


@spells(itertools.accumulate)
def _accumulate(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    """`sums = list(x[:1])`, and then each with the last one before it."""
    given = self.options(node, "func", "initial")
    if given is None:
        return None
    items = node.args[0]
    function = node.args[1] if len(node.args) > 1 else given.get("func")
    if function is None or isinstance(function, gast.Constant):
        function = trees.name(self.names.bind(operator.add, "add"))
    function = self.function(function, like, out)
    sums = trees.name(self.names.fresh("sums"))
    start: gast.expr
    if "initial" in given:
        start = gast.List([given["initial"]], trees.LOAD)
    else:
        items = self.sequence(items, like, out)
        one = trees.constant(1)
        start, items = self.call(list, self.slice_of(items, None, one)), self.slice_of(items, one)
    self.made(trees.hidden(trees.assign(sums, start), like), out)
    is_lambda = isinstance(function, gast.Lambda) and self.is_plain(function, 2)
    item = self.local(function.args.args[1].id if is_lambda else "item")
    last = trees.subscript(sums, trees.constant(-1))
    new: gast.expr
    if isinstance(function, gast.Name) and self.names.lookup(function.id) is operator.add:
        new = trees.binary(last, gast.Add, item)
    elif is_lambda:
        one, other = function.args.args
        new = trees.substitute(function.body, {one.id: last, other.id: item})
    else:
        new = trees.call(function, last, item)
    keep = trees.statement(trees.method(sums, "append", new), like)
    self.made(trees.located(gast.For(item, items, [keep], [], None), like), out)
    return sums


@spells(itertools.compress)
def _compress(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    item, flag = (trees.name(self.variable(hint)) for hint in ("item", "flag"))
    return self.comprehension(item, (trees.pack([item, flag]), self.call(zip, *node.args)), test=flag)


@spells(itertools.takewhile)
@spells(itertools.dropwhile)
def _while(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    """A list that a loop fills up to the first item that fails, or from there on."""
    function = self.function(node.args[0], like, out)
    hint = function.args.args[0].id if isinstance(function, gast.Lambda) else "item"
    kept, item = trees.name(self.names.fresh("kept")), self.local(hint)
    test = self.applied(function, [item.id])
    if isinstance(function, gast.Lambda):
        test = trees.substitute(function.body, {hint: item})
    self.made(trees.hidden(trees.assign(kept, gast.List([], trees.LOAD)), like), out)
    keep = trees.statement(trees.method(kept, "append", item), like)
    body: list[gast.stmt]
    if self.names.resolve(node.func) is itertools.takewhile:
        leave = trees.branch(trees.invert(test), [trees.located(gast.Break(), like)], (), like)
        body = [leave, keep]
    else:
        begun = trees.name(self.names.fresh("begun"))
        self.made(trees.hidden(trees.assign(begun, trees.constant(False)), like), out)
        either = gast.BoolOp(gast.Or(), [begun, trees.invert(test)])
        body = [trees.branch(either, [trees.assign(begun, trees.constant(True), like), keep], (), like)]
    self.made(trees.located(gast.For(item, node.args[1], body, [], None), like), out)
    return kept


@spells(itertools.zip_longest)
def _zip_longest(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    given = self.options(node, "fillvalue")
    if given is None:
        return None
    rest = given.get("fillvalue", trees.constant(None))
    items = [self.sequence(arg, like, out) for arg in node.args]
    i = trees.name(self.variable("i"))
    parts = []
    for each in items:
        is_there = gast.Compare(i, [gast.Lt()], [self.call(len, each)])
        parts.append(gast.IfExp(is_there, trees.subscript(each, i), rest))
    longest = self.call(max, *(self.call(len, each) for each in items), trees.constant(0))
    return self.comprehension(trees.pack(parts), (i, self.call(range, longest)))


@spells(next)
def _next(self: Iterators, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> Any:
    """`next(v for v in x if v > 1)` and `next(iter(x))`"""
    source = node.args[0]
    if isinstance(source, gast.Call) and self.names.resolve(source.func) is iter and len(node.args) == 1:
        return trees.subscript(self.sequence(source.args[0], like, out), trees.constant(0))
    if not isinstance(source, gast.GeneratorExp) or len(source.generators) != 1:
        return None
    (generator,) = source.generators
    mapping = {n: self.local(n) for n in trees.bound_names(generator.target)}
    found = self.local("found")
    value = trees.substitute(source.elt, mapping)
    body: list[gast.stmt] = [trees.assign(found, value, like), trees.located(gast.Break(), like)]
    for test in reversed(generator.ifs):
        body = [trees.branch(trees.substitute(test, mapping), body, (), like)]
    ended: list[gast.stmt] = []
    if len(node.args) == 2:
        ended = [trees.assign(found, node.args[1], like)]
    else:
        stop = trees.name(self.names.bind(StopIteration, "StopIteration"))
        ended = [trees.located(gast.Raise(stop, None), like)]
    target = trees.rename(generator.target, {k: v.id for k, v in mapping.items()})
    self.made(trees.located(gast.For(target, generator.iter, body, ended, None), like), out)
    return found
