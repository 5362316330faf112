"""The energy of a molecule of hydrogen, by a self-consistent field."""

import itertools
import math

import numpy as np


def boys0(t):
    if t < 1e-8:
        return 1.0 - t / 3.0
    return 0.5 * math.sqrt(math.pi / t) * math.erf(math.sqrt(t))


class Gaussian:
    def __init__(self, center, alphas, coeffs):
        self.center = center
        self.alphas = alphas
        self.coeffs = [c * (2 * a / math.pi) ** 0.75 for a, c in zip(alphas, coeffs)]

    def primitives(self):
        return zip(self.alphas, self.coeffs)


STO3G = [0.3425250914, 0.6239137298, 3.425250914], [0.4446345422, 0.5353281423, 0.1543289673]


def overlap(A, B):
    R2 = (A.center - B.center) ** 2
    s = 0.0
    for a, ca in A.primitives():
        for b, cb in B.primitives():
            p = a + b
            s += ca * cb * (math.pi / p) ** 1.5 * math.exp(-a * b / p * R2)
    return s


def kinetic(A, B):
    R2 = (A.center - B.center) ** 2
    t = 0.0
    for a, ca in A.primitives():
        for b, cb in B.primitives():
            p = a + b
            q = a * b / p
            t += ca * cb * q * (3 - 2 * q * R2) * (math.pi / p) ** 1.5 * math.exp(-q * R2)
    return t


def nuclear(A, B, charges):
    R2 = (A.center - B.center) ** 2
    v = 0.0
    for (a, ca), (b, cb) in itertools.product(zip(A.alphas, A.coeffs), zip(B.alphas, B.coeffs)):
        p = a + b
        P = (a * A.center + b * B.center) / p
        for Z, X in charges:
            v -= Z * ca * cb * 2 * math.pi / p * math.exp(-a * b / p * R2) * boys0(p * (P - X) ** 2)
    return v


def repulsion(A, B, Cc, Dd):
    out = 0.0
    for a, ca in zip(A.alphas, A.coeffs):
        for b, cb in zip(B.alphas, B.coeffs):
            p = a + b
            P = (a * A.center + b * B.center) / p
            kab = math.exp(-a * b / p * (A.center - B.center) ** 2)
            for c, cc in zip(Cc.alphas, Cc.coeffs):
                for d, cd in zip(Dd.alphas, Dd.coeffs):
                    q = c + d
                    Q = (c * Cc.center + d * Dd.center) / q
                    kcd = math.exp(-c * d / q * (Cc.center - Dd.center) ** 2)
                    t = p * q / (p + q) * (P - Q) ** 2
                    out += (
                        ca
                        * cb
                        * cc
                        * cd
                        * 2
                        * math.pi**2.5
                        / (p * q * math.sqrt(p + q))
                        * kab
                        * kcd
                        * boys0(t)
                    )
    return out


def hartree_fock(R, zeta, n_iter=6, conv=1e-12):
    alphas, coeffs = STO3G
    basis = [
        Gaussian(0.0, [a * zeta**2 for a in alphas], coeffs),
        Gaussian(R, [a * zeta**2 for a in alphas], coeffs),
    ]
    charges = [(1.0, 0.0), (1.0, R)]
    n = len(basis)
    S = np.zeros((n, n))
    H = np.zeros((n, n))
    eri = np.zeros((n, n, n, n))
    for i in range(n):
        for j in range(n):
            S[i, j] = overlap(basis[i], basis[j])
            H[i, j] = kinetic(basis[i], basis[j]) + nuclear(basis[i], basis[j], charges)
            for k in range(n):
                for l in range(n):
                    eri[i, j, k, l] = repulsion(basis[i], basis[j], basis[k], basis[l])
    s, U = np.linalg.eigh(S)
    Xm = U @ np.diag(s**-0.5) @ U.T
    P = np.zeros((n, n))
    E_old = 0.0
    for _ in range(n_iter):
        J = np.einsum("kl,ijkl->ij", P, eri)
        K = np.einsum("kl,ikjl->ij", P, eri)
        F = H + J - 0.5 * K
        e, Cp = np.linalg.eigh(Xm.T @ F @ Xm)
        Cm = Xm @ Cp
        P = 2.0 * np.outer(Cm[:, 0], Cm[:, 0])
        E = 0.5 * np.sum(P * (H + F))
        if abs(E - E_old) < conv:
            break
        E_old = E
    return E + 1.0 / R


WRT = ("R", "zeta")


def example(rng):
    return 1.4, 1.2
