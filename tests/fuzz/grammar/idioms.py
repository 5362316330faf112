"""Computations that people write: solvers, filters, networks, integrators, with names put in.

A template reads `{x}` where it wants a variable that is in scope, and `{y}` where it makes one of
its own. `inputs` and `own` name them with their kinds; `{n}` is the length of the vector `x`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .draft import Draft
from .everyday_texts import EVERYDAY
from .expressions import a_scalar, a_vector, fit
from .idiom import Idiom
from .idiom_texts import IDIOMS
from .kinds import SCALAR, Expr, Kind, Var, mat, of_shape, vec
from .object_texts import OBJECTS
from .registry import STATEMENTS, Producer
from .standard_texts import LIBRARY


@dataclass
class Filled:
    """The names that stand for the placeholders of a template."""

    names: dict[str, str] = field(default_factory=dict)
    n: int = 0


def write_idiom(draft: Draft, idiom: Idiom) -> bool:
    """Write a template with variables that are in scope, or made for it."""
    if draft.nesting > 1 or (draft.loops and idiom.own_loops):
        return False
    filled = _fill(draft, idiom)
    if filled is None:
        return False
    if idiom.module:
        draft.module.functions.append(_module_lines(draft, idiom, filled))
    numbers = {key: draft.number(0.2, 0.9) for key in ("c", "c2")}
    text = idiom.text.format(**filled.names, **numbers, n=filled.n)
    for line in text.strip("\n").split("\n"):
        draft.emit(line)
    name = filled.names[idiom.result]
    kind = _result_kind(idiom, filled)
    draft.define(name, kind, Expr("", -idiom.bound, idiom.bound, True))
    return True


def _result_kind(idiom: Idiom, filled: Filled) -> Kind:
    shapes: dict[str, tuple[int, ...]] = {
        "scalar": (),
        "vector": (filled.n,),
        "matrix": (filled.n,) * 2,
    }
    return of_shape(shapes[idiom.kind])


def _fill(draft: Draft, idiom: Idiom) -> Filled | None:
    """Find a variable for every input, and a new name for everything else."""
    filled = Filled()
    for key, tag in idiom.inputs.items():
        var = _input(draft, tag, filled.n)
        if var is None:
            return None
        if tag == "vector" and not filled.n:
            filled.n = var.kind.shape[0]
        filled.names[key] = var.name
    for key, tag in idiom.own.items():
        filled.names[key] = draft.new_name(tag)
    return filled


def _input(draft: Draft, tag: str, n: int) -> Var | None:
    """Draw a variable that is small enough for any template, or make one."""
    if tag == "scalar":
        var = draft.pick(lambda v: v.kind == SCALAR and v.expr.within(-2.0, 2.0))
        if var is not None:
            return var
        return draft.assign(draft.new_name(tag), SCALAR, fit(draft, a_scalar(draft, 1)))
    if tag == "vector":
        wanted = vec(n) if n else None
        var = draft.pick(
            lambda v: (
                v.kind.tag == "vector"
                and v.kind.shape[0] >= 2
                and wanted in (None, v.kind)
                and v.expr.within(-3.0, 3.0)
            )
        )
        if var is not None:
            return var
        n = n or max(2, draft.dim())
        return draft.assign(
            draft.new_name(tag), vec(n), fit(draft, a_vector(draft, n, 1), array=True)
        )
    var = draft.pick(lambda v: v.kind == mat(n, n) and v.expr.within(-3.0, 3.0))
    if var is not None:
        return var
    small = fit(draft, a_vector(draft, n, 0), -1.0, 1.0, array=True)
    name = draft.new_name(tag)
    text = f"np.outer({small.text}, np.linspace(0.3, 1.0, {n})) + 0.5 * np.eye({n})"
    return draft.assign(name, mat(n, n), Expr(text, -1.0, 1.5, small.active))


def _module_lines(draft: Draft, idiom: Idiom, filled: Filled) -> list[str]:
    """Write classes and functions of the module under names that are still free there."""
    filled.names["T"] = f"{idiom.title}{len(draft.module.functions)}"
    draft.module.names.add(filled.names["T"])
    text = idiom.module.replace("{T}", filled.names["T"])
    return text.strip("\n").split("\n")


def _producer(idiom: Idiom) -> Callable[[Draft], bool]:
    def write(draft: Draft) -> bool:
        return write_idiom(draft, idiom)

    return write


for _idiom in (*IDIOMS, *EVERYDAY, *OBJECTS, *LIBRARY):
    STATEMENTS.append(Producer(_idiom.feature, _idiom.weight, _producer(_idiom)))
