"""What each pass of the optimiser does, before and after."""

import inspect
import textwrap

import gast
import numpy as np
import pytest

from tangent_ad.analysis import facts
from tangent_ad.optimize import (
    arithmetic,
    coalesce,
    comments,
    dead,
    direct,
    elements,
    factors,
    inline,
    inverses,
    lists,
    twins,
)
from tangent_ad.syntax import text, trees
from tangent_ad.syntax.names import Names
from tangent_ad.syntax.parse import statements


def example(x, h, W, bh, n):
    """Names are resolved as in this function: np is NumPy, the rest are its variables."""
    return np.sum(x) + h + W + bh + n


def function_of(body: str) -> gast.FunctionDef:
    (tree,) = statements(textwrap.dedent(inspect.getsource(example)))
    lines = [
        f"COMMENT({line[2:]!r})" if line.startswith("# ") else line for line in body.splitlines()
    ]
    return trees.rebuild(tree, body=[commented(node) for node in statements("\n".join(lines))])


def commented(node: gast.stmt) -> gast.stmt:
    """A comment is a node of its own; Python's parser drops those of a source."""
    call = getattr(node, "value", None)
    if isinstance(call, gast.Call) and getattr(call.func, "id", "") == "COMMENT":
        return trees.comment(call.args[0].value)
    return node


def after(name: str, body: str) -> str:
    tree = function_of(body)
    names = Names(example, tree)

    def temporary(variable: str) -> bool:
        return variable.startswith("t")

    def derivative(variable: str) -> bool:
        return variable.startswith("b")

    def fact(node: gast.expr) -> facts.Fact:
        return facts.FLOAT

    def matrix(node: gast.expr) -> facts.Fact:
        return facts.array((2, 2))

    passes = {
        "dead": lambda: dead.eliminate(tree, names, fact),
        "inline": lambda: inline.inline(tree, names, temporary),
        "elements": lambda: elements.simplify(tree, names, derivative, fact),
        "arithmetic": lambda: arithmetic.simplify(tree, names, fact, derivative),
        "coalesce": lambda: coalesce.rename(tree, names),
        "comments": lambda: comments.tidy(tree),
        "factors": lambda: factors.factor_out(tree, names, derivative, fact),
        "inverses": lambda: inverses.simplify(tree, names, derivative),
        "direct": lambda: direct.simplify(tree, names, derivative, matrix, ("x", "bh")),
        "direct, other floats": lambda: direct.simplify(tree, names, derivative, matrix, None),
        "lists": lambda: lists.share(tree, names, fact),
        "twins": lambda: twins.merge(tree, names, temporary, fact),
    }
    lines = text.function_text(passes[name]()).splitlines()[1:]
    return textwrap.dedent("\n".join(lines)).strip()


@pytest.mark.parametrize(
    ("name", "before", "expected"),
    [
        ("dead", "t = x * W\ny = x + 1\nreturn y", "y = x + 1\nreturn y"),
        ("dead", "t = x * W\nprint(t)\nreturn x", "t = x * W\nprint(t)\nreturn x"),
        ("dead", "y = np.zeros(3)\ny[0] = x\nreturn x", "return x"),
        ("dead", "h[0] = x\nreturn x", "h[0] = x\nreturn x"),
        ("inline", "t = W @ h\nt_1 = t + x\ny = np.tanh(t_1)\nreturn y",
         "y = np.tanh(W @ h + x)\nreturn y"),
        ("inline", "t = h[0]\nh[0] = 2.0\nreturn t", "t = h[0]\nh[0] = 2.0\nreturn t"),
        ("inline", "t = x * x\nfor i in range(n):\n    h = h + t\nreturn h",
         "t = x * x\nfor i in range(n):\n    h = h + t\nreturn h"),
        ("elements", "bv = bh[0].copy()\nbx = bv * 2.0\nreturn bx",
         "bv = bh[0]\nbx = bv * 2.0\nreturn bx"),
        ("elements", "bv = bh[0].copy()\nbh[0] = 0.0\nbx = bv * 2.0\nreturn bx, bh",
         "bv = bh[0]\nbx = bv * 2.0\nbh[0] = 0.0\nreturn bx, bh"),
        ("arithmetic", "bx = 2.0 * -(0.5 * bh) * x\nreturn bx", "bx = -bh * x\nreturn bx"),
        ("arithmetic", "y = 2.0 * (0.5 * h)\nreturn y", "y = 2.0 * (0.5 * h)\nreturn y"),
        # A factor that is bound again is another one.
        ("factors", "for i in n:\n    bx += bh * x\n    bh = h\n    bW += bh * x\nreturn bx, bW",
         "for i in n:\n    bx += bh * x\n    bh = h\n    bW += bh * x\nreturn bx, bW"),
        ("factors", "for i in n:\n    bx += bh * x\n    bh = bh * x\nreturn bx, bh",
         "for i in n:\n    product = bh * x\n    bx += product\n    bh = product\nreturn bx, bh"),
        ("factors", "bx = bh * x\nbW = bh * x\nreturn bx, bW",
         "bx = bh * x\nbW = bh * x\nreturn bx, bW"),
        ("factors", "for i in n:\n    y = h * x\n    W = h * x\nreturn y, W",
         "for i in n:\n    y = h * x\n    W = h * x\nreturn y, W"),
        ("inverses", "bx = np.linalg.solve(W, bh)\nW = W * 2.0\nt = np.linalg.inv(W)\nreturn bx, t",
         "bx = np.linalg.solve(W, bh)\nW = W * 2.0\nt = np.linalg.inv(W)\nreturn bx, t"),
        ("inverses", "bx = np.linalg.solve(W, bh)\nW[0] = 2.0\nt = np.linalg.inv(W)\nreturn bx, t",
         "bx = np.linalg.solve(W, bh)\nW[0] = 2.0\nt = np.linalg.inv(W)\nreturn bx, t"),
        ("inverses", "y = np.linalg.solve(W, x)\nt = np.linalg.inv(W)\nreturn y, t",
         "y = np.linalg.solve(W, x)\nt = np.linalg.inv(W)\nreturn y, t"),
        ("inverses", "bx = np.linalg.solve(W, bh)\nbh = np.linalg.solve(W.T, bx)\nt = np.linalg.inv(W)\n"
         "return bx, bh, t",
         "t = np.linalg.inv(W)\nbx = t @ bh\nbh = t.T @ bx\nreturn bx, bh, t"),
        ("twins", "t = -bh\nbx = t * x\nt_1 = -bh\nt_2 = t_1 / x\nt_3 = t / x\nreturn bx, t_2 + t_3",
         "t = -bh\nbx = t * x\nt_2 = t / x\nreturn bx, t_2 + t_2"),
        ("twins", "t = -bh\nbh = bh * x\nt_1 = -bh\nreturn t + t_1",
         "t = -bh\nbh = bh * x\nt_1 = -bh\nreturn t + t_1"),
        ("twins", "t = -bh\nt_1 = -bh\nt_1 += x\nreturn t + t_1",
         "t = -bh\nt_1 = -bh\nt_1 += x\nreturn t + t_1"),
        ("direct", "y = np.sum(x)\nbx = np.zeros_like(x)\nbx[0] = np.sum(bh, 0)\nreturn bx, y",
         "y = np.sum(x)\nbx = np.zeros(x.shape)\nbx[0] = bh.sum(0)\nreturn bx, y"),
        ("direct", "bx = np.zeros_like(h)\nreturn bx", "bx = np.zeros_like(h)\nreturn bx"),
        ("direct", "h = None\nfor i in n:\n    h = h * x\nbx = np.zeros_like(h)\nreturn bx",
         "h = None\nfor i in n:\n    h = h * x\nbx = np.zeros_like(h)\nreturn bx"),
        ("direct, other floats", "bx = np.zeros_like(x)\nreturn bx", "bx = np.zeros_like(x)\nreturn bx"),
        ("comments", "# a = x * x\n# b = x + 1\nbx = bh\nreturn bx", "# b = x + 1\nbx = bh\nreturn bx"),
    ],
)  # fmt: skip
def test_pass(name: str, before: str, expected: str) -> None:
    assert after(name, before) == expected


