"""The test on entry of a derivative: what it takes for granted about its arguments, as expressions
that take a few comparisons.

`requirements` says the same for the reader of a saved module.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import gast
import numpy as np

from tangent_ad import errors
from tangent_ad.analysis import facts
from tangent_ad.analysis.assumptions import equality_text
from tangent_ad.analysis.classes import argument_class, attributes
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.records import Record, path_of
from tangent_ad.derived import Derived
from tangent_ad.runtime.instances import is_instance
from tangent_ad.syntax import trees

FLOATS = frozenset((float, np.float64))
DOUBLE = np.dtype("float64")
# What takes a look: arrays, scalars of other types than float64, and types, which may be complex.
ODD = frozenset((
    np.ndarray, complex, np.complex64, np.complex128, np.float32, np.float16, np.longdouble,
    type, type(np.dtype(complex)), type(np.dtype(np.complex64)),
))  # fmt: skip
# What is no single number that needs no look.
SEVERAL = ODD | {list, tuple}

# What holds no complex number, as can be told by the type.
PLAIN = frozenset((float, int, bool, str, type(None), np.float64, np.int64, np.bool_))
COMPLEX = frozenset((complex, np.complex64, np.complex128))


def holds_complex(value: Any, seen: frozenset[int] = frozenset()) -> bool:
    """Whether a complex number is in an argument: in a list or dict, or an attribute of an object."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "c"
    if isinstance(value, dict):
        value = list(value.values())
    elif is_instance(value) and id(value) not in seen:
        seen |= {id(value)}
        value = list(vars(value).values())
    if not isinstance(value, (list, tuple)):
        return value.__class__ in COMPLEX
    return not PLAIN.issuperset(map(type, value)) and any(holds_complex(v, seen) for v in value)


# What the test on entry refers to, by names that no variable of the user's has.
NAMES: dict[str, Any] = {
    "tangent_ad_FLOATS": FLOATS, "tangent_ad_DOUBLE": DOUBLE, "tangent_ad_ODD": ODD,
    "tangent_ad_SEVERAL": SEVERAL, "tangent_ad_ndarray": np.ndarray, "tangent_ad_shape": np.shape,
    "tangent_ad_iscomplexobj": np.iscomplexobj, "tangent_ad_PLAIN": PLAIN,
    "tangent_ad_holds_complex": holds_complex,
    "tangent_ad_len": len, "tangent_ad_int": int, "tangent_ad_bool": bool, "tangent_ad_str": str,
    "tangent_ad_range": range, "tangent_ad_list": list, "tangent_ad_tuple": tuple,
    "tangent_ad_dict": dict, "tangent_ad_map": map, "tangent_ad_type": type,
    "tangent_ad_hasattr": hasattr,
}  # fmt: skip


def tests_of(derived: Derived) -> list[str]:
    """The assumptions as expressions over the arguments."""
    tests: list[str] = []
    iterated = iterated_in(derived)
    for name in derived.parameters:
        fact = derived.arguments[name]
        if argument_class(fact) is not None:
            tests += instance_tests(name, fact, derived)
        elif name in derived.records:
            tests += record_tests(derived.records[name], fact, derived)
        elif name in derived.options.wrt:
            tests.append(differentiable_test(name, fact, name in derived.ask.arrays))
        else:
            tests += other_tests(name, fact, derived.ask.ranks.get(name), name in derived.ask.arrays)
            if name in iterated and fact.kind in (facts.NUMBER, facts.UNKNOWN):
                has = f"tangent_ad_hasattr({name}, "  # what is iterated is to be reversed
                tests.append(f"({has}'__getitem__') or not {has}'__iter__'))")
    for one, other in derived.ask.same_shape.items():
        tests.append(f"tangent_ad_shape({one}) == tangent_ad_shape({other})")
    tests += seed_tests(derived)
    tests += [equality_text(left, right) for left, right in derived.ask.lengths]
    return tests


def iterated_in(derived: Derived) -> set[str]:
    """The names that the loops of a derivative go over."""
    everything = [n for made in derived.made.values() for n in trees.statements(made.tree.body)]
    loops = [node.iter for node in everything if isinstance(node, gast.For)]
    return set().union(*map(trees.reads, loops))


