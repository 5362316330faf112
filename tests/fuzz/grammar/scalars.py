"""Expressions for a float: arithmetic, functions, what arrays reduce to."""

from __future__ import annotations

import math

from .draft import LIMIT, Draft
from .expressions import a_scalar, a_vector, constant, element, fit, leaf, positive, size
from .kinds import INT, SCALAR, Expr, Var, add, divide, mat, multiply, subtract
from .registry import scalar


def binary(draft: Draft, a: Expr, b: Expr, array: bool = False) -> Expr:
    """Combine two numbers by an operator; the divisor is kept away from zero."""
    operator = draft.rng.choice("++--***/")
    active = a.active or b.active
    if operator == "/":
        b = positive(draft, b, array)
        return Expr(f"({a.text}) / ({b.text})", *divide(a, b), active)
    bounds = {"+": add, "-": subtract, "*": multiply}[operator]
    return Expr(f"({a.text}) {operator} ({b.text})", *bounds(a, b), active)


@scalar("arithmetic", 6.0)
def arithmetic(draft: Draft, depth: int) -> Expr:
    if draft.chance(0.08):
        a = a_scalar(draft, depth)
        return Expr(f"-({a.text})", -a.hi, -a.lo, a.active)
    return binary(draft, a_scalar(draft, depth), a_scalar(draft, depth - draft.rng.randrange(2)))


# name: (lowest argument, highest argument, result range or None where the function is monotone)
FUNCTIONS: dict[str, tuple[float, float, tuple[float, float] | None]] = {
    "sin": (-99, 99, (-1, 1)),
    "cos": (-99, 99, (-1, 1)),
    "tanh": (-99, 99, (-1, 1)),
    "exp": (-3, 1.5, None),
    "log": (0.2, 99, None),
    "sqrt": (0.15, 99, None),
    "sinh": (-1.5, 1.5, None),
    "cosh": (-1.5, 1.5, (1, 2.4)),
    "log1p": (-0.6, 99, None),
    "expm1": (-3, 1.5, None),
    "arctan": (-99, 99, None),
}
# The same function under the names that only NumPy, and only math, has for it.
ONLY_NUMPY = {"square": (-2.2, 2.2, (0, 4.9)), "reciprocal": (0.3, 99, (0, 3.4))}
ALIASES = {"arctan": "atan"}


def apply(draft: Draft, expr: Expr, module: str, array: bool) -> Expr:
    """Apply an elementary function of `module`, after bringing the argument into its domain."""
    table = FUNCTIONS if module == "math" else {**FUNCTIONS, **ONLY_NUMPY}
    name = draft.rng.choice(list(table))
    lowest, highest, result = table[name]
    if lowest > 0:
        expr = positive(draft, expr, array)
    expr = fit(draft, expr, lowest, highest, array)
    if result is None:
        function = getattr(math, ALIASES.get(name, name))
        result = function(expr.lo), function(expr.hi)
    written = ALIASES.get(name, name) if module == "math" else name
    return Expr(f"{module}.{written}({expr.text})", *result, expr.active)


@scalar("np_elementwise", 2.0)
def numpy_function(draft: Draft, depth: int) -> Expr:
    return apply(draft, a_scalar(draft, depth), "np", False)


@scalar("math_functions", 1.5)
def math_function(draft: Draft, depth: int) -> Expr:
    return apply(draft, a_scalar(draft, depth), "math", False)


@scalar("power", 1.5)
def power(draft: Draft, depth: int) -> Expr:
    return raised(draft, a_scalar(draft, depth), False)


