"""Find the source of a function and parse it, or say why that cannot be done.

The function is found by its code object, never by its name: two lambdas on one line are told apart
by the columns of their code, and a file that was edited since the import is noticed because its
text no longer compiles to the code that runs.
"""

from __future__ import annotations
import __future__ as future

import ast
import dis
import inspect
import linecache
import types
import weakref
from collections.abc import Iterator
from typing import Any, NamedTuple

import gast

from tangent_ad import errors
from tangent_ad.syntax import parse, trees

OURS = "<tangent_ad "
FUTURE_FLAGS = sum(getattr(future, feature).compiler_flag for feature in future.all_feature_names)


def is_ours(function: types.FunctionType) -> bool:
    """Whether the text of a function is that of a derivative, and not of lines of the user's."""
    ours = function.__code__.co_filename.startswith(OURS)
    return ours and "written_as" not in function.__dict__


class Source(NamedTuple):
    """Where a tree came from: the file and its lines, for messages and comments."""

    filename: str
    name: str
    lines: tuple[str, ...]

    def line(self, lineno: int) -> str:
        return self.lines[lineno - 1] if 0 < lineno <= len(self.lines) else ""

    def place(self, node: Any) -> errors.Place:
        lineno = getattr(node, "lineno", None) or 1
        end = getattr(node, "end_col_offset", None)
        if getattr(node, "end_lineno", lineno) != lineno:
            end = len(self.line(lineno).rstrip())
        return errors.Place(
            self.filename, lineno, getattr(node, "col_offset", 0) or 0, end, self.line(lineno)
        )

    def text(self, node: Any) -> str:
        """A statement as the user wrote it, joined to one line."""
        first, last = node.lineno, node.end_lineno or node.lineno
        if first == last:
            return self.line(first).encode()[node.col_offset : node.end_col_offset].decode()
        parts = [self.line(first).encode()[node.col_offset :].decode()]
        parts += [self.line(n) for n in range(first + 1, last)]
        parts.append(self.line(last).encode()[: node.end_col_offset].decode())
        joined = " ".join(part.strip() for part in parts)
        for bracket in "([{":
            joined = joined.replace(bracket + " ", bracket)
        for bracket in ")]}":
            joined = joined.replace(" " + bracket, bracket).replace("," + bracket, bracket)
        return joined


Read = tuple[gast.FunctionDef | gast.Lambda, Source]

# What was read of a function, with the code and the lines that it was read from.
_known: weakref.WeakKeyDictionary[types.FunctionType, tuple[types.CodeType, list[str], Read]]
_known = weakref.WeakKeyDictionary()


def read(function: types.FunctionType, verify: bool = True) -> Read:
    """The tree of a Python function, with absolute line numbers, and its source.

    `verify` compares the text with the code that runs. Raises SourceError, AmbiguousSourceError
    or StaleSourceError.
    """
    if "written_as" in function.__dict__:  # lifted out of another function
        return function.__dict__["written_as"]
    lines = _lines(function)
    code, known_lines, known = _known.get(function, (None, None, None))
    if known is None or code is not function.__code__ or known_lines is not lines:
        known = _parsed(function, lines, verify)
        if verify:
            _known[function] = (function.__code__, lines, known)
    return known


def _parsed(function: types.FunctionType, lines: list[str], verify: bool) -> Read:
    code = function.__code__
    source = Source(code.co_filename, function.__name__, tuple(lines))
    node: ast.Lambda | ast.FunctionDef
    if code.co_name == "<lambda>":
        node = _find_lambda(function, source)
    else:
        node = _find_def(function, source, whole=verify)
        ours = code.co_filename.startswith(OURS)  # compiled with a guard that the text leaves out
        if verify and not ours and not _compiles_to(node, function):
            raise stale(function, source)
    return parse.converted(node), source


def stale(function: types.FunctionType, source: Source) -> errors.StaleSourceError:
    return errors.StaleSourceError(
        f"the source of {function.__name__} changed since it was imported; "
        "reload its module, so that the code that runs is the code that is read",
        errors.Place(source.filename, function.__code__.co_firstlineno),
    )


def _lines(function: types.FunctionType) -> list[str]:
    filename = function.__code__.co_filename
    linecache.checkcache(filename)
    lines = linecache.getlines(filename, function.__globals__)
    if not lines or function.__code__.co_firstlineno > len(lines):
        if lines:
            raise stale(function, Source(filename, function.__name__, tuple(lines)))
        raise errors.SourceError(
            f"no source for {function.__name__}: {filename} has no lines. Define it in a file, a "
            "notebook cell or a console that keeps its text (Python 3.13 and later, IPython); for text "
            "run by exec, put the text into linecache.cache first"
        )
    return lines


