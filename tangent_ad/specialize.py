"""Derivatives for arguments that fail the test on entry (see `guards`).

Assumptions about arguments (ranks, equal lengths, float64) are tested in a few comparisons. Where
one does not hold, the arguments are looked at: what cannot be differentiated is refused, Python
ints become floats, and for the rest a derivative for just these kinds of arguments is made, once.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tangent_ad import errors, guards
from tangent_ad.analysis import classes, facts, shapes
from tangent_ad.analysis.assumptions import parameter as token_of
from tangent_ad.analysis.facts import Fact
from tangent_ad.derive import Derived, Options, compiled, derive, module_text
from tangent_ad.runtime import checks
from tangent_ad.runtime.instances import is_instance, is_named, own_attributes
from tangent_ad.runtime.precision import of_type
from tangent_ad.syntax import trees

MOST_NESTED = 8  # objects inside each other
PASSED_ON = ("default_seeds", "seeds_like", "primal")


class Specializer:
    """A derivative and its variants for other kinds of arguments."""

    def __init__(
        self,
        function: types.FunctionType,
        options: Options,
        like: Mapping[str, Any] | None = None,
    ) -> None:
        self.function = function
        self.options = options
        self.variants: list[tuple[dict[str, Fact], Derived, dict[str, types.FunctionType]]] = []
        self.read: list[tuple[dict[str, Fact], types.FunctionType]] = []
        given = facts_of(like) if like else None
        inner = self.of_inner(like) if like else function
        options = options._replace(cast=has_other_floats(like or {}))
        self.derived = derive(inner, options, given)
        inherited = getattr(function, "entry_tests", ())
        self.tests = list(dict.fromkeys((*guards.tests_of(self.derived), *inherited)))
        self.scope = {**getattr(function, "entry_scope", {}), **guards.scope_of(self.derived)}
        guard = guards.conjunction(self.tests) if options.check_dims else None
        self.guard = (guard, self.scope) if guard is not None else None
        self.functions = compiled(self.derived, guard, self.respecialize, self.scope)
        self.entry = self.functions[self.derived.entry]

    def respecialize(self, *args: Any, **keywords: Any) -> Any:
        """Call a derivative made for these arguments."""
        code = self.entry.__code__
        names = code.co_varnames[: code.co_argcount]
        values = dict(zip(names, args, strict=False))
        values.update(keywords)
        if code.co_flags & 0x04:
            rest = args[len(names) :]
            values[code.co_varnames[code.co_argcount + code.co_kwonlyargcount]] = rest
        values = self.prepared(values)
        derived, functions = self.variant(values)
        self.check_seeds(values, derived)
        if self.options.mode == "reverse" and derived.result.is_scalar and derived.seeds:
            shape = np.shape(values.get(derived.seeds[0], 1.0))
            if shape != () and self.options.output == "any":
                raise errors.ShapeError(
                    f"the seed {derived.seeds[0]} has shape {shape}, the value is one number, of "
                    "shape ()"
                )
        positional = [values[n] for n in names[: len(args)]]
        call = functions[derived.entry]
        return call(*positional, *args[len(names) :], **{k: values[k] for k in keywords})

    def prepared(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as something that can be differentiated, or InputTypeError."""
        for name, value in values.items():
            refuse_iterator(name, value, self.function)
        changed = {
            name: differentiable(name, values[name], self.function) for name in self.options.wrt
        }
        return {**values, **changed}

    def halves(self, values: Mapping[str, Any]) -> tuple[Callable, Callable]:
        """The forward and the backward pass of a derivative in split motion, for these arguments."""
        derived, functions = self.variant(values)
        forward, backward = list(derived.made)[-3:-1]
        return functions[forward], functions[backward]

    def check_seeds(self, values: dict[str, Any], derived: Derived) -> None:
        for position, name in enumerate(self.derived.seeds):
            value = values[name]
            if self.options.mode == "reverse":
                is_whole = len(derived.complex_seeds) != len(derived.seeds)
                may_be_complex = not is_whole and derived.complex_seeds[position]
                value = values[name] = checks.seed_for(value, may_be_complex)
            is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
            if is_number and not np.iscomplexobj(value):
                value = values[name] = self.seed_type(values)(value)
            if self.options.mode == "forward":
                primal = values[self.options.wrt[position]]
                if not same_form(value, primal):
                    raise errors.ShapeError(
                        f"the tangent {name} has shape {form(value)}, "
                        f"its argument {self.options.wrt[position]} {form(primal)}"
                    )
                if is_complex(value) and not is_complex(primal):
                    raise errors.InputTypeError(
                        f"the tangent {name} is complex, its argument {self.options.wrt[position]} real"
                    )
                values[name] = of_type(value, primal)
            elif self.options.output == "scalar" and np.shape(value) != ():
                raise errors.ShapeError(
                    f"the seed {name} has shape {np.shape(value)}; a gradient starts from one number"
                )

    def seed_type(self, values: Mapping[str, Any]) -> Callable:
        """The type of a seed: the widest among the arguments, so that no gradient loses digits."""
        if not has_other_floats(values):
            return float
        found = [a.real.dtype for n in self.options.wrt for a in floats_in(values[n])]
        return np.result_type(*found).type if found else float

    def for_kinds(self, arguments: Mapping[str, Fact]) -> types.FunctionType:
        """The derivative to read where another function calls it with such arguments.

        The text of a derivative is right for the arguments it was written for only; where the
        ranks at the call are known, one is written for them that takes no two lengths for equal.
        """
        given = {p: own_kind(p, fact) for p, fact in arguments.items()}
        if None in given.values() or set(given) != {*self.derived.parameters, *self.derived.seeds}:
            return self.entry
        for known, function in self.read:
            if known == given:
                return function
        kinds = {p: fact for p, fact in given.items() if fact is not None}
        parameters = {p: kinds[p] for p in self.derived.parameters}
        inner = self.function
        if hasattr(inner, "specializer"):
            inner = inner.specializer.for_kinds(parameters)
        derived = derive(inner, self.options._replace(assume_lengths=False), parameters)
        with_seeds(derived, self.derived.seeds)
        function = compiled(derived, None, None, {})[derived.entry]
        function.__dict__.update({k: getattr(self.entry, k) for k in PASSED_ON})
        self.read.append((kinds, function))
        return function

    def of_inner(self, values: Mapping[str, Any]) -> types.FunctionType:
        """The function to derive for some arguments. That of a derivative is only right for the
        arguments it was written for, so its own variant for these takes its place."""
        inner: Specializer | None = getattr(self.function, "specializer", None)
        if inner is None or not all(p in values for p in inner.derived.parameters):
            return self.function
        derived, functions = inner.variant(inner.prepared(values))
        made = functions[derived.entry]
        made.__dict__.update({k: getattr(self.function, k) for k in PASSED_ON})
        return made

    def variant(self, values: Mapping[str, Any]) -> tuple[Derived, dict[str, types.FunctionType]]:
        """The derivative made for arguments of these kinds, and its functions."""
        given = facts_of({p: values[p] for p in self.derived.parameters if p in values})
        options = self.options._replace(cast=has_other_floats(values))
        for known, derived, functions in self.variants:
            same = known == given and derived.options.cast == options.cast
            if same and holds(derived, values):
                return derived, functions
        function = self.of_inner(values)
        derived = derive(function, options, given)
        if not holds(derived, values):
            # Arrays of length one broadcast against others: take no two lengths for equal.
            derived = derive(function, options._replace(assume_lengths=False), given)
        with_seeds(derived, self.derived.seeds)
        functions = compiled(
            derived, guards.seed_guard(derived), guards.wrong_seed(derived), guards.NAMES
        )
        self.variants.append((given, derived, functions))
        return derived, functions


