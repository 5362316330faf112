"""Functions that call themselves or each other."""

from __future__ import annotations

from .calls import function_name
from .draft import Draft
from .expressions import a_scalar, constant, fit, leaf, of_kind
from .functions import result_name
from .kinds import SCALAR, vec
from .registry import statement


@statement("recursion", 0.9)
def recursive(draft: Draft) -> bool:
    """Call a function that calls itself, over a count or over a shrinking vector."""
    name = function_name(draft.module, draft)
    factor = draft.number(0.3, 0.9)
    if draft.chance(0.3) and (var := draft.pick(lambda v: v.kind.tag == "vector")):
        lines = [
            f"def {name}(v):",
            "    if len(v) == 1:",
            "        return v[0]",
            f"    return np.sin(v[0]) * {factor} + 0.5 * {name}(v[1:]) * v[-1]",
        ]
        call = f"{name}({var.name})"
    else:
        lines = draft.rng.choice(
            (
                [
                    "    if n == 0:",
                    "        return v",
                    f"    return np.sin({name}(v * {factor}, n - 1)) + v",
                ],
                [
                    "    if n <= 1:",
                    "        return v",
                    f"    return {factor} * ({name}(v, n - 1) + {name}(v, n - 2))",
                ],
                [f"    return v * {name}(v * {factor}, n - 1) if n > 0 else 1.0 + v"],
                [
                    "    w = np.cos(v)",
                    "    if n > 0:",
                    f"        w = w + {name}(w * v, n - 1)",
                    "    return w",
                ],
            )
        )
        lines = [f"def {name}(v, n):", *lines]
        kind = SCALAR if draft.chance(0.7) else vec(draft.dim())
        arg = fit(draft, of_kind(draft, kind, 1), array=kind.is_array)
        call = f"{name}({arg.text}, {draft.rng.randint(0, 4)})"
        call = call if kind == SCALAR else f"np.sum({call})"
    draft.module.functions.append(lines)
    draft.emit(f"{result_name(draft)} = np.tanh({call})")
    return True


@statement("mutual_recursion", 0.6)
def mutually_recursive(draft: Draft) -> bool:
    one, two = function_name(draft.module, draft), function_name(draft.module, draft)
    factor = draft.number(0.3, 0.9)
    draft.module.functions.append(
        [
            f"def {one}(v, n):",
            "    if n == 0:",
            "        return v * v",
            f"    return np.sin({two}(v, n - 1))",
        ]
    )
    draft.module.functions.append(
        [
            f"def {two}(v, n):",
            "    if n == 0:",
            f"        return {factor} * v",
            f"    return v * {one}(v * {factor}, n - 1)",
        ]
    )
    arg = fit(draft, a_scalar(draft, 1))
    draft.emit(f"{result_name(draft)} = {one}({arg.text}, {draft.rng.randint(0, 4)})")
    return True


@statement("nested_recursion", 0.3)
def recursive_inside(draft: Draft) -> bool:
    """Define a recursive function inside, which reads one of our variables."""
    if draft.level >= 2:
        return False
    name, outside = draft.new_name("function"), fit(draft, leaf(draft, SCALAR))
    value, count = draft.new_name("scalar"), draft.new_name("int")
    draft.emit(f"def {name}({value}, {count}):")
    draft.emit(f"    if {count} == 0:")
    draft.emit(f"        return ({outside.text}) * {value}")
    draft.emit(f"    return np.sin({name}({value}, {count} - 1)) * 0.8 + {value}")
    arg = constant(draft) if draft.chance(0.2) else fit(draft, a_scalar(draft, 1))
    draft.emit(f"{result_name(draft)} = {name}({arg.text}, {draft.rng.randint(0, 3)})")
    return True
