"""What the other files have no place for: exceptions, decorators, tests of types, optional values."""

from __future__ import annotations

from .assignments import some_kind
from .calls import function_name
from .conditions import condition
from .draft import Draft
from .expressions import a_scalar, fit, leaf, of_kind
from .functions import result_name
from .kinds import SCALAR, Expr
from .loops import may_loop
from .registry import statement
from .subscripts import writable_array


@statement("try_block", 0.5)
def try_block(draft: Draft) -> bool:
    """Raise under a condition and catch that; which path ran depends on the values."""
    if draft.nesting >= 2:
        return False
    kind = some_kind(draft)
    name = draft.new_name(kind.tag)
    error = draft.rng.choice(("ValueError", "ZeroDivisionError", "ArithmeticError"))
    with draft.block("try:") as tried:
        draft.emit(f"if {condition(draft)}:")
        draft.emit(f"    raise {error}('not here')")
        draft.assign(name, kind, fit(draft, of_kind(draft, kind, 1), array=kind.is_array))
    with draft.block(f"except {error}:") as caught:
        draft.assign(name, kind, fit(draft, of_kind(draft, kind, 1), array=kind.is_array))
    draft.join(tried, caught)
    if draft.chance(0.2):
        with draft.block("finally:"):
            draft.emit(f"{draft.new_name('flag')} = True")
    return True


@statement("decorated", 0.5)
def decorated(draft: Draft) -> bool:
    """Call a function whose decorator changes what it returns."""
    module = draft.module
    decorator, name = function_name(module, draft), function_name(module, draft)
    factor = draft.number(0.3, 1.5)
    wraps = ["    @functools.wraps(function)"] if draft.chance(0.6) else []
    module.functions.insert(
        0,
        [
            f"def {decorator}(function):",
            *wraps,
            "    def wrapper(*args):",
            f"        return {factor} * function(*args)",
            "    return wrapper",
        ],
    )
    text = draft.rng.choice(("np.sin(value)", "value * value", "value / (1.0 + value ** 2)"))
    module.functions.insert(1, [f"@{decorator}", f"def {name}(value):", f"    return {text}"])
    arg = fit(draft, a_scalar(draft, 1))
    draft.emit(f"{result_name(draft)} = {name}({arg.text})")
    return True


@statement("optional_argument", 0.7)
def optional_argument(draft: Draft) -> bool:
    """Call a function that tests an argument for None."""
    name = function_name(draft.module, draft)
    lines = draft.rng.choice(
        (
            [
                "    if bias is None:",
                "        bias = 0.5 * value",
                "    return np.sin(value) + bias",
            ],
            ["    bias = 0.3 if bias is None else bias", "    return value * bias"],
            [
                "    if bias is not None:",
                "        value = value - bias * bias",
                "    return value * 0.5",
            ],
            ["    return np.cos(value) * (bias or 1.0)"],
        )
    )
    draft.module.functions.append([f"def {name}(value, bias=None):", *lines])
    for _ in range(draft.rng.randint(1, 2)):
        arg, bias = fit(draft, a_scalar(draft, 1)), fit(draft, leaf(draft, SCALAR))
        given = draft.rng.choice(("", f", {bias.text}", f", bias={bias.text}", ", None"))
        draft.emit(f"{result_name(draft)} = {name}({arg.text}{given})")
    return True


@statement("type_test", 0.6)
def type_test(draft: Draft) -> bool:
    """Do one thing for arrays and another for floats."""
    name = function_name(draft.module, draft)
    test = draft.rng.choice(
        ("isinstance(value, np.ndarray)", "np.ndim(value) > 0", "not isinstance(value, float)")
    )
    draft.module.functions.append(
        [
            f"def {name}(value):",
            f"    if {test}:",
            "        return np.sum(value * value)",
            "    return 0.5 * value",
        ]
    )
    kind = some_kind(draft)
    arg = fit(draft, of_kind(draft, kind, 1), array=kind.is_array)
    draft.emit(f"{result_name(draft)} = {name}({arg.text})")
    return True


@statement("iterable_overwritten", 0.6)
def iterable_overwritten(draft: Draft) -> bool:
    """Rebind, or write into, the very array that a loop runs over."""
    if not may_loop(draft) or draft.loops:
        return False
    var = writable_array(draft)
    item, total = draft.new_name("scalar"), draft.new_name("scalar")
    draft.emit(f"{total} = {fit(draft, leaf(draft, SCALAR)).text}")
    draft.emit(f"for {item} in {var.name}:")
    draft.emit(f"    {total} = np.sin({total}) + {item} * {draft.number(0.2, 1.0)}")
    if draft.chance(0.5):
        draft.emit(f"    {var.name}[-1] = {var.name}[-1] * np.cos({item})")
        draft.touch(var, True)
    else:
        draft.emit(f"    {var.name} = {var.name} * {draft.number(0.3, 0.9)} + 0.1 * {item}")
        draft.define(var.name, var.kind, Expr("", min(var.lo, 0) - 1, max(var.hi, 0) + 1, True))
    draft.define(total, SCALAR, Expr("", -4.0, 4.0, True))
    return True


@statement("import_inside", 0.3)
def import_inside(draft: Draft) -> bool:
    """Import inside the function."""
    arg = fit(draft, a_scalar(draft, 1))
    if draft.chance(0.5):
        name = draft.new_name("function")
        draft.emit(f"from math import tanh as {name}")
        draft.emit(f"{result_name(draft)} = {name}({arg.text})")
    else:
        name = draft.new_name("function")
        draft.emit(f"import math as {name}")
        draft.emit(f"{result_name(draft)} = {name}.sin({arg.text})")
    return True


@statement("function_attribute", 0.25)
def function_attribute(draft: Draft) -> bool:
    """Read a constant that is kept on a function."""
    name, factor = function_name(draft.module, draft), draft.number(0.3, 1.5)
    draft.module.functions.append(
        [
            f"def {name}(value):",
            f"    return np.sin({name}.rate * value)",
            f"{name}.rate = {factor}",
        ]
    )
    arg = fit(draft, a_scalar(draft, 1))
    draft.emit(f"{result_name(draft)} = {name}({arg.text}) * {name}.rate")
    return True


@statement("default_container", 0.4)
def default_container(draft: Draft) -> bool:
    """Call a function with a list or a dict of constants as its default, which it only reads."""
    name = function_name(draft.module, draft)
    one, two = draft.number(-1, 1), draft.number(-1, 1)
    head, text = draft.rng.choice(
        (
            (f"weights=[{one}, {two}]", "weights[0] * value + weights[1] * value * value"),
            (f"opts={{'a': {one}, 'b': {two}}}", "opts['a'] * np.sin(value) + opts['b']"),
            (f"weights=({one}, {two})", "sum(w * value for w in weights)"),
        )
    )
    draft.module.functions.append([f"def {name}(value, {head}):", f"    return {text}"])
    arg = fit(draft, a_scalar(draft, 1))
    draft.emit(f"{result_name(draft)} = {name}({arg.text})")
    return True
