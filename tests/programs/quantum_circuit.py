"""A circuit of rotations, by Kronecker products."""

import functools

import numpy as np

I2 = np.eye(2)


class Circuit:
    def __init__(self, n):
        self.n = n
        self.state = np.zeros(2**n)
        self.state[0] = 1.0

    def apply(self, gate, k):
        ops = [gate if i == k else I2 for i in range(self.n)]
        U = functools.reduce(np.kron, ops)
        self.state = U @ self.state

    def ry(self, theta, k):
        c, s = np.cos(theta / 2), np.sin(theta / 2)
        self.apply(np.array([[c, -s], [s, c]]), k)

    def cz(self):
        d = np.ones(2**self.n)
        d[-1] = -1.0
        self.state = d * self.state

    def expect(self, k):
        Z = functools.reduce(
            np.kron, [np.diag([1.0, -1.0]) if i == k else I2 for i in range(self.n)]
        )
        return self.state @ Z @ self.state


def quantum_circuit(t):
    c = Circuit(2)
    for i in range(2):
        c.ry(t[i], i)
    c.cz()
    for i in range(2):
        c.ry(t[2 + i], i)
    return c.expect(0) + 0.5 * c.expect(1)


WRT = ("t",)


def example(rng):
    return (np.array([0.3, 0.8, -0.4, 1.1]),)
