"""Read a rule as source and paste it with the user's names.

A rule is a function whose parameters are the result and the operands of an operation. `d[x]` means
the derivative of x, `known(x)` what is known of x before the program runs:

    def dot(z, x, y):
        if known(y).rank == 1:
            d[x] = np.outer(d[z], y)

Filled with facts and expressions, it gives the assignments to `d[...]` that apply, in terms of the
user's expressions. What depends on `known(...)` only is computed while the rule is pasted and stands
as a literal in the result; a comprehension over such a range is unrolled. Other names in the rule
belong to the file of the rule.
"""

from __future__ import annotations

import builtins
import functools
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import gast

from tangent_ad import errors
from tangent_ad.syntax import fold, source, trees
from tangent_ad.syntax.names import Names

DERIVATIVE, KNOWN = "d", "known"
MEANINGLESS = {
    "axis": (None,), "keepdims": (False,), "dtype": (None,), "order": (None, "C"),
    "optimize": (False,),
}  # fmt: skip
COMPUTED = (gast.Attribute, gast.Subscript, gast.Call, gast.BinOp, gast.UnaryOp)


@dataclass(eq=False, repr=False)
class Template:
    """The source of one rule: read when it is first used."""

    function: types.FunctionType
    _tree: gast.FunctionDef | None = field(default=None, repr=False)

    @property
    def tree(self) -> gast.FunctionDef:
        if self._tree is None:
            tree, _ = source.read(self.function, verify=False)
            if not isinstance(tree, gast.FunctionDef):
                raise errors.RuleError("a rule is a function made by def")
            body = tree.body
            if isinstance(body[0], gast.Expr) and isinstance(body[0].value, gast.Constant):
                body = body[1:]
            self._tree = trees.rebuild(tree, body=body, decorator_list=[])
        return self._tree

    @property
    def scope(self) -> dict[str, Any]:
        """What the names of the rule mean: those of its file, and of a function around it."""
        cells = self.function.__closure__ or ()
        captured = zip(self.function.__code__.co_freevars, cells, strict=True)
        return {**self.function.__globals__, **{n: c.cell_contents for n, c in captured}}

    @property
    def parameters(self) -> tuple[str, ...]:
        code = self.function.__code__
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 0x04)
        return code.co_varnames[:count]


@functools.cache
def of(function: types.FunctionType) -> Template:
    """The template of a rule, the same one every time."""
    return Template(function)


class Filling(NamedTuple):
    """What goes into a template.

    `values` are the expressions of the parameters, `derivatives` those of `d[parameter]` where
    they are read, `facts` answers `known(parameter)`; `names` hands out names. `wanted` are the
    positions of the partial derivatives that are asked for.
    """

    values: Mapping[str, Any]
    derivatives: Callable[[str], gast.expr]
    facts: Mapping[str, Any]
    names: Names
    wanted: frozenset[int] = frozenset((0,))


class Write(NamedTuple):
    """`d[parameter] = value` of a rule; `returns` of an elementwise rule have no parameter."""

    parameter: str
    value: gast.expr


def pasted(function: Any) -> Any:
    """Mark a part that several rules share: it is pasted into them, and may ask `known(...)` of what
    they pass on to it by name."""
    function.is_pasted = True
    return function


def fill(template: Template, filling: Filling) -> list[Write | gast.stmt]:
    """The writes to derivatives and other statements of a rule, in the user's terms.

    A statement that changes a derivative in place (`d[x][i] += ...`) comes as a statement.
    """
    return _Filler(template, filling).block(template.tree.body)


def returned(template: Template, filling: Filling) -> list[gast.expr]:
    """What an elementwise rule returns: one partial derivative per operand."""
    filler = _Filler(template, filling)
    for item in filler.block(template.tree.body):
        if isinstance(item, gast.Return):
            value = item.value
            return list(value.elts) if isinstance(value, gast.Tuple) else [value]
    raise errors.RuleError(f"the rule {template.function.__name__} returns nothing")


