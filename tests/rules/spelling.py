"""Write a use of an operation as the source of a function: `np.sum(x, axis=1)`, `x.T`, `x + y`."""

from __future__ import annotations

import builtins
import cmath
import itertools
import linecache
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import FunctionType
from typing import Any

import gast
import numpy as np

from tangent_ad.analysis import operations
from tangent_ad.analysis.operations import Operation
from tangent_ad.rules.samples import Sample
from tangent_ad.syntax import template, trees

from .sampling import samples_of

SYMBOLS = {
    gast.Add: "+", gast.Sub: "-", gast.Mult: "*", gast.Div: "/", gast.FloorDiv: "//",
    gast.Mod: "%", gast.Pow: "**", gast.MatMult: "@", gast.USub: "-", gast.UAdd: "+",
}  # fmt: skip
OPERATORS = {
    function: SYMBOLS[kind]
    for kind, function in (*trees.BINARY.items(), *trees.UNARY.items())
    if kind in SYMBOLS
}
PLACES = ((np, "np."), (np.linalg, "np.linalg."), (np.fft, "np.fft."), (math, "math."),
          (cmath, "cmath."), (builtins, ""))  # fmt: skip
serial = itertools.count()


@dataclass
class Use:
    """A function of its own that uses an operation, with the values of its parameters.

    `wrt` are the parameters of differentiation. `variant` tells how the text differs from the plain
    one; `is_alias` says that the rule is tested at length under another name.
    """

    entry: Operation
    number: int
    text: str
    values: dict[str, Any]
    wrt: tuple[str, ...]
    namespace: dict[str, Any] = field(repr=False, default_factory=dict)
    variant: str = ""
    is_alias: bool = False

    @property
    def id(self) -> str:
        return "-".join(filter(None, (self.entry.name, str(self.number), self.variant)))

    @property
    def is_first(self) -> bool:
        return self.number == 0 and not self.variant

    @cached_property
    def function(self) -> FunctionType:
        return compiled(self.text, self.namespace)

    @property
    def arguments(self) -> list[Any]:
        return list(self.values.values())


def compiled(text: str, namespace: dict[str, Any]) -> FunctionType:
    """The function of a text, known to linecache as those of a file are."""
    filename = f"<use {next(serial)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), namespace)
    return namespace["f"]


def uses(kinds: tuple[str, ...] = (operations.ELEMENTWISE, operations.GENERAL)) -> list[Use]:
    """Uses of every differentiable operation in the table. Of a rule with several names, all samples
    are for the first; the others are used once, and once as a method."""
    found: list[Use] = []
    seen: set[Any] = set()
    for entry in operations.TABLE.values():
        if entry.kind in kinds and is_of_library(entry):
            is_alias = entry.adjoint in seen
            seen.add(entry.adjoint)
            samples = samples_of(entry)[: 1 if is_alias else None]
            for number, sample in enumerate(samples):
                for use in spelled(entry, sample, number):
                    use.is_alias = is_alias
                    found.append(use)
    return found


def spelled(entry: Operation, sample: Sample, number: int) -> Iterator[Use]:
    """A sample as source: as it stands, with variables for literals, with lists in variables."""
    if sample.text:
        body = sample.text.strip()
        wrt = tuple(k for k, v in sample.keywords.items() if is_float(v))
        text = f"def f({', '.join(sample.keywords)}):\n" + indented(body)
        namespace = {**base_namespace(), "operation": entry.function}
        yield Use(entry, number, text, dict(sample.keywords), wrt, namespace)
        return
    plain = Speller(entry, sample)
    yield plain.use(number)
    for variant, options in (("variables", {"variables": True}), ("lists", {"lists": True})):
        other = Speller(entry, sample, **options)
        if other.call != plain.call and not is_of_runtime(entry):
            yield other.use(number, variant)


def is_of_library(entry: Operation) -> bool:
    """Whether a rule is not one that some other test has declared."""
    return entry.adjoint is not None and entry.adjoint.__module__.startswith("tangent_ad.")


def is_of_runtime(entry: Operation) -> bool:
    """Whether an operation only stands in derivatives: what they need of it is all it is tested for."""
    return entry.name.startswith("tangent_ad.runtime.")


def base_namespace() -> dict[str, Any]:
    return {"np": np, "math": math, "cmath": cmath}


def indented(body: str) -> str:
    return "".join(f"    {line}\n" for line in body.splitlines())


def is_float(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(is_float, value))
    if isinstance(value, tuple):
        return any(map(is_float, value))
    if isinstance(value, dict):
        return any(map(is_float, value.values()))
    return isinstance(value, (float, np.floating)) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )


