"""Trees: as gast has them; and what is remembered of them is what they say."""

from __future__ import annotations

import ast
import gc
import inspect
import sys
import textwrap

import gast
import numpy as np
import pytest

import tangent_ad
from tangent_ad.syntax import depth, parse, trees

EVERYTHING = '''
@decorated(1, key=2)
async def f(a, /, b: int = 1, *c, d, e: str = "e", **g) -> float:
    """Text."""
    global h
    x: float = 1.0
    y = z = (yield)
    del y, z[0]
    async with open(a) as b, c:
        pass
    async for i, (j, *k) in d:
        continue
    else:
        await k
    try:
        raise ValueError(f"{a!r:>{b}}") from None
    except (KeyError, OSError) as error:
        return [lambda p, *q: p + q[::2] for r in b if r if not s]
    except TypeError:
        break_ = {**a, "b": c} if a < b <= c is not d else {x for x in y}
    finally:
        x |= ~a @ -b // (c := 3)
    match a:
        case [1, *rest] | {"k": v, **more} if v:
            from .m import n as o
        case C(p, q=None) as whole:
            assert p, "message"
        case _:
            import os.path
    while a and b or not c:
        x[1:2, ..., None] **= 0.5j
        break
    return (yield from g.h.i(*a, **b))


class C(B, metaclass=M):
    def m(self):
        nonlocal_ = 'a' 'b'
'''


def fields_of(node):
    """A tree with its places as nested tuples."""
    if isinstance(node, ast.AST):
        pairs = sorted((name, fields_of(value)) for name, value in vars(node).items())
        return type(node).__name__, tuple(pairs)
    return tuple(map(fields_of, node)) if isinstance(node, list) else repr(node)


@pytest.mark.parametrize("text", [EVERYTHING, inspect.getsource(trees)], ids=["all", "module"])
def test_trees_are_those_of_gast(text):
    tree = ast.parse(text)
    assert fields_of(parse.converted(tree)) == fields_of(gast.ast_to_gast(tree))


def test_reads_of_a_statement_are_counted_without_its_targets():
    (loop,) = parse.statements("for i in n:\n    a[i] = b + b\n    with b as c:\n        d = a\n")
    assert dict(trees.read_counts(loop)) == {"n": 1, "a": 2, "i": 1, "b": 3, "c": 1}


def test_names_in_scopes():
    text = """
    def f(x):
        return x + y

    z = [k * w for k in v] + u
    """
    one, other = parse.statements(textwrap.dedent(text))
    assert trees.names_in_scopes(one) == {"f", "y"}
    assert trees.names_in_scopes(other) == {"v", "w"}


@pytest.mark.parametrize("collects", [True, False])
def test_a_derivation_leaves_the_interpreter_as_it_was(collects):
    was, limit = gc.isenabled(), sys.getrecursionlimit()
    (gc.enable if collects else gc.disable)()
    try:
        tangent_ad.grad(lambda x: np.sin(x) * x)
        with pytest.raises(KeyError), depth.room(), depth.room():
            assert not gc.isenabled() and sys.getrecursionlimit() > limit
            raise KeyError
        assert gc.isenabled() == collects and sys.getrecursionlimit() == limit
    finally:
        (gc.enable if was else gc.disable)()
