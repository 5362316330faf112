"""One derivation: the function, everything it calls, and the functions that come of them.

Every function of the call tree is normalised once, and analysed once for each set of facts that it
is called with. Reverse mode makes two functions of a callee, `g_forward(...)`, which returns the
value and what it saved, and `g_backward(saved, by)`.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import gast

from tangent_ad import errors, pipeline
from tangent_ad.analysis import calls, effects, facts, operations, values
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.aliases import conflicts, result_repeats
from tangent_ad.analysis.assumptions import Assumptions
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.functions import (
    default_objects,
    is_installed,
    is_of_library,
    is_ours,
    is_readable,
    plain_name,
)
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.insertion import Insertion
from tangent_ad.analysis.sharing import Sharing
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import entry, records
from tangent_ad.rules.custom import rules_of
from tangent_ad.syntax import source, trees
from tangent_ad.syntax.names import MISSING, Names

DEEPEST = 60
MOST_OF_LIBRARIES = 300  # functions of installed packages that are read, some of them several times
NOTHING_TO_TAKE_APART: Mapping[str, Fact | None] = types.MappingProxyType({})
NO_OBJECTS: Mapping[str, Fact] = types.MappingProxyType({})
CACHED = type(functools.cache(len))
RUNTIME = f"{__name__.partition('.')[0]}.runtime."


class TooMany(Exception):
    """More functions of installed packages than are read."""


@dataclass(eq=False, repr=False)
class Prepared:
    """A function with the facts of its values, for one set of facts of its arguments."""

    unit: Unit
    facts: Facts
    result: Fact


@dataclass(eq=False, repr=False)
class Made:
    """A generated function before it is compiled."""

    tree: gast.FunctionDef
    names: Names
    function: types.FunctionType
    source: source.Source


@dataclass(eq=False, repr=False)
class Session:
    watch: pipeline.Watch = pipeline.silent
    optimized: bool = True
    doubles: bool = False  # whether there are no floats but float64
    refusals: list[errors.TangentError] = field(default_factory=list)
    # What normalisation refused: it runs once, and only matters if the function is differentiated.
    misread: dict[Any, list[errors.TangentError]] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    ask: Assumptions = field(default_factory=Assumptions)
    units: dict[Any, Unit] = field(default_factory=dict)
    prepared: dict[Any, Prepared] = field(default_factory=dict)
    running: dict[Any, Fact] = field(default_factory=dict)
    recursed: set[Any] = field(default_factory=set)
    recursive: set[Any] = field(default_factory=set)
    purity: dict[tuple[int, bool], bool] = field(default_factory=dict)
    sharing: dict[Any, set[str]] = field(default_factory=dict)
    repeating: dict[Any, bool] = field(default_factory=dict)
    changed: dict[Any, set[str]] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    polishing: bool = False
    reserved: set[str] = field(default_factory=set)
    of_libraries: int = 0

    # ---- reading ----------------------------------------------------------------------------

    def unit(
        self,
        function: types.FunctionType,
        active: tuple[str, ...],
        containers: Mapping[str, Fact | None] = NOTHING_TO_TAKE_APART,
        objects: Mapping[str, Fact] = NO_OBJECTS,
    ) -> Unit:
        """The function in core form; each use gets names of its own.

        `containers` are arguments to take apart where the function only reads their parts, `objects`
        those that are objects or hold such.
        """
        key = (function, active, *(tuple(sorted(m.items(), key=_name)) for m in (containers, objects)))
        if key not in self.units:
            tree, where = source.read(function)
            tree = entry.function_of(tree, plain_name(function))
            names = Names(function, tree)
            names.is_pure_function = self.is_pure
            known = {p: fact for p, fact in containers.items() if fact is not None}
            tree, made = taken_apart(tree, names, objects) if objects else (tree, {})
            others = [p for p in containers if p not in objects]
            tree, taken = records.split(tree, names, others, known)
            taken = {**made, **taken}
            misread = self.misread[function, active] = []
            unit = Unit(function, tree, where, names, active, records=taken, refusals=misread)
            unit = pipeline.normalize(unit, self.watch)
            self.units[key] = replace(unit, refusals=self.refusals)
        unit = self.units[key]
        return replace(unit, names=unit.names.copy())

    def prepare(
        self, function: types.FunctionType, arguments: Mapping[str, Fact]
    ) -> Prepared:
        """Analyse a callee for some facts of its arguments."""
        key = (function, tuple(sorted(arguments.items())))
        if key in self.prepared:
            return self.prepared[key]
        if hasattr(function, "specializer"):  # a derivative, which is written for some arguments
            function = function.specializer.for_kinds(arguments)
        active = tuple(p for p, fact in arguments.items() if Activity.may_vary(fact))
        assumed = facts.NO_VALUE
        known_before = set(self.prepared)
        for attempt in range(6):
            self.running[key] = assumed
            containers = {p: arguments[p] for p in active if arguments[p].items is not None}
            unit = replace(self.unit(function, active, containers), arguments=dict(arguments))
            unit, known = pipeline.infer(unit, self.ask, self, False, self.watch)
            result = known.of(result_of(unit.tree))
            if key not in self.recursed or result == assumed or assumed == facts.ANYTHING:
                break
            # A tuple that holds that of the call inside has no last form.
            assumed = result if attempt < 4 else facts.ANYTHING
            for other in set(self.prepared) - known_before:
                del self.prepared[other]  # it took the result for what was assumed
        del self.running[key]
        self.prepared[key] = Prepared(unit, known, result)
        return self.prepared[key]

    # ---- what inference asks (Callees) --------------------------------------------------------

    def result(self, function: Any, node: gast.Call, known: Facts) -> Fact:
        if self.polishing and str(getattr(function, "__module__", "")).startswith(RUNTIME):
            return facts.ANYTHING  # a helper is not read for what optimising could learn
        arguments = self.arguments(function, node, known)
        if arguments is None:
            return facts.ANYTHING
        key = (function, tuple(sorted(arguments.items())))
        if key in self.running:
            self.recursed.add(key)
            return self.running[key]
        before = len(self.refusals)
        result = self.prepared_here(function, arguments, node, known.unit).result
        if rules_of(function) is not None:
            # Its text is not differentiated, only looked at: it may be anything.
            readable = len(self.refusals) == before and (result.is_number or result.is_container)
            del self.refusals[before:]
            return result if readable else facts.ANYTHING
        if is_of_library(function) and result.is_immutable:
            return facts.ANYTHING  # what libraries do to make a view is not all to be read
        return result

    def prepared_here(
        self, function: Any, arguments: Mapping[str, Fact], node: gast.Call, unit: Unit
    ) -> Prepared:
        """Analyse a callee, but no function of an installed package that calls hundreds of others."""
        users = next(iter(self.units))[0]
        package = (users.__module__ or "").partition(".")[0]
        self.of_libraries += is_installed(function, package)
        if self.of_libraries > MOST_OF_LIBRARIES:
            raise TooMany
        try:
            return self.prepare(function, arguments)
        except TooMany:
            if is_installed(unit.function, package):
                raise
            name = calls.dotted(node.func) or function.__name__
            message = (
                f"{name} calls too many functions of its package to be read; declare a rule with "
                f"@adjoint({name}), or zero({name}) if its derivative is zero"
            )
            raise errors.MissingRuleError(message, unit.source.place(node), "Call") from None

    def arguments(self, function: Any, node: gast.Call, known: Facts) -> dict[str, Fact] | None:
        """The facts of a callee's parameters; None if it cannot be read or the call not matched."""
        if not is_readable(function):
            return None
        try:
            tree = self.unit(function, ()).tree
            bound = calls.match(tree.args, node)
        except (calls.BindError, errors.TangentError):
            return None
        if any(other is function for other, _ in self.running):
            self.recursive.add(function)
        if len(self.running) > DEEPEST:
            return None
        found: dict[str, Fact] = {}
        defaults = default_objects(function)
        for parameter in trees.parameters(tree.args):
            name = parameter.id
            if name in bound:
                found[name] = self.fact_of(bound[name], known)
            elif name in defaults:
                found[name] = facts.of_object(defaults[name])
            else:
                return None
            if function in self.recursive:
                found[name] = values.generalized(found[name], (function, name))
            else:
                found[name] = values.portable(found[name])
        return found

    def unread(self, function: types.FunctionType) -> str:
        """Why a function cannot be read, if it cannot."""
        try:
            self.unit(function, ())
        except errors.TangentError as error:
            return error.message
        return ""

    def parameters(self, function: Any) -> gast.arguments | None:
        """The parameters of a user's function; None for what cannot be read."""
        if not is_readable(function):
            return None
        try:
            return self.unit(function, ()).tree.args
        except errors.TangentError:
            return None

    @staticmethod
    def fact_of(bound: Any, known: Facts) -> Fact:
        if isinstance(bound, list):
            if any(isinstance(e, gast.Starred) for e in bound):
                return Fact(facts.TUPLE)
            return facts.sequence(facts.TUPLE, tuple(known.of(e) for e in bound))
        if isinstance(bound, dict):
            return Fact(facts.DICT, items=tuple((k, known.of(v)) for k, v in bound.items()))
        return known.of(bound)

    def returned(self, function: Any) -> set[str] | None:
        """The parameters of a user's function whose memory its result may share."""
        if not is_readable(function) or is_of_library(function):
            return None
        if function not in self.sharing:
            self.sharing[function] = set()  # what recursion adds comes out at the end
            try:
                unit = self.unit(function, ())
            except errors.TangentError:
                return None
            groups = effects.memory_groups(unit.tree.body)
            names = effects.shared_names(result_of(unit.tree))
            reached = set().union(*(groups.get(n, {n}) for n in names)) | names
            self.sharing[function] = reached & {p.id for p in trees.parameters(unit.tree.args)}
        return self.sharing[function]

    def repeats(self, function: Any) -> bool:
        """Whether the result of a user's function may hold one object in several places."""
        if not is_readable(function) or is_of_library(function):
            return False
        if function not in self.repeating:
            self.repeating[function] = False  # recursion alone repeats nothing
            try:
                unit = self.unit(function, ())
            except errors.TangentError:
                return False
            known = Facts(unit, Assumptions(), self)
            known.run(unit.tree.body)
            self.repeating[function] = result_repeats(unit.tree.body, known, self.returned)
        return self.repeating[function]

    # ---- purity -----------------------------------------------------------------------------

    def is_pure(self, function: Any, may_raise: bool = False) -> bool:
        """Whether a user's function does nothing but compute: no print, no write to an argument."""
        key = id(function), may_raise
        if key not in self.purity:
            self.purity[key] = True  # recursion alone is no effect
            function = self.behind(function)
            self.purity[key] = is_readable(function) and self._scan(function, may_raise)
        return self.purity[key]

    def behind(self, function: Any) -> Any:
        """The function that a cache or a compiler of numba's calls; to call that again, instead of
        looking its value up, does no harm if it does nothing but compute."""
        if isinstance(function, CACHED) and self.is_pure(function.__wrapped__, may_raise=True):
            return function.__wrapped__
        if type(function).__module__.partition(".")[0] == "numba":
            return getattr(function, "py_func", function)
        return function

    def _scan(self, function: types.FunctionType, may_raise: bool) -> bool:
        try:
            unit = self.unit(function, ())
        except errors.TangentError:
            return False
        fresh = unit.names.locals - {p.id for p in trees.parameters(unit.tree.args)}
        writes = bool(unit.rebinds)
        for node in trees.statements(unit.tree.body):
            if isinstance(node, (gast.Global, gast.Nonlocal)):
                return False
            if isinstance(node, (gast.Raise, gast.Assert, gast.Try)) and not may_raise:
                return False
            base = effects.mutated_root(node, unit.names)
            if base is not None and base not in fresh:
                return False
            writes = writes or base is not None
            for expression in trees.header(node):
                is_raised = isinstance(node, gast.Raise)
                if base is None and not is_raised and not effects.is_pure(expression, unit.names):
                    return False
        return not writes or not self.changes(function)

    def changes(self, function: types.FunctionType) -> set[str]:
        """The parameters of a user's function whose memory it may change."""
        if function not in self.changed:
            self.changed[function] = set()  # what recursion adds comes out at the end
            try:
                unit = self.unit(function, ())
            except errors.TangentError:
                return set(function.__code__.co_varnames[: function.__code__.co_argcount])
            known = Facts(unit, Assumptions(), self)
            known.run(unit.tree.body)
            groups = Sharing(unit.tree.body, known, self.returned).groups
            everything = [n for n in trees.statements(unit.tree.body) if not isinstance(n, gast.Raise)]
            called = set().union(*(self._changed_by_calls(n, unit.names) for n in everything))
            changed = called.union(*(groups.get(n, {n}) for n in called))
            changed |= {effects.mutated_root(n, unit.names) or "" for n in everything}
            # What is stored into elements goes to the names that are the array there and then.
            parameters = frozenset(p.id for p in trees.parameters(unit.tree.args))
            body = unit.tree.body
            for conflict in conflicts(body, known, unit.rebinds, self.returned, kept=parameters):
                changed |= {conflict.written, *conflict.readers}
            self.changed[function] = changed & parameters
        return self.changed[function]

    def _changed_by_calls(self, node: gast.stmt, names: Names) -> set[str]:
        found: set[str] = set()
        for expression in trees.header(node):
            for inner in trees.walk(expression):
                if not isinstance(inner, gast.Call):
                    continue
                function = names.resolve(inner.func)
                if is_readable(function) and operations.find(function) is None:
                    for _, given in self.given_to_change(function, inner):
                        found |= effects.shared_names(given)
                else:
                    base = effects.mutated_by_call(inner, names)
                    found |= {base} if base is not None else set()
        return found

    def given_to_change(
        self, function: types.FunctionType, node: gast.Call
    ) -> list[tuple[str, gast.expr]]:
        """What a call gives for the parameters whose memory the function may change."""
        try:
            bound = calls.match(self.unit(function, ()).tree.args, node)
        except (calls.BindError, errors.TangentError):
            return []
        found: list[tuple[str, gast.expr]] = []
        for parameter in sorted(self.changes(function)):
            given = bound.get(parameter, [])
            given = list(given.values()) if isinstance(given, dict) else given
            found += [(parameter, e) for e in (given if isinstance(given, list) else [given])]
        return found

    # ---- functions that take the place of calls -----------------------------------------------

    def body_of(self, function: Any, node: gast.Call, known: Facts) -> Unit | None:
        """A function in core form with names of its own, to be put in the place of a call; None
        where it has to stay a function."""
        if not is_readable(function) or is_of_library(function) or is_ours(function):
            return None
        if rules_of(function) is not None or self.calls_itself(function):
            return None
        arguments = self.arguments(function, node, known)
        if arguments is None:
            return None
        active = tuple(p for p, fact in arguments.items() if Activity.may_vary(fact))
        unit = replace(self.unit(function, active), arguments=arguments)
        outer = (gast.Global, gast.Nonlocal)
        if self.misread[function, active] or any(
            isinstance(n, outer) for n in trees.statements(unit.tree.body)
        ):
            return None
        return None if any(isinstance(v, Insertion) for v in unit.names.bound.values()) else unit

    def calls_itself(self, function: types.FunctionType) -> bool:
        """Whether a function may come back to itself, as far as names tell."""
        seen: set[Any] = set()
        waiting = [function]
        while waiting:
            # A generator calls itself as what makes a list, where what it is given is differentiated.
            code = waiting[-1].__code__
            parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            unit = self.unit(waiting.pop(), parameters)
            for inner in (n for node in unit.tree.body for n in trees.walk(node)):
                if not isinstance(inner, (gast.Name, gast.Attribute)):
                    continue
                found = self.behind(unit.names.resolve(inner))
                if found is function:
                    return True
                if is_readable(found) and not is_of_library(found) and found not in seen:
                    seen.add(found)
                    waiting.append(found)
        return False

    @staticmethod
    def default_of(function: types.FunctionType, parameter: str) -> Any:
        return default_objects(function)[parameter]

    # ---- names and passes -------------------------------------------------------------------

    def reserve(self, name: str, function: types.FunctionType) -> str:
        """A name for a generated function that nothing around the user's functions has."""
        taken = self.reserved | set(function.__globals__) | self.outside
        candidate, number = name, 1
        while candidate in taken:
            number += 1
            candidate = f"{name}_{number}"
        self.reserved.add(candidate)
        return candidate

    def polish(
        self, tree: gast.FunctionDef, known: Facts, tested: Collection[str] = ()
    ) -> gast.FunctionDef:
        """The function optimised; `tested` are the arguments that are tested on entry."""
        names = known.unit.names
        if self.optimized:
            self.polishing = True
            arrays = tested if self.doubles else None
            try:
                return pipeline.optimize(tree, names, known.of, self.watch, arrays)
            finally:
                self.polishing = False
        return pipeline.tidy(tree, names, self.watch)


