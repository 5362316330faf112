"""Straight-line statements: assignments in every form that Python has."""

from __future__ import annotations

from . import registry
from .draft import LIMIT, Draft
from .expressions import a_scalar, a_vector, an_index, fit, leaf, of_kind, scalar_leaf
from .kinds import INT, SCALAR, Expr, Kind, Var, mat, vec
from .registry import extra, statement

extra("rebind_kind", "negative_index", "array_methods", "maybe_alias")


def body(draft: Draft, count: int) -> None:
    """Write up to `count` statements, as long as control can get there."""
    for _ in range(count):
        if draft.ended or draft.budget <= 0:
            return
        draft.budget -= 1
        draft.attempt(registry.STATEMENTS, tries=8)


def some_kind(draft: Draft) -> Kind:
    """Draw the kind of a new variable."""
    choice = draft.rng.random()
    if choice < 0.5 or not draft.module.dims:
        return SCALAR
    if choice < 0.84:
        return vec(draft.dim())
    return mat(draft.dim(), draft.dim())


def new_variable(draft: Draft, kind: Kind, depth: int = 2) -> Var:
    """Assign to a name that is new."""
    expr = fit(draft, of_kind(draft, kind, depth), -4.0, 4.0, array=kind.is_array)
    return draft.assign(draft.new_name(kind.tag), kind, expr)


def assignable(draft: Draft) -> Var | None:
    found = [v for v in draft.scope.values() if v.kind.is_number and draft.can_assign(v)]
    return draft.rng.choice(found) if found else None


@statement("assign", 5.0)
def assign(draft: Draft) -> bool:
    new_variable(draft, some_kind(draft))
    return True


@statement("overwrite", 4.0)
def overwrite(draft: Draft) -> bool:
    """Assign again to a variable, mostly from its own old value."""
    var = assignable(draft)
    if var is None:
        return False
    kind = var.kind
    if draft.nesting == 0 and draft.flip("rebind_kind", 0.2):
        kind = some_kind(draft)
    expr = of_kind(draft, kind, 2)
    if kind == var.kind and draft.chance(0.6):
        expr = _with_old_value(draft, var, expr)
    expr = fit(draft, expr, array=kind.is_array)
    draft.assign(var.name, kind, expr)
    return True


def _with_old_value(draft: Draft, var: Var, expr: Expr) -> Expr:
    form, lo, hi = draft.rng.choice(
        (
            ("{0} * ({1})", -9.0, 9.0),
            ("{0} + ({1})", -6.0, 6.0),
            ("{0} - 0.1 * ({1})", -3.0, 3.0),
            ("0.5 * {0} + 0.5 * ({1})", -3.0, 3.0),
        )
    )
    return Expr(form.format(var.name, expr.text), lo, hi, var.active or expr.active)


@statement("augment_name", 3.5)
def augment(draft: Draft) -> bool:
    """Change a float by an augmented assignment, or rebind an array by one in place."""
    var = assignable(draft)
    if var is None or (var.kind.is_array and not draft.can_write_into(var)):
        return False
    write_augmented(draft, var.name, var.kind)
    if var.kind.is_array:
        draft.touch(var, True)
    else:
        lo, hi = min(var.lo, -LIMIT) - 0.5, max(var.hi, LIMIT) + 0.5
        draft.scope[var.name] = var._replace(lo=lo, hi=hi, active=True, used=False)
    return True


def write_augmented(draft: Draft, target: str, kind: Kind) -> None:
    """Write `target op= value` with a value that does not let the target grow much."""
    operator = draft.rng.choice(("+", "+", "-", "*", "*", "/", "**"))
    array = kind.is_array
    source = SCALAR if draft.chance(0.35) else kind
    expr = of_kind(draft, source, 1)
    if operator in "+-":
        text = fit(draft, expr, -1.0, 1.0, array).text
    elif operator == "*":
        text = fit(draft, expr, -1.0, 1.1, array).text
    elif operator == "/":
        text = f"1.0 + ({fit(draft, expr, array=array).text}) ** 2"
    elif draft.on("power") and draft.chance(0.5):
        text = "2"
    else:
        operator, text = "*", draft.number(0.3, 1.2)
    draft.emit(f"{target} {operator}= {text}")


