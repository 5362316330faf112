"""Put the statements of a function in the place of a call of it, where values alone do not tell all.

    def backwards(v):            w = y[::-1]
        return v[::-1]     ->    w[0] = 0.0
    w = backwards(y)
    w[0] = 0.0

To its caller a function is a unit that takes values and gives a value. Where it changes an argument
that is read later, or returns memory of an argument that is written later, only its statements tell
which memory that is; in the place of the call they do.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast

from tangent_ad.analysis import calls, facts, indexing
from tangent_ad.analysis.effects import is_pure
from tangent_ad.analysis.generated import Generated
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.sharing import Sharing
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING

MOST = 200  # calls in one function; more than that is a text nobody reads
DEEPEST, DEEPEST_LOOPS = 20, 3  # objects inside each other whose methods call those of the inner ones
LITERALS = (float, int, complex, str, bool, type(None))
FIELDS = {gast.Assign: "value", gast.AugAssign: "value", gast.Expr: "value", gast.Return: "value",
          gast.If: "test", gast.For: "iter"}  # fmt: skip

Wanted = Callable[[gast.Call], bool]


def writers(unit: Unit, known: Facts, is_entry: bool) -> Unit:
    """The unit with the statements of those callees that change what others see; the unit itself if
    there are none."""
    changing = [
        call
        for node in trees.statements(unit.tree.body)
        for expression in trees.header(node)
        for call in trees.walk(expression)
        if isinstance(call, gast.Call) and written_arguments(call, known)
    ]
    if not changing:
        return unit
    sharing = Sharing(unit.tree.body, known, known.callees.returned)
    parameters = {p.id for p in trees.parameters(unit.tree.args)} if is_entry else set()

    def is_seen(given: gast.expr, call: gast.Call) -> bool:
        return bool(sharing.reach(given) & parameters) or sharing.is_seen(given, call, unit.tree.body)

    seen = {
        id(call)
        for call in changing
        if any(is_seen(given, call) for given in written_arguments(call, known))
    }
    return spliced(unit, known, lambda call: id(call) in seen) if seen else unit


def makers(unit: Unit, known: Facts) -> Unit:
    """The unit with the statements of those callees that give back a function which took something
    along; the unit itself if there are none. What the user's own function gives is no such thing."""

    def gives_function(node: gast.Call) -> bool:
        if not isinstance(known.target(node), types.FunctionType):
            return False
        fact = known.of(node)
        chosen = [fact, *facts.alternatives(fact)]
        return any(isinstance(one.value, facts.Partial) for one in chosen)

    made = any(
        isinstance(call, gast.Call) and gives_function(call)
        for node in trees.statements(unit.tree.body)
        for expression in trees.header(node)
        for call in trees.walk(expression)
    )
    return spliced(unit, known, gives_function) if made else unit


def written_arguments(node: gast.Call, known: Facts) -> list[gast.expr]:
    """What a call of a user's function is given for the parameters that it changes in place."""
    function = known.target(node)
    if not isinstance(function, types.FunctionType) or not known.callees.changes(function):
        return []
    given = known.callees.given_to_change(function, node)
    return [value for _, value in given if not known.of(value).is_immutable]


def spliced(unit: Unit, known: Facts, wanted: Wanted) -> Unit:
    """The unit with the statements of the functions in the place of some calls, as far as can be."""
    splicer = Splicer(unit, known, wanted)
    body = splicer.block(unit.tree.body)
    if not splicer.count:
        return unit
    returns = {**unit.returns, **{f: unit.returns.get(f, 0) + 1 for f in splicer.returns}}
    return unit.with_body(body, rebinds=(*unit.rebinds, *splicer.rebinds), returns=returns)


