"""A mixture of vapour and liquid in equilibrium, with tables of data for the components."""

import math

COMPONENTS = {
    "methane": {"Tc": 190.6, "Pc": 45.99, "omega": 0.012},
    "ethane": {"Tc": 305.3, "Pc": 48.72, "omega": 0.100},
    "propane": {"Tc": 369.8, "Pc": 42.48, "omega": 0.152},
}


def wilson_k(T, P, comp):
    c = COMPONENTS[comp]
    return c["Pc"] / P * math.exp(5.37 * (1 + c["omega"]) * (1 - c["Tc"] / T))


def rachford_rice(z, K, tol=1e-12):
    lo = 1.0 / (1.0 - max(K)) + 1e-9
    hi = 1.0 / (1.0 - min(K)) - 1e-9
    V = 0.5
    it = 0
    while True:
        g = sum(zi * (Ki - 1) / (1 + V * (Ki - 1)) for zi, Ki in zip(z, K))
        dg = -sum(zi * (Ki - 1) ** 2 / (1 + V * (Ki - 1)) ** 2 for zi, Ki in zip(z, K))
        new = V - g / dg
        if not (lo < new < hi):
            new = 0.5 * (lo + hi)
        if abs(new - V) < tol or it > 100:
            V = new
            break
        V = new
        it += 1
    return V


def flash(z, T, P):
    names = list(COMPONENTS.keys())
    total = sum(z)
    z = [zi / total for zi in z]
    K = [wilson_k(T, P, n) for n in names]
    V = rachford_rice(z, K)
    x = [zi / (1 + V * (Ki - 1)) for zi, Ki in zip(z, K)]
    y = [Ki * xi for Ki, xi in zip(K, x)]
    heat = {n: 8.314 * T * (1 + 0.1 * i) for i, n in enumerate(names)}
    hv = sum(yi * heat[n] for yi, n in zip(y, names))
    hl = sum(xi * heat[n] * 0.6 for xi, n in zip(x, names))
    return (V * hv + (1 - V) * hl) / 1000.0


WRT = ("z", "T", "P")


def example(rng):
    return [0.3, 0.4, 0.3], 250.0, 12.0
