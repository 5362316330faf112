"""What is known of a value before the program runs: its kind, shape, element type, literal value."""

from __future__ import annotations

import functools
import types
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tangent_ad.analysis import shapes
from tangent_ad.runtime.instances import CLASS, is_instance, is_named, own_attributes
from tangent_ad.syntax.names import MISSING

NUMBER = "number"  # a float, an int, a bool or an array of them
TUPLE, LIST, DICT = "tuple", "list", "dict"
NONE, TEXT, CALLABLE, MODULE, OBJECT = "none", "text", "callable", "module", "object"
RANGE, SLICE, ELLIPSIS = "range", "slice", "ellipsis"
UNKNOWN, NOTHING = "unknown", "nothing"
CONTAINERS = (TUPLE, LIST, DICT)
MOST_FUNCTIONS = 8  # that a variable may hold, each with a text of its own


class Fact(NamedTuple):
    """One value.

    dtype is "float", "int", "bool", "complex" or "" where unknown, as of what is real in some runs
    and complex in others (see `Assumptions.has_complex`). `array` tells a NumPy array (True) from an
    immutable scalar (False). `value` is a literal, a known object, or for an int a symbolic length
    of `shapes`. `items` are the facts of the elements of a container whose form is known: a tuple,
    or for a dict pairs of key and fact; `element` is what all have in common.
    """

    kind: str = UNKNOWN
    shape: shapes.Shape = None
    dtype: str = ""
    array: bool | None = None
    value: Any = MISSING
    items: tuple | None = None
    element: Fact | None = None
    cls: type | None = None  # of a tuple whose elements have names

    @property
    def is_number(self) -> bool:
        return self.kind == NUMBER

    @property
    def is_scalar(self) -> bool:
        return self.kind == NUMBER and self.shape == ()

    @property
    def is_constant(self) -> bool:
        return self.value is not MISSING and not isinstance(self.value, tuple)

    @property
    def is_container(self) -> bool:
        return self.kind in CONTAINERS

    @property
    def depth(self) -> int | None:
        """How many containers are inside each other; None if something unknown is inside."""
        if self.kind in (UNKNOWN, OBJECT):
            return None
        if not self.is_container:
            return 0
        parts = [part[1] if self.kind == DICT else part for part in self.items or ()]
        if self.kind == DICT and self.items is None:
            return None
        depths = [part.depth for part in (*parts, self.element) if part is not None]
        return None if None in depths else 1 + max(map(int, depths), default=0)

    @property
    def rank(self) -> int | None:
        return shapes.rank(self.shape) if self.kind == NUMBER else None

    @property
    def is_immutable(self) -> bool:
        """Whether the value cannot be written in place."""
        if self.kind == NUMBER:
            return self.array is False
        if self.kind == TUPLE:
            return self.element is not None and self.element.is_immutable
        return self.kind in (NONE, TEXT, CALLABLE, MODULE, RANGE, SLICE, ELLIPSIS)


@dataclass(frozen=True)
class Partial:
    """A function that took some arguments along: `functools.partial(function, ...)`.

    `keys` are the positions and keywords of these arguments.
    """

    function: Any
    keys: tuple[int | str, ...]


ANYTHING = Fact()
NO_VALUE = Fact(NOTHING)
TEXT_FACT = Fact(TEXT)
NONE_FACT = Fact(NONE, value=None)


def number(
    shape: shapes.Shape = None, dtype: str = "", array: bool | None = None, value: Any = MISSING
) -> Fact:
    return Fact(NUMBER, shape, dtype, array, value)


def scalar(dtype: str = "float", value: Any = MISSING) -> Fact:
    return Fact(NUMBER, (), dtype, False, value)


FLAG = scalar("bool")
INT = scalar("int")
FLOAT = scalar("float")


def array(shape: shapes.Shape = None, dtype: str = "float") -> Fact:
    return Fact(NUMBER, shape, dtype, True)


def sequence(kind: str, items: tuple[Fact, ...]) -> Fact:
    return Fact(kind, items=items, element=join_all(items))


def of_literal(value: Any) -> Fact:
    """The fact of a literal in the source."""
    if isinstance(value, bool):
        return scalar("bool", value)
    if isinstance(value, int):
        return scalar("int", value)
    if isinstance(value, float):
        return scalar("float", value)
    if isinstance(value, complex):
        return scalar("complex", value)
    if value is None:
        return NONE_FACT
    if value is Ellipsis:
        return Fact(ELLIPSIS, value=value)
    if isinstance(value, (str, bytes)):
        return Fact(TEXT, value=value)
    return ANYTHING


