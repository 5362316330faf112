"""What could make a derivative silently wrong, looked for in the whole call tree before it is derived.

A differentiated value may only go where its derivative can follow: into operations with a rule, into
functions whose source is read, into variables. Whatever else gets one might write into it, keep it, or
give it back as something that has lost its derivative; it is refused here by its name, also where
nothing that it returns is differentiated. All refusals of the call tree are reported together.
"""

from __future__ import annotations

import collections
import functools
import inspect
import operator
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import gast

from tangent_ad import errors
from tangent_ad.analysis import calls, contiguity, facts, operations, texts
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.classes import class_of, is_key
from tangent_ad.analysis.definitions import single_definitions
from tangent_ad.analysis.effects import is_pure, may_read
from tangent_ad.analysis.functions import is_ours, is_readable
from tangent_ad.analysis.insertion import Insertion
from tangent_ad.analysis.places import bottom, calls_in, chain, root
from tangent_ad.analysis.sharing import Sharing
from tangent_ad.analysis.unit import Unit
from tangent_ad.rules.custom import rules_of
from tangent_ad.session import CACHED, Session, no_rule
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING

# What sees or sets the variables of a function behind its back.
FRAMES = (eval, exec, locals, sys._getframe, inspect.currentframe)
# Modules whose functions look at what they are given, and keep nothing of it.
ONLOOKERS = frozenset(("logging", "warnings", "pprint", "time", "timeit", "traceback"))
# Operations that keep an object as it is.
HOLDING = frozenset((list.append, list.insert, dict.get, dict.setdefault, list.pop, dict.pop, dict.copy,
                     list.__getitem__, operator.getitem, dict.update))  # fmt: skip
COPY = "give it tangent_ad.stop_gradient(...).copy() if it only looks at the value"


@dataclass(eq=False, repr=False)
class Survey:
    session: Session
    seen: set[Any] = field(default_factory=set)

    def entry(self, unit: Unit, activity: Activity) -> None:
        _Look(self, unit, activity, is_entry=True).run()

    def callee(self, function: Any, arguments: dict[str, facts.Fact], active: list[str]) -> None:
        """Look at a callee, once for each set of facts and active parameters."""
        key = (function, tuple(sorted(arguments.items())), tuple(active))
        if key in self.seen:
            return
        self.seen.add(key)
        prepared = self.session.prepare(function, arguments)
        misread = self.session.misread[function, prepared.unit.active]
        self.session.refusals += misread
        known = prepared.facts
        _Look(self, prepared.unit, Activity(prepared.unit.tree.body, known, active)).run()