def with_seeds(derived: Derived, seeds: tuple[str, ...]) -> None:
    """Call the seeds of a variant as those of the first one: who differentiates it knows their names."""
    if derived.seeds == seeds or len(derived.seeds) != len(seeds):
        return
    pairs = list(zip(derived.seeds, seeds, strict=True))
    exchanged = {**{new: old for old, new in pairs}, **dict(pairs)}
    made = derived.made[derived.entry]
    made.tree = trees.rename(made.tree, exchanged)
    derived.text, derived.places = module_text(derived.made)
    derived.seeds = seeds


def own_kind(parameter: str, fact: Fact) -> Fact | None:
    """What is known of an argument at a call, in terms of the parameter; None if not its rank."""
    if fact.is_number and isinstance(fact.shape, tuple):
        if fact.shape == ():
            return fact._replace(value=facts.MISSING)
        sizes = tuple((("size", token_of(parameter), axis), 0) for axis in range(len(fact.shape)))
        return facts.array(sizes, fact.dtype)
    return None if fact.is_number or fact.kind == facts.UNKNOWN else fact._replace()


def holds(derived: Derived, values: Mapping[str, Any]) -> bool:
    return all(
        length_now(left, values) == length_now(right, values)
        for left, right in derived.ask.lengths
    )


def length_now(length: shapes.Length, values: Mapping[str, Any]) -> int:
    if isinstance(length, int):
        return length
    token: Any
    token, offset = length
    _, (_, path), axis = token
    value = eval(path, {}, dict(values))  # noqa: S307 - `params['W']`, a text of our own
    return int(np.shape(value)[axis]) + offset