@statement("chained_assign", 0.7)
def chained(draft: Draft) -> bool:
    """Write a = b = expr: for arrays that makes two names of one array."""
    kind = some_kind(draft)
    expr = fit(draft, of_kind(draft, kind, 1), array=kind.is_array)
    one, two = draft.new_name(kind.tag), draft.new_name(kind.tag)
    draft.emit(f"{one} = {two} = {expr.text}")
    first = draft.define(one, kind, expr)
    alias = expr._replace(base=(one,)) if kind.is_array else expr
    draft.define(two, kind, alias, frozen=first.frozen)
    return True


@statement("tuple_assign", 1.2)
def parallel(draft: Draft) -> bool:
    """Assign two or three names at once."""
    kinds = [some_kind(draft) for _ in range(draft.rng.randint(2, 3))]
    parts = [fit(draft, of_kind(draft, kind, 1), array=kind.is_array) for kind in kinds]
    names = [draft.new_name(kind.tag) for kind in kinds]
    draft.emit(f"{', '.join(names)} = {', '.join(f'({part.text})' for part in parts)}")
    for name, kind, part in zip(names, kinds, parts, strict=True):
        draft.define(name, kind, part)
    return True


@statement("starred_assign", 0.6)
def starred(draft: Draft) -> bool:
    """Unpack a vector or a tuple with a star."""
    var = draft.pick(lambda v: v.kind.tag == "vector" and v.kind.shape[0] >= 2)
    if var is None:
        return False
    n = var.kind.shape[0]
    first, rest = draft.new_name("scalar"), draft.new_name("list")
    front = draft.chance(0.6)
    draft.emit(f"{first}, *{rest} = {var.name}" if front else f"*{rest}, {first} = {var.name}")
    item = var.expr._replace(base=())
    draft.define(first, SCALAR, item)
    draft.define(rest, Kind("list", (n - 1,), (SCALAR,) * (n - 1)), item)
    return True


@statement("unpack_vector", 0.6)
def unpack(draft: Draft) -> bool:
    """Unpack a vector into floats, a matrix into rows."""
    var = draft.pick(lambda v: v.kind.is_array and v.kind.shape[0] in (2, 3))
    if var is None:
        return False
    kind = SCALAR if var.kind.tag == "vector" else vec(var.kind.shape[1])
    names = [draft.new_name(kind.tag) for _ in range(var.kind.shape[0])]
    draft.emit(f"{', '.join(names)} = {var.name}")
    for name in names:
        draft.define(name, kind, var.expr if kind.is_array else var.expr._replace(base=()))
    return True


@statement("nested_unpack", 0.5)
def nested_unpack(draft: Draft) -> bool:
    a, b, c = (fit(draft, a_scalar(draft, 1)) for _ in range(3))
    names = [draft.new_name("scalar") for _ in range(3)]
    if draft.chance(0.5):
        draft.emit(f"{names[0]}, ({names[1]}, {names[2]}) = ({a.text}), (({b.text}), ({c.text}))")
    else:
        draft.emit(f"({names[0]}, {names[1]}), {names[2]} = [({a.text}), ({b.text})], ({c.text})")
    for name, expr in zip(names, (a, b, c), strict=True):
        draft.define(name, SCALAR, expr)
    return True


@statement("swap", 1.2)
def swap(draft: Draft) -> bool:
    """Exchange two variables of one kind."""
    one = assignable(draft)
    if one is None:
        return False
    others = [
        v
        for v in draft.scope.values()
        if v.kind == one.kind and v.name != one.name and draft.can_assign(v)
    ]
    if not others:
        return False
    two = draft.rng.choice(others)
    draft.emit(f"{one.name}, {two.name} = {two.name}, {one.name}")
    draft.scope[one.name] = two._replace(name=one.name)
    draft.scope[two.name] = one._replace(name=two.name)
    return True


@statement("annotated", 0.4)
def annotated(draft: Draft) -> bool:
    kind = some_kind(draft)
    expr = fit(draft, of_kind(draft, kind, 2), array=kind.is_array)
    name = draft.new_name(kind.tag)
    draft.emit(f"{name}: {'np.ndarray' if kind.is_array else 'float'} = {expr.text}")
    draft.define(name, kind, expr)
    return True


