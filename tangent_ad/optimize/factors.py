"""Work out once what several products in the body of a loop have in common.

>>> from tangent_ad.analysis.facts import FLOAT
>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(a, b, by, bz, xs):
...     for x in xs:
...         ba += 3.0 * by * b * x * x
...         bb += by * a * x * x
...         bx = -by / b * a
...         by = bz
...         bz = by * x
...     return ba, bb, bx
... ''')
>>> new = factor_out(tree, Names(None, tree), lambda name: name[0] == "b", lambda node: FLOAT)
>>> print(text.function_text(new), end="")
def f(a, b, by, bz, xs):
    for x in xs:
        product = by * x
        product_1 = product * x
        ba += 3.0 * product_1 * b
        bb += product_1 * a
        bx = -by / b * a
        by = bz
        bz = by * x
    return ba, bb, bx

Only numbers are multiplied in another order, not arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import gast

from tangent_ad.analysis.algebra import FactOf, Product
from tangent_ad.analysis.facts import FLOAT
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

SIMPLE = (gast.Assign, gast.AugAssign)


class _Pair(NamedTuple):
    """`left * right`, or `left / right`."""

    left: str
    right: str
    divides: bool


def factor_out(
    tree: gast.FunctionDef, names: Names, is_derivative: Callable[[str], bool], fact: FactOf
) -> gast.FunctionDef:
    worker = _Factors(names, is_derivative, fact)
    return trees.updated(tree, body=worker.block(tree.body, False))


class _Factors:
    def __init__(self, names: Names, is_derivative: Callable[[str], bool], fact: FactOf) -> None:
        self.names = names
        self.is_derivative = is_derivative
        self.known = fact
        self.made: set[str] = set()

    def fact(self, node: gast.expr) -> Any:
        return FLOAT if isinstance(node, gast.Name) and node.id in self.made else self.known(node)

    def block(self, body: Sequence[gast.stmt], is_repeated: bool) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        run: list[gast.stmt] = []  # of statements without blocks in them
        for node in body:
            inner = trees.blocks(node)
            if not inner:
                run.append(node)
                continue
            again = is_repeated or isinstance(node, trees.LOOPS)
            out += self.run(run) if is_repeated else run
            out.append(trees.updated(node, **{field: self.block(b, again) for field, b in inner}))
            run = []
        return out + (self.run(run) if is_repeated else run)

    def run(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The statements with all that is worth it factored out, what is shared most first."""
        while True:
            places: dict[_Pair, list[int]] = {}
            for position, node in enumerate(body):
                for product in self.products(node):
                    for pair in self.pairs(product):
                        places.setdefault(pair, []).append(position)
            windows = [(pair, self.window(pair, found, body)) for pair, found in places.items()]
            windows = [window for window in windows if len(window[1]) > 1]
            if not windows:
                return body
            body = self.shared(body, *max(windows, key=lambda window: len(window[1])))

    def window(self, pair: _Pair, found: Sequence[int], body: Sequence[gast.stmt]) -> list[int]:
        """The most places between which neither factor is bound again."""
        best: list[int] = []
        here: list[int] = []
        for position in found:
            between = body[here[-1] : position] if here else ()
            if any({pair.left, pair.right} & trees.writes(node) for node in between):
                here = []
            here.append(position)
            best = max(best, here, key=len)
        return best

    def shared(self, body: list[gast.stmt], pair: _Pair, places: list[int]) -> list[gast.stmt]:
        name = self.names.fresh("ratio" if pair.divides else "product")
        self.made.add(name)
        op = gast.Div if pair.divides else gast.Mult
        value = trees.binary(trees.name(pair.left), op, trees.name(pair.right))
        out: list[gast.stmt] = []
        for position, node in enumerate(body):
            if position == places[0]:
                out.append(trees.assign(name, value, node))
            out.append(self.replaced(node, pair, name) if position in places else node)
        return out

    def replaced(self, node: Any, pair: _Pair, name: str) -> Any:
        def visit(part: gast.expr) -> gast.expr:
            product = Product().times(part)
            if pair not in self.pairs(product):
                return part
            _take(product.above, pair.left)
            _take(product.below if pair.divides else product.above, pair.right)
            product.above.insert(0, trees.name(name))
            return product.build(self.fact)

        return trees.rebuild(node, value=_with_products(node.value, visit))

    # ---- what is looked at ------------------------------------------------------------------

    def products(self, node: gast.stmt) -> Iterator[Product]:
        if not isinstance(node, SIMPLE):
            return
        target = node.targets[0] if isinstance(node, gast.Assign) else node.target
        if not any(self.is_derivative(n.id) for n in trees.walk(target) if isinstance(n, gast.Name)):
            return
        found: list[gast.expr] = []
        _with_products(node.value, lambda part: found.append(part) or part)  # type: ignore[func-returns-value]
        yield from (Product().times(part) for part in found)

    def pairs(self, product: Product) -> set[_Pair]:
        above = [n.id for n in product.above if self.is_number(n)]
        below = [n.id for n in product.below if self.is_number(n)]
        found = {_Pair(left, right, True) for left in above for right in below}
        for at, factor in enumerate(above):
            for other in above[at + 1 :]:
                left, right = sorted((factor, other), key=self.order)
                found.add(_Pair(left, right, False))
        return {pair for pair in found if self.order(pair.left)[0] == 0}

    def order(self, name: str) -> tuple[int, str]:
        """Derivatives, which are floats, stand in front."""
        return 0 if self.is_derivative(name) or name in self.made else 1, name

    def is_number(self, node: gast.expr) -> bool:
        return isinstance(node, gast.Name) and self.fact(node).is_scalar


def _with_products(node: gast.expr, visit: Callable[[gast.expr], gast.expr]) -> gast.expr:
    """A sum of products with each of them visited."""
    if isinstance(node, gast.BinOp) and isinstance(node.op, (gast.Add, gast.Sub)):
        left, right = _with_products(node.left, visit), _with_products(node.right, visit)
        return trees.updated(node, left=left, right=right)
    return visit(node)


def _take(factors: list[gast.expr], name: str) -> None:
    at = next(i for i, n in enumerate(factors) if isinstance(n, gast.Name) and n.id == name)
    del factors[at]
