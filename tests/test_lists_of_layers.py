"""Lists of layers: loops over pairs and dicts of parameters, and over parts of sequences."""

from __future__ import annotations

import numpy as np
import pytest

from tangent_ad import grad, hvp, jvp
from tests.api import saved_module

RNG = np.random.default_rng(5)
INPUT = RNG.normal(size=(5, 3))


def pairs(*sizes, bias=None):
    return [
        (RNG.normal(size=(m, n)), RNG.normal(size=bias or n))
        for m, n in zip(sizes, sizes[1:], strict=False)
    ]


def dicts(*sizes):
    return [{"W": W, "b": b} for W, b in pairs(*sizes)]


def network(params, x):
    for W, b in params:
        x = np.tanh(x @ W + b)
    return np.sum(x * x)


def network_of_dicts(params, x):
    for layer in params:
        x = np.tanh(x @ layer["W"] + layer["b"])
    return np.sum(x * x)


def last_layer_apart(params, x):
    for W, b in params[:-1]:
        x = np.tanh(np.dot(x, W) + b)
    W, b = params[-1]
    return np.sum((np.dot(x, W) + b) ** 2)


def with_the_layer_before(params, x):
    # The length of a bias of one layer says nothing of that of another.
    last = params[0][1]
    total = 0.0
    for W, b in params:
        total = total + np.sum(x @ W) ** 2 + np.sum(last * b)
        last = b
    return total


