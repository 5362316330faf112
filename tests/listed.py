"""Functions that a file of tests lists, each to be right in reverse and in forward mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tangent_ad import autodiff, grad
from tests.api.differences import gradient

V = np.array([0.9, -0.4, 1.7])


class Listed:
    """A decorator, `@program(*arguments)`, that keeps what it decorates; the first argument is the
    variable of differentiation, an array whose last axis has three elements."""

    def __init__(self) -> None:
        self.programs: list[tuple[Callable, tuple]] = []

    def __call__(self, *given: Any) -> Callable[[Callable], Callable]:
        def keep(function: Callable) -> Callable:
            self.programs.append((function, given))
            return function

        return keep

    def tests(self) -> tuple[Callable, Callable]:
        """Tests of what is listed so far, against differences at two steps."""
        each = pytest.mark.parametrize(
            ("function", "given"), self.programs, ids=lambda p: getattr(p, "__name__", "")
        )
        ways = [{}, {"optimized": False}, {"motion": "split"}]

        @each
        @pytest.mark.parametrize("options", ways, ids=str)
        def test_reverse(function, given, options):
            want = gradient(function, *given)
            got = grad(function, **options)(*given)
            np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)

        @each
        def test_forward(function, given):
            direction = V * np.ones_like(given[0])
            got = autodiff(function, mode="forward")(*given, direction)
            want = np.sum(gradient(function, *given) * direction)
            np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)

        return test_reverse, test_forward
