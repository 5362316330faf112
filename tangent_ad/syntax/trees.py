"""Build, read and rewrite Python trees.

A tree is never changed after it is built: a rewrite makes new nodes along the way to the change
and shares the rest, so passes can hand trees around freely. `ctx` fields carry no meaning here;
the text that is printed gives every name its context again.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import gast

from tangent_ad.syntax.comparison import same as same
from tangent_ad.syntax.comparison import same_value as same_value

UNBOUND = "unbound"
LOAD = gast.Load()

BINARY = {
    gast.Add: operator.add,
    gast.Sub: operator.sub,
    gast.Mult: operator.mul,
    gast.Div: operator.truediv,
    gast.FloorDiv: operator.floordiv,
    gast.Mod: operator.mod,
    gast.Pow: operator.pow,
    gast.MatMult: operator.matmul,
    gast.BitAnd: operator.and_,
    gast.BitOr: operator.or_,
    gast.BitXor: operator.xor,
    gast.LShift: operator.lshift,
    gast.RShift: operator.rshift,
}
UNARY = {
    gast.USub: operator.neg,
    gast.UAdd: operator.pos,
    gast.Not: operator.not_,
    gast.Invert: operator.invert,
}
SCOPES = (gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
LOOPS = (gast.For, gast.While)
BLOCKS = ("body", "orelse", "finalbody", "handlers")


class Comment(str):
    """The text of a comment line; stands in a tree as an expression statement."""


# ---- building ----------------------------------------------------------------------------


def name(identifier: str) -> gast.Name:
    return gast.Name(identifier, LOAD, None, None)


def constant(value: Any) -> gast.expr:
    """A literal; negative numbers become a unary minus, which prints unambiguously."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < 0 or (value == 0 and str(value).startswith("-")):
            return gast.UnaryOp(gast.USub(), gast.Constant(-value, None))
    return gast.Constant(value, None)


def attribute(value: gast.expr, *attributes: str) -> gast.expr:
    for attr in attributes:
        value = gast.Attribute(value, attr, LOAD)
    return value


def call(function: gast.expr, *args: gast.expr, **keywords: gast.expr) -> gast.Call:
    return gast.Call(function, list(args), [gast.keyword(k, v) for k, v in keywords.items()])


def method(value: gast.expr, attr: str, *args: gast.expr) -> gast.Call:
    return call(attribute(value, attr), *args)


def subscript(value: gast.expr, index: gast.expr) -> gast.Subscript:
    return gast.Subscript(value, index, LOAD)


def binary(left: gast.expr, op: type, right: gast.expr) -> gast.BinOp:
    return gast.BinOp(left, op(), right)


def negative(value: gast.expr) -> gast.expr:
    return gast.UnaryOp(gast.USub(), value)


def invert(test: gast.expr) -> gast.expr:
    """The opposite of a test."""
    if isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
        return test.operand
    return gast.UnaryOp(gast.Not(), test)


def pack(values: Sequence[gast.expr]) -> gast.Tuple:
    return gast.Tuple(list(values), LOAD)


def assign(target: gast.expr | str, value: gast.expr, like: gast.AST | None = None) -> gast.Assign:
    if isinstance(target, str):
        target = name(target)
    return located(gast.Assign([target], value, None), like)


def statement(value: gast.expr, like: gast.AST | None = None) -> gast.Expr:
    return located(gast.Expr(value), like)


def comment(text: str) -> gast.Expr:
    return gast.Expr(gast.Constant(Comment(text), None))


def unbound() -> gast.Constant:
    """None as what a variable holds before the program binds it."""
    return gast.Constant(None, UNBOUND)


def is_unbound(node: gast.AST) -> bool:
    return isinstance(node, gast.Constant) and node.kind == UNBOUND


def branch(
    test: gast.expr,
    body: Sequence[gast.stmt],
    orelse: Sequence[gast.stmt] = (),
    like: gast.AST | None = None,
) -> gast.If:
    return located(gast.If(test, list(body), list(orelse)), like)


def located(node: Any, like: gast.AST | None) -> Any:
    """Give a new node the place in the source of the one that it stands for."""
    if like is not None and hasattr(like, "lineno"):
        for attr in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
            setattr(node, attr, getattr(like, attr, None))
    return node


def hidden(node: Any, like: gast.AST) -> Any:
    """Give a node that the user did not write the line where it belongs, but no text."""
    located(node, like)
    node.end_lineno = None
    return node


# ---- reading -----------------------------------------------------------------------------


def is_comment(node: gast.AST) -> bool:
    return (
        isinstance(node, gast.Expr)
        and isinstance(node.value, gast.Constant)
        and isinstance(node.value.value, Comment)
    )


