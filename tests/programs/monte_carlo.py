"""Asian option with fixed normal draws and antithetic paths; smoothed payoff."""

import numpy as np


def softplus(x, beta=2.0):
    return np.log1p(np.exp(-np.abs(beta * x))) / beta + np.maximum(x, 0.0)


def simulate(S0, mu, sigma, z, dt):
    n_paths, n_steps = z.shape
    paths = np.empty((n_paths, n_steps + 1))
    paths[:, 0] = S0
    for t in range(n_steps):
        growth = (mu - 0.5 * sigma**2) * dt + sigma * np.sqrt(dt) * z[:, t]
        paths[:, t + 1] = paths[:, t] * np.exp(growth)
    return paths


def monte_carlo(S0, mu, sigma, z, K=1.0, T=1.0):
    both = np.concatenate([z, -z])
    dt = T / z.shape[1]
    paths = simulate(S0, mu, sigma, both, dt)
    average = paths[:, 1:].mean(axis=1)
    return np.exp(-mu * T) * np.mean(softplus(average - K))


WRT = ("S0", "mu", "sigma")


def example(rng):
    return 1.02, 0.05, 0.2, rng.normal(size=(5, 4))