def _find_def(function: types.FunctionType, source: Source, whole: bool) -> ast.FunctionDef:
    """The definition; if it need not be whole, without its decorators: those of a rule are long."""
    code = function.__code__
    first, last = code.co_firstlineno, 0
    if not whole:
        first = _line_of_def(source, first, code.co_name)
        last = _line_before_dedent(source, first)
    indented = source.line(first)[:1] in (" ", "\t")
    last = last or _last_line(code)
    for end in (last, len(source.lines)):
        snippet = "".join(source.lines[first - 1 : end])
        padding = "\n" * (first - 2) + "if 1:\n" if indented else "\n" * (first - 1)
        try:
            module = ast.parse(padding + snippet)
        except SyntaxError:
            if not indented or end == len(source.lines):
                continue
            shorter = _parse_until_dedent(padding, source.lines[first - 1 :])
            if shorter is None:
                continue
            module = shorter
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
                if _first_line(node) == first:
                    return node
            elif isinstance(node, ast.AsyncFunctionDef) and node.name == code.co_name:
                raise errors.UnsupportedFunctionError(
                    f"{node.name} is a coroutine function; write it without async",
                    source.place(node),
                )
    raise stale(function, source)


def _line_of_def(source: Source, first: int, name: str) -> int:
    """The line behind the decorators, as far as it can be told by its looks."""
    indent = source.line(first)[: -len(source.line(first).lstrip())]
    lines = enumerate(source.lines[first - 1 :], first)
    return next((n for n, line in lines if line.startswith(f"{indent}def {name}(")), first)


def _line_before_dedent(source: Source, first: int) -> int:
    """The last line of a definition by its looks; where a text or a bracket goes on to the left, what
    is before it does not parse."""
    indent = len(source.line(first)) - len(source.line(first).lstrip())
    for lineno, line in enumerate(source.lines[first:], first):
        text = line.lstrip()
        if text and text[0] not in "#)" and len(line) - len(text) <= indent:
            return lineno
    return len(source.lines)


def _parse_until_dedent(padding: str, lines: tuple[str, ...]) -> ast.Module | None:
    """Parse an indented function whose last line the code object does not tell."""
    block = "".join(inspect.getblock(list(lines)))
    try:
        return ast.parse(padding + block)
    except SyntaxError:
        return None


def _first_line(node: ast.FunctionDef) -> int:
    return node.decorator_list[0].lineno if node.decorator_list else node.lineno


def _last_line(code: types.CodeType) -> int:
    ends = [code.co_firstlineno, *(end for _, end, _, _ in code.co_positions() if end)]
    ends += [_last_line(const) for const in code.co_consts if isinstance(const, types.CodeType)]
    return max(ends)


def _find_lambda(function: types.FunctionType, source: Source) -> ast.Lambda:
    code = function.__code__
    found = [
        node
        for node in _lambdas(source, code.co_firstlineno)
        if _compiles_to(node, function)
    ]
    exact = [node for node in found if _positions_match(node, code)]
    if len(exact) == 1:
        return exact[0]
    texts = {ast.dump(node) for node in found}
    if not found:
        raise stale(function, source)
    if len(texts) > 1:
        raise errors.AmbiguousSourceError(
            f"{len(found)} lambdas start on this line and cannot be told apart; "
            "put them on lines of their own or use def",
            source.place(found[0]),
        )
    return found[0]


def _lambdas(source: Source, lineno: int) -> Iterator[ast.Lambda]:
    try:
        module = ast.parse("".join(source.lines))
    except SyntaxError:
        return
    for node in ast.walk(module):
        if isinstance(node, ast.Lambda) and node.lineno == lineno:
            yield node


def _positions_match(node: ast.Lambda, code: types.CodeType) -> bool:
    body = node.body
    wanted = (body.lineno, body.end_lineno, body.col_offset, body.end_col_offset)
    return wanted in set(code.co_positions())


def _compiles_to(node: ast.FunctionDef | ast.Lambda, function: types.FunctionType) -> bool:
    """Whether a tree is the source of a code object.

    A function with asserts may have been rewritten by a test runner: then names decide.
    """
    code = function.__code__
    if "__class__" in code.co_freevars:
        return True
    compiled = _compile_alone(node, function)
    if compiled is None:
        return False
    if _same_code(compiled, code):
        return True
    if any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
        return compiled.co_argcount == code.co_argcount and set(compiled.co_names) <= set(
            code.co_names
        ) | {"AssertionError"}
    return False


def _same_code(left: types.CodeType, right: types.CodeType) -> bool:
    if (left.co_varnames, left.co_freevars) != (right.co_varnames, right.co_freevars):
        return False
    if _plain_parts(left) != _plain_parts(right) and _instructions(left) != _instructions(right):
        return False
    inner = [[c for c in code.co_consts if isinstance(c, types.CodeType)] for code in (left, right)]
    return len(inner[0]) == len(inner[1]) and all(map(_same_code, *inner))


