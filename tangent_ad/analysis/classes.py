"""Classes of the user's, and what their instances are taken for: dicts of their attributes.

An instance is a dict with one key more, "__class__", whose value is the class. What a class statement
makes of `P(...)`, `p.area`, `p.step(dt)` and `p + q` is looked up here, without running anything.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Sequence
from typing import Any

import gast

from tangent_ad.analysis import constructors, facts
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.places import root
from tangent_ad.runtime.instances import CLASS, is_instance, is_plain
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING

ATTRIBUTE = "attribute"  # the kind of the keys that attributes became
OPERATORS = {
    gast.Add: "add", gast.Sub: "sub", gast.Mult: "mul", gast.Div: "truediv", gast.FloorDiv: "floordiv",
    gast.Mod: "mod", gast.Pow: "pow", gast.MatMult: "matmul", gast.USub: "neg", gast.UAdd: "pos",
    gast.Lt: "lt", gast.LtE: "le", gast.Gt: "gt", gast.GtE: "ge", gast.Eq: "eq", gast.NotEq: "ne",
}  # fmt: skip
MADE = ("_replace", "_asdict", "_make")  # the methods that `namedtuple` makes
REFLECTED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}


def class_of(fact: Fact) -> type | None:
    """The class of an instance that is held as a dict, or of a tuple whose elements have names."""
    if fact.kind == facts.TUPLE:
        return fact.cls
    if fact.kind != facts.DICT or not fact.items:
        return None
    key, value = fact.items[0]
    return value.value if key == CLASS and isinstance(value.value, type) else None


def takes_object(fact: facts.Fact) -> bool:
    """Whether a value is a function that took an object along."""
    return isinstance(fact.value, facts.Partial) and any(class_of(p) for _, p in fact.items or ())


def has_object(fact: facts.Fact) -> bool:
    """Whether a value is an object, or a container that has one."""
    if class_of(fact) is not None:
        return True
    if not fact.is_container:
        return False
    parts = [part[1] if fact.kind == facts.DICT else part for part in fact.items or ()]
    return any(has_object(part) for part in (*parts, fact.element) if part is not None)


def instance_class(fact: Fact) -> type | None:
    """The class of an object that is held as it is: an argument, a global."""
    if fact.kind != facts.OBJECT:
        return None
    if fact.items:
        return fact.items[0][1].value
    return type(fact.value) if is_instance(fact.value) else None


def argument_class(fact: Fact) -> type | None:
    """The class of an argument that is read attribute by attribute."""
    return fact.cls or instance_class(fact)


def anywhere(fact: Fact, is_one: Callable[[Fact], Any]) -> bool:
    """Whether a value, or something in it if it is a container, is of a kind."""
    if is_one(fact):
        return True
    if not fact.is_container:
        return False
    parts = [part[1] if fact.kind == facts.DICT else part for part in fact.items or ()]
    inside = [*parts, *([fact.element] if fact.element else [])]
    return any(anywhere(part, is_one) for part in inside)


def has_instances(fact: Fact) -> bool:
    """Whether a value holds objects as they are."""
    return anywhere(fact, instance_class)


def holds_instances(fact: Fact) -> bool:
    """Whether a value holds objects as dicts."""
    return anywhere(fact, lambda one: one.kind == facts.DICT and class_of(one))


def has_method(owner: Fact, name: str) -> bool:
    """Whether an object has a method of a name that dicts may have, too."""
    cls = class_of(owner)
    held = lookup(cls, name) if cls is not None else MISSING
    return held is not MISSING and held is not getattr(tuple, name, MISSING)


def is_users_item(node: gast.Subscript, owner: Fact) -> bool:
    """Whether a subscript of an object is not one of its attributes."""
    cls = class_of(owner)
    return cls is not None and not is_item(node) and lookup(cls, "__setitem__") is not MISSING


def concern(body: Sequence[gast.stmt], known: Any) -> bool:
    """Whether a function has to do with objects of the user's classes."""
    if any(anywhere(fact, _is_object) for fact in known.names.values()):
        return True
    names = known.unit.names
    return any(
        makes_object(inner, known) or is_instance(names.lookup(root(inner.func) or ""))
        for node in trees.statements(body)
        for expression in trees.header(node)
        for inner in trees.walk(expression)
        if isinstance(inner, gast.Call)
    )


