"""Every rule in the table against finite differences, the other mode, and itself once more.

Nothing is listed here: operations come from the registry, the calls to test from their rules
(`sample=`) or, for elementwise functions, from operands that broadcast in several ways.
"""

from functools import cache

import pytest

import tangent_ad  # noqa: F401 - loads the rules

from . import kit
from .spelling import uses

USES = {use.id: use for use in uses() if use.wrt}


def each(chosen: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("use", chosen)


@cache
def point(use: str) -> kit.Point:
    return kit.Point(USES[use].function, USES[use].values, USES[use].wrt)


@each(list(USES))
def test_reverse(use: str) -> None:
    kit.check_reverse(point(use))


@each(list(USES))
def test_reverse_of_known_ranks(use: str) -> None:
    kit.check_options(point(use), like=USES[use].arguments)


@each(list(USES))
def test_reverse_without_optimiser(use: str) -> None:
    kit.check_options(point(use), optimized=False)


@each(list(USES))
def test_forward(use: str) -> None:
    kit.check_forward(point(use))


@each(list(USES))
def test_forward_over_reverse(use: str) -> None:
    kit.check_second_order(point(use), "forward_over_reverse")


@each(list(USES))
def test_reverse_over_reverse(use: str) -> None:
    kit.check_second_order(point(use), "reverse_over_reverse")


@each([name for name, use in USES.items() if kit.arrays(use.arguments)])
def test_single_precision(use: str) -> None:
    kit.check_single_precision(point(use))
