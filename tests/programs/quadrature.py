"""Gauss-Legendre and Simpson quadrature of an integrand passed as a function."""

import math

NODES = (-0.7745966692414834, 0.0, 0.7745966692414834)
WEIGHTS = (5.0 / 9.0, 8.0 / 9.0, 5.0 / 9.0)


def gauss(f, a, b, *args):
    half, mid = 0.5 * (b - a), 0.5 * (a + b)
    return half * sum(w * f(mid + half * x, *args) for x, w in zip(NODES, WEIGHTS))


def simpson(f, a, b, n=8, **kwargs):
    h = (b - a) / n
    total = f(a, **kwargs) + f(b, **kwargs)
    for i in range(1, n):
        total += (4 if i % 2 else 2) * f(a + i * h, **kwargs)
    return total * h / 3


def damped(x, rate, freq=1.0):
    return math.exp(-rate * x) * math.cos(freq * x)


def quadrature(rate, freq, b):
    return gauss(damped, 0.0, b, rate, freq) - 0.5 * simpson(damped, 0.0, b, rate=rate, freq=freq)


WRT = ("rate", "freq", "b")


def example(rng):
    return 0.7, 1.3, 2.0
