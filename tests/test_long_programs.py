"""Programs that are long or deep: read in a time that grows as they do, and without recursion limits."""

import linecache
import time

import numpy as np
import pytest

from tangent_ad import errors, grad
from tests.api.differences import gradient

X = np.array([0.6, 1.2, 0.9])


def program(body, name="f"):
    """The function that some text defines, as an interactive session would have it."""
    file = f"<{name} of {len(body)} characters, {hash(body)}>"
    linecache.cache[file] = (len(body), None, body.splitlines(True), file)
    scope = {"np": np}
    exec(compile(body, file, "exec"), scope)
    return scope[name]


def statements(count):
    lines = [
        f"    y = y * 0.9 + np.sin(x[{i % 3}]) * {i % 7}.0\n"
        if i % 5
        else f"    if y > {i}.0:\n        y = y * 0.5\n"
        for i in range(count)
    ]
    return program(f"def f(x):\n    y = x[0]\n{''.join(lines)}    return y\n")


@pytest.mark.parametrize("count", [199, 300, 700])
def test_a_sum_of_many_terms(count):
    f = program("def f(x):\n    return " + " + ".join(f"x[{i % 3}] * {i}.0" for i in range(count)))
    np.testing.assert_allclose(grad(f)(X), gradient(f, X), rtol=1e-7)


def test_a_long_product_in_an_argument_is_refused_by_its_place():
    f = program("def f(x):\n    return np.sin(" + " * ".join(["x[0]"] * 300) + ")\n")
    with pytest.raises(errors.UnsupportedSyntaxError, match="levels") as info:
        grad(f)
    assert info.value.lineno == 2


def test_a_chain_of_elif():
    arms = [f"    elif x[0] > {10 - i}.0:\n        y = x[0] * {i}.0\n" for i in range(120)]
    f = program(
        "def f(x):\n    if x[0] > 1000.0:\n        y = x[0]\n"
        + "".join(arms)
        + "    return y * x[1]\n"
    )
    np.testing.assert_allclose(grad(f)(X), gradient(f, X), rtol=1e-7)


def test_nested_loops():
    loops = "".join("    " * (i + 1) + f"for i{i} in range(1):\n" for i in range(15))
    f = program(f"def f(x):\n    y = x[1]\n{loops}{'    ' * 16}y = y * x[0]\n    return y\n")
    np.testing.assert_allclose(grad(f)(X), gradient(f, X), rtol=1e-7)


def test_calls_in_calls():
    f = program("def f(x):\n    return " + "np.sin(" * 80 + "x[0]" + ")" * 80 + "\n")
    np.testing.assert_allclose(grad(f)(X), gradient(f, X), rtol=1e-6, atol=1e-9)


def test_a_long_function_is_read_in_time_that_grows_as_it_does():
    taken = []
    for count in (60, 60, 240):  # the first is there to load what is loaded late
        f = statements(count)
        start = time.process_time()
        df = grad(f)
        taken.append(time.process_time() - start)
        np.testing.assert_allclose(df(X), gradient(f, X), rtol=1e-6)
    assert taken[2] < 12 * taken[1]  # four times as long


def walk(tree):
    if isinstance(tree, tuple):
        for branch in tree:
            yield from walk(branch)
    else:
        yield tree


def test_a_generator_that_calls_itself_comes_to_an_end():
    """It was put in the place of its call again and again."""

    def f(x):
        return sum(v * v for v in walk(((x[0], x[1]), (x[2],))))

    try:
        np.testing.assert_allclose(grad(f)(X), 2.0 * X)
    except errors.UnsupportedSyntaxError as error:
        assert error.lineno
