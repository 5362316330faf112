"""Bad input of every kind: the error, its place in the user's file, and a way out.

After each of these the next derivative works, no file is written, nothing is printed, and the
module of the function is as it was.
"""

from __future__ import annotations

import functools
import importlib.util
import math
import os
import tempfile
import traceback
import warnings
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tangent_ad
from tangent_ad import (
    AliasError,
    AmbiguousSourceError,  # noqa: F401 - the family is complete, see test_the_family
    InputTypeError,
    MissingRuleError,
    OutputError,
    RuleError,
    ShapeError,
    SourceError,
    StaleSourceError,
    TangentError,
    UnsupportedFunctionError,
    UnsupportedSyntaxError,
    WrtError,
)
from tests.refusals import Unharmed, line_of, points_at, refused, works

VECTOR = np.array([0.5, 1.5, 2.5])


@pytest.fixture(autouse=True)
def nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[None]:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    watch = Unharmed(__name__, here)
    yield
    watch.check()
    works()
    assert capfd.readouterr() == ("", "")


# ---- wrt ---------------------------------------------------------------------------------------


def area(width, height, *, scale=1.0):
    return width * height * scale


@pytest.mark.parametrize("transform", [tangent_ad.grad, tangent_ad.jvp, tangent_ad.hvp])
@pytest.mark.parametrize(
    "wrt, says",
    [
        ((), "empty"),
        ([], "empty"),
        (7, "no argument number 7"),
        (-1, "no argument number -1"),
        ((0, 7), "no argument number 7"),
        (2, "no argument number 2"),  # a keyword-only parameter is asked for by its name
        ("depth", "no parameter 'depth'"),
        ("width,height", "no parameter 'width,height'"),
        (("width", "depth"), "no parameter 'depth'"),
        (("width", "width"), "twice"),
        ((0, 0), "twice"),
        ((0, "width"), "twice"),
        (True, "positions and names, not True"),
        (b"width", "no argument number 119"),
        (("width", None), "positions and names, not None"),
        ((0, 1.0), "positions and names, not 1.0"),
    ],
)
def test_wrt_that_names_no_parameter(transform: Callable, wrt: Any, says: str) -> None:
    error = refused(lambda: transform(area, wrt=wrt), WrtError)
    assert isinstance(error, ValueError)
    assert says in str(error)
    assert "the parameters of area are width, height, scale" in str(error)


def test_wrt_of_a_function_without_parameters() -> None:
    error = refused(lambda: tangent_ad.grad(lambda: 1.0), WrtError)
    assert "none" in str(error)


@pytest.mark.parametrize(
    "options",
    [{"wrt": 1, "argnums": 0}, {"argnums": 0, "argnum": 1}, {"wrt": "width", "argnum": 0}],
)
def test_wrt_given_twice(options: dict[str, Any]) -> None:
    error = refused(lambda: tangent_ad.grad(area, **options), WrtError)
    assert "wrt=, argnums= and argnum=" in str(error)


@pytest.mark.parametrize("argnums", [-1, 5, (0, 0), (), "depth"])
def test_wrong_argnums(argnums: Any) -> None:
    error = refused(lambda: tangent_ad.grad(area, argnums=argnums), WrtError)
    assert "the parameters of area are" in str(error)


def test_wrt_keeps_the_order_that_it_has() -> None:
    assert tangent_ad.grad(area, wrt=("height", "width"))(2.0, 5.0) == (2.0, 5.0)


def test_wrt_counts_behind_bound_arguments() -> None:
    bound = functools.partial(area, 2.0)
    assert tangent_ad.grad(bound)(5.0) == 2.0
    refused(lambda: tangent_ad.grad(bound, wrt=1), WrtError)