def of_object(value: Any) -> Fact:
    """The fact of an object that exists while the derivative is made: a global, a default."""
    if isinstance(value, np.ndarray):
        return array(tuple(value.shape), dtype_name(value.dtype))
    if isinstance(value, np.generic):
        return scalar(dtype_name(value.dtype))
    if isinstance(value, (bool, int, float, complex)):
        return of_literal(value)._replace(value=MISSING)
    if value is None or value is Ellipsis or isinstance(value, (str, bytes)):
        return of_literal(value)
    if isinstance(value, types.ModuleType):
        return Fact(MODULE, value=value)
    if type(value) is tuple:
        return sequence(TUPLE, tuple(of_object(v) for v in value))
    if is_named(value):
        return sequence(TUPLE, tuple(of_object(v) for v in value))._replace(cls=type(value))
    if type(value) is list:
        return Fact(LIST, element=join_all(tuple(of_object(v) for v in value)))
    if type(value) is dict:
        return Fact(DICT, items=tuple((k, of_object(v)) for k, v in value.items()))
    if isinstance(value, range):
        return Fact(RANGE)
    if isinstance(value, functools.partial):
        known = {**dict(enumerate(value.args)), **value.keywords}
        return closure(value.func, {k: of_object(v) for k, v in known.items()})
    if callable(value) and not is_instance(value):
        return Fact(CALLABLE, value=value)
    return Fact(OBJECT, value=value if type(value).__hash__ is not None else MISSING)


def closure(function: Any, taken: dict[int | str, Fact]) -> Fact:
    """The fact of a function with arguments taken along."""
    if isinstance(function, Partial):
        return Fact(CALLABLE)
    return Fact(CALLABLE, value=Partial(function, tuple(taken)), items=tuple(taken.items()))


def leaves(fact: Fact) -> Iterator[Fact]:
    """The facts of what is in a container or an object, and in those in it."""
    if fact.items is None and fact.element is None:
        yield fact
        return
    for item in (fact.element,) if fact.items is None else fact.items:
        yield from leaves(item if isinstance(item, Fact) else item[1])


def retyped(fact: Fact, dtype: str) -> Fact:
    """A fact with another element type for all numbers in it but ints."""
    if fact.is_number:
        return fact._replace(dtype=dtype, value=MISSING) if fact.dtype != "int" else fact
    items = fact.items
    if items is not None and fact.kind == DICT:
        items = tuple((key, retyped(item, dtype)) for key, item in items)
    elif items is not None and fact.is_container:
        items = tuple(retyped(item, dtype) for item in items)
    return fact._replace(items=items, element=fact.element and retyped(fact.element, dtype))


