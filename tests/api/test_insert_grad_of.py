"""`with insert_grad_of(x) as dx`: lines in the backward pass; `@tangent` and `stop_gradient`."""

from __future__ import annotations

import inspect
import traceback

import numpy as np
import pytest

import tangent_ad as tangent
from tangent_ad import insert_grad_of, stop_gradient
from tests.api import differences, saved_module

X = np.array([0.3, -0.7, 1.2])
SEEN: list = []


@pytest.fixture(autouse=True)
def nothing_seen():
    SEEN.clear()


@tangent.tangent
def clipped(x, limit):
    h = np.tanh(x)
    z = h * 2.0
    with insert_grad_of(h) as bh:
        bh = np.clip(bh, -limit, limit)
    return np.sum(h * h + z)


@pytest.mark.parametrize("optimized", [True, False])
def test_lines_change_the_adjoint_of_uses_behind_the_block(optimized):
    """2 h from behind the block, clipped; 2 from in front of it, as it is."""
    h = np.tanh(X)
    want = (np.clip(2.0 * h, -0.5, 0.5) + 2.0) * (1.0 - h * h)
    df = tangent.grad(clipped, optimized=optimized)
    differences.close(df(X, 0.5), want)
    assert "# Inserted by the user\n" in df.source
    assert "limit)" in df.source


def test_the_users_name_for_the_adjoint():
    assert "    bh = np.clip(" in tangent.grad(clipped).source


def test_tangent_leaves_the_block_out():
    assert clipped(X, 0.5) == np.sum(np.tanh(X) ** 2 + 2.0 * np.tanh(X))
    assert clipped.__name__ == "clipped" and clipped.__module__ == __name__
    assert clipped.__code__.co_filename == __file__
    assert "with insert_grad_of(h) as bh" in inspect.getsource(clipped)


def test_tracebacks_of_a_stripped_function_show_the_users_lines():
    @tangent.tangent
    def fails(x):
        with insert_grad_of(x) as dx:
            print(dx)
        return x + undefined  # noqa: F821

    with pytest.raises(NameError) as info:
        fails(1.0)
    assert traceback.extract_tb(info.tb)[-1].line.startswith("return x + undefined")


def test_tangent_of_a_function_without_blocks_is_the_function():
    def f(x):
        return x

    assert tangent.tangent(f) is f
    with pytest.raises(tangent.UnsupportedFunctionError, match="wants a function"):
        tangent.tangent(3)


def undecorated(x):
    with insert_grad_of(x) as dx:
        dx = dx * 2.0
    return x * x


def test_undecorated_functions_can_be_differentiated_but_not_called():
    assert tangent.grad(undecorated)(3.0) == 12.0
    with pytest.raises(tangent.TangentError, match="@tangent_ad.tangent"):
        undecorated(3.0)


def recording(x, log):
    y = np.exp(x)
    with insert_grad_of(y) as dy:
        size = np.sqrt(np.sum(dy * dy))
        log.append(size)
        SEEN.append(dy)
        print("norm", size)
    y = y * 2.0
    return np.sum(y * y)


@pytest.mark.parametrize("optimized", [True, False])
def test_effects_happen_once_and_change_nothing(optimized, capsys):
    log: list = []
    got = tangent.grad(recording, optimized=optimized)(X, log)
    differences.close(got, 8.0 * np.exp(2.0 * X))
    differences.close(SEEN, [8.0 * np.exp(X)])
    differences.close(log, [np.linalg.norm(8.0 * np.exp(X))])
    assert capsys.readouterr().out.startswith("norm ")
    assert got is not SEEN[0]


def branching(x, w):
    y = x * w
    if np.sum(y) > 0.0:
        y = y * y
        with insert_grad_of(y) as g:
            if g[0] > 0.5:
                for i in range(len(g)):
                    g[i] = g[i] * 10.0
            else:
                g = g * 0.0
    else:
        y = -y
    return np.sum(np.sin(y))


def test_blocks_with_branches_and_loops_inside_a_branch():
    x, w = np.array([0.5, 0.2, 0.3]), np.array([1.0, 2.0, 3.0])
    y = x * w
    df = tangent.grad(branching)
    differences.close(df(x, w), 10.0 * np.cos(y * y) * 2.0 * y * w)
    x = np.array([1.3, 0.2, 0.3])
    differences.close(df(x, w), 0.0 * x)
    differences.close(df(-x, w), np.cos(x * w) * -w)


def looping(x, n):
    for i in range(n):
        x = np.sin(x) * x
        with insert_grad_of(x) as g:
            SEEN.append((i, np.sum(x)))
            g *= 0.5 + i
    return np.sum(x)