FILLED = "a = []\nb = []\nfor i in range(n):\n    a.append(h)\n    b.append(h)\n    h = h * x\n"
EMPTIED = "for i in reversed(range(n)):\n    x = {}.pop()\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # What is put into both is kept once.
        (FILLED + EMPTIED.format("a") + EMPTIED.format("b") + "return x",
         "a = []\nfor i in range(n):\n    a.append(h)\n    h = h * x\n"
         + 2 * EMPTIED.format("a").replace("a.pop()", "a[i]") + "return x"),
        # The value changes in between.
        (FILLED.replace("    b", "    h = x\n    b") + EMPTIED.format("a") + EMPTIED.format("b")
         + "return x", None),
        # A loop that may end early.
        (FILLED + "    if h > 2:\n        break\n" + EMPTIED.format("a") + EMPTIED.format("b")
         + "return x", None),
        # Other passes.
        (FILLED + "n = 3\n" + EMPTIED.format("a") + EMPTIED.format("b") + "return x", None),
        # In the order in which they were put in, the last would be taken out first.
        (FILLED + EMPTIED.format("a") + EMPTIED.format("b").replace("reversed(range(n))", "range(n)")
         + "return x", None),
        # Somebody else looks at the list.
        (FILLED + EMPTIED.format("a") + EMPTIED.format("b") + "return x, b", None),
        # What is taken out is put into another list from the end on.
        (FILLED.replace("    b.append(h)\n", "")
         + EMPTIED.format("a") + "    b.append(x)\nfor i in range(n):\n    W = b.pop()\nreturn W",
         "a = []\nfor i in range(n):\n    a.append(h)\n    h = h * x\n"
         "for i in reversed(range(n)):\n    x = a[i]\nfor i in range(n):\n    W = a[i]\nreturn W"),
        # A list that is filled from the end on.
        ((FILLED + EMPTIED.format("a") + EMPTIED.format("b") + "return x")
         .replace("reversed(range(n))", "?").replace("range(n)", "reversed(range(n))")
         .replace("?", "range(n)"),
         "a = []\nfor i in reversed(range(n)):\n    a.append(h)\n    h = h * x\n"
         + 2 * "for i in range(n):\n    x = a[-i - 1]\n" + "return x"),
    ],
)  # fmt: skip
def test_lists_that_hold_the_same(before: str, expected: str | None) -> None:
    assert after("lists", before) == (before if expected is None else expected)


def test_versions_become_one_variable() -> None:
    before = "x_1 = x\nfor i in range(n):\n    x_2 = x_1 * x_1\n    x_1 = x_2\nreturn x_1"
    tree = function_of(before)
    names = Names(example, tree)
    names.stems.update({"x_1": "x", "x_2": "x"})
    found = text.function_text(coalesce.rename(tree, names))
    assert "x = x * x" in found and "x_1" not in found and "x_2" not in found, found