class _Filler:
    def __init__(self, template: Template, filling: Filling) -> None:
        self.template = template
        self.filling = filling
        self.globals = template.scope
        self.parameters = set(template.parameters)
        self.mapping: dict[str, gast.expr] = {}
        self.positions: dict[str, int] = {}
        for parameter, value in filling.values.items():
            if isinstance(value, gast.AST):
                self.mapping[parameter] = value

    def block(self, body: Sequence[gast.stmt]) -> list[Any]:
        out: list[Any] = []
        for node in body:
            if isinstance(node, gast.If) and _mentions_known(node.test):
                chosen = node.body if self.decide(node.test) else node.orelse
                out += self.block(chosen)
                if out and isinstance(out[-1], gast.Return):
                    return out
            elif isinstance(node, gast.If):
                raise errors.RuleError(
                    f"the rule {self.template.function.__name__} branches on a value; use a "
                    "conditional expression, or known(x) for what is known before"
                )
            else:
                filled = self.statement(node)
                if filled is not None:
                    out.append(filled)
                if isinstance(node, gast.Return):
                    return out
        return out

    def statement(self, node: gast.stmt) -> Any:
        if isinstance(node, gast.Assign):
            (target,) = node.targets
            value = self.expression(node.value)
            if isinstance(target, gast.Name) and fold.is_zero(value):
                self.mapping[target.id] = value
                return None
            if isinstance(target, gast.Name):
                local = self.filling.names.fresh(target.id)
                self.mapping[target.id] = trees.name(local)
                return trees.assign(local, value)
            parameter = derivative_of(target)
            if parameter is not None:
                return Write(parameter, value)
            return trees.assign(self.expression(target), value)
        if isinstance(node, gast.AugAssign):
            value = self.expression(node.value)
            if fold.is_zero(value):
                return None
            return trees.rebuild(node, target=self.expression(node.target), value=value)
        if isinstance(node, gast.Return) and isinstance(node.value, gast.Tuple):
            parts = [
                self.expression(part) if i in self.filling.wanted else part
                for i, part in enumerate(node.value.elts)
            ]
            return trees.rebuild(node, value=trees.pack(parts))
        value = self.expression(node.value)
        return None if fold.is_zero(value) else trees.rebuild(node, value=value)

    def decide(self, test: gast.expr) -> bool:
        """Evaluate a test on what is known."""
        return bool(self.evaluate(test))

    def evaluate(self, node: gast.expr) -> Any:
        """The value of an expression of what is known."""
        facts = {**self.filling.facts, **self.positions}
        scope = {**self.globals, KNOWN: lambda fact: fact, **facts}
        return eval(_code(node), scope)  # noqa: S307 - the text of our own rule

    def is_static(self, node: gast.AST) -> bool:
        """Whether an expression depends on nothing but what is known."""
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Name):
            if node.func.id == KNOWN:
                return True
        if isinstance(node, gast.Name):
            is_local = node.id in self.parameters or node.id in self.mapping
            return not is_local or node.id in self.positions
        if isinstance(node, gast.Subscript) and derivative_of(node) is not None:
            return False
        return all(self.is_static(child) for child in trees.children(node))

    def expression(self, node: gast.expr) -> Any:
        if isinstance(node, gast.IfExp) and _mentions_known(node.test):
            return self.expression(node.body if self.decide(node.test) else node.orelse)
        if isinstance(node, COMPUTED) and _mentions_known(node) and self.is_static(node):
            return _literal(self.evaluate(node))
        if isinstance(node, (gast.ListComp, gast.GeneratorExp)):
            return self.unrolled(node)
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Name):
            part = self.globals.get(node.func.id)
            if getattr(part, "is_pasted", False):
                return self.part(part, node)
        parameter = derivative_of(node)
        if parameter is not None:
            return self.filling.derivatives(parameter)
        if isinstance(node, gast.Name):
            return self.name(node)
        if isinstance(node, gast.Starred):
            value = self.expression(node.value)
            if isinstance(value, (gast.Tuple, gast.List)):
                return tuple(value.elts)
            return trees.rebuild(node, value=value)
        changes: dict[str, Any] = {}
        for field_name in node._fields:
            value = getattr(node, field_name, None)
            if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                changes[field_name] = self.expression(value)
            elif isinstance(value, list):
                items: list[Any] = []
                for item in value:
                    new = self.expression(item) if isinstance(item, gast.AST) else item
                    items += new if isinstance(new, tuple) else [new]
                changes[field_name] = items
        new = trees.rebuild(node, **changes)
        if isinstance(new, gast.Subscript):
            new = _element(new)
        if isinstance(new, gast.Call):
            new = _sum_of_display(new)
        if isinstance(new, gast.Call) and any(isinstance(a, (gast.Slice, gast.Tuple)) for a in new.args):
            new = trees.rebuild(new, args=[index_as_argument(a, self.filling.names) for a in new.args])
        return fold.fold(_simplified_keywords(new))

    def part(self, function: Any, node: gast.Call) -> gast.expr:
        """A call of a function marked by `pasted` as what it returns for these arguments."""
        inner = of(function)
        facts = {
            parameter: self.filling.facts[argument.id]
            for parameter, argument in zip(inner.parameters, node.args, strict=True)
            if isinstance(argument, gast.Name) and argument.id in self.filling.facts
        }
        values = dict(zip(inner.parameters, map(self.expression, node.args), strict=True))
        (value,) = returned(inner, self.filling._replace(values=values, facts=facts))
        return value

    def unrolled(self, node: gast.ListComp | gast.GeneratorExp) -> gast.List:
        """A comprehension over positions that are known, as a list."""
        (loop,) = node.generators
        if not _mentions_known(loop.iter) or not isinstance(loop.target, gast.Name):
            raise errors.RuleError(
                f"the rule {self.template.function.__name__} loops over what is not known before"
            )
        elements = []
        for value in self.evaluate(loop.iter):
            self.mapping[loop.target.id] = trees.constant(value)
            self.positions[loop.target.id] = value
            if all(self.decide(test) for test in loop.ifs):
                elements.append(self.expression(node.elt))
            del self.mapping[loop.target.id], self.positions[loop.target.id]
        return gast.List(elements, trees.LOAD)

    def name(self, node: gast.Name) -> gast.expr:
        if node.id in self.mapping:
            return self.mapping[node.id]
        if node.id in self.parameters:
            raise errors.RuleError(
                f"the rule {self.template.function.__name__} uses {node.id}, which is not given"
            )
        if node.id in self.globals:
            value = self.globals[node.id]
            hint = value.__name__ if isinstance(value, types.FunctionType) else node.id
            return trees.name(self.filling.names.bind(value, hint))
        value = getattr(builtins, node.id, None)
        if value is None:
            return node
        return trees.name(self.filling.names.bind(value, node.id))


