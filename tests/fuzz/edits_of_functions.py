"""The ways to make functions smaller: inline them, cut them short, drop what is passed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .edits import Edit, at_place, blocks, places, replacement, set_block


class _Substitution(ast.NodeTransformer):
    """Put expressions in the place of names that are read."""

    def __init__(self, values: dict[str, str]):
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if isinstance(node.ctx, ast.Load) and node.id in self.values:
            return ast.parse(self.values[node.id], mode="eval").body
        return node


def inline_variables(tree: ast.Module) -> Iterator[Edit]:
    """Put the value of an assignment where its name is read in the rest of the block."""
    for place, name, count in blocks(tree):
        for at in range(count):
            node = getattr(at_place(tree, place), name)[at]
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                yield _inlining(place, name, at, node.targets[0].id, ast.unparse(node.value))


def _inlining(place: int, name: str, at: int, variable: str, text: str) -> Edit:
    def edit(tree: ast.Module) -> None:
        statements = getattr(at_place(tree, place), name)
        substitution = _Substitution({variable: text})
        later = [substitution.visit(statement) for statement in statements[at + 1 :]]
        set_block(tree, place, name, statements[:at] + later)

    return edit


def _module_functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """Find functions of the module that end with their only return."""
    return {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and isinstance(node.body[-1], ast.Return)
        and sum(isinstance(part, ast.Return) for part in ast.walk(node)) == 1
    }


def _arguments(function: ast.FunctionDef, call: ast.Call) -> dict[str, str]:
    """Write what the parameters of a function stand for in a call."""
    parameters = [*function.args.args, *function.args.kwonlyargs]
    defaults = function.args.defaults
    values = {
        parameter.arg: ast.unparse(default)
        for parameter, default in zip(function.args.args[::-1], defaults[::-1], strict=False)
    }
    pairs = zip(parameters, call.args, strict=False)
    values |= {parameter.arg: ast.unparse(arg) for parameter, arg in pairs}
    return values | {k.arg: ast.unparse(k.value) for k in call.keywords if k.arg}


class _CallInliner(ast.NodeTransformer):
    """Put the returned expression of a one-line function where the function is called."""

    def __init__(self, function: ast.FunctionDef):
        self.function = function

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if ast.unparse(node.func) != self.function.name:
            return node
        returned = self.function.body[-1]
        value = getattr(returned, "value", None)
        text = ast.unparse(value) if value is not None else "None"
        substitution = _Substitution(_arguments(self.function, node))
        return ast.fix_missing_locations(substitution.visit(ast.parse(text, mode="eval").body))


def inline_calls(tree: ast.Module) -> Iterator[Edit]:
    """Inline a one-line function everywhere, and drop it; call a lambda where it stands."""
    for name in _module_functions(tree):
        yield _inlining_function(name)
    for place, field, at, node in places(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Lambda):
            yield replacement(place, field, at, node.func.body)


def _inlining_function(name: str) -> Edit:
    def edit(tree: ast.Module) -> None:
        function = _module_functions(tree)[name]
        tree.body.remove(function)
        _CallInliner(function).visit(tree)

    return edit


def inline_bodies(tree: ast.Module) -> Iterator[Edit]:
    """Put the body of a function in the place of an assignment of its result."""
    functions = _module_functions(tree)
    for place, field, count in blocks(tree):
        for at in range(count):
            node = getattr(at_place(tree, place), field)[at]
            value = getattr(node, "value", None)
            name = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
            if name in functions:
                yield _inlining_body(place, field, at, name)


def _inlining_body(place: int, field: str, at: int, name: str) -> Edit:
    def edit(tree: ast.Module) -> None:
        function = _module_functions(tree)[name]
        statements = getattr(at_place(tree, place), field)
        call = statements[at]
        start = [
            ast.parse(f"{parameter} = {text}").body[0]
            for parameter, text in _arguments(function, call.value).items()
            if parameter != text
        ]
        *before, last = function.body
        call.value = getattr(last, "value", None) or ast.Constant(None)
        inlined = [*start, *before, call]
        set_block(tree, place, field, statements[:at] + inlined + statements[at + 1 :])
        if sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(tree)) == 0:
            tree.body.remove(function)

    return edit


def cut_short(tree: ast.Module) -> Iterator[Edit]:
    """Return early: what a statement assigns or computes, or the sum of that."""
    for place, function in enumerate(ast.walk(tree)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for at, statement in enumerate(function.body):
            for text in _results(statement):
                keep = at + 1 if text.isidentifier() else at
                yield _cutting(place, keep, text)
                yield _cutting(place, keep, f"np.sum({text})")


def _results(statement: ast.stmt) -> Iterator[str]:
    """Write what a statement makes."""
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
        yield ast.unparse(statement.value)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        for arg in statement.value.args:
            yield ast.unparse(arg)
    stored = [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Subscript):
        stored.append(ast.unparse(statement.target.value))
    yield from dict.fromkeys(stored)


def return_parts(tree: ast.Module) -> Iterator[Edit]:
    """Return early what some part of a statement computes, however deep it lies."""
    for place, function in enumerate(ast.walk(tree)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for at, statement in enumerate(function.body):
            if isinstance(statement, ast.Return):
                continue
            parts = (
                node for node in ast.walk(statement) if isinstance(node, (ast.Call, ast.BinOp))
            )
            for text in dict.fromkeys(ast.unparse(part) for part in parts):
                yield _cutting(place, at, text)
                yield _cutting(place, at, f"np.sum({text})")


def _cutting(place: int, keep: int, text: str) -> Edit:
    def edit(tree: ast.Module) -> None:
        function = at_place(tree, place)
        function.body = [*function.body[:keep], *ast.parse(f"return {text}").body]

    return edit


def drop_parameters(tree: ast.Module) -> Iterator[Edit]:
    """Drop a parameter of a function that is not the entry, together with its arguments."""
    for place, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef) and node.name != "f":
            for at in range(len(node.args.args)):
                yield _without_parameter(place, at)
            for rest in ("vararg", "kwarg"):
                if getattr(node.args, rest):
                    yield _without_rest(place, rest)


def _without_rest(place: int, rest: str) -> Edit:
    def edit(tree: ast.Module) -> None:
        setattr(at_place(tree, place).args, rest, None)

    return edit


def _without_parameter(place: int, at: int) -> Edit:
    def edit(tree: ast.Module) -> None:
        function = at_place(tree, place)
        parameter = function.args.args.pop(at)
        if len(function.args.defaults) > len(function.args.args):
            function.args.defaults.pop(0)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == function.name:
                node.args = node.args[:at] + node.args[at + 1 :]
                node.keywords = [k for k in node.keywords if k.arg != parameter.arg]

    return edit