class _Look:
    """One unit."""

    def __init__(
        self, survey: Survey, unit: Unit, activity: Activity, is_entry: bool = False
    ) -> None:
        self.survey, self.session = survey, survey.session
        self.unit, self.activity, self.facts = unit, activity, activity.facts
        self.is_entry = is_entry
        body = unit.tree.body
        self.sharing = Sharing(body, self.facts, self.session.returned)
        self.definitions = single_definitions(body)
        self.printed = texts.Printed(body, activity)

    def run(self) -> None:
        for node in trees.statements(self.unit.tree.body):
            self.statement(node)

    def refuse(self, message: str, node: Any, kind: Any = None) -> None:
        node = node if hasattr(node, "lineno") else self.at
        self.unit.refuse(message, node, kind)

    def holds(self, node: gast.expr) -> bool:
        """Whether a value is differentiated, or its memory holds what is."""
        if self.activity.varies(node):
            return True
        groups = self.sharing.groups
        names = set().union(*(groups.get(n, {n}) for n in self.sharing.of(node)))
        return bool(names & self.activity.varied)

    # ---- statements -------------------------------------------------------------------------

    def statement(self, node: gast.stmt) -> None:
        self.at = node
        if isinstance(node, (gast.Raise, gast.FunctionDef)):
            return
        if isinstance(node, gast.Delete):
            for target in node.targets:
                if not isinstance(target, gast.Name) and self.holds(target.value):
                    self.refuse("del of an element; use pop, or make a new container", node)
            return
        if isinstance(node, (gast.Assign, gast.AugAssign)):
            self.store(node.targets[0] if isinstance(node, gast.Assign) else node.target, node)
        whole = getattr(node, "value", None)
        if isinstance(node, (gast.Assign, gast.AugAssign, gast.Expr, gast.Return)):
            if whole is not None:
                used = not isinstance(node, gast.Assign) or self.activity.varies(whole)
                if isinstance(node, gast.Assign):
                    self.refuse_queue(node.targets[0], whole)
                self.expression(whole, used, isinstance(node, gast.Expr))
            for target in getattr(node, "targets", None) or [getattr(node, "target", None)]:
                if isinstance(target, (gast.Subscript, gast.Attribute)):
                    self.expression(target, False)
            return
        headers = [node.test] if isinstance(node, gast.Assert) else list(trees.header(node))
        if isinstance(node, (gast.For, gast.If, gast.While, gast.With)):
            for part in headers:
                self.refuse_whole(part, node)
        for expression in headers:
            self.expression(expression, isinstance(node, gast.For))

    def store(self, target: gast.expr, node: Any) -> None:
        if isinstance(target, (gast.Tuple, gast.List)):
            for item in target.elts:
                self.store(item, node)
            return
        if isinstance(target, gast.Name):
            if target.id not in self.unit.names.locals and self.holds(node.value):
                self.outside(target.id, node)
            return
        base = root(target)
        if base is None or not all(map(self.gives_view, calls_in(target))):
            if self.holds(node.value) or self.holds(bottom(target)):
                self.refuse(
                    "writing into the result of a call, which may be a view or a copy; "
                    "write into the array itself",
                    target,
                )
            return
        if not (self.holds(node.value) or base in self.activity.varied):
            return
        for part in chain(target):
            if isinstance(part, gast.Attribute) and not self.is_view(part):
                self.refuse(
                    f"writing {part.attr}, an attribute of an object; keep the value in a variable",
                    target,
                )
                return
        in_list = self.facts.of(target.value).is_container
        if in_list and isinstance(target, gast.Subscript) and isinstance(target.slice, gast.Slice):
            self.refuse("assigning a slice of a list; make a new list", target)
        elif base not in self.unit.names.locals:
            self.outside(base, node)
        elif isinstance(target, gast.Subscript) and self.is_differentiated_key(target.slice):
            if not self.facts.of(target.value).is_number:
                self.refuse("a differentiated value as a key; use a list of pairs", target.slice)

    def is_differentiated_key(self, node: gast.expr) -> bool:
        """Keys are looked up and iterated over as what they are, and have no derivative."""
        return self.facts.of(node).is_number and self.activity.varies(node)

    def gives_view(self, node: gast.Call) -> bool:
        return contiguity.gives_view(node, self.definitions, self.facts)

    def is_view(self, node: gast.Attribute) -> bool:
        """`y.T[0] = v` writes into y."""
        base = self.facts.of(node.value)
        return (base.is_number or base.kind == facts.UNKNOWN) and node.attr in ("T", "flat", "mT")

    def outside(self, name: str, node: gast.stmt) -> None:
        """A write to a variable from outside is harmless as long as nobody reads it back."""
        if not self.is_entry or self.reads_back(name):
            self.refuse(
                f"writing a differentiated value into {name}, which is no variable of this "
                "function; return it, or pass it as an argument",
                node,
            )

    def reads_back(self, name: str) -> bool:
        for node in trees.statements(self.unit.tree.body):
            reads = trees.reads(node) if not trees.blocks(node) else set()
            for expression in trees.header(node):
                reads |= trees.reads(expression)
            if name in reads and not self.only_writes(name, node):
                return True
            for call in self.calls_of(node):
                found = self.facts.target(call)
                if found is MISSING or isinstance(found, facts.Partial):
                    return True
                if not isinstance(found, calls.Bound) and may_read(found, name, set()):
                    return True
        return False

    def only_writes(self, name: str, node: gast.stmt) -> bool:
        """Whether a statement mentions a variable only as what it writes into."""
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Subscript):
            target = node.targets[0]
            inner = trees.reads(target.slice) | trees.reads(node.value)
            return name not in inner and isinstance(target.value, gast.Name)
        if isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
            call = node.value
            arguments = [*call.args, *(k.value for k in call.keywords)]
            return not any(name in trees.reads(a) for a in arguments)
        return False

    @staticmethod
    def calls_of(node: gast.stmt) -> Iterator[gast.Call]:
        for expression in trees.header(node):
            for inner in trees.walk(expression):
                if isinstance(inner, gast.Call):
                    yield inner

    # ---- expressions ------------------------------------------------------------------------

    def expression(self, node: gast.AST, hoisted: bool, alone: bool = False) -> None:
        """Look at all parts; `hoisted` tells that an active call here becomes a statement."""
        if isinstance(node, gast.Call):
            self.call(node, hoisted, alone)
        elif isinstance(node, (gast.Set, gast.SetComp)):
            if self.activity.varies(node):
                self.refuse("a set of differentiated values; use a list", node)
                return
        elif isinstance(node, gast.Dict):
            for key in node.keys:
                if key is not None and self.is_differentiated_key(key):
                    self.refuse("a differentiated value as a key; use a list of pairs", key)
        elif isinstance(node, (gast.BinOp, gast.UnaryOp)):
            if calls.is_wrong_for_lists(node, self.facts.of) and not self.tests_types():
                self.refuse("arithmetic with a list, which raises TypeError; make it an array", node)
        self.refuse_object(node)
        inside = hoisted and (not isinstance(node, gast.expr) or self.activity.varies(node))
        inside = inside and not isinstance(node, (*trees.SCOPES, gast.IfExp, gast.BoolOp))
        for child in trees.children(node):
            self.expression(child, inside or isinstance(node, gast.Call) and alone)

    def refuse_queue(self, target: gast.expr, value: gast.expr) -> None:
        if isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple):
            for one, part in zip(target.elts, value.elts, strict=True):
                self.refuse_queue(one, part)
        elif isinstance(value, gast.Call) and self.holds(bottom(target)):
            if self.unit.names.resolve(value.func) is collections.deque:
                self.refuse("a deque of differentiated values; use a list, and pop(0)", value)

    def tests_types(self) -> bool:
        """Whether the function asks for types: what is wrong for one is meant for another."""
        body = trees.statements(self.unit.tree.body)
        asked = (self.unit.names.resolve(call.func) for node in body for call in self.calls_of(node))
        return any(function in (isinstance, type, hasattr) for function in asked)

    def refuse_object(self, node: gast.AST) -> None:
        """Refuse what treats an object that is held as a dict as a whole, where a dict is no object."""
        whole: list[Any] = []
        if isinstance(node, gast.Compare):
            is_identity = all(isinstance(op, (gast.Is, gast.IsNot)) for op in node.ops)
            if not is_identity and not is_key(node.left):
                whole = [node.left, *node.comparators]
        elif isinstance(node, (gast.BinOp, gast.BoolOp, gast.UnaryOp, gast.Starred)):
            whole = trees.children(node)
        elif isinstance(node, gast.Subscript) and not isinstance(node.slice, gast.Constant):
            whole = [node.value]
        elif isinstance(node, gast.comprehension):
            whole = [node.iter]
        elif isinstance(node, gast.Call) and isinstance(self.facts.target(node), calls.Bound):
            found = self.facts.target(node)
            whole = [] if is_holding(found.operation.function) else found.operands
        elif isinstance(node, gast.Call) and is_readable(self.facts.target(node)):
            # What is not differentiated is called as it is, and would get a dict.
            is_kept = self.activity.varies(node) or "constructs" in self.facts.target(node).__dict__
            whole = [] if is_kept else [*node.args, *(k.value for k in node.keywords)]
        for part in whole:
            self.refuse_whole(part, node)

    def refuse_whole(self, part: Any, node: gast.AST) -> None:
        fact = self.facts.of(part) if isinstance(part, gast.expr) else facts.ANYTHING
        cls = class_of(fact) if fact.kind == facts.DICT else None
        if cls is not None and not is_ours(self.unit.function):
            self.refuse(
                f"this use of an object of class {cls.__name__} as a whole; use its attributes or its "
                "methods",
                node,
            )

    def may_be_complex(self, node: gast.expr) -> bool:
        parts = facts.leaves(self.facts.operand(node))
        return any(map(self.facts.may_be_complex, parts)) and self.activity.varies(node)

    def call(self, node: gast.Call, hoisted: bool, alone: bool) -> None:
        found = self.facts.target(node)
        is_partial = isinstance(found, facts.Partial)
        if isinstance(found, facts.Partial):
            node = calls.through_partial(node, found)
            operation = operations.find(found.function)
            found = found.function
            if operation is not None:
                found = calls.bind(operation, node.args, node.keywords)
        if self.is_frame(found, node):
            self.refuse(
                f"{calls.dotted(node.func)}, which reaches variables behind the back of the "
                "compiler; name the variables",
                node,
            )
            return
        if self.printed.is_read_back(node):
            self.refuse(
                f"{calls.dotted(node.func) or 'a call'} of a text made of a differentiated value, "
                "which loses its derivative; compute with the number itself",
                node,
            )
            return
        operands = [*node.args, *(k.value for k in node.keywords)]
        if isinstance(found, calls.Bound):
            operands = [*found.operands]
        elif found is MISSING and isinstance(node.func, gast.Attribute):
            operands.append(node.func.value)
        if not any(map(self.holds, operands)):
            return
        if isinstance(found, calls.Bound):
            self.operation(found, node, hoisted)
        elif self.is_onlooker(found, node):
            return
        elif is_readable(found) and is_partial and self.session.changes(found):
            self.refuse(
                f"{calls.dotted(node.func)} changes what it took along; let it return what it "
                "computes",
                node,
            )
        elif isinstance(self.unit.names.resolve(node.func), CACHED) and self.may_be_changed(node):
            self.refuse(
                f"{calls.dotted(node.func)}, a cached function that gives something that may be changed "
                "afterwards; let it return a number or a tuple of numbers",
                node,
            )
        elif is_readable(found):
            self.function(found, node)
        elif found is not functools.partial and not self.reduces_afresh(found, node):
            self.unknown(found, node, alone)

    def may_be_changed(self, node: gast.Call) -> bool:
        fact = self.facts.of(node)
        return fact.array is True or fact.is_container and not fact.is_immutable

    def reduces_afresh(self, found: Any, node: gast.Call) -> bool:
        """`reduce(np.kron, gates)` of what is not differentiated gives memory of its own."""
        if found is not functools.reduce or self.activity.varies(node):
            return False
        operation = operations.find(self.unit.names.resolve(node.args[0]))
        return operation is not None and operation.fresh and not operation.writes

    @staticmethod
    def is_frame(found: Any, node: gast.Call) -> bool:
        if isinstance(found, calls.Bound):
            return found.operation.function is vars and not node.args
        return any(found is frame for frame in FRAMES)

    def operation(self, bound: calls.Bound, node: gast.Call, hoisted: bool) -> None:
        operation = bound.operation
        if isinstance(operation, Insertion):
            return
        writes_out = any(k.arg == "out" for k in node.keywords)
        is_short = operation.is_differentiable and bool(bound.unknown)
        if writes_out or (is_short and not self.is_starred(bound)):
            what = "out=" if writes_out else bound.unknown
            self.refuse(
                f"{operation.name} with {what} has no derivative rule; leave the argument out or "
                "declare a rule with @adjoint",
                node,
                errors.MissingRuleError,
            )
            return
        if operation.real_only and any(map(self.may_be_complex, (*bound.given.values(), *bound.rest))):
            self.refuse(
                f"{operation.name} of complex numbers has no derivative; take .real, .imag or np.abs",
                node,
                errors.MissingRuleError,
            )
            return
        has_effect = operation.kind == operations.UNSUPPORTED and operation.effect
        if has_effect and not self.takes_first(node):
            self.refuse(
                f"{operation.name} changes its argument in place, which is not differentiated; "
                f"{operation.reason}",
                node,
            )
            return
        missing = [p for p in operation.parameters if p not in {*bound.given, *operation.defaults}]
        if operation.is_differentiable and missing and not bound.unknown:
            self.refuse(f"{operation.name} without its argument {missing[0]}; give it", node)
        if operation.function is type and len(node.args) > 1:
            self.refuse("type(...) of a differentiated value; define the class outside", node)
        for parameter in operation.writes:
            if parameter in bound.given:
                self.written(operation, bound.given[parameter], node, hoisted)

    def takes_first(self, node: gast.Call) -> bool:
        """`next(iter(items))`: nobody else has the iterator that it changes."""
        made = node.args[0] if node.args else None
        return isinstance(made, gast.Call) and self.unit.names.resolve(made.func) is iter

    @staticmethod
    def is_starred(bound: calls.Bound) -> bool:
        """`max(*xs)`: nothing is written, and it is refused where it matters."""
        return bound.unknown == "*" and bound.operation.variadic is not None

    def written(
        self, operation: operations.Operation, target: gast.expr, node: gast.Call, hoisted: bool
    ) -> None:
        base = root(target)
        is_alone = getattr(self.at, "value", None) is node and base not in self.activity.varied
        if not hoisted and not is_alone:
            self.refuse(
                f"{operation.name} in the middle of an expression changes {base or 'a value'}; "
                "give it a statement of its own",
                node,
            )
        elif base is None or calls_in(target):
            self.refuse(
                f"{operation.name} on the result of a call, which may be a view or a copy; give "
                "the array a name",
                node,
            )
        elif any(isinstance(p, gast.Attribute) and not self.is_view(p) for p in chain(target)):
            self.refuse(
                f"{operation.name} on an attribute of an object; keep the value in a variable", node
            )
        elif base not in self.unit.names.locals:
            self.outside(base, self.at)
        elif not is_pure(target, self.unit.names):
            self.refuse(f"{operation.name} on what a call chooses; give the position a name", node)

    def is_onlooker(self, found: Any, node: gast.Call) -> bool:
        if inspect.isclass(found):
            return issubclass(found, BaseException)
        if found is MISSING:
            if not isinstance(node.func, gast.Attribute):
                return False
            if self.facts.of(node.func.value).kind == facts.TEXT:
                return True
            owner = self.unit.names.resolve(node.func.value)
            module = type(owner).__module__ if owner is not MISSING else ""
            made = self.definitions.get(getattr(node.func.value, "id", ""))
            if isinstance(made, gast.Call):  # log = logging.getLogger(...)
                function = self.unit.names.resolve(made.func)
                module = getattr(function, "__module__", None) or module
        else:
            module = getattr(found, "__module__", None) or ""
        return module.partition(".")[0] in ONLOOKERS

    def unknown(self, found: Any, node: gast.Call, alone: bool) -> None:
        name = calls.dotted(node.func) or "this call"
        if alone:
            self.refuse(
                f"{name} may change its arguments; let it return what it computes, or {COPY}", node
            )
        else:
            self.refuse(*no_rule(found, node), errors.MissingRuleError)

    # ---- functions of the user's ----------------------------------------------------------------

    def function(self, function: Any, node: gast.Call) -> None:
        if rules_of(function) is not None or is_ours(function):
            return
        arguments = self.session.arguments(function, node, self.facts)
        if arguments is None:
            way = f"this way of calling {calls.dotted(node.func)}; give its arguments one by one"
            self.refuse(self.session.unread(function) or way, node)
            return
        bound = calls.match(self.session.unit(function, ()).tree.args, node)
        active = [p for p in arguments if p in bound and self.varies_any(bound[p])]
        for parameter, given in self.session.given_to_change(function, node):
            if self.sharing.is_seen(given, node, self.unit.tree.body):
                self.refuse(
                    f"{calls.dotted(node.func)} changes its argument {parameter} in place; let it "
                    "return what it computes",
                    node,
                )
                return
        if active:
            self.survey.callee(function, arguments, active)

    def varies_any(self, bound: Any) -> bool:
        if isinstance(bound, list):
            return any(map(self.activity.varies, bound))
        if isinstance(bound, dict):
            return any(map(self.activity.varies, bound.values()))
        return bool(self.activity.varies(bound))


def is_holding(function: Any) -> bool:
    """Whether an operation keeps or tests an object as it is."""
    return function in HOLDING or isinstance(function, types.FunctionType) and is_ours(function)
