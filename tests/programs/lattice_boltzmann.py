"""Flow past an obstacle by the lattice Boltzmann method."""

import numpy as np

C = np.array([[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, 1], [-1, -1], [1, -1]])


W = np.array([4 / 9] + [1 / 9] * 4 + [1 / 36] * 4)


OPP = [0, 3, 4, 1, 2, 7, 8, 5, 6]


def equilibrium(rho, u):
    feq = np.zeros((9,) + rho.shape)
    usq = u[0] ** 2 + u[1] ** 2
    for i in range(9):
        cu = C[i, 0] * u[0] + C[i, 1] * u[1]
        feq[i] = rho * W[i] * (1.0 + 3.0 * cu + 4.5 * cu**2 - 1.5 * usq)
    return feq


def macroscopic(f):
    rho = f.sum(axis=0)
    u = np.zeros((2,) + rho.shape)
    for i in range(9):
        u[0] += C[i, 0] * f[i]
        u[1] += C[i, 1] * f[i]
    u /= rho
    return rho, u


def lattice_boltzmann(tau, u0, obstacle, nt=3):
    nx, ny = obstacle.shape
    u = np.zeros((2, nx, ny))
    u[0, :, :] = u0 * (1 + 0.1 * np.sin(2 * np.pi * np.arange(ny) / ny))
    f = equilibrium(np.ones((nx, ny)), u)
    for _ in range(nt):
        rho, u = macroscopic(f)
        feq = equilibrium(rho, u)
        fout = f - (f - feq) / tau
        for i in range(9):
            fout[i, obstacle] = f[OPP[i], obstacle]
        for i in range(9):
            f[i] = np.roll(np.roll(fout[i], C[i, 0], axis=0), C[i, 1], axis=1)
    rho, u = macroscopic(f)
    return np.sum(u[0] ** 2 + u[1] ** 2)


WRT = ("tau", "u0")


def example(rng):
    obstacle = np.zeros((6, 5), bool)
    obstacle[2:4, 2] = True
    return 0.8, 0.1, obstacle