@functools.lru_cache(1024)
def _code(node: gast.expr) -> types.CodeType:
    return compile(gast.gast_to_ast(gast.Expression(node)), "<known>", "eval")


def _simplified_keywords(node: Any) -> Any:
    """`f(x, axis=None)` reads `f(x)` where None is what a call without it means."""
    if isinstance(node, gast.Call):
        kept = [
            k
            for k in node.keywords
            if k.arg not in MEANINGLESS
            or not isinstance(k.value, gast.Constant)
            or k.value.value not in MEANINGLESS[k.arg]
        ]
        if len(kept) != len(node.keywords):
            return trees.rebuild(node, keywords=kept)
    return node


def _element(node: gast.Subscript) -> gast.expr:
    """An element of an operand that is written as a display."""
    if not isinstance(node.value, (gast.Tuple, gast.List)):
        return node
    elements = node.value.elts
    if any(isinstance(e, gast.Starred) for e in elements):
        return node
    if isinstance(node.slice, gast.Slice):
        bounds = (node.slice.lower, node.slice.upper, node.slice.step)
        if any(b is not None and type(fold.literal(b)) is not int for b in bounds):
            return node
        chosen = slice(*(None if b is None else fold.literal(b) for b in bounds))
        return trees.rebuild(node.value, elts=elements[chosen])
    position = fold.literal(node.slice)
    if type(position) is not int or not -len(elements) <= position < len(elements):
        return node
    return elements[position]


