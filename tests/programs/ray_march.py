"""Sphere tracing of a signed distance field, and a Lambert shade at the hit."""

import numpy as np


def sphere(p, center, radius):
    return np.linalg.norm(p - center) - radius


def box(p, half):
    q = np.abs(p) - half
    outside = np.linalg.norm(np.maximum(q, 0.0))
    inside = min(max(q[0], max(q[1], q[2])), 0.0)
    return outside + inside


def smooth_union(a, b, k):
    h = max(k - abs(a - b), 0.0) / k
    return min(a, b) - h * h * k * 0.25


def scene(p, center, radius, half):
    return smooth_union(sphere(p, center, radius), box(p - np.array([1.2, 0.0, 0.0]), half), 0.3)


def normal(p, center, radius, half, eps=1e-3):
    n = np.zeros(3)
    for i in range(3):
        e = np.zeros(3)
        e[i] = eps
        n[i] = scene(p + e, center, radius, half) - scene(p - e, center, radius, half)
    return n / np.linalg.norm(n)


def ray_march(origin, direction, center, radius, half, light):
    direction = direction / np.linalg.norm(direction)
    t = 0.0
    for _ in range(32):
        d = scene(origin + t * direction, center, radius, half)
        if d < 1e-9:
            break
        t += d
        if t > 20.0:
            return 0.0 * t
    p = origin + t * direction
    n = normal(p, center, radius, half)
    return max(0.0, n @ light) + 0.1 * t


WRT = ("center", "radius", "origin")


def example(rng):
    light = np.array([0.3, 0.4, -0.8])
    return (
        np.array([0.1, 0.2, -4.0]),
        np.array([0.02, -0.05, 1.0]),
        np.array([0.0, 0.1, 0.0]),
        1.0,
        np.array([0.5, 0.4, 0.3]),
        light,
    )
