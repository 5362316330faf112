"""Rules that users give for their own functions: custom_vjp, custom_jvp and the rule notation.

First-order tests use rules that are wrong by a factor, so that it shows whose rule was used.
"""

from __future__ import annotations

import numpy as np
import pytest

import tangent_ad as tangent
from tangent_ad import (
    adjoint,
    custom_jvp,
    custom_vjp,
    d,
    elementwise,
    tangent_,
    unsupported,
    zero,
)
from tests.api import differences, saved_module

X, Y = np.array([0.3, -0.7, 1.2]), np.array([1.5, 2.5, -0.5])


@custom_vjp
def product(x, y=2.0):
    return np.sin(x) * y


def product_forward(x, y):
    return np.sin(x) * y, (np.cos(x), y, np.sin(x))


def product_backward(residuals, g):
    cos_x, y, sin_x = residuals
    return 10.0 * g * cos_x * y, 10.0 * g * sin_x


product.defvjp(product_forward, product_backward)


@custom_vjp
@custom_jvp
def unused(x):
    return x


def loss(x, y):
    return np.sum(product(x, y) ** 2)


@pytest.mark.parametrize("optimized", [True, False])
def test_custom_vjp_is_used_in_place_of_the_source(optimized):
    df = tangent.grad(loss, wrt=(0, 1), optimized=optimized)
    bx, by = df(X, Y)
    differences.close(bx, 10.0 * differences.gradient(loss, X, Y))
    differences.close(by, 10.0 * differences.gradient(lambda y: loss(X, y), Y))
    assert "product_backward(saved, " in df.source
    differences.close(product(X, Y), np.sin(X) * Y)


def test_custom_vjp_of_the_function_itself():
    assert tangent.grad(product)(0.5, 2.0) == pytest.approx(20.0 * np.cos(0.5))
    assert tangent.grad(product)(0.5) == pytest.approx(20.0 * np.cos(0.5))


def test_keywords_and_defaults_reach_the_rule():
    def by_keyword(x):
        return product(y=3.0, x=x) + product(x)

    assert tangent.grad(by_keyword)(0.5) == pytest.approx(50.0 * np.cos(0.5))


def test_custom_vjp_in_a_loop_and_in_a_callee():
    def inner(x):
        for _ in range(2):
            x = product(x, 0.5)
        return x

    def f(x):
        return np.sum(inner(x) * x)

    y = 0.5 * np.sin(X)
    want = 0.5 * np.sin(y) + X * 5.0 * np.cos(y) * 5.0 * np.cos(X)
    differences.close(tangent.grad(f)(X), want)


@custom_vjp
def added(x, y):
    return x + y


def added_backward(saved, g):
    return g, g


added.defvjp(lambda x, y: (x + y, None), added_backward)


def test_results_that_share_memory_are_not_added_into():
    def f(x, y):
        z = added(x, y) * 1.0
        return np.sum(z + x * x + y)

    seed = np.ones(3)
    bx, by = tangent.vjp(added, wrt=(0, 1))(X, Y, seed)
    assert not np.shares_memory(bx, by) and not np.shares_memory(bx, seed)
    bx, by = tangent.grad(f, wrt=(0, 1))(X, Y)
    differences.close(bx, 1.0 + 2.0 * X)
    differences.close(by, 2.0 * np.ones(3))


@custom_vjp
def pair(x):
    return x * x, x**3


pair.defvjp(lambda x: ((x * x, x**3), x), lambda x, g: (g[0] * 2.0 * x + g[1] * 3.0 * x * x,))


def test_several_results():
    def f(x):
        a, b = pair(x)
        return np.sum(a * 2.0 + b)

    differences.close(tangent.grad(f)(X), 4.0 * X + 3.0 * X * X)


@custom_vjp(nondiff_argnums=(1,))
def power(x, n):
    return x**n


power.defvjp(lambda x, n: (x**n, x), lambda n, x, g: (g * n * x ** (n - 1) * 10.0,))


def test_nondiff_argnums():
    def f(x):
        return np.sum(power(x, 3))

    differences.close(tangent.grad(f)(X), 30.0 * X * X)


@custom_vjp
def gentle(x):
    return np.exp(x)


gentle.defvjp(lambda x: (np.exp(x), np.exp(x)), lambda y, g: (g * y,))


def test_rules_are_differentiated_in_their_turn():
    def f(x):
        return np.sum(gentle(x * x))

    v = np.ones(3)
    want = (2.0 + 4.0 * X * X) * np.exp(X * X)
    for mode in ("forward_over_reverse", "reverse_over_reverse"):
        differences.close(tangent.hvp(f, mode=mode)(X, v), want)


@custom_jvp
def soft(x, y):
    return np.log(np.exp(x) + np.exp(y))


@soft.defjvp
def soft_jvp(primals, tangents):
    x, y = primals
    dx, dy = tangents
    z = np.log(np.exp(x) + np.exp(y))
    return z, 10.0 * (np.exp(x - z) * dx + np.exp(y - z) * dy)