def _sum_of_display(node: gast.Call) -> gast.expr:
    """`sum([x, y])` as `x + y`."""
    is_sum = isinstance(node.func, gast.Name) and node.func.id == "sum" and len(node.args) == 1
    if not is_sum or not isinstance(node.args[0], gast.List):
        return node
    first, *rest = node.args[0].elts or [fold.ZERO]
    for term in rest:
        first = fold.fold(trees.binary(first, gast.Add, term))
    return first


def _literal(value: Any) -> gast.expr:
    """A value as it stands in a source."""
    if isinstance(value, (tuple, list)):
        items = [_literal(item) for item in value]
        return trees.pack(items) if isinstance(value, tuple) else gast.List(items, trees.LOAD)
    return trees.constant(value)


def derivative_of(node: gast.AST) -> str | None:
    """The x of `d[x]`."""
    if isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name):
        if node.value.id == DERIVATIVE and isinstance(node.slice, gast.Name):
            return node.slice.id
    return None


@functools.lru_cache(4096)
def _mentions_known(node: gast.AST) -> bool:
    return any(isinstance(n, gast.Name) and n.id == KNOWN for n in trees.walk(node))


def check(
    template: Template, result: str, operands: Sequence[str], is_tangent: bool = False
) -> None:
    """Find mistakes of a rule that its text shows."""
    tree = template.tree
    name = template.function.__name__
    known = {*operands, result}
    written = set()
    for node in trees.walk(tree):
        parameter = derivative_of(node)
        if parameter is not None and parameter not in known:
            raise errors.RuleError(
                f"the rule {name} uses d[{parameter}]; its parameters are {', '.join(sorted(known))}",
                errors.Place(template.function.__code__.co_filename, node.lineno),
            )
        if parameter is not None:
            written.add(parameter)
        if isinstance(node, gast.Assign) and not is_tangent:
            if derivative_of(node.targets[0]) == result:
                raise errors.RuleError(
                    f"the rule {name} sets d[{result}], which is what reverse mode starts from; set "
                    "the derivatives of the operands, or declare it with .tangent",
                    errors.Place(template.function.__code__.co_filename, node.lineno),
                )
    if not written and not any(isinstance(n, gast.Return) for n in trees.walk(tree)):
        raise errors.RuleError(
            f"the rule {name} neither returns a partial derivative nor writes one",
            errors.Place(template.function.__code__.co_filename, tree.lineno),
        )
    local = {n.targets[0].id for n in trees.statements(tree.body)
             if isinstance(n, gast.Assign) and isinstance(n.targets[0], gast.Name)}  # fmt: skip
    for node in trees.walk(tree):
        if isinstance(node, gast.Name) and node.id not in known | local | {DERIVATIVE, KNOWN}:
            if node.id not in template.scope and not hasattr(builtins, node.id):
                raise errors.RuleError(
                    f"the rule {name} uses {node.id}, which is not defined in its file",
                    errors.Place(template.function.__code__.co_filename, node.lineno),
                )


def index_as_argument(node: gast.expr, names: Names) -> gast.expr:
    """An index as an argument: `slice(1, None)` for `1:`, also as one of several."""
    if isinstance(node, gast.Tuple) and any(isinstance(e, gast.Slice) for e in node.elts):
        return trees.rebuild(node, elts=[index_as_argument(e, names) for e in node.elts])
    if not isinstance(node, gast.Slice):
        return node
    parts = (node.lower, node.upper, node.step)
    bounds = [trees.constant(None) if b is None else b for b in parts]
    if node.step is None:
        bounds = bounds[1:2] if node.lower is None else bounds[:2]
    return trees.call(trees.name(names.bind(slice, "slice")), *bounds)
