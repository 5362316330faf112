"""Functions as values: nested ones, lambdas, recursion, functions passed, stored and returned."""

from __future__ import annotations

from .assignments import body
from .calls import function_name
from .draft import LIMIT, Draft
from .expressions import TAME, a_scalar, fit, leaf, of_kind
from .kinds import FUNCTION, SCALAR, Expr, Kind, vec
from .registry import extra, scalar, statement
from .results import write_return

extra("late_binding", "lambda_default")


def enclosed(draft: Draft, name: str, result: Kind) -> Draft:
    """Begin a function inside this one; it sees our variables and must leave them alone."""
    inner = Draft(draft.module, name, result, draft.level + 1)
    inner.indent = draft.indent + 1
    inner.names |= draft.names
    for var in draft.scope.values():
        inner.scope[var.name] = var._replace(fixed=True, frozen=True)
    return inner


@statement("nested_function", 1.5)
def nested(draft: Draft) -> bool:
    """Define a function that reads our variables, and call it once or more."""
    if draft.level >= 2:
        return False
    name = draft.new_name("function")
    result = SCALAR if draft.chance(0.7) else vec(draft.dim())
    inner = enclosed(draft, name, result)
    inner.budget = draft.rng.randint(0, 3)
    kinds = [
        SCALAR if draft.chance(0.6) else vec(draft.dim()) for _ in range(draft.rng.randrange(3))
    ]
    params = [(inner.new_name(kind.tag), kind) for kind in kinds]
    draft.emit(f"def {name}({', '.join(param for param, _ in params)}):")
    for param, kind in params:
        inner.define(param, kind, Expr("", -LIMIT, LIMIT, True), frozen=kind.is_array)
    body(inner, inner.budget)
    if not inner.ended:
        write_return(inner, final=True)
    draft.lines += inner.lines
    # Names of the inner function stay out of use here: reading them would be another program.
    draft.names |= inner.names
    draft.define(name, FUNCTION, Expr("", 0, 0, False), fixed=True)
    _rebind_captured(draft, "\n".join(inner.lines))
    for _ in range(draft.rng.choice((1, 1, 2))):
        args = [fit(draft, of_kind(draft, kind, 1), array=kind.is_array).text for kind in kinds]
        call = Expr(f"{name}({', '.join(args)})", -2 * TAME, 2 * TAME, True)
        call = fit(draft, call, -TAME, TAME, array=result.is_array)
        target = draft.new_name(result.tag)
        draft.emit(f"{target} = {call.text}")
        draft.define(target, result, call, frozen=result.is_array)
    return True


def _rebind_captured(draft: Draft, text: str) -> None:
    """Assign to a variable that a function has captured: it will see the new value."""
    if draft.loops or draft.nesting or not draft.on("late_binding"):
        return
    captured = [
        v
        for v in draft.scope.values()
        if v.kind == SCALAR and draft.can_assign(v) and v.name in text
    ]
    if captured and draft.flip("late_binding", 0.3):
        var = draft.rng.choice(captured)
        value = fit(draft, a_scalar(draft, 1), max(var.lo, -LIMIT), min(max(var.hi, 0.5), LIMIT))
        draft.assign(var.name, SCALAR, value)


def _lambda(draft: Draft) -> tuple[str, str]:
    """Write a lambda of one float that reads our variables."""
    inner = enclosed(draft, "", SCALAR)
    param = inner.new_name("scalar")
    inner.define(param, SCALAR, Expr("", -LIMIT, LIMIT, True))
    expr = fit(inner, a_scalar(inner, 2))
    if param not in expr.text:
        expr = Expr(f"{param} * ({expr.text})", -4.0, 4.0, True)
    draft.names |= inner.names
    if draft.flip("lambda_default", 0.15):
        bound = draft.new_name("scalar")
        return f"lambda {param}, {bound}={draft.number(0.2, 1)}: ({expr.text}) * {bound}", param
    return f"lambda {param}: {expr.text}", param


@statement("lambda", 1.2)
def one_lambda(draft: Draft) -> bool:
    if draft.level >= 2:
        return False
    name = draft.new_name("function")
    text, _ = _lambda(draft)
    draft.emit(f"{name} = {text}")
    draft.define(name, FUNCTION, Expr("", 0, 0, False), fixed=True)
    _rebind_captured(draft, text)
    arg, other = fit(draft, a_scalar(draft, 1)), fit(draft, leaf(draft, SCALAR))
    call = draft.rng.choice((f"{name}({arg.text})", f"{name}({arg.text}) - {name}({other.text})"))
    draft.emit(f"{result_name(draft)} = {call}")
    return True


def result_name(draft: Draft) -> str:
    """Name and define a float that comes out of a call."""
    name = draft.new_name("scalar")
    draft.define(name, SCALAR, Expr("", -9.0, 9.0, True))
    return name


@statement("lambdas_on_one_line", 0.6)
def two_lambdas(draft: Draft) -> bool:
    if draft.level >= 2:
        return False
    one, two = draft.new_name("function"), draft.new_name("function")
    first, second = _lambda(draft)[0], _lambda(draft)[0]
    draft.emit(f"{one}, {two} = ({first}), ({second})")
    for name in (one, two):
        draft.define(name, FUNCTION, Expr("", 0, 0, False), fixed=True)
    arg = fit(draft, a_scalar(draft, 1)).text
    draft.emit(f"{result_name(draft)} = {two}({one}({arg}))")
    return True


@scalar("called_at_once", 0.3)
def immediate(draft: Draft, depth: int) -> Expr | None:
    """Call a lambda where it is written."""
    if draft.level >= 2:
        return None
    text, _ = _lambda(draft)
    arg = leaf(draft, SCALAR)
    return Expr(f"({text})({fit(draft, arg).text})", -4.0, 4.0, True)


