"""The operating point of a circuit: components of several classes stamp a matrix."""

import numpy as np


class Component:
    def stamp(self, A, z, x):
        pass


class Resistor(Component):
    def __init__(self, a, b, R):
        self.nodes = (a, b)
        self.R = R

    def stamp(self, A, z, x):
        g = 1.0 / self.R
        a, b = self.nodes
        if a:
            A[a - 1, a - 1] += g
        if b:
            A[b - 1, b - 1] += g
        if a and b:
            A[a - 1, b - 1] -= g
            A[b - 1, a - 1] -= g


class CurrentSource(Component):
    def __init__(self, a, b, I):
        self.a, self.b, self.I = a, b, I

    def stamp(self, A, z, x):
        if self.a:
            z[self.a - 1] -= self.I
        if self.b:
            z[self.b - 1] += self.I


class Diode(Component):
    def __init__(self, a, b, Is=1e-3, Vt=0.3):
        self.a, self.b, self.Is, self.Vt = a, b, Is, Vt

    def stamp(self, A, z, x):
        v = (x[self.a - 1] if self.a else 0.0) - (x[self.b - 1] if self.b else 0.0)
        e = np.exp(v / self.Vt)
        g = self.Is / self.Vt * e
        i = self.Is * (e - 1) - g * v
        for p, sp in ((self.a, 1), (self.b, -1)):
            if p:
                z[p - 1] -= sp * i
                for q, sq in ((self.a, 1), (self.b, -1)):
                    if q:
                        A[p - 1, q - 1] += sp * sq * g


class Circuit:
    def __init__(self, n, *components):
        self.n = n
        self.components = list(components)

    def operating_point(self, iterations=8):
        x = np.zeros(self.n)
        for _ in range(iterations):
            A = np.zeros((self.n, self.n))
            z = np.zeros(self.n)
            for c in self.components:
                c.stamp(A, z, x)
            x = np.linalg.solve(A, z)
        return x


def electric_circuit(R, I):
    c = Circuit(
        2,
        Resistor(1, 0, R[0]),
        Resistor(1, 2, R[1]),
        Resistor(2, 0, R[2]),
        CurrentSource(0, 1, I),
        Diode(2, 0),
    )
    x = c.operating_point()
    return x[0] * I + x[1] ** 2


WRT = ("R", "I")


def example(rng):
    return np.array([1.0, 2.0, 3.0]), 0.4