def children(node: gast.AST) -> list[gast.AST]:
    """The nodes right below one, in the order of the source; contexts are left out."""
    found: list[gast.AST] = []
    for field in _fields_of(node.__class__):
        value = getattr(node, field, None)
        if value.__class__ is list:
            found += [item for item in value if isinstance(item, gast.AST)]  # type: ignore[union-attr]
        elif isinstance(value, gast.AST):
            found.append(value)
    return found


@functools.cache
def _fields_of(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes."""
    if kind is gast.Constant:
        return ()
    never = ("ctx", "id", "attr", "type_comment", "kind")
    return tuple(field for field in kind._fields if field not in never)  # type: ignore[attr-defined]


def walk(node: gast.AST) -> Iterator[gast.AST]:
    """Every node below and including this one, in the order of the source."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        below = children(node)
        below.reverse()
        stack += below


def blocks(node: gast.AST) -> Iterator[tuple[str, list[gast.stmt]]]:
    """The statement lists directly inside a compound statement, with the field they stand in."""
    for field in ("body", "orelse", "finalbody"):
        value = getattr(node, field, None)
        if isinstance(value, list):
            yield field, value


def statements(body: Sequence[gast.stmt]) -> Iterator[gast.stmt]:
    """Every statement in a block and the blocks below it; not inside nested functions."""
    for node in body:
        yield node
        if not isinstance(node, (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef)):
            for _, inner in blocks(node):
                yield from statements(inner)
            for handler in getattr(node, "handlers", ()):
                yield from statements(handler.body)


def bound_names(target: gast.expr) -> Iterator[str]:
    """The names that assigning to a target binds."""
    if isinstance(target, gast.Name):
        yield target.id
    elif isinstance(target, (gast.Tuple, gast.List)):
        for item in target.elts:
            yield from bound_names(item)
    elif isinstance(target, gast.Starred):
        yield from bound_names(target.value)


def parameters(args: gast.arguments) -> list[gast.Name]:
    """All parameters of a signature, in the order Python counts them."""
    found = [*args.posonlyargs, *args.args]
    if args.vararg:
        found.append(args.vararg)
    found += args.kwonlyargs
    if args.kwarg:
        found.append(args.kwarg)
    return found


def reads(node: gast.AST) -> set[str]:
    """The free names that an expression, or one simple statement, reads."""
    found: set[str] = set()
    _reads(node, found)
    return found


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


def writes(node: gast.stmt) -> set[str]:
    """The names that one statement binds; for a loop its target, not what its body binds."""
    if isinstance(node, gast.Assign):
        found = {n for target in node.targets for n in bound_names(target)}
    elif isinstance(node, (gast.AugAssign, gast.AnnAssign, gast.For)):
        found = set(bound_names(node.target))
    elif isinstance(node, gast.With):
        items = [i.optional_vars for i in node.items if i.optional_vars is not None]
        found = {n for target in items for n in bound_names(target)}
    elif isinstance(node, (gast.FunctionDef, gast.ClassDef)):
        found = {node.name}
    elif isinstance(node, (gast.Import, gast.ImportFrom)):
        found = {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    elif isinstance(node, gast.Delete):
        found = {n for target in node.targets for n in bound_names(target)}
    else:
        found = set()
    return found


def all_writes(body: Sequence[gast.stmt]) -> set[str]:
    """The names bound anywhere in a block, walrus expressions included."""
    found: set[str] = set()
    for node in statements(body):
        found |= writes(node)
        found |= walrus_names(node)
        for handler in getattr(node, "handlers", ()):
            if handler.name:
                found.add(handler.name)
    return found


def walrus_names(node: gast.stmt) -> set[str]:
    return {
        inner.target.id
        for expression in header(node)
        for inner in walk(expression)
        if inner.__class__ is gast.NamedExpr
    }


def header(node: gast.stmt) -> Iterator[gast.expr]:
    """The expressions of a statement itself, without the blocks inside it."""
    if isinstance(node, (gast.If, gast.While)):
        yield node.test
    elif isinstance(node, gast.For):
        yield node.iter
    elif isinstance(node, gast.With):
        for item in node.items:
            yield item.context_expr
    elif isinstance(node, (gast.Try, gast.FunctionDef, gast.ClassDef)):
        return
    else:
        yield from (child for child in children(node) if isinstance(child, gast.expr))


def size(node: gast.AST) -> int:
    """How many nodes an expression has."""
    return sum(1 for _ in walk(node))


# ---- rewriting ---------------------------------------------------------------------------


def rebuild(node: Any, **changes: Any) -> Any:
    """A copy of one node with some fields replaced."""
    new = type(node)()
    new.__dict__.update(node.__dict__)
    new.__dict__.update(changes)
    return new


def transform(node: Any, visit: Callable[[Any], Any]) -> Any:
    """Rewrite an expression from the leaves up: `visit` sees each node with its children done."""
    changes = {}
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, gast.AST):
            if isinstance(value, gast.expr_context):
                continue
            new = transform(value, visit)
            if new is not value:
                changes[field] = new
        elif isinstance(value, list):
            items = [transform(v, visit) if isinstance(v, gast.AST) else v for v in value]
            if any(map(operator.is_not, items, value)):
                changes[field] = items
    return visit(rebuild(node, **changes) if changes else node)


def substitute(node: Any, mapping: Mapping[str, gast.expr]) -> Any:
    """Replace names that an expression or a simple statement reads; bound names stay.

    A target that is a plain name stays as well; the base and index of an element do not.
    """
    if not mapping:
        return node
    if isinstance(node, gast.Name):
        return mapping.get(node.id, node)
    if isinstance(node, (gast.Constant, gast.expr_context)):
        return node
    if isinstance(node, SCOPES):
        return _substitute_scope(node, mapping)
    if isinstance(node, (gast.Assign, gast.AugAssign, gast.AnnAssign, gast.For)):
        return _substitute_assignment(node, mapping)
    if isinstance(node, gast.NamedExpr):
        return rebuild(node, value=substitute(node.value, mapping))
    return _substitute_fields(node, mapping)


def _substitute_fields(node: Any, mapping: Mapping[str, gast.expr]) -> Any:
    changes = {}
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, gast.AST):
            new = substitute(value, mapping)
            if new is not value:
                changes[field] = new
        elif isinstance(value, list):
            items = [substitute(v, mapping) if isinstance(v, gast.AST) else v for v in value]
            if any(map(operator.is_not, items, value)):
                changes[field] = items
    return rebuild(node, **changes) if changes else node


