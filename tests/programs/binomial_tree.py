"""American put on a binomial tree, rolled back in place."""

import numpy as np


def binomial_tree(S, K, r, sigma, T, n=12):
    dt = T / n
    u = np.exp(sigma * np.sqrt(dt))
    d = 1.0 / u
    p = (np.exp(r * dt) - d) / (u - d)
    discount = np.exp(-r * dt)
    j = np.arange(n + 1)
    prices = S * u ** (n - j) * d**j
    values = np.maximum(K - prices, 0.0)
    for step in range(n - 1, -1, -1):
        prices = prices[:-1] / u
        values[: step + 1] = discount * (p * values[: step + 1] + (1 - p) * values[1 : step + 2])
        values[: step + 1] = np.maximum(values[: step + 1], K - prices)
    return values[0]


WRT = ("S", "sigma", "r")


def example(rng):
    return 100.3, 105.0, 0.05, 0.3, 1.0
