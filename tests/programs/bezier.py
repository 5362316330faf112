"""A Bezier curve by de Casteljau, its length and its curvature."""

import numpy as np


def casteljau(points, t):
    points = list(points)
    while len(points) > 1:
        points = [(1 - t) * p + t * q for p, q in zip(points[:-1], points[1:])]
    return points[0]


def bezier(control, n=6, weight=1e-2):
    ts = np.linspace(0.0, 1.0, n)
    curve = np.array([casteljau(control, t) for t in ts])
    d = curve[1:] - curve[:-1]
    length = np.sum(np.sqrt(np.sum(d**2, axis=1)))
    bend = curve[2:] - 2 * curve[1:-1] + curve[:-2]
    return length + weight * n**4 * np.sum(bend**2)


WRT = ("control",)


def example(rng):
    return (rng.normal(size=(4, 2)),)
