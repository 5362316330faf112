"""Arguments that a call unpacks, one by one; what a display unpacks as a sum of lists.

    f(*pair, **options)   ->   f(pair[0], pair[1], rate=options['rate'])
    g(x, **options)       ->   g(x, rate=options.get('rate', 0.1), **without_keys(options, ('rate',)))
    [x, *pair, y]         ->   [x] + list(pair) + [y]

How many items a tuple has is known; the keys of a dict are where nothing is put into it later. Those of
any other are asked for one by one, and what is left goes to the `**extra` of the function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import gast

from tangent_ad.analysis import effects, facts
from tangent_ad.analysis.definitions import single_definitions
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize.splice import LITERALS, written_arguments
from tangent_ad.runtime.structures import without_keys
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

IsSteady = Callable[[str], bool]


def spelled_out(unit: Unit, known: Facts) -> Unit:
    """The unit itself if nothing is unpacked of which the parts are known."""
    changed = False
    steady: set[str] | None = None

    def is_steady(name: str) -> bool:
        nonlocal steady
        steady = _steady(unit, known) if steady is None else steady
        return name in steady

    def visit(node: gast.AST) -> gast.AST:
        nonlocal changed
        if isinstance(node, gast.Call) and _unpacks(node):
            args = _positional(node, known)
            keywords = _named(trees.rebuild(node, args=args), known, is_steady)
            new = trees.updated(node, args=args, keywords=keywords)
            changed = changed or new is not node
            return new
        return node

    body = [trees.transform(node, visit) for node in unit.tree.body]
    return unit.with_body(body) if changed else unit


def joined(node: gast.List | gast.Tuple, names: Names) -> gast.expr:
    """A list or tuple that unpacks others."""
    whole: gast.expr | None = None
    here: list[gast.expr] = []
    for item in [*_spliced(node), None]:
        if item is not None and not isinstance(item, gast.Starred):
            here.append(item)
            continue
        if here:
            part = gast.List(here, trees.LOAD)
            whole = part if whole is None else trees.binary(whole, gast.Add, part)
            here = []
        if item is not None:
            part = trees.call(trees.name(names.bind(list, "list")), item.value)
            whole = part if whole is None else trees.binary(whole, gast.Add, part)
    assert whole is not None
    if isinstance(node, gast.Tuple):
        return trees.call(trees.name(names.bind(tuple, "tuple")), whole)
    return whole


def _spliced(node: gast.List | gast.Tuple) -> Iterator[gast.expr]:
    """The items of a display, those of displays that it unpacks among them."""
    for item in node.elts:
        if isinstance(item, gast.Starred) and isinstance(item.value, (gast.List, gast.Tuple)):
            yield from _spliced(item.value)
        else:
            yield item


def _unpacks(node: gast.Call) -> int:
    """How many arguments of a call are unpacked."""
    starred = sum(isinstance(a, gast.Starred) for a in node.args)
    return starred + sum(k.arg is None for k in node.keywords)


def _positional(node: gast.Call, known: Facts) -> list[gast.expr]:
    found: list[gast.expr] = []
    for arg in node.args:
        count = _count(arg.value, known) if isinstance(arg, gast.Starred) else None
        if count is None:
            found.append(arg)
        elif isinstance(arg.value, (gast.Tuple, gast.List)):
            found += arg.value.elts
        else:
            found += [trees.subscript(arg.value, trees.constant(i)) for i in range(count)]
    return found


def _count(node: gast.expr, known: Facts) -> int | None:
    """How many items a sequence has, if it may be written down several times."""
    if isinstance(node, (gast.Tuple, gast.List)):
        return None if any(isinstance(e, gast.Starred) for e in node.elts) else len(node.elts)
    fact = known.of(node)
    if not isinstance(node, gast.Name):
        return None
    if fact.kind in (facts.TUPLE, facts.LIST) and fact.items is not None:
        return len(fact.items)
    if fact.is_number and isinstance(fact.shape, tuple) and fact.shape:
        return fact.shape[0] if isinstance(fact.shape[0], int) else None
    return None


def _named(node: gast.Call, known: Facts, is_steady: IsSteady) -> list[gast.keyword]:
    found: list[gast.keyword] = []
    for keyword in node.keywords:
        entries = _entries(keyword.value, known, is_steady) if keyword.arg is None else None
        if entries is not None:
            found += [gast.keyword(name, value) for name, value in entries]
        else:
            found.append(keyword)
    unknown = [k for k in found if k.arg is None]
    if len(unknown) == 1:
        return _asked_for(trees.rebuild(node, keywords=found), unknown[0], known) or found
    return found


def _entries(
    node: gast.expr, known: Facts, is_steady: IsSteady
) -> list[tuple[str, gast.expr]] | None:
    if isinstance(node, gast.Dict):
        keys = [k.value if isinstance(k, gast.Constant) else None for k in node.keys]
        if all(isinstance(k, str) for k in keys):
            return list(zip(keys, node.values, strict=True))  # type: ignore[arg-type]
        return None
    fact = known.of(node)
    if isinstance(node, gast.Name) and fact.kind == facts.DICT and fact.items is not None:
        if all(isinstance(k, str) for k, _ in fact.items) and is_steady(node.id):
            return [(k, trees.subscript(node, trees.constant(k))) for k, _ in fact.items]
    return None


def _steady(unit: Unit, known: Facts) -> set[str]:
    """The dicts whose keys are known: displays, and the `**options` of the function itself, that
    nothing is put into and nothing taken out of."""
    body = unit.tree.body
    found = {n for n, value in single_definitions(body).items() if isinstance(value, gast.Dict)}
    if unit.tree.args.kwarg is not None:
        found.add(unit.tree.args.kwarg.id)
    changed = {effects.mutated_root(node, unit.names) for node in trees.statements(body)} - {None}
    for node in trees.statements(body):
        for expression in trees.header(node):
            for call in trees.walk(expression):
                if isinstance(call, gast.Call):
                    given = written_arguments(call, known)
                    changed |= {effects.mutated_by_call(call, unit.names)}
                    changed |= {name for e in given for name in effects.shared_names(e)}
    groups = effects.memory_groups(body, known.of)
    return {name for name in found if not groups.get(name, {name}) & changed}


def _asked_for(
    node: gast.Call, unknown: gast.keyword, known: Facts
) -> list[gast.keyword] | None:
    """The keywords of a call that unpacks a dict, with an own one for each parameter that the dict may
    have; None where the parameters are not known, or all given already."""
    function, table = known.target(node), unknown.value
    args = known.callees.parameters(function)
    if args is None or not isinstance(table, gast.Name):
        return None
    if any(isinstance(a, gast.Starred) for a in node.args):
        return None
    positional = [p.id for p in (*args.posonlyargs, *args.args)]
    given = {*positional[: len(node.args)], *(k.arg for k in node.keywords)}
    left = [p.id for p in (*args.args, *args.kwonlyargs) if p.id not in given]
    asked: list[gast.keyword] = []
    for parameter in left:
        key = trees.constant(parameter)
        try:
            default = known.callees.default_of(function, parameter)
        except KeyError:
            asked.append(gast.keyword(parameter, trees.subscript(table, key)))
            continue
        value: gast.expr = trees.constant(default)
        if not isinstance(default, LITERALS):
            value = trees.name(known.unit.names.bind(default, f"{function.__name__}_{parameter}"))
        asked.append(gast.keyword(parameter, trees.method(table, "get", key, value)))
    if args.kwarg is not None and asked:
        helper = trees.name(known.unit.names.bind(without_keys, without_keys.__name__))
        keys = trees.pack([trees.constant(p.id) for p in (*args.args, *args.kwonlyargs)])
        asked.append(gast.keyword(None, trees.call(helper, table, keys)))
    keywords = [k for k in node.keywords if k is not unknown]
    if args.kwarg is not None and not asked:
        return None  # all that is left is for `**extra`
    return [*keywords, *asked]
