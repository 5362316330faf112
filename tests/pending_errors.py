"""What does not hold yet. pytest does not collect this file; run it with

    pytest tests/pending_errors.py

and move what passes: a name out of ODD_PROGRAMS, a test into test_errors.py.
"""

from __future__ import annotations

import linecache
import math
import time
from typing import Any

import numpy as np
import pytest

import tangent_ad

# Programs of odd_programs.py whose gradient is wrong, or that fail with an error that is not ours.
ODD_PROGRAMS: list[str] = []


@pytest.mark.parametrize("name", ODD_PROGRAMS)
def test_right_or_refused(name: str) -> None:
    from tests.test_odd_programs import right_or_refused

    right_or_refused(name)


# ---- second order, and text that reads well ------------------------------------------------------


def grows(x):
    y = math.sin(x)
    while y < 10.0:
        y = y * y + x
    return y


def test_forward_over_reverse_of_a_while_loop() -> None:
    """unbroadcast is read instead of known by a rule; before, dy_saved.pop().copy() of a float."""
    df = tangent_ad.grad(grows)
    expected = (df(1.5 + 1e-6) - df(1.5 - 1e-6)) / 2e-6
    np.testing.assert_allclose(tangent_ad.hvp(grows)(1.5, 1.0), expected, rtol=1e-6)


def test_what_math_returns_is_a_number() -> None:
    """require_scalar, zeros_like and unbroadcast all over it."""
    source = tangent_ad.grad(grows).source
    assert "unbroadcast" not in source and "zeros_like" not in source, source


def shifted(scores):
    return np.sum(np.exp(scores - np.max(scores, axis=1, keepdims=True)))


def test_a_maximum_of_known_shape_needs_no_helper() -> None:
    """expand(...) * shares(...), where `at_top` and a sum would do."""
    source = tangent_ad.grad(shifted).source
    assert "expand(" not in source and "shares(" not in source, source


# ---- size ----------------------------------------------------------------------------------------


def function_from(text: str, name: str) -> Any:
    filename = f"<{name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    namespace: dict[str, Any] = {"np": np}
    exec(compile(text, filename, "exec"), namespace)
    return namespace[name]


def test_500_statements_in_five_seconds() -> None:
    """They take two minutes."""
    steps = "".join(f"    y = y + {i}.0 * np.sin(x * y)\n" for i in range(500))
    f = function_from(f"def steps(x):\n    y = x\n{steps}    return y\n", "steps")
    start = time.perf_counter()
    tangent_ad.grad(f)
    assert time.perf_counter() - start < 5.0
