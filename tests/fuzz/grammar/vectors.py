"""Expressions for a vector of known length."""

from __future__ import annotations

from .draft import Draft
from .expressions import (
    a_matrix,
    a_scalar,
    a_vector,
    an_index,
    fit,
    joined,
    leaf,
    positive,
    scalar_leaf,
    size,
    vector_leaf,
)
from .kinds import SCALAR, Expr, Var, mat, multiply, vec
from .registry import vector
from .scalars import apply, binary, raised


@vector("arithmetic", 6.0)
def arithmetic(draft: Draft, n: int, depth: int) -> Expr:
    """Combine two vectors, or a vector and a number, in either order."""
    a = a_vector(draft, n, depth)
    if draft.chance(0.08):
        return Expr(f"-({a.text})", -a.hi, -a.lo, a.active)
    if draft.chance(0.4):
        draft.flip("broadcasting")
        b = a_scalar(draft, min(depth, 1))
        return binary(draft, *((a, b) if draft.chance(0.6) else (b, a)), array=True)
    return binary(draft, a, a_vector(draft, n, depth - draft.rng.randrange(2)), array=True)


@vector("np_elementwise", 2.5)
def elementwise(draft: Draft, n: int, depth: int) -> Expr:
    return apply(draft, a_vector(draft, n, depth), "np", array=True)


@vector("power", 1.0)
def power(draft: Draft, n: int, depth: int) -> Expr:
    if draft.chance(0.15):
        base = fit(draft, positive(draft, vector_leaf(draft, n), array=True), 0.2, 2.0, True)
        return Expr(f"({base.text}) ** np.arange({size(draft, n)})", 0.0, 2.0**n, base.active)
    return raised(draft, a_vector(draft, n, depth), array=True)


@vector("abs", 0.6)
def absolute(draft: Draft, n: int, depth: int) -> Expr:
    a = a_vector(draft, n, depth)
    name = draft.rng.choice(("np.abs", "abs"))
    return Expr(f"{name}({a.text})", 0.0, max(abs(a.lo), abs(a.hi)), a.active)


@vector("maxmin", 0.8)
def larger(draft: Draft, n: int, depth: int) -> Expr:
    a = a_vector(draft, n, depth)
    if draft.chance(0.25):
        lo, hi = draft.number(-1.5, -0.2), draft.number(0.2, 1.5)
        return Expr(f"np.clip({a.text}, {lo}, {hi})", float(lo), float(hi), a.active)
    b = a_vector(draft, n, 0) if draft.chance(0.5) else a_scalar(draft, 0)
    name = draft.rng.choice(("np.maximum", "np.minimum"))
    return joined(f"{name}({a.text}, {b.text})", [a, b])


@vector("where", 0.8)
def where(draft: Draft, n: int, depth: int) -> Expr:
    tested = vector_leaf(draft, n)
    condition = f"({tested.text}) {draft.rng.choice('<>')} {draft.number(-1, 1)}"
    a = a_vector(draft, n, depth)
    b = a_vector(draft, n, 0) if draft.chance(0.6) else a_scalar(draft, 0)
    return joined(f"np.where({condition}, {a.text}, {b.text})", [a, b])


def _longer(draft: Draft, n: int) -> Var | None:
    return draft.pick(lambda v: v.kind.tag == "vector" and v.kind.shape[0] > n)


@vector("read_slice", 1.8)
def read_slice(draft: Draft, n: int, depth: int) -> Expr | None:
    """Read n neighbours of a longer vector; a view of it."""
    var = _longer(draft, n)
    if var is None:
        return None
    length = var.kind.shape[0]
    start = draft.rng.randint(0, length - n)
    first = str(start) if start or draft.chance(0.3) else ""
    last = str(start + n)
    if start + n == length:
        last = draft.rng.choice(("", "", size(draft, length)))
        first = draft.rng.choice((first, f"-{n}"))
    elif draft.chance(0.4):
        last = f"{start + n - length}"
    return Expr(f"{var.name}[{first}:{last}]", var.lo, var.hi, var.active, (var.name,))


@vector("read_strided", 0.7)
def read_strided(draft: Draft, n: int, depth: int) -> Expr | None:
    """Read every other item, or all of them backwards; a view."""
    var = _longer(draft, n) or draft.pick_kind(vec(n))
    if var is None:
        return None
    length = var.kind.shape[0]
    found = [
        text
        for text in ("::-1", "::2", "1::2", "::3", "-1::-2", "-2::-1", ":0:-1", "2::-1", "1:-1")
        if len(range(length)[_as_slice(text)]) == n
    ]
    if not found:
        return None
    text = f"{var.name}[{draft.rng.choice(found)}]"
    return Expr(text, var.lo, var.hi, var.active, (var.name,))


def _as_slice(text: str) -> slice:
    return slice(*(int(part) if part else None for part in text.split(":")))


