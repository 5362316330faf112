"""Negative log likelihood of GARCH(1, 1) with constraints by transforms."""

import numpy as np


def garch(params, returns):
    """`params` are mu, log omega, and two logits."""
    mu = params[0]
    omega = np.exp(params[1])
    alpha = 1.0 / (1.0 + np.exp(-params[2]))
    beta = (1.0 - alpha) / (1.0 + np.exp(-params[3]))
    eps = returns - mu
    n = len(returns)
    h = np.zeros(n)
    h[0] = np.var(returns)
    for t in range(1, n):
        h[t] = omega + alpha * eps[t - 1] ** 2 + beta * h[t - 1]
    return 0.5 * np.sum(np.log(2 * np.pi * h) + eps**2 / h)


WRT = ("params",)


def example(rng):
    return np.array([0.05, -2.0, -1.0, 0.8]), rng.normal(size=10)
