"""The membrane of a neuron after Hodgkin and Huxley: gates and currents in dicts."""

import numpy as np

GATES = {
    "m": (
        lambda V: 0.1 * (V + 40.0) / (1.0 - np.exp(-(V + 40.0) / 10.0)),
        lambda V: 4.0 * np.exp(-(V + 65.0) / 18.0),
    ),
    "h": (
        lambda V: 0.07 * np.exp(-(V + 65.0) / 20.0),
        lambda V: 1.0 / (1.0 + np.exp(-(V + 35.0) / 10.0)),
    ),
    "n": (
        lambda V: 0.01 * (V + 55.0) / (1.0 - np.exp(-(V + 55.0) / 10.0)),
        lambda V: 0.125 * np.exp(-(V + 65) / 80.0),
    ),
}


class Neuron:
    def __init__(self, gNa, gK, gL, C_m=1.0):
        self.g = {"Na": gNa, "K": gK, "L": gL}
        self.E = {"Na": 50.0, "K": -77.0, "L": -54.387}
        self.C_m = C_m
        self.V = -65.0
        self.gates = {}
        for name, (a, b) in GATES.items():
            self.gates[name] = a(self.V) / (a(self.V) + b(self.V))

    def currents(self):
        m, h, n = self.gates["m"], self.gates["h"], self.gates["n"]
        return {
            "Na": self.g["Na"] * m**3 * h * (self.V - self.E["Na"]),
            "K": self.g["K"] * n**4 * (self.V - self.E["K"]),
            "L": self.g["L"] * (self.V - self.E["L"]),
        }

    def step(self, I, dt):
        I_ion = sum(self.currents().values())
        for name in self.gates:
            alpha, beta = GATES[name]
            x = self.gates[name]
            self.gates[name] = x + dt * (alpha(self.V) * (1 - x) - beta(self.V) * x)
        self.V += dt * (I - I_ion) / self.C_m
        return self.V


def neuron(g, current, dt=0.02, steps=6):
    neuron = Neuron(*g)
    trace = np.empty(steps)
    for k in range(steps):
        I = current if k > 1 else 0.0
        trace[k] = neuron.step(I, dt)
    return np.mean((trace + 60.0) ** 2)


WRT = ("g", "current")


def example(rng):
    return [120.0, 36.0, 0.3], 10.0
