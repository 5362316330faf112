"""A network whose parameters are a list of (W, b)."""

import numpy as np


def relu(x):
    return np.maximum(0.0, x)


def forward(params, x, activation=relu):
    for W, b in params[:-1]:
        x = activation(x @ W + b)
    W, b = params[-1]
    return x @ W + b


def perceptron(params, x, y, l2=1e-3):
    pred = forward(params, x, activation=np.tanh)
    loss = np.mean((pred - y) ** 2)
    for W, _ in params:
        loss += l2 * np.sum(W * W)
    return loss


WRT = ("params",)


def example(rng):
    sizes = [3, 5, 4, 1]
    params = [(rng.normal(size=(m, n)), rng.normal(size=n)) for m, n in zip(sizes[:-1], sizes[1:])]
    return params, rng.normal(size=(6, 3)), rng.normal(size=(6, 1))
