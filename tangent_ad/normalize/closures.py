"""Lift functions out of functions: what they capture becomes arguments.

    def f(x, w):                        def f(x, w):
        def layer(z):                       return layer(layer(x, w=w), w=w)
            return np.tanh(w * z)   ->
        return layer(layer(x))          with a function layer(z, *, w) beside f

A call passes the captured variables as they are at that moment, which is when Python looks them up.
A function used as a value takes them along: `functools.partial(layer, w=w)`.
"""

from __future__ import annotations

import functools
import types
from collections import Counter
from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad import errors
from tangent_ad.analysis import calls
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import entry
from tangent_ad.syntax import load, source, text, trees


def lift(unit: Unit) -> Unit:
    if not any(isinstance(n, (gast.FunctionDef, gast.Lambda)) for n in _inner(unit.tree)):
        return unit
    return unit.with_body(_Lifter(unit).run())


def _inner(tree: gast.FunctionDef) -> Sequence[gast.AST]:
    return [node for statement in tree.body for node in trees.walk(statement)]


class _Lifter:
    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.names = unit.names
        self.taint = Taint(unit.tree.body, unit.names, unit.active)
        everything = list(trees.statements(unit.tree.body))
        self.bound = Counter(n for node in everything for n in trees.writes(node))
        self.bound.update(p.id for p in trees.parameters(unit.tree.args))
        for node in everything:
            if isinstance(node, trees.LOOPS):  # what one pass binds the next one binds again
                self.bound.update(trees.all_writes(node.body) | trees.writes(node))
        self.local: dict[str, gast.FunctionDef] = {}
        for node in everything:
            function = self._named(node)
            if function is not None and self.bound[function.name] == 1:
                self.local[function.name] = function
        self.captured = self._captured()
        self.final = {
            n: i for i, node in enumerate(unit.tree.body) for n in trees.all_writes([node])
        }
        self.place = 0  # of the statement at hand in the body of the function
        self.at: gast.stmt = unit.tree
        self.is_lent = False  # whether the function at hand is used while a call lasts
        self.defaults: dict[str, dict[str, str]] = {}
        self.live: dict[str, str] = {}

    def _named(self, node: gast.stmt) -> gast.FunctionDef | None:
        """A local function with a name: a def, or a lambda that is assigned to a name."""
        if isinstance(node, gast.FunctionDef):
            return node
        if isinstance(node, gast.Assign) and isinstance(node.value, gast.Lambda):
            if isinstance(node.targets[0], gast.Name):
                return entry.function_of(node.value, node.targets[0].id)
        return None

    def _captured(self) -> dict[str, set[str]]:
        """The variables that each local function needs, those of the ones it calls included."""
        own = {name: self._free(node) for name, node in self.local.items()}
        changed = True
        while changed:
            changed = False
            for needed in own.values():
                for other in needed & set(own):
                    more = own[other] - needed
                    if more:
                        needed |= more
                        changed = True
        return {name: needed - set(own) for name, needed in own.items()}

    def _free(self, node: gast.FunctionDef) -> set[str]:
        own = {p.id for p in trees.parameters(node.args)}  # a default `i=i` is given where it is made
        return {n for n in trees.captured(node) if n in self.names.locals} - own

    # ---- statements -------------------------------------------------------------------------

    def run(self) -> list[gast.stmt]:
        self._make_all()
        out: list[gast.stmt] = []
        for place, node in enumerate(self.unit.tree.body):
            self.place = place
            out += self.block([node])
        return out

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            function = self._named(node)
            if function is not None and function.name in self.live:
                out += self.keep_defaults(function, node)
            elif isinstance(node, gast.FunctionDef):
                out.append(self.rebound(node))
            else:
                inner = {field: self.block(b) for field, b in trees.blocks(node)}
                out.append(self.statement(trees.rebuild(node, **inner)))
        return out

    def keep_defaults(self, function: gast.FunctionDef, node: gast.stmt) -> list[gast.stmt]:
        """Defaults are evaluated where the function is defined."""
        kept = self.defaults[function.name]
        return [
            trees.assign(kept[p], self.expression(value), node)
            for p, value in _defaults(function.args)
            if p in kept
        ]

    def rebound(self, node: gast.FunctionDef) -> gast.stmt:
        """A name that several definitions bind is a variable that holds a function."""
        self.at = node
        value = self.value(node)
        return trees.assign(node.name, value, node)

    def statement(self, node: gast.stmt) -> gast.stmt:
        self.at = node
        changes: dict[str, Any] = {}
        for field in node._fields:
            value = getattr(node, field, None)
            if field in ("body", "orelse", "finalbody", "targets", "target"):
                continue
            if isinstance(value, gast.expr):
                changes[field] = self.expression(value)
            elif isinstance(value, list) and value and isinstance(value[0], gast.withitem):
                changes[field] = [
                    trees.rebuild(i, context_expr=self.expression(i.context_expr)) for i in value
                ]
        return trees.rebuild(node, **changes)

    # ---- expressions ------------------------------------------------------------------------

    def expression(self, node: gast.expr) -> Any:
        if isinstance(node, gast.Call):
            return self.call(node)
        if isinstance(node, gast.Name):
            return self.closure(node.id) if node.id in self.live else node
        if isinstance(node, gast.Lambda):
            given_back = isinstance(self.at, gast.Return)
            if self.taint.tainted or given_back or trees.reads(node) & set(self.live):
                return self.value(entry.function_of(node, "function"))
            return node
        if isinstance(node, trees.SCOPES):
            return self.inside_comprehension(node)
        changes: dict[str, Any] = {}
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, (gast.expr, gast.Slice)):
                changes[field] = self.expression(value)
            elif isinstance(value, list):
                changes[field] = [
                    self.expression(v) if isinstance(v, (gast.expr, gast.keyword)) else v
                    for v in value
                ]
        return trees.rebuild(node, **changes)

    def inside_comprehension(self, node: Any) -> Any:
        """Calls inside a comprehension that stays; its variables are not ours to capture."""
        mapping = {
            name: self.closure(name) for name in trees.reads(node) & set(self.live)
        }
        return trees.substitute(node, mapping)

    def call(self, node: gast.Call) -> gast.Call:
        lent = self.lent(node)
        args = [self.argument(a, lent) for a in node.args]
        keywords = [trees.rebuild(k, value=self.argument(k.value, lent)) for k in node.keywords]
        function = node.func
        if isinstance(function, gast.Name) and function.id in self.live:
            keywords += self.extra(function.id, node)
            function = trees.name(self.live[function.id])
        elif isinstance(function, gast.Lambda):
            made = self.make(entry.function_of(function, "function"), self._free_of(function))
            keywords += [
                gast.keyword(n, trees.name(n)) for n in sorted(self._free_of(function))
            ]
            function = trees.name(made)
        else:
            function = self.expression(function)
        return trees.rebuild(node, func=function, args=args, keywords=keywords)

    def argument(self, node: gast.expr, lent: list[gast.expr]) -> Any:
        outside, self.is_lent = self.is_lent, any(node is other for other in lent)
        new = self.expression(node)
        self.is_lent = outside
        return new

    def lent(self, node: gast.Call) -> list[gast.expr]:
        """The functions among the arguments of a call that nobody has any more when it is over."""
        functions = [
            a
            for a in (*node.args, *(k.value for k in node.keywords))
            if isinstance(a, gast.Lambda) or isinstance(a, gast.Name) and a.id in self.live
        ]
        callee = self.callee(node.func) if functions else None
        if callee is None:
            return []
        try:
            bound = calls.match(callee.args, node)
        except calls.BindError:
            return []
        return [
            value
            for parameter, value in bound.items()
            if any(value is f for f in functions) and _only_calls(callee, parameter)
        ]

    def callee(self, node: gast.expr) -> gast.FunctionDef | None:
        """The definition of the function of the user's that is called."""
        if isinstance(node, gast.Name) and node.id in self.live:
            return self.local[node.id]
        function = self.names.resolve(node)
        if not isinstance(function, types.FunctionType):
            return None
        try:
            return entry.function_of(source.read(function)[0], function.__name__)
        except errors.TangentError:
            return None

    def extra(self, name: str, node: gast.Call) -> list[gast.keyword]:
        """The captured variables, and defaults that the call leaves out, as keywords."""
        function = self.local[name]
        given = {k.arg for k in node.keywords}
        positional = [p.id for p in (*function.args.posonlyargs, *function.args.args)]
        given |= set(positional[: len(node.args)])
        kept = {p: v for p, v in self.defaults[name].items() if p not in given}
        pairs = [*kept.items(), *((n, n) for n in sorted(self.captured[name]))]
        return [gast.keyword(p, trees.name(v)) for p, v in pairs]

    def closure(self, name: str) -> gast.expr:
        """A local function as a value."""
        pairs = [*self.defaults[name].items(), *((n, n) for n in sorted(self.captured[name]))]
        return self.partial(self.live[name], [gast.keyword(p, trees.name(v)) for p, v in pairs])

    def partial(
        self, function: str, keywords: list[gast.keyword], defaults: Sequence[gast.keyword] = ()
    ) -> gast.expr:
        """A function that takes variables along, which must not be bound again; its defaults are what
        they are where it is defined."""
        for keyword in keywords:
            value = keyword.value
            again = isinstance(value, gast.Name) and self.final.get(value.id, -1) >= self.place
            if again and self.bound[value.id] > 1 and not (self.is_lent or self.is_only_called()):
                self.unit.refuse(
                    f"a function used as a value whose variable {value.id} is bound again; "
                    "give the variable to the function as an argument",
                    self.at,
                )
        keywords = [*keywords, *defaults]
        if not keywords:
            return trees.name(function)
        helper = trees.name(self.names.bind(functools.partial, "partial"))
        return gast.Call(helper, [trees.name(function)], keywords)

    def is_only_called(self) -> bool:
        """Whether the function at hand gets a name that is called, and nothing else done with it."""
        name = self.at.name if isinstance(self.at, gast.FunctionDef) else None
        if isinstance(self.at, gast.Assign) and isinstance(self.at.targets[0], gast.Name):
            name = self.at.targets[0].id
        everything = list(trees.statements(self.unit.tree.body))
        inside = [n for s in everything for e in trees.header(s) for n in trees.walk(e)]
        harmless = {id(n.func) for n in inside if isinstance(n, gast.Call)}
        harmless |= {id(s.targets[0]) for s in everything if isinstance(s, gast.Assign)}
        captured = [trees.reads(n) for n in inside if isinstance(n, gast.Lambda)]
        captured += [trees.captured(s) for s in everything if isinstance(s, gast.FunctionDef)]
        return name is not None and not any(name in names for names in captured) and all(
            id(n) in harmless for n in inside if isinstance(n, gast.Name) and n.id == name
        )

    def value(self, function: gast.FunctionDef) -> gast.expr:
        """A function without a name of its own, as a value."""
        free = self._free(function)
        keywords = [gast.keyword(n, trees.name(n)) for n in sorted(free - set(self.live))]
        defaults = [
            gast.keyword(p, self.expression(v))
            for p, v in _defaults(function.args)
            if not isinstance(v, gast.Constant)
        ]
        return self.partial(self.make(function, free), keywords, defaults)

    def _free_of(self, node: gast.Lambda) -> set[str]:
        return {n for n in trees.reads(node) if n in self.names.locals} - set(self.live)

    # ---- live functions -----------------------------------------------------------------------

    def _make_all(self) -> None:
        for name, node in self.local.items():
            kept = {}
            for parameter, value in _defaults(node.args):
                if not isinstance(value, gast.Constant):
                    kept[parameter] = self.names.fresh(f"{name}_{parameter}")
            self.defaults[name] = kept
        trees_of = {n: self.lifted(node, self.captured[n]) for n, node in self.local.items()}
        made = self.compile(trees_of)
        for name, function in made.items():
            self.names.locals.discard(name)
            self.live[name] = name
            self.names.bound[name] = function

    def make(self, function: gast.FunctionDef, free: set[str]) -> str:
        """One more lifted function; the name it is bound to."""
        name = self.names.fresh(function.name, avoid_globals=True)
        captured = set(free)
        for other in free & set(self.live):
            captured |= self.captured[other]
        tree = self.lifted(trees.rebuild(function, name=name), captured - set(self.live))
        made = self.compile({name: tree})[name]
        self.names.locals.discard(name)
        self.names.bound[name] = made
        return name

    def lifted(self, node: gast.FunctionDef, captured: set[str]) -> gast.FunctionDef:
        """The function with what it captures as keyword-only parameters."""
        for inner in trees.statements(node.body):
            if isinstance(inner, gast.Nonlocal):
                self.unit.refuse(
                    "a nested function that writes a variable of the function around it; "
                    "let it return the value",
                    inner,
                )
        args = node.args
        new = [gast.Name(n, gast.Param(), None, None) for n in sorted(captured)]
        keep = [d for d in args.defaults if isinstance(d, gast.Constant)]
        if len(keep) != len(args.defaults):
            keep = []
        args = trees.rebuild(
            args,
            defaults=keep,
            kwonlyargs=[*args.kwonlyargs, *new],
            kw_defaults=[
                *(d if isinstance(d, gast.Constant) else None for d in args.kw_defaults),
                *[None] * len(new),
            ],
        )
        body = [self._pass_on(s) for s in node.body]
        return trees.rebuild(node, args=args, body=body, decorator_list=[], returns=None)

    def _pass_on(self, node: gast.stmt) -> gast.stmt:
        """Inside a local function, calls of local functions pass their captured variables on."""

        def visit(inner: Any) -> Any:
            if isinstance(inner, gast.Call) and isinstance(inner.func, gast.Name):
                if inner.func.id in self.local:
                    return trees.rebuild(
                        inner, keywords=[*inner.keywords, *self.extra(inner.func.id, inner)]
                    )
            return inner

        return trees.transform(node, visit)

    def compile(
        self, functions: dict[str, gast.FunctionDef]
    ) -> dict[str, types.FunctionType]:
        """Live functions of lifted trees, which remember where the user wrote them."""
        if not functions:
            return {}
        outer = self.unit.function
        known = {**self.names.bound}
        pieces = []
        for name, tree in functions.items():
            values = tuple(d.value for d in tree.args.defaults)
            pairs = zip(tree.args.kwonlyargs, tree.args.kw_defaults, strict=True)
            keywords = {p.id: d.value for p, d in pairs if d is not None}
            pieces.append(
                load.Piece(
                    name, outer.__globals__, known, self.names.closure, values or None,
                    keywords or None,
                )
            )  # fmt: skip
        code = "\n\n".join(text.function_text(tree) for tree in functions.values())
        filename = f"{source.OURS}{outer.__module__}.{outer.__qualname__} inner>"
        made = load.functions(code, filename, pieces, {})
        for name, function in made.items():
            function.__dict__["written_as"] = (functions[name], self.unit.source)
        return made


def _only_calls(function: gast.FunctionDef, parameter: str) -> bool:
    """Whether a function calls what it is given for a parameter, and does nothing else with it."""
    lazy = (gast.Lambda, gast.FunctionDef, gast.GeneratorExp, gast.Yield, gast.YieldFrom)
    inside = [node for statement in function.body for node in trees.walk(statement)]
    if any(isinstance(node, lazy) for node in inside):
        return False
    called = [node.func for node in inside if isinstance(node, gast.Call)]
    return all(
        any(node is other for other in called)
        for node in inside
        if isinstance(node, gast.Name) and node.id == parameter
    )


def _defaults(args: gast.arguments) -> list[tuple[str, gast.expr]]:
    """The parameters that have defaults, and these."""
    positional = [*args.posonlyargs, *args.args]
    behind = positional[len(positional) - len(args.defaults) :] if args.defaults else []
    found = [(p.id, d) for p, d in zip(behind, args.defaults, strict=True)]
    pairs = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    return found + [(p.id, d) for p, d in pairs if d is not None]