@pytest.mark.parametrize(
    "transform, options",
    [
        (tangent_ad.autodiff, {"mode": "sideways"}),
        (tangent_ad.autodiff, {"motion": "sideways"}),
        (tangent_ad.hvp, {"mode": "sideways"}),
    ],
)
def test_options_that_do_not_exist(transform: Callable, options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not 'sideways'"):
        transform(area, **options)


# ---- output --------------------------------------------------------------------------------------


def returns_pair(x):
    return x, x * x


def returns_list(x):
    return [x, x * x]


def returns_dict(x):
    return {"x": x * x}


def returns_text(x):
    return "text"


def returns_none(x):
    return None


def returns_nothing(x):
    x.sum()


def returns_vector(x):
    return np.sin(x) * 2.0


def returns_matrix(x):
    return np.outer(x, x)


@pytest.mark.parametrize(
    "f, culprit, says, way_out",
    [
        (returns_pair, "return x, x * x", "returns a tuple", "vjp"),
        (returns_list, "return [x, x * x]", "returns a list", "vjp"),
        (returns_dict, 'return {"x": x * x}', "returns a dict", "vjp"),
        (returns_text, 'return "text"', "returns text", "return the number"),
        (returns_none, "return None", "returns nothing", "return the number"),
        (returns_nothing, "x.sum()", "returns nothing", "return the number"),
        (returns_vector, "return np.sin(x) * 2.0", "array of 1 axis", "jacobian"),
        (returns_matrix, "return np.outer(x, x)", "an array of", "elementwise_grad"),
    ],
)
def test_output_that_is_not_one_number(f: Callable, culprit: str, says: str, way_out: str) -> None:
    error = refused(lambda: tangent_ad.grad(f)(VECTOR), OutputError)
    assert isinstance(error, TypeError)
    points_at(error, f, culprit)
    assert says in str(error) and way_out in str(error)


def test_the_kind_of_output_may_show_at_the_call_only() -> None:
    df = tangent_ad.grad(returns_vector)
    assert df(0.0) == 2.0
    refused(lambda: df(VECTOR), OutputError)
    assert df(0.0) == 2.0


# ---- arguments -----------------------------------------------------------------------------------


def squares(x, label="a"):
    return np.sum(x * x)


@pytest.mark.parametrize(
    "value, kind",
    [
        (True, "bool"),
        ("text", "str"),
        (b"text", "bytes"),
        (None, "NoneType"),
        (object(), "object"),
        (len, "builtin_function_or_method"),
        (np.array(["text"]), "<U4"),
        (np.array([1.0, 2.0], dtype=object), "object"),
        (np.array([True]), "bool"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "datetime64"),
    ],
)
@pytest.mark.parametrize("transform", [tangent_ad.grad, tangent_ad.value_and_grad])
def test_argument_without_a_derivative(transform: Callable, value: Any, kind: str) -> None:
    error = refused(lambda: transform(squares)(value), InputTypeError)
    assert isinstance(error, TypeError)
    assert "squares" in str(error) and "argument x" in str(error) and kind in str(error)


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64, np.uint8])
def test_array_of_integers(dtype: type) -> None:
    error = refused(lambda: tangent_ad.grad(squares)(np.arange(3, dtype=dtype)), InputTypeError)
    assert np.dtype(dtype).name in str(error) and ".astype(float)" in str(error)


def test_a_python_integer_counts_as_a_float() -> None:
    got = tangent_ad.grad(lambda x: x**3 / 2)(3)
    assert isinstance(got, float) and got == 13.5


def test_integers_that_are_not_differentiated_are_welcome() -> None:
    def pick(x, i, powers):
        return x[i] ** 2 * np.sum(powers)

    got = tangent_ad.grad(pick)(VECTOR, 1, np.arange(3))
    np.testing.assert_allclose(got, [0.0, 9.0, 0.0])


@pytest.mark.parametrize("arguments", [(), (1.0, "a", 1.0, 2.0)])
def test_wrong_number_of_arguments(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="positional argument") as caught:
        tangent_ad.grad(squares)(*arguments)
    assert not isinstance(caught.value, TangentError)


def test_unknown_keyword() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'depth'"):
        tangent_ad.grad(squares)(1.0, depth=3)


# ---- seeds ---------------------------------------------------------------------------------------


def sines(x):
    return np.sin(x)


def cubes(x):
    return np.sum(x * x * x)


@pytest.mark.parametrize(
    "make, f, seed, shape",
    [
        (tangent_ad.vjp, sines, 1.0, "()"),
        (tangent_ad.vjp, sines, np.ones(4), "(4,)"),
        (tangent_ad.vjp, sines, np.ones((3, 1)), "(3, 1)"),
        (tangent_ad.jvp, sines, np.ones(4), "(4,)"),
        (tangent_ad.jvp, sines, 1.0, "()"),
        (tangent_ad.jvp, cubes, np.ones((1, 3)), "(1, 3)"),
        (tangent_ad.hvp, cubes, np.ones(2), "(2,)"),
    ],
)
def test_seed_or_tangent_of_wrong_shape(make: Callable, f: Callable, seed: Any, shape: str) -> None:
    error = refused(lambda: make(f)(VECTOR, seed), ShapeError)
    assert isinstance(error, ValueError)
    assert shape in str(error) and "(3,)" in str(error)


