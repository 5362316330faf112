"""Never silently wrong: the programs of odd_programs.py, against finite differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest

import tangent_ad
from tests import odd_programs

STEP = 1e-6


def central_differences(f: Callable) -> np.ndarray:
    steps = STEP * np.eye(len(odd_programs.AT))
    at = odd_programs.AT
    return np.array([(f(at + e) - f(at - e)) / (2.0 * STEP) for e in steps])


def right_or_refused(name: str) -> None:
    """A wrong value is not excused by a warning; nor is an error that is not ours."""
    f = odd_programs.PROGRAMS[name]
    expected = central_differences(f)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tangent_ad.IndependentOutputWarning)
        try:
            got = tangent_ad.grad(f)(odd_programs.AT.copy())
        except tangent_ad.InternalError:
            raise
        except tangent_ad.TangentError:
            return
    assert np.shape(got) == expected.shape
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", sorted(odd_programs.PROGRAMS))
def test_right_or_refused(name: str) -> None:
    right_or_refused(name)