def flat(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return np.concatenate([flat(part) for part in tree])
    return np.ravel(tree)


def shifted(tree, by, step):
    """A structure and a direction of the same structure."""
    if isinstance(tree, dict):
        return {key: shifted(tree[key], by[key], step) for key in tree}
    if isinstance(tree, (list, tuple)):
        return type(tree)(shifted(one, other, step) for one, other in zip(tree, by, strict=True))
    return tree + step * by


def derivative_along(function, params, direction, *rest):
    """Central differences, extrapolated from two steps."""
    coarse, fine = (
        (
            function(shifted(params, direction, h), *rest)
            - function(shifted(params, direction, -h), *rest)
        )
        / (2 * h)
        for h in (2e-4, 1e-4)
    )
    return (4 * fine - coarse) / 3


def layers_among_others(params, x):
    for W, b in params["layers"]:
        x = np.tanh(x @ W + b)
    return np.sum((x @ params["out"]) ** 2)


def two_lists(params, x):
    Ws, bs = params
    x = x[:, 0]
    for W, b in zip(Ws, bs, strict=True):
        x = np.tanh(W @ x + b)
    return np.sum(x[:2] ** 2)


def list_of_matrices(Ws, x):
    for W in Ws[:-1]:
        x = np.maximum(0, x @ W)
    return np.sum(x @ Ws[-1])


CASES = {
    "layers_in_a_dict": (
        layers_among_others,
        {"layers": pairs(3, 4, 2), "out": RNG.normal(size=2)},
    ),
    "two_lists": (two_lists, tuple(map(list, zip(*pairs(5, 5, 5), strict=True)))),
    "two_lists_of_different_layers": (
        two_lists,
        ([RNG.normal(size=(4, 5)), RNG.normal(size=(3, 4))], [np.ones(4), np.ones(3)]),
    ),
    "two_lists_and_broadcasting": (
        two_lists,
        ([RNG.normal(size=(4, 5)), RNG.normal(size=(3, 4))], [np.ones(1), np.ones(3)]),
    ),
    "matrices": (list_of_matrices, [RNG.normal(size=(3, 4)), RNG.normal(size=(4, 2))]),
    "two_layers": (network, pairs(3, 4, 2)),
    "layers_of_one_size": (network, pairs(3, 3, 3)),
    "broadcast_biases": (network, pairs(3, 4, 2, bias=1)),
    "layers_of_one": (network, pairs(3, 1, 1)),
    "one_layer": (network, pairs(3, 4)),
    "no_layer": (network, []),
    "one_broadcast_bias": (network, [*pairs(3, 4), *pairs(4, 2, bias=1)]),
    "tuple_of_layers": (network, tuple(pairs(3, 4, 2))),
    "dicts": (network_of_dicts, dicts(3, 4, 2)),
    "dicts_with_more_keys": (network_of_dicts, [{**layer, "gain": 2.0} for layer in dicts(3, 4)]),
    "last_apart": (last_layer_apart, pairs(3, 4, 4, 2)),
    "layer_before": (with_the_layer_before, [*pairs(3, 3), *pairs(3, 3, bias=1)]),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("optimized", [True, False])
def test_derivatives(name, optimized):
    function, params = CASES[name]
    direction = shifted(params, params, 0.3)
    gradient = grad(function, optimized=optimized)(params, INPUT)
    assert type(gradient) is type(params)
    wanted = derivative_along(function, params, direction, INPUT)
    if not params:
        assert gradient == params
        return
    np.testing.assert_allclose(flat(gradient) @ flat(direction), wanted, rtol=1e-8)
    along = jvp(function, optimized=optimized)(params, INPUT, direction)
    np.testing.assert_allclose(along, wanted, rtol=1e-8)

    def slope(moved):
        return flat(grad(function)(moved, INPUT))

    product = flat(hvp(function, optimized=optimized)(params, INPUT, direction))
    np.testing.assert_allclose(
        product, derivative_along(slope, params, direction), rtol=1e-7, atol=1e-7
    )


def test_the_text_needs_no_helper_for_shapes():
    for function in (
        network, network_of_dicts, last_layer_apart, layers_among_others, two_lists, list_of_matrices,
    ):  # fmt: skip
        source = grad(function).source
        assert "unbroadcast" not in source and "matmul_adjoint" not in source
        assert "W_saved" not in source and "x_saved" in source
    for function in (network, network_of_dicts):
        assert "bparams = [None] * len(params)" in grad(function).source


def shared_parts(params, x):
    # The adjoints of both parts are one array; each gets its own.
    total = 0.0
    for a, b in params:
        total = total + np.sum((a + b) * x) + np.sum(a @ b)
    return total


def test_parts_of_a_gradient_share_no_memory():
    params = [(RNG.normal(size=(3, 3)), RNG.normal(size=(3, 3))) for _ in range(2)]
    x = RNG.normal(size=(3, 3))
    gradient = grad(shared_parts)(params, x)
    parts = [part for pair in gradient for part in pair]
    assert not any(np.shares_memory(one, two) for one in parts for two in parts if one is not two)
    direction = shifted(params, params, 0.3)
    wanted = derivative_along(shared_parts, params, direction, x)
    np.testing.assert_allclose(flat(gradient) @ flat(direction), wanted, rtol=1e-8)


@pytest.mark.parametrize(
    "params", [pairs(3, 4, 2), pairs(3, 4, 2, bias=1), [(np.ones(3), np.ones(3))]], ids=len
)
def test_a_saved_module_is_right_or_asserts(tmp_path, params):
    df = grad(network)
    path = tmp_path / "dnetwork.py"
    df.save(path)
    got = saved_module.run(path, df.__name__, params, INPUT)
    if isinstance(got, list):
        np.testing.assert_array_equal(flat(got), flat(df(params, INPUT)))
    else:
        assert got[0] == "AssertionError"


def paired(x, y):
    total = 0.0
    for a, b in zip(x, y[1:], strict=True):
        total += a * b * b
    return total


def test_zip_that_is_strict():
    x, y = np.array([0.7, -1.3]), np.array([0.4, 1.1, -0.6])
    gx, gy = grad(paired, wrt=(0, 1))(x, y)
    np.testing.assert_allclose(gx, y[1:] ** 2)
    np.testing.assert_allclose(gy, [0.0, 2 * 0.7 * 1.1, 2 * 1.3 * 0.6])
    with pytest.raises(ValueError, match=r"zip\(\) argument 2 is longer than argument 1"):
        grad(paired)(x[:1], y)
    assert grad(paired)(x[:0], y[:0]).shape == (0,)


# ---- parts of sequences --------------------------------------------------------------------


def differences(x):
    total = 0.0
    for a, b in zip(x[:-1], x[1:], strict=True):
        total += (b - a) ** 3 * a
    return total


def windows(x):
    total = 0.0
    for i, (a, b, c) in enumerate(zip(x[:-2], x[1:-1], x[2:], strict=True)):
        total += (b - a) * c * a * i
    return total


def some(x):
    total = 0.0
    for a in x[1:3]:
        total = total * a + a
    for a in reversed(x[2:]):
        total = total * a + a
    return total


def list_that_changes(x):
    total = 0.0
    items = list(x)
    for a in items[:-1]:
        items.append(a * 2)
        total += a * items[0]
        items[0] = items[0] * 0.5
    return total + items[-1]


def name_that_changes(x):
    total = 0.0
    for a in x[1:]:
        x = x * a
        total += a * np.sum(x)
    return total


@pytest.mark.parametrize(
    "function", [differences, windows, some, list_that_changes, name_that_changes]
)
@pytest.mark.parametrize("count", [2, 3, 6])
def test_parts(function, count):
    x = np.array([0.7, -1.3, 0.4, 1.1, -0.6, 0.9])[:count]
    for at in range(count):
        wanted = derivative_along(function, x, np.eye(count)[at])
        np.testing.assert_allclose(grad(function)(x)[at], wanted, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(
            jvp(function)(x, np.eye(count)[at]), wanted, rtol=1e-7, atol=1e-9
        )
