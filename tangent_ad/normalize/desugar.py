"""Write what depends on the variables of differentiation in fewer kinds of statement.

    a = b = x * y            ->  b = x * y; a = b
    y = x if t > 0 else -x   ->  if t > 0: y = x  else: y = -x
    ys = [g(x, e) for e in es]   ->  ys = []; for e in es: ys.append(g(x, e))
    if (n := norm(x)) > 1:   ->  n = norm(x); if n > 1:

What does not depend on them stays as the user wrote it.
"""

from __future__ import annotations

import inspect
import types
from collections import OrderedDict
from collections.abc import Callable

import gast

import tangent_ad.normalize.itertools_calls  # noqa: F401  (declares what iterators give)
from tangent_ad.analysis.effects import is_pure
from tangent_ad.analysis.places import root
from tangent_ad.analysis.taint import Taint
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import boxes, onetime, spellings, starred, taking, views
from tangent_ad.normalize.iterators import Iterators
from tangent_ad.normalize.loops import Loops
from tangent_ad.syntax import trees


def simplify(unit: Unit) -> Unit:
    return unit.with_body(_Desugar(unit).block(unit.tree.body))


def hoisted(unit: Unit, wanted: Callable[[gast.Call], bool]) -> Unit:
    """The unit with statements for those expressions that some calls stand in and that are not
    evaluated in any case; the unit itself if there are none."""

    def is_wanted(node: gast.AST) -> bool:
        return any(isinstance(n, gast.Call) and wanted(n) for n in trees.walk(node))

    def is_conditional(node: gast.AST) -> bool:
        kinds = (gast.IfExp, gast.BoolOp, gast.ListComp, gast.GeneratorExp, gast.DictComp)
        return isinstance(node, kinds) and is_wanted(node)

    everything = list(trees.statements(unit.tree.body))
    in_tests = any(isinstance(n, gast.While) and is_wanted(n.test) for n in everything)
    expressions = (inner for n in everything for e in trees.header(n) for inner in trees.walk(e))
    if not in_tests and not any(map(is_conditional, expressions)):
        return unit
    return unit.with_body(_Hoist(unit, is_wanted).block(unit.tree.body))