def scope_of(derived: Derived) -> dict[str, Any]:
    """The names in the tests: ours, and one for each function among the arguments."""
    functions = {
        given_name(name): derived.arguments[name].value
        for name in derived.parameters
        if is_function(derived.arguments[name])
    }
    classes = {class_name(c): c for fact in derived.arguments.values() for c in classes_in(fact)}
    return {**NAMES, **functions, **classes}


def classes_in(fact: Fact) -> Iterator[type]:
    """The classes of an argument that is an object, and of those in it."""
    cls = argument_class(fact)
    if cls is not None:
        yield cls
        for item in attributes(fact).values():
            yield from classes_in(item)


def class_name(cls: type) -> str:
    return f"tangent_ad_class_{cls.__name__}_{id(cls)}"


def is_function(fact: Fact) -> bool:
    is_known = fact.value is not facts.MISSING and not isinstance(fact.value, facts.Partial)
    return fact.kind == facts.CALLABLE and is_known


def given_name(name: str) -> str:
    return f"tangent_ad_given_{name}"


def other_tests(name: str, fact: Fact, rank: int | None, is_array: bool) -> list[str]:
    """Tests of an argument that is not differentiated; the text may copy it as an array."""
    if rank is None and fact.is_number and isinstance(fact.shape, tuple):
        rank = len(fact.shape)
    if rank == 0 and fact.dtype in ("int", "bool"):
        return [f"{name}.__class__ is tangent_ad_{fact.dtype}"]
    if rank == 0:
        return [f"{name}.__class__ not in tangent_ad_SEVERAL"]
    if rank is not None:
        array = f"{name}.__class__ is tangent_ad_ndarray and {name}.ndim == {rank}"
        return [f"{array} and {ordinary_test(name, fact.dtype)}"]
    if fact.kind in (facts.NUMBER, facts.UNKNOWN):
        array = f"{name}.__class__ is tangent_ad_ndarray and {ordinary_test(name)}"
        if is_array:
            return [array]
        other = f"{name}.__class__ not in tangent_ad_ODD and not tangent_ad_holds_complex({name})"
        return [f"{name}.__class__ in tangent_ad_PLAIN or {array} or {other}"]
    if is_function(fact):
        return [f"{name} is {given_name(name)}"]
    if fact.kind == facts.NONE:
        return [f"{name} is None"]
    if fact.kind in (facts.TEXT, facts.RANGE):
        return [f"{name}.__class__ is tangent_ad_{'str' if fact.kind == facts.TEXT else 'range'}"]
    if fact.is_container and fact.items is None and fact.element is None:
        real = f"not tangent_ad_holds_complex({name})"
        return [f"{name}.__class__ is tangent_ad_{fact.kind} and {real}"]
    if fact.kind == facts.LIST and fact.items is None and fact.element == facts.FLOAT:
        each = f"tangent_ad_FLOATS.issuperset(tangent_ad_map(tangent_ad_type, {name}))"
        return [f"{name}.__class__ is tangent_ad_list and {each}"]
    return ["False"] if fact.is_container or fact.kind == facts.CALLABLE else []


def instance_tests(path: str, fact: Fact, derived: Derived) -> list[str]:
    """Tests of an argument that is an object: its class, then its attributes."""
    cls = argument_class(fact)
    assert cls is not None
    tests = [f"{path}.__class__ is {class_name(cls)}"]
    for key, item in attributes(fact).items():
        part = f"{path}.{key}"
        if argument_class(item) is not None:
            tests += instance_tests(part, item, derived)
        elif item.is_number and item.dtype == "float":
            tests.append(differentiable_test(part, item, part in derived.ask.arrays))
        else:
            tests += other_tests(part, item, None, False)
    return tests


