"""Count the nodes of generated and hand-written code.

A node of the syntax tree is a fair unit: names, layout and comments do not count. Docstrings,
annotations and load/store marks are left out, and a function counts with all the functions of its
module that it calls, such as `cell_forward` and `cell_backward`.
"""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterator
from typing import Any

from benchmarks.registry import Workload

RUNTIME = "tangent_ad.runtime"


def handwritten(workload: Workload) -> int:
    """The size of a workload's hand-written gradient."""
    return count(inspect.getsource(workload.module), workload.gradient.__name__)


def generated(derivative: Callable[..., Any]) -> int:
    """The size of a generated derivative, without the runtime's helpers that it calls."""
    return count(module_source(derivative), derivative.__name__, without=runtime_helpers())


def helper_calls(derivative: Callable[..., Any]) -> list[str]:
    """The runtime's helpers that a generated derivative calls, one entry for every call."""
    helpers = runtime_helpers()
    functions = reachable(module_source(derivative), derivative.__name__, without=helpers)
    calls = (node for function in functions for node in ast.walk(function))
    # A helper is called by its name alone: `np.zeros_like` is not the helper of that name.
    called = (node.func for node in calls if isinstance(node, ast.Call))
    return sorted(f.id for f in called if isinstance(f, ast.Name) and f.id in helpers)


def module_source(derivative: Callable[..., Any]) -> str:
    """The text of a derivative, with the functions it calls where they come along."""
    for attribute in ("module_source", "source"):
        text = getattr(derivative, attribute, None)
        if text:
            return str(text)
    return inspect.getsource(derivative)


def count(source: str, entry: str, without: Collection[str] = ()) -> int:
    """Count the nodes of a function and of the functions of its module that it calls."""
    return sum(1 for function in reachable(source, entry, without) for _ in _nodes(function))


def reachable(source: str, entry: str, without: Collection[str] = ()) -> list[ast.FunctionDef]:
    """A function of a module, and the module's functions that it refers to, at any remove."""
    functions = {
        node.name: _without_assertions(node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    found = [entry]
    for function in found:
        for node in ast.walk(functions[function]):
            name = node.id if isinstance(node, ast.Name) else ""
            if name in functions and name not in found and name not in without:
                found.append(name)
    return [functions[name] for name in found]


def runtime_helpers() -> set[str]:
    """The names of the functions that generated code may call at run time."""
    try:
        package = importlib.import_module(RUNTIME)
    except ImportError:
        return set()
    modules = [package]
    for found in pkgutil.walk_packages(package.__path__, RUNTIME + "."):
        modules.append(importlib.import_module(found.name))
    return {
        name
        for module in modules
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__.startswith(RUNTIME)
    }


def _without_assertions(function: ast.FunctionDef) -> ast.FunctionDef:
    """A function without the tests of arguments that a saved derivative starts with.

    Hand-written gradients have none, and what `df.source` shows has none either.
    """
    while isinstance(function.body[0], ast.Assert):
        del function.body[0]
    return function


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    if isinstance(tree, ast.expr_context):
        return
    yield tree
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns"):
            continue
        children = value if isinstance(value, list) else [value]
        if field == "body" and _has_docstring(tree):
            children = children[1:]
        for child in children:
            if isinstance(child, ast.AST):
                yield from _nodes(child)


def _has_docstring(tree: ast.AST) -> bool:
    return isinstance(tree, ast.FunctionDef) and ast.get_docstring(tree) is not None
