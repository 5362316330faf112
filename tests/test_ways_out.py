"""What is refused has a name, a place and a way out; and what an exception shows of the user's file."""

from __future__ import annotations

import linecache
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tangent_ad
from tangent_ad import (
    InputTypeError,
    MissingRuleError,
    OutputError,
    RuleError,
    ShapeError,
    UnsupportedSyntaxError,
    WrtError,
)
from tests.refusals import line_of, points_at, refused

VECTOR = np.array([0.5, 1.5, 2.5])


# ---- wrt -----------------------------------------------------------------------------------------


def area(width, height):
    return width * height


@pytest.mark.parametrize("wrt", [None, 1.5, object(), {"width": 1}, {"width", "height"}])
def test_wrt_of_a_wrong_type(wrt: Any) -> None:
    error = refused(lambda: tangent_ad.grad(area, wrt=wrt), WrtError)
    assert "the parameters of area are width, height" in str(error)


def test_wrt_may_be_an_integer_of_numpy() -> None:
    assert tangent_ad.grad(area, wrt=np.int64(1))(2.0, 3.0) == 2.0


# ---- output --------------------------------------------------------------------------------------


def sometimes_nothing(x):
    if x > 0.0:
        return x * x


def now_one_then_two(x):
    if x > 0.0:
        return x, x
    return x


def comparison(x):
    return x > 1.0


@pytest.mark.parametrize(
    "f, at, line",
    [
        (sometimes_nothing, -1.0, "if x > 0.0"),
        (now_one_then_two, 1.0, "return x, x"),
        (comparison, 2.0, "return x > 1.0"),
    ],
)
def test_output_that_is_not_always_one_number(f: Callable, at: float, line: str) -> None:
    error = refused(lambda: tangent_ad.grad(f)(at), OutputError)
    filename, _, _, _ = line_of(f, line)
    assert error.filename == filename and error.lineno is not None


def with_a_derivative_inside(x):
    return tangent_ad.grad(squares)(x) ** 2


def test_a_derivative_made_inside_has_a_way_out() -> None:
    # The compiler read its own source.
    error = refused(lambda: tangent_ad.grad(with_a_derivative_inside)(2.0), UnsupportedSyntaxError)
    filename, _, _, _ = line_of(with_a_derivative_inside, "tangent_ad.grad")
    assert error.filename == filename and "make it outside" in str(error)


# ---- arguments and seeds -------------------------------------------------------------------------


def squares(x):
    return np.sum(x * x)


@pytest.mark.parametrize("value", ["text", None, np.array(["text"])])
def test_an_argument_without_a_derivative_has_a_way_out(value: Any) -> None:
    error = refused(lambda: tangent_ad.grad(squares)(value), InputTypeError)
    assert ".astype(float)" not in str(error)
    assert "wrt" in str(error)


@pytest.mark.parametrize("value", [1j, np.array([1j])])
def test_a_complex_result_has_a_way_out(value: Any) -> None:
    error = refused(lambda: tangent_ad.grad(squares)(value), OutputError)
    assert "np.abs" in str(error) and "vjp" in str(error)


def test_the_seed_of_a_number_is_a_number() -> None:
    error = refused(lambda: tangent_ad.vjp(squares)(VECTOR, np.ones(4)), ShapeError)
    assert "(4,)" in str(error) and "()" in str(error)


def constant(x):
    return 2.0


def test_the_zero_of_a_number_is_a_number() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tangent_ad.IndependentOutputWarning)
        assert isinstance(tangent_ad.grad(constant)(2.0), float)


# ---- messages without a way out ------------------------------------------------------------------


def unknown_method(x):
    return np.sum(x.byteswap())


def writes_an_attribute(x):
    x.shape = (3, 1)
    return np.sum(x)


@pytest.mark.parametrize(
    "f, kind, culprit",
    [
        (unknown_method, MissingRuleError, "x.byteswap()"),
        (writes_an_attribute, UnsupportedSyntaxError, "x.shape"),
    ],
)
def test_a_refusal_says_what_to_do(f: Callable, kind: type, culprit: str) -> None:
    error = refused(lambda: tangent_ad.grad(f), kind)
    points_at(error, f, culprit)
    message = str(error).splitlines()[0]
    assert ";" in message, message


def defines_a_class(x):
    class Inner:
        y = x

    return Inner.y


def catches_groups(x):
    try:
        y = x * x
    except* ValueError:
        y = x
    return y


