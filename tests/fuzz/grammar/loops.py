"""Loops over everything that can be looped over, and loops that stop when the values say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .assignments import body
from .draft import LIMIT, Branch, Draft, Loop
from .expressions import a_scalar, fit, leaf, of_kind, size
from .kinds import INT, SCALAR, Expr, Var, vec
from .registry import extra, statement

extra(
    "nested_loops", "zero_trip", "loop_var_after", "loop_else", "loop_carried", "loop_local_after"
)

DEEPEST = 3


def may_loop(draft: Draft) -> bool:
    if draft.nesting >= DEEPEST or len(draft.loops) >= 2:
        return False
    return not draft.loops or draft.flip("nested_loops", 0.5)


@contextmanager
def looping(draft: Draft, header: str, trips: int, step: str = "") -> Iterator[Branch]:
    """Write a loop; some of the outer variables may change in it, the others may not."""
    protected = draft.protected
    draft.protected = protected | _choose_protected(draft)
    before = draft.here()
    loop = Loop(step)
    draft.loops.append(loop)
    with draft.block(header) as inside:
        yield inside
    draft.loops.pop()
    draft.protected = protected
    if inside.ended:
        # The body jumps at its end; what it changed before is still seen after the loop.
        inside.ended = False
        inside.scope = {name: inside.scope.get(name, var) for name, var in before.scope.items()}
        draft.join(inside, before)
    elif trips > 0 and not loop.exits and draft.flip("loop_local_after", 0.5):
        draft.join(inside)
    else:
        draft.join(inside, before)


def _choose_protected(draft: Draft) -> frozenset[str]:
    """Choose what a loop leaves alone, and widen what is known of the rest to what may come out."""
    found = [v for v in draft.scope.values() if v.kind.is_number and draft.can_assign(v)]
    chosen = draft.rng.sample(found, min(len(found), draft.rng.randint(1, 4)))
    groups = {v.group for v in chosen if v.kind.is_array}
    changing = {v.name for v in chosen} | {v.name for v in found if v.group in groups}
    for name in changing:
        var = draft.scope[name]
        draft.scope[name] = var._replace(
            lo=min(var.lo, -LIMIT) - 1.0, hi=max(var.hi, LIMIT) + 1.0, active=True
        )
    return frozenset(draft.scope) - changing


def loop_body(draft: Draft) -> None:
    """Write what a loop does: some statements, and at least one value that is carried on."""
    body(draft, draft.rng.choice((1, 1, 2, 2, 3)))
    if not draft.ended:
        carry(draft)
    if draft.chance(0.3):
        body(draft, 1)


def carry(draft: Draft) -> None:
    """Update a variable from its own value of the trip before."""
    found = [v for v in draft.scope.values() if v.kind.is_number and draft.can_assign(v)]
    if not found:
        return
    draft.flip("loop_carried")
    var = draft.rng.choice(found)
    kind, name = var.kind, var.name
    expr = fit(draft, of_kind(draft, kind, 2), -1.0, 1.0, array=kind.is_array)
    form = draft.rng.choice(
        (
            "{0} = {0} + 0.3 * ({1})",
            "{0} = np.tanh({0}) * ({1})",
            "{0} = np.sin({0} + ({1}))",
            "{0} = 0.7 * {0} + ({1})",
            "{0} = {0} * ({1})",
            "{0} = ({1}) - 0.5 * {0}",
            "{0} += {1}",
            "{0} -= 0.5 * ({1})",
        )
    )
    in_place = "+=" in form or "-=" in form
    if in_place and kind.is_array and not draft.can_write_into(var):
        form, in_place = "{0} = {0} + ({1})", False
    draft.emit(form.format(name, expr.text))
    base = (name,) if in_place else ()
    lo, hi = min(var.lo, -LIMIT), max(var.hi, LIMIT)
    draft.define(name, kind, Expr("", lo, hi, True, base))


def _counter(draft: Draft, lo: int, hi: int) -> Var:
    name = draft.new_name("int")
    return draft.define(name, INT, Expr("", min(lo, hi), max(lo, hi), False), fixed=True)


@statement("for_range", 6.0)
def over_range(draft: Draft) -> bool:
    """Loop over a range: with a start, with a step, backwards, over the items of an array."""
    if not may_loop(draft):
        return False
    low = 0 if draft.flip("zero_trip", 0.15) else 1
    trips = draft.rng.randint(low, 4) if not draft.loops else draft.rng.randint(low, 3)
    start, step = draft.rng.choice(((0, 1), (0, 1), (0, 1), (1, 1), (0, 2), (1, 3), (trips, -1)))
    stop = start + step * trips
    values = range(start, stop, step)
    text = f"range({start}, {stop}, {step})" if step != 1 else f"range({start}, {stop})"
    if (start, step) == (0, 1):
        count = size(draft, trips) if trips else "0"
        text = f"range({count})"
        if draft.chance(0.1):
            text = f"reversed(range({count}))" if draft.flip("for_reversed") else text
    counter = draft.new_name("int")
    with looping(draft, f"for {counter} in {text}:", trips):
        ends = (values[0], values[-1]) if trips else (0, 0)
        expr = Expr("", min(ends), max(ends), False)
        draft.define(counter, INT, expr, fixed=True)
        loop_body(draft)
    if counter in draft.scope:
        draft.scope[counter] = draft.scope[counter]._replace(fixed=False)
    elif trips and not draft.ended and draft.flip("loop_var_after", 0.3):
        draft.define(counter, INT, Expr("", min(ends), max(ends), False))
        draft.assign(
            draft.new_name("scalar"),
            SCALAR,
            _scaled(draft, draft.scope[counter], a_scalar(draft, 0)),
        )
    _maybe_else(draft)
    return True


def _scaled(draft: Draft, counter: Var, a: Expr) -> Expr:
    bound = max(abs(counter.lo), abs(counter.hi), 1) * max(abs(a.lo), abs(a.hi))
    return Expr(f"{counter.name} * ({a.text})", -bound, bound, a.active)


def _maybe_else(draft: Draft) -> None:
    """Add an else to the loop that was just written."""
    if draft.ended or not draft.flip("loop_else", 0.08):
        return
    if not _loop_is_last(draft):
        return
    before = draft.here()
    with draft.block("else:") as finished:
        body(draft, 1)
    draft.join(finished, before)


def _loop_is_last(draft: Draft) -> bool:
    """Tell whether what was just written at this depth is a loop."""
    margin = "    " * draft.indent
    for line in reversed(draft.lines):
        text = line.split("\n")[0]
        if text.startswith(margin) and not text.startswith(margin + " "):
            return text.strip().startswith(("for ", "while "))
    return False


@statement("for_array", 2.2)
def over_items(draft: Draft) -> bool:
    """Loop over the floats of a vector."""
    if not may_loop(draft):
        return False
    var = draft.pick(lambda v: v.kind.tag == "vector")
    if var is None:
        return False
    item = draft.new_name("scalar")
    over = var.name
    if draft.chance(0.2) and draft.on("for_reversed"):
        draft.flip("for_reversed")
        over = draft.rng.choice((f"reversed({over})", f"{over}[::-1]"))
    elif draft.chance(0.1):
        over = f"2.0 * {over}"
    with looping(draft, f"for {item} in {over}:", var.kind.shape[0]):
        draft.define(item, SCALAR, Expr("", 2 * min(var.lo, 0), 2 * max(var.hi, 0), var.active))
        loop_body(draft)
    return True


@statement("for_rows", 2.5)
def over_rows(draft: Draft) -> bool:
    """Loop over the rows, or the columns, of a matrix."""
    if not may_loop(draft):
        return False
    var = draft.pick(lambda v: v.kind.tag == "matrix")
    if var is None:
        return False
    n, m = var.kind.shape
    over, trips, length = (var.name, n, m) if draft.chance(0.75) else (f"{var.name}.T", m, n)
    row = draft.new_name("vector")
    with looping(draft, f"for {row} in {over}:", trips):
        draft.define(row, vec(length), var.expr, frozen=True)
        loop_body(draft)
    return True


@statement("for_enumerate", 1.8)
def over_enumerate(draft: Draft) -> bool:
    if not may_loop(draft):
        return False
    var = draft.pick(lambda v: v.kind.is_array)
    if var is None:
        return False
    trips = var.kind.shape[0]
    index, item = draft.new_name("int"), draft.new_name("scalar")
    start = draft.rng.choice((0, 0, 0, 1))
    over = f"enumerate({var.name})" if not start else f"enumerate({var.name}, 1)"
    with looping(draft, f"for {index}, {item} in {over}:", trips):
        draft.define(index, INT, Expr("", start, start + trips - 1, False), fixed=True)
        _define_item(draft, item, var)
        loop_body(draft)
    return True


def _define_item(draft: Draft, name: str, var: Var) -> None:
    """Put into scope what a loop over an array runs through."""
    if var.kind.tag == "vector":
        draft.define(name, SCALAR, var.expr._replace(base=()))
    else:
        draft.define(name, vec(var.kind.shape[1]), var.expr, frozen=True)


@statement("for_zip", 1.8)
def over_pairs(draft: Draft) -> bool:
    """Loop over two arrays at once; the shorter one ends the loop."""
    if not may_loop(draft):
        return False
    one = draft.pick(lambda v: v.kind.is_array)
    other = draft.pick(lambda v: v.kind.is_array)
    if one is None or other is None:
        return False
    trips = min(one.kind.shape[0], other.kind.shape[0])
    a, b = draft.new_name("scalar"), draft.new_name("scalar")
    header = f"for {a}, {b} in zip({one.name}, {other.name}):"
    index = None
    if draft.on("for_enumerate") and draft.chance(0.15):
        draft.flip("for_enumerate")
        index = draft.new_name("int")
        header = f"for {index}, ({a}, {b}) in enumerate(zip({one.name}, {other.name})):"
    with looping(draft, header, trips):
        if index is not None:
            draft.define(index, INT, Expr("", 0, trips - 1, False), fixed=True)
        _define_item(draft, a, one)
        _define_item(draft, b, other)
        loop_body(draft)
    return True


@statement("for_list", 1.2)
def over_literal(draft: Draft) -> bool:
    """Loop over a literal list or tuple of numbers, or over variables."""
    if not may_loop(draft):
        return False
    kind = SCALAR if draft.chance(0.7) else vec(draft.dim())
    parts = [
        fit(draft, leaf(draft, kind), array=kind.is_array) for _ in range(draft.rng.randint(2, 3))
    ]
    inside = ", ".join(f"({part.text})" for part in parts)
    over = draft.rng.choice((f"[{inside}]", f"({inside},)"))
    item = draft.new_name(kind.tag)
    active = any(part.active for part in parts)
    with looping(draft, f"for {item} in {over}:", len(parts)):
        draft.define(item, kind, Expr("", -LIMIT, LIMIT, active), frozen=kind.is_array)
        loop_body(draft)
    return True


@statement("while_counter", 2.5)
def while_counter(draft: Draft) -> bool:
    """Count in a while loop, upwards or downwards."""
    if not may_loop(draft):
        return False
    low = 0 if draft.flip("zero_trip", 0.12) else 1
    trips = draft.rng.randint(low, 4 - len(draft.loops))
    name = draft.new_name("int")
    upwards = draft.chance(0.7)
    draft.emit(f"{name} = {0 if upwards else trips}")
    header, step = f"while {name} < {size(draft, trips)}:", f"{name} += 1"
    if not upwards:
        header, step = f"while {name} > 0:", f"{name} -= 1"
    lo, hi = (0, trips - 1) if upwards else (1, trips)
    with looping(draft, header, trips, step):
        draft.define(name, INT, Expr("", lo, max(lo, hi), False), fixed=True)
        early = draft.chance(0.2)
        if early:
            draft.loops[-1].step = ""
            draft.emit(step)
            shift = 1 if upwards else -1
            expr = Expr("", lo + shift, max(lo, hi) + shift, False)
            draft.define(name, INT, expr, fixed=True)
        loop_body(draft)
        if not early and not draft.ended:
            draft.emit(step)
    draft.define(name, INT, Expr("", 0, trips, False), fixed=False)
    _maybe_else(draft)
    return True


@statement("while_data", 2.5)
def while_data(draft: Draft) -> bool:
    """Loop until a value has become small or large; how often that is depends on the input."""
    if not may_loop(draft):
        return False
    name = draft.new_name("scalar")
    around = fit(draft, a_scalar(draft, 1), -1.0, 1.0)
    shrinking = draft.chance(0.6)
    start = f"1.5 + 0.4 * ({around.text})"
    draft.emit(f"{name} = {start}")
    guard = draft.new_name("int")
    if shrinking:
        test, step = (
            f"{name} > {draft.number(0.3, 0.8)}",
            f"{name} = {name} * {draft.number(0.4, 0.7)}",
        )
    else:
        test = f"{name} < {draft.number(2.5, 5.0)}"
        step = f"{name} = {name} * 1.3 + {draft.number(0.2, 0.6)}"
    if draft.chance(0.35):
        step = step.replace(f"{name} = ", f"{name} = 0.1 * ({leaf_in(draft).text}) + ", 1)
    draft.emit(f"{guard} = 0")
    with looping(draft, f"while {test} and {guard} < 6:", 1, f"{guard} += 1"):
        draft.loops[-1].exits = True
        draft.emit(step)
        draft.define(name, SCALAR, Expr("", 0.0, 6.0, True))
        draft.define(guard, INT, Expr("", 0, 5, False), fixed=True)
        draft.protected -= {name}
        loop_body(draft)
        if not draft.ended:
            draft.emit(f"{guard} += 1")
    draft.define(name, SCALAR, Expr("", -0.5, 8.0, True))
    draft.define(guard, INT, Expr("", 0, 6, False))
    return True


def leaf_in(draft: Draft) -> Expr:
    return fit(draft, leaf(draft, SCALAR), -1.0, 1.0)
