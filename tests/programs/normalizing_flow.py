"""RealNVP: affine coupling layers with alternating halves, inverse pass."""

import numpy as np


def net(params, x):
    (W1, b1), (W2, b2) = params
    return np.tanh(x @ W1 + b1) @ W2 + b2


def inverse(layer, y, flip):
    half = y.shape[1] // 2
    y1, y2 = y[:, :half], y[:, half:]
    if flip:
        y1, y2 = y2, y1
    s = np.tanh(net(layer["s"], y1))
    t = net(layer["t"], y1)
    x2 = (y2 - t) * np.exp(-s)
    if flip:
        x = np.concatenate([x2, y1], axis=1)
    else:
        x = np.concatenate([y1, x2], axis=1)
    return x, -np.sum(s, axis=1)


def normalizing_flow(layers, data):
    x = data
    log_det = np.zeros(len(data))
    for k in range(len(layers) - 1, -1, -1):
        x, ld = inverse(layers[k], x, flip=k % 2 == 1)
        log_det += ld
    log_prob = -0.5 * np.sum(x**2 + np.log(2 * np.pi), axis=1)
    return -np.mean(log_prob + log_det)


WRT = ("layers",)


def example(rng):
    r = lambda *s: 0.5 * rng.normal(size=s)
    net = lambda: [(r(2, 3), r(3)), (r(3, 2), r(2))]
    return [{"s": net(), "t": net()} for _ in range(2)], rng.normal(size=(4, 4))
