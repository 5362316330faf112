"""Expressions for a matrix of known shape."""

from __future__ import annotations

from .draft import Draft
from .expressions import (
    a_matrix,
    a_scalar,
    a_vector,
    fit,
    joined,
    matrix_leaf,
    size,
    vector_leaf,
)
from .kinds import Expr, Var, mat, multiply
from .registry import matrix
from .scalars import apply, binary, raised


@matrix("arithmetic", 5.0)
def arithmetic(draft: Draft, n: int, m: int, depth: int) -> Expr:
    a = a_matrix(draft, n, m, depth)
    if draft.chance(0.3):
        b = a_scalar(draft, min(depth, 1))
        return binary(draft, *((a, b) if draft.chance(0.5) else (b, a)), array=True)
    return binary(draft, a, a_matrix(draft, n, m, depth - 1), array=True)


@matrix("broadcasting", 2.0)
def with_row_or_column(draft: Draft, n: int, m: int, depth: int) -> Expr:
    """Combine a matrix with a row, a column, or one row and one column with each other."""
    row = a_vector(draft, m, min(depth, 1))
    column = a_vector(draft, n, 0)
    column = column._replace(text=f"({column.text})[:, None]")
    choice = draft.rng.randrange(3)
    if choice == 0:
        return binary(draft, a_matrix(draft, n, m, min(depth, 1)), row, array=True)
    if choice == 1:
        return binary(draft, column, a_matrix(draft, n, m, 0), array=True)
    return binary(draft, column, row, array=True)


@matrix("np_elementwise", 2.0)
def elementwise(draft: Draft, n: int, m: int, depth: int) -> Expr:
    return apply(draft, a_matrix(draft, n, m, depth), "np", array=True)


@matrix("power", 0.7)
def power(draft: Draft, n: int, m: int, depth: int) -> Expr:
    return raised(draft, a_matrix(draft, n, m, depth), array=True)


@matrix("maxmin", 0.6)
def larger(draft: Draft, n: int, m: int, depth: int) -> Expr:
    a, b = a_matrix(draft, n, m, depth), a_scalar(draft, 0)
    name = draft.rng.choice(("np.maximum", "np.minimum"))
    return joined(f"{name}({a.text}, {b.text})", [a, b])


@matrix("where", 0.6)
def where(draft: Draft, n: int, m: int, depth: int) -> Expr:
    tested = matrix_leaf(draft, n, m)
    a, b = a_matrix(draft, n, m, depth), matrix_leaf(draft, n, m)
    threshold = draft.number(-1, 1)
    return joined(f"np.where(({tested.text}) > {threshold}, {a.text}, {b.text})", [a, b])


@matrix("outer", 1.2)
def outer(draft: Draft, n: int, m: int, depth: int) -> Expr:
    a, b = a_vector(draft, n, min(depth, 1)), a_vector(draft, m, 0)
    return Expr(f"np.outer({a.text}, {b.text})", *multiply(a, b), a.active or b.active)


@matrix("transpose", 1.5)
def transposed(draft: Draft, n: int, m: int, depth: int) -> Expr:
    if var := draft.pick_kind(mat(m, n)):
        form = draft.rng.choice(("{}.T", "np.transpose({})", "{}.transpose()"))
        return Expr(form.format(var.name), var.lo, var.hi, var.active, (var.name,))
    a = a_matrix(draft, m, n, min(depth, 1))
    return a._replace(text=f"({a.text}).T")


@matrix("matmul", 2.5)
def product(draft: Draft, n: int, m: int, depth: int) -> Expr:
    k = draft.dim()
    a, b = a_matrix(draft, n, k, min(depth, 1)), matrix_leaf(draft, k, m)
    lo, hi = multiply(a, b)
    form = draft.rng.choice(("({}) @ ({})", "np.dot({}, {})", "({}) @ ({})", "np.matmul({}, {})"))
    return Expr(form.format(a.text, b.text), k * lo, k * hi, a.active or b.active)


@matrix("reshape", 0.8)
def reshaped(draft: Draft, n: int, m: int, depth: int) -> Expr:
    """Lay a vector out as a matrix."""
    if (n * m) <= 6 and draft.chance(0.4):
        parts = [a_scalar(draft, 0) for _ in range(n * m)]
        inside = ", ".join(part.text for part in parts)
        return joined(f"np.array([{inside}]).reshape({n}, {m})", parts)
    a = a_vector(draft, n * m, min(depth, 1))
    form = draft.rng.choice(
        ("({0}).reshape({1}, {2})", "({0}).reshape(({1}, {2}))", "np.reshape({0}, ({1}, -1))")
    )
    return a._replace(text=form.format(a.text, size(draft, n), m))


