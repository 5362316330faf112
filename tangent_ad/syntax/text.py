"""Trees to text.

Common expressions are written by `notation`, others by astor, and what that cannot write by
ast.unparse. Every expression is parsed again and compared with its tree, so that what is printed
is what was meant. Lines are broken behind commas and before operators of the outermost bracket.
"""

from __future__ import annotations

import ast
import textwrap
import warnings
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import gast

from tangent_ad import errors
from tangent_ad.syntax import notation, trees
from tangent_ad.syntax.attempt import Attempt
from tangent_ad.syntax.named import NamedTuple, as_call

WIDTH = 100
INDENT = "    "


def render(body: Sequence[gast.stmt], depth: int = 0) -> list[tuple[str, gast.stmt]]:
    """The lines of a block, each with the statement that it belongs to."""
    lines: list[tuple[str, gast.stmt]] = []
    for node in body:
        lines += _statement(node, depth)
    return lines or [(INDENT * depth + "pass", gast.Pass())]


def function_text(node: gast.FunctionDef) -> str:
    return "\n".join(line for line, _ in render([node])) + "\n"


def _statement(node: gast.stmt, depth: int) -> list[tuple[str, gast.stmt]]:
    indent = INDENT * depth
    if trees.is_comment(node):
        return [(f"{indent}# {line}", node) for line in _comment(node.value.value, depth)]
    if isinstance(node, gast.FunctionDef):
        head = f"def {node.name}({_arguments(node.args)}):"
        lines = [(line, node) for line in _wrapped(head, indent)]
        return lines + render(node.body, depth + 1)
    if isinstance(node, Attempt):
        return _attempt(node, depth)
    if isinstance(node, gast.If):
        return _branch(node, depth, "if")
    if isinstance(node, gast.For):
        target = _target(node.target)
        return _block(f"for {target} in {expression(node.iter)}:", node, node.body, depth)
    if isinstance(node, gast.While):
        return _block(f"while {expression(node.test)}:", node, node.body, depth)
    if isinstance(node, gast.With):
        items = ", ".join(_with_item(item) for item in node.items)
        return _block(f"with {items}:", node, node.body, depth)
    text = _simple(node)
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Tuple):
        target = _target(node.targets[0])
        is_long = len(indent) + len(text) > WIDTH and len(indent) + len(target) > WIDTH // 2
        if is_long and len(node.targets) == 1:
            text = f"({target}) = {_value(node.value)}"  # so that it can be broken
    if "\n" in text:
        return [(indent + line, node) for line in text.split("\n")]
    return [(line, node) for line in _wrapped(text, indent)]


def _comment(text: str, depth: int) -> list[str]:
    """A comment in as many lines as it needs, but not more than two."""
    width = WIDTH - len(INDENT) * depth - len("# ")
    if len(text) <= width:
        return [text]
    lines = textwrap.wrap(
        text, width, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False
    )
    if len(lines) > 2:
        lines = [lines[0], INDENT + textwrap.shorten(lines[1], width - 8, placeholder="") + " ..."]
    return lines


def _branch(node: gast.If, depth: int, word: str) -> list[tuple[str, gast.stmt]]:
    lines = _block(f"{word} {expression(node.test)}:", node, node.body, depth)
    orelse = node.orelse
    if len(orelse) == 1 and isinstance(orelse[0], gast.If) and not isinstance(orelse[0], Attempt):
        return lines + _branch(orelse[0], depth, "elif")
    if orelse:
        lines.append((f"{INDENT * depth}else:", node))
        lines += render(orelse, depth + 1)
    return lines


def _attempt(node: Attempt, depth: int) -> list[tuple[str, gast.stmt]]:
    """The handler holds what happens if there is one; a test behind says which of several it was."""
    lines = _block("try:", node, node.orelse, depth)
    is_one = len(node.kinds) == 1
    is_recorded = node.recorded or not is_one and bool(node.body)
    went_well, *marks = (_mark(node, mark) for mark in node.marks)
    for kind, mark in zip(node.kinds, marks, strict=True):
        caught = "except" if kind is None else f"except {expression(kind)}"
        inside: list[gast.stmt] = [mark] if is_recorded else []
        if node.error is not None:
            # A name in an except clause is gone behind it.
            name = node.error.id if is_one else f"{node.error.id}_caught"
            caught += f" as {name}"
            inside += [] if is_one else [trees.assign(node.error, trees.name(name), node)]
        lines += _block(f"{caught}:", node, [*inside, *(node.body if is_one else ())], depth)
    if is_recorded:
        lines += _block("else:", node, [went_well], depth)
    if not is_one and node.body:
        lines += _block(f"if {node.test.id}:", node, node.body, depth)
    return lines


