"""Writing into arrays: elements, slices, strides, masks, and buffers that are filled in loops."""

from __future__ import annotations

from .assignments import write_augmented
from .conditions import condition
from .draft import LIMIT, Draft
from .expressions import a_scalar, a_vector, an_index, element, fit, leaf, of_kind, size
from .kinds import INT, SCALAR, Expr, Kind, Var, mat, vec
from .registry import extra, statement

extra("empty_buffer", "write_fancy_repeated")


def writable_array(draft: Draft, tag: str = "vector") -> Var:
    """Draw an array that may be written into, or make one."""
    var = draft.owned(lambda v: v.kind.tag == tag)
    if var is not None and draft.chance(0.75):
        return var
    kind = vec(draft.dim()) if tag == "vector" else mat(draft.dim(), draft.dim())
    return fresh_buffer(draft, kind)


def fresh_buffer(draft: Draft, kind: Kind) -> Var:
    """Make an array that nothing else shares."""
    like = draft.pick_kind(kind)
    shape = ", ".join(size(draft, n) for n in kind.shape)
    shape = f"({shape})" if len(kind.shape) > 1 else shape
    forms = [(f"np.zeros({shape})", 0.0, 0.0), (f"np.ones({shape})", 1.0, 1.0)]
    active = False
    if like is not None:
        forms += [(f"{like.name}.copy()", like.lo, like.hi), (f"np.zeros_like({like.name})", 0, 0)]
        forms += [(f"2.0 * {like.name}", 2 * like.lo, 2 * like.hi)] * 2
    text, lo, hi = draft.rng.choice(forms)
    active = like is not None and like.name in text and "zeros" not in text
    return draft.assign(draft.new_name(kind.tag), kind, Expr(text, lo, hi, active))


def _stored(draft: Draft, kind: Kind, depth: int = 2) -> Expr:
    return fit(draft, of_kind(draft, kind, depth), array=kind.is_array)


def _write(draft: Draft, var: Var, place: str, kind: Kind, augmented: bool) -> bool:
    """Write to `var[place]`, which has the given kind."""
    target = f"{var.name}[{place}]"
    if augmented:
        write_augmented(draft, target, kind)
    else:
        source = SCALAR if kind.is_array and draft.chance(0.25) else kind
        draft.emit(f"{target} = {_stored(draft, source).text}")
    draft.touch(var, True)
    return True


@statement("write_index", 3.0)
def write_element(draft: Draft) -> bool:
    var = writable_array(draft)
    return _write(draft, var, an_index(draft, var.kind.shape[0]), SCALAR, False)


@statement("augment_element", 2.5)
def augment_element(draft: Draft) -> bool:
    var = writable_array(draft)
    return _write(draft, var, an_index(draft, var.kind.shape[0]), SCALAR, True)


def _slice(draft: Draft, n: int) -> tuple[str, int]:
    """Draw a slice of n items, and its length."""
    start = draft.rng.randrange(n)
    stop = draft.rng.randint(start + 1, n)
    first = str(start) if start else ""
    last = "" if stop == n else draft.rng.choice((str(stop), str(stop - n)))
    if start and draft.chance(0.2):
        first = str(start - n)
    return f"{first}:{last}", stop - start


@statement("write_slice", 1.5)
def write_slice(draft: Draft) -> bool:
    var = writable_array(draft)
    place, length = _slice(draft, var.kind.shape[0])
    return _write(draft, var, place, vec(length), False)


@statement("augment_slice", 1.3)
def augment_slice(draft: Draft) -> bool:
    var = writable_array(draft)
    place, length = _slice(draft, var.kind.shape[0])
    return _write(draft, var, place, vec(length), True)