@matrix("joins", 1.0)
def stacked(draft: Draft, n: int, m: int, depth: int) -> Expr:
    """Stack rows, columns or blocks."""
    if draft.chance(0.35) and n > 1:
        cut = draft.rng.randint(1, n - 1)
        parts = [a_matrix(draft, cut, m, 0), a_matrix(draft, n - cut, m, min(depth, 1))]
        form = draft.rng.choice(("np.concatenate([{}], axis=0)", "np.vstack([{}])"))
    elif draft.chance(0.35) and m > 1:
        cut = draft.rng.randint(1, m - 1)
        parts = [a_matrix(draft, n, cut, 0), a_matrix(draft, n, m - cut, 0)]
        form = draft.rng.choice(("np.concatenate([{}], axis=1)", "np.hstack([{}])"))
    elif n <= 3:
        parts = [a_vector(draft, m, min(depth, 1)) for _ in range(n)]
        form = draft.rng.choice(("np.stack([{}])", "np.array([{}])", "np.vstack([{}])"))
    elif m <= 3:
        parts = [a_vector(draft, n, 0) for _ in range(m)]
        form = draft.rng.choice(("np.stack([{}], axis=1)", "np.column_stack([{}])"))
    else:
        return matrix_leaf(draft, n, m)
    return joined(form.format(", ".join(part.text for part in parts)), parts)


@matrix("constructors", 0.8)
def construct(draft: Draft, n: int, m: int, depth: int) -> Expr:
    a = a_scalar(draft, min(depth, 1))
    lo, hi = min(a.lo, 0.0), max(a.hi, 0.0)
    if n == m and draft.chance(0.5):
        return Expr(f"({a.text}) * np.eye({size(draft, n)})", lo, hi, a.active)
    if draft.chance(0.3) and (var := draft.pick_kind(mat(n, m))):
        return Expr(f"np.zeros_like({var.name}) + ({a.text})", a.lo, a.hi, a.active)
    form = draft.rng.choice(("np.ones(({0}, {1})) * ({2})", "np.full(({0}, {1}), {2})"))
    return Expr(form.format(size(draft, n), m, a.text), a.lo, a.hi, a.active)


@matrix("keepdims", 2.0)
def normalised(draft: Draft, n: int, m: int, depth: int) -> Expr | None:
    """Subtract or divide by a reduction that keeps its axis."""
    var = draft.pick_kind(mat(n, m))
    if var is None:
        return None
    axis = draft.rng.choice((0, 1, -1))
    name = var.name
    text, bound = draft.rng.choice(
        (
            (f"{name} - np.mean({name}, axis={axis}, keepdims=True)", var.hi - var.lo),
            (f"{name} - {name}.max(axis={axis}, keepdims=True)", var.hi - var.lo),
            (f"np.exp({name}) / np.sum(np.exp({name}), axis={axis}, keepdims=True)", 1.0),
            (f"{name} / (1.0 + np.sum({name} ** 2, axis={axis}, keepdims=True))", 1.0),
        )
    )
    return Expr(text, -bound, bound, var.active)


def _larger(draft: Draft, n: int, m: int) -> Var | None:
    def holds(var: Var) -> bool:
        return var.kind.tag == "matrix" and var.kind.shape[0] >= n and var.kind.shape[1] >= m

    return draft.pick(holds)


@matrix("read_block", 1.5)
def read_block(draft: Draft, n: int, m: int, depth: int) -> Expr | None:
    """Read a block, or the whole backwards, or chosen rows."""
    var = _larger(draft, n, m)
    if var is None:
        return None
    rows, columns = var.kind.shape
    top, left = draft.rng.randint(0, rows - n), draft.rng.randint(0, columns - m)
    columns_text = ":" if columns == m else f"{left}:{left + m}"
    if columns == m and draft.chance(0.3):
        picks = [draft.rng.randrange(rows) for _ in range(n)]
        return Expr(f"{var.name}[{picks}]", var.lo, var.hi, var.active)
    if rows == n and draft.chance(0.4):
        rows_text = draft.rng.choice(("::-1", ":"))
    else:
        rows_text = f"{top}:{top + n}"
    text = f"{var.name}[{rows_text}, {columns_text}]"
    return Expr(text, var.lo, var.hi, var.active, (var.name,))


@matrix("copies", 0.4)
def copied(draft: Draft, n: int, m: int, depth: int) -> Expr:
    a = matrix_leaf(draft, n, m)
    form = draft.rng.choice(("({}).copy()", "np.array({})"))
    return Expr(form.format(a.text), a.lo, a.hi, a.active)


@matrix("cumsum", 0.3)
def running_sum(draft: Draft, n: int, m: int, depth: int) -> Expr:
    a = matrix_leaf(draft, n, m)
    axis = draft.rng.choice((0, 1))
    count = (n, m)[axis]
    low, high = min(a.lo, count * a.lo), max(a.hi, count * a.hi)
    return Expr(f"np.cumsum({a.text}, axis={axis})", low, high, a.active)


@matrix("linear_algebra", 0.3)
def inverse(draft: Draft, n: int, m: int, depth: int) -> Expr | None:
    if n != m:
        return None
    a = fit(draft, matrix_leaf(draft, n, n), array=True)
    return Expr(f"np.linalg.inv({3 * n}.0 * np.eye({n}) + {a.text})", -1.0, 1.0, a.active)


@matrix("diag", 0.4)
def diagonal(draft: Draft, n: int, m: int, depth: int) -> Expr | None:
    if n != m:
        return None
    a = vector_leaf(draft, n)
    text = draft.rng.choice((f"np.diag({a.text})", f"({a.text}) * np.eye({n})"))
    return Expr(text, min(a.lo, 0.0), max(a.hi, 0.0), a.active)