@vector("read_fancy", 0.7)
def read_fancy(draft: Draft, n: int, depth: int) -> Expr | None:
    """Read by a list or an array of integers, some of them twice."""
    var = draft.pick(lambda v: v.kind.tag == "vector")
    if var is None:
        return None
    length = var.kind.shape[0]
    picks = [draft.rng.randrange(-length if draft.chance(0.15) else 0, length) for _ in range(n)]
    text = repr(picks) if draft.chance(0.6) else f"np.array({picks})"
    return Expr(f"{var.name}[{text}]", var.lo, var.hi, var.active)


@vector("read_mask", 0.8)
def read_mask(draft: Draft, n: int, depth: int) -> Expr | None:
    """Read by a mask that is known when the program is written."""
    var = _longer(draft, n)
    if var is None:
        return None
    length = var.kind.shape[0]
    chosen = draft.rng.sample(range(length), n)
    mask = [place in chosen for place in range(length)]
    return Expr(f"{var.name}[np.array({mask})]", var.lo, var.hi, var.active)


@vector("read_row", 2.0)
def read_row(draft: Draft, n: int, depth: int) -> Expr | None:
    """Read a row, a column or a diagonal of a matrix."""
    var = draft.pick(lambda v: v.kind.tag == "matrix" and n in v.kind.shape)
    if var is None:
        return None
    rows, columns = var.kind.shape
    forms = []
    if columns == n:
        at = an_index(draft, rows)
        forms += [f"{var.name}[{at}]", f"{var.name}[{at}, :]", f"{var.name}[{at}, ...]"]
    if rows == n:
        at = an_index(draft, columns)
        forms += [f"{var.name}[:, {at}]", f"{var.name}[..., {at}]", f"{var.name}.T[{at}]"]
    if rows == columns:
        forms += [f"np.diag({var.name}).copy()"]
    text = draft.rng.choice(forms)
    return Expr(text, var.lo, var.hi, var.active, (var.name,))


@vector("matvec", 3.0)
def matrix_vector(draft: Draft, n: int, depth: int) -> Expr | None:
    """Multiply a matrix by a vector, from the left or from the right."""
    var = draft.pick(lambda v: v.kind.tag == "matrix" and n in v.kind.shape)
    if var is None:
        return None
    rows, columns = var.kind.shape
    if rows == n:
        other = a_vector(draft, columns, min(depth, 1))
        forms = ("{0} @ ({1})", "np.dot({0}, {1})", "{0}.dot({1})", "({1}) @ {0}.T")
    else:
        other = a_vector(draft, rows, min(depth, 1))
        forms = ("({1}) @ {0}", "{0}.T @ ({1})", "np.dot({1}, {0})", "np.matmul({1}, {0})")
    count = columns if rows == n else rows
    lo, hi = multiply(var.expr, other)
    text = draft.rng.choice(forms).format(var.name, other.text)
    return Expr(text, count * lo, count * hi, var.active or other.active)


@vector("axis_reduction", 2.5)
def axis_reduction(draft: Draft, n: int, depth: int) -> Expr | None:
    """Reduce a matrix along one axis."""
    var = draft.pick(lambda v: v.kind.tag == "matrix" and n in v.kind.shape)
    if var is None:
        return None
    axis = draft.rng.choice([a for a in (0, 1) if var.kind.shape[1 - a] == n])
    count = var.kind.shape[axis]
    written = axis - 2 if draft.chance(0.3) else axis
    name = draft.rng.choice(("sum", "sum", "mean", "max", "min"))
    scale = count if name == "sum" else 1
    inner = var.name
    if draft.chance(0.3):
        inner = a_matrix_of(draft, var, depth).text
        return fit(draft, Expr(f"np.mean({inner}, axis={written})", -6.0, 6.0, True), array=True)
    if draft.chance(0.4) and draft.flip("array_methods"):
        text = f"{inner}.{name}(axis={written})"
    else:
        text = f"np.{name}({inner}, axis={written})"
    return Expr(text, scale * var.lo, scale * var.hi, var.active)


def a_matrix_of(draft: Draft, var: Var, depth: int) -> Expr:
    n, m = var.kind.shape
    return a_matrix(draft, n, m, min(depth, 1))


@vector("joins", 1.2)
def join(draft: Draft, n: int, depth: int) -> Expr:
    """Put a vector together from numbers or from shorter vectors."""
    if n <= 3 and draft.chance(0.6) or n == 1:
        parts = [a_scalar(draft, min(depth, 1)) for _ in range(n)]
        inside = ", ".join(part.text for part in parts)
        form = draft.rng.choice(("np.array([{}])", "np.array([{}])", "np.stack([{}])"))
        return joined(form.format(inside), parts)
    cut = draft.rng.randint(1, n - 1)
    parts = [a_vector(draft, cut, min(depth, 1)), a_vector(draft, n - cut, 0)]
    inside = ", ".join(part.text for part in parts)
    if n - cut == 1 and draft.chance(0.4):
        parts[1] = scalar_leaf(draft)
        return joined(f"np.append({parts[0].text}, {parts[1].text})", parts)
    form = draft.rng.choice(("np.concatenate([{}])", "np.hstack([{}])", "np.concatenate(({}))"))
    return joined(form.format(inside), parts)


