"""One function for the value and its adjoint: the forward pass, then the backward pass."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import gast
import numpy as np

from tangent_ad.analysis import classes, definitions, effects, facts, liveness, records
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.generated import Generated
from tangent_ad.analysis.unit import Unit
from tangent_ad.differentiate.adjoints import copy_of
from tangent_ad.differentiate.assemble import backward_half, forward_half
from tangent_ad.differentiate.reverse import Reverser
from tangent_ad.differentiate.storage import Storage
from tangent_ad.runtime import instances, structures
from tangent_ad.syntax import parse, trees
from tangent_ad.syntax.names import Names

NOTHING_SHARED: Mapping[str, frozenset[str]] = types.MappingProxyType({})


class Halves(NamedTuple):
    """A function differentiated in reverse mode, before it is put together.

    `value` is what the function returns, `aux` what it returns beside the value to differentiate,
    `seeds` name the adjoint of the value, `gradients` are the adjoints of the parameters asked for.
    `sharing` are the arrays in the value, each with the names that may share its memory.
    """

    forward: list[gast.stmt]
    backward: list[gast.stmt]
    value: gast.expr
    aux: gast.expr | None
    seeds: tuple[str, ...]
    gradients: list[gast.expr]
    sharing: Mapping[str, frozenset[str]] = NOTHING_SHARED


WHOLE, SPREAD, EACH = "whole", "spread", "each"


def halves(
    unit: Unit,
    activity: Activity,
    callees: Any,
    wrt: Sequence[str],
    sowing: str = WHOLE,
    has_aux: bool = False,
) -> Halves:
    """Both halves of the function of a unit in core form.

    The seed is the adjoint of the value as a `whole`, one number `spread` over all elements, or
    there is one for `each` of the returned values.
    """
    *body, last = unit.tree.body
    assert isinstance(last, gast.Return) and last.value is not None
    value, aux = last.value, None
    if has_aux and isinstance(value, gast.Tuple):
        value, aux = value.elts[0], pack(value.elts[1:])
    reverser = Reverser(unit, activity, callees)
    seeds = sow(value, sowing, reverser, wrt)
    forward, backward = reverser.block(body)
    backward = [*reverser.adjoints.out, *backward]
    adjoints = reverser.adjoints
    adjoints.out = backward
    seen: set[int] = set()
    gradients = [gradient(name, reverser, seen) for name in wrt]
    storage = Storage(reverser, forward)
    storage.run(forward, backward)
    arrays = {
        name for name in trees.reads(value)
        if (fact := activity.facts.names.get(name)) and fact.is_number and not fact.is_immutable
    }
    sharing = {name: storage.program.groups.get(name, frozenset()) for name in arrays}
    return Halves(
        forward_half(forward), backward_half(backward, storage), value, aux, seeds, gradients, sharing
    )


def seed_name(value: gast.expr, unit: Unit, wrt: Sequence[str]) -> str:
    """`bz` where the function returns z, and `by` where it returns an expression."""
    variable = "y"
    if isinstance(value, gast.Name):
        variable = unit.names.stems.get(value.id, value.id)
    if variable in wrt:
        variable = "y"
    return unit.names.fresh(f"b{variable}")


def sow(
    value: gast.expr, sowing: str, reverser: Reverser, wrt: Sequence[str]
) -> tuple[str, ...]:
    """Give what is returned its adjoint; the names of the seeds."""
    if sowing == EACH and isinstance(value, (gast.Tuple, gast.List)):
        return tuple(
            sow_one(item, seed_name(item, reverser.unit, wrt), WHOLE, reverser)
            for item in value.elts
        )
    seed = seed_name(value, reverser.unit, wrt)
    if isinstance(value, (gast.Tuple, gast.List, gast.Dict)):
        sow_parts(value, trees.name(seed), reverser)
        return (seed,)
    return (sow_one(value, seed, sowing, reverser),)


def sow_parts(value: gast.expr, seed: gast.expr, reverser: Reverser) -> None:
    """Give each part of a display the part of the seed that belongs to it."""
    if isinstance(value, gast.Name) and value.id in reverser.active:
        adjoints = reverser.adjoints
        adjoints.add(value.id, seed)
        adjoints.disown(value.id)  # the caller's array, not to be added into
    elif isinstance(value, (gast.Tuple, gast.List, gast.Dict)):
        keys = value.keys if isinstance(value, gast.Dict) else range(len(value.elts))
        items = value.values if isinstance(value, gast.Dict) else value.elts
        for key, item in zip(keys, items, strict=True):
            at = key if isinstance(key, gast.AST) else trees.constant(key)
            sow_parts(item, trees.subscript(seed, at), reverser)


def sow_one(value: gast.expr, seed: str, sowing: str, reverser: Reverser) -> str:
    adjoints = reverser.adjoints
    if not isinstance(value, gast.Name):
        return seed
    if sowing == SPREAD and not reverser.facts.of(value).is_scalar:
        adjoints.state.pending[value.id] = trees.name(seed)
        return seed
    if adjoints.is_set(value.id):
        adjoints.add(value.id, trees.name(seed))
        return seed
    adjoints.adopt(value.id, seed)
    adjoints.state.set.add(value.id)
    adjoints.fresh(value.id)
    adjoints.disown(value.id)
    return seed


def gradient(name: str, reverser: Reverser, seen: set[int]) -> gast.expr:
    """The gradient with respect to a parameter; `seen` are the arrays returned already."""
    record = reverser.unit.records.get(name)
    if record is None:
        return part_gradient(name, reverser, seen)

    def part(variable: str | None, path: str) -> gast.expr:
        if variable is not None and variable in reverser.active:
            found = part_gradient(variable, reverser, seen)
            if not classes.holds_instances(reverser.facts.names.get(variable, facts.ANYTHING)):
                return found
            helper = trees.name(reverser.unit.names.bind(instances.records_of, "records_of"))
            return trees.call(helper, found, parse.expression(path))
        unread = parse.expression(path)
        fact = reverser.facts.of(unread)
        if fact.is_number and fact.array:
            numpy = trees.name(reverser.unit.names.bind(np, "np"))
            return trees.call(trees.attribute(numpy, "zeros_like"), unread)
        helper = reverser.unit.names.bind(structures.zeros_like, "zeros_like")
        return trees.call(trees.name(helper), unread)

    return records.display(record, part, reverser.unit.names.bind)


def part_gradient(name: str, reverser: Reverser, seen: set[int]) -> gast.expr:
    """The adjoint of a variable as a result: it shares no memory with a seed, an argument or
    another result."""
    adjoints = reverser.adjoints
    if not adjoints.is_set(name):
        adjoints.zero(name)
    value = adjoints.take(name)
    fact = reverser.facts.names.get(name, facts.ANYTHING)
    if fact.is_container and name in changed_arguments(reverser):
        # A list that is popped from no longer has its form; its adjoint has.
        helper = trees.name(reverser.unit.names.bind(structures.copied, "copied"))
        return trees.call(helper, value)
    group = adjoints.state.groups.get(name, -1)
    shared = group in adjoints.external or group in seen
    seen.add(group)
    if fact.is_container:
        if shared:
            helper = trees.name(reverser.unit.names.bind(structures.copied, "copied"))
            value = trees.call(helper, value)
        helper = trees.name(reverser.unit.names.bind(structures.in_form_of, "in_form_of"))
        return trees.call(helper, value, trees.name(name))
    if fact.is_number and not fact.is_scalar:
        return copy_of(value, fact) if shared else value
    return value


def changed_arguments(reverser: Reverser) -> set[str]:
    """The names that may share memory with what a function changes in place."""
    body, names = reverser.unit.tree.body, reverser.unit.names
    roots = {base for node in trees.statements(body) if (base := effects.mutated_root(node, names))}
    groups = effects.memory_groups(body, reverser.facts.of)
    return roots.union(*(groups.get(root, ()) for root in roots))


def joint(
    unit: Unit,
    parts: Halves,
    name: str,
    preserve: bool | str = False,
    default: bool = True,
    as_tuple: bool = False,
    before: Sequence[str] = (),
) -> gast.FunctionDef:
    """The derivative as one function of the same arguments and a seed.

    `preserve` returns the value as well, "first" in front of the gradient; `default` gives the
    seed the value one; the seed comes `before` those that the function has already.
    """
    body = [trees.comment("Forward pass"), *parts.forward]
    if preserve:
        parts = kept_value(parts, body, unit)
    body += [trees.comment("Backward pass"), *parts.backward]
    gradient = trees.pack(parts.gradients) if as_tuple else pack(parts.gradients)
    last = unit.tree.body[-1]
    body.append(trees.hidden(gast.Return(output(gradient, parts, preserve)), last))
    args = unit.tree.args
    for seed in parts.seeds:
        args = with_parameter(args, seed, trees.constant(1.0) if default else None, before)
    return gast.FunctionDef(name, args, body, [], None, None, [])


def kept_value(parts: Halves, body: list[gast.stmt], unit: Unit) -> Halves:
    """Keep the value where the backward pass sets its variable, or its elements, back."""
    changed = trees.all_writes(parts.backward)
    written = {effects.mutated_root(node, unit.names) for node in trees.statements(parts.backward)}
    mapping: dict[str, gast.expr] = {}
    for name in sorted(trees.reads(parts.value)):
        is_shared = not written.isdisjoint(parts.sharing.get(name, ()))
        if name in changed or name in written or is_shared:
            kept = unit.names.fresh("value")
            value: gast.expr = trees.name(name)
            if name in written:
                value = trees.method(value, "copy")
            elif is_shared:
                value = gast.UnaryOp(gast.UAdd(), value)
            body.append(trees.assign(kept, value))
            mapping[name] = trees.name(kept)
    return parts._replace(value=trees.substitute(parts.value, mapping))


def output(gradient: gast.expr, parts: Halves, preserve: bool | str) -> gast.expr:
    value = parts.value
    if parts.aux is not None:
        if not preserve:
            return trees.pack([gradient, parts.aux])
        value = trees.pack([value, parts.aux])
    if preserve == "first":
        return trees.pack([value, gradient])
    return trees.pack([gradient, value]) if preserve else gradient


def pack(values: Sequence[gast.expr]) -> gast.expr:
    return values[0] if len(values) == 1 else trees.pack(values)


def with_parameter(
    args: gast.arguments,
    name: str,
    default: gast.expr | None,
    before: Sequence[str] = (),
    by_keyword: bool = False,
) -> gast.arguments:
    """One more parameter behind all that are positional, or in front of some; only by keyword behind
    `*args`.

    A positional one without a default takes the defaults of those in front of it.
    """
    new = gast.Name(name, gast.Param(), None, None)
    if args.vararg or by_keyword:
        at = _position(args.kwonlyargs, before)
        only, values = list(args.kwonlyargs), list(args.kw_defaults)
        only.insert(at, new)
        values.insert(at, default)
        return trees.rebuild(args, kwonlyargs=only, kw_defaults=values)
    positional = list(args.args)
    at = _position(positional, before)
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    positional.insert(at, new)
    if default is None:
        defaults[:at] = [None] * at
    defaults.insert(at, default)
    return trees.rebuild(args, args=positional, defaults=[d for d in defaults if d is not None])


def _position(parameters: Sequence[gast.Name], before: Sequence[str]) -> int:
    for at, parameter in enumerate(parameters):
        if parameter.id in before:
            return at
    return len(parameters)


def _with_stems(
    body: list[gast.stmt], result: gast.expr, names: Names
) -> tuple[list[gast.stmt], gast.expr]:
    """The second half with the user's names for what it restores: those of the first are not in it."""
    last = gast.Return(result)
    used = {n.id for node in (*body, last) for n in trees.walk(node) if isinstance(n, gast.Name)}
    mapping: dict[str, str] = {}
    for name in sorted(trees.all_writes(body) - liveness.live_before([*body, last])):
        stem = names.stems.get(name)
        if stem is not None and stem not in used | set(mapping.values()):
            mapping[name] = stem
    renamed = trees.rename(last, mapping)
    return [trees.rename(node, mapping) for node in body], renamed.value  # type: ignore[attr-defined]


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
    second, gradient = _with_stems(second, gradient, names)
    parameters = {p.id for p in trees.parameters(whole.args)}
    seeds = live_names(whole, parts.seeds)
    result = gast.Return(gradient)
    needed = liveness.live_before([*second, result]) - set(seeds)
    saved = sorted(needed & (trees.all_writes(first) | parameters))
    unbound = sorted(set(saved) - definitions.always_bound(first) - parameters)
    first = [*(trees.assign(n, trees.constant(None)) for n in unbound), *first]
    bundle = trees.pack([trees.name(n) for n in saved])
    kept = trees.name("saved") if "saved" not in names.user | set(saved) else trees.name("kept")
    unpack = [trees.assign(bundle, kept)] if len(saved) > 1 else []
    if len(saved) == 1:
        kept, bundle = trees.name(saved[0]), trees.name(saved[0])
    one = gast.FunctionDef(
        forward, without(whole.args, seeds), [*first, gast.Return(trees.pack([value, bundle]))],
        [], None, None, [],
    )  # fmt: skip
    inputs = [gast.Name(n, gast.Param(), None, None) for n in (kept.id, *seeds)]
    other = gast.FunctionDef(
        backward, gast.arguments(inputs, [], None, [], [], None, []),
        [*unpack, *second, result], [], None, None, [],
    )  # fmt: skip
    return one, other


