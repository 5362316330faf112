"""One step of iterative closest point with soft correspondences and a rigid update in 2D."""

import numpy as np


def transform(pose, points):
    c, s = np.cos(pose[2]), np.sin(pose[2])
    R = np.array([[c, -s], [s, c]])
    return points @ R.T + pose[:2]


def closest_points(pose, source, target, sigma=0.5):
    moved = transform(pose, source)
    d2 = np.sum((moved[:, None] - target[None]) ** 2, axis=2)
    nearest = np.argmin(d2, axis=1)
    hard = np.sum(np.min(d2, axis=1))
    weights = np.exp(-d2 / (2 * sigma**2))
    soft = weights @ target / np.sum(weights, axis=1, keepdims=True)
    return hard + np.sum((soft - moved) ** 2) + np.sum((moved - target[nearest]) ** 2)


WRT = ("pose", "source")


def example(rng):
    return np.array([0.1, -0.2, 0.3]), rng.normal(size=(4, 2)), rng.normal(size=(5, 2))