class Splicer:
    def __init__(self, unit: Unit, known: Facts, wanted: Wanted) -> None:
        self.unit, self.known, self.wanted = unit, known, wanted
        self.names = unit.names
        self.rebinds: list[tuple[str, str, gast.stmt]] = []
        self.returns: set[types.FunctionType] = set()  # what took the place of a call of itself
        self.count = self.loops = 0

    # ---- statements -------------------------------------------------------------------------

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            self.loops += isinstance(node, trees.LOOPS)
            inner = {field: self.block(b) for field, b in trees.blocks(node)}
            self.loops -= isinstance(node, trees.LOOPS)
            node = trees.rebuild(node, **inner) if inner else node
            out += self.statement(node)
        return out

    def statement(self, node: gast.stmt) -> list[gast.stmt]:
        field = FIELDS.get(type(node), "")
        value = getattr(node, field, None)
        if value is None or not self.is_inside(value):
            return [node]
        if isinstance(node, gast.AugAssign) and self.changes(value):
            return [node]  # the element is read before the call changes it
        out: list[gast.stmt] = []
        new = None
        if isinstance(value, gast.Call) and self.wanted(value):
            new = self.call(value, node, out)
        if new is None:
            new = self.expression(value, node, out)
        if not isinstance(node, gast.Expr) or isinstance(new, gast.Call):
            out.append(trees.rebuild(node, **{field: new}))
        return out

    def is_inside(self, node: gast.AST) -> bool:
        return any(isinstance(n, gast.Call) and self.wanted(n) for n in trees.walk(node))

    def changes(self, node: gast.AST) -> bool:
        """Whether one of the wanted calls in an expression changes an argument."""
        return any(
            isinstance(n, gast.Call) and self.wanted(n) and written_arguments(n, self.known)
            for n in trees.walk(node)
        )

    # ---- expressions ------------------------------------------------------------------------

    def expression(self, node: Any, like: gast.stmt, out: list[gast.stmt]) -> Any:
        """An expression without those of the wanted calls that are evaluated in any case."""
        is_chain = isinstance(node, gast.Compare) and len(node.ops) > 1
        if is_chain or isinstance(node, (*trees.SCOPES, gast.IfExp, gast.BoolOp)):
            return node
        if isinstance(node, gast.Dict) and not all(isinstance(k, gast.Constant) for k in node.keys):
            return node
        if not self.is_inside(node):
            return node
        if isinstance(node, gast.Call) and self.wanted(node):
            value = self.call(node, like, out)
            return node if value is None else self.named(value, like, out)
        return self.parts(node, like, out)

    def parts(self, node: Any, like: gast.stmt, out: list[gast.stmt]) -> Any:
        """A node with its parts in the order in which they are evaluated: those before a call that
        is replaced are evaluated before it, too."""
        below = trees.children(node)
        at = [i for i, child in enumerate(below) if self.is_inside(child)]
        new: dict[int, Any] = {}
        for i, child in enumerate(below):
            if i in at:
                new[id(child)] = self.expression(child, like, out)
            elif i < at[-1] and child is not getattr(node, "func", None):
                later = any(map(self.changes, below[i + 1 :]))
                new[id(child)] = self.steady(child, later, like, out)
        changes: dict[str, Any] = {}
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                changes[field] = [new.get(id(item), item) for item in value]
            else:
                changes[field] = new.get(id(value), value)
        return trees.rebuild(node, **changes)

    def steady(self, node: Any, later: bool, like: gast.stmt, out: list[gast.stmt]) -> Any:
        """What is evaluated before a call that may change it, by a name if it is not one."""
        if isinstance(node, gast.keyword):
            return trees.rebuild(node, value=self.steady(node.value, later, like, out))
        if not isinstance(node, gast.expr) or isinstance(node, (gast.Name, gast.Constant)):
            return node
        if isinstance(node, (gast.Starred, gast.Slice)) or self.names.resolve(node) is not MISSING:
            return node
        if is_pure(node, self.names) and not (later and trees.reads(node)):
            return node
        return self.named(node, like, out)

    def named(self, node: gast.expr, like: gast.stmt, out: list[gast.stmt]) -> gast.expr:
        if isinstance(node, (gast.Name, gast.Constant)):
            return node
        name = self.names.fresh("part")
        out.append(trees.hidden(trees.assign(name, node), like))
        return trees.name(name)

    # ---- calls ------------------------------------------------------------------------------

    def call(self, node: gast.Call, like: gast.stmt, out: list[gast.stmt]) -> gast.expr | None:
        """The value of a call whose statements went to `out`; None where that cannot be."""
        function = self.known.target(node)
        callee = self.known.callees.body_of(function, node, self.known)
        outer = self.meanings(callee) if callee is not None else None
        if callee is None or outer is None or self.count == MOST or self.goes_on(callee, node, like):
            return None
        self.count += 1
        if any(map(self.is_inside, trees.children(node))):
            node = self.parts(node, like, out)
        given = calls.match(callee.tree.args, node)
        literals: dict[str, gast.expr] = {}
        mapping = {**outer, **self.arguments(callee, given, literals, like, out)}
        for name in sorted(_locals(callee) - set(mapping)):
            mapping[name] = self.local(callee.names.stems.get(name, name))
        for statement in callee.tree.body:
            statement = trees.rename(_with_literals(statement, literals), mapping)
            if callee.source.filename != self.unit.source.filename:
                statement = _moved(statement, like)
            if not isinstance(statement, gast.Return):
                out.append(statement)
        self.rebinds += [
            (mapping.get(new, new), mapping.get(old, old), at) for new, old, at in callee.rebinds
        ]
        last = callee.tree.body[-1]
        value = last.value if isinstance(last, gast.Return) else None
        if value is None:
            return trees.constant(None)
        return trees.rename(_with_literals(value, literals), mapping)

    def goes_on(self, callee: Unit, node: gast.Call, like: gast.stmt) -> bool:
        """Whether a function that took the place of a call of itself again and again has no end."""
        text = callee.tree
        is_ours = not hasattr(node, "lineno")  # as that of an `__exit__`
        if is_ours or callee.source.filename != self.unit.source.filename:
            return False
        place = node if hasattr(node, "lineno") else like  # operators of a class are calls without one
        if not text.lineno <= place.lineno <= (text.end_lineno or text.lineno):
            return False
        self.returns.add(callee.function)
        most = DEEPEST_LOOPS if self.loops else DEEPEST
        if self.unit.returns.get(callee.function, 0) < most:
            return False
        self.unit.refuse(
            f"{callee.function.__name__} calls itself with an object that it makes; write a loop, or "
            "a recursive function of lists and numbers",
            place,
        )
        return True

    def local(self, stem: str) -> str:
        """A name for a variable of the callee."""
        if stem in self.names.taken or self.names.lookup(stem) is not MISSING:
            return self.names.version(stem)
        return self.names.fresh(stem)

    def arguments(
        self,
        callee: Unit,
        given: Mapping[str, Any],
        literals: dict[str, gast.expr],
        like: gast.stmt,
        out: list[gast.stmt],
    ) -> dict[str, str]:
        """The variables that stand for the parameters, bound where they are not arguments; literal
        arguments of parameters that keep their value go to `literals`."""
        scoped, written = _scoped(callee), _locals(callee)
        self.names.taken |= scoped
        found: dict[str, str] = {}
        for parameter in [*given, *(p for p in callee.arguments if p not in given)]:
            value = given[parameter] if parameter in given else self.default(callee, parameter)
            if isinstance(value, list) and any(isinstance(e, gast.Starred) for e in value):
                (whole,) = value  # it is the whole of *args
                value = whole.value
                if self.known.of(value).kind != facts.TUPLE:
                    value = trees.call(trees.name(self.names.bind(tuple, "tuple")), value)
            elif isinstance(value, list):
                value = trees.pack(value)
            elif isinstance(value, dict):
                value = gast.Dict([trees.constant(k) for k in value], list(value.values()))
            elif callee.tree.args.kwarg is not None and parameter == callee.tree.args.kwarg.id:
                value = trees.method(value, "copy")  # the dict is the callee's own
            if parameter not in written | scoped and self.is_literal(value):
                literals[parameter] = value
            elif isinstance(value, gast.Name) and value.id not in scoped:
                found[parameter] = value.id
            else:
                found[parameter] = self.local(parameter)
                out.append(trees.hidden(trees.assign(found[parameter], value), like))
        return found

    def is_literal(self, value: Any) -> bool:
        """Whether an argument is the same wherever it stands: a literal, or a slice of such."""
        if isinstance(value, gast.Call) and self.names.resolve(value.func) is slice:
            return all(map(self.is_literal, value.args))
        return isinstance(value, gast.Constant) or indexing.literal_int(value) is not None

    def default(self, callee: Unit, parameter: str) -> gast.expr:
        value = self.known.callees.default_of(callee.function, parameter)
        if isinstance(value, LITERALS):
            return trees.constant(value)
        return trees.name(self.names.bind(value, f"{callee.function.__name__}_{parameter}"))

    def meanings(self, callee: Unit) -> dict[str, str] | None:
        """What to call the functions, modules and globals of a callee; None if one may change its
        meaning and cannot be reached from the caller."""
        own = callee.names
        found: dict[str, str] = {}
        for name in sorted(_free(callee)):
            value = own.lookup(name)
            if value is MISSING:
                return None
            if name in own.bound or name in own.closure or own.globals is not self.names.globals:
                same_cell = own.closure.get(name, MISSING) is self.names.closure.get(name)
                if same_cell and name not in self.names.locals:
                    continue
                is_steady = callable(value) or isinstance(value, (types.ModuleType, Generated))
                if name not in own.bound and not is_steady:
                    return None
                found[name] = self.names.bind(value, name)
            elif name in self.names.locals or name in self.names.bound or name in self.names.closure:
                if self.names.lookup(name) is value:
                    continue
                if not (callable(value) or isinstance(value, types.ModuleType)):
                    return None
                found[name] = self.names.bind(value, name)
            else:
                self.names.taken.add(name)
        return found