def _is_object(fact: Fact) -> bool:
    return class_of(fact) is not None or instance_class(fact) is not None


def makes_object(node: gast.Call, known: Any) -> bool:
    """Whether a call may make an object: that of a class, or of a function of a class."""
    names = known.unit.names
    constructs = "constructs" in getattr(names.resolve(node.func), "__dict__", ())
    if constructs or class_named(node.func, known) is not None:
        return True
    return isinstance(node.func, gast.Attribute) and is_plain(names.resolve(node.func.value))


def class_named(node: gast.expr, known: Any) -> type | None:
    """The class of the user's that an expression stands for: a name of one, an entry of a table."""
    found = known.unit.names.resolve(node)
    if found is MISSING and isinstance(node, (gast.Name, gast.Subscript)):
        fact = known.of(node)
        found = fact.value if fact.kind == facts.CALLABLE else MISSING
    return found if is_plain(found) else None


def are_several(fact: Fact) -> bool:
    """Whether a value is a sequence of objects of several classes."""
    found = [class_of(item) for item in fact.items or ()] if fact.kind != facts.DICT else []
    return None not in found and len(set(found)) > 1


def as_dicts(ask: Any, value: Fact) -> Fact:
    """A structure with the objects in it as dicts of their attributes."""
    if instance_class(value) is not None:
        whole = facts.with_attributes(value)
        items = tuple((key, as_dicts(ask, item)) for key, item in whole.items or ())
        return Fact(facts.DICT, items=items)
    if not value.is_container:
        return value
    if value.kind == facts.DICT:
        items = value.items and tuple((key, as_dicts(ask, item)) for key, item in value.items)
        return value._replace(items=items)
    items = value.items and tuple(as_dicts(ask, item) for item in value.items)
    element = value.element and as_dicts(ask, value.element)
    return value._replace(items=items, element=element)


def item(owner: gast.expr, node: gast.Attribute, cls: type) -> gast.expr:
    """`p.x` as an item of a dict, or of a tuple whose elements have names."""
    fields = getattr(cls, "_fields", ())
    at = key(fields.index(node.attr) if fields else node.attr)
    return trees.located(trees.subscript(owner, at), node)


def key(name: str | int) -> gast.Constant:
    return gast.Constant(name, ATTRIBUTE)


def is_key(node: gast.expr) -> bool:
    return isinstance(node, gast.Constant) and node.kind == ATTRIBUTE


def is_item(node: gast.Subscript) -> bool:
    return is_key(node.slice)


def attributes(fact: Fact) -> dict[str, Fact]:
    """What is known of the attributes of an instance."""
    if fact.cls is not None:
        return dict(zip(fact.cls._fields, fact.items or (), strict=True))  # type: ignore[attr-defined]
    return {key: value for key, value in fact.items or () if key != CLASS}


def lookup(cls: type, name: str) -> Any:
    """What a class holds under a name, as it stands in the class; a slot is for its objects."""
    found = inspect.getattr_static(cls, name, MISSING)
    return MISSING if isinstance(found, types.MemberDescriptorType) else found


def operator(node: gast.BinOp | gast.UnaryOp | gast.Compare) -> str:
    """The name of the operation behind an operator, without underscores."""
    op = node.ops[0] if isinstance(node, gast.Compare) else node.op
    return OPERATORS.get(type(op), "")


def defining(function: types.FunctionType) -> str:
    """The name of the class in whose body a function was written, or the empty string."""
    for part in reversed(function.__qualname__.split(".<locals>.")):
        path = part.split(".")
        if len(path) > 1:
            return path[-2]
    return ""


def mangled(name: str, owner: str) -> str:
    """What `self.__name` stands for in the class `owner`."""
    if owner.strip("_") and name.startswith("__") and not name.endswith("__"):
        return f"_{owner.lstrip('_')}{name}"
    return name


def kinds_of(node: gast.expr, resolve: Any) -> tuple[type, ...] | None:
    """The classes that the second argument of `isinstance` names, if they are known."""
    if isinstance(node, gast.Tuple):
        found = [kinds_of(item, resolve) for item in node.elts]
        return None if None in found else tuple(c for part in found for c in part or ())
    known = resolve(node)
    known = known if isinstance(known, tuple) else (known,)
    return known if all(isinstance(c, type) for c in known) else None