@pytest.mark.parametrize(
    "f, culprit", [(defines_a_class, "class Inner:"), (catches_groups, "try:")]
)
def test_what_is_not_supported_is_called_by_its_name(f: Callable, culprit: str) -> None:
    error = refused(lambda: tangent_ad.grad(f), UnsupportedSyntaxError)
    assert error.lineno == line_of(f, culprit)[1]


def copies_and_stops(x):
    y = np.zeros(3)
    np.copyto(y, x)
    return np.sum(y)


def test_no_warning_ahead_of_a_refusal() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refused(lambda: tangent_ad.grad(copies_and_stops), UnsupportedSyntaxError)


# ---- exceptions of the function ------------------------------------------------------------------


def raises(x):
    if x > 1.0:
        raise ValueError("no good")
    return x * x


def divides(x):
    return 1.0 / (x - 2.0)


def test_the_traceback_shows_the_users_line() -> None:
    with pytest.raises(ValueError, match="no good") as caught:
        tangent_ad.grad(raises)(2.0)
    filename, lineno, _, _ = line_of(raises, "raise ValueError")
    text = "".join(traceback.format_exception(caught.value))
    assert f'{filename}", line {lineno}' in text or f"{filename}:{lineno}" in text


def test_the_line_map_has_the_line_that_returns() -> None:
    df = tangent_ad.value_and_grad(divides)
    with pytest.raises(ZeroDivisionError) as caught:
        df(2.0)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert last.lineno is not None
    assert df.line_map.get(last.lineno) == line_of(divides, "return 1.0")[:2]


# ---- rules ---------------------------------------------------------------------------------------


def sets_the_derivative_of_the_result(z, x):
    d[z] = d[x]  # noqa: F821


def test_a_rule_does_not_set_the_derivative_of_the_result() -> None:
    def stand_in(x):
        return x

    with pytest.raises(RuleError):
        tangent_ad.adjoint(stand_in)(sets_the_derivative_of_the_result)


def test_a_rule_may_be_declared_inside_a_function() -> None:

    def stand_in(x):
        return 2.0 * x

    @tangent_ad.adjoint(stand_in)
    def tripled(z, x):
        d[x] = 3.0 * d[z]  # noqa: F821

    assert tangent_ad.grad(lambda x: stand_in(x) * x)(1.0) == 5.0


# ---- calls of NumPy ---------------------------------------------------------------------------


def forgets_an_argument(x):
    return np.sum(np.searchsorted(x) * x)


def test_a_call_that_would_fail_is_not_an_internal_error() -> None:
    with pytest.raises((TypeError, tangent_ad.TangentError)):
        tangent_ad.grad(forgets_an_argument)(VECTOR)


def jumps(x):
    return np.sum(np.unwrap(x))


def test_what_is_refused_on_purpose_has_a_way_out() -> None:
    error = refused(lambda: tangent_ad.grad(jumps), MissingRuleError)
    points_at(error, jumps, "np.unwrap(x)")
    assert "@adjoint" in str(error)


# ---- size ----------------------------------------------------------------------------------------


def function_from(text: str, name: str) -> Any:
    filename = f"<{name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    namespace: dict[str, Any] = {"np": np}
    exec(compile(text, filename, "exec"), namespace)
    return namespace[name]


@pytest.mark.parametrize(
    "expression",
    [" + ".join(["x * x"] * 1000), "(" * 150 + "x" + " * x + 1.0)" * 150],
    ids=["a sum of a thousand terms", "150 parentheses"],
)
def test_long_expressions(expression: str) -> None:
    f = function_from(f"def long(x):\n    return {expression}\n", "long")
    try:
        got = tangent_ad.grad(f)(0.5)
    except tangent_ad.TangentError:
        return
    np.testing.assert_allclose(got, (f(0.5 + 1e-6) - f(0.5 - 1e-6)) / 2e-6, rtol=1e-6)


def leaves_it_to_others(x):
    return catches_groups(x)


def calls_what_catches_groups(x):
    class Inner:
        pass

    return catches_groups(x) * x


def test_what_is_not_understood_is_listed_for_the_whole_call_tree() -> None:
    error = refused(lambda: tangent_ad.grad(calls_what_catches_groups), UnsupportedSyntaxError)
    assert len(error.errors) == 2
    assert {e.lineno for e in error.errors} == {
        line_of(calls_what_catches_groups, "class Inner")[1],
        line_of(catches_groups, "try:")[1],
    }


def test_the_recursion_limit_is_what_it_was() -> None:
    before = sys.getrecursionlimit()
    tangent_ad.grad(lambda x: x * x)(1.0)
    refused(lambda: tangent_ad.grad(leaves_it_to_others), UnsupportedSyntaxError)
    assert sys.getrecursionlimit() == before
