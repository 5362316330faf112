"""Products in which a factor repeats, as `0.5 * x * x`: differentiated as a whole.

>>> from tangent_ad.syntax import parse, text
>>> node = parse.expression("a * x * x * x")
>>> [(name, text.expression(partial)) for name, partial in partials(node, lambda n: True).items()]
[('a', 'x * x * x'), ('x', '3.0 * a * x * x')]

One factor after the other they would leave a temporary and an adjoint for every partial product.
So is `np.abs(z) ** 2` of complex numbers, which is smooth where the absolute value is not:

>>> node = parse.expression("np.abs(z) ** 2")
>>> text.expression(partials(node, lambda n: True)["z"])
'2.0 * np.conj(z)'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import gast
import numpy as np

from tangent_ad.analysis import calls
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.syntax import trees
from tangent_ad.syntax.fold import literal

if TYPE_CHECKING:
    from tangent_ad.analysis.infer import Facts

LEAST = 3  # the rule of a product does for `x * x`
MOST = 5  # partial products pay off in longer ones


def factors(node: gast.expr) -> list[gast.expr]:
    if isinstance(node, gast.BinOp) and isinstance(node.op, gast.Mult):
        return factors(node.left) + factors(node.right)
    return [node]


def is_kept(node: gast.expr, varies: Callable[[gast.expr], bool]) -> bool:
    """Whether a product was left as it is for its monomial: any other has active names for factors."""
    if not isinstance(node, gast.BinOp):
        return False
    if isinstance(node.op, gast.Pow):
        return isinstance(node.left, gast.Call) and varies(node.left)
    if not isinstance(node.op, gast.Mult):
        return False
    return any(isinstance(side, gast.BinOp) and varies(side) for side in (node.left, node.right))


def is_monomial(node: gast.expr, varies: Callable[[gast.expr], bool], fact: FactOf) -> bool:
    """Whether the factors are single numbers, or powers of one array with numbers in front, and an
    active one repeats."""
    parts = factors(node)
    if not LEAST <= len(parts) <= MOST:
        return False
    active = [part for part in parts if varies(part)]
    if not all(isinstance(part, gast.Name) for part in active):
        return False
    repeated = {name for name, n in Counter(part.id for part in active).items() if n > 1}
    arrays = [part for part in parts if not fact(part).is_scalar]
    if arrays:
        return (
            len(repeated) == 1
            and {part.id for part in active} == repeated
            and all(isinstance(part, gast.Name) and part.id in repeated for part in arrays)
        )
    return bool(repeated)


def is_square_of_size(node: gast.expr, known: Facts) -> bool:
    """Whether an expression is `np.abs(z) ** 2` of complex numbers."""
    if not isinstance(node, gast.BinOp) or not isinstance(node.op, gast.Pow):
        return False
    if literal(node.right) != 2 or not isinstance(node.left, gast.Call) or not node.left.args:
        return False
    found = known.target(node.left)
    is_size = isinstance(found, calls.Bound) and found.operation.function in (abs, np.abs)
    return is_size and known.may_be_complex(known.of(node.left.args[0]))


def partials(
    node: gast.expr, varies: Callable[[gast.expr], bool], numpy: str = "np"
) -> dict[str, gast.expr]:
    """The partial derivatives of a product, by the name of the factor."""
    if isinstance(node, gast.BinOp) and isinstance(node.op, gast.Pow):
        (operand,) = node.left.args  # type: ignore[attr-defined]
        conjugate = trees.call(trees.attribute(trees.name(numpy), "conj"), operand)
        return {operand.id: trees.binary(trees.constant(2.0), gast.Mult, conjugate)}
    parts = factors(node)
    counts = Counter(part.id for part in parts if isinstance(part, gast.Name) and varies(part))
    found: dict[str, gast.expr] = {}
    for name, count in counts.items():
        first = next(i for i, p in enumerate(parts) if isinstance(p, gast.Name) and p.id == name)
        rest = parts[:first] + parts[first + 1 :]
        if count > 1:
            rest = [trees.constant(float(count)), *rest]
        product = rest[0]
        for factor in rest[1:]:
            product = trees.binary(product, gast.Mult, factor)
        found[name] = product
    return found
