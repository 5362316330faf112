"""What a derivative takes for granted about its arguments, in words and as tests to read.

The test on entry of a live derivative (`specialize`) is made for speed; these are made for the
reader of a saved module, who has no variants to fall back on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tangent_ad.analysis import facts
from tangent_ad.analysis.assumptions import equality_text, length_text
from tangent_ad.analysis.classes import attributes
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.records import Record, path_of
from tangent_ad.derive import Derived


class Requirement(NamedTuple):
    """`subject` is an expression of the arguments, `words` what it must be; `test` says `np`
    where it means NumPy."""

    subject: str
    words: str
    test: str

    def tested(self, numpy: str) -> str:
        return self.test.replace("np.", f"{numpy}.")


def requirements(derived: Derived) -> list[Requirement]:
    """Everything that a derivative assumes, in the order of its parameters."""
    found: list[Requirement] = []
    for name in derived.parameters:
        fact = derived.arguments[name]
        if name in derived.records:
            found += _of_record(derived.records[name], fact, derived)
        elif name in derived.options.wrt:
            found.append(_differentiable(name, fact, derived))
        else:
            found += _of_other(name, fact, derived.ask.ranks.get(name))
    for one, other in derived.ask.same_shape.items():
        test = f"np.shape({one}) == np.shape({other})"
        found.append(Requirement(one, f"of the shape of {other}", test))
    found += _of_seeds(derived)
    for left, right in derived.ask.lengths:
        one, other = length_text(left), length_text(right)
        found.append(Requirement(one, f"equal to {other}", equality_text(left, right)))
    return found


def _of_record(record: Record, fact: Fact, derived: Derived) -> Iterator[Requirement]:
    path = record.path
    if record.kind == facts.DICT:
        items = dict(fact.items or ())
        keys = ", ".join(repr(k) for k in record.keys)
        form, test = f"with the keys {keys}", f"{path}.keys() == {{{keys}}}"
    elif record.kind == facts.OBJECT:
        yield from _of_object(record, fact, derived)
        return
    else:
        items = dict(enumerate(fact.items or ()))
        form, test = f"of {len(record.keys)}", f"len({path}) == {len(record.keys)}"
    words = f"a {record.kind} {form}"
    yield Requirement(path, words, f"isinstance({path}, {record.kind}) and {test}")
    for key in record.keys:
        part = path_of(path, key)
        if key in record.inner:
            yield from _of_record(record.inner[key], items[key], derived)
        else:
            yield _differentiable(part, items[key], derived)


def _of_object(record: Record, fact: Fact, derived: Derived) -> Iterator[Requirement]:
    items = attributes(fact)
    for key in record.keys:
        part = path_of(record.path, key, record.kind)
        if key in record.inner:
            yield from _of_object(record.inner[key], items[key], derived)
        else:
            yield _differentiable(part, items[key], derived)


def _differentiable(name: str, fact: Fact, derived: Derived) -> Requirement:
    # A text for several float types casts what it returns.
    array = f"{name}.dtype.kind == 'f'" if derived.options.cast else f"{name}.dtype == float"
    what = "floats"
    if fact.dtype == "complex":
        array, what = f"{name}.dtype.kind == 'c'", "complex numbers"
    is_each_known = fact.element is not None and (fact.element.items or fact.element.rank)
    if fact.kind == facts.LIST and fact.element and is_each_known:
        return _of_each(name, fact.element, derived)
    if fact.is_container:
        return Requirement(name, f"a {fact.kind} of floats", f"isinstance({name}, {fact.kind})")
    if fact.is_scalar:
        return Requirement(name, "one number", f"np.isscalar({name})")
    if isinstance(fact.shape, tuple):
        axes = f"{len(fact.shape)} {'axis' if len(fact.shape) == 1 else 'axes'}"
        words = f"an array of {what} with {axes}"
        return Requirement(name, words, f"{name}.ndim == {len(fact.shape)} and {array}")
    if name in derived.ask.arrays or fact.array:
        return Requirement(name, f"an array of {what}", f"{name}.ndim > 0 and {array}")
    test = f"np.isscalar({name}) or {name}.ndim > 0 and {array}"
    return Requirement(name, "a number or an array of floats", test)


def _of_each(name: str, element: Fact, derived: Derived) -> Requirement:
    """What is taken for granted of each element of a list."""
    each = "_".join([*re.findall(r"\w+", name), "each"])
    items = element.items or ()
    if element.is_number:
        part = _differentiable(each, element, derived)
        test = f"isinstance({name}, list) and all({part.test} for {each} in {name})"
        return Requirement(name, f"a list, each {part.words}", test)
    pairs = items if element.kind == facts.DICT else tuple(enumerate(items))
    keys = [key for key, _ in pairs]
    if element.kind == facts.DICT:
        form = f"a list of dicts with {', '.join(map(repr, keys))}"
        tests = [f"{each}.keys() == {{{', '.join(map(repr, keys))}}}"]
    else:
        form, tests = f"a list of tuples of {len(keys)}", [f"len({each}) == {len(keys)}"]
    tests += [_differentiable(path_of(each, key), fact, derived).test for key, fact in pairs]
    test = f"isinstance({name}, list) and all({' and '.join(tests)} for {each} in {name})"
    return Requirement(name, form, test)


def _of_other(name: str, fact: Fact, rank: int | None) -> Iterator[Requirement]:
    if rank is None and fact.is_number and isinstance(fact.shape, tuple):
        rank = len(fact.shape)
    if rank == 0:
        yield Requirement(name, "no array", f"np.ndim({name}) == 0")
    elif rank is not None:
        words = f"an array with {rank} {'axis' if rank == 1 else 'axes'}"
        yield Requirement(name, words, f"{name}.ndim == {rank}")
    elif fact.kind == facts.CALLABLE and hasattr(fact.value, "__name__"):
        function = fact.value.__name__
        yield Requirement(name, f"the function {function}", f"{name}.__name__ == {function!r}")
    elif fact.kind == facts.NONE:
        yield Requirement(name, "None", f"{name} is None")
    elif fact.is_container:
        yield Requirement(name, f"a {fact.kind}", f"isinstance({name}, {fact.kind})")


def _of_seeds(derived: Derived) -> Iterator[Requirement]:
    if derived.options.mode == "forward":
        for seed, name in zip(derived.seeds, derived.options.wrt, strict=True):
            if not derived.arguments[name].is_container:
                test = f"np.shape({seed}) == np.shape({name})"
                yield Requirement(seed, f"of the shape of {name}", test)
    elif derived.seed_test:
        seed, wanted = derived.seeds[0], derived.seed_test.replace("tangent_ad_shape(", "np.shape(")
        yield Requirement(seed, "of the shape of the value", f"np.shape({seed}) == {wanted}")
    elif derived.result.is_scalar:
        for seed in derived.seeds:
            yield Requirement(seed, "one number", f"np.isscalar({seed})")