@statement("walrus", 0.5)
def walrus(draft: Draft) -> bool:
    """Name a part of an expression inside the expression."""
    part = fit(draft, a_scalar(draft, 1))
    inner, outer = draft.new_name("scalar"), draft.new_name("scalar")
    rest = scalar_leaf(draft)
    text = f"({inner} := {part.text}) * ({rest.text}) + {inner}"
    draft.emit(f"{outer} = {text}")
    draft.define(inner, SCALAR, part)
    bound = LIMIT * (1 + max(abs(rest.lo), abs(rest.hi)))
    draft.define(outer, SCALAR, Expr("", -bound, bound, part.active or rest.active))
    return True


@statement("delete", 0.8)
def delete(draft: Draft) -> bool:
    """Delete a name of this block, and maybe use it again for something else."""
    found = [v for v in draft.scope.values() if draft.can_assign(v) and v.used]
    found = [v for v in found if v.name.isidentifier()]
    if draft.nesting or len(found) < 2:
        return False
    var = draft.rng.choice(found)
    draft.emit(f"del {var.name}")
    del draft.scope[var.name]
    if draft.chance(0.5) and var.kind.is_number:
        draft.assign(var.name, var.kind, fit(draft, of_kind(draft, var.kind, 1), array=True))
    return True


@statement("effects", 0.5)
def effect(draft: Draft) -> bool:
    """Write a statement that does nothing to the result: an assert, a message, a bare expression."""
    var = draft.pick(lambda v: v.kind == SCALAR)
    if var is None:
        return False
    name = var.name
    message = draft.new_name("flag")
    draft.emit(
        draft.rng.choice(
            (
                f"assert {name} < 1000.0, 'too large'",
                f"{message} = f'value {{{name}:.3f}}'",
                f"assert np.isfinite({name})",
                "pass",
                "'''A string in the middle.'''",
                f"if {name} > 1000.0:\n"
                + "    " * (draft.indent + 1)
                + "raise ValueError('too large')",
            )
        )
    )
    return True


@statement("shape_reads", 0.8)
def read_shape(draft: Draft) -> bool:
    """Give names to lengths."""
    var = draft.pick(lambda v: v.kind.is_array)
    if var is None:
        return False
    shape = var.kind.shape
    names = [draft.new_name("int") for _ in shape]
    if len(shape) == 2:
        draft.emit(f"{names[0]}, {names[1]} = {var.name}.shape")
    else:
        form = draft.rng.choice(
            ("{} = len({})", "{} = {}.shape[0]", "{} = {}.size", "{}, = {}.shape")
        )
        draft.emit(form.format(names[0], var.name))
    for name, n in zip(names, shape, strict=True):
        draft.define(name, INT, Expr("", n, n, False))
    return True


@statement("flag_variable", 0.5)
def flag(draft: Draft) -> bool:
    """Keep the outcome of a comparison in a variable."""
    tested = leaf(draft, SCALAR)
    name = draft.new_name("flag")
    draft.emit(f"{name} = ({tested.text}) > {draft.number(-1, 1)}")
    draft.define(name, Kind("flag"), Expr("", 0, 1, False))
    return True


@statement("int_from_float", 0.6)
def truncated(draft: Draft) -> bool:
    """Make an integer out of an active float and use it as an index."""
    var = draft.pick(lambda v: v.kind.tag == "vector")
    if var is None:
        return False
    n = var.kind.shape[0]
    tested = fit(draft, a_scalar(draft, 1))
    name = draft.new_name("int")
    draft.emit(f"{name} = int(2.0 * abs({tested.text})) % {n}")
    draft.define(name, INT, Expr("", 0, n - 1, False))
    other = draft.new_name("scalar")
    draft.assign(other, SCALAR, Expr(f"{var.name}[{name}]", var.lo, var.hi, var.active))
    return True


@statement("element_alias", 0.4)
def same_again(draft: Draft) -> bool:
    """Bind another name to the very same value."""
    var = draft.pick(lambda v: v.kind.is_number)
    if var is None:
        return False
    draft.assign(draft.new_name(var.kind.tag), var.kind, var.expr)
    return True


@statement("dead_code", 0.3)
def dead(draft: Draft) -> bool:
    """Compute something that nobody reads."""
    n = draft.dim()
    expr = fit(draft, a_vector(draft, n, 1), array=True)
    text = f"{expr.text}" if draft.chance(0.5) else f"({expr.text})[{an_index(draft, n)}]"
    draft.emit(f"{draft.new_name('vector')} = {text}")
    return True
