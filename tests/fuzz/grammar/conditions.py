"""Conditions, and expressions that contain one."""

from __future__ import annotations

from .draft import Draft
from .expressions import a_scalar, a_vector, constant, fit, joined, leaf
from .kinds import INT, SCALAR, Expr, Var
from .registry import extra, scalar

extra("chained_compare", "boolop_test", "array_test", "int_test", "truthiness")


def condition(draft: Draft, rare: bool = False) -> str:
    """Write a test; a rare one is true for few of the values that its operand may have."""
    if draft.flip("boolop_test", 0.22):
        left, right = simple(draft, rare), simple(draft, False)
        if rare:
            return f"({left}) and ({right})"
        operator = draft.rng.choice(("and", "or", "and not", "or not"))
        return f"({left}) {operator} ({right})"
    if draft.flip("boolop_test", 0.06):
        return f"not ({simple(draft, False)})"
    return simple(draft, rare)


def simple(draft: Draft, rare: bool) -> str:
    """Write one comparison."""
    varying = [v for v in draft.scope.values() if v.kind == INT and v.lo < v.hi]
    if varying and draft.flip("int_test", 0.3):
        return integer_test(draft, draft.rng.choice(varying), rare)
    if not rare and draft.flip("chained_compare", 0.12):
        tested = operand(draft)
        low, high = sorted((tested.lo, tested.hi))
        middle = (low + high) / 2
        return f"{middle - 0.6 * (high - low):.2f} < ({tested.text}) < {middle + 0.31:.2f}"
    array = None if rare else draft.pick(lambda v: v.kind.is_array)
    if array is not None and draft.flip("array_test", 0.1):
        name = draft.rng.choice(("np.any", "np.all"))
        return f"{name}({array.name} > {draft.number(-1, 1)})"
    if not rare and draft.flip("truthiness", 0.04):
        return operand(draft).text
    if not rare and (flag := draft.pick(lambda v: v.kind.tag == "flag")) and draft.chance(0.6):
        return flag.name
    return float_test(draft, rare)


def operand(draft: Draft) -> Expr:
    """Draw what a test looks at: a variable or something short that varies."""
    if draft.chance(0.55) and (var := draft.pick(lambda v: v.kind == SCALAR and v.active)):
        return var.expr
    return a_scalar(draft, 1)


def float_test(draft: Draft, rare: bool) -> str:
    tested = operand(draft)
    spread = max(tested.hi - tested.lo, 0.4)
    if rare:
        if draft.chance(0.5):
            return f"({tested.text}) > {tested.lo + 0.8 * spread:.2f}"
        return f"({tested.text}) < {tested.lo + 0.2 * spread:.2f}"
    operator = draft.rng.choice((">", "<", ">", "<", ">=", "<="))
    if draft.chance(0.25):
        return f"({tested.text}) {operator} ({leaf(draft, SCALAR).text})"
    threshold = tested.lo + spread * draft.rng.uniform(0.3, 0.7)
    return f"({tested.text}) {operator} {threshold:.2f}"


def integer_test(draft: Draft, var: Var, rare: bool) -> str:
    name, value = var.name, draft.rng.randint(int(var.lo), int(var.hi))
    if rare:
        return f"{name} == {int(var.hi)}"
    return draft.rng.choice(
        (
            f"{name} % 2 == 0",
            f"{name} == {value}",
            f"{name} != {value}",
            f"{name} > {value}",
            f"{name} <= {value}",
            f"{name} in ({int(var.lo)}, {value})",
            f"{name} % 3",
        )
    )


@scalar("ifexp", 0.8)
def either(draft: Draft, depth: int) -> Expr:
    """Write a conditional expression, now and then two of them in a row."""
    a, b = a_scalar(draft, depth), a_scalar(draft, min(depth, 1))
    test = condition(draft)
    if draft.chance(0.2):
        c, other = leaf(draft, SCALAR), condition(draft)
        text = f"({a.text}) if ({test}) else ({b.text}) if ({other}) else ({c.text})"
        return joined(text, [a, b, c])
    return joined(f"({a.text}) if ({test}) else ({b.text})", [a, b])


