"""What Python asks an object for behind the scenes: whether it is true, what it holds, to be entered.

    if p: ...              ->    if Ball.__bool__(p): ...
    for v in p: ...        ->    for v in Ball.__iter__(p): ...
    with p as q: ...       ->    q = Ball.__enter__(p); ...; Ball.__exit__(p, None, None, None)
"""

from __future__ import annotations

import inspect
import types
from typing import Any

import gast

from tangent_ad import errors
from tangent_ad.analysis import classes, facts, values
from tangent_ad.analysis.places import root
from tangent_ad.normalize import generators
from tangent_ad.normalize.folds import FOLDS
from tangent_ad.syntax import source, trees
from tangent_ad.syntax.names import MISSING

CONSUMERS = generators.CONSUMERS


def object_class(lower: Any, node: gast.expr) -> type | None:
    """The class of an object that is held as a dict."""
    fact = lower.of(node)
    return classes.class_of(fact) if fact.kind == facts.DICT else None


def truth(lower: Any, node: gast.expr) -> gast.expr:
    """A test, which asks the objects in it whether they are true."""
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.Not):
        inner = truth(lower, node.operand)
        if isinstance(inner, gast.Constant):
            return trees.constant(not inner.value)
        return trees.updated(node, operand=inner)
    if isinstance(node, gast.BoolOp):
        return trees.updated(node, values=[truth(lower, value) for value in node.values])
    cls = object_class(lower, node)
    if cls is None:
        return node
    for name in ("__bool__", "__len__"):
        held, how = classes.bound(cls, name)
        if how == "method":
            lower.count += 1
            return trees.located(trees.call(lower.function(held), lower.expression(node)), node)
    return trees.constant(True) if isinstance(node, gast.Name) else node


def consumed(lower: Any, node: gast.expr, loop: gast.For | None = None) -> gast.expr:
    """What is gone through, without the object around it, as something that is not an iterator."""
    cls = object_class(lower, node)
    held, how = classes.bound(cls, "__iter__") if cls is not None else (MISSING, "")
    if how == "method" and classes.lookup(cls, "__next__") is MISSING:  # type: ignore[arg-type]
        made = generators.iterated_function(held)
        if made is not held and not may_be_noticed(held, node, loop):
            lower.count += 1
            return trees.located(trees.call(lower.function(made), lower.expression(node)), node)
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute):
        cls = object_class(lower, node.func.value)
        held, how = classes.bound(cls, node.func.attr) if cls is not None else (MISSING, "")
        listed = generators.list_function(held) if how == "method" else None
        if listed is not None and not may_be_noticed(held, node.func.value, loop):
            return lower.called(listed, [node.func.value, *node.args], node)
    return node


def folded(lower: Any, node: gast.Call) -> gast.expr | None:
    """`sum(vectors)` of objects that have operators as a call of what `sum` does in Python."""
    function = lower.names.resolve(node.func)
    if not node.args or node.keywords or any(isinstance(a, gast.Starred) for a in node.args):
        return None
    if function in (max, min) and len(node.args) > 1 and object_class(lower, node.args[0]):
        node = trees.rebuild(node, args=[gast.List(node.args, trees.LOAD)])
    fold = next((fold for (f, n), fold in FOLDS.items() if f is function and n == len(node.args)), None)
    element = values.element_of(lower.of(node.args[0]))
    if fold is None or element.kind != facts.DICT or classes.class_of(element) is None:
        return None
    return lower.called(fold, node.args, node)


def may_be_noticed(method: types.FunctionType, node: gast.expr, loop: gast.For | None) -> bool:
    """Whether a generator of an object, or who goes through it, may see what the other changes."""
    if not method.__code__.co_flags & inspect.CO_GENERATOR:
        return False
    if generators.changes_meanwhile(method):
        return True
    inside = [inner for n in loop.body for inner in trees.walk(n)] if loop is not None else []
    return any(isinstance(n, gast.Name) and n.id == root(node) for n in inside)


def entered(lower: Any, node: gast.With) -> list[gast.stmt] | None:
    """The statements of `with p as q`, for an object whose `__exit__` lets errors pass."""
    item, *rest = node.items
    cls = object_class(lower, item.context_expr)
    if cls is None:
        return None
    enter, leave = (classes.bound(cls, name) for name in ("__enter__", "__exit__"))
    exits = (gast.Return, gast.Break, gast.Continue)
    leaves = any(isinstance(n, exits) for n in trees.statements(node.body))
    if enter[1] != "method" or leave[1] != "method" or leaves or may_swallow(leave[0]):
        return None
    lower.count += 1
    out: list[gast.stmt] = []
    owner = lower.expression(item.context_expr)
    if not isinstance(owner, gast.Name):
        name = lower.names.fresh("context")
        out.append(trees.hidden(trees.assign(name, owner), node))
        owner = trees.name(name)
    begin = trees.located(trees.call(lower.function(enter[0]), owner), item.context_expr)
    target = item.optional_vars
    out.append(trees.hidden(trees.assign(target, begin) if target else trees.statement(begin), node))
    out += [trees.rebuild(node, items=rest)] if rest else node.body
    end = trees.call(lower.function(leave[0]), owner, *[trees.constant(None)] * 3)
    return [*out, trees.hidden(trees.statement(end), node)]


def may_swallow(function: types.FunctionType) -> bool:
    """Whether an `__exit__` may say that the error which it was told of is dealt with."""
    try:
        tree, _ = source.read(function)
    except errors.TangentError:
        return True
    given = [n.value for n in trees.statements(tree.body) if isinstance(n, gast.Return)]
    return any(
        value is not None and not (isinstance(value, gast.Constant) and not value.value)
        for value in given
    )
