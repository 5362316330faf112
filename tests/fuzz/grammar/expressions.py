"""Draw expressions of a wanted kind, whose values stay in a known range."""

from __future__ import annotations

from . import registry
from .draft import LIMIT, Draft
from .kinds import INT, SCALAR, Expr, Kind, Var, mat, vec

TAME = 9.0
# How often an expression stops before its depth is used up.
SHORTER = 0.22


def a_scalar(draft: Draft, depth: int = 2) -> Expr:
    """Draw an expression for a float."""
    if depth > 0 and not draft.chance(SHORTER):
        made = draft.attempt(registry.SCALARS, depth - 1)
        if made:
            return fit(draft, made, -TAME, TAME)
    return scalar_leaf(draft)


def a_vector(draft: Draft, n: int, depth: int = 2) -> Expr:
    """Draw an expression for a vector of length n."""
    if depth > 0 and not draft.chance(SHORTER):
        made = draft.attempt(registry.VECTORS, n, depth - 1)
        if made:
            return fit(draft, made, -TAME, TAME, array=True)
    return vector_leaf(draft, n)


def a_matrix(draft: Draft, n: int, m: int, depth: int = 2) -> Expr:
    """Draw an expression for an n by m matrix."""
    if depth > 0 and not draft.chance(SHORTER):
        made = draft.attempt(registry.MATRICES, n, m, depth - 1)
        if made:
            return fit(draft, made, -TAME, TAME, array=True)
    return matrix_leaf(draft, n, m)


def of_kind(draft: Draft, kind: Kind, depth: int = 2) -> Expr:
    """Draw an expression for a number, a vector or a matrix."""
    if kind == SCALAR:
        return a_scalar(draft, depth)
    if kind.tag == "vector":
        return a_vector(draft, kind.shape[0], depth)
    n, m = kind.shape
    return a_matrix(draft, n, m, depth)


def leaf(draft: Draft, kind: Kind) -> Expr:
    """Draw a variable, or the smallest expression that will do."""
    return of_kind(draft, kind, 0)


# Leaves


def scalar_leaf(draft: Draft) -> Expr:
    """Draw a variable, a constant or an element."""
    if draft.chance(0.12):
        return constant(draft)
    if draft.chance(0.75) and (var := draft.pick(lambda v: v.kind == SCALAR)):
        return var.expr
    if array := draft.pick(lambda v: v.kind.is_array):
        return element(draft, array)
    if var := draft.pick(lambda v: v.kind in (SCALAR, INT) and v.hi < TAME):
        return var.expr
    return constant(draft)


def constant(draft: Draft, lo: float = -2.0, hi: float = 2.0) -> Expr:
    if draft.chance(0.15) and lo <= 1 <= hi:
        return Expr("1.0", 1.0, 1.0, False)
    text = draft.number(lo, hi)
    return Expr(text, float(text), float(text), False)


def element(draft: Draft, array: Var) -> Expr:
    """Read one element of an array."""
    index = ", ".join(an_index(draft, n) for n in array.kind.shape)
    if len(array.kind.shape) == 2 and draft.chance(0.15):
        index = index.replace(", ", "][")
    return Expr(f"{array.name}[{index}]", array.lo, array.hi, array.active)


def vector_leaf(draft: Draft, n: int) -> Expr:
    """Draw a variable, or make a vector out of what there is."""
    if var := draft.pick_kind(vec(n)):
        return var.expr
    if draft.chance(0.5) and (var := draft.pick(lambda v: v.kind.tag == "matrix")):
        row = _row_of(draft, var, n)
        if row:
            return row
    if n <= 4 and draft.chance(0.6):
        parts = [scalar_leaf(draft) for _ in range(n)]
        return joined(f"np.array([{', '.join(part.text for part in parts)}])", parts)
    scale = scalar_leaf(draft)
    lo, hi = min(0.0, scale.lo), max(scale.hi, 0.0)
    return Expr(f"({scale.text}) * np.linspace(0.2, 1.0, {size(draft, n)})", lo, hi, scale.active)


def _row_of(draft: Draft, var: Var, n: int) -> Expr | None:
    rows, columns = var.kind.shape
    if columns == n:
        text = f"{var.name}[{an_index(draft, rows)}]"
    elif rows == n:
        text = f"{var.name}[:, {an_index(draft, columns)}]"
    else:
        return None
    return Expr(text, var.lo, var.hi, var.active, (var.name,))


def matrix_leaf(draft: Draft, n: int, m: int) -> Expr:
    """Draw a variable, or make a matrix out of vectors."""
    if var := draft.pick_kind(mat(n, m)):
        return var.expr
    if var := draft.pick_kind(mat(m, n)):
        return Expr(f"{var.name}.T", var.lo, var.hi, var.active, (var.name,))
    left, right = vector_leaf(draft, n), vector_leaf(draft, m)
    lo, hi = _product(left, right)
    active = left.active or right.active
    if draft.chance(0.5):
        return Expr(f"np.outer({left.text}, {right.text})", lo, hi, active)
    return Expr(f"({left.text})[:, None] * ({right.text})", lo, hi, active)


