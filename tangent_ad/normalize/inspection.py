"""What Python's own functions say of an object: `isinstance`, `len`, `getattr`, `copy` and the like."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import gast

from tangent_ad.analysis import classes, constructors, facts
from tangent_ad.analysis.classes import class_of
from tangent_ad.runtime.instances import is_named_tuple, is_plain
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING

INERT = (facts.NONE, facts.TEXT, facts.RANGE)


def written_out(lower: Any, node: gast.Call, func: gast.expr) -> gast.expr | None:
    """`isinstance(p, C)`, `len(p)`, `abs(p)` and the like of an object."""
    if not node.args:
        return None
    function = lower.names.resolve(func)
    cls = class_of(lower.of(node.args[0]))
    if function is isinstance:
        return kind_test(lower, node, cls)
    if cls is None:
        return None
    if function is dataclasses.replace:
        return replaced(lower, node, cls)
    if function in (copy.copy, copy.deepcopy):
        return copied(lower, function, node.args[0], func) if lower.are_complete else None
    if function is type and len(node.args) == 1:
        return trees.name(lower.names.bind(cls, cls.__name__))
    if function in (getattr, hasattr) and isinstance(lower.of(node.args[1]).value, str):
        return attribute(lower, function, node, cls)
    if function in (str, repr) and len(node.args) == 1:
        return as_text(lower, node.args[0], cls, function)
    for plain in (len, abs, float, int, bool, round, reversed):
        if function is plain:
            held, how = classes.bound(cls, f"__{plain.__name__}__")
            return lower.called(held, node.args, node) if how == "method" else None
    return None


def attribute(lower: Any, function: Any, node: gast.Call, cls: type) -> gast.expr | None:
    """`hasattr(p, "x")` and `getattr(p, "x", 0.0)`, by a test where only some runs have it."""
    owner, key = node.args[0], lower.of(node.args[1]).value
    attr = trees.attribute(owner, key)
    if classes.lookup(cls, key) is not MISSING:
        return trees.constant(True) if function is hasattr else lower.expression(attr)
    if function is getattr and len(node.args) < 3:
        return lower.expression(attr)
    if not lower.are_complete:
        return None
    has = False if is_named_tuple(cls) else lower.held.certainly(node, key)
    if has is not None:
        if function is hasattr:
            return trees.constant(has)
        return lower.expression(attr if has else node.args[2])
    if function is hasattr:
        return gast.Compare(classes.key(key), [gast.In()], [lower.expression(owner)])
    get = trees.attribute(trees.name(lower.names.bind(dict, "dict")), "get")
    return trees.call(get, *map(lower.expression, (owner, node.args[1], node.args[2])))


def as_text(lower: Any, node: gast.expr, cls: type, function: Any = str) -> gast.expr | None:
    """`str(p)`, `repr(p)` and the `p` of an f-string, by the method that writes it."""
    for name in ("__str__", "__repr__")[function is repr :]:
        held, how = classes.bound(cls, name)
        if how == "method" and not constructors.is_made(cls, held):
            return trees.call(lower.function(held), lower.expression(node))
    return None


def kind_test(lower: Any, node: gast.Call, cls: type | None) -> gast.expr | None:
    """`isinstance(p, C)`, where that is known."""
    known = None
    if isinstance(node.args[0], gast.Constant):
        kinds = classes.kinds_of(node.args[1], lower.names.resolve)
        known = isinstance(node.args[0].value, kinds) if kinds else None
    elif cls is not None:
        known = classes.is_instance_of(cls, node.args[1], lower.names.resolve)
    elif is_plain(lower.names.resolve(node.args[1])):
        fact = lower.of(node.args[0])
        known = False if is_no_object(fact) else None
    return trees.constant(known) if known is not None else None


def is_no_object(fact: facts.Fact) -> bool:
    """Whether a value is known to be none of a class; a dict of unknown form may be one."""
    if fact.kind == facts.DICT:
        return bool(fact.items) and class_of(fact) is None
    is_other = fact.is_number or fact.is_container or fact.kind in INERT
    return is_other or fact.kind == facts.UNKNOWN and fact.element is not None


def replaced(lower: Any, node: gast.Call, cls: type) -> gast.expr | None:
    """`dataclasses.replace(p, x=1.0)` as a call of the constructor with all fields."""
    function = constructors.replacement(cls, [str(k.arg) for k in node.keywords])
    return lower.called(function, node.args[:1], node) if function is not None else None


def copied(lower: Any, function: Any, node: gast.expr, func: gast.expr) -> gast.expr:
    """`copy.copy(p)` as a dict of the same attributes."""
    fact = lower.of(node)
    cls = class_of(fact)
    assert cls is not None
    values: list[gast.expr] = [trees.name(lower.names.bind(cls, cls.__name__))]
    for key, part in classes.attributes(fact).items():
        value = classes.item(lower.expression(node), trees.attribute(node, key), cls)
        is_deep = function is copy.deepcopy and not part.is_immutable
        values.append(trees.call(func, value) if is_deep else value)
    return gast.Dict([trees.constant(k) for k in (classes.CLASS, *classes.attributes(fact))], values)