def is_instance_of(cls: type, node: gast.expr, resolve: Any) -> bool | None:
    """What `isinstance(p, node)` says of an instance of a class; None if it is not known."""
    kinds = kinds_of(node, resolve)
    return issubclass(cls, kinds) if kinds is not None else None


def bound(cls: type, name: str) -> tuple[Any, str]:
    """What a class holds under a name: a function, and how it is bound: "method", "static", "class",
    "property", "made" by `namedtuple`, or "" for a plain value."""
    found = lookup(cls, name)
    if name in MADE and issubclass(cls, tuple):
        return found, "made"
    if isinstance(found, staticmethod):
        return found.__func__, "static"
    if isinstance(found, classmethod):
        return found.__func__, "class"
    if isinstance(found, property):
        return found, "property"
    if isinstance(found, functools.cached_property):
        return found.func, "cached"
    return found, "method" if isinstance(found, types.FunctionType) else ""


def super_call(node: gast.expr) -> bool:
    """Whether an expression is `super()`."""
    is_call = isinstance(node, gast.Call) and isinstance(node.func, gast.Name)
    return is_call and node.func.id == "super" and not node.args


def next_in_line(cls: type, after: type, name: str) -> type | None:
    """The class that `super(after, p).name` finds for an instance of `cls`."""
    line = cls.__mro__
    if after not in line:
        return None
    return next((c for c in line[line.index(after) + 1 :] if name in vars(c)), None)


def operation(
    node: Any, of: Callable[[gast.expr], Fact]
) -> tuple[types.FunctionType, list[gast.expr]] | None:
    """The method of an object behind an operator, a subscript, a property or a call, and what it is
    called with; None where there is no such object."""
    if isinstance(node, (gast.BinOp, gast.Compare)):
        operands = [node.left, node.right if isinstance(node, gast.BinOp) else node.comparators[0]]
        if isinstance(node, gast.Compare) and len(node.ops) > 1:
            return None
        return made_comparison(node, operands, of) or _of_operator(node, operands, of)
    if isinstance(node, gast.UnaryOp):
        return _of_operator(node, [node.operand], of)
    if isinstance(node, gast.Subscript):
        cls = None if is_item(node) else class_of(of(node.value))
        return _method(cls, "__getitem__", [node.value, node.slice])
    if isinstance(node, gast.Attribute):
        cls = class_of(of(node.value))
        held, how = bound(cls, node.attr) if cls is not None else (None, "")
        if how == "property":
            return held.fget, [node.value]
        return (held, [node.value]) if how == "cached" else None
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute):
        cls, name = class_of(of(node.func.value)), node.func.attr
        if cls is not None and bound(cls, name)[1] == "made":
            made = constructors.made_method(cls, name, [k.arg for k in node.keywords])
            operands = [node.func.value, *node.args]
            return (made, operands if name != "_make" else node.args) if made is not None else None
        return _method(cls, name, [node.func.value, *node.args])
    if isinstance(node, gast.Call):
        return _method(class_of(of(node.func)), "__call__", [node.func, *node.args])
    return None


def made_comparison(node: Any, operands: list[gast.expr], of: Callable) -> Any:
    """A comparison of two dataclasses that the decorator made."""
    left, right = (class_of(of(operand)) for operand in operands)
    name = operator(node)
    held = lookup(left, f"__{name}__") if left is not None and left is right else MISSING
    if not isinstance(node, gast.Compare) or not constructors.is_made(left, held):
        return None
    return constructors.comparison(left, name), operands


def operates(node: Any, operands: Sequence[Fact], of: Callable[[gast.expr], Fact]) -> bool:
    """Whether an operator is a method of a class of tuples whose elements have names."""
    return any(fact.cls is not None for fact in operands) and operation(node, of) is not None


def _method(cls: type | None, name: str, operands: list[gast.expr]) -> Any:
    held, how = bound(cls, name) if cls is not None else (None, "")
    return (held, operands) if how == "method" else None


def _of_operator(node: Any, operands: list[gast.expr], of: Callable) -> Any:
    name = operator(node)
    for position, operand in enumerate(operands):
        cls = class_of(of(operand))
        if cls is None or not name:
            continue
        wanted = REFLECTED.get(name, f"r{name}") if position else name
        found = _method(cls, f"__{wanted}__", operands[::-1] if position else operands)
        if found is not None:
            return found
    return None