# ---- functions -----------------------------------------------------------------------------------


def generator(x):
    yield x * x


async def coroutine(x):
    return x * x


async def asynchronous_generator(x):
    yield x * x


class Model:
    def __init__(self, x):
        self.x = x

    def square(self, x):
        return x * x


@pytest.mark.parametrize(
    "f, says, way_out",
    [
        (generator, "generator is a generator", "return a value"),
        (coroutine, "coroutine is async", "without async"),
        (asynchronous_generator, "asynchronous_generator is async", "without async"),
        (Model, "Model is a class", "a function that makes and uses it"),
        (int, "int is a class", "a function that makes and uses it"),
        (None, "None is not a function", ""),
        (3.0, "3.0 is not a function", ""),
        ("sin", "'sin' is not a function", ""),
        (math, "is not a function", ""),
        ([sines], "is not a function", ""),
    ],
)
@pytest.mark.parametrize("transform", [tangent_ad.grad, tangent_ad.vjp, tangent_ad.hvp])
def test_what_is_not_a_function_to_read(
    transform: Callable, f: Any, says: str, way_out: str
) -> None:
    error = refused(lambda: transform(f), UnsupportedFunctionError)
    assert isinstance(error, TypeError)
    assert says in str(error) and way_out in str(error)


@pytest.mark.parametrize(
    "f, name",
    [(zlib.crc32, "zlib.crc32"), (zlib.adler32, "zlib.adler32"), ([].append, "list.append")],
)
def test_builtin_without_a_rule(f: Callable, name: str) -> None:
    error = refused(lambda: tangent_ad.grad(f), SourceError)
    assert isinstance(error, OSError)
    assert name in str(error) and "register a rule" in str(error) and "wrap it" in str(error)


def test_function_without_source() -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def square(x):\n    return x * x\n", "<nowhere>", "exec"), namespace)
    error = refused(lambda: tangent_ad.grad(namespace["square"]), SourceError)
    assert "square" in str(error) and "linecache" in str(error)
    assert set(namespace) == {"__builtins__", "square"}


def module_from(path: Path, text: str) -> Any:
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_file_edited_since_the_import(tmp_path: Path) -> None:
    path = tmp_path / "edited.py"
    module = module_from(path, "def square(x):\n    return x * x\n")
    path.write_text("def square(x):\n    return x * x * x\n")
    os.utime(path, (1, 1))
    error = refused(lambda: tangent_ad.grad(module.square), StaleSourceError)
    assert "square" in str(error) and str(path) in str(error)


def test_file_removed_since_the_import(tmp_path: Path) -> None:
    path = tmp_path / "removed.py"
    module = module_from(path, "def square(x):\n    return x * x\n")
    path.unlink()
    error = refused(lambda: tangent_ad.grad(module.square), SourceError)
    assert "square" in str(error) and str(path) in str(error)


def doubling(f):
    def doubled(x):
        return 2.0 * f(x)

    return doubled


@doubling
def decorated(x):
    return x * x


def test_a_decorator_is_not_skipped() -> None:
    assert tangent_ad.grad(decorated)(3.0) == 12.0


@functools.lru_cache
def cached(x):
    return x * x


def test_a_cache_is_seen_through() -> None:
    assert tangent_ad.grad(cached)(3.0) == 6.0


def test_lambdas_on_one_line_are_told_apart() -> None:
    square, cube = (lambda x: x * x), (lambda x: x * x * x)
    assert (tangent_ad.grad(square)(2.0), tangent_ad.grad(cube)(2.0)) == (4.0, 12.0)


# ---- what the body holds -------------------------------------------------------------------------


def no_rule(x):
    y = np.sin(x)
    return np.sum(zlib.crc32(y))


def no_rule_where_it_is_called(x):
    y = no_rule(x) * 2.0
    return y


def no_rule_but_not_differentiated(x, phases):
    return np.sum(x * zlib.crc32(phases))


