"""Text to live functions: compiled with the user's globals and closure cells, known to linecache.

Each function keeps the globals of the function it was made from; whatever else its text refers to
(helpers, the functions made beside it) comes in through closure cells, so no module is written to.
"""

from __future__ import annotations

import ast
import linecache
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tangent_ad import errors

# For each generated file, the lines that come from a line of the user's.
PLACES: dict[str, Mapping[int, errors.Place]] = {}
RAISED, EXPLAIN = "_tangent_ad_raised", "_tangent_ad_explain"


class Sibling:
    """What a name is bound to that stands for another function of the same text."""

    name: str


@dataclass(eq=False, repr=False)
class Piece:
    """One function of a generated module, and what its names mean.

    `guard` is a test on the arguments; where it fails, `otherwise` is called with them instead.
    It stands on the line of the `def` and is not part of the text. Where `explained`, exceptions
    say which line of the user's they come from.
    """

    name: str
    globals: dict[str, Any]
    bound: Mapping[str, Any]
    closure: Mapping[str, types.CellType] = field(default_factory=dict)
    defaults: tuple | None = None
    kwdefaults: dict[str, Any] | None = None
    guard: ast.expr | None = None
    otherwise: str = ""
    explained: bool = False


def functions(
    text: str,
    filename: str,
    pieces: Sequence[Piece],
    documentation: Mapping[str, str],
    places: Mapping[int, errors.Place] | None = None,
) -> dict[str, types.FunctionType]:
    """Compile a text of several functions; each sees the others by name."""
    filename = register(filename, text)
    PLACES[filename] = places or {}
    tree = ast.parse(text, filename)
    nodes = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    cells = {piece.name: types.CellType() for piece in pieces}
    made: dict[str, types.FunctionType] = {}
    for piece in pieces:
        code = _code(nodes[piece.name], piece, set(cells), filename)
        closure = tuple(_cell(name, piece, cells) for name in code.co_freevars)
        function = types.FunctionType(
            code, piece.globals, piece.name, piece.defaults, closure or None
        )
        function.__qualname__ = piece.name
        function.__kwdefaults__ = piece.kwdefaults
        function.__module__ = str(piece.globals.get("__name__", "tangent_ad"))
        function.__doc__ = documentation.get(piece.name)
        cells[piece.name].cell_contents = function
        made[piece.name] = function
    return made


