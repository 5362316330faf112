"""More scalars: `math`, casts, rounding, several arguments, mixed kinds; conditions, walrus."""

import math
from fractions import Fraction
from math import atan2, exp, hypot, log, pi, sqrt

import numpy as np

from ..table import row

mathematics = row("`math.*` of numbers")
building = row("builtins: abs, min, max, sum, pow, float, int, round, divmod, complex")
mixing = row("Python numbers, NumPy scalars and 0-d arrays mixed")
choosing = row("`and`/`or`/`not`, conditional expressions, walrus")
operating = row("`+ - * / // % ** @`, unary, comparisons, `is`, `in`")

GRAVITY = 9.81
HALF = Fraction(1, 2)


@mathematics.at((0.4, 0.9))
def black_scholes(sigma, t, s=100.0, k=95.0, r=0.02):
    d1 = (math.log(s / k) + (r + sigma**2 / 2) * t) / (sigma * math.sqrt(t))
    d2 = d1 - sigma * math.sqrt(t)

    def cdf(z):
        return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))

    return s * cdf(d1) - k * math.exp(-r * t) * cdf(d2)


@mathematics.at((0.4, -1.1))
def haversine(lat, lon):
    a = math.sin(math.radians(lat)) ** 2 + math.cos(lat) * math.sin(lon / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(a)) + math.degrees(lat)


@mathematics.at((0.4, 1.1))
def imported_names(a, e):
    mean = pi * a
    anomaly = mean
    for _ in range(4):
        error = anomaly - 0.3 * e * math.sin(anomaly) - mean
        anomaly = anomaly - error / (1 - 0.3 * math.cos(anomaly))
    return atan2(sqrt(1 + e) * anomaly, hypot(a, e)) * exp(-a) + log(e, 2)


@mathematics.at((0.4, 1.7))
def tests_and_pieces(a, b):
    if math.isclose(a, b) or math.isnan(a) or math.isinf(b):
        return a
    whole, rest = math.floor(b), math.fmod(b, 1.0)
    return math.copysign(a, -b) * whole + rest**2 + math.ldexp(a, 2) + math.dist((a, b), (0.0, 1.0))


@mathematics.at((0.4, 1.7))
def gamma_and_friends(a, b):
    return (
        math.gamma(b) * math.lgamma(a + 2.0)
        + math.comb(4, 2) * a
        + math.factorial(3) * math.erfc(b)
    )


@mathematics
def of_array_elements(x):
    total = 0.0
    for i in range(len(x)):
        total += math.sqrt(x[i]) * math.tanh(x[i - 1]) + math.pow(x[i], 1.5)
    return math.fsum([total, x[0], x[1] * x[2]]) * math.prod([x[0], x[1]])


@building.at((1.3, -0.6))
def min_and_max(a, b):
    smallest, largest = min(a, b, a * b), max([a, b, 0.0])
    clamped = max(0.0, min(1.0, b + a))
    keyed = max(a, b, key=abs) * min((a, b), key=lambda v: v * v)
    return smallest * largest + clamped * keyed + max((), default=2.0) * a


@building.at((7.3, 2.6))
def division_and_rest(a, b):
    q, r = divmod(a, b)
    hours, minutes = divmod(a * 60.0, 60)
    return q * b + r * r + hours * a + minutes % 7.0 + a // 1 + -a % b


@building.at((1.3, 0.6))
def casts(a, b):
    n = int(a * 4)
    u = float(a) * float("2.5") + float(n)
    v = -b if n > 100 else b
    flag = bool(a > b)
    return u * v + n * b + flag * a + int(flag) + round(b, 2) + round(a) * a


@building.at((1.3, 0.6))
def powers(a, b):
    n = pow(7, 5, 6)
    return pow(a, b) + pow(a, n) + pow(2, a) + a**-2 + (-a) ** 3 + a**0 * b + abs(-a) ** 0.5


@building
def sums_of_many(x):
    return (
        sum(x) + sum(v * v for v in x) + sum([x[0], x[1]], x[2]) + sum(map(abs, -x))
        + sum(1 for v in x if v > 1.0) * x[0] + len([v for v in x if v > 1.0]) * x[1]
    )  # fmt: skip