def record_tests(record: Record, fact: Fact, derived: Derived) -> list[str]:
    """Tests of an argument that was taken apart: its form, then its parts."""
    path = record.path
    tests = [f"{path}.__class__ is tangent_ad_{record.kind}"]
    if record.kind == facts.DICT:
        keys = ", ".join(repr(k) for k in record.keys)
        tests.append(f"{path}.keys() == {{{keys}}}")
    else:
        tests.append(f"tangent_ad_len({path}) == {len(record.keys)}")
    items = dict(fact.items or ()) if record.kind == facts.DICT else dict(enumerate(fact.items or ()))
    for key in record.keys:
        inner = record.inner.get(key)
        part = path_of(path, key)
        if inner is not None:
            tests += record_tests(inner, items[key], derived)
        else:
            tests.append(differentiable_test(part, items[key], part in derived.ask.arrays))
    return tests


def conjunction(tests: list[str]) -> ast.expr | None:
    if not tests:
        return None
    return ast.parse(" and ".join(f"({t})" for t in tests), mode="eval").body


def seed_tests(derived: Derived) -> list[str]:
    if derived.options.mode == "forward":
        pairs = zip(derived.seeds, derived.options.wrt, strict=True)
        return [tangent_test(seed, name, derived.arguments[name]) for seed, name in pairs]
    tests: list[str] = []
    if derived.seed_test:
        tests.append(f"tangent_ad_shape({derived.seeds[0]}) == {derived.seed_test}")
    if len(derived.seeds) != len(derived.complex_seeds):
        return tests  # a seed in the form of a tuple
    for seed, may_be_complex in zip(derived.seeds, derived.complex_seeds, strict=True):
        if may_be_complex:
            tests.append(f"tangent_ad_iscomplexobj({seed})")
        elif derived.result.is_scalar:
            tests.append(f"{seed}.__class__ in tangent_ad_FLOATS")
        elif derived.seed_test:
            tests.append(f"not tangent_ad_iscomplexobj({seed})")
    return tests


def seed_guard(derived: Derived) -> ast.expr | None:
    """The test of the seed that a variant keeps."""
    if derived.seed_test and derived.options.mode == "reverse":
        return conjunction([f"tangent_ad_shape({derived.seeds[0]}) == {derived.seed_test}"])
    return None


def wrong_seed(derived: Derived) -> Callable:
    def refuse(*args: Any, **keywords: Any) -> Any:
        names = [*derived.parameters]
        values = {**dict(zip(names, args, strict=False)), **keywords}
        seed = values.get(derived.seeds[0], args[-1])
        scope = {**values, **NAMES}
        wanted = eval(derived.seed_test, scope)  # noqa: S307 - a text of our own
        raise errors.ShapeError(
            f"the seed {derived.seeds[0]} has shape {np.shape(seed)}, the value {wanted}"
        )

    return refuse


def differentiable_test(name: str, fact: Fact, is_array: bool) -> str:
    array = f"{name}.__class__ is tangent_ad_ndarray and {name}.dtype is tangent_ad_DOUBLE"
    if fact.is_container:
        return "False"  # look at every element, every time
    if fact.is_scalar:
        return f"{name}.__class__ in tangent_ad_FLOATS"
    if isinstance(fact.shape, tuple):
        return f"{array} and {name}.ndim == {len(fact.shape)}"
    if is_array or fact.array:
        return f"{array} and {name}.ndim > 0"
    return f"{name}.__class__ in tangent_ad_FLOATS or {array} and {name}.ndim > 0"


def ordinary_test(name: str, dtype: str = "") -> str:
    """An array of float64, or of ints, bools or objects, which never meet the type of a gradient."""
    if dtype in ("int", "bool"):
        return f"{name}.dtype.kind in {'iu' if dtype == 'int' else 'b'!r}"
    return f"({name}.dtype is tangent_ad_DOUBLE or {name}.dtype.kind not in 'fc')"


def tangent_test(seed: str, name: str, fact: Fact) -> str:
    if fact.is_scalar:
        return f"{seed}.__class__ in tangent_ad_FLOATS"
    if fact.is_container:
        return "True"
    shape = f"tangent_ad_shape({seed}) == tangent_ad_shape({name})"
    return f"{shape} and not tangent_ad_iscomplexobj({seed})"
