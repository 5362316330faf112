"""Adaptive step size: a while loop with acceptance, rejection and a floor."""

import math


def adaptive_step(k, y0, t_end=1.0, tol=1e-3):
    f = lambda t, y: -k * y + math.sin(3.0 * t)
    t, y, h = 0.0, y0, 0.1
    steps = 0
    while t < t_end:
        if t + h > t_end:
            h = t_end - t
        k1 = f(t, y)
        k2 = f(t + h, y + h * k1)
        error = 0.5 * h * abs(k2 - k1)
        if error > tol and h > 1e-4:
            h *= 0.5
            continue
        y = y + 0.5 * h * (k1 + k2)
        t += h
        steps += 1
        if steps > 1000:
            break
        if error < 0.25 * tol:
            h = min(2.0 * h, 0.2)
    return y * y


WRT = ("k", "y0")


def example(rng):
    return 2.0, 1.5
