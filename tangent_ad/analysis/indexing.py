"""What an index selects: the kinds of its parts, the shape of the result, whether it repeats."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import gast
import numpy as np

from tangent_ad.analysis import facts, shapes
from tangent_ad.analysis.assumptions import LIKELY, SHOWN
from tangent_ad.analysis.facts import Fact
from tangent_ad.syntax import trees
from tangent_ad.syntax.fold import literal

INT, RANGE, NEWAXIS, DOTS, MASK, ARRAY, UNKNOWN = (
    "int", "slice", "newaxis", "ellipsis", "mask", "array", "unknown",
)  # fmt: skip
BASIC = frozenset((INT, RANGE, NEWAXIS, DOTS))


def parts(index: gast.expr) -> list[gast.expr]:
    """The parts of an index between commas."""
    return list(index.elts) if isinstance(index, gast.Tuple) else [index]


def kind(part: gast.expr, fact: Callable[[gast.expr], Fact]) -> str:
    if isinstance(part, gast.Slice):
        return RANGE
    known = fact(part)
    if known.kind == facts.NONE:
        return NEWAXIS
    if known.kind == facts.ELLIPSIS:
        return DOTS
    if known.kind == facts.SLICE:
        return RANGE
    if known.is_scalar and known.dtype in ("int", ""):
        return INT
    if known.is_number and known.dtype == "bool":
        return MASK
    if known.is_number and known.shape not in (None, ()) and known.array:
        return ARRAY
    if known.kind in (facts.LIST, facts.RANGE):
        return ARRAY
    return UNKNOWN


def kinds(index: gast.expr, fact: Callable[[gast.expr], Fact]) -> list[str]:
    return [kind(part, fact) for part in parts(index)]


def is_basic(index: gast.expr, fact: Callable[[gast.expr], Fact]) -> bool:
    """Whether the index gives a view and selects no element twice."""
    return all(k in BASIC for k in kinds(index, fact))


def selected(
    base: Fact, index: gast.expr, fact: Callable[[gast.expr], Fact], ask: shapes.Asker
) -> Fact:
    """The fact of `base[index]` for a number."""
    found = kinds(index, fact)
    consumed = [k for k in found if k not in (NEWAXIS, DOTS)]
    if DOTS not in found and len(consumed) > 1 and MASK not in found:
        ask.rank(base.shape, len(consumed), SHOWN)
    elif consumed and isinstance(base.shape, shapes.Derived) and MASK not in found:
        ask.rank(base.shape, len(consumed), LIKELY)  # `x[i][j]`
    elif isinstance(base.shape, shapes.Of) and NEWAXIS in found or found == [RANGE]:
        ask.rank(base.shape, len(consumed))
    if UNKNOWN in found:
        for part in parts(index):
            if kind(part, fact) == UNKNOWN and fact(part).is_number:
                ask.rank(fact(part).shape, 1 if ARRAY in found else 0, LIKELY)
        return facts.number(None, base.dtype)
    if isinstance(base.shape, tuple):
        shape = _known(base.shape, parts(index), found, fact, ask)
    else:
        shape = _symbolic(base.shape, parts(index), found)
    is_array = None if shape is None or not isinstance(shape, tuple) else shape != ()
    if any(k in (RANGE, DOTS, MASK, ARRAY) for k in found):
        is_array = True
    return facts.number(shape, base.dtype, is_array)


def _symbolic(shape: shapes.Shape, index: list[gast.expr], found: list[str]) -> shapes.Shape:
    if found == [DOTS]:
        return shape
    if found == [INT]:
        return shapes.row(shape)
    if found == [RANGE] and shape is not None:
        dropped = _dropped(index[0])
        if dropped == 0:
            return shape
        detail = ("drop", dropped) if dropped is not None else _key(index[0])
        return shapes.Derived("slice", shape, detail)
    if found == [ARRAY] and isinstance(index[0], gast.List) and shape is not None:
        return shapes.Derived("gather", shape, _key(index[0]))
    if shape is not None and all(k in BASIC for k in found):
        return shapes.Derived("index", shape, tuple(_key(part) for part in index))
    return None


def _known(
    shape: tuple,
    index: list[gast.expr],
    found: list[str],
    fact: Callable[[gast.expr], Fact],
    ask: shapes.Asker,
) -> shapes.Shape:
    used = sum(k not in (NEWAXIS, DOTS) for k in found)
    if used > len(shape) or MASK in found:
        return None
    if DOTS in found:
        at = found.index(DOTS)
        missing = len(shape) - used
    else:
        at, missing = len(found), len(shape) - used
    result: list = []
    together: shapes.Shape = ()  # what index arrays beside each other select
    last = None
    axis = 0
    for position, (part, what) in enumerate(zip(index, found, strict=True)):
        if position == at:
            result += shape[axis : axis + missing]
            axis += missing
        if what == NEWAXIS:
            result.append(1)
        elif what == RANGE:
            result.append(sliced(shape[axis], part))
            axis += 1
        elif what == ARRAY:
            inner = fact(part).shape
            if last not in (None, position - 1) or not isinstance(inner, tuple) or INT in found:
                return None
            if isinstance(together, tuple) and together:
                del result[-len(together) :]
            together = shapes.broadcast(together, inner, ask)
            if not isinstance(together, tuple):
                return None
            result += together
            last = position
            axis += 1
        elif what == INT:
            axis += 1
    return tuple(result + list(shape[axis:]))


def sliced(length: shapes.Length, part: gast.expr) -> shapes.Length:
    """The length of `x[lower:upper:step]`."""
    dropped = _dropped(part)
    if dropped is None:
        exact = _exact(length, part)
        return exact if exact is not None else (("slice", length, _key(part)), 0)
    if isinstance(length, int):
        return max(0, length - dropped)
    return shapes.plus(length, -dropped)


def _exact(length: shapes.Length, part: gast.expr) -> int | None:
    if not isinstance(length, int) or not isinstance(part, gast.Slice):
        return None
    bounds = [literal_int(b) for b in (part.lower, part.upper, part.step)]
    given = [b is not None for b in (part.lower, part.upper, part.step)]
    if any(g and b is None for g, b in zip(given, bounds, strict=True)):
        return None
    return len(range(*slice(*bounds).indices(length)))


def _dropped(part: gast.expr) -> int | None:
    """How many elements a slice leaves out at both ends, whatever the length."""
    if not isinstance(part, gast.Slice):
        return None
    step = 1 if part.step is None else literal_int(part.step)
    if step == -1 and part.lower is None and part.upper is None:
        return 0
    lower = 0 if part.lower is None else literal_int(part.lower)
    upper = 0 if part.upper is None else literal_int(part.upper)
    if step != 1 or lower is None or lower < 0 or upper is None:
        return None
    if upper > 0 or (part.upper is not None and upper == 0):
        return None
    return lower - upper


def literal_int(node: gast.expr | None) -> int | None:
    if isinstance(node, gast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub):
        inner = literal_int(node.operand)
        return None if inner is None else -inner
    return None


def _key(part: gast.expr) -> Hashable:
    """A hashable form of an expression; names stay visible for `shapes.mentions`."""
    if isinstance(part, gast.Name):
        return part.id
    if isinstance(part, gast.Constant):
        return ("literal", repr(part.value))
    if isinstance(part, gast.Slice):
        bounds = (part.lower, part.upper, part.step)
        return ("Slice", *(None if b is None else _key(b) for b in bounds))
    inner = tuple(
        _key(child) for child in trees.children(part) if not isinstance(child, gast.expr_context)
    )
    detail = getattr(part, "attr", "")
    return (type(part).__name__, detail, *inner)


key = _key


def _counts_up(index: list[gast.expr], fact: Callable[[gast.expr], Fact]) -> bool:
    """Whether one of several index arrays of one length is `np.arange(n)`, as in
    `scores[np.arange(len(labels)), labels]`."""
    arrays = [part for part in index if kind(part, fact) == ARRAY]
    shapes_ = {fact(part).shape for part in arrays}
    is_vector = len(shapes_) == 1 and shapes.rank(*shapes_) == 1
    return is_vector and all(kind(p, fact) in BASIC or p in arrays for p in index) and any(
        isinstance(part, gast.Call) and fact(part.func).value is np.arange for part in arrays
    )


def may_repeat(index: gast.expr, fact: Callable[[gast.expr], Fact]) -> bool:
    """Whether an index may select an element twice."""
    if _counts_up(parts(index), fact):
        return False
    for part in parts(index):
        if isinstance(part, gast.Constant) or fact(part).kind == facts.TEXT:
            continue
        if kind(part, fact) == ARRAY and isinstance(part, gast.List):
            places = [literal(item) for item in part.elts]
            if all(type(n) is int and n >= 0 for n in places) and len({*places}) == len(places):
                continue
        is_key = fact(part).kind == facts.TEXT
        if not is_key and kind(part, fact) not in (*BASIC, MASK):
            return True
    return False