def raised(draft: Draft, base: Expr, array: bool) -> Expr:
    """Raise to an integer, to a float, to something that varies, or a constant to something."""
    rng = draft.rng
    choice = rng.randrange(6)
    if choice <= 1:
        base = fit(draft, base, -1.8, 1.8, array)
        exponent = rng.choice(("2", "3", "2.0", "2", "1", "0"))
        text = f"({base.text}) ** {exponent}"
        if draft.chance(0.2):
            text = f"np.power({base.text}, {exponent})"
        bound = max(1.0, abs(base.lo), abs(base.hi)) ** float(exponent)
        return Expr(text, -bound, bound, base.active)
    if choice == 2:
        base = fit(draft, base, -2.0, 2.0, array)
        return Expr(f"{rng.choice(('2.0', '0.5', '1.5'))} ** ({base.text})", 0.25, 4.0, base.active)
    base = fit(draft, positive(draft, base, array), 0.2, 3.0, array)
    if choice <= 4:
        exponent = rng.choice(("0.5", "1.5", "-1", "-0.5", "-2", "2.5"))
        ends = base.lo ** float(exponent), base.hi ** float(exponent)
        return Expr(f"({base.text}) ** ({exponent})", min(ends), max(ends), base.active)
    exponent_expr = fit(draft, a_scalar(draft, 1), -1.5, 1.5)
    # A helper's closed form for such a bound would be longer than the generous one.
    active = base.active or exponent_expr.active
    return Expr(f"({base.text}) ** ({exponent_expr.text})", 0.05, 12.0, active)


@scalar("abs")
def absolute(draft: Draft, depth: int) -> Expr:
    a = a_scalar(draft, depth)
    name = draft.rng.choice(("abs", "np.abs", "abs"))
    return Expr(f"{name}({a.text})", 0.0, max(abs(a.lo), abs(a.hi)), a.active)


@scalar("maxmin")
def larger(draft: Draft, depth: int) -> Expr:
    """Draw the larger or the smaller one of two or three."""
    parts = [a_scalar(draft, depth) for _ in range(2)]
    if draft.chance(0.3):
        parts[1] = constant(draft)
    name = draft.rng.choice(("max", "min", "np.maximum", "np.minimum", "max"))
    if not name.startswith("np") and draft.chance(0.25):
        parts.append(leaf(draft, SCALAR))
    texts = ", ".join(part.text for part in parts)
    lo, hi = min(part.lo for part in parts), max(part.hi for part in parts)
    return Expr(f"{name}({texts})", lo, hi, any(part.active for part in parts))


def _array(draft: Draft) -> Var | None:
    return draft.pick(lambda v: v.kind.is_array)


@scalar("reduction", 3.0)
def reduction(draft: Draft, depth: int) -> Expr | None:
    """Reduce a whole array, by a function or by a method."""
    var = _array(draft)
    if var is None:
        return None
    count = math.prod(var.kind.shape)
    inner = var.expr
    if depth > 0 and var.kind.tag == "vector" and draft.chance(0.5):
        inner = a_vector(draft, count, depth)
    name = draft.rng.choice(("sum", "sum", "sum", "mean", "max", "min", "prod"))
    lo, hi = inner.lo, inner.hi
    if name == "sum":
        lo, hi = count * lo, count * hi
    elif name == "prod":
        inner = fit(draft, inner, -1.2, 1.2, array=True)
        lo, hi = -(1.2**count), 1.2**count
    if draft.chance(0.35) and draft.flip("array_methods"):
        return Expr(f"({inner.text}).{name}()", lo, hi, inner.active)
    return Expr(f"np.{name}({inner.text})", lo, hi, inner.active)


@scalar("dot", 1.5)
def inner_product(draft: Draft, depth: int) -> Expr | None:
    var = draft.pick(lambda v: v.kind.tag == "vector")
    if var is None:
        return None
    n = var.kind.shape[0]
    other = a_vector(draft, n, min(depth, 1))
    lo, hi = multiply(var.expr, other)
    active = var.active or other.active
    form = draft.rng.choice(
        ("{} @ ({})", "np.dot({}, {})", "np.sum({} * ({}))", "{}.dot({})", "np.inner({}, {})")
    )
    return Expr(form.format(var.name, other.text), n * lo, n * hi, active)


@scalar("read_index", 3.0)
def read_element(draft: Draft, depth: int) -> Expr | None:
    var = _array(draft)
    return element(draft, var) if var else None


@scalar("casts", 0.6)
def cast(draft: Draft, depth: int) -> Expr | None:
    """Use float() on an active value, or an integer count as a factor."""
    if draft.chance(0.5):
        a = a_scalar(draft, depth)
        return a._replace(text=f"float({a.text})", base=())
    var = draft.pick(lambda v: v.kind == INT and abs(v.lo) < 6 and abs(v.hi) < 6)
    if var is None:
        return None
    a = a_scalar(draft, depth)
    return Expr(f"float({var.name}) * ({a.text})", *multiply(var.expr, a), a.active)


