"""Forward kinematics of a chain of joints, a reach cost and joint limits."""

import math

import numpy as np


def rotation_z(a):
    c, s = math.cos(a), math.sin(a)
    return np.array(
        [[c, -s, 0.0, 0.0], [s, c, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    )


def translation(x, y, z):
    T = np.eye(4)
    T[:3, 3] = [x, y, z]
    return T


def forward_kinematics(angles, lengths):
    T = np.eye(4)
    positions = [T[:3, 3]]
    for a, l in zip(angles, lengths):
        T = T @ rotation_z(a) @ translation(l, 0.0, 0.1)
        positions.append(T[:3, 3])
    return positions


def robot_arm(angles, lengths, target, obstacle, radius=0.5):
    positions = forward_kinematics(angles, lengths)
    cost = np.sum((positions[-1] - target) ** 2)
    for p in positions[1:]:
        d = np.linalg.norm(p - obstacle)
        if d < radius:
            cost += 10.0 * (radius - d) ** 2
    for a in angles:
        cost += 0.01 * max(0.0, abs(a) - 2.0) ** 2
    return cost


WRT = ("angles", "lengths")


def example(rng):
    return (
        np.array([0.3, -0.5, 2.5]),
        np.array([1.0, 0.8, 0.5]),
        np.array([1.0, 1.0, 0.0]),
        np.array([0.9, 0.4, 0.1]),
    )
