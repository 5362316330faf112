"""What the source suggests of the ranks of arguments is what they are in ordinary programs, so that
the text that a person reads is the text that runs, without a helper for shapes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tangent_ad import check_grads, grad

RNG = np.random.default_rng(11)
CASES = {}


def normal(*shape):
    return RNG.normal(size=shape) if shape else float(RNG.normal())


def positive(*shape):
    return abs(normal(*shape)) + 0.5


def case(wrt, *args):
    def keep(function):
        CASES[function.__name__] = (function, wrt, args)
        return function

    return keep


@case("params", tuple(normal(3 if i % 2 == 0 else 4, 4) for i in range(6)), normal(5, 3))
def gated_recurrent_unit(params, xs):
    Wz, Uz, Wr, Ur, Wh, Uh = params
    h = np.zeros(Uz.shape[0])
    for x in xs:
        z = 1 / (1 + np.exp(-(x @ Wz + h @ Uz)))
        r = 1 / (1 + np.exp(-(x @ Wr + h @ Ur)))
        candidate = np.tanh(x @ Wh + (r * h) @ Uh)
        h = (1 - z) * h + z * candidate
    return np.sum(h**2)


@case(("W", "U", "b"), normal(3, 4), normal(4, 4), normal(4), normal(6, 3))
def recurrent(W, U, b, xs):
    h = np.zeros(len(b))
    for x in xs:
        h = np.tanh(x @ W + h @ U + b)
    return h @ h


@case(("u0", "alpha"), normal(8), 0.3, 4)
def heat(u0, alpha, n):
    u = u0.copy()
    for _ in range(n):
        u[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


@case(("length", "noise"), normal(5), normal(5), 0.7, 0.3)
def gaussian_process(X, y, length, noise):
    d = X[:, None] - X[None, :]
    K = np.exp(-0.5 * (d / length) ** 2) + noise**2 * np.eye(len(X))
    L = np.linalg.cholesky(K)
    a = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return 0.5 * y @ a + np.sum(np.log(np.diag(L)))


@case("q", normal(4, 3), positive(4))
def energy_of_bodies(q, m):
    e = 0.0
    for i in range(len(m)):
        for j in range(i + 1, len(m)):
            r = q[i] - q[j]
            e -= m[i] * m[j] / np.sqrt(r @ r + 0.01)
    return e


@case(("A", "b"), normal(3, 4), normal(3), normal(4))
def least_squares(A, b, x):
    r = A @ x - b
    return 0.5 * r @ r


@case(("w", "b"), normal(3), 0.2, normal(6, 3), (normal(6) > 0) * 1.0)
def logistic(w, b, X, y, penalty=0.1):
    z = X @ w + b
    return np.mean(np.log1p(np.exp(-(2 * y - 1) * z))) + penalty * np.sum(w**2)


@case(("Wq", "Wk", "Wv"), normal(5, 3), normal(3, 4), normal(3, 4), normal(3, 2))
def attention(x, Wq, Wk, Wv):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    s = q @ k.T / np.sqrt(k.shape[-1])
    p = np.exp(s - s.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    return np.mean((p @ v) ** 2)


@case("x", normal(6))
def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


@case(("means", "log_scales"), normal(7, 2), normal(3, 2), normal(3))
def mixture(x, means, log_scales):
    d = x[:, None, :] - means
    square = np.sum(d**2, axis=-1)
    logs = -0.5 * square * np.exp(-2.0 * log_scales) - 2.0 * log_scales
    top = logs.max(axis=1)
    return -np.mean(top + np.log(np.sum(np.exp(logs - top[:, None]), axis=1)))


@case(("S", "sigma"), 1.1, 1.0, 0.5, 0.02, 0.3)
def black_scholes(S, K, T, r, sigma):
    d1 = (math.log(S / K) + (r + sigma**2 / 2) * T) / (sigma * math.sqrt(T))
    d2 = d1 - sigma * math.sqrt(T)

    def normal_cdf(x):
        return 0.5 * (1 + math.erf(x / math.sqrt(2)))

    return S * normal_cdf(d1) - K * math.exp(-r * T) * normal_cdf(d2)


@case(("q", "r"), normal(6), 0.4, 0.6)
def kalman(z, q, r):
    m, p, loss = 0.0, 1.0, 0.0
    for observed in z:
        p = p + q
        s = p + r
        e = observed - m
        loss += 0.5 * (math.log(2 * math.pi * s) + e * e / s)
        m = m + p / s * e
        p = (1 - p / s) * p
    return loss


@case(("U", "V"), normal(4, 2), normal(5, 2), normal(4, 5))
def factorisation(U, V, R, penalty=0.1):
    e = R - U @ V.T
    return np.sum(e * e) + penalty * (np.sum(U * U) + np.sum(V * V))


@case(("x", "gamma", "beta"), normal(4, 3), normal(3), normal(3))
def layer_norm(x, gamma, beta):
    mean = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=-1, keepdims=True)
    y = gamma * (x - mean) / np.sqrt(var + 1e-5) + beta
    return np.sum(y**3)


@case("p", normal(5, 2))
def curve_length(p):
    total = 0.0
    for a, b in zip(p[:-1], p[1:], strict=True):
        total += np.sqrt(np.sum((b - a) ** 2))
    return total


@case("x", normal(4, 3))
def repulsion(x):
    d = x[:, None, :] - x[None, :, :]
    return np.sum(1.0 / np.sqrt(np.sum(d * d, axis=-1) + 0.1))


@case(("a", "b"), normal(3), normal(3))
def cosine_similarity(a, b):
    return a @ b / (np.sqrt(a @ a) * np.sqrt(b @ b))


@case(("y0", "rate"), normal(2), 0.7, 5, 0.1)
def oscillator(y0, rate, steps, dt):
    y = y0
    for _ in range(steps):
        y = y + dt * np.array([y[1], -rate * np.sin(y[0])])
    return y[0] ** 2 + y[1] ** 2


@case(("w", "phi"), 0.3, normal(3), normal(8))
def autoregression(w, phi, series):
    p = len(phi)
    total = 0.0
    for t in range(p, len(series)):
        total += (series[t] - w - phi @ series[t - p : t][::-1]) ** 2
    return total


@case("image", normal(6, 5))
def total_variation(image):
    dx = image[1:, :] - image[:-1, :]
    dy = image[:, 1:] - image[:, :-1]
    return np.sum(np.sqrt(dx[:, :-1] ** 2 + dy[:-1, :] ** 2 + 1e-3))


@case(("weights", "bias"), normal(3, 4), normal(4), normal(6, 3), np.array([0, 1, 3, 2, 1, 0]))
def cross_entropy(weights, bias, inputs, labels):
    scores = inputs @ weights + bias
    scores = scores - np.max(scores, axis=1, keepdims=True)
    log_norm = np.log(np.sum(np.exp(scores), axis=1))
    return np.mean(log_norm - scores[np.arange(len(labels)), labels])


@case(("T", "E"), positive(3), positive(3, 3), positive(3, 4), np.array([0, 2, 1, 3]))
def hidden_markov_model(start, T, E, observed):
    a = start * E[:, observed[0]]
    total = 0.0
    for o in observed[1:]:
        c = np.sum(a)
        total += np.log(c)
        a = (a / c) @ T * E[:, o]
    return total + np.log(np.sum(a))


@case(("omega", "alpha", "beta"), 0.1, 0.1, 0.8, normal(7))
def conditional_variance(omega, alpha, beta, r):
    s2 = np.empty(len(r))
    s2[0] = np.var(r)
    for t in range(1, len(r)):
        s2[t] = omega + alpha * r[t - 1] ** 2 + beta * s2[t - 1]
    return 0.5 * np.sum(np.log(s2) + r**2 / s2)


@case("params", tuple(normal(*n) for n in ((3, 4), (4,), (4, 2))), normal(5, 3))
def unpacked(params, x):
    We, be, Wd = params
    h = np.tanh(x @ We + be)
    return np.sum((h @ Wd) ** 2)


@pytest.mark.parametrize("name", CASES)
def test_the_text_that_is_read_is_the_one_that_runs(name):
    function, wrt, args = CASES[name]
    df = grad(function, wrt=wrt)
    df(*args)
    assert not df.specializer.variants, df.source
    for helper in ("unbroadcast", "matmul_adjoint", "require_scalar", "dot_adjoint"):
        assert helper not in df.source, df.source


@pytest.mark.parametrize("name", CASES)
def test_gradient(name):
    function, wrt, args = CASES[name]
    check_grads(function, args, wrt=wrt)


def test_what_is_written_once_is_not_saved():
    # An array made by a length was taken for one that shares memory with what has that length.
    source = grad(conditional_variance, wrt=("omega", "alpha", "beta")).source
    assert "saved" not in source and "for t in reversed(range(1, len(r))):" in source


def test_adjoints_are_called_after_the_variables_of_the_user():
    assert "return bWe, bbe, bWd" in grad(unpacked).source