def no_rule_for_a_sum(x):
    return np.sum(x * zlib.adler32(x))


def tries(x):
    y = x
    try:
        for _ in range(3):
            y = y / x
    except ZeroDivisionError:
        pass
    return y


def runs_text(x):
    space = {"x": x}
    exec("y = x * x", space)
    return space["y"]


def cannot_tell_views_apart(x, flag):
    a = x * 1.0
    b = x * 2.0
    c = a if flag else b
    c[0] = 5.0
    return np.sum(a * b)


@pytest.mark.parametrize(
    "f, kind, culprit, says, way_out",
    [
        (no_rule, MissingRuleError, "zlib.crc32(y)", "zlib.crc32", "@adjoint(zlib.crc32)"),
        (
            no_rule_for_a_sum,
            MissingRuleError,
            "zlib.adler32(x)",
            "zlib.adler32",
            "zero(zlib.adler32)",
        ),
        (
            tries,
            UnsupportedSyntaxError,
            "for _ in range(3):",
            "may have changed",
            "set it behind the try",
        ),
    ],
)
@pytest.mark.parametrize("transform", [tangent_ad.grad, tangent_ad.jvp])
def test_what_cannot_be_differentiated(
    transform: Callable,
    f: Callable,
    kind: type[TangentError],
    culprit: str,
    says: str,
    way_out: str,
) -> None:
    error = refused(lambda: transform(f), kind)
    assert isinstance(error, NotImplementedError)
    points_at(error, f, culprit)
    assert says in str(error) and way_out in str(error)


def test_a_callee_is_refused_at_its_own_line() -> None:
    error = refused(lambda: tangent_ad.grad(no_rule_where_it_is_called), MissingRuleError)
    points_at(error, no_rule, "zlib.crc32(y)")


def test_a_rule_is_missed_only_where_it_is_needed() -> None:
    phases = np.array([0.0, 7.0, 14.0])
    got = tangent_ad.grad(no_rule_but_not_differentiated)(VECTOR, phases)
    np.testing.assert_allclose(got, [float(zlib.crc32(phases))] * 3)


def test_several_things_are_listed_together() -> None:
    def two(x):
        y = zlib.crc32(x)
        z = zlib.adler32(x)
        return np.sum(y * z)

    error = refused(lambda: tangent_ad.grad(two), MissingRuleError)
    assert str(error).startswith("2 things stand in the way:\n") and len(error.errors) == 2
    for each, culprit in zip(error.errors, ("zlib.crc32(x)", "zlib.adler32(x)"), strict=True):
        points_at(each, two, culprit)
        assert str(each) in str(error)


def test_text_that_is_run() -> None:
    error = refused(lambda: tangent_ad.grad(runs_text), UnsupportedSyntaxError)
    assert error.lineno == line_of(runs_text, "exec(")[1]


def test_writing_to_one_of_two() -> None:
    error = refused(lambda: tangent_ad.grad(cannot_tell_views_apart)(VECTOR, True), AliasError)
    assert error.lineno == line_of(cannot_tell_views_apart, "c[0] = 5.0")[1]


# ---- rules ---------------------------------------------------------------------------------------


def no_result():
    return 1.0


def no_such_operand(z, x):
    d[w] = d[z]  # noqa: F821 - d is the notation of rules, and w the mistake


@pytest.mark.parametrize("rule", [no_result, no_such_operand])
def test_a_mistake_in_a_rule_is_found_when_it_is_declared(rule: Callable) -> None:
    def stand_in(x):
        return x

    with pytest.raises(RuleError) as caught:
        tangent_ad.adjoint(stand_in)(rule)
    assert rule.__name__ in str(caught.value)


def test_a_rule_for_nothing() -> None:
    with pytest.raises(RuleError, match="names the function"):
        tangent_ad.elementwise()(no_such_operand)


def test_what_is_known_not_to_be_done_says_why() -> None:
    def stand_in(x):
        return x

    tangent_ad.unsupported(stand_in, "for the sake of this test")

    def uses(x):
        return stand_in(x) * 2.0

    error = refused(lambda: tangent_ad.grad(uses), MissingRuleError)
    points_at(error, uses, "stand_in(x)")
    assert "for the sake of this test" in str(error)


# ---- the user's own exceptions -------------------------------------------------------------------


