"""Particles in a periodic box, with a potential that is a dataclass and is called."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class LennardJones:
    epsilon: float = 1.0
    sigma: float = 1.0
    cutoff: float = 2.5
    shift: float = field(init=False, default=0.0)

    def __post_init__(self):
        sr6 = (self.sigma / self.cutoff) ** 6
        self.shift = 4 * self.epsilon * (sr6**2 - sr6)

    def __call__(self, r2):
        sr6 = (self.sigma**2 / r2) ** 3
        energy = 4 * self.epsilon * (sr6**2 - sr6) - self.shift
        magnitude = 24 * self.epsilon * (2 * sr6**2 - sr6) / r2
        return energy, magnitude


def minimum_image(d, box):
    return d - box * np.round(d / box)


def compute_forces(x, box, potential):
    n = len(x)
    forces = np.zeros_like(x)
    energy = 0.0
    for i in range(n - 1):
        for j in range(i + 1, n):
            d = minimum_image(x[i] - x[j], box)
            r2 = np.dot(d, d)
            if r2 > potential.cutoff**2:
                continue
            e, mag = potential(r2)
            energy += e
            forces[i] += mag * d
            forces[j] -= mag * d
    return forces, energy


def molecular_dynamics(eps, sigma, x, v, box, dt=0.005, nsteps=3, thermostat=None):
    pot = LennardJones(epsilon=eps, sigma=sigma)
    x, v = x.copy(), v.copy()
    f, e = compute_forces(x, box, pot)
    history = {"potential": [], "kinetic": []}
    for _ in range(nsteps):
        v += 0.5 * dt * f
        x += dt * v
        x %= box
        f, e = compute_forces(x, box, pot)
        v += 0.5 * dt * f
        if thermostat is not None:
            v *= np.sqrt(thermostat / (np.sum(v**2) / v.size))
        history["potential"].append(e)
        history["kinetic"].append(0.5 * np.sum(v**2))
    return np.mean(history["potential"]) + 0.1 * history["kinetic"][-1]


WRT = ("eps", "sigma", "v")


def example(rng):
    x = np.array([[0.3, 0.2], [1.5, 0.4], [0.6, 1.5], [1.7, 1.6]])
    return 1.1, 0.95, x, 0.3 * rng.normal(size=(4, 2)), 2.7