def explain(error: Exception) -> None:
    """Add the place in the user's file to an exception that comes out of generated code."""
    place: errors.Place | None = None
    trace = error.__traceback__
    while trace is not None:
        known = PLACES.get(trace.tb_frame.f_code.co_filename, {})
        place = known.get(trace.tb_lineno, place)
        trace = trace.tb_next
    if place is None:
        return
    if isinstance(error, errors.TangentError):
        if error.place is None:
            error.locate(place)
        return
    note = f'  File "{place.filename}", line {place.lineno}, differentiated\n    {place.line.strip()}'
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def recompiled(function: types.FunctionType, node: ast.FunctionDef) -> types.FunctionType:
    """A function with another body, at the same place of the same file; all else is shared."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    piece = Piece(function.__name__, function.__globals__, {}, cells)
    code = _code(node, piece, set(), function.__code__.co_filename)
    closure = tuple(cells[name] for name in code.co_freevars)
    new = types.FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, closure or None
    )
    for attribute in ("__kwdefaults__", "__qualname__", "__module__", "__doc__", "__annotations__"):
        setattr(new, attribute, getattr(function, attribute))
    new.__dict__.update(function.__dict__)
    return new


def register(filename: str, text: str) -> str:
    """Let linecache, and so tracebacks, pdb and inspect, know a text; the name it got."""
    lines = text.splitlines(keepends=True)
    candidate, number = filename, 1
    while candidate in linecache.cache and linecache.cache[candidate][2:3] != (lines,):
        number += 1
        candidate = f"{filename[:-1]} #{number}>"
    linecache.cache[candidate] = (len(text), None, lines, candidate)
    return candidate


def _cell(name: str, piece: Piece, cells: Mapping[str, types.CellType]) -> types.CellType:
    if name == EXPLAIN:
        return types.CellType(explain)
    if name in piece.bound:
        value = piece.bound[name]
        if isinstance(value, Sibling):
            return cells[value.name]
        return types.CellType(value)
    if name in cells:
        return cells[name]
    return piece.closure[name]


def _code(node: ast.FunctionDef, piece: Piece, siblings: set[str], filename: str) -> types.CodeType:
    """The code of one function, with everything that is not global as a free variable."""
    own = {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
    helpers = {EXPLAIN} if piece.explained else set()
    free = sorted(({*piece.bound, *piece.closure} | siblings | helpers) - own)
    inner = ast.FunctionDef(
        node.name, _without_defaults(node.args), [], [], None, None, lineno=node.lineno
    )
    arguments = ast.arguments([], [ast.arg(name) for name in free], None, [], [], None, [])
    outer = ast.FunctionDef("_", arguments, [inner, ast.Return(ast.Name(node.name, ast.Load()))], [])
    if hasattr(ast, "TypeVar"):
        inner.type_params, outer.type_params = [], []  # type: ignore[attr-defined]
    ast.copy_location(inner, node)
    ast.copy_location(outer, node)
    module = ast.fix_missing_locations(ast.Module([outer], []))
    # The body has its places already.
    inner.body = [_explained(node)] if piece.explained else list(node.body)
    if piece.guard is not None:
        inner.body.insert(0, _guard(node, piece))
    compiled = compile(module, filename, "exec", dont_inherit=True)
    outer_code = next(c for c in compiled.co_consts if isinstance(c, types.CodeType))
    return next(
        c for c in outer_code.co_consts if isinstance(c, types.CodeType) and c.co_name == node.name
    )


def _without_defaults(args: ast.arguments) -> ast.arguments:
    """Defaults are taken from the live function, never evaluated again; what is optional stays so
    by `__defaults__`."""
    return ast.arguments(
        args.posonlyargs, args.args, args.vararg, args.kwonlyargs,
        [None] * len(args.kwonlyargs), args.kwarg, [],
    )  # fmt: skip


def _explained(node: ast.FunctionDef) -> ast.stmt:
    """The body of a function, and on the line of its `def` what is done about an exception."""
    call = ast.Call(ast.Name(EXPLAIN, ast.Load()), [ast.Name(RAISED, ast.Load())], [])
    handler = ast.ExceptHandler(
        ast.Name("Exception", ast.Load()), RAISED, [ast.Expr(call), ast.Raise()]
    )
    for inner in ast.walk(handler):
        if isinstance(inner, (ast.expr, ast.stmt, ast.ExceptHandler)):
            ast.copy_location(inner, node)
            inner.end_lineno, inner.end_col_offset = node.lineno, node.col_offset
    attempt = ast.Try(list(node.body), [handler], [], [])
    ast.copy_location(attempt, node)
    attempt.end_lineno, attempt.end_col_offset = node.lineno, node.col_offset
    return attempt


def _guard(node: ast.FunctionDef, piece: Piece) -> ast.stmt:
    assert piece.guard is not None
    args = node.args
    positional = [ast.Name(a.arg, ast.Load()) for a in [*args.posonlyargs, *args.args]]
    call_args: list[ast.expr] = list(positional)
    if args.vararg:
        call_args.append(ast.Starred(ast.Name(args.vararg.arg, ast.Load()), ast.Load()))
    keywords = [ast.keyword(a.arg, ast.Name(a.arg, ast.Load())) for a in args.kwonlyargs]
    if args.kwarg:
        keywords.append(ast.keyword(None, ast.Name(args.kwarg.arg, ast.Load())))
    again = ast.Call(ast.Name(piece.otherwise, ast.Load()), call_args, keywords)
    test = ast.UnaryOp(ast.Not(), piece.guard)
    guard = ast.If(test, [ast.Return(again)], [])
    here = dict.fromkeys(("lineno", "end_lineno"), node.lineno)
    here |= dict.fromkeys(("col_offset", "end_col_offset"), node.col_offset)
    waiting: list[ast.AST] = [guard]
    while waiting:  # a test has some hundred nodes, and ast.walk takes its time
        inner = waiting.pop()
        for value in list(inner.__dict__.values()):
            if isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append(value)
        if inner._attributes:
            inner.__dict__.update(here)
    return guard
