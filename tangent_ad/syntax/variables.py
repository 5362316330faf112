"""The names that trees read and bind."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import gast

from tangent_ad.syntax.attempt import Attempt
from tangent_ad.syntax.walking import (
    REMEMBERED,
    SIMPLE,
    blocks,
    children,
    header,
    parameters,
    statements,
    walk,
)

SCOPES = (gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


def bound_names(target: gast.expr) -> Iterator[str]:
    """The names that assigning to a target binds."""
    if isinstance(target, gast.Name):
        yield target.id
    elif isinstance(target, (gast.Tuple, gast.List)):
        for item in target.elts:
            yield from bound_names(item)
    elif isinstance(target, gast.Starred):
        yield from bound_names(target.value)


@functools.lru_cache(REMEMBERED)
def reads(node: gast.AST) -> frozenset[str]:
    """The free names that an expression, or one simple statement, reads."""
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
        if len(node.targets) == 1:
            return reads(node.value)
    found: set[str] = set()
    _reads(node, found)
    return frozenset(found)


def _reads(node: gast.AST, found: set[str]) -> None:
    if isinstance(node, gast.Name):
        found.add(node.id)
    elif isinstance(node, gast.Constant):
        pass
    elif isinstance(node, SCOPES):
        found |= _scope_reads(node)
    elif isinstance(node, gast.Assign):
        _reads(node.value, found)
        for target in node.targets:
            target_reads(target, found)
    elif isinstance(node, (gast.AnnAssign, gast.For)):
        inner = node.value if isinstance(node, gast.AnnAssign) else node.iter
        if inner is not None:
            _reads(inner, found)
        target_reads(node.target, found)
    elif isinstance(node, gast.NamedExpr):
        _reads(node.value, found)
    else:
        for child in children(node):
            _reads(child, found)


def target_reads(target: gast.expr, found: set[str]) -> None:
    """What assigning to a target reads: the base and the index of an element, no plain name."""
    if isinstance(target, (gast.Tuple, gast.List)):
        for item in target.elts:
            target_reads(item, found)
    elif isinstance(target, gast.Starred):
        target_reads(target.value, found)
    elif not isinstance(target, gast.Name):
        for child in children(target):
            _reads(child, found)


def _scope_reads(node: gast.AST) -> set[str]:
    """Free names of a lambda or a comprehension."""
    found: set[str] = set()
    if isinstance(node, gast.Lambda):
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            _reads(default, found)
        return found | (reads(node.body) - {p.id for p in parameters(node.args)})
    bound: set[str] = set()
    for generator in node.generators:
        found |= reads(generator.iter) - bound
        bound |= set(bound_names(generator.target))
        for test in generator.ifs:
            found |= reads(test) - bound
    for part in ("elt", "key", "value"):
        if getattr(node, part, None) is not None:
            found |= reads(getattr(node, part)) - bound
    return found


@functools.lru_cache(REMEMBERED)
def writes(node: gast.stmt) -> frozenset[str]:
    """The names that one statement binds; for a loop its target, not what its body binds."""
    if isinstance(node, (gast.Assign, gast.Delete)):
        return frozenset(n for target in node.targets for n in bound_names(target))
    if isinstance(node, (gast.AugAssign, gast.AnnAssign, gast.For)):
        return frozenset(bound_names(node.target))
    if isinstance(node, gast.With):
        items = [i.optional_vars for i in node.items if i.optional_vars is not None]
        return frozenset(n for target in items for n in bound_names(target))
    if isinstance(node, (gast.FunctionDef, gast.ClassDef)):
        return frozenset((node.name,))
    if isinstance(node, (gast.Import, gast.ImportFrom)):
        return frozenset((alias.asname or alias.name).split(".")[0] for alias in node.names)
    if isinstance(node, Attempt):
        return frozenset(node.bound)
    if isinstance(node, gast.Match):
        return frozenset(name for case in node.cases for name in _bound_by_pattern(case.pattern))
    return frozenset()


def _bound_by_pattern(node: gast.AST) -> Iterator[str]:
    for inner in walk(node):
        for field in ("name", "rest"):
            name = getattr(inner, field, None)
            if name is not None:
                yield name.id if isinstance(name, gast.Name) else name


def all_writes(body: Sequence[gast.stmt]) -> set[str]:
    """The names bound anywhere in a block, walrus expressions included."""
    found: set[str] = set()
    for node in statements(body):
        found |= writes(node)
        found |= walrus_names(node)
        for handler in getattr(node, "handlers", ()):
            if handler.name is not None:
                found.add(handler.name.id)
    return found


@functools.lru_cache(REMEMBERED)
def read_counts(node: gast.stmt) -> Counter[str]:
    """How often a statement, with the blocks in it, reads each name."""
    counts: Counter[str] = Counter()
    if node.__class__ in SIMPLE:
        dict.update(counts, _mentioned(node).names)
        if isinstance(node, gast.Assign):  # binding a name is not reading it
            for name in (n for target in node.targets for n in bound_names(target)):
                counts[name] -= 1
                if not counts[name]:
                    del counts[name]
        return counts
    parts: list[gast.AST] = [node]
    binding = statements([node])
    if isinstance(node, (gast.If, gast.For, gast.While)):
        inside = [inner for _, body in blocks(node) for inner in body]
        for inner in inside:
            counts.update(read_counts(inner))
        parts = [*header(node), *([node.target] if isinstance(node, gast.For) else [])]
        binding = iter([node])
    for part in parts:
        counts.update(_mentioned(part).names)
    for inner in binding:  # binding a name is not reading it
        if isinstance(inner, (gast.Assign, gast.For)):
            targets = inner.targets if isinstance(inner, gast.Assign) else [inner.target]
            counts.subtract(n for target in targets for n in bound_names(target))
    return +counts


class _Mentioned(NamedTuple):
    """How often each name stands in a tree, the nodes that may do more than give a value, and how
    many nodes there are."""

    names: dict[str, int]
    notable: list[gast.AST]
    size: int


@functools.lru_cache(REMEMBERED)
def _mentioned(node: gast.AST) -> _Mentioned:
    names: dict[str, int] = {}
    notable: list[gast.AST] = []
    size = 0
    for inner in walk(node):
        size += 1
        kind = inner.__class__
        if kind is gast.Name:
            names[inner.id] = names.get(inner.id, 0) + 1
        elif kind in NOTABLE:
            notable.append(inner)
    return _Mentioned(names, notable, size)


def size(node: gast.AST) -> int:
    """How many nodes an expression has."""
    return _mentioned(node).size


EFFECTS = (gast.NamedExpr, gast.Yield, gast.YieldFrom, gast.Await)
NOTABLE = frozenset((*SCOPES, *EFFECTS, gast.Call, gast.FunctionDef))


def notable(node: gast.AST) -> list[gast.AST]:
    """The calls, assignments in expressions, yields, scopes and functions in a tree."""
    return _mentioned(node).notable


def names_in_scopes(node: gast.stmt) -> frozenset[str]:
    """What lambdas, comprehensions and functions inside a statement refer to, and the names of
    those functions."""
    found: set[str] = set()
    for inner in notable(node):
        if isinstance(inner, SCOPES):
            found |= reads(inner)
        elif isinstance(inner, gast.FunctionDef):
            found |= captured(inner) | {inner.name}
    return frozenset(found)


def walrus_names(node: gast.stmt) -> frozenset[str]:
    parts = [node] if node.__class__ in SIMPLE else header(node)
    return frozenset(
        inner.target.id
        for part in parts
        for inner in notable(part)
        if inner.__class__ is gast.NamedExpr
    )


@functools.lru_cache(REMEMBERED)
def all_bound(node: gast.stmt) -> frozenset[str]:
    """The names that a statement binds, those within its own expressions included."""
    return writes(node) | walrus_names(node)


def captured(node: gast.FunctionDef) -> frozenset[str]:
    """The free names of a nested function."""
    inside: set[str] = set()
    for statement in statements(node.body):
        if isinstance(statement, gast.FunctionDef):
            inside |= captured(statement)
        elif blocks(statement):
            inside = inside.union(*map(reads, header(statement)))
        else:
            inside |= reads(statement)
    own = {p.id for p in parameters(node.args)} | all_writes(node.body)
    outer = {
        name
        for statement in statements(node.body)
        if isinstance(statement, gast.Nonlocal)
        for name in statement.names
    }
    defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    return frozenset(inside - (own - outer)).union(*(reads(d) for d in defaults))
