"""Bodies that attract each other, as dataclasses in a list."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Body:
    mass: float
    pos: np.ndarray
    vel: np.ndarray

    def kinetic(self):
        return 0.5 * self.mass * np.dot(self.vel, self.vel)


@dataclass
class System:
    bodies: list
    G: float = 1.0

    def forces(self):
        F = [np.zeros(2) for _ in self.bodies]
        for i in range(len(self.bodies)):
            for j in range(i + 1, len(self.bodies)):
                a, b = self.bodies[i], self.bodies[j]
                r = b.pos - a.pos
                d = np.sqrt(np.sum(r**2) + 0.01)
                f = self.G * a.mass * b.mass / d**3 * r
                F[i] = F[i] + f
                F[j] = F[j] - f
        return F

    def step(self, dt):
        for body, f in zip(self.bodies, self.forces()):
            body.vel = body.vel + dt * f / body.mass
            body.pos = body.pos + dt * body.vel

    def energy(self):
        return sum(b.kinetic() for b in self.bodies)


def n_body(m):
    s = System(
        [
            Body(m[0], np.array([0.0, 0.0]), np.array([0.0, 0.0])),
            Body(m[1], np.array([1.0, 0.0]), np.array([0.0, 1.0])),
            Body(0.3, np.array([0.0, 1.5]), np.array([m[2], 0.0])),
        ]
    )
    for _ in range(3):
        s.step(0.05)
    return s.energy()


WRT = ("m",)


def example(rng):
    return (np.array([1.0, 0.5, 0.2]),)