def _with_literals(node: Any, literals: Mapping[str, gast.expr]) -> Any:
    def visit(inner: Any) -> Any:
        return literals.get(inner.id, inner) if isinstance(inner, gast.Name) else inner

    return trees.transform(node, visit) if literals else node


def _locals(callee: Unit) -> set[str]:
    return trees.all_writes(callee.tree.body)


def _free(callee: Unit) -> set[str]:
    """The names of a callee that are not variables of it."""
    found: set[str] = set()
    for node in trees.statements(callee.tree.body):
        if not any(True for _ in trees.blocks(node)):
            found |= trees.reads(node)
        for expression in trees.header(node):
            found |= trees.reads(expression)
    return found - _locals(callee) - {p.id for p in trees.parameters(callee.tree.args)}


def _scoped(callee: Unit) -> set[str]:
    """The variables of comprehensions and lambdas, which might capture a name put into them."""
    found: set[str] = set()
    for statement in callee.tree.body:
        for node in trees.walk(statement):
            if isinstance(node, gast.comprehension):
                found |= set(trees.bound_names(node.target))
            elif isinstance(node, gast.Lambda):
                found |= {p.id for p in trees.parameters(node.args)}
    return found


def _moved(statement: gast.stmt, like: gast.stmt) -> gast.stmt:
    """A statement of another file has no line in this one but that of the call."""

    def visit(node: Any) -> Any:
        return trees.hidden(trees.rebuild(node), like) if hasattr(node, "lineno") else node

    return trees.transform(statement, visit)
