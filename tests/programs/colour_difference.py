"""The difference of two colours, each by an enum of illuminants."""

import enum
import math


class Illuminant(enum.Enum):
    D65 = (0.95047, 1.0, 1.08883)
    D50 = (0.96422, 1.0, 0.82521)


M_RGB = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]


def _linearize(c):
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def _f(t, delta=6 / 29):
    return t ** (1 / 3) if t > delta**3 else t / (3 * delta**2) + 4 / 29


def rgb_to_lab(rgb, white=Illuminant.D65):
    lin = [_linearize(c) for c in rgb]
    xyz = [sum(m * c for m, c in zip(row, lin)) for row in M_RGB]
    fx, fy, fz = (_f(v / w) for v, w in zip(xyz, white.value))
    return {"L": 116 * fy - 16, "a": 500 * (fx - fy), "b": 200 * (fy - fz)}


def colour_difference(rgb1, rgb2, kl=1.0, kc=1.0):
    a, b = rgb_to_lab(rgb1), rgb_to_lab(rgb2, white=Illuminant.D50)
    dL = a["L"] - b["L"]
    C1, C2 = math.hypot(a["a"], a["b"]), math.hypot(b["a"], b["b"])
    dC = C1 - C2
    dH2 = (a["a"] - b["a"]) ** 2 + (a["b"] - b["b"]) ** 2 - dC**2
    sc, sh = 1 + 0.045 * C1, 1 + 0.015 * C1
    return math.sqrt((dL / kl) ** 2 + (dC / (kc * sc)) ** 2 + max(dH2, 0.0) / sh**2)


WRT = ("rgb1", "rgb2")


def example(rng):
    return (0.3, 0.02, 0.7), (0.5, 0.4, 0.1)
