"""Finite volumes for the equation of Burgers."""

import numpy as np


class Grid:
    def __init__(self, n, length):
        self.n, self.dx = n, length / n
        self.centers = (np.arange(n) + 0.5) * self.dx


class Burgers:
    def __init__(self, grid, u, nu):
        self.grid, self.u, self.nu = grid, u, nu

    def flux(self, ul, ur):
        return 0.5 * (0.5 * ul**2 + 0.5 * ur**2) - 0.5 * np.maximum(np.abs(ul), np.abs(ur)) * (
            ur - ul
        )

    def step(self, dt):
        g = self.grid
        ue = np.concatenate([self.u[-1:], self.u, self.u[:1]])
        f = self.flux(ue[:-1], ue[1:]) - self.nu * (ue[1:] - ue[:-1]) / g.dx
        self.u = self.u - dt / g.dx * (f[1:] - f[:-1])

    def total_energy(self):
        return 0.5 * np.sum(self.u**2) * self.grid.dx


def finite_volumes(u0, nu):
    g = Grid(6, 1.0)
    s = Burgers(g, u0, nu)
    for _ in range(4):
        s.step(0.01)
    return s.total_energy()


WRT = ("u0", "nu")


def example(rng):
    return np.sin(np.arange(6.0)) + 0.3, 0.05
