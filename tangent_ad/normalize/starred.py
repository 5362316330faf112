"""Arguments that a call unpacks, one by one where it is known how many there are; what a display
unpacks as a sum of lists.

    f(*pair, **options)   ->   f(pair[0], pair[1], rate=options['rate'])
    [x, *pair, y]         ->   [x] + list(pair) + [y]
"""

from __future__ import annotations

from collections.abc import Iterator

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


def spelled_out(unit: Unit, known: Facts) -> Unit:
    """The unit itself if nothing is unpacked of which the parts are known."""
    changed = False

    def visit(node: gast.AST) -> gast.AST:
        nonlocal changed
        if isinstance(node, gast.Call) and _unpacks(node):
            args, keywords = _positional(node, known), _named(node, known)
            left = sum(isinstance(a, gast.Starred) for a in args)
            left += sum(k.arg is None for k in keywords)
            if left < _unpacks(node):
                changed = True
                return trees.rebuild(node, args=args, keywords=keywords)
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


def _named(node: gast.Call, known: Facts) -> list[gast.keyword]:
    found: list[gast.keyword] = []
    for keyword in node.keywords:
        entries = _entries(keyword.value, known) if keyword.arg is None else None
        if entries is None:
            found.append(keyword)
        else:
            found += [gast.keyword(name, value) for name, value in entries]
    return found


def _entries(node: gast.expr, known: Facts) -> list[tuple[str, gast.expr]] | None:
    if isinstance(node, gast.Dict):
        keys = [k.value if isinstance(k, gast.Constant) else None for k in node.keys]
        if all(isinstance(k, str) for k in keys):
            return list(zip(keys, node.values, strict=True))  # type: ignore[arg-type]
        return None
    fact = known.of(node)
    if isinstance(node, gast.Name) and fact.kind == facts.DICT and fact.items is not None:
        if all(isinstance(k, str) for k, _ in fact.items):
            return [(k, trees.subscript(node, trees.constant(k))) for k, _ in fact.items]
    return None