# ---- looking at arguments --------------------------------------------------------------------


def differentiable(name: str, value: Any, function: types.FunctionType) -> Any:
    """The argument as something that has a derivative, or InputTypeError."""
    if isinstance(value, (float, complex, np.inexact)):
        return value
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return value
    if type(value) in (list, tuple):
        return type(value)(differentiable(f"{name}[{i}]", v, function) for i, v in enumerate(value))
    if type(value) is dict:
        return {k: differentiable(f"{name}[{k!r}]", v, function) for k, v in value.items()}
    if is_instance(value) or is_named(value):
        return value
    what = f"an array of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
    hint = "leave it out of wrt"
    if isinstance(value, np.ndarray) and value.dtype.kind in "iub":
        hint = "convert it with .astype(float)"
    raise errors.InputTypeError(
        f"{function.__name__}: argument {name} is {what}, which has no derivative; {hint}"
    )


def is_complex(value: Any) -> bool:
    return not isinstance(value, (dict, list, tuple)) and bool(np.iscomplexobj(value))


def refuse_iterator(name: str, value: Any, function: types.FunctionType) -> None:
    """What can be gone through once is empty when the backward pass goes through it again."""
    if isinstance(value, Iterator):
        raise errors.InputTypeError(
            f"{function.__name__}: argument {name} is an iterator ({type(value).__name__}), which is "
            "used up by one pass; give list(...) of it"
        )


