"""What evaluating an expression does besides giving a value, and what shares memory with what."""

from __future__ import annotations

import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import gast

from tangent_ad.analysis import operations
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.facts import ANYTHING, Fact
from tangent_ad.analysis.generated import Generated
from tangent_ad.analysis.places import root
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING, Names

MUTATORS = frozenset((
    "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update",
    "setdefault", "popitem", "fill", "put", "itemset", "resize", "setflags", "add", "discard",
    "partition", "byteswap", "at",
))  # fmt: skip
PURE_METHODS = frozenset((
    "copy", "items", "keys", "values", "get", "index", "count", "astype", "tolist", "item",
    "format", "join", "lower", "upper", "split", "strip", "startswith", "endswith",
))  # fmt: skip


def nothing_known(node: gast.expr) -> Fact:
    return ANYTHING


def is_pure(node: gast.AST, names: Names) -> bool:
    """Whether an expression may be left out, or evaluated twice."""
    for inner in trees.notable(node):
        if isinstance(inner, gast.Call) and not _is_pure_call(inner, names):
            return False
        if isinstance(inner, trees.EFFECTS):
            return False
    return True


def _is_pure_call(node: gast.Call, names: Names) -> bool:
    function = names.resolve(node.func)
    if isinstance(function, Generated):
        return function.pure
    if function is not MISSING:
        operation = operations.find(function)
        if operation is None:
            return names.is_pure_function(function)
        return not operation.effect and not operation.writes
    if isinstance(node.func, gast.Attribute):
        attr = node.func.attr
        if attr in MUTATORS:
            return False
        member = operations.member("number", attr)
        return attr in PURE_METHODS or operations.find(member) is not None
    return False


def mutated_root(node: gast.stmt, names: Names) -> str | None:
    """The variable whose object a statement changes in place, if it changes one."""
    if isinstance(node, gast.Assign) and not isinstance(node.targets[0], (gast.Name, gast.Tuple)):
        return root(node.targets[0])
    if isinstance(node, gast.AugAssign):
        return root(node.target)
    value = getattr(node, "value", None)
    if isinstance(value, gast.Call):
        return mutated_by_call(value, names)
    return None


def mutated_by_call(node: gast.Call, names: Names) -> str | None:
    function = names.resolve(node.func)
    operation = operations.find(function) if function is not MISSING else None
    if operation is not None and operation.writes and node.args:
        return root(node.args[0])
    if function is MISSING and isinstance(node.func, gast.Attribute):
        if node.func.attr in MUTATORS:
            return root(node.func.value)
    return None


def memory_groups(
    body: Sequence[gast.stmt], fact: FactOf = nothing_known
) -> dict[str, frozenset[str]]:
    """Names that may share memory, as far as copies, views and containers make them.

    Facts tell that a scalar shares nothing, and that an array copies what is written into it.
    """
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while (above := parent.get(name, name)) != name:
            parent[name] = parent.get(above, above)
            name = above
        return name

    def union(names: Iterable[str]) -> None:
        first, *rest = [*names] or [""]
        for other in rest:
            parent[find(other)] = find(first)

    for node in trees.statements(body):
        if isinstance(node, gast.Assign):
            target = node.targets[0]
            if isinstance(target, gast.Subscript) and fact(target.value).is_number:
                continue
            if isinstance(target, gast.Name) and not shared_names(node.value, fact):
                continue
            if not fact(node.value).is_immutable:
                _unite(target, node.value, union, fact)
        elif isinstance(node, gast.For):
            union([*trees.bound_names(node.target), *sorted(shared_names(node.iter, fact))])
        elif isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
            call = node.value
            base = root(call.func.value) if isinstance(call.func, gast.Attribute) else None
            if base is not None:
                operands = [*call.args, *(k.value for k in call.keywords)]
                union([base, *sorted(n for a in operands for n in shared_names(a, fact))])
    groups: dict[str, set[str]] = defaultdict(set)
    for name in list(parent):
        groups[find(name)] |= {name, find(name)}
    return {name: group for group in map(frozenset, groups.values()) for name in group}


def _unite(
    target: gast.expr, value: gast.expr, union: Callable[[list[str]], None], fact: FactOf
) -> None:
    if isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple):
        for item, part in zip(target.elts, value.elts, strict=False):
            _unite(item, part, union, fact)
        return
    names = list(trees.bound_names(target))
    base = root(target)
    if base is not None:
        names.append(base)
    union([*names, *sorted(shared_names(value, fact))])


def shared_names(value: gast.expr, fact: FactOf = nothing_known) -> set[str]:
    """The names whose memory the value of an expression may share."""

    def inside(parts: Iterable[gast.expr]) -> set[str]:
        return set().union(*(shared_names(p, fact) for p in parts if not fact(p).is_immutable))

    if isinstance(value, gast.Name):
        return {value.id}
    if isinstance(value, (gast.Subscript, gast.Attribute, gast.Starred)):
        base = root(value)
        return {base} if base else set()
    if isinstance(value, gast.Call):
        if isinstance(value.func, gast.Attribute) and value.func.attr in FRESH:
            return set()
        if isinstance(value.func, gast.Name) and value.func.id in ("sum", "len", "range"):
            return set()
        operands = [*value.args, *(k.value for k in value.keywords)]
        return inside(operands) | _owner(value)
    if isinstance(value, (gast.Tuple, gast.List, gast.Set)):
        return inside(value.elts)
    if isinstance(value, (gast.Dict, gast.BoolOp)):
        return inside(value.values)
    if isinstance(value, gast.IfExp):
        return inside((value.body, value.orelse))
    return set()


def _owner(value: gast.Call) -> set[str]:
    """What a method belongs to, or a function that may have taken something along."""
    return shared_names(value.func.value if isinstance(value.func, gast.Attribute) else value.func)


# Functions whose result never shares memory with an operand, by their last name.
FRESH = frozenset((
    "copy", "zeros_like", "full_like", "ones_like", "empty_like", "zeros", "ones", "full", "sum",
    "mean", "exp", "log", "tanh", "sin", "cos", "sqrt", "dot", "outer", "where", "concatenate",
    "stack", "hstack", "vstack", "maximum", "minimum", "abs", "max", "min", "cumsum", "cosh",
    "sinh", "tan", "einsum", "matmul", "array", "arange", "linspace", "eye", "solve", "inv",
    "shape", "size", "power", "square", "sign", "prod", "roll", "tolist",
))  # fmt: skip


def may_read(function: Any, name: str, seen: set[Any]) -> bool:
    """Whether a function, or one that it calls, mentions a global or captured variable."""
    if not isinstance(function, types.FunctionType):
        return not isinstance(function, (type, types.BuiltinFunctionType))
    if function in seen:
        return False
    seen.add(function)
    codes = [function.__code__]
    for code in codes:
        codes += [c for c in code.co_consts if isinstance(c, types.CodeType)]
    names = {n for code in codes for n in (*code.co_names, *code.co_freevars)}
    if name in names:
        return True
    inner = [function.__globals__.get(n) for n in names]
    return any(may_read(f, name, seen) for f in inner if isinstance(f, types.FunctionType))