def test_custom_jvp():
    def f(x):
        return np.sum(soft(x, Y) * x)

    want = np.log(np.exp(X) + np.exp(Y)) + X * 10.0 * np.exp(X) / (np.exp(X) + np.exp(Y))
    differences.close(tangent.jvp(f)(X, np.ones(3)), np.sum(want))


def reverse_only(x):
    return gentle(x)


def forward_only(x):
    return soft(x, 1.0)


def undeclared(x):
    return unused(x)


@pytest.mark.parametrize(
    "derive, f, message",
    [
        (tangent.jvp, reverse_only, "gentle has a custom rule, but none for forward mode"),
        (tangent.grad, forward_only, "soft has a custom rule, but none for reverse mode"),
        (tangent.grad, undeclared, "none for reverse mode"),
        (tangent.jvp, undeclared, "none for forward mode"),
    ],
)
def test_missing_modes_are_refused(derive, f, message):
    with pytest.raises(tangent.MissingRuleError, match=message) as info:
        derive(f)
    assert info.value.lineno == f.__code__.co_firstlineno + 1


@custom_vjp
def scaled(x, y):
    return x * y


scaled.defvjp(lambda x, y: (x * y, y), lambda y, g: (g * y, None))


def test_none_is_refused_where_a_derivative_is_asked_for():
    def f(x, y):
        return scaled(x, y)

    assert tangent.grad(f)(2.0, 3.0) == 3.0
    with pytest.raises(tangent.MissingRuleError, match="returns None"):
        tangent.grad(f, wrt=1)


@custom_vjp
def unreadable(x):
    try:
        return np.exp(x)
    except FloatingPointError:
        return x


unreadable.defvjp(lambda x: (np.exp(x), np.exp(x)), lambda y, g: (10.0 * g * y,))


def test_the_source_of_a_function_with_a_rule_may_be_anything():
    def f(x):
        return unreadable(x) * 2.0

    assert tangent.grad(f)(0.5) == pytest.approx(20.0 * np.exp(0.5))


def test_wrong_uses_of_the_decorators():
    with pytest.raises(tangent.RuleError, match="wants a function"):
        custom_vjp(np.sin)
    with pytest.raises(tangent.RuleError, match="wants a function"):
        unused.defvjp(3, 4)


def test_saved_modules_take_the_rule_along(tmp_path):
    df = tangent.grad(loss, like=(X, Y))
    path = df.save(tmp_path / "custom.py")
    np.testing.assert_equal(saved_module.run(path, df.__name__, X, Y), df(X, Y))


# ---- the notation --------------------------------------------------------------------------


def squared(x):
    return x * x


@elementwise(squared)
def squared_rule(y, x):
    return 20.0 * x


def weighted(x, w):
    return np.sum(x * w)


@adjoint(weighted)
def weighted_rule(z, x, w):
    d[x] = 10.0 * d[z] * w
    d[w] = 10.0 * d[z] * x


@weighted_rule.tangent
def weighted_rule(z, x, w):
    d[z] = 10.0 * (np.sum(d[x] * w) + np.sum(x * d[w]))


def half(x):
    return 0.5 * x


@tangent_(half)
def half_rule(z, x):
    d[z] = 5.0 * d[x]


def rounded(x):
    return np.floor(x * 2.0) / 2.0


zero(rounded)


def forbidden(x):
    return x


unsupported(forbidden, "its result is drawn at random")


def test_elementwise_rule_of_a_users_function_serves_both_modes():
    def f(x):
        return np.sum(squared(x))

    differences.close(tangent.grad(f)(X), 20.0 * X)
    differences.close(tangent.jvp(f)(X, Y), np.sum(20.0 * X * Y))
    assert tangent.grad(squared)(3.0) == 60.0


def test_adjoint_and_tangent_rule_of_a_users_function():
    def f(x):
        return weighted(x, x)

    differences.close(tangent.grad(f)(X), 20.0 * X)
    differences.close(tangent.jvp(f)(X, Y), np.sum(20.0 * X * Y))


def test_tangent_alone_is_refused_in_reverse_mode():
    def f(x):
        return half(x)

    assert tangent.jvp(f)(1.0, 2.0) == 10.0
    with pytest.raises(tangent.MissingRuleError, match="no rule for reverse mode"):
        tangent.grad(f)


def test_zero_and_unsupported():
    def f(x):
        return rounded(x) * x

    def g(x):
        return forbidden(x) * x

    assert tangent.grad(f)(1.3) == 1.0
    with pytest.raises(tangent.MissingRuleError, match="drawn at random"):
        tangent.grad(g)


def test_mistakes_in_a_rule_are_found_when_it_is_declared():
    with pytest.raises(tangent.RuleError, match=r"uses d\[w\]"):

        @adjoint(loss)
        def wrong(z, x, y):
            d[w] = d[z]  # noqa: F821

    with pytest.raises(tangent.RuleError, match="neither returns"):

        @adjoint(loss)
        def empty(z, x, y):
            pass
