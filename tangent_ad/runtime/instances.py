"""Objects as dicts of their attributes, and gradients as records of the form of an object."""

from __future__ import annotations

import abc
import sys
import types
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, ClassVar, Generic, Protocol, get_origin

CLASS = "__class__"
# Methods that decide what an attribute is, or which class an instance has, as it runs.
DYNAMIC = ("__new__", "__getattr__", "__getattribute__", "__setattr__", "__delattr__")
LIBRARIES = sys.stdlib_module_names | {"numpy", __name__.partition(".")[0]}
ROOTS = (object, abc.ABC, Generic, Protocol)
METACLASSES = (type, abc.ABCMeta, type(Protocol))


def is_plain(cls: Any) -> bool:
    """Whether instances of a class are no more than their attributes and methods in Python."""
    if cls is SimpleNamespace:
        return True
    if type(cls) not in METACLASSES:
        return False
    is_named = is_named_tuple(cls)
    own = [c for c in cls.__mro__ if c not in ROOTS and not (is_named and c is tuple)]
    if not own or any(c.__module__.partition(".")[0] in LIBRARIES for c in own):
        return False
    if any(name in vars(c) and not _is_made(c, name) for c in own for name in DYNAMIC):
        return False
    return isinstance(cls.__init__, types.FunctionType) or cls.__init__ is object.__init__


def is_named_tuple(cls: type) -> bool:
    """Whether instances of a class are tuples whose elements have names."""
    return issubclass(cls, tuple) and hasattr(cls, "_fields") and hasattr(cls, "_field_defaults")


def _is_made(cls: type, name: str) -> bool:
    """Whether a method was made by the decorator of a frozen dataclass, which refuses writes (what is
    differentiated ran without any), or by `namedtuple`."""
    if name == "__new__":
        made = getattr(cls.__new__, "__globals__", {})
        return str(made.get("__name__")).startswith("namedtuple_")
    parameters = vars(cls).get("__dataclass_params__")
    return parameters is not None and parameters.frozen


def is_instance(value: Any) -> bool:
    """Whether a value is an instance of such a class, with attributes of its own."""
    return not isinstance(value, tuple) and is_plain(type(value))


def is_named(value: Any) -> bool:
    """Whether a value is such a tuple, of a class of the user's."""
    return isinstance(value, tuple) and is_plain(type(value))


def shared_data(cls: type) -> list[str]:
    """The attributes of a class that are data, not methods; an instance has them, too."""
    everything = getattr(cls, "__dataclass_fields__", {})
    fields = [name for name, each in everything.items() if not is_of_class(each)]
    found = {
        name
        for owner in cls.__mro__
        if owner not in ROOTS
        for name, value in vars(owner).items()
        if not (name.startswith("__") and name.endswith("__"))
        and not callable(value)
        and not hasattr(value, "__get__")
        and name not in ("_abc_impl", *fields)
    }
    return sorted(found)


def own_attributes(value: Any) -> dict[str, Any]:
    """The attributes of an instance that are data."""
    cls = type(value)
    held = [name for owner in cls.__mro__[::-1] for name, item in vars(owner).items()
            if isinstance(item, types.MemberDescriptorType) and hasattr(value, name)]  # fmt: skip
    own = {name: getattr(value, name) for name in (*shared_data(cls), *held)}
    return {**own, **getattr(value, "__dict__", {})}


def in_class_of(value: Any, items: Iterable[Any]) -> Any:
    """A list or tuple of other elements, of the class of a given one."""
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)


def is_of_class(each: Any) -> bool:
    """Whether a field of a dataclass is a `ClassVar`."""
    given = each.type
    is_named = isinstance(given, str) and given.partition("[")[0].rpartition(".")[2] == "ClassVar"
    return is_named or given is ClassVar or get_origin(given) is ClassVar


def attributes_of(value: Any) -> Any:
    """A structure with the objects in it as dicts of their attributes."""
    if isinstance(value, (list, tuple)):
        return in_class_of(value, map(attributes_of, value))
    if isinstance(value, dict):
        return {key: attributes_of(item) for key, item in value.items()}
    if is_instance(value):
        own = {key: attributes_of(item) for key, item in own_attributes(value).items()}
        return {CLASS: type(value), **own}
    return value


def instances_of(value: Any) -> Any:
    """A structure with objects in the place of the dicts of their attributes; a tangent or an adjoint
    of such a dict, which has no class, becomes a record."""
    if isinstance(value, (list, tuple)):
        return in_class_of(value, map(instances_of, value))
    if not isinstance(value, dict):
        return value
    items = {key: instances_of(item) for key, item in value.items() if key != CLASS}
    if CLASS not in value:
        return items
    cls = value[CLASS]
    if cls is None or cls is SimpleNamespace:
        return SimpleNamespace(**items)
    made = cls.__new__(cls)
    for key, item in items.items():
        object.__setattr__(made, key, item)
    return made


def records_of(adjoint: Any, value: Any) -> Any:
    """The adjoint of a structure of objects, with a record in the place of each object."""
    if isinstance(value, (list, tuple)):
        return in_class_of(value, map(records_of, adjoint, value))
    if isinstance(value, dict):
        return {key: records_of(adjoint[key], item) for key, item in value.items()}
    if isinstance(adjoint, dict) and (is_instance(value) or hasattr(value, "__dict__")):
        items = {k: records_of(adjoint.get(k), v) for k, v in own_attributes(value).items()}
        return SimpleNamespace(**items)
    return adjoint