def _mark(node: Attempt, value: object) -> gast.stmt:
    return trees.assign(node.test, trees.constant(value), node)


def _block(
    head: str, node: gast.stmt, body: Sequence[gast.stmt], depth: int
) -> list[tuple[str, gast.stmt]]:
    lines = [(line, node) for line in _wrapped(head, INDENT * depth)]
    return lines + render(body, depth + 1)


def _simple(node: gast.stmt) -> str:
    if isinstance(node, gast.Assign):
        return " = ".join([*map(_target, node.targets), _value(node.value)])
    if isinstance(node, gast.AugAssign):
        symbol = _SYMBOLS[type(node.op)]
        return f"{_target(node.target)} {symbol}= {_value(node.value)}"
    if isinstance(node, gast.Expr):
        return expression(node.value)
    if isinstance(node, gast.Return):
        return "return" if node.value is None else f"return {_value(node.value)}"
    if isinstance(node, gast.Pass):
        return "pass"
    if isinstance(node, gast.Break):
        return "break"
    if isinstance(node, gast.Continue):
        return "continue"
    return ast.unparse(ast.fix_missing_locations(gast.gast_to_ast(node)))


_SYMBOLS = {
    gast.Add: "+", gast.Sub: "-", gast.Mult: "*", gast.Div: "/", gast.FloorDiv: "//",
    gast.Mod: "%", gast.Pow: "**", gast.MatMult: "@", gast.BitAnd: "&", gast.BitOr: "|",
    gast.BitXor: "^", gast.LShift: "<<", gast.RShift: ">>",
}  # fmt: skip


def _with_item(item: gast.withitem) -> str:
    text = expression(item.context_expr)
    if item.optional_vars is not None:
        text += f" as {expression(item.optional_vars)}"
    return text


def _value(node: gast.expr) -> str:
    """What stands behind `=` or `return`: a tuple needs no brackets there."""
    text = expression(node)
    if isinstance(node, gast.Tuple) and len(node.elts) > 1 and _is_bracketed(text):
        if not any(isinstance(e, gast.Starred) for e in node.elts):
            return text[1:-1]
    return text


def _is_bracketed(text: str) -> bool:
    """Whether the first bracket closes at the very end."""
    if text[:1] != "(":
        return False
    return all(depth > 0 for i, _, depth in _outside_quotes(text) if 0 < i < len(text) - 1)


_target = _value


def _arguments(args: gast.arguments) -> str:
    parts: list[str] = []
    positional = [*args.posonlyargs, *args.args]
    first_default = len(positional) - len(args.defaults)
    for i, parameter in enumerate(positional):
        default = args.defaults[i - first_default] if i >= first_default else None
        parts.append(_parameter(parameter, default))
        if args.posonlyargs and i == len(args.posonlyargs) - 1:
            parts.append("/")
    if args.vararg:
        parts.append(f"*{args.vararg.id}")
    elif args.kwonlyargs:
        parts.append("*")
    for parameter, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        parts.append(_parameter(parameter, default))
    if args.kwarg:
        parts.append(f"**{args.kwarg.id}")
    return ", ".join(parts)


def _parameter(parameter: gast.Name, default: gast.expr | None) -> str:
    if default is None:
        return parameter.id
    text = expression(default)
    bare = isinstance(default, gast.Tuple) and not _is_bracketed(text)
    return f"{parameter.id}=({text})" if bare else f"{parameter.id}={text}"


# ---- expressions ---------------------------------------------------------------------------


def expression(node: gast.expr) -> str:
    """One expression on one line, checked against its tree."""
    if isinstance(node, gast.Name):
        return node.id
    text = _written.get(node)
    if text is None:
        text = _written[node] = _expression(node)
    return text


# Trees do not change, so a text that was checked once is right as long as its tree is there.
_written: weakref.WeakKeyDictionary[gast.expr, str] = weakref.WeakKeyDictionary()