@scalar("int_arithmetic", 1.0)
def times_integer(draft: Draft, depth: int) -> Expr | None:
    """Mix an integer variable into float arithmetic."""
    var = draft.pick(lambda v: v.kind == INT and abs(v.lo) < 6 and abs(v.hi) < 6)
    if var is None:
        return None
    a = a_scalar(draft, depth)
    if draft.chance(0.3):
        near = fit(draft, a)
        return Expr(f"({near.text}) / ({var.name} + 7)", -LIMIT, LIMIT, a.active)
    return binary(draft, a, var.expr)


@scalar("floor_mod", 0.5)
def floor_or_remainder(draft: Draft, depth: int) -> Expr:
    """Use % and //; their jumps must keep away from the sample point."""
    a = fit(draft, a_scalar(draft, depth))
    step = draft.rng.choice(("0.7", "1.3", "2.0", "0.9"))
    if draft.chance(0.6):
        return Expr(f"({a.text}) % {step}", 0.0, float(step), a.active)
    b = a_scalar(draft, 0)
    text = f"(({a.text}) // {step}) * ({b.text})"
    steps = Expr("", -LIMIT / 0.7 - 1, LIMIT / 0.7 + 1, False)
    return Expr(text, *multiply(steps, b), b.active)


@scalar("len_factor", 0.6)
def per_item(draft: Draft, depth: int) -> Expr | None:
    """Divide by a length, the way averages are written."""
    var = draft.pick(lambda v: v.kind.tag == "vector")
    if var is None:
        return None
    n = var.kind.shape[0]
    lo, hi = var.lo, var.hi
    return Expr(f"np.sum({var.name}) / {size(draft, n)}", lo, hi, var.active)


@scalar("norm", 0.5)
def norm(draft: Draft, depth: int) -> Expr | None:
    var = _array(draft)
    if var is None:
        return None
    bound = math.sqrt(math.prod(var.kind.shape)) * max(abs(var.lo), abs(var.hi))
    if draft.chance(0.5):
        return Expr(f"np.sqrt(0.1 + np.sum({var.name} ** 2))", 0.3, bound + 0.4, var.active)
    return Expr(f"np.linalg.norm({var.name})", 0.0, bound, var.active)


@scalar("masked_sum", 0.5)
def masked_sum(draft: Draft, depth: int) -> Expr | None:
    """Sum what a boolean mask selects; how much that is depends on the values."""
    var = _array(draft)
    if var is None:
        return None
    count = math.prod(var.kind.shape)
    threshold = draft.number(max(var.lo, -1.0), min(var.hi, 1.0))
    text = f"np.sum({var.name}[{var.name} {draft.rng.choice('<>')} {threshold}])"
    return Expr(text, min(0.0, count * var.lo), max(0.0, count * var.hi), var.active)


@scalar("mask_arithmetic", 0.4)
def times_condition(draft: Draft, depth: int) -> Expr:
    """Multiply by a comparison, which counts as 0 or 1."""
    a, b = a_scalar(draft, depth), a_scalar(draft, 0)
    text = f"({a.text}) * (({b.text}) > {draft.number(-1, 1)})"
    return Expr(text, min(a.lo, 0.0), max(a.hi, 0.0), a.active)


@scalar("quadratic_form", 0.5)
def quadratic_form(draft: Draft, depth: int) -> Expr | None:
    var = draft.pick(lambda v: v.kind.tag == "vector" and _square_for(draft, v) is not None)
    if var is None:
        return None
    n = var.kind.shape[0]
    square = draft.pick_kind(mat(n, n)) or var
    bound = n * n * max(abs(square.lo), abs(square.hi)) * max(abs(var.lo), abs(var.hi)) ** 2
    form = draft.rng.choice(("{0} @ {1} @ {0}", "np.dot({0}, np.dot({1}, {0}))"))
    text = form.format(var.name, square.name)
    return Expr(text, -bound, bound, var.active or square.active)


def _square_for(draft: Draft, var: Var) -> Var | None:
    wanted = mat(var.kind.shape[0], var.kind.shape[0])
    return next((v for v in draft.scope.values() if v.kind == wanted), None)