def some_function(draft: Draft) -> str:
    """Write a function of one float: a lambda, a local one, one of NumPy's."""
    local = [v.name for v in draft.scope.values() if v.kind.tag == "float function"]
    choice = draft.rng.randrange(4)
    if choice == 0 and draft.level < 2:
        return f"({_lambda(draft)[0]})"
    if choice == 1 and local:
        return draft.rng.choice(local)
    if choice == 2:
        return named_function(draft)
    return draft.rng.choice(
        ("np.sin", "np.tanh", "np.cos", "math.sin" if draft.on("math_functions") else "np.exp")
    )


def named_function(draft: Draft) -> str:
    """Write a small function of one float into the module."""
    name = function_name(draft.module, draft)
    inner = Draft(draft.module, name, SCALAR, draft.level + 1)
    inner.budget = 2
    param = inner.new_name("scalar")
    inner.lines.append(f"def {name}({param}):")
    inner.define(param, SCALAR, Expr("", -LIMIT, LIMIT, True))
    body(inner, draft.rng.randrange(3))
    if not inner.ended:
        write_return(inner, final=True)
    draft.module.functions.append(inner.lines)
    return name


@statement("function_argument", 1.0)
def passed(draft: Draft) -> bool:
    """Pass a function to a function that calls it."""
    name = function_name(draft.module, draft)
    lines = draft.rng.choice(
        (
            ("return func(value) * 0.5 + func(0.3)",),
            ("for _ in range(2):", "    value = 0.8 * func(value)", "return value"),
            ("return func(func(value)) if value > 0.1 else func(value) - 1.0",),
            (
                "total = 0.0",
                "for k in range(3):",
                "    total += func(value * k) / (k + 1)",
                "return total",
            ),
            ("return (func(value + 0.5) - func(value - 0.5)) / 1.0",),
        )
    )
    draft.module.functions.append([f"def {name}(func, value):", *(f"    {line}" for line in lines)])
    for _ in range(draft.rng.choice((1, 1, 2))):
        arg = fit(draft, a_scalar(draft, 1))
        call = f"{name}({some_function(draft)}, {arg.text})"
        draft.emit(f"{result_name(draft)} = np.tanh({call})")
    return True


@statement("function_in_container", 0.7)
def stored(draft: Draft) -> bool:
    """Keep functions in a list or a dict, and call what is read from there."""
    first, second = some_function(draft), some_function(draft)
    name, value = draft.new_name("list"), draft.new_name("scalar")
    start = fit(draft, a_scalar(draft, 1))
    draft.emit(f"{value} = {start.text}")
    form = draft.rng.randrange(3)
    if form == 0:
        each = draft.new_name("function")
        draft.emit(f"for {each} in [{first}, {second}]:")
        draft.emit(f"    {value} = 0.7 * {each}({value})")
    elif form == 1:
        draft.emit(f"{name} = {{'one': {first}, 'two': {second}}}")
        draft.emit(f"{value} = {name}['two'](np.tanh({name}['one']({value})))")
    else:
        draft.emit(f"{name} = ({first}, {second})")
        draft.emit(f"{value} = {name}[1](np.sin({name}[0]({value})))")
    draft.define(value, SCALAR, Expr("", -8.0, 8.0, True))
    return True


@statement("function_returned", 0.6)
def factory(draft: Draft) -> bool:
    """Call a function that makes a function."""
    name = function_name(draft.module, draft)
    made = draft.rng.choice(
        (
            [
                "    def inside(value):",
                "        return np.sin(factor * value) + factor",
                "    return inside",
            ],
            ["    return lambda value: factor * value ** 2"],
            [
                "    scaled = factor * 0.5",
                "    def inside(value):",
                "        if value > 0.2:",
                "            return value * scaled",
                "        return value - factor",
                "    return inside",
            ],
        )
    )
    draft.module.functions.append([f"def {name}(factor):", *made])
    factor, arg = fit(draft, a_scalar(draft, 1)), fit(draft, leaf(draft, SCALAR))
    if draft.chance(0.5):
        draft.emit(f"{result_name(draft)} = {name}({factor.text})({arg.text})")
    else:
        local = draft.new_name("function")
        draft.emit(f"{local} = {name}({factor.text})")
        draft.define(local, FUNCTION, Expr("", 0, 0, False), fixed=True)
        draft.emit(f"{result_name(draft)} = {local}({arg.text}) * {local}(0.4)")
    return True


@statement("functools", 0.5)
def partial_or_reduce(draft: Draft) -> bool:
    if draft.level >= 2:
        return False
    target = draft.new_name("scalar")
    if draft.chance(0.5):
        name = named_function_of_two(draft)
        arg, other = fit(draft, a_scalar(draft, 1)), fit(draft, leaf(draft, SCALAR))
        local = draft.new_name("function")
        draft.emit(f"{local} = functools.partial({name}, {arg.text})")
        draft.emit(f"{target} = {local}({other.text})")
    else:
        var = draft.pick(lambda v: v.kind.tag == "vector")
        items = var.name if var else "[0.5, 0.7]"
        start = fit(draft, leaf(draft, SCALAR))
        draft.emit(
            f"{target} = functools.reduce(lambda p, q: np.sin(p * q) + 0.5 * q, {items}, {start.text})"
        )
    draft.define(target, SCALAR, Expr("", -4.0, 4.0, True))
    return True


def named_function_of_two(draft: Draft) -> str:
    name = function_name(draft.module, draft)
    text = draft.rng.choice(("u * np.sin(w)", "u - w * w", "np.tanh(u + w) * u"))
    draft.module.functions.append([f"def {name}(u, w):", f"    return {text}"])
    return name