@scalar("boolop_value", 0.5)
def first_true(draft: Draft, depth: int) -> Expr:
    """Use the value of `and` and `or`: on floats, on rectified floats, after a comparison."""
    a, b = a_scalar(draft, min(depth, 1)), a_scalar(draft, min(depth, 1))
    form = draft.rng.randrange(4)
    if form == 0:
        return joined(f"({a.text}) or ({b.text})", [a, b])
    if form == 1:
        return joined(f"({a.text}) and ({b.text})", [a, b])
    if form == 2:
        return joined(f"max({a.text}, 0.0) or ({b.text})", [a, b, ZERO])
    return joined(f"(({leaf(draft, SCALAR).text}) > 0.1 and ({a.text})) or ({b.text})", [a, b])


ZERO = Expr("0.0", 0.0, 0.0, False)


@scalar("where", 0.5)
def where(draft: Draft, depth: int) -> Expr:
    a, b = a_scalar(draft, depth), constant(draft)
    return joined(f"np.where({float_test(draft, False)}, {a.text}, {b.text})", [a, b])


@scalar("sum_generator", 0.9)
def sum_of_generator(draft: Draft, depth: int) -> Expr | None:
    """Sum what a generator gives, over items, over indices, over pairs, with a filter."""
    var = draft.pick(lambda v: v.kind.tag == "vector")
    if var is None:
        return None
    n = var.kind.shape[0]
    item = draft.new_name("scalar")
    around = leaf(draft, SCALAR)
    form = draft.rng.choice(("{0} * {0}", "np.sin({0})", f"{{0}} * ({around.text})", "{0}"))
    value = form.format(item)
    bound = n * max(abs(var.lo), abs(var.hi), 1.0) * max(abs(around.lo), abs(around.hi), 2.0)
    over = f"for {item} in {var.name}"
    choice = draft.rng.randrange(5)
    if choice == 0:
        index = draft.new_name("int")
        value, over = form.format(f"{var.name}[{index}]"), f"for {index} in range({n})"
    elif choice == 1:
        index = draft.new_name("int")
        value = f"({index} + 1) * {value}"
        over, bound = f"for {index}, {item} in enumerate({var.name})", bound * n
    elif choice == 2:
        over += f" if {item} > {draft.number(-0.5, 0.5)}"
    elif choice == 3 and (other := draft.pick_kind(var.kind)):
        second = draft.new_name("scalar")
        value = f"{item} * {second}"
        over = f"for {item}, {second} in zip({var.name}, {other.name})"
        bound = n * 4.0
    brackets = ("([{}])", "({})") if draft.flip("listcomp", 0.3) else ("({})", "({})")
    text = "sum" + draft.rng.choice(brackets).format(f"{value} {over}")
    return Expr(text, -bound, bound, True)


@scalar("listcomp", 0.5)
def best_of(draft: Draft, depth: int) -> Expr | None:
    """Take the largest or the smallest of what a comprehension gives."""
    var = draft.pick(lambda v: v.kind.tag == "vector")
    if var is None:
        return None
    item = draft.new_name("scalar")
    inner = fit(draft, Expr(f"{item} * {item}", -9.0, 9.0, True), -1.0, 1.0)
    name = draft.rng.choice(("max", "min"))
    brackets = draft.rng.choice(("[{}]", "{}"))
    text = f"{name}({brackets.format(f'{inner.text} for {item} in {var.name}')})"
    return Expr(text, -1.0, 1.0, var.active)


@scalar("array_of_items", 0.4)
def stacked_total(draft: Draft, depth: int) -> Expr:
    """Put computed numbers into an array and reduce that."""
    n = draft.rng.randint(2, 3)
    parts = [a_scalar(draft, min(depth, 1)) for _ in range(n)]
    text = f"np.sum(np.array([{', '.join(part.text for part in parts)}]) ** 2)"
    bound = sum(max(abs(part.lo), abs(part.hi)) ** 2 for part in parts)
    return Expr(text, 0.0, bound, any(part.active for part in parts))


@scalar("nested_arrays", 0.3)
def of_sum(draft: Draft, depth: int) -> Expr:
    """Reduce an expression of arrays that no variable holds."""
    a = a_vector(draft, draft.dim(), min(depth, 1))
    text = f"np.sum(np.tanh({a.text}))"
    return Expr(text, -8.0, 8.0, a.active)