@vector("constructors", 0.8)
def construct(draft: Draft, n: int, depth: int) -> Expr:
    """Make a vector of zeros or ones and add something that varies."""
    a = a_scalar(draft, min(depth, 1))
    like = draft.pick_kind(vec(n))
    if like is not None and draft.chance(0.5):
        form = draft.rng.choice(("np.zeros_like({0}) + ({1})", "np.ones_like({0}) * ({1})"))
        return Expr(form.format(like.name, a.text), a.lo, a.hi, a.active)
    form = draft.rng.choice(
        (
            "np.ones({0}) * ({1})",
            "np.full({0}, {1})",
            "np.zeros({0}) + ({1})",
            "({1}) * np.ones({0})",
        )
    )
    return Expr(form.format(size(draft, n), a.text), a.lo, a.hi, a.active)


@vector("cumsum", 0.5)
def running_sum(draft: Draft, n: int, depth: int) -> Expr:
    a = a_vector(draft, n, depth)
    text = f"np.cumsum({a.text})"
    if a.text.isidentifier() and draft.chance(0.3):
        text = f"{a.text}.cumsum()"
    return Expr(text, min(a.lo, n * a.lo), max(a.hi, n * a.hi), a.active)


@vector("reshape", 0.6)
def flattened(draft: Draft, n: int, depth: int) -> Expr | None:
    """Lay a matrix out as a vector."""
    var = draft.pick(lambda v: v.kind.tag == "matrix" and v.kind.shape[0] * v.kind.shape[1] == n)
    if var is None:
        return None
    form = draft.rng.choice(
        ("{}.reshape(-1)", "{}.ravel()", "{}.flatten()", f"np.reshape({{}}, {n})", "np.ravel({})")
    )
    return Expr(form.format(var.name), var.lo, var.hi, var.active, (var.name,))


@vector("copies", 0.5)
def copied(draft: Draft, n: int, depth: int) -> Expr:
    a = vector_leaf(draft, n)
    form = draft.rng.choice(("({}).copy()", "np.array({})", "np.copy({})", "1.0 * ({})"))
    return Expr(form.format(a.text), a.lo, a.hi, a.active)


@vector("rearranging", 0.5)
def rearranged(draft: Draft, n: int, depth: int) -> Expr | None:
    """Roll, flip, take differences."""
    if draft.chance(0.4):
        longer = draft.pick_kind(vec(n + 1))
        if longer is None:
            return None
        low, high = longer.lo - longer.hi, longer.hi - longer.lo
        return Expr(f"np.diff({longer.name})", low, high, longer.active)
    a = vector_leaf(draft, n)
    form = draft.rng.choice(("np.roll({}, 1)", "np.roll({}, -1)", "np.flip({})"))
    return Expr(form.format(a.text), a.lo, a.hi, a.active)


@vector("broadcasting", 0.6)
def broadcast(draft: Draft, n: int, depth: int) -> Expr:
    """Broadcast a row against a column and reduce the result again."""
    other = draft.dim()
    a, b = vector_leaf(draft, n), vector_leaf(draft, other)
    lo, hi = multiply(a, b)
    active = a.active or b.active
    if draft.chance(0.5):
        text = f"np.sum(({a.text})[:, None] * ({b.text})[None, :], axis=1)"
    else:
        text = f"(({b.text})[:, np.newaxis] * ({a.text})).sum(axis=0)"
    return Expr(text, other * lo, other * hi, active)


@vector("softmax", 0.4)
def softmax(draft: Draft, n: int, depth: int) -> Expr | None:
    var = draft.pick_kind(vec(n))
    if var is None:
        return None
    name = var.name
    text = draft.rng.choice(
        (
            f"np.exp({name}) / np.sum(np.exp({name}))",
            f"np.exp({name} - np.max({name})) / np.sum(np.exp({name} - np.max({name})))",
            f"{name} - np.log(np.sum(np.exp({name})))",
        )
    )
    return Expr(text, -9.0, 1.0, var.active)


@vector("linear_algebra", 0.6)
def solved(draft: Draft, n: int, depth: int) -> Expr | None:
    """Solve a system whose matrix keeps away from a singular one."""
    var = draft.pick_kind(mat(n, n))
    if var is None:
        return None
    right = vector_leaf(draft, n)
    if draft.chance(0.5):
        text = f"np.einsum('ij,j->i', {var.name}, {right.text})"
    else:
        text = f"np.linalg.solve({4 * n}.0 * np.eye({size(draft, n)}) + {var.name}, {right.text})"
    return fit(draft, Expr(text, -9.0, 9.0, var.active or right.active), array=True)


@vector("ifexp", 0.5)
def either(draft: Draft, n: int, depth: int) -> Expr:
    """Choose between two arrays; which of them it is depends on a number."""
    a, b = leaf(draft, vec(n)), a_vector(draft, n, depth)
    tested = leaf(draft, SCALAR)
    text = f"({a.text}) if ({tested.text}) > {draft.number(-1, 1)} else ({b.text})"
    return joined(text, [a, b])._replace(base=a.base + b.base)