@building
def positions(x):
    at = max(range(len(x)), key=lambda i: x[i])
    low = min(enumerate(x), key=lambda pair: pair[1])[0]
    order = sorted(range(len(x)), key=x.__getitem__)
    return x[at] * x[low] + x[order[1]] ** 2


@mixing.at((1.5, 0.7))
def fractions_and_numpy(a, b):
    h = np.float64(0.5)
    n = np.int64(3)
    s = np.sum([a, b])
    return float(HALF) * a + h * b * n + s**2 + np.float64(a) * np.asarray(b) + np.array(2.0) * a


@mixing.at((1.5, 0.7))
def zero_rank_arrays(a, b):
    z = np.array(a) * 2.0
    y = np.zeros(())
    y[()] = z * b
    y += a
    return y.item() * z + float(y) + np.squeeze(np.array([a])) * y


@mixing
def item_and_tolist(x):
    a, b, c = x.tolist()
    return a * x[1].item() + math.sin(b) + c * float(x[0]) + np.float64(c) ** 2


@mixing
def python_lists_and_arrays(x):
    rows = [[x[0], 1], [2, x[1]]]
    m = np.array(rows)
    v = np.asarray([x[2], 0])
    return (m @ v)[0] + np.dot(rows, [1, x[0]])[1] + np.sum(np.array((x, x * 2)))


@mixing
def integers_as_indices(x):
    n = int(np.floor(x[0] * 1.4))
    i = np.argmax(x)
    return x[n % 3] * x[i] + x[np.int32(1)] * np.sign(x[0]) + x[int(2.7)] * np.count_nonzero(x > 1)


@mixing.at((2.4, 0.7))
def either_number_or_array(a, b):
    def smooth(v):
        return np.where(v > 1.0, v - 0.5, 0.5 * v * v)

    return smooth(a) + np.sum(smooth(np.array([a, b]))) + smooth(np.float64(b))


@choosing
def values_with_defaults(x):
    def norm(v, scale=None):
        scale = scale or 2.0
        return np.sum(v * v) / scale

    first = x[0] and x[1]
    other = 0.0 or x[2]
    return norm(x) + norm(x, x[0]) + first * other


@choosing
def chained_comparisons(x):
    inside = 0.5 < x[1] < 1.0 <= x[0]
    return x[0] * x[1] if inside and not x[2] < 1.0 else np.sum(x)


@choosing
def nested_conditionals(x):
    sign = 1.0 if x[0] > 2.0 else (0.5 if x[0] > 1.0 else -1.0)
    return (x[0] if sign < 0 else x[1] * sign) * (x[2] if x[2] > x[1] else x[1])


@choosing
def walrus_everywhere(x):
    total = 0.0
    if (n := len(x)) > 2 and (first := x[0]) > 1.0:
        total += first * n
    values = [y := 1.0, y * x[1], (z := y + x[2]) * z]
    while (total := total * 0.5) > 1.0:
        pass
    return total + sum(values) + z


@choosing
def any_and_all(x):
    if any(v > 2.0 for v in x) and all(x > 0.0) and not np.any(np.isnan(x)):
        return np.sum(x * x)
    return np.sum(x)


@operating.at((5.3, 1.7))
def whole_division(a, b):
    return a // b * a + a % b * b + (-a) % b + (a * 2) // 1.0 - -a + +b


@operating
def matrices(x):
    m = np.outer(x, x) + np.eye(3)
    y = m @ x
    return x @ m @ y + (x[None, :] @ m)[0, 1] + np.sum(m @ m @ np.ones(3)) + y @ y


@operating
def identity_and_membership(x):
    missing = None
    names = ["a", "b"]
    total = x[0] if missing is None else x[1]
    if "a" in names and "c" not in names and names is not missing:
        total = total * x[2]
    return total * (x[1] if 1 in (0, 1, 2) else 1.0) * (2 if total == total else 3)


@operating
def signs_and_steps(x):
    return np.sum(-(x**2) + (+x) * ~np.array([0, 1, 2])) + (x > 1.0) @ x + np.sum((x != x[1]) * x)
