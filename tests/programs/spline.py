"""A B-spline curve by de Boor's algorithm, and its distance from points."""

import numpy as np


def find_span(knots, degree, t):
    k = degree
    while k < len(knots) - degree - 2 and t >= knots[k + 1]:
        k += 1
    return k


def evaluate(t, knots, control, degree):
    k = find_span(knots, degree, t)
    d = [control[j + k - degree] for j in range(degree + 1)]
    for r in range(1, degree + 1):
        for j in range(degree, r - 1, -1):
            left = knots[j + k - degree]
            right = knots[j + 1 + k - r]
            alpha = (t - left) / (right - left)
            d[j] = (1.0 - alpha) * d[j - 1] + alpha * d[j]
    return d[degree]


def spline(control, knots, ts, points, degree=3):
    loss = 0.0
    for t, p in zip(ts, points):
        r = evaluate(t, knots, control, degree) - p
        loss += r @ r
    return loss / len(ts)


WRT = ("control", "ts")


def example(rng):
    knots = np.array([0.0, 0, 0, 0, 1, 2, 3, 3, 3, 3])
    return rng.normal(size=(6, 2)), knots, np.array([0.3, 1.2, 1.9, 2.5]), rng.normal(size=(4, 2))
