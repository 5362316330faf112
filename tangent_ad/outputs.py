"""What a derivative starts from: the value of a function, which is one number, or checked to have the
shape of its seed."""

from __future__ import annotations

import warnings
from typing import Any

import gast

from tangent_ad import errors
from tangent_ad.analysis import assumptions, facts
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.assumptions import LIKELY, REQUIRED, Assumptions
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.derived import Derived, Options
from tangent_ad.differentiate import joint
from tangent_ad.runtime import checks
from tangent_ad.session import result_of
from tangent_ad.syntax import trees


def ask_of_output(unit: Unit, known: Facts, options: Options, ask: Assumptions) -> None:
    """What is differentiated is one number, or likely to be."""
    if options.check_dims and (options.output == "scalar" or options.default_seed):
        result = output_fact(unit, known, options)
        if result.is_number and options.output in ("scalar", "any"):
            ask.scalar(result.shape, REQUIRED if options.output == "scalar" else LIKELY)


def output_fact(unit: Unit, known: Facts, options: Options) -> Fact:
    """What is known of the value that is differentiated."""
    value = result_of(unit.tree)
    if options.has_aux:
        if not isinstance(value, gast.Tuple) or len(value.elts) < 2:
            raise errors.OutputError(
                f"has_aux=True wants {unit.tree.name} to return (value, aux) as a tuple",
                unit.source.place(unit.tree.body[-1]),
            )
        value = value.elts[0]
    return known.of(value)


def require_output(result: Fact, unit: Unit, options: Options, ask: Assumptions) -> None:
    """Refuse outputs that cannot be the top of a derivative."""
    where = unit.source.place(unit.tree.body[-1])
    name = unit.tree.name
    if result.kind in (facts.NONE, facts.TEXT):
        raise errors.OutputError(
            f"{name} returns {'nothing' if result.kind == facts.NONE else 'text'}, "
            "which has no derivative; return the number to differentiate",
            where,
        )
    if result.is_number and result.dtype == "bool":
        raise errors.OutputError(
            f"{name} returns True or False, which has no derivative; return the number that is "
            "compared",
            where,
        )
    if result.dtype == "complex" and options.output in ("scalar", "elementwise"):
        raise errors.OutputError(f"{name} returns a complex value, {checks.COMPLEX_OUTPUT}", where)
    if options.output != "scalar":
        return
    if result.is_container:
        raise errors.OutputError(
            f"{name} returns a {result.kind}; grad wants one number. "
            "Use vjp with a seed of the same form, jacobian, or has_aux=True",
            where,
        )
    if options.check_dims and result.is_number and result.rank and not ask.guessed:
        raise errors.OutputError(
            f"{name} returns an array of {result.rank} "
            f"{'axis' if result.rank == 1 else 'axes'}; grad wants one number. Use jacobian for all "
            "derivatives, elementwise_grad for the elementwise one, or vjp with a seed",
            where,
        )


def with_checks(
    tree: gast.FunctionDef, parts: joint.Halves, unit: Unit, derived: Derived
) -> gast.FunctionDef:
    """Check the value and the seed where neither the source nor the entry can tell their shapes."""
    options, result = derived.options, derived.result
    if not options.check_dims or not isinstance(parts.value, gast.Name):
        return tree
    if any(derived.complex_seeds) and options.output in ("scalar", "elementwise"):
        tree = with_check(tree, checks.require_real, [parts.value], unit)
    if not (result.is_number or result.kind == facts.UNKNOWN) or result.is_scalar:
        return tree
    if options.output == "scalar":
        helper: Any = checks.require_scalar
        operands = [parts.value]
    elif options.output == "any":
        derived.seed_test = shape_test(result, derived)
        if derived.seed_test:
            return tree
        helper, operands = checks.require_seed, [parts.value, trees.name(parts.seeds[0])]
    else:
        return tree
    return with_check(tree, helper, operands, unit)


def with_check(
    tree: gast.FunctionDef, helper: Any, operands: list[gast.expr], unit: Unit
) -> gast.FunctionDef:
    """A derivative that calls a check between its forward and its backward pass."""
    name = trees.name(unit.names.bind(helper, helper.__name__))
    check = trees.statement(trees.call(name, *operands), unit.tree.body[-1])
    at = next(i for i, s in enumerate(tree.body) if joint.is_heading(s, "Backward pass"))
    return trees.rebuild(tree, body=[*tree.body[: at + 1], check, *tree.body[at + 1 :]])


def shape_test(result: Fact, derived: Derived) -> str:
    """The shape of the value as an expression of the arguments, if it can be written as one."""
    shape = result.shape
    if isinstance(shape, facts.shapes.Of) and isinstance(shape.token, tuple):
        if shape.token[0] == "parameter" and shape.token[1] in derived.parameters:
            return f"tangent_ad_shape({shape.token[1]})"
    if isinstance(shape, tuple):
        texts = [assumptions.length_text(length) for length in shape]
        if all(texts):
            return f"({''.join(f'{t}, ' for t in texts)})"
    return ""


def warn_if_independent(unit: Unit, activity: Activity, options: Options) -> None:
    value = result_of(unit.tree)
    if options.has_aux and isinstance(value, gast.Tuple):
        value = value.elts[0]
    for name in options.wrt:
        alone = activity
        if len(options.wrt) > 1:
            alone = Activity(unit.tree.body, activity.facts, [name], is_complete=False)
        if not alone.varies(value):
            place = unit.source.place(unit.tree.body[-1])
            warnings.warn(
                f"{place}: what {unit.tree.name} returns does not depend on {name} in a way that "
                "has a derivative; the gradient is zero. To silence this: "
                'warnings.simplefilter("ignore", tangent_ad.IndependentOutputWarning)',
                errors.IndependentOutputWarning,
                stacklevel=5,
            )