def test_blocks_in_loops_see_the_values_of_their_pass():
    value, sums, slope = X, [], 1.0
    for i in range(3):
        slope = slope * (np.cos(value) * value + np.sin(value)) * (0.5 + i)
        value = np.sin(value) * value
        sums.append((i, np.sum(value)))
    differences.close(tangent.grad(looping)(X, 3), slope)
    assert [i for i, _ in SEEN] == [2, 1, 0]
    differences.close([s for _, s in SEEN], [s for _, s in reversed(sums)])


def layer(x):
    y = x * x
    with insert_grad_of(y) as dy:
        SEEN.append(np.sum(dy))
        dy = 3.0 * dy
    return y


def two_layers(x):
    return np.sum(layer(layer(x)))


def test_blocks_in_callees():
    differences.close(tangent.grad(two_layers)(X), 9.0 * 4.0 * X**3)
    differences.close(SEEN, [3.0, np.sum(3.0 * 2.0 * X**2)])


def test_blocks_in_closures():
    def outer(x):
        def inner(t):
            with insert_grad_of(t) as dt:
                dt = dt * factor
            return t * t

        factor = 5.0
        return inner(x)

    assert tangent.grad(outer)(3.0) == 30.0


def test_a_variable_without_an_adjoint_is_left_alone():
    def f(x, c):
        k = c * 2.0
        with insert_grad_of(k) as dk:
            SEEN.append(dk)
        return x * k

    assert tangent.grad(f)(3.0, 2.0) == 4.0
    assert not SEEN


def test_forward_mode_leaves_the_lines_out():
    differences.close(
        tangent.jvp(clipped)(X, 0.5, np.ones(3)),
        np.sum(differences.gradient(lambda x: clipped(x, 0.5), X)),
    )


def test_second_order_differentiates_the_lines():
    """The gradient is 2 (x^2)^2 x = 2 x^5 where the lines multiply the adjoint by y^2 = x^4."""

    def f(x):
        y = x * x
        with insert_grad_of(y) as dy:
            dy = dy * y * y
        return y

    assert tangent.grad(f)(2.0) == pytest.approx(64.0)
    assert tangent.grad(tangent.grad(f))(2.0) == pytest.approx(160.0)


def test_saved_modules_have_the_lines(tmp_path):
    df = tangent.grad(clipped, like=(X, 0.5))
    path = df.save(tmp_path / "clipped.py")
    np.testing.assert_equal(saved_module.run(path, df.__name__, X, 0.5), df(X, 0.5))


def early(x):
    with insert_grad_of(x) as dx:
        return dx
    return x


def of_an_element(x):
    with insert_grad_of(x[0]) as dx:
        print(dx)
    return x[0]


def without_a_name(x):
    with insert_grad_of(x):
        pass
    return x * x


def counting(x):
    count = 0
    with insert_grad_of(x) as dx:
        count += 1
        print(dx)
    return x * count


@pytest.mark.parametrize(
    "f, message",
    [
        (early, "left early"),
        (of_an_element, "one variable"),
        (without_a_name, "as dx"),
        (counting, "setting count"),
    ],
)
def test_refusals(f, message):
    with pytest.raises(tangent.UnsupportedSyntaxError, match=message) as info:
        tangent.grad(f)
    assert info.value.lineno is not None


def frozen(x):
    scale = stop_gradient(np.sum(x))
    return np.sum(x * x) * scale


def test_stop_gradient():
    differences.close(tangent.grad(frozen)(X), 2.0 * X * np.sum(X))
    differences.close(tangent.jvp(frozen)(X, np.ones(3)), 2.0 * np.sum(X) * np.sum(X))
    assert frozen(X) == np.sum(X * X) * np.sum(X)


def test_stop_gradient_of_everything_warns():
    def f(x):
        return np.sum(stop_gradient(x) * 2.0)

    with pytest.warns(tangent.IndependentOutputWarning):
        df = tangent.grad(f)
    differences.close(df(X), 0.0 * X)


def test_stop_gradient_shares_memory_as_the_function_does():
    def f(x):
        y = x * 1.0
        z = stop_gradient(y)
        z[0] = 5.0
        return np.sum(y * y)

    try:
        got = tangent.grad(f)(X)
    except tangent.AliasError:
        return
    differences.close(got, [0.0, *(2.0 * X[1:])])


def test_stop_gradient_in_a_saved_module(tmp_path):
    def f(x):
        return np.sum(x * tangent.stop_gradient(x))

    df = tangent.grad(f, like=(X,))
    path = df.save(tmp_path / "stopped.py")
    np.testing.assert_equal(saved_module.run(path, df.__name__, X), X)