def _expression(node: gast.expr) -> str:
    plain = notation.plain(node)
    if plain is not None and _means(plain, node):
        return plain
    spelled = gast.Expression(trees.transform(node, as_call))
    tree: Any = ast.fix_missing_locations(gast.gast_to_ast(spelled)).body
    for write in (_astor, ast.unparse):
        text = write(tree)
        if "\n" not in text and _means(text, tree):
            return text
    raise errors.InternalError(f"cannot print {ast.dump(tree)}")


def _astor(tree: ast.expr) -> str:
    with warnings.catch_warnings():
        # astor names node classes that Python 3.12 deprecates. It is rarely needed, so it is only
        # imported here.
        warnings.simplefilter("ignore", DeprecationWarning)
        import astor.code_gen

    line = ast.Module([ast.Expr(tree)], [])
    text = astor.code_gen.to_source(line, pretty_source="".join, pretty_string=_quoted)
    return text.strip()


def _quoted(text: str, embedded: Any, current_line: Any, uni_lit: bool = False, **_: Any) -> str:
    return repr(text)


def _means(text: str, tree: ast.expr | gast.expr) -> bool:
    try:
        parsed = ast.parse(text, mode="eval").body
    except SyntaxError:
        return False
    return _equal(parsed, tree)


def _equal(left: Any, right: Any) -> bool:
    """Whether a parsed tree is equal to one of either kind."""
    kind = left.__class__
    if kind is list:
        return len(left) == len(right) and all(map(_equal, left, right))
    if not isinstance(left, ast.AST):
        return kind is right.__class__ and left == right
    if isinstance(left, ast.Constant):
        return isinstance(right, (ast.Constant, gast.Constant)) and trees.same_value(
            left.value, right.value
        )
    if isinstance(right, NamedTuple):
        right = right.as_call()
    if kind.__name__ != right.__class__.__name__:
        return False
    return all(
        _equal(getattr(left, field, None), getattr(right, field, None))
        for field in left._fields
        if field not in ("ctx", "kind", "type_comment")
    )


# ---- long lines ----------------------------------------------------------------------------

_OPEN, _CLOSE = "([{", ")]}"


def _wrapped(text: str, indent: str) -> list[str]:
    """Break a long line behind a comma or before an operator, where Python allows it."""
    if len(indent) + len(text) <= WIDTH:
        return [indent + text]
    head, value = _parts(text)
    if value and len(value) + len(indent) + len(INDENT) <= WIDTH and not head.endswith("("):
        if len(indent) + len(head) + 1 <= WIDTH // 2:
            return [f"{indent}{head}(", f"{indent}{INDENT}{value}", f"{indent})"]
    lines, rest, lead, depth = [], text, indent, 0
    while len(lead) + len(rest) > WIDTH:
        cut = _cut(rest, WIDTH - len(lead), depth)
        if cut is None:
            break
        depth = _depth(rest[:cut], depth)
        lines.append((lead + rest[:cut]).rstrip())
        rest, lead = rest[cut:].lstrip(), indent + INDENT
    return [*lines, lead + rest]


def _parts(text: str) -> tuple[str, str]:
    """An assignment or return as what comes before its value, and the value."""
    if text.startswith("return "):
        return "return ", text[len("return ") :]
    for i, char, depth in _outside_quotes(text):
        if char == "=" and depth == 0 and text[i + 1 : i + 2] == " " and text[i - 1] not in "<>!=":
            return text[: i + 2], text[i + 2 :]
    return "", ""


def _outside_quotes(text: str) -> Iterator[tuple[int, str, int]]:
    """Every character outside of string literals, with its bracket depth."""
    depth, quote, i = 0, "", 0
    while i < len(text):
        char = text[i]
        if quote:
            if char == "\\":
                i += 1
            elif char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        else:
            depth -= char in _CLOSE
            yield i, char, depth
            depth += char in _OPEN
        i += 1


def _depth(text: str, depth: int) -> int:
    for _, char, _ in _outside_quotes(text):
        depth += (char in _OPEN) - (char in _CLOSE)
    return depth


def _cut(text: str, width: int, outer: int) -> int | None:
    """The best place to break a line: at the lowest bracket depth, as far right as fits."""
    best = None
    for i, char, depth in _outside_quotes(text):
        if i > width:
            break
        if char == " " and depth + outer > 0 and i > 0:
            operator = text[i + 1 : i + 3] in ("+ ", "- ", "* ", "/ ", "@ ", "**")
            if text[i - 1] == "," or operator:
                if best is None or depth <= best[0]:
                    best = (depth, i)
    return best[1] if best else None