def floats_in(value: Any) -> Iterator[Any]:
    """The arrays and numbers of floats, or complex ones, in an argument; Python's own count as of 64
    bits."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from floats_in(item)
    elif isinstance(value, (np.ndarray, np.inexact)) and value.dtype.kind in "fc":
        yield value
    elif isinstance(value, (float, complex)):
        yield np.asarray(value)


def has_other_floats(values: Mapping[str, Any]) -> bool:
    """Whether some argument is of less or more than 64 bits, or a structure that holds complex
    numbers, some of whose gradients may be real."""
    return any(
        a.real.dtype != guards.DOUBLE or a.dtype.kind == "c" and isinstance(value, (dict, list, tuple))
        for value in values.values()
        for a in floats_in(value)
    )


def same_form(tangent: Any, value: Any) -> bool:
    """Whether a tangent has the shape, or the form, of its value."""
    if isinstance(value, dict):
        return (
            isinstance(tangent, dict)
            and tangent.keys() == value.keys()
            and all(same_form(tangent[k], value[k]) for k in value)
        )
    if isinstance(value, (list, tuple)):
        return (
            isinstance(tangent, (list, tuple))
            and len(tangent) == len(value)
            and all(map(same_form, tangent, value))
        )
    return np.shape(tangent) == np.shape(value)


def form(value: Any) -> str:
    if isinstance(value, (dict, list, tuple)):
        return f"that of a {type(value).__name__} of {len(value)}"
    return str(np.shape(value))


def facts_of(values: Mapping[str, Any]) -> dict[str, Fact]:
    """What actual arguments tell: kind, rank and element type, not the lengths, but which of those
    in lists are equal at every position."""
    numbers: dict[tuple[int, ...], int] = {}
    return {name: fact_of(name, value, numbers) for name, value in values.items()}


def fact_of(name: str, value: Any, numbers: dict[tuple[int, ...], int]) -> Fact:
    if isinstance(value, np.ndarray):
        shape = tuple((("size", token_of(name), axis), 0) for axis in range(value.ndim))
        return facts.array(shape, facts.dtype_name(value.dtype))
    if is_named(value):
        parts = zip(value._fields, value, strict=True)
        items = tuple(fact_of(f"{name}.{key}", item, numbers) for key, item in parts)
        return facts.sequence(facts.TUPLE, items)._replace(cls=type(value))
    if type(value) in (list, tuple):
        items = tuple(fact_of(f"{name}[{i}]", v, numbers) for i, v in enumerate(value))
        kind = facts.TUPLE if type(value) is tuple else facts.LIST
        known = facts.sequence(kind, items)
        if len(value) > 1 and known.element is not None:
            known = known._replace(element=element_of(value, known.element, numbers))
        return known
    if type(value) is dict:
        pairs = tuple((k, fact_of(f"{name}[{k!r}]", v, numbers)) for k, v in value.items())
        return Fact(facts.DICT, items=pairs)
    if is_instance(value):
        return instance_fact(name, value, numbers)
    if isinstance(value, np.dtype):
        return Fact(facts.OBJECT, dtype=facts.dtype_name(value))
    known = facts.of_object(value)
    # The next call may give another text: it decides nothing.
    return Fact(known.kind) if known.kind in (facts.OBJECT, facts.TEXT) else known


def instance_fact(name: str, value: Any, numbers: dict[tuple[int, ...], int]) -> Fact:
    """The fact of an object: its class and those of its attributes."""
    if name.count(".") > MOST_NESTED:  # an object that refers back to itself
        return Fact(facts.OBJECT)
    own = own_attributes(value).items()
    pairs = [(k, fact_of(f"{name}.{k}", v, numbers)) for k, v in own]
    cls = Fact(facts.CALLABLE, value=type(value))
    return Fact(facts.OBJECT, items=((classes.CLASS, cls), *pairs))


def element_of(values: Sequence[Any], fact: Fact, numbers: dict[tuple[int, ...], int]) -> Fact:
    """The fact of any one of some values, with a number for each length: in `[(W, b), ...]` the
    length of `b` is that of the second axis of `W`, if it is so in all of the pairs."""
    if fact.is_number and isinstance(fact.shape, tuple) and fact.array:
        lengths = zip(*map(np.shape, values), strict=True)
        found = [numbers.setdefault(axis, len(numbers)) for axis in lengths]
        return fact._replace(shape=tuple(map(shapes.of_element, found)))
    if fact.items is None:
        return fact
    if fact.kind == facts.OBJECT:
        values = [{k: getattr(v, k) for k, _ in fact.items} for v in values]
    keyed = fact.kind in (facts.DICT, facts.OBJECT)
    pairs = fact.items if keyed else tuple(enumerate(fact.items))
    parts = [(k, element_of([v[k] for v in values], item, numbers)) for k, item in pairs]
    items = tuple(parts) if keyed else tuple(item for _, item in parts)
    return fact._replace(items=items)
