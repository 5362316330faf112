"""Arguments that a call unpacks from what has an unknown length: the callee tells how many it takes.

    model(t, *params)     ->   require_count(params, 3, 'model')
                               model(t, params[0], params[1], params[2])
    model(t, **params)    ->   require_count(params, 3, 'model')
                               model(t, a=params['a'], b=params['b'], c=params['c'])
    poly(x, *params)      ->   poly(x, params[0], *params[1:])    (of `def poly(x, first, *others)`)

Where a parameter has a default, only the program as it runs tells whether it is given: there is a
call for each number of values then, or for each choice of keys.
"""

from __future__ import annotations

from collections.abc import Sequence

import gast

from tangent_ad.analysis import calls
from tangent_ad.analysis.effects import is_pure
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import starred
from tangent_ad.runtime import checks
from tangent_ad.syntax import trees

MOST_CASES = 4  # of calls with more or fewer arguments


def counted_out(unit: Unit, known: Facts) -> Unit:
    """The unit itself if no call of a user's function unpacks what has an unknown length."""
    writer = _Writer(unit, known)
    body = writer.block(unit.tree.body)
    return unit.with_body(body) if writer.changed else unit


class _Writer:
    def __init__(self, unit: Unit, known: Facts) -> None:
        self.names, self.facts = unit.names, known
        self.changed = False
        self.before: list[gast.stmt] = []  # what goes in front of a statement
        self.is_test = False  # of a loop, in front of which nothing can go
        self.like: gast.stmt = unit.tree.body[0]
        self.scoped: set[str] = set()

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            inner = {field: self.block(b) for field, b in trees.blocks(node)}
            self.before, self.like, self.is_test = [], node, isinstance(node, gast.While)
            head = trees.rebuild(node, **{field: [] for field in inner}) if inner else node
            self.scoped = _scoped(head)
            new = trees.transform(head, self.visit)
            out += self.before
            out.append(trees.rebuild(new, **inner) if inner else new)
        return out

    def visit(self, node: gast.AST) -> gast.AST:
        if not isinstance(node, gast.Call):
            return node
        starred_args = any(isinstance(a, gast.Starred) for a in node.args)
        if not starred_args and all(k.arg is not None for k in node.keywords):
            return node
        taken = self.facts.callees.parameters(self.facts.target(node))
        if taken is None:
            return node
        new = self.positional(node, taken) if starred_args else self.named(node, taken)
        self.changed = self.changed or new is not node
        return new

    # ---- f(*values) -------------------------------------------------------------------------

    def positional(self, node: gast.Call, taken: gast.arguments) -> gast.expr:
        names = [p.id for p in (*taken.posonlyargs, *taken.args)]
        first = next(i for i, a in enumerate(node.args) if isinstance(a, gast.Starred))
        behind = node.args[first + 1 :]
        given = {k.arg for k in node.keywords}
        free = next((i for i, n in enumerate(names) if i >= first and n in given), len(names))
        least = min(free, len(names) - len(taken.defaults))
        if None in given:
            return node
        if taken.vararg is not None:
            return self.with_rest(node, first, len(names)) if first >= free or least == free else node
        most = free - first - len(behind)
        if most < 0 or any(isinstance(a, gast.Starred) for a in behind):
            return node
        values = self.steady(node.args[first].value)
        if values is None:
            return node
        if least < free:
            return self.with_defaults(node, values, range(max(least - first - len(behind), 0), most))
        self.test(values, most, node)
        return self.with_items(node, values, most)

    def with_items(self, node: gast.Call, values: gast.expr, count: int) -> gast.Call:
        """A call with the first so many values for all of them."""
        items = [trees.subscript(values, trees.constant(i)) for i in range(count)]
        first = next(i for i, a in enumerate(node.args) if isinstance(a, gast.Starred))
        return trees.rebuild(node, args=[*node.args[:first], *items, *node.args[first + 1 :]])

    def with_defaults(self, node: gast.Call, values: gast.expr, fewer: range) -> gast.expr:
        """The result of the call for as many values as there are; some parameters have defaults."""
        if len(fewer) >= MOST_CASES or not (self.comes_first(node) or self.may_stand_before(node)):
            return node
        before, self.before = self.before, []
        self.test(values, fewer.start, node)
        result = self.names.fresh(f"{calls.dotted(node.func).rpartition('.')[2]}_value")
        fewest = self.with_items(node, values, fewer.start)
        cases = [*self.before, trees.assign(result, fewest, self.like)]
        length = trees.call(trees.name(self.names.bind(len, "len")), values)
        for count in range(fewer.start + 1, fewer.stop + 1):
            test = gast.Compare(length, [gast.Eq()], [trees.constant(count)])
            case = trees.assign(result, self.with_items(node, values, count), self.like)
            cases = [trees.branch(test, [case], cases, self.like)]
        self.before = [*before, *cases]
        return trees.name(result)

    def with_rest(self, node: gast.Call, first: int, count: int) -> gast.Call:
        """A call of a function that takes all beyond the first `count` as `*args`."""
        args = list(node.args)
        if first < count:
            values = self.steady(args[first].value)
            if values is None:
                return node
            items = [trees.subscript(values, trees.constant(i)) for i in range(count - first)]
            others = gast.Slice(trees.constant(count - first), None, None)
            rest = gast.Starred(trees.subscript(values, others), trees.LOAD)
            args[first : first + 1] = [*items, rest]
        elif len(args) == count + 1:
            return node
        if len(args) > count + 1:
            whole = starred.joined(gast.List(args[count:], trees.LOAD), self.names)
            args[count:] = [gast.Starred(whole, trees.LOAD)]
        return trees.rebuild(node, args=args)

    def steady(self, values: gast.expr) -> gast.expr | None:
        """What may be written down several times."""
        if isinstance(values, gast.Name):
            return values
        if not self.may_stand_before(values):
            return None
        name = self.names.fresh("values")
        self.before.append(trees.hidden(trees.assign(name, values), self.like))
        return trees.name(name)

    def comes_first(self, node: gast.Call) -> bool:
        """Whether a call is what its statement evaluates first."""
        first = getattr(self.like, "value", None)
        while first is not None and first is not node:
            below = [child for child in trees.children(first) if not isinstance(child, gast.Name)]
            first = below[0] if below and not isinstance(first, trees.SCOPES) else None
        return first is node

    def may_stand_before(self, value: gast.expr) -> bool:
        is_free = not self.is_test and not trees.reads(value) & self.scoped
        return is_free and is_pure(value, self.names)

    def test(self, values: gast.expr, count: int, call: gast.Call) -> None:
        """See to it that there are no more values than the call takes."""
        if self.may_stand_before(values):
            helper = trees.name(self.names.bind(checks.require_count, "require_count"))
            name = trees.constant(calls.dotted(call.func))
            test = trees.call(helper, values, trees.constant(count), name)
            self.before.append(trees.hidden(trees.statement(test), self.like))

    # ---- f(**values) ------------------------------------------------------------------------

    def named(self, node: gast.Call, taken: gast.arguments) -> gast.expr:
        """A call with a keyword for each parameter that a dict has to give."""
        tables = [k.value for k in node.keywords if k.arg is None]
        given = {k.arg for k in node.keywords}
        left = [p.id for p in taken.args][max(len(node.args) - len(taken.posonlyargs), 0) :]
        wanted = [n for n in (*left, *(p.id for p in taken.kwonlyargs)) if n not in given]
        behind = len(taken.args) - len(taken.defaults)
        defaults = {p.id for p in taken.args[max(behind, 0) :]}
        pairs = zip(taken.kwonlyargs, taken.kw_defaults, strict=True)
        defaults |= {p.id for p, default in pairs if default is not None}
        optional = [n for n in wanted if n in defaults]
        is_little = 2 ** len(optional) <= MOST_CASES
        if len(tables) > 1 or taken.kwarg is not None or not is_little:
            return node
        if optional and not (self.comes_first(node) or self.may_stand_before(node)):
            return node
        table = self.steady(tables[0])
        if table is None:
            return node
        required = [n for n in wanted if n not in defaults]
        if not optional:
            return self.with_entries(node, table, required)
        before, self.before = self.before, []
        result = trees.name(self.names.fresh(f"{calls.dotted(node.func).rpartition('.')[2]}_value"))
        cases = self.by_key(node, table, required, optional, result)
        self.before = [*before, *cases]
        return result

    def by_key(
        self, node: gast.Call, table: gast.expr, keys: list[str], optional: list[str], result: gast.Name
    ) -> list[gast.stmt]:
        """The call with these entries, and with those of the optional ones that there are."""
        if not optional:
            outside, self.before = self.before, []
            call = self.with_entries(node, table, keys)
            cases, self.before = self.before, outside
            return [*cases, trees.assign(result, call, self.like)]
        first, *rest = optional
        has_first = gast.Compare(trees.constant(first), [gast.In()], [table])
        given, not_given = (
            self.by_key(node, table, more, rest, result) for more in ([*keys, first], keys)
        )
        return [trees.branch(has_first, given, not_given, self.like)]

    def with_entries(self, node: gast.Call, table: gast.expr, keys: list[str]) -> gast.Call:
        """A call with these entries of a dict, and no others."""
        self.test(table, len(keys), node)
        keywords = [k for k in node.keywords if k.arg is not None]
        keywords += [gast.keyword(key, trees.subscript(table, trees.constant(key))) for key in keys]
        return trees.rebuild(node, keywords=keywords)


def _scoped(node: gast.stmt) -> set[str]:
    """What the lambdas and comprehensions in a statement bind."""
    found: set[str] = set()
    for inner in trees.walk(node):
        if isinstance(inner, gast.Lambda):
            found |= {p.id for p in trees.parameters(inner.args)}
        elif isinstance(inner, trees.SCOPES):
            found |= {name for g in inner.generators for name in trees.bound_names(g.target)}
    return found
