"""One function for the value and its adjoint: the forward pass, then the backward pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gast

from tangent_ad.analysis import definitions, liveness
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.generated import Generated
from tangent_ad.analysis.unit import Unit
from tangent_ad.differentiate.assemble import backward_half, forward_half
from tangent_ad.differentiate.reverse import Reverser
from tangent_ad.differentiate.storage import Storage
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


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
    storage = Storage(reverser, forward)
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


def joint(
    unit: Unit, parts: Halves, name: str, preserve: bool, default: bool = True
) -> gast.FunctionDef:
    """The derivative as one function of the same arguments and a seed.

    `preserve` returns the value as well; `default` gives the seed the value one.
    """
    body = [trees.comment("Forward pass"), *parts.forward]
    body += [trees.comment("Backward pass"), *parts.backward]
    gradient = pack(parts.gradients)
    body.append(gast.Return(trees.pack([gradient, parts.value]) if preserve else gradient))
    one = [trees.constant(1.0)] if default else []
    args = with_parameter(unit.tree.args, parts.seed, one)
    return gast.FunctionDef(name, args, body, [], None, None, [])


def pack(values: Sequence[gast.expr]) -> gast.expr:
    return values[0] if len(values) == 1 else trees.pack(values)


def with_parameter(
    args: gast.arguments, name: str, default: Sequence[gast.expr]
) -> gast.arguments:
    """One more parameter, behind all that are positional."""
    new = gast.Name(name, gast.Param(), None, None)
    if args.vararg or args.kwonlyargs or args.kwarg:
        return trees.rebuild(
            args,
            kwonlyargs=[*args.kwonlyargs, new],
            kw_defaults=[*args.kw_defaults, default[0] if default else None],
        )
    defaults = [*args.defaults, *default] if default else []
    return trees.rebuild(args, args=[*args.args, new], defaults=defaults)


def split(
    whole: gast.FunctionDef, parts: Halves, forward: str, backward: str, names: Names
) -> tuple[gast.FunctionDef, gast.FunctionDef]:
    """Cut a joint function that preserves its value at the start of the backward pass.

    What the second half reads of the first travels in a tuple `saved`.
    """
    *body, last = whole.body
    at = next((i for i, s in enumerate(body) if is_heading(s, "Backward pass")), len(body))
    first = [s for s in body[:at] if not is_heading(s, "Forward pass")]
    second = [s for s in body[at:] if not is_heading(s, "Backward pass")]
    assert isinstance(last, gast.Return) and isinstance(last.value, gast.Tuple)
    gradient, value = last.value.elts
    parameters = {p.id for p in trees.parameters(whole.args)}
    seed = whole.args.args[-1] if not whole.args.kwonlyargs else whole.args.kwonlyargs[-1]
    result = gast.Return(gradient)
    needed = liveness.live_before([*second, result]) - {seed.id}
    saved = sorted(needed & (trees.all_writes(first) | parameters))
    unbound = sorted(set(saved) - definitions.always_bound(first) - parameters)
    first = [*(trees.assign(n, trees.constant(None)) for n in unbound), *first]
    bundle = trees.pack([trees.name(n) for n in saved])
    kept = trees.name("saved") if "saved" not in names.user | set(saved) else trees.name("kept")
    unpack = [trees.assign(bundle, kept)] if len(saved) > 1 else []
    if len(saved) == 1:
        kept, bundle = trees.name(saved[0]), trees.name(saved[0])
    one = gast.FunctionDef(
        forward, without_seed(whole.args), [*first, gast.Return(trees.pack([value, bundle]))],
        [], None, None, [],
    )  # fmt: skip
    inputs = [gast.Name(n, gast.Param(), None, None) for n in (kept.id, seed.id)]
    other = gast.FunctionDef(
        backward, gast.arguments(inputs, [], None, [], [], None, []),
        [*unpack, *second, result], [], None, None, [],
    )  # fmt: skip
    return one, other


def caller(
    whole: gast.FunctionDef, forward: str, backward: str, names: Names, preserve: bool
) -> gast.FunctionDef:
    """The function that calls both halves, one after the other."""
    seed = (whole.args.kwonlyargs or whole.args.args)[-1]
    value, saved = (trees.name(names.fresh(n)) for n in ("value", "saved"))
    one, other = (trees.name(names.bind(Generated(n, True), n)) for n in (forward, backward))
    ahead = without_seed(whole.args)
    positional = [trees.name(p.id) for p in (*ahead.posonlyargs, *ahead.args)]
    arguments: list[gast.expr] = [*positional]
    if ahead.vararg:
        arguments.append(gast.Starred(trees.name(ahead.vararg.id), trees.LOAD))
    keywords = [gast.keyword(p.id, trees.name(p.id)) for p in ahead.kwonlyargs]
    if ahead.kwarg:
        keywords.append(gast.keyword(None, trees.name(ahead.kwarg.id)))
    first = gast.Call(one, arguments, keywords)
    gradient: gast.expr = trees.call(other, saved, trees.name(seed.id))
    body = [
        trees.assign(trees.pack([value, saved]), first),
        gast.Return(trees.pack([gradient, value]) if preserve else gradient),
    ]
    return gast.FunctionDef(whole.name, whole.args, body, [], None, None, [])


def without_seed(args: gast.arguments) -> gast.arguments:
    if args.kwonlyargs:
        return trees.rebuild(
            args, kwonlyargs=args.kwonlyargs[:-1], kw_defaults=args.kw_defaults[:-1]
        )
    return trees.rebuild(args, args=args.args[:-1], defaults=args.defaults[:-1])


def is_heading(node: gast.stmt, text: str) -> bool:
    return trees.is_comment(node) and node.value.value == text
