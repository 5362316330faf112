"""Two names for one memory: views that are written, aliases, buffers that change places."""

from __future__ import annotations

from .assignments import write_augmented
from .draft import Draft
from .expressions import a_scalar, a_vector, an_index, fit, leaf
from .kinds import INT, SCALAR, Expr, Kind, Var, list_of, mat, vec
from .registry import statement
from .subscripts import fresh_buffer, writable_array


def _free_to_bind(draft: Draft) -> bool:
    """In a loop a view of a buffer would need a place among the names that may change."""
    return not draft.loops


def _mutate(draft: Draft, name: str, kind: Kind) -> None:
    """Change the memory behind a name in place, in one of the ways that there are."""
    n = kind.shape[0]
    choice = draft.rng.randrange(4)
    if choice == 0:
        write_augmented(draft, name, kind)
    elif choice == 1 and kind.tag == "vector":
        write_augmented(draft, f"{name}[{an_index(draft, n)}]", SCALAR)
    elif choice == 2 and kind.tag == "vector":
        draft.emit(f"{name}[{an_index(draft, n)}] = {fit(draft, a_scalar(draft, 1)).text}")
    else:
        place = "..." if kind.tag == "matrix" else draft.rng.choice((":", "..."))
        write_augmented(draft, f"{name}[{place}]", kind)


def _view(draft: Draft, var: Var, text: str, kind: Kind) -> Var:
    expr = Expr(text, var.lo, var.hi, var.active, (var.name,))
    return draft.assign(draft.new_name(kind.tag), kind, expr)


def _write_through(draft: Draft, var: Var, text: str, kind: Kind) -> bool:
    """Bind a view, then write through one of the two names and maybe through the other."""
    view = _view(draft, var, text, kind)
    if draft.chance(0.25):
        _mutate(draft, var.name, var.kind)
    if draft.chance(0.85):
        _mutate(draft, view.name, kind)
    draft.touch(draft.scope[var.name], True)
    return True