class _Desugar(Loops):
    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.names = unit.names
        self.taint = Taint(unit.tree.body, unit.names, unit.active)
        self.iterators = Iterators(unit, self.made)
        nodes = trees.statements(unit.tree.body)
        self.outside = set().union(*(trees.reads(e) for n in nodes for e in trees.header(n)))
        self.outside -= unit.names.locals

    def made(self, node: gast.stmt, out: list[gast.stmt]) -> None:
        """Simplify a statement that was not there when it was asked what is tainted."""
        self.taint = Taint([node], self.names, self.taint.tainted)
        self.statement(node, out)

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        result: list[gast.stmt] = []
        for node in body:
            self.statement(node, result)
        return result

    def statement(self, node: gast.stmt, out: list[gast.stmt]) -> None:
        handler = getattr(self, f"visit_{type(node).__name__}", None)
        if handler is not None:
            handler(node, out)
        else:
            out.append(node)

    # ---- simple statements ----------------------------------------------------------------

    def visit_Pass(self, node: gast.Pass, out: list[gast.stmt]) -> None:
        pass

    def visit_Delete(self, node: gast.Delete, out: list[gast.stmt]) -> None:
        """`del x` only forgets a name; `del x[i]` takes something out that nobody wants."""
        for target in node.targets:
            if isinstance(target, gast.Subscript) and not isinstance(target.slice, gast.Tuple):
                out += self.block(spellings.taken_out(target, node, self.names))
            elif not isinstance(target, gast.Name):
                out.append(trees.rebuild(node, targets=[target]))

    def visit_Assign(self, node: gast.Assign, out: list[gast.stmt]) -> None:
        if len(node.targets) > 1:
            self._chained(node, out)
            return
        value = node.value
        (target,) = node.targets
        if isinstance(target, gast.Name) and self.iterators.is_lazy(value):
            if self.iterators.is_endless(value):
                if not onetime.is_used_again(self.unit.tree.body, target.id):
                    self.iterators.endless[target.id] = value
            else:
                value = self.listed(target.id, value)
        if isinstance(target, (gast.Tuple, gast.List)):
            self._unpack(target, value, node, out)
            return
        if isinstance(target, gast.Name) and isinstance(value, gast.IfExp):
            if self.taint.of(value):
                self._conditional(target, value, node, out)
                return
        value = self.whole(value, node, out, isinstance(target, gast.Name))
        out.append(trees.assign(self.steady(target, node, out), value, node))

    def _chained(self, node: gast.Assign, out: list[gast.stmt]) -> None:
        """`a = b = f(x)`: the last name keeps the value for the others, where these have nothing to
        do with it; targets are bound from left to right."""
        value, targets = node.value, list(node.targets)
        named = [{n.id for n in trees.walk(t) if isinstance(n, gast.Name)} for t in targets]
        if not isinstance(value, (gast.Name, gast.Constant)) or trees.reads(value) & set().union(*named):
            is_apart = isinstance(targets[-1], gast.Name) and not named[-1] & set().union(*named[:-1])
            name = targets.pop() if is_apart else trees.name(self.names.fresh("value"))
            self.visit_Assign(trees.assign(name, value, node), out)
            value = name
        for target in targets:
            self.visit_Assign(trees.assign(target, value, node), out)

    def listed(self, name: str, value: gast.expr) -> gast.expr:
        """What an iterator gives becomes a list, which can be read again; the iterator cannot."""
        if not onetime.is_used_again(self.unit.tree.body, name):
            return spellings.kept(value, self.names)
        if self.taint.of(value):
            self.unit.refuse(
                f"{name}, which can be iterated only once; make it a list: list(...)", value
            )
        return value

    def visit_AnnAssign(self, node: gast.AnnAssign, out: list[gast.stmt]) -> None:
        if node.value is not None:
            self.visit_Assign(trees.assign(node.target, node.value, node), out)

    def visit_AugAssign(self, node: gast.AugAssign, out: list[gast.stmt]) -> None:
        value = self.expression(node.value, node, out)
        target = self.steady(node.target, node, out)
        out.append(trees.rebuild(node, target=target, value=value))

    def steady(self, target: gast.expr, node: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        """A target that may be evaluated again: calls in its index are made once, before, and so is
        what the write itself changes, as the mask of `x[x < 0] = 0`."""
        if not isinstance(target, gast.Subscript):
            return target
        base = root(target)

        def part(index: gast.expr) -> gast.expr:
            if isinstance(index, gast.Tuple):
                return trees.rebuild(index, elts=[part(item) for item in index.elts])
            if isinstance(index, gast.Slice):
                bounds = {f: getattr(index, f) for f in ("lower", "upper", "step")}
                return trees.rebuild(index, **{f: b and part(b) for f, b in bounds.items()})
            if is_pure(index, self.names) and base not in trees.reads(index):
                return index
            name = self.names.fresh("mask" if isinstance(index, gast.Compare) else "at")
            out.append(trees.assign(name, index, node))
            return trees.name(name)

        return trees.rebuild(
            target, value=self.steady(target.value, node, out), slice=part(target.slice)
        )

    def visit_Expr(self, node: gast.Expr, out: list[gast.stmt]) -> None:
        if isinstance(node.value, gast.Constant):
            return
        if self.taint.of(node.value) and boxes.sorts_list(node.value, self.iterators.lists):
            # In place, so that all who have the list see it.
            out += self.block(spellings.put_in_order(node, self.names))
            return
        value = self.whole(node.value, node, out, alone=True)
        if taking.takes_something(value, self.names):
            # What is taken out has a place in the adjoint of the list, also where nobody wants it.
            out.append(trees.assign(self.names.fresh("popped"), value, node))
        else:
            out.append(trees.rebuild(node, value=value))

    def visit_Return(self, node: gast.Return, out: list[gast.stmt]) -> None:
        if node.value is not None:
            node = trees.rebuild(node, value=self.whole(node.value, node, out))
        out.append(node)

    def _unpack(
        self, target: gast.Tuple, value: gast.expr, node: gast.stmt, out: list[gast.stmt]
    ) -> None:
        """One level at a time: `(a, b), c[0] = e` becomes `t, s = e; a, b = t; c[0] = s`."""
        if any(isinstance(item, gast.Starred) for item in target.elts):
            self._unpack_starred(target, value, node, out)
            return
        if self.taint.of(value):
            value = spellings.columns(value, len(target.elts), self.names)
            value = views.listed(value, self.names) if views.is_view(value) else value
        later, names = [], []
        for item in target.elts:
            if not isinstance(item, gast.Name):
                later.append((item, trees.name(self.names.fresh("part"))))
                item = later[-1][1]
            names.append(item)
        value = self.whole(value, node, out, alone=True)
        if isinstance(value, gast.Tuple) and _may_go_one_by_one(names, value):
            for item, part in zip(names, value.elts, strict=True):
                out.append(trees.assign(item, part, node))
        else:
            out.append(trees.assign(trees.pack(names), value, node))
        for item, part in later:
            self.visit_Assign(trees.assign(item, part, node), out)

    def _unpack_starred(
        self, target: gast.Tuple, value: gast.expr, node: gast.stmt, out: list[gast.stmt]
    ) -> None:
        """`a, *b, c = e` becomes `s = e; a = s[0]; b = list(s[1:-1]); c = s[-1]`."""
        value = self.whole(value, node, out)
        if not isinstance(value, gast.Name):
            whole = trees.name(self.names.fresh("items"))
            out.append(trees.assign(whole, value, node))
            value = whole
        star = next(i for i, t in enumerate(target.elts) if isinstance(t, gast.Starred))
        behind = len(target.elts) - star - 1
        for i, item in enumerate(target.elts):
            if i == star:
                stop = trees.constant(-behind) if behind else None
                part = trees.subscript(value, gast.Slice(trees.constant(star), stop, None))
                part = trees.call(trees.name(self.names.bind(list, "list")), part)
                item = item.value
            else:
                at = i if i < star else i - len(target.elts)
                part = trees.subscript(value, trees.constant(at))
            self.visit_Assign(trees.assign(item, part, node), out)

    def _conditional(
        self, target: gast.expr, value: gast.IfExp, node: gast.stmt, out: list[gast.stmt]
    ) -> None:
        known = spellings.version_test(value.test, self.names)
        if known is not None:
            self.visit_Assign(trees.assign(target, value.body if known else value.orelse, node), out)
            return
        test = self.whole(value.test, node, out)
        body = self.block([trees.assign(target, value.body, node)])
        orelse = self.block([trees.assign(target, value.orelse, node)])
        out.append(trees.branch(test, body, orelse, node))

    # ---- compound statements --------------------------------------------------------------

    def visit_If(self, node: gast.If, out: list[gast.stmt]) -> None:
        known = spellings.version_test(node.test, self.names)
        if known is not None:
            out += self.block(node.body if known else node.orelse)
            return
        test = self.whole(node.test, node, out)
        out.append(
            trees.rebuild(
                node, test=test, body=self.block(node.body), orelse=self.block(node.orelse)
            )
        )

    def visit_While(self, node: gast.While, out: list[gast.stmt]) -> None:
        """A test that needs statements of its own moves into the loop."""
        before: list[gast.stmt] = []
        test = self.whole(node.test, node, before)
        if self._has_effect(test):
            before.append(trees.assign(self.names.fresh("test"), test, node))
            test = before[-1].targets[0]
        body, orelse = self.block(node.body), self.block(node.orelse)
        if before:
            end = [*orelse, trees.located(gast.Break(), node)]
            body = [*before, trees.branch(trees.invert(test), end, (), node), *body]
            test, orelse = trees.constant(True), []
        out.append(trees.rebuild(node, test=test, body=body, orelse=orelse))

    def visit_With(self, node: gast.With, out: list[gast.stmt]) -> None:
        for item in node.items:
            call = item.context_expr
            if self.taint.of(call) and isinstance(call, gast.Call):
                function = self.names.resolve(call.func)
                if inspect.isgeneratorfunction(getattr(function, "__wrapped__", None)):
                    self.unit.refuse(
                        "a context manager that is a generator and gets differentiated values; "
                        "write its two halves out, the second in a finally",
                        call,
                    )
        out.append(trees.rebuild(node, body=self.block(node.body)))

    def visit_Try(self, node: gast.Try, out: list[gast.stmt]) -> None:
        out.append(
            trees.rebuild(
                node,
                body=self.block(node.body),
                orelse=self.block(node.orelse),
                finalbody=self.block(node.finalbody),
                handlers=[
                    trees.rebuild(h, body=self.block(h.body) or [trees.located(gast.Pass(), h)])
                    for h in node.handlers
                ],
            )
        )

    # ---- expressions ----------------------------------------------------------------------

    def whole(
        self, node: gast.expr, like: gast.stmt, out: list[gast.stmt], alone: bool = False
    ) -> gast.expr:
        """All of the expression of a statement."""
        return self.expression(taking.first(node, self.names, like, out, alone), like, out)

    def expression(
        self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr:
        """An expression without conditionals, comprehensions and walrus that matter.

        Statements that compute parts of it first go to `out`.
        """
        if isinstance(node, (gast.Name, gast.Constant, gast.Lambda)):
            return node
        if isinstance(node, gast.NamedExpr):
            out.append(trees.assign(node.target, self.expression(node.value, like, out), like))
            return node.target
        if isinstance(node, gast.Compare) and len(node.ops) > 1 and self._has_effect(node):
            node = spellings.chained(node, self.names)
        if isinstance(node, (gast.IfExp, gast.BoolOp)):
            return self._choice(node, like, out)
        if isinstance(node, (gast.ListComp, gast.GeneratorExp, gast.DictComp, gast.SetComp)):
            makes_functions = any(isinstance(n, gast.Lambda) for n in trees.walk(node))
            is_loop = makes_functions or self.taint.of(node)
            return self._comprehension(node, like, out) if is_loop else node
        if isinstance(node, (gast.List, gast.Tuple)) and self._unpacks(node):
            node = starred.joined(node, self.names)
        if isinstance(node, gast.Call) and (self.taint.of(node) or self._is_new_dict(node)):
            plain = spellings.plain(node, self.names)
            if isinstance(plain, gast.Call):
                plain = views.with_lists(plain, self.names)
            spelled = self._spelled(plain, like, out) if isinstance(plain, gast.Call) else plain
            if spelled is not node:
                return self.expression(spelled, like, out)
        if isinstance(node, gast.Dict) and None in node.keys and self.taint.of(node):
            return self._joined_dicts(node, like, out)
        if isinstance(node, gast.Call) and isinstance(node.func, (gast.Call, gast.Subscript)):
            if self.taint.of(node):
                function = trees.name(self.names.fresh("function"))
                self.made(trees.hidden(trees.assign(function, node.func), like), out)
                node = trees.rebuild(node, func=function)
        if isinstance(node, gast.Call) and self._is_aggregate(node):
            return self._aggregate(node, like, out)
        changes = {}
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, gast.expr):
                changes[field] = self.expression(value, like, out)
            elif isinstance(value, gast.Slice):
                changes[field] = value
            elif isinstance(value, list):
                changes[field] = [self._part(v, like, out) for v in value]
        return trees.rebuild(node, **changes)

    def _spelled(self, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        """A call without iterators: the call itself, and what an aggregate goes over."""
        new = self.iterators.spelled(node, like, out)
        if new is None and self._goes_over(node) and isinstance(node.args[0], gast.Call):
            inner = self.iterators.spelled(node.args[0], like, out)
            new = inner and trees.rebuild(node, args=[inner, *node.args[1:]])
        if new is None:
            return node
        self.taint = Taint([trees.statement(new)], self.names, self.taint.tainted)
        return new

    def _part(self, node: gast.AST, like: gast.stmt, out: list[gast.stmt]) -> gast.AST:
        if isinstance(node, gast.keyword):
            value = self.expression(node.value, like, out)
            return trees.rebuild(node, value=value if node.arg else self._named(value, like, out))
        if isinstance(node, gast.Starred):
            value = self.expression(node.value, like, out)
            return trees.rebuild(node, value=self._named(value, like, out))
        return self.expression(node, like, out) if isinstance(node, gast.expr) else node

    def _named(
        self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr:
        """What is unpacked has a name, so that its parts can be written down."""
        if isinstance(node, (gast.Name, gast.Tuple, gast.List, gast.Dict)):
            return node
        if not self.taint.of(node):
            return node
        name = self.names.fresh("items")
        out.append(trees.assign(name, node, like))
        return trees.name(name)

    def _choice(
        self, node: gast.IfExp | gast.BoolOp, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr:
        """`c and x` evaluates x only if c holds, and is one of the two values."""
        walrus = any(isinstance(inner, gast.NamedExpr) for inner in trees.walk(node))
        if not self.taint.of(node) and not walrus and not self._has_effect(node):
            return node
        result = trees.name(self.names.fresh("choice"))
        self._choose(result, node, like, out)
        self.taint.tainted.add(result.id)
        return result

    def _has_effect(self, node: gast.expr) -> bool:
        """Whether a call in an expression, of a function of the user's, may change what it gets."""
        return any(
            isinstance(inner, gast.Call)
            and isinstance(self.names.resolve(inner.func), types.FunctionType)
            and not is_pure(trees.rebuild(inner, args=[], keywords=[]), self.names)
            for inner in trees.walk(node)
        )

    def _choose(
        self, result: gast.Name, node: gast.expr, like: gast.stmt, out: list[gast.stmt]
    ) -> None:
        if isinstance(node, gast.IfExp):
            self._conditional(result, node, like, out)
            return
        if not isinstance(node, gast.BoolOp):
            self.visit_Assign(trees.assign(result, node, like), out)
            return
        self._choose(result, node.values[0], like, out)
        rest = node.values[1:]
        if not rest:
            return
        inner: list[gast.stmt] = []
        after = rest[0] if len(rest) == 1 else trees.rebuild(node, values=rest)
        self._choose(result, after, like, inner)
        test = result if isinstance(node.op, gast.And) else trees.invert(result)
        out.append(trees.branch(test, inner, (), like))

    def _unpacks(self, node: gast.List | gast.Tuple) -> bool:
        return any(isinstance(e, gast.Starred) for e in node.elts) and self.taint.of(node)

    def _is_new_dict(self, node: gast.Call) -> bool:
        """`dict(a=1.0)`, of which more is known as a display."""
        function = self.names.resolve(node.func)
        if node.args:
            return function == dict.fromkeys
        return function is OrderedDict or bool(node.keywords) and function is dict

    def _joined_dicts(self, node: gast.Dict, like: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        """`{**table, key: value}` is a copy of the table, in which the value is put under the key."""
        result = trees.name(self.names.fresh("table"))
        self.taint.tainted.add(result.id)
        start: gast.expr = gast.Dict([], [])
        for position, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            value = self.expression(value, like, out)
            if key is None and not position:
                start = trees.method(value, "copy")
            if not position:
                out.append(trees.assign(result, start, like))
            if key is not None:
                slot = trees.subscript(result, self.expression(key, like, out))
                out.append(trees.assign(slot, value, like))
            elif position:
                name = trees.name(self.names.fresh("key"))
                copy = trees.assign(trees.subscript(result, name), trees.subscript(value, name), like)
                out.append(trees.located(gast.For(name, value, [copy], [], None), like))
        return result


def _may_go_one_by_one(names: list[gast.Name], value: gast.Tuple) -> bool:
    """Whether `a, b = x[i], y[j]` is `a = x[i]; b = y[j]`: no part reads what an earlier one binds,
    and all of them only look something up or are functions."""
    if len(names) != len(value.elts) or not all(isinstance(n, gast.Name) for n in names):
        return False
    bound: set[str] = set()
    for name, part in zip(names, value.elts, strict=True):
        plain = isinstance(part, gast.Subscript) and isinstance(part.value, gast.Name)
        if not (plain or isinstance(part, gast.Lambda)) or trees.reads(part) & bound:
            return False
        bound.add(name.id)
    return len(bound) == len(names)


class _Hoist(_Desugar):
    """The same for what matters for another reason than that it is differentiated."""

    def __init__(self, unit: Unit, matters: Callable[[gast.AST], bool]) -> None:
        super().__init__(unit)
        self.taint.of = matters  # type: ignore[method-assign, assignment]

    def made(self, node: gast.stmt, out: list[gast.stmt]) -> None:
        self.statement(node, out)

    def visit_While(self, node: gast.While, out: list[gast.stmt]) -> None:
        """A test that matters is a statement of its own."""
        if not self.taint.of(node.test):
            super().visit_While(node, out)
            return
        test = trees.name(self.names.fresh("test"))
        leave = trees.branch(trees.invert(test), [*node.orelse, trees.located(gast.Break(), node)])
        body = [trees.assign(test, node.test, node), trees.located(leave, node), *node.body]
        out.append(trees.rebuild(node, test=trees.constant(True), body=self.block(body), orelse=[]))