@statement("overlapping_slices", 0.8)
def shift(draft: Draft) -> bool:
    """Move items within one array, or combine neighbours: source and target overlap."""
    var = writable_array(draft)
    if var.kind.shape[0] < 3:
        return False
    name, factor = var.name, draft.number(0.2, 0.9)
    draft.emit(
        draft.rng.choice(
            (
                f"{name}[1:] = {name}[:-1] * {factor}",
                f"{name}[:-1] = np.sin({name}[1:])",
                f"{name}[1:] += {factor} * {name}[:-1]",
                f"{name}[1:-1] = 0.5 * ({name}[2:] + {name}[:-2])",
                f"{name}[1:-1] += {factor} * ({name}[2:] - 2.0 * {name}[1:-1] + {name}[:-2])",
                f"{name}[:] = {name}[::-1] * {factor}",
            )
        )
    )
    draft.touch(var, True)
    return True


@statement("write_strided", 0.8)
def write_strided(draft: Draft) -> bool:
    var = writable_array(draft)
    n = var.kind.shape[0]
    place = draft.rng.choice(("::2", "1::2", "::-1", ":"))
    length = {"::2": (n + 1) // 2, "1::2": n // 2}.get(place, n)
    return length > 0 and _write(draft, var, place, vec(length), draft.chance(0.4))


@statement("write_fancy", 1.0)
def write_fancy(draft: Draft) -> bool:
    """Write through a list of integers; repeated ones keep the last value that is written."""
    var = writable_array(draft)
    n = var.kind.shape[0]
    count = draft.rng.randint(1, n)
    picks = draft.rng.sample(range(n), count)
    if draft.flip("write_fancy_repeated", 0.25):
        picks.append(picks[0])
    place = repr(picks) if draft.chance(0.6) else f"np.array({picks})"
    return _write(draft, var, place, vec(len(picks)), draft.chance(0.5))


@statement("write_mask", 0.8)
def write_mask(draft: Draft) -> bool:
    """Write where a condition holds."""
    var = writable_array(draft)
    n = var.kind.shape[0]
    tested = draft.pick_kind(vec(n)) or var
    mask = f"{tested.name} {draft.rng.choice('<>')} {draft.number(-1, 1)}"
    if draft.chance(0.4):
        name = draft.new_name("flag")
        draft.emit(f"{name} = {mask}")
        mask = name
    if draft.chance(0.3):
        factor = draft.number(0.2, 0.9)
        draft.emit(f"{var.name}[{mask}] = {var.name}[{mask}] * {factor}")
        draft.touch(var, True)
        return True
    return _write(draft, var, mask, SCALAR, draft.chance(0.5))


@statement("write_2d", 2.0)
def write_2d(draft: Draft) -> bool:
    """Write an element, a row, a column or a block of a matrix."""
    var = writable_array(draft, "matrix")
    n, m = var.kind.shape
    i, j = an_index(draft, n), an_index(draft, m)
    rows, height = _slice(draft, n)
    place, kind = draft.rng.choice(
        (
            (f"{i}, {j}", SCALAR),
            (f"{i}, {j}", SCALAR),
            (i, vec(m)),
            (f"{i}, :", vec(m)),
            (f":, {j}", vec(n)),
            (f"{rows}, {j}", vec(height)),
            (f"{rows}, :", mat(height, m)),
            (f"..., {j}", vec(n)),
        )
    )
    return _write(draft, var, place, kind, draft.chance(0.45))


# Buffers


def _empty(draft: Draft, n: int) -> tuple[str, str]:
    """Write a statement that makes a buffer, every item of which is written before it is read."""
    name = draft.new_name("vector")
    forms = ["np.zeros({})"]
    if draft.flip("empty_buffer", 0.4):
        forms = ["np.empty({})"]
    draft.emit(f"{name} = {draft.rng.choice(forms).format(size(draft, n))}")
    return name, size(draft, n)


@statement("buffer_fill", 1.8)
def fill(draft: Draft) -> bool:
    """Fill a buffer in a loop, with a function of the items of another array."""
    source = draft.pick(lambda v: v.kind.tag == "vector")
    if source is None:
        return False
    n = source.kind.shape[0]
    factor = leaf(draft, SCALAR)
    name, count = _empty(draft, n)
    index = draft.new_name("int")
    with draft.block(f"for {index} in range({count}):"):
        draft.define(index, INT, Expr("", 0, n - 1, False), fixed=True)
        item = Expr(f"{source.name}[{index}]", source.lo, source.hi, source.active)
        value = _one_of(draft, item, factor)
        if draft.chance(0.3):
            draft.emit(f"if {condition(draft)}:")
            draft.emit(f"    {name}[{index}] = {value.text}")
            draft.emit("else:")
            draft.emit(f"    {name}[{index}] = {_one_of(draft, item, factor).text}")
        else:
            draft.emit(f"{name}[{index}] = {value.text}")
        if draft.chance(0.25):
            draft.emit(f"{name}[{index}] *= {draft.number(0.3, 0.9)}")
    draft.define(name, vec(n), Expr("", -LIMIT, LIMIT, True))
    return True


def _one_of(draft: Draft, item: Expr, factor: Expr) -> Expr:
    form = draft.rng.choice(
        (
            "{0} * ({1})",
            "{0} + ({1})",
            "np.sin({0}) * ({1})",
            "{0} * {0} - ({1})",
            "({1}) - {0} / 2",
        )
    )
    expr = Expr(form.format(item.text, factor.text), -9.0, 9.0, item.active or factor.active)
    return fit(draft, expr)


@statement("buffer_recurrence", 2.2)
def recurrence(draft: Draft) -> bool:
    """Fill a buffer from its own earlier items: y[i] = g(y[i - 1], x[i])."""
    source = draft.pick(lambda v: v.kind.tag == "vector" and v.kind.shape[0] >= 2)
    if source is None:
        return False
    n, x = source.kind.shape[0], source.name
    start = fit(draft, a_scalar(draft, 1))
    y, count = _empty(draft, n)
    i = draft.new_name("int")
    draft.emit(f"{y}[0] = {start.text}")
    backwards = draft.chance(0.2)
    if backwards:
        draft.lines.pop()
        draft.emit(f"{y}[-1] = {start.text}")
        draft.emit(f"for {i} in range({count} - 2, -1, -1):")
        before, after = f"{y}[{i} + 1]", f"{x}[{i} + 1]"
    else:
        draft.emit(f"for {i} in range(1, {count}):")
        before, after = f"{y}[{i} - 1]", f"{x}[{i} - 1]"
    factor = draft.number(0.2, 0.8)
    gain = fit(draft, leaf(draft, SCALAR), -1.0, 1.0)
    form = draft.rng.choice(
        (
            f"np.tanh({before} + {x}[{i}])",
            f"{factor} * {before} + {x}[{i}]",
            f"{before} + 0.1 * ({x}[{i}] - {before})",
            f"np.sin({before} * {x}[{i}]) + {after}",
            f"({gain.text}) * {before} + (1.0 - ({gain.text})) * {x}[{i}]",
            f"{before} * np.cos({x}[{i}])",
        )
    )
    draft.emit(f"    {y}[{i}] = {form}")
    draft.define(y, vec(n), Expr("", -4.0, 4.0, True))
    return True


@statement("buffer_inplace", 1.3)
def in_place(draft: Draft) -> bool:
    """Overwrite the items of an array, one after the other, by what their old values give."""
    var = writable_array(draft)
    if var.kind.shape[0] < 2:
        return False
    n, y = var.kind.shape[0], var.name
    i = draft.new_name("int")
    other = fit(draft, leaf(draft, SCALAR))
    draft.emit(f"for {i} in range(1, {size(draft, n)}):")
    draft.emit(
        "    "
        + draft.rng.choice(
            (
                f"{y}[{i}] = np.sin({y}[{i}] * {y}[{i} - 1])",
                f"{y}[{i}] = {y}[{i}] * 0.5 + {y}[{i} - 1] * ({other.text})",
                f"{y}[{i}] += 0.3 * {y}[{i} - 1]",
                f"{y}[{i}] = np.tanh({y}[{i}]) * np.cos({y}[{i} - 1])",
                f"{y}[{i} - 1] *= np.cos({y}[{i}])",
                f"{y}[{i}], {y}[{i} - 1] = {y}[{i} - 1], {y}[{i}]",
            )
        )
    )
    draft.touch(var, True)
    return True


@statement("buffer_twice", 0.8)
def twice(draft: Draft) -> bool:
    """Write an item, read it, and write it again from what was read."""
    var = writable_array(draft)
    y, at = var.name, an_index(draft, var.kind.shape[0])
    value = fit(draft, a_scalar(draft, 1))
    reader = draft.new_name("scalar")
    draft.emit(f"{y}[{at}] = {value.text}")
    draft.emit(f"{reader} = {y}[{at}] * {y}[{at}]")
    draft.define(reader, SCALAR, Expr("", 0.0, LIMIT * LIMIT, True))
    draft.emit(f"{y}[{at}] = np.sin({y}[{at}]) - 0.2 * {reader}")
    draft.touch(var, True)
    return True


@statement("buffer_2d", 1.0)
def fill_matrix(draft: Draft) -> bool:
    """Fill a table in two nested loops; items may use what stands above or to the left."""
    one = draft.pick(lambda v: v.kind.tag == "vector")
    if one is None:
        return False
    n, m = one.kind.shape[0], draft.dim()
    name = draft.new_name("matrix")
    other = a_vector(draft, m, 0)
    weights = draft.assign(draft.new_name("vector"), vec(m), fit(draft, other, array=True))
    i, j = draft.new_name("int"), draft.new_name("int")
    draft.emit(f"{name} = np.zeros(({size(draft, n)}, {m}))")
    draft.emit(f"for {i} in range({n}):")
    draft.emit(f"    for {j} in range({m}):")
    value = draft.rng.choice(
        (
            f"{one.name}[{i}] * {weights.name}[{j}]",
            f"np.sin({one.name}[{i}] - {weights.name}[{j}])",
            f"{one.name}[{i}] / (1.0 + {weights.name}[{j}] ** 2)",
        )
    )
    draft.emit(f"        {name}[{i}, {j}] = {value}")
    if draft.chance(0.4):
        draft.emit(f"        if {i} > 0:")
        draft.emit(f"            {name}[{i}, {j}] += 0.5 * {name}[{i} - 1, {j}]")
    draft.define(name, mat(n, m), Expr("", -8.0, 8.0, True))
    return True


@statement("scatter_add", 0.7)
def scatter(draft: Draft) -> bool:
    """Accumulate into places that are computed, some of them several times."""
    source = draft.pick(lambda v: v.kind.tag == "vector")
    if source is None:
        return False
    n, bins = source.kind.shape[0], draft.dim()
    name, i = draft.new_name("vector"), draft.new_name("int")
    draft.emit(f"{name} = np.zeros({bins})")
    if draft.chance(0.3):
        picks = [draft.rng.randrange(bins) for _ in range(n)]
        draft.emit(f"np.add.at({name}, {picks}, {source.name})")
    else:
        draft.emit(f"for {i} in range({n}):")
        draft.emit(f"    {name}[({i} * {draft.rng.randint(1, 3)}) % {bins}] += {source.name}[{i}]")
    bound = n * max(abs(source.lo), abs(source.hi))
    draft.define(name, vec(bins), Expr("", -bound, bound, source.active))
    return True


@statement("init_from_element", 0.4)
def accumulate_from_first(draft: Draft) -> bool:
    """Start an accumulator at an element and go on with the others."""
    source = draft.pick(lambda v: v.kind.tag == "vector" and v.kind.shape[0] >= 2)
    if source is None:
        return False
    name, i = draft.new_name("scalar"), draft.new_name("int")
    n = source.kind.shape[0]
    draft.emit(f"{name} = {element(draft, source).text}")
    draft.emit(f"for {i} in range(1, {n}):")
    update = draft.rng.choice(
        (
            "{0} = {0} * 0.5 + {1}",
            "{0} = max({0}, {1})",
            "{0} = np.sin({0} * {1})",
            "{0} += {1} * {1}",
        )
    )
    draft.emit("    " + update.format(name, f"{source.name}[{i}]"))
    bound = n * max(abs(source.lo), abs(source.hi), 1.0) ** 2
    draft.define(name, SCALAR, Expr("", -bound, bound, True))
    return True