class Unhappy(Exception):
    pass


def raises(x):
    y = x * x
    if y > 1.0:
        raise Unhappy(f"not with {y:.1f}")
    return y


def divides(x):
    return 1.0 / (x - 2.0)


def divides_in_a_callee(x):
    return divides(x) * x


def reads_behind_the_end(x, i):
    y = x[i] * 2.0
    return y * y


def undefined(x):
    return x * nowhere_to_be_found  # noqa: F821


@pytest.mark.parametrize(
    "f, arguments, kind, message",
    [
        (raises, (2.0,), Unhappy, "not with 4.0"),
        (divides, (2.0,), ZeroDivisionError, "division by zero"),
        (divides_in_a_callee, (2.0,), ZeroDivisionError, "division by zero"),
        (reads_behind_the_end, (VECTOR, 7), IndexError, "index 7 is out of bounds"),
        (undefined, (2.0,), NameError, "nowhere_to_be_found"),
    ],
)
@pytest.mark.parametrize("transform", [tangent_ad.grad, tangent_ad.value_and_grad])
def test_an_exception_of_the_function_comes_out_as_it_is(
    transform: Callable,
    f: Callable,
    arguments: tuple[Any, ...],
    kind: type[Exception],
    message: str,
) -> None:
    df = transform(f)
    with pytest.raises(kind, match=message) as caught:
        df(*arguments)
    assert type(caught.value) is kind and caught.value.__cause__ is None
    # Every frame under this test is generated code, with its text.
    frames = traceback.extract_tb(caught.value.__traceback__)[1:]
    assert frames and all(frame.filename.startswith("<tangent_ad ") for frame in frames)
    assert all(frame.line for frame in frames)


@pytest.mark.parametrize(
    "f, culprit",
    [(raises, "raise Unhappy"), (reads_behind_the_end, "y = x[i]")],
)
def test_the_line_map_leads_from_the_traceback_to_the_users_line(f: Callable, culprit: str) -> None:
    df = tangent_ad.value_and_grad(f)
    arguments = (VECTOR, 7) if f is reads_behind_the_end else (2.0,)
    with pytest.raises((Unhappy, ArithmeticError, IndexError)) as caught:
        df(*arguments)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert last.lineno is not None
    filename, lineno, _, _ = line_of(f, culprit)
    assert df.line_map[last.lineno] == (filename, lineno)


def test_an_exception_leaves_no_trace_in_the_next_call() -> None:
    df = tangent_ad.grad(divides)
    with pytest.raises(ZeroDivisionError):
        df(2.0)
    assert df(3.0) == -1.0


# ---- warnings ------------------------------------------------------------------------------------


def constant(x):
    return 2.0


def test_an_output_that_does_not_depend_on_the_argument() -> None:
    filename, lineno, _, _ = line_of(constant, "return 2.0")
    with pytest.warns(tangent_ad.IndependentOutputWarning) as caught:
        got = tangent_ad.grad(constant)(VECTOR)
    np.testing.assert_array_equal(got, np.zeros(3))
    (warning,) = caught
    assert f"{filename}:{lineno}:" in str(warning.message)
    assert "constant" in str(warning.message)
    # The message says how to silence it, and that works.
    command = str(warning.message).rpartition("To silence this: ")[2]
    with warnings.catch_warnings(record=True) as silenced:
        warnings.simplefilter("always")
        exec(command, {"warnings": warnings, "tangent_ad": tangent_ad})
        tangent_ad.grad(constant)
    assert not silenced


# ---- the family ----------------------------------------------------------------------------------


def test_the_family() -> None:
    """One base for all; each is also the standard exception that a caller would look for."""
    standard = {
        "SourceError": OSError,
        "UnsupportedFunctionError": TypeError,
        "UnsupportedSyntaxError": NotImplementedError,
        "MissingRuleError": NotImplementedError,
        "WrtError": ValueError,
        "OutputError": TypeError,
        "InputTypeError": TypeError,
        "ShapeError": ValueError,
        "RuleError": TypeError,
        "InternalError": RuntimeError,
    }
    for name, base in standard.items():
        kind = getattr(tangent_ad, name)
        assert issubclass(kind, TangentError) and issubclass(kind, base)
        assert str(kind("what and what to do")) == "what and what to do"
