"""Run a program with its decisions recorded, or with complex numbers in the place of floats.

The text is rewritten so that comparisons, `//`, `%`, truth tests and a few methods go through
functions of ours; `np`, `math` and some builtins are replaced by ones that take complex numbers.

* The record of all decisions tells whether a step from the sample point stays on its smooth piece.
* A step of 1e-30 along the imaginary axis gives derivatives to the last digit, by no rule of
  differentiation, so that it does not share a mistake with what is tested.
"""

from __future__ import annotations

import ast
import builtins
import sys
import types
from collections.abc import Callable
from typing import Any

from .complex_numpy import FloatStandIn, MathStandIn, NumpyStandIn
from .hooks import COMPARISONS, Hooks
from .program import Program


class Rewriter(ast.NodeTransformer):
    """Send everything that decides, and everything that complex numbers lack, to the hooks."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) > 1:
            return self._chain(node)
        return self._compare(node.left, node.ops[0], node.comparators[0])

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.expr:
        if type(op).__name__ not in COMPARISONS:
            return ast.Compare(left, [op], [right])
        return _call("_compare", ast.Constant(type(op).__name__), left, right)

    def _chain(self, node: ast.Compare) -> ast.AST:
        """Write a < b < c as two comparisons; the operands of our programs have no effects."""
        operands = [node.left, *node.comparators]
        pairs = zip(operands, node.ops, operands[1:], strict=False)
        return ast.BoolOp(ast.And(), [self._compare(a, op, b) for a, op, b in pairs])

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        name = "_all" if isinstance(node.op, ast.And) else "_any"
        return _call(name, *[_lambda(value) for value in node.values])

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            return ast.UnaryOp(node.op, _call("_truth", node.operand))
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, (ast.FloorDiv, ast.Mod)):
            return _call("_" + type(node.op).__name__, node.left, node.right)
        return node

    def _test(self, node: Any) -> ast.AST:
        self.generic_visit(node)
        if not _is_decided(node.test):
            node.test = _call("_truth", node.test)
        return node

    visit_If = visit_IfExp = _test

    def _counted(self, node: Any) -> ast.AST:
        """Count trips and calls, so that a program without an end is found out."""
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(_call("_tick")))
        return node

    visit_For = visit_FunctionDef = _counted

    def visit_While(self, node: ast.While) -> ast.AST:
        self._test(node)
        node.body.insert(0, ast.Expr(_call("_tick")))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in ("max", "min"):
            # A method of an array, or the function of NumPy: the hook sees which.
            return _call("_" + function.attr, function.value, *node.args, keywords=node.keywords)
        return node


def _is_decided(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) or (
        isinstance(test, ast.Call)
        and isinstance(test.func, ast.Name)
        and test.func.id in ("_compare", "_truth")
    )


def _call(name: str, *args: ast.expr, keywords: Any = ()) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(args), list(keywords))


def _lambda(value: ast.expr) -> ast.expr:
    nothing = ast.arguments([], [], None, [], [], None, [])
    return ast.Lambda(nothing, value)


class Instrumented:
    """A program rewritten once and run many times, at floats or at complex numbers."""

    def __init__(self, program: Program):
        self.program = program
        tree = Rewriter().visit(ast.parse(program.source))
        ast.fix_missing_locations(tree)
        self._code = compile(tree, f"<instrumented {program.seed}>", "exec")
        self._real = self._prepare(False)
        self._complex = self._prepare(True)

    def _prepare(self, is_complex: bool) -> tuple[Hooks, Callable[..., Any]]:
        hooks = Hooks()
        stand_in, math_stand_in = NumpyStandIn(hooks, is_complex), MathStandIn(hooks)
        stand_ins = {"numpy": stand_in, "math": math_stand_in}

        def importer(name: str, *args: Any) -> Any:
            return stand_ins[name] if name in stand_ins else __import__(name, *args)

        module = types.ModuleType(f"instrumented_{self.program.seed}")
        names = module.__dict__
        names |= {
            "_tick": hooks.tick,
            "_compare": hooks.compare,
            "_truth": hooks.truth,
            "_all": hooks.all_of,
            "_any": hooks.any_of,
            "_FloorDiv": hooks.floor_divide,
            "_Mod": hooks.remainder,
            "_max": stand_in.max,
            "_min": stand_in.min,
            "abs": hooks.absolute,
            "int": hooks.truncated,
            "max": hooks.builtin_extreme(builtins.max),
            "min": hooks.builtin_extreme(builtins.min),
            "sorted": hooks.ordered,
        }
        if is_complex:
            names["float"] = FloatStandIn
        names["__builtins__"] = {**vars(builtins), "__import__": importer}
        # A dataclass looks its module up while it is being made.
        sys.modules[module.__name__] = module
        try:
            exec(self._code, names)  # noqa: S102
        finally:
            del sys.modules[module.__name__]
        return hooks, names[self.program.entry]

    def run(self, *args: Any) -> tuple[Any, list[Any]]:
        """Run on floats; give the result and the record of decisions."""
        return self._run(self._real, args)

    def run_complex(self, *args: Any) -> tuple[Any, list[Any]]:
        """Run on complex numbers; give the result and the record of decisions."""
        return self._run(self._complex, args)

    @staticmethod
    def _run(prepared: tuple[Hooks, Callable[..., Any]], args: Any) -> tuple[Any, list[Any]]:
        hooks, function = prepared
        hooks.record, hooks.ticks = [], 0
        result = function(*args)
        return result, hooks.record