class Speller:
    def __init__(
        self, entry: Operation, sample: Sample, variables: bool = False, lists: bool = False
    ) -> None:
        self.entry = entry
        self.variables, self.lists = variables, lists
        self.values: dict[str, Any] = {}
        self.wrt: list[str] = []
        self.namespace = base_namespace()
        self.differentiable = differentiable(entry)
        names = list(entry.parameters)
        rest = [entry.variadic] * len(sample.arguments)
        positional = [
            self.argument(value, name)
            for value, name in zip(sample.arguments, names + rest, strict=False)
        ]
        keywords = [f"{k}={self.argument(v, k)}" for k, v in sample.keywords.items()]
        self.call = self.spell(positional, keywords)

    def use(self, number: int, variant: str = "") -> Use:
        result = eval(self.call, dict(self.namespace), dict(self.values))
        body = self.weighted(result)
        text = f"def f({', '.join(self.values)}):\n" + indented(body)
        return Use(self.entry, number, text, self.values, tuple(self.wrt), self.namespace, variant)

    # ---- arguments --------------------------------------------------------------------------

    def argument(self, value: Any, parameter: str | None) -> str:
        active = parameter in self.differentiable
        if isinstance(value, (list, tuple)) and is_or_holds_array(value):
            if self.lists and isinstance(value, list) and is_float(value):
                return self.variable(value, active)
            inner = [self.argument(item, parameter) for item in value]
            if isinstance(value, list):
                return f"[{', '.join(inner)}]"
            return f"({', '.join(inner)}{',' if len(inner) == 1 else ''})"
        if isinstance(value, dict):
            return (
                "{"
                + ", ".join(f"{k!r}: {self.argument(v, parameter)}" for k, v in value.items())
                + "}"
            )
        if isinstance(value, np.ndarray) or (isinstance(value, float) and active):
            return self.variable(value, active and is_float(value))
        if self.variables and is_index(value):
            return self.variable(value, False)
        if isinstance(value, type) or callable(value):
            return str(value.__name__)
        if isinstance(value, slice):
            return f"slice({value.start}, {value.stop}, {value.step})"
        return repr(value).replace("inf", "np.inf")

    def variable(self, value: Any, active: bool) -> str:
        name = f"x{len(self.values)}"
        self.values[name] = value
        if active:
            self.wrt.append(name)
        return name

    # ---- the call ---------------------------------------------------------------------------

    def spell(self, positional: list[str], keywords: list[str]) -> str:
        function = self.entry.function
        if function in OPERATORS:
            symbol = OPERATORS[function]
            return f" {symbol} ".join(positional) if len(positional) > 1 else symbol + positional[0]
        if self.entry.name.endswith("getitem"):
            return f"{positional[0]}[{positional[1]}]"
        if hasattr(function, "__objclass__"):
            owner, name = positional[0], function.__name__
            if not callable(function):
                return f"{owner}.{name}"
            return f"{owner}.{name}({', '.join(positional[1:] + keywords)})"
        for module, prefix in PLACES:
            name = getattr(function, "__name__", "")
            if getattr(module, name, None) is function:
                return f"{prefix}{name}({', '.join(positional + keywords)})"
        self.namespace["operation"] = function
        return f"operation({', '.join(positional + keywords)})"

    def weighted(self, result: Any) -> str:
        """A number made of the result in which every part counts, and not linearly."""
        if not isinstance(result, (tuple, list)):
            self.weight("w", result)
            return f"y = {self.call}\nreturn {term('w', 'y', result)}"
        names = [f"y{i}" for i in range(len(result))]
        terms = []
        for i, part in enumerate(result):
            if is_float(part):
                self.weight(f"w{i}", part)
                terms.append(term(f"w{i}", f"y{i}", part))
        return f"{', '.join(names)}, = {self.call}\nreturn {' + '.join(terms)}"

    def weight(self, name: str, part: Any) -> None:
        if np.ndim(part):
            self.values[name] = np.cos(1.0 + np.arange(np.size(part))).reshape(np.shape(part))


def term(weight: str, name: str, part: Any) -> str:
    if np.iscomplexobj(part):
        weight = weight if np.ndim(part) else "0.7"
        return f"np.sum(({weight} * {name} + 0.25 * {name} * {name}).real)"
    if np.ndim(part):
        return f"np.sum({weight} * {name} + 0.25 * {name} * {name})"
    return f"0.7 * {name} + 0.25 * {name} * {name}"


def is_index(value: Any) -> bool:
    """An int or a tuple of ints: what a program may as well compute."""
    if isinstance(value, tuple):
        return bool(value) and all(map(is_index, value))
    return isinstance(value, int) and not isinstance(value, bool)


def is_or_holds_array(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(is_or_holds_array, value))
    return isinstance(value, (np.ndarray, float))


def differentiable(entry: Operation) -> frozenset[str]:
    """The parameters that the rule of an operation gives a derivative for."""
    if entry.adjoint is None:
        return frozenset()
    rule = template.Template(entry.adjoint)
    if entry.kind == operations.ELEMENTWISE:
        counts = [
            len(n.value.elts) if isinstance(n.value, gast.Tuple) else 1
            for n in trees.walk(rule.tree)
            if isinstance(n, gast.Return)
        ]
        return frozenset(entry.parameters[: max(counts)])
    found = {template.derivative_of(n) for n in trees.walk(rule.tree)}
    return frozenset(p for p in found if p and p != rule.parameters[0])
