"""What a call calls, and which argument goes to which parameter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import gast

from tangent_ad.analysis import operations
from tangent_ad.analysis.facts import LIST, TUPLE, Fact, Partial
from tangent_ad.analysis.operations import Operation
from tangent_ad.syntax import trees


class Bound(NamedTuple):
    """A use of an operation: the expressions given for its parameters.

    `given` leaves out parameters that keep their default; `rest` is what a variadic parameter
    collects. `unknown` names a keyword that the operation's entry does not have.
    """

    operation: Operation
    given: dict[str, gast.expr]
    rest: tuple[gast.expr, ...] = ()
    unknown: str = ""

    @property
    def operands(self) -> list[gast.expr]:
        return [*self.given.values(), *self.rest]


def bind(operation: Operation, args: Sequence[gast.expr], keywords: Sequence[gast.keyword]) -> Bound:
    """Match the arguments of a call with the parameters of an operation."""
    given: dict[str, gast.expr] = {}
    rest: list[gast.expr] = []
    unknown = ""
    for position, arg in enumerate(args):
        if isinstance(arg, gast.Starred):
            unknown = unknown or "*"
            rest.append(arg.value)
        elif position < operation.positional:
            given[operation.parameters[position]] = arg
        else:
            rest.append(arg)
            if operation.variadic is None:
                unknown = unknown or f"argument {position + 1}"
    for keyword in keywords:
        if keyword.arg is None:
            unknown = unknown or "**"
            rest.append(keyword.value)
        elif keyword.arg in operation.parameters and keyword.arg not in given:
            given[keyword.arg] = keyword.value
        else:
            unknown = unknown or f"{keyword.arg}="
            rest.append(keyword.value)
    return Bound(operation, given, tuple(rest), unknown)


def of_arithmetic(node: gast.BinOp) -> Bound | None:
    """The operation behind an operator on numbers."""
    return _plain(trees.BINARY[type(node.op)], node.left, node.right)


def of_operator(node: gast.expr, fact: Callable[[gast.expr], Fact]) -> Bound | None:
    """The operation behind an operator: on numbers, or on lists and tuples."""
    if isinstance(node, gast.BinOp):
        for box, other in ((node.left, node.right), (node.right, node.left)):
            if fact(box).kind not in (LIST, TUPLE):
                continue
            if isinstance(node.op, gast.Mult) and is_count(fact(other)):
                return _plain(list.__mul__, box, other)
            if isinstance(node.op, gast.Add) and fact(other).kind in (LIST, TUPLE):
                return _plain(list.__add__, node.left, node.right)
        return of_arithmetic(node)
    if isinstance(node, gast.UnaryOp):
        return _plain(trees.UNARY[type(node.op)], node.operand)
    return None


def is_wrong_for_lists(node: gast.BinOp | gast.UnaryOp, fact: Callable[[gast.expr], Fact]) -> bool:
    """Whether Python has no meaning for an operator on a list or a tuple: there is no array with it."""
    if isinstance(node, gast.UnaryOp):
        return not isinstance(node.op, gast.Not) and fact(node.operand).kind in (LIST, TUPLE)
    kinds = [fact(part).kind for part in (node.left, node.right)]
    boxes = [kind for kind in kinds if kind in (LIST, TUPLE)]
    if len(boxes) == 2:
        return not isinstance(node.op, gast.Add) or kinds[0] != kinds[1]
    other = node.right if kinds[0] in boxes else node.left
    if not boxes or not isinstance(other, gast.Constant):
        return False
    is_number = isinstance(other.value, (int, float, complex))
    return is_number and not (isinstance(node.op, gast.Mult) and isinstance(other.value, int))


def is_count(fact: Fact) -> bool:
    """Whether a value repeats a list by which it is multiplied; an array multiplies its elements."""
    is_single = fact.rank in (0, None) and fact.array is not True
    return fact.is_number and is_single and fact.dtype in ("int", "")


def _plain(function: Any, *args: gast.expr) -> Bound | None:
    operation = operations.find(function)
    return bind(operation, args, ()) if operation is not None else None


def replaced(
    bound: Bound, node: gast.expr, parameters: Collection[str],
    new: Callable[[gast.expr], gast.expr],
) -> gast.expr:  # fmt: skip
    """A use of an operation with other expressions for some parameters."""
    if isinstance(node, gast.BinOp):
        names = bound.operation.parameters
        left = new(node.left) if names[0] in parameters else node.left
        right = new(node.right) if names[1] in parameters else node.right
        return trees.rebuild(node, left=left, right=right)
    if isinstance(node, gast.UnaryOp):
        return trees.rebuild(node, operand=new(node.operand))
    if isinstance(node, (gast.Attribute, gast.Subscript)):
        return trees.rebuild(node, value=new(node.value))
    assert isinstance(node, gast.Call)
    func, start = node.func, 0
    if len(bound.operands) > len(node.args) + len(node.keywords):  # a method
        assert isinstance(func, gast.Attribute)
        start = 1
        if bound.operation.parameters[0] in parameters:
            func = trees.rebuild(func, value=new(func.value))
    args = [
        new(arg) if bound.operation.named(position) in parameters else arg
        for position, arg in enumerate(node.args, start)
    ]
    keywords = [
        gast.keyword(k.arg, new(k.value)) if k.arg in parameters else k for k in node.keywords
    ]
    return trees.rebuild(node, func=func, args=args, keywords=keywords)


def name_of(function: Any) -> str:
    """How a message calls a function."""
    module = getattr(function, "__module__", None) or ""
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", repr(function))
    return f"{module}.{name}" if module not in ("", "builtins", "__main__") else name


def dotted(node: gast.expr) -> str:
    """How the user wrote the function that is called, for messages and names."""
    if isinstance(node, gast.Name):
        return node.id
    if isinstance(node, gast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else node.attr
    return ""


class BindError(Exception):
    """The arguments of a call do not fit the parameters, or only the run can tell."""


def match(args: gast.arguments, node: gast.Call) -> dict[str, Any]:
    """Which expression of a call goes to which parameter of a Python function.

    A parameter that keeps its default is left out; `*args` gets a list of expressions, `**kwargs`
    a dict of them. What is unpacked is only understood as the whole of `*args` or, where all other
    parameters are given, as the whole of `**kwargs`, which gets that expression.
    """
    positional = [p.id for p in (*args.posonlyargs, *args.args)]
    by_keyword = {p.id for p in (*args.args, *args.kwonlyargs)}
    bound: dict[str, Any] = {}
    rest: list[gast.expr] = []
    for position, value in enumerate(node.args):
        if isinstance(value, gast.Starred):
            if args.vararg is None or position != len(positional):
                raise BindError("starred arguments")
            rest.append(value)
        elif position < len(positional):
            bound[positional[position]] = value
        elif args.vararg is not None:
            rest.append(value)
        else:
            raise BindError("too many arguments")
    extra: dict[str, gast.expr] = {}
    whole: gast.expr | None = None
    for keyword in node.keywords:
        if keyword.arg is None:
            if args.kwarg is None or whole is not None:
                raise BindError("keyword arguments from a dict")
            whole = keyword.value
            continue
        if keyword.arg in by_keyword and keyword.arg not in bound:
            bound[keyword.arg] = keyword.value
        elif args.kwarg is not None and keyword.arg not in by_keyword:
            extra[keyword.arg] = keyword.value
        else:
            raise BindError(f"argument {keyword.arg}=")
    if args.vararg is not None:
        bound[args.vararg.id] = rest
    if args.kwarg is not None:
        if whole is not None and (extra or by_keyword - set(bound)):
            raise BindError("keyword arguments from a dict")
        bound[args.kwarg.id] = extra if whole is None else whole
    return bound


def through_partial(node: gast.Call, partial: Partial) -> gast.Call:
    """A call of a partial function as a call of the function behind it."""
    args: list[gast.expr] = []
    keywords: list[gast.keyword] = []
    for key in partial.keys:
        if isinstance(key, int):
            args.append(trees.subscript(trees.attribute(node.func, "args"), trees.constant(key)))
        else:
            table = trees.attribute(node.func, "keywords")
            keywords.append(gast.keyword(key, trees.subscript(table, trees.constant(key))))
    given = {k.arg for k in node.keywords}
    keywords = [k for k in keywords if k.arg not in given]
    return trees.rebuild(node, args=[*args, *node.args], keywords=[*keywords, *node.keywords])
