"""Build, read and rewrite Python trees.

A tree is never changed after it is built: a rewrite makes new nodes along the way to the change
and shares the rest, so passes can hand trees around freely. `ctx` fields carry no meaning here;
the text that is printed gives every name its context again.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast

from tangent_ad.syntax.comparison import same as same
from tangent_ad.syntax.comparison import same_value as same_value
from tangent_ad.syntax.variables import EFFECTS as EFFECTS
from tangent_ad.syntax.variables import SCOPES as SCOPES
from tangent_ad.syntax.variables import all_bound as all_bound
from tangent_ad.syntax.variables import all_writes as all_writes
from tangent_ad.syntax.variables import bound_names as bound_names
from tangent_ad.syntax.variables import captured as captured
from tangent_ad.syntax.variables import names_in_scopes as names_in_scopes
from tangent_ad.syntax.variables import notable as notable
from tangent_ad.syntax.variables import read_counts as read_counts
from tangent_ad.syntax.variables import reads as reads
from tangent_ad.syntax.variables import size as size
from tangent_ad.syntax.variables import target_reads as target_reads
from tangent_ad.syntax.variables import walrus_names as walrus_names
from tangent_ad.syntax.variables import writes as writes
from tangent_ad.syntax.walking import DEFINITIONS as DEFINITIONS
from tangent_ad.syntax.walking import FIELDS as FIELDS
from tangent_ad.syntax.walking import Comment as Comment
from tangent_ad.syntax.walking import blocks as blocks
from tangent_ad.syntax.walking import children as children
from tangent_ad.syntax.walking import header as header
from tangent_ad.syntax.walking import is_comment as is_comment
from tangent_ad.syntax.walking import parameters as parameters
from tangent_ad.syntax.walking import statements as statements
from tangent_ad.syntax.walking import walk as walk

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
LOOPS = (gast.For, gast.While)
BLOCKS = ("body", "orelse", "finalbody", "handlers")


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


def is_none(node: gast.AST | None) -> bool:
    return isinstance(node, gast.Constant) and node.value is None


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


# ---- rewriting ---------------------------------------------------------------------------


def rebuild(node: Any, **changes: Any) -> Any:
    """A copy of one node with some fields replaced."""
    kind = node.__class__
    new = kind.__new__(kind)
    new.__dict__.update(node.__dict__, **changes)
    return new


def updated(node: Any, **changes: Any) -> Any:
    """A copy of one node with some fields replaced; the node itself where nothing changes."""
    for field, new in changes.items():
        old = getattr(node, field)
        if new is not old and not (isinstance(new, list) and _alike(new, old)):
            return rebuild(node, **changes)
    return node


def _alike(new: list, old: list) -> bool:
    return len(new) == len(old) and all(map(operator.is_, new, old))


def with_children(node: Any, visit: Callable[[Any], Any]) -> Any:
    """A node with what `visit` gives for each node right below it."""
    changes: dict[str, Any] = {}
    values = node.__dict__
    for field in FIELDS[node.__class__]:
        value = values.get(field)
        if value.__class__ is list:
            items = [visit(v) if isinstance(v, gast.AST) else v for v in value]
            if not _alike(items, value):
                changes[field] = items
        elif isinstance(value, gast.AST):
            new = visit(value)
            if new is not value:
                changes[field] = new
    return rebuild(node, **changes) if changes else node


def transform(node: Any, visit: Callable[[Any], Any]) -> Any:
    """Rewrite an expression from the leaves up: `visit` sees each node with its children done."""
    return visit(with_children(node, lambda child: transform(child, visit)))


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
    return with_children(node, lambda child: substitute(child, mapping))


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
    return with_children(node, lambda child: rename(child, names))