@statement("view_slice_write", 1.2)
def slice_view(draft: Draft) -> bool:
    """Write v = y[1:]; v *= 2.0."""
    var = writable_array(draft)
    if not _free_to_bind(draft) or var.kind.shape[0] < 2:
        return False
    n = var.kind.shape[0]
    place, length = draft.rng.choice(
        (("1:", n - 1), (":-1", n - 1), (":2", 2), ("-2:", 2), ("::2", (n + 1) // 2), ("::-1", n))
    )
    return _write_through(draft, var, f"{var.name}[{place}]", vec(length))


@statement("alias_write", 1.2)
def alias(draft: Draft) -> bool:
    """Write v = y; v *= 2.0, which changes y."""
    var = writable_array(draft, draft.rng.choice(("vector", "vector", "matrix")))
    if not _free_to_bind(draft):
        return False
    return _write_through(draft, var, var.name, var.kind)


@statement("row_view", 1.0)
def row_view(draft: Draft) -> bool:
    """Write row = A[i]; row[j] = value."""
    var = writable_array(draft, "matrix")
    if not _free_to_bind(draft):
        return False
    n, m = var.kind.shape
    text, length = draft.rng.choice(
        (
            (f"{var.name}[{an_index(draft, n)}]", m),
            (f"{var.name}[{an_index(draft, n)}, :]", m),
            (f"{var.name}[:, {an_index(draft, m)}]", n),
        )
    )
    return _write_through(draft, var, text, vec(length))


@statement("reshape_view", 0.6)
def reshape_view(draft: Draft) -> bool:
    """Write through a transposed or a reshaped view."""
    var = writable_array(draft, draft.rng.choice(("vector", "matrix")))
    if not _free_to_bind(draft):
        return False
    if var.kind.tag == "matrix":
        n, m = var.kind.shape
        text, kind = draft.rng.choice(
            (
                (f"{var.name}.T", mat(m, n)),
                (f"{var.name}.reshape(-1)", vec(n * m)),
                (f"{var.name}.ravel()", vec(n * m)),
            )
        )
    else:
        n = var.kind.shape[0]
        text, kind = draft.rng.choice(
            (
                (f"{var.name}.reshape(1, {n})", mat(1, n)),
                (f"{var.name}.reshape({n}, 1)", mat(n, 1)),
                (f"{var.name}[:, None]", mat(n, 1)),
            )
        )
    return _write_through(draft, var, text, kind)


@statement("view_read_later", 0.8)
def read_later(draft: Draft) -> bool:
    """Take a view, change what it shows, and read the view afterwards."""
    var = writable_array(draft)
    if not _free_to_bind(draft) or var.kind.shape[0] < 2:
        return False
    before = draft.new_name("scalar")
    view = _view(draft, var, f"{var.name}[1:]", vec(var.kind.shape[0] - 1))
    draft.emit(f"{before} = np.sum({view.name} ** 2)")
    bound = max(abs(var.lo), abs(var.hi)) ** 2 * var.kind.shape[0]
    draft.define(before, SCALAR, Expr("", 0.0, bound, var.active))
    _mutate(draft, var.name, var.kind)
    draft.touch(draft.scope[var.name], True)
    after = draft.new_name("scalar")
    draft.emit(f"{after} = np.sum({view.name}) * {before}")
    draft.define(after, SCALAR, Expr("", -bound * 9, bound * 9, True))
    return True


@statement("element_then_write", 0.7)
def read_then_write(draft: Draft) -> bool:
    """Read an element as a float, overwrite it, and use both values."""
    var = writable_array(draft)
    if draft.loops:
        return False
    at = an_index(draft, var.kind.shape[0])
    old = draft.new_name("scalar")
    draft.emit(f"{old} = {var.name}[{at}]")
    draft.define(old, SCALAR, Expr("", var.lo, var.hi, var.active))
    draft.emit(f"{var.name}[{at}] = np.sin({fit(draft, leaf(draft, SCALAR)).text})")
    draft.touch(var, True)
    new = draft.new_name("scalar")
    draft.emit(f"{new} = {old} * {var.name}[{at}]")
    bound = max(abs(var.lo), abs(var.hi), 1.0) * 2
    draft.define(new, SCALAR, Expr("", -bound, bound, True))
    return True


@statement("saved_then_written", 0.6)
def used_nonlinearly(draft: Draft) -> bool:
    """Use an array where its value is needed again for the derivative, then change it in place."""
    var = writable_array(draft)
    if not _free_to_bind(draft):
        return False
    n = var.kind.shape[0]
    kept = draft.new_name("vector")
    form = draft.rng.choice(("{0} * {0}", "np.sin({0})", "np.exp(0.5 * {0})", "{0} ** 3"))
    bound = max(abs(var.lo), abs(var.hi), 1.0)
    draft.emit(f"{kept} = {form.format(var.name)}")
    draft.define(kept, vec(n), Expr("", -max(bound**3, 3.0), max(bound**3, 3.0), var.active))
    _mutate(draft, var.name, var.kind)
    draft.touch(draft.scope[var.name], True)
    return True


@statement("double_buffer", 1.0)
def double_buffer(draft: Draft) -> bool:
    """Compute one buffer from the other and let them change places, step by step."""
    source = draft.pick(lambda v: v.kind.tag == "vector" and v.kind.shape[0] >= 3)
    if source is None:
        return False
    kind = source.kind
    u, v = draft.new_name("vector"), draft.new_name("vector")
    draft.emit(f"{u} = {source.name}.copy()")
    draft.emit(f"{v} = {draft.rng.choice((f'np.zeros_like({u})', f'{u}.copy()'))}")
    i = draft.new_name("int")
    rate = fit(draft, leaf(draft, SCALAR), -1.0, 1.0)
    draft.emit(f"for {i} in range({draft.rng.randint(1, 4)}):")
    if draft.chance(0.5):
        j = draft.new_name("int")
        draft.emit(f"    for {j} in range(1, {kind.shape[0] - 1}):")
        draft.emit(
            f"        {v}[{j}] = {u}[{j}] + 0.2 * ({rate.text}) * "
            f"({u}[{j} - 1] - 2.0 * {u}[{j}] + {u}[{j} + 1])"
        )
    else:
        draft.emit(
            f"    {v}[1:-1] = {u}[1:-1] + 0.3 * np.sin({u}[2:] * ({rate.text})) - 0.1 * {u}[:-2]"
        )
    if draft.chance(0.5):
        draft.emit(f"    {v}[0] = {v}[1]")
    draft.emit(f"    {u}, {v} = {v}, {u}")
    bound = max(abs(source.lo), abs(source.hi), 1.0) * 4
    draft.define(u, kind, Expr("", -bound, bound, True))
    draft.define(v, kind, Expr("", -bound, bound, True))
    return True


@statement("rows_in_place", 0.7)
def rows_in_place(draft: Draft) -> bool:
    """Walk over the rows of a matrix and change each of them in place."""
    var = writable_array(draft, "matrix")
    if draft.loops:
        return False
    m = var.kind.shape[1]
    row, i = draft.new_name("vector"), draft.new_name("int")
    factor = fit(draft, leaf(draft, SCALAR), -1.0, 1.0)
    if draft.chance(0.5):
        draft.emit(f"for {row} in {var.name}:")
    else:
        draft.emit(f"for {i}, {row} in enumerate({var.name}):")
    draft.emit(
        "    "
        + draft.rng.choice(
            (
                f"{row} *= {factor.text}",
                f"{row}[0] = {row}[{m - 1}] * ({factor.text})",
                f"{row} -= np.mean({row})",
                f"{row}[:] = np.sin({row})",
            )
        )
    )
    draft.touch(var, True)
    return True


@statement("list_of_buffers", 0.7)
def kept_history(draft: Draft) -> bool:
    """Append an array to a list while it keeps changing: with a copy, or without one."""
    n = draft.dim()
    var = fresh_buffer(draft, vec(n))
    name, i = draft.new_name("list"), draft.new_name("int")
    steps = draft.rng.randint(1, 3)
    copied = draft.chance(0.6)
    drive = fit(draft, a_vector(draft, n, 1), -1.0, 1.0, array=True)
    draft.emit(f"{name} = []")
    draft.emit(f"for {i} in range({steps}):")
    draft.emit(f"    {var.name} {draft.rng.choice('+-*')}= {drive.text}")
    draft.emit(f"    {name}.append({var.name}{'.copy()' if copied else ''})")
    draft.touch(var, True)
    base = () if copied else (var.name,)
    bound = max(abs(var.lo), abs(var.hi)) + steps
    draft.define(name, list_of(vec(n), steps), Expr("", -bound, bound, True, base), frozen=True)
    return True


@statement("copy_or_not", 0.5)
def rebound_not_written(draft: Draft) -> bool:
    """Write v = y; v = v * 2.0, which leaves y alone."""
    var = draft.pick(lambda v: v.kind.is_array)
    if var is None or not _free_to_bind(draft):
        return False
    view = _view(draft, var, var.name, var.kind)
    drive = fit(draft, leaf(draft, SCALAR), -1.0, 1.0)
    draft.emit(f"{view.name} = {view.name} * ({drive.text})")
    draft.define(view.name, var.kind, Expr("", 3 * min(var.lo, 0.0), 3 * max(var.hi, 0.0), True))
    if draft.chance(0.4):
        draft.emit(f"{view.name} *= {draft.number(0.3, 0.9)}")
    return True


@statement("scalar_to_vector", 0.8)
def growing_accumulator(draft: Draft) -> bool:
    """Start at 0.0 and add vectors: the accumulator changes its shape in the first trip."""
    n = draft.dim()
    s, i = draft.new_name("scalar"), draft.new_name("int")
    draft.emit(f"{s} = {draft.rng.choice(('0.0', '0', '0.0', '1.0'))}")
    trips = draft.rng.randint(1, 3)
    with draft.block(f"for {i} in range({trips}):"):
        draft.define(i, INT, Expr("", 0, trips - 1, False), fixed=True)
        term = fit(draft, a_vector(draft, n, 1), array=True)
        draft.emit(f"{s} = {s} + {term.text}" if draft.chance(0.6) else f"{s} += {term.text}")
    bound = trips * 2.0 + 1
    draft.define(s, vec(n), Expr("", -bound, bound, True))
    return True