def _product(left: Expr, right: Expr) -> tuple[float, float]:
    corners = [a * b for a in (left.lo, left.hi) for b in (right.lo, right.hi)]
    return min(corners), max(corners)


def joined(text: str, parts: list[Expr]) -> Expr:
    """Describe a value that consists of the values of `parts`."""
    lo = min((part.lo for part in parts), default=0.0)
    hi = max((part.hi for part in parts), default=0.0)
    return Expr(text, lo, hi, any(part.active for part in parts))


# Integers


def an_index(draft: Draft, n: int, negative: bool = True) -> str:
    """Write an integer that is a valid index into n items."""
    found = draft.ints(0, n - 1)
    if found and draft.chance(0.6):
        return draft.rng.choice(found).name
    if draft.chance(0.25) and (wide := draft.ints(-50, 50)):
        var = draft.rng.choice(wide)
        shifted = _shifted(draft, var, n)
        return shifted or f"{var.name} % {n}"
    lowest = -n if negative and draft.on("negative_index") and draft.chance(0.3) else 0
    if lowest:
        draft.module.used.add("negative_index")
        return str(draft.rng.randrange(lowest, 0))
    return str(draft.rng.randrange(n))


def _shifted(draft: Draft, var: Var, n: int) -> str | None:
    """Reach an index by adding to, or subtracting from, an integer in scope."""
    if var.hi - var.lo >= n:
        return None
    if draft.chance(0.4):
        return f"{size(draft, n)} - 1 - {var.name}" if var.lo == 0 else None
    by = draft.rng.randint(int(-var.lo), int(n - 1 - var.hi))
    if by == 0:
        return var.name
    return f"{var.name} + {by}" if by > 0 else f"{var.name} - {-by}"


def size(draft: Draft, n: int) -> str:
    """Write the number n the way people do: a literal, len(v), A.shape[1], a variable."""
    if draft.chance(0.4):
        found = draft.ints(n, n)
        if found:
            return draft.rng.choice(found).name
        arrays = [v for v in draft.scope.values() if v.kind.is_array and n in v.kind.shape]
        if arrays:
            var = draft.rng.choice(arrays)
            axis = var.kind.shape.index(n)
            if axis == 0 and draft.chance(0.5):
                return f"len({var.name})"
            return f"{var.name}.shape[{axis}]"
    return str(n)


# Ranges


def fit(
    draft: Draft, expr: Expr, lo: float = -LIMIT, hi: float = LIMIT, array: bool = False
) -> Expr:
    """Wrap an expression, where it needs it, so that its values stay between lo and hi."""
    if expr.within(lo, hi):
        return expr
    if lo > -1.0 or hi < 1.0:
        half = max(0.05, round((hi - lo) / 2 - 0.005, 2))
        middle = round((lo + hi) / 2, 3)
        inner = squashed(draft, expr, array)
        text = f"{half} * ({inner.text})"
        text = text if abs(middle) < 0.01 else f"{middle} + {text}"
        return Expr(text, lo, hi, expr.active)
    bound = max(abs(expr.lo), abs(expr.hi))
    factor = min(-lo, hi) / bound
    if factor > 0.4 and draft.chance(0.6):
        # The bounds are generous, and a program that leaves them is found out when it runs.
        return expr._replace(lo=max(lo, expr.lo), hi=min(hi, expr.hi))
    if 0.08 < factor and draft.chance(0.35):
        shrink = round(factor, 1) if factor > 0.15 else 0.1
        return Expr(f"{shrink} * ({expr.text})", expr.lo * shrink, expr.hi * shrink, expr.active)
    return squashed(draft, expr, array)


def squashed(draft: Draft, expr: Expr, array: bool) -> Expr:
    """Bring any values between -1 and 1, smoothly."""
    module = "np" if array or not draft.on("math_functions") or draft.chance(0.6) else "math"
    if expr.text.isidentifier() and draft.chance(0.3):
        return Expr(f"{expr.text} / (1.0 + {expr.text} ** 2)", -0.5, 0.5, expr.active)
    function = draft.rng.choice(("tanh", "sin", "tanh", "cos"))
    return Expr(f"{module}.{function}({expr.text})", -1.0, 1.0, expr.active)


def positive(draft: Draft, expr: Expr, array: bool = False) -> Expr:
    """Make an expression positive and away from zero, for a logarithm, a root, a divisor."""
    if expr.lo >= 0.2:
        return expr
    if draft.chance(0.6) and max(abs(expr.lo), abs(expr.hi)) <= 2.5:
        high = max(expr.lo**2, expr.hi**2)
        return Expr(f"1.0 + ({expr.text}) ** 2", 1.0, 1.0 + high, expr.active)
    small = fit(draft, expr, -1.0, 1.0, array)
    if draft.chance(0.5):
        return Expr(f"1.5 + {small.text}", 0.5, 2.5, expr.active)
    return Expr(f"np.exp({small.text})", 0.35, 2.8, expr.active)