def taken_apart(
    tree: gast.FunctionDef, names: Names, objects: Mapping[str, Fact]
) -> tuple[gast.FunctionDef, dict[str, Any]]:
    from tangent_ad.normalize import instances  # most arguments are no objects

    return instances.taken_apart(tree, names, objects)


def _name(pair: tuple[str, Any]) -> str:
    return pair[0]


def replace_unit(known: Facts, unit: Unit) -> Facts:
    """The same facts for a unit with names of its own."""
    fresh = Facts(unit, known.ask, known.callees)
    fresh.names, fresh.settled = dict(known.names), {}
    return fresh


def result_of(tree: gast.FunctionDef) -> gast.expr:
    last = tree.body[-1]
    if isinstance(last, gast.Return) and last.value is not None:
        return last.value
    return trees.constant(None)


def no_rule(function: Any, node: gast.Call) -> tuple[str, gast.Call]:
    """What to say of a call that cannot be differentiated."""
    name = calls.dotted(node.func) or "this call"
    if function is MISSING:
        return (
            f"{name}, a function that is only known when the program runs; call a function by its "
            "name, or a method of an array, a list or a dict; give an argument that is a function, or "
            "that has methods, a default or an example in like=",
            node,
        )
    if isinstance(function, types.FunctionType) and not is_readable(function):
        return f"{name} is a generator or async; return a list of the values instead", node
    return (
        f"{name} has no derivative rule and no Python source; declare one with "
        f"@adjoint({name}), or zero({name}) if its derivative is zero",
        node,
    )
