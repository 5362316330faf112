"""Every rule in the table against finite differences, the other mode, and itself once more.

Nothing is listed here: operations come from the registry, the calls to test from their rules
(`sample=`) or, for elementwise functions, from operands that broadcast in several ways.
"""

import functools
from typing import Any

import gast
import numpy as np
import pytest

import tangent_ad
from tangent_ad.analysis import operations
from tangent_ad.runtime import checks, control, einsum, linear_algebra
from tangent_ad.syntax import template, trees

from . import kit
from .spelling import Use, is_of_library, is_of_runtime, uses

USES = {use.id: use for use in uses() if use.wrt}


def point_of(use: Use) -> kit.Point:
    return kit.Point(use.function, use.values, use.wrt)


@pytest.mark.parametrize("name", USES)
def test_first_order(name: str) -> None:
    use = USES[name]
    point = point_of(use)
    try:
        kit.check_reverse(point)
    except tangent_ad.MissingRuleError:
        if not use.variant:
            raise
        pytest.skip("the rule wants to read this off the source")
    if not use.variant and not use.is_alias:
        kit.check_options(point, like=use.arguments)
    if use.is_first:
        kit.check_options(point, optimized=False)
    if use.variant != "variables":
        kit.check_forward(point)
    if kit.arrays(use.arguments):
        kit.check_single_precision(point)


def second_order() -> list[tuple[str, str]]:
    """Both ways for the first sample of a rule, and one of the two for the others."""
    modes = ("forward_over_reverse", "reverse_over_reverse")
    return [
        (use.id, mode)
        for use in USES.values()
        for turn, mode in enumerate(modes)
        if not (use.is_alias or use.variant or is_of_runtime(use.entry))
        and (use.is_first or turn == use.number % 2)
    ]


@pytest.mark.parametrize(("name", "mode"), second_order())
def test_second_order(name: str, mode: str) -> None:
    kit.check_second_order(point_of(USES[name]), mode)


RULES = [
    entry
    for entry in operations.TABLE.values()
    if entry.kind in (operations.ELEMENTWISE, operations.GENERAL) and is_of_library(entry)
]


# What lists and objects make of derivatives is tested in programs with such.
IN_PROGRAMS = ("tangent_ad.runtime.structures", "tangent_ad.runtime.instances")


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.name)
def test_every_rule_has_samples(entry: operations.Operation) -> None:
    """Registered is tested: of every rule there is a use, with something to differentiate."""
    if entry.function not in (functools.partial.args, functools.partial.keywords):
        if not entry.name.startswith(IN_PROGRAMS):
            assert any(use.entry is entry for use in USES.values())
    assert entry.kind == operations.ELEMENTWISE or (
        entry.tangent or entry.linear or entry.multilinear
    ), f"{entry.name} has no forward mode"


# Its source is read: it is written in what can be differentiated. The other is computed while a rule
# is pasted.
WITHOUT_RULES = {linear_algebra.power_along, einsum.adjoint_subscripts}


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.name)
def test_rules_are_closed_under_differentiation(entry: operations.Operation) -> None:
    """What a rule pastes has a rule, so that a derivative can be differentiated again."""
    for rule in filter(None, (entry.adjoint, entry.tangent)):
        for node in trees.walk(template.Template(rule).tree):
            value = rule.__globals__.get(node.id) if isinstance(node, gast.Name) else None
            if getattr(value, "__module__", "").startswith("tangent_ad.runtime."):
                assert value in WITHOUT_RULES or operations.find(value), f"{value.__name__}"


# What a step function says of a place, it says of the places beside it.
PLACES = np.array([-1.7, -0.4, 0.3, 1.2, 2.6])
# No derivative to speak of, or made for ints.
APART = {id, hash, object, type, np.ix_, control.stop_gradient, checks.common_length}


def values_of(function: Any) -> tuple[Any, Any] | None:
    """Two values of a function, a small step apart; None where it does not take numbers to numbers."""
    for place in (PLACES, float(PLACES[3])):
        try:
            found = function(place), function(place + 1e-9)
            numbers = [np.asarray(value).astype(float, casting="safe") for value in found]
        except Exception:  # noqa: BLE001, S112 - the question is whether it can be called
            continue
        return numbers[0], numbers[1]
    return None


STEPS = {
    entry.name: values
    for entry in operations.TABLE.values()
    if entry.kind == operations.ZERO and not entry.effect and entry.function not in APART
    and "empty" not in entry.name
    and (values := values_of(entry.function)) is not None
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_declared_zero_is_flat(name: str) -> None:
    here, beside = STEPS[name]
    np.testing.assert_array_equal(here, beside)