def _substitute_assignment(node: Any, mapping: Mapping[str, gast.expr]) -> Any:
    changes: dict[str, Any] = {}
    if isinstance(node, gast.Assign):
        changes["targets"] = [substitute_target(t, mapping) for t in node.targets]
        changes["value"] = substitute(node.value, mapping)
    else:
        changes["target"] = substitute_target(node.target, mapping)
        field = "iter" if isinstance(node, gast.For) else "value"
        if getattr(node, field) is not None:
            changes[field] = substitute(getattr(node, field), mapping)
    return rebuild(node, **changes)


def substitute_target(target: gast.expr, mapping: Mapping[str, gast.expr]) -> gast.expr:
    if isinstance(target, gast.Name):
        return target
    if isinstance(target, (gast.Tuple, gast.List)):
        return rebuild(target, elts=[substitute_target(t, mapping) for t in target.elts])
    if isinstance(target, gast.Starred):
        return rebuild(target, value=substitute_target(target.value, mapping))
    return _substitute_fields(target, mapping)


def _substitute_scope(node: Any, mapping: Mapping[str, gast.expr]) -> Any:
    if isinstance(node, gast.Lambda):
        inner = _without(mapping, {p.id for p in parameters(node.args)})
        return rebuild(node, args=_defaults(node, mapping), body=substitute(node.body, inner))
    inner, generators = dict(mapping), []
    for generator in node.generators:
        iterable = substitute(generator.iter, inner)
        inner = _without(inner, set(bound_names(generator.target)))
        tests = [substitute(test, inner) for test in generator.ifs]
        generators.append(rebuild(generator, iter=iterable, ifs=tests))
    changes = {
        part: substitute(getattr(node, part), inner)
        for part in ("elt", "key", "value")
        if getattr(node, part, None) is not None
    }
    return rebuild(node, generators=generators, **changes)


def _defaults(node: gast.Lambda, mapping: Mapping[str, gast.expr]) -> gast.arguments:
    return rebuild(
        node.args,
        defaults=[substitute(d, mapping) for d in node.args.defaults],
        kw_defaults=[d and substitute(d, mapping) for d in node.args.kw_defaults],
    )


def _without(mapping: Mapping[str, gast.expr], names: set[str]) -> dict[str, gast.expr]:
    return {k: v for k, v in mapping.items() if k not in names}


def rename(node: Any, names: Mapping[str, str]) -> Any:
    """Rename variables in a statement or expression, targets included."""
    if not names:
        return node
    if isinstance(node, gast.Name):
        new = names.get(node.id)
        return node if new is None else rebuild(node, id=new)
    if isinstance(node, SCOPES):
        inner = {k: name(v) for k, v in names.items()}
        return substitute(node, inner)
    changes = {}
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
            new = rename(value, names)
            if new is not value:
                changes[field] = new
        elif isinstance(value, list):
            items = [rename(v, names) if isinstance(v, gast.AST) else v for v in value]
            if any(map(operator.is_not, items, value)):
                changes[field] = items
    return rebuild(node, **changes) if changes else node
