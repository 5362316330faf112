"""Calls of functions whose derivative the user gave with `custom_vjp` and `custom_jvp`.

    z = f(x, y)    ->    z, saved = f_forward(x, y)
                         ...
                         bx, by = f_backward(saved, bz)

and in forward mode `z, dz = f_jvp((x, y), (dx, dy))`.
"""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad import errors
from tangent_ad.analysis import calls
from tangent_ad.analysis.unit import Unit
from tangent_ad.differentiate.forward import Tangents
from tangent_ad.differentiate.reverse import Reverser
from tangent_ad.rules.custom import CustomRules
from tangent_ad.session import Session
from tangent_ad.syntax import source, trees


def reverse(
    session: Session, function: Any, rules: CustomRules, target: gast.expr, value: gast.Call,
    node: gast.Assign, by: Reverser,
) -> gast.Assign:  # fmt: skip
    """Reverse `target = function(...)`: the user's two functions, one in each pass."""
    operands = positional(session, function, value, by.unit)
    if rules.forward is None or rules.backward is None:
        missing(function, "reverse", "f.defvjp(forward, backward)", value, by.unit)
        return node
    if operands is None:
        return node
    names = by.unit.names
    saved = trees.name(names.fresh("saved"))
    is_name = isinstance(target, gast.Name)
    seed = by.adjoints.take(target.id) if is_name else by.pack(target)
    forward = trees.name(names.bind(rules.forward, _name(rules.forward)))
    backward = trees.name(names.bind(rules.backward, _name(rules.backward)))
    call = trees.rebuild(value, func=forward, args=operands, keywords=[])
    fixed = [o for i, o in enumerate(operands) if i in rules.not_differentiated]
    others = [o for i, o in enumerate(operands) if i not in rules.not_differentiated]
    refuse_none(rules.backward, others, value, by)
    results = [trees.name(_result_name(operand, by)) for operand in others]
    for operand, result in zip(others, results, strict=True):
        by.facts.names[result.id] = session.fact_of(operand, by.facts)
    back = trees.call(backward, *fixed, saved, seed)
    if len(results) == 1:
        by.adjoints.emit(trees.assign(results[0], trees.subscript(back, trees.constant(0))))
    else:
        by.adjoints.emit(trees.assign(trees.pack(results), back))
    active = [
        (operand, result, False)
        for operand, result in zip(others, results, strict=True)
        if by.activity.varies(operand)
    ]
    by.pullback.contribute(active)
    for operand, _, _ in active:
        # What the user's function returned may be the seed, or one array twice.
        for name in trees.reads(operand) & set(by.adjoints.state.groups):
            by.adjoints.disown(name)
    return trees.rebuild(node, targets=[trees.pack([target, saved])], value=call)


def forward(
    session: Session, function: Any, rules: CustomRules, value: gast.Call, by: Tangents
) -> gast.Call | None:
    """The call that gives the value and its tangent."""
    if rules.jvp is None:
        missing(function, "forward", "custom_jvp and @f.defjvp", value, by.unit)
        return None
    operands = positional(session, function, value, by.unit)
    if operands is None:
        return None
    jvp = trees.name(by.names.bind(rules.jvp, _name(rules.jvp)))
    return trees.call(jvp, trees.pack(operands), trees.pack([by.of(o) for o in operands]))


def positional(
    session: Session, function: Any, value: gast.Call, unit: Unit
) -> list[gast.expr] | None:
    """The arguments of a call in the order of the parameters, defaults included."""
    tree, _ = source.read(function)
    args = tree.args
    try:
        bound = calls.match(args, value)
    except calls.BindError as error:
        unit.refuse(f"this call of a function with a rule of its own: {error}", value)
        return None
    if args.vararg or args.kwarg or args.kwonlyargs:
        unit.refuse("a custom rule for a function with *args or keyword-only arguments", value)
        return None
    names = [p.id for p in (*args.posonlyargs, *args.args)]
    behind = dict(zip(names[len(names) - len(args.defaults) :], args.defaults, strict=True))
    found = [bound.get(name, behind.get(name)) for name in names]
    for name, operand in zip(names, found, strict=True):
        if name not in bound and not isinstance(operand, gast.Constant):
            unit.refuse(f"this call without {name}; give the argument", value)
            return None
    return found  # type: ignore[return-value]


def missing(function: Any, mode: str, how: str, node: gast.Call, unit: Unit) -> None:
    unit.refuse(
        f"{function.__name__} has a custom rule, but none for {mode} mode; declare one with {how}",
        node,
        errors.MissingRuleError,
    )


def refuse_none(backward: Any, operands: list[gast.expr], node: gast.Call, by: Reverser) -> None:
    """Refuse a rule whose text shows that an adjoint that is asked for is None, or left out."""
    tree, _ = source.read(backward)
    body = tree.body if isinstance(tree, gast.FunctionDef) else [gast.Return(tree.body)]
    for statement in trees.statements(body):
        if not isinstance(statement, gast.Return) or not isinstance(statement.value, gast.Tuple):
            continue
        parts = statement.value.elts
        if len(parts) != len(operands) and not any(isinstance(p, gast.Starred) for p in parts):
            by.unit.refuse(
                f"{backward.__name__} returns {len(parts)} adjoints for {len(operands)} arguments",
                node,
                errors.RuleError,
            )
            continue
        for part, operand in zip(parts, operands, strict=False):
            is_none = isinstance(part, gast.Constant) and part.value is None
            if is_none and by.activity.varies(operand):
                by.unit.refuse(
                    f"{backward.__name__} returns None for an argument that is differentiated",
                    operand,
                    errors.MissingRuleError,
                )


def _result_name(operand: gast.expr, by: Reverser) -> str:
    is_active = isinstance(operand, gast.Name) and by.activity.varies(operand)
    return by.unit.names.fresh(f"b{operand.id}" if is_active else "_")


def _name(function: Any) -> str:
    return function.__name__ if function.__name__.isidentifier() else "rule"