def _plain_parts(code: types.CodeType) -> tuple:
    """What makes two pieces of code the same to the letter, the functions in them left out."""
    constants = [repr(c) for c in code.co_consts if not isinstance(c, types.CodeType)]
    return code.co_code, code.co_names, code.co_cellvars, constants


# A call of a method compiles differently where the module imports the name in front of the dot.
_CALL_DETAILS = frozenset(("PUSH_NULL", "PRECALL", "CACHE", "NOP", "RESUME", "COPY_FREE_VARS",
                           "LOAD_METHOD", "MAKE_CELL", "EXTENDED_ARG"))  # fmt: skip


def _instructions(code: types.CodeType) -> list[tuple[str, str]]:
    """What code does, without jump targets and details of calls."""
    found = []
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_METHOD":
            found.append(("LOAD_ATTR", repr(step.argval)))
        elif step.opname not in _CALL_DETAILS:
            jumps = step.opcode in dis.hasjrel or step.opcode in dis.hasjabs
            plain = not jumps and not isinstance(step.argval, types.CodeType)
            found.append((step.opname, repr(step.argval) if plain else ""))
    return found


def _compile_alone(
    node: ast.FunctionDef | ast.Lambda, function: types.FunctionType
) -> types.CodeType | None:
    """Compile a function out of its context, with its free variables as locals of a wrapper, and
    with imports of the modules that it uses: `np.sum(x)` is another code without one."""
    code, qualname = function.__code__, function.__qualname__
    inner: ast.stmt
    if isinstance(node, ast.Lambda):
        inner = ast.Return(node)
    else:
        fields: dict[str, Any] = {f: getattr(node, f, None) for f in node._fields}
        inner = ast.FunctionDef(**fields)
        inner.decorator_list = []
        inner.type_params = getattr(node, "type_params", [])  # type: ignore[attr-defined]
    ast.copy_location(inner, node)
    free = [ast.arg(name) for name in code.co_freevars]
    arguments = ast.arguments([], free, None, [], [], None, [])
    body: list[ast.stmt] = [inner]
    if isinstance(inner, ast.FunctionDef) and inner.name not in code.co_freevars:
        # A function that calls itself by a global name.
        body.insert(0, ast.copy_location(ast.Global([inner.name]), node))
    outer = ast.FunctionDef("_", arguments, [], [])
    wrapper: Any = outer
    owner = qualname.split(".")[-2] if "." in qualname else ""
    if owner.isidentifier():
        wrapper = ast.ClassDef(owner, [], [], [wrapper], [])
    if hasattr(ast, "TypeVar"):
        wrapper.type_params = outer.type_params = []  # type: ignore[attr-defined]
    known = function.__globals__
    modules = [n for n in code.co_names if isinstance(known.get(n), types.ModuleType)]
    imports: list[ast.stmt] = [ast.Import([ast.alias(name) for name in modules])] if modules else []
    module = ast.fix_missing_locations(ast.Module([*imports, wrapper], []))
    outer.body = body  # which has its places already
    flags = code.co_flags & FUTURE_FLAGS
    try:
        compiled = compile(module, code.co_filename, "exec", flags=flags, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return _nested(compiled, code.co_name)


def _nested(code: types.CodeType, name: str) -> types.CodeType | None:
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            if const.co_name == name:
                return const
            found = _nested(const, name)
            if found is not None:
                return found
    return None


def comments(source: Source, node: gast.AST) -> tuple[dict[int, list[str]], dict[int, str]]:
    """The user's comments inside a function: those on lines of their own, listed by the line
    of code they stand above, and those behind a statement, by its line."""
    above: dict[int, list[str]] = {}
    behind: dict[int, str] = {}
    if not hasattr(node, "lineno"):
        return above, behind
    texts = _multiline_texts(node)
    waiting: list[str] = []
    for lineno in range(node.lineno, (node.end_lineno or node.lineno) + 1):
        line = source.line(lineno).strip()
        if lineno in texts:
            continue
        if line.startswith("#"):
            waiting.append(line)
        elif line:
            if waiting:
                above[lineno] = waiting
                waiting = []
            if "#" in line:
                text = _trailing_comment(line)
                if text:
                    behind[lineno] = text
    return above, behind


def _multiline_texts(node: gast.AST) -> set[int]:
    """The lines inside string literals of several lines, where `#` starts no comment."""
    return {
        lineno
        for inner in trees.walk(node)
        if isinstance(inner, gast.Constant) and isinstance(inner.value, str)
        for lineno in range(inner.lineno, (inner.end_lineno or inner.lineno) + 1)
        if inner.end_lineno != inner.lineno
    }


def _trailing_comment(line: str) -> str:
    """The comment at the end of a line of code; quotes before it must be balanced."""
    for at, char in enumerate(line):
        if char == "#":
            before = line[:at]
            if before.count("'") % 2 == 0 and before.count('"') % 2 == 0:
                return line[at:]
    return ""