def dtype_name(dtype: np.dtype) -> str:
    return {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex"}.get(dtype.kind, "")


_ORDER = {"bool": 0, "int": 1, "float": 2, "complex": 3}


def promote(*dtypes: str) -> str:
    """The element type of an arithmetic result; unknown with unknown is unknown."""
    if "complex" in dtypes:
        return "complex"
    if "float" in dtypes and "" not in dtypes:
        return "float"
    if "" in dtypes:
        return ""
    return max(dtypes, key=_ORDER.__getitem__)


def elementwise(operands: tuple[Fact, ...], ask: shapes.Asker, dtype: str = "") -> Fact:
    """The fact of an elementwise operation on numbers."""
    shape: shapes.Shape = ()
    for operand in operands:
        shape = shapes.broadcast(shape, operand.shape if operand.is_number else None, ask)
    flags = [operand.array for operand in operands]
    # Of arrays without axes NumPy makes single numbers.
    is_array = True if any(o.array and o.shape != () for o in operands) and shape != () else None
    if shape == () or (flags and all(flag is False for flag in flags)):
        is_array = False
    return number(shape, dtype or promote(*(o.dtype for o in operands)), is_array)


def join(left: Fact, right: Fact, token: Hashable = None) -> Fact:
    """What is known of a variable that holds one value or the other."""
    if left == right or right.kind == NOTHING:
        return left
    if left.kind == NOTHING:
        return right
    if left.kind != right.kind:
        return _perhaps_none(left, right)
    if left.kind == NUMBER:
        return _join_numbers(left, right, token)
    if left.kind in (TUPLE, LIST, DICT):
        return _join_containers(left, right)
    if left.kind == CALLABLE:
        return _join_functions(left, right)
    if left.kind == OBJECT:
        return _join_objects(with_attributes(left), with_attributes(right))
    return Fact(left.kind)


def _perhaps_none(left: Fact, right: Fact) -> Fact:
    """Of a value that is a number, a range or text in some runs and None in others, that is the
    element."""
    parts = [f.element if f.kind == UNKNOWN else f for f in (left, right)]
    if any(part is None for part in parts):
        return ANYTHING
    some = [part for part in parts if part is not None and part.kind != NONE]
    if len({part.kind for part in some}) != 1 or some[0].kind not in (NUMBER, RANGE, TEXT):
        return ANYTHING
    if some[0].kind != NUMBER:
        return Fact(UNKNOWN, element=Fact(some[0].kind))
    return Fact(UNKNOWN, element=functools.reduce(_join_numbers, some)._replace(value=MISSING))


def _join_numbers(left: Fact, right: Fact, token: Hashable = None) -> Fact:
    shape = shapes.join(left.shape, right.shape, left.is_constant)
    if shape is None:
        shape = shapes.join(right.shape, left.shape, right.is_constant)
    if token is not None:
        shape = shapes.Of(token) if shape is None else shapes.named(shape, token)
    dtype = left.dtype
    if left.dtype != right.dtype:
        one_is_complex = "complex" in (left.dtype, right.dtype)
        dtype = "" if one_is_complex else promote(left.dtype, right.dtype)
    flag = left.array if left.array == right.array else None
    return number(shape, dtype, flag)


def any_of(fact: Fact) -> Fact:
    """What is known of one value holds for any in its place, but for a literal; a function is one."""
    return fact if fact.kind == CALLABLE else fact._replace(value=MISSING)


def alternatives(fact: Fact) -> tuple[Fact, ...]:
    """The functions of which a variable holds one, if it is known that there are several."""
    if fact.kind != CALLABLE or fact.value is not MISSING:
        return ()
    return tuple(item for item in fact.items or () if isinstance(item, Fact))


def _join_functions(left: Fact, right: Fact) -> Fact:
    known: dict[Any, Fact] = {}
    for fact in (left, right):
        found = alternatives(fact) if fact.value is MISSING else (fact,)
        if not found:
            return Fact(CALLABLE)
        for one in found:
            other = known.get(one.value)
            if other is not None and isinstance(one.value, Partial):
                pairs = zip(other.items or (), one.items or (), strict=True)
                one = one._replace(items=tuple((k, join(a, b)) for (k, a), (_, b) in pairs))
            known[one.value] = one
    if len(known) == 1:
        return next(iter(known.values()))
    is_short = len(known) <= MOST_FUNCTIONS
    return Fact(CALLABLE, items=tuple(known.values()) if is_short else None)


def join_values(table: Fact, *more: Fact) -> Fact | None:
    """What all values of a dict have in common, and some more; None where nothing is known of them."""
    if table.items is None:
        return None if table.element is None else join_all((table.element, *more))
    return join_all((*(any_of(fact) for _, fact in table.items), *more))


def _join_containers(left: Fact, right: Fact) -> Fact:
    element = join(left.element or NO_VALUE, right.element or NO_VALUE)
    if left.kind == DICT:
        element = None  # what is in there is known by its keys
    items = None
    if left.kind == DICT and _are_of_one_class(left, right):
        # An attribute that only some runs have set is read in those alone.
        others = dict(right.items or ())
        shared = ((k, join(one, others.pop(k, NO_VALUE))) for k, one in left.items or ())
        items = (*shared, *others.items())
    elif left.items is not None and right.items is not None and len(left.items) == len(right.items):
        if left.kind in (DICT, OBJECT):
            others = dict(right.items)
            is_object = bool(left.items) and left.items[0][0] == CLASS
            same = [k for k, _ in left.items] == [k for k, _ in right.items]
            if same or is_object and others.keys() == dict(left.items).keys():
                items = tuple((k, join(one, others[k])) for k, one in left.items)
        else:
            items = tuple(map(join, left.items, right.items))
    if left.kind == DICT and items is None:
        both = [v for v in (join_values(left), join_values(right)) if v is not None]
        return Fact(DICT, element=join_all(tuple(both)) if len(both) == 2 else None)
    cls = left.cls if left.cls is right.cls and items is not None else None
    return Fact(left.kind, items=items, element=element, cls=cls)


def _are_of_one_class(left: Fact, right: Fact) -> bool:
    """Whether two dicts are objects of one class."""
    if not left.items or not right.items:
        return False
    return left.items[0][0] == CLASS and left.items[0] == right.items[0]


def _join_objects(left: Fact, right: Fact) -> Fact:
    items = _join_containers(left, right).items
    is_one_class = items and left.items and items[0] == left.items[0]
    return Fact(OBJECT, items=items if is_one_class else None)


def with_attributes(fact: Fact) -> Fact:
    """The fact of an object with those of its attributes, its class first."""
    if fact.items is not None or not is_instance(fact.value):
        return fact
    cls = Fact(CALLABLE, value=type(fact.value))
    pairs = ((key, of_object(value)) for key, value in own_attributes(fact.value).items())
    return fact._replace(items=((CLASS, cls), *pairs))


def join_all(facts: tuple[Fact, ...]) -> Fact:
    result = NO_VALUE
    for fact in facts:
        result = join(result, fact)
    return result