def live_names(whole: gast.FunctionDef, seeds: Sequence[str]) -> list[str]:
    return [p.id for p in trees.parameters(whole.args) if p.id in seeds]


def caller(
    whole: gast.FunctionDef, parts: Halves, forward: str, backward: str, names: Names,
    preserve: bool | str,
) -> gast.FunctionDef:  # fmt: skip
    """The function that calls both halves, one after the other."""
    seeds = live_names(whole, parts.seeds)
    value, saved = (trees.name(names.fresh(n)) for n in ("value", "saved"))
    one, other = (trees.name(names.bind(Generated(n, True), n)) for n in (forward, backward))
    ahead = without(whole.args, seeds)
    arguments: list[gast.expr] = [trees.name(p.id) for p in (*ahead.posonlyargs, *ahead.args)]
    if ahead.vararg:
        arguments.append(gast.Starred(trees.name(ahead.vararg.id), trees.LOAD))
    keywords = [gast.keyword(p.id, trees.name(p.id)) for p in ahead.kwonlyargs]
    if ahead.kwarg:
        keywords.append(gast.keyword(None, trees.name(ahead.kwarg.id)))
    first = gast.Call(one, arguments, keywords)
    gradient = trees.call(other, saved, *map(trees.name, seeds))
    whole_value = parts._replace(value=value, aux=None)
    if parts.aux is not None and not preserve:
        # The first half returns (value, aux).
        whole_value = parts._replace(aux=trees.subscript(value, trees.constant(1)))
    body = [
        trees.assign(trees.pack([value, saved]), first),
        gast.Return(output(gradient, whole_value, preserve)),
    ]
    return gast.FunctionDef(whole.name, whole.args, body, [], None, None, [])


def without(args: gast.arguments, names: Sequence[str]) -> gast.arguments:
    """The arguments without some; defaults stay with what they belong to."""
    defaults = [None] * (len(args.args) - len(args.defaults)) + list(args.defaults)
    positional = [
        (p, d) for p, d in zip(args.args, defaults, strict=True) if p.id not in names
    ]
    only = [
        (p, d)
        for p, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        if p.id not in names
    ]
    return trees.rebuild(
        args,
        args=[p for p, _ in positional],
        defaults=[d for _, d in positional if d is not None],
        kwonlyargs=[p for p, _ in only],
        kw_defaults=[d for _, d in only],
    )


def is_heading(node: gast.stmt, text: str) -> bool:
    return trees.is_comment(node) and node.value.value == text
