"""One function for the value and its adjoint: the forward pass, then the backward pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gast

from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.unit import Unit
from tangent_ad.differentiate.assemble import backward_half, forward_half
from tangent_ad.differentiate.reverse import Reverser
from tangent_ad.differentiate.storage import Storage
from tangent_ad.syntax import trees


@dataclass(frozen=True)
class Halves:
    """A function differentiated in reverse mode, before it is put together.

    `value` is what the function returns, `seed` the name of its adjoint, `gradients` the adjoints
    of the active parameters in the order asked for.
    """

    forward: list[gast.stmt]
    backward: list[gast.stmt]
    value: gast.expr
    seed: str
    gradients: list[gast.expr]
    parameters: Sequence[str]


def halves(unit: Unit, activity: Activity, callees: Any, wrt: Sequence[str]) -> Halves:
    """Both halves of the function of a unit in core form."""
    *body, last = unit.tree.body
    assert isinstance(last, gast.Return) and last.value is not None
    reverser = Reverser(unit, activity, callees)
    adjoints = reverser.adjoints
    seed = seed_name(last, unit, wrt)
    sow(last.value, seed, reverser)
    forward, backward = reverser.block(body)
    adjoints.out = backward
    gradients: list[gast.expr] = []
    for name in wrt:
        if not adjoints.is_set(name):
            adjoints.zero(name)
        gradients.append(adjoints.take(name))
    storage = Storage(reverser, body)
    storage.run(forward, backward)
    return Halves(
        forward_half(forward),
        backward_half(backward, storage),
        last.value,
        seed,
        gradients,
        tuple(wrt),
    )


def seed_name(node: gast.Return, unit: Unit, wrt: Sequence[str]) -> str:
    """`bz` where the function returns z, and `by` where it returns an expression."""
    variable = "y"
    if isinstance(node.value, gast.Name):
        variable = unit.names.stems.get(node.value.id, node.value.id)
    if variable in wrt:
        variable = "y"
    return unit.names.fresh(f"b{variable}")


def sow(value: gast.expr, seed: str, reverser: Reverser) -> None:
    """Give what is returned its adjoint."""
    adjoints = reverser.adjoints
    if isinstance(value, gast.Name):
        adjoints.adopt(value.id, seed)
        adjoints.state.set.add(value.id)
        adjoints.fresh(value.id)
        adjoints.external.add(adjoints.groups[value.id])


def joint(unit: Unit, parts: Halves, name: str, preserve: bool, default: bool) -> gast.FunctionDef:
    """The derivative as one function of the same arguments and a seed."""
    body = [trees.comment("Forward pass"), *parts.forward]
    body += [trees.comment("Backward pass"), *parts.backward]
    gradient = parts.gradients[0] if len(parts.gradients) == 1 else trees.pack(parts.gradients)
    body.append(gast.Return(trees.pack([gradient, parts.value]) if preserve else gradient))
    seed = gast.Name(parts.seed, gast.Param(), None, None)
    args = unit.tree.args
    if args.vararg or args.kwonlyargs or args.kwarg:
        args = trees.rebuild(
            args,
            kwonlyargs=[*args.kwonlyargs, seed],
            kw_defaults=[*args.kw_defaults, trees.constant(1.0)],
        )
    else:
        defaults = [*args.defaults, trees.constant(1.0)]
        args = trees.rebuild(args, args=[*args.args, seed], defaults=defaults)
    return gast.FunctionDef(name, args, body, [], None, None, [])
