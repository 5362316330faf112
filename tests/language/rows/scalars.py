"""Numbers: operators, math, builtins, Python numbers beside NumPy's."""

import cmath
import math

import numpy as np

from ..table import row

operating = row("`+ - * / // % ** @`, unary, comparisons, `is`, `in`")
choosing = row("`and`/`or`/`not`, conditional expressions, walrus")
mathematics = row("`math.*` of numbers")
building = row("builtins: abs, min, max, sum, pow, float, int, round, divmod, complex")
mixing = row("Python numbers, NumPy scalars and 0-d arrays mixed")


@operating.at((2.3, 0.7))
def arithmetic(x, y):
    return x + y - x * y / (x + 1.0) + x**y + (-x) ** 2 + +y


@operating.at((2.3, 0.7))
def whole_and_rest(x, y):
    return (x * x) // y + (x * x) % y + x % 0.4


@operating
def products(x):
    m = np.outer(x, x)
    return x @ m @ x + (x @ x) ** 0.5


@operating.at((2.3, 0.7))
def comparisons(x, y):
    inside = 0.0 < y < x <= 3.0
    both = x is not None and 3 in (1, 3)
    return x * inside + y * y * (not both) + x * y


@operating
def bits_of_masks(x):
    mask = (x > 1.0) & ~(x > 2.0) | (x < 0.8)
    return np.sum(x[mask] ** 2)


@choosing
def values_of_and_or(x):
    a = x[0] and x[1]
    b = 0.0 or x[2]
    c = None or x[0] * x[1]
    return a * b * c


@choosing
def chained_conditions(x):
    return x[0] ** 2 if x[0] < 1.0 else x[1] ** 2 if x[1] < 1.0 else x[2]


@choosing
def not_evaluated(x):
    small = x[0] < 1.0 and np.log(x[0] - 10.0) > 0.0
    return np.sum(x * x) if not small else x[0]


@choosing
def walrus(x):
    if (n := np.sum(x * x)) > 1.0:
        return n * x[0]
    return n


@choosing
def walrus_in_a_while(x):
    y = x[0]
    while (y := y * 0.7 + 0.1 * x[1]) > 0.6:
        pass
    return y * x[2]


@mathematics.at((0.6, 1.3))
def elementary(x, y):
    return (
        math.sin(x) * math.exp(y) + math.log(y) * math.sqrt(x) + math.atan2(x, y) + math.tanh(x)
        + math.pow(x, y) + math.hypot(x, y) + math.log1p(x) + math.expm1(y) + math.erf(x)
    )  # fmt: skip


@mathematics.at((0.6, 1.3))
def special(x, y):
    return math.gamma(y) + math.lgamma(y) + math.cbrt(x) + math.degrees(x) + math.radians(y)


@mathematics.at((0.6, 1.3))
def pieces(x, y):
    return (
        math.fabs(-x) + math.floor(y) * x + math.ceil(x) * y + math.trunc(y) * x
        + math.fmod(y, x) + math.copysign(x, -1.0) + math.modf(y)[0]
    )  # fmt: skip


@mathematics.at((0.6, 1.3))
def sums(x, y):
    return math.fsum([x, y * y, x * y]) + math.prod([x, y, x]) + math.dist([x, y], [0.1, 0.2])


@mathematics
def of_elements(x):
    return sum(math.exp(-v) * math.cos(v) for v in x)


@mathematics.at((0.6, 1.3))
def tested(x, y):
    if math.isnan(x) or math.isinf(y) or not math.isfinite(x):
        return 0.0
    return x * y if math.isclose(x, y) else x * x * y


@building
def several_arguments(x):
    return min(x[0], x[1]) * max(x[1], x[2], 0.3) + abs(x[0] - 3.0)


@building
def of_a_list(x):
    values = [x[0] * x[1], x[1], x[2]]
    return sum(values) * max(values) + min(values, default=0.0) + sum(values, x[0])


@building.at((2.3, 0.7))
def powers(x, y):
    return pow(x, 2) + pow(x, y) + pow(2.0, y)


@building.at((2.3, 0.7))
def divided(x, y):
    quotient, rest = divmod(x, y)
    return quotient * x + rest * rest


@building.at((2.3, 0.7))
def rounded(x, y):
    return round(x) * y + round(x * y, 3) * x + round(y, 1) * y


@building.at((2.3, 0.7))
def cast(x, y):
    return float(x) * int(x) * y + float(y) ** 2 + bool(x) * y


@building
def cast_elements(x):
    return float(x[0]) * float(np.sum(x)) + float(np.array(x[1])) ** 2


@building.at((0.6, 1.3))
def complex_numbers(x, y):
    z = complex(x, y)
    w = z * z + 1.0j * z
    return w.real * w.imag + abs(w)


@building.at((0.6, 1.3))
def complex_exponential(x, y):
    z = cmath.exp(1j * x) * y
    return z.real**2 + z.imag * x


@building
def complex_arrays(x):
    z = np.exp(1j * x)
    return np.sum(np.abs(np.cumsum(z)) ** 2) + np.real(z[0] * np.conj(z[1]))


@mixing
def scalars_of_arrays(x):
    a = x[0]
    b = np.float64(2.0) * a
    c = np.array(a) * 3.0
    return a * b + c * float(b) + np.sum(c)


@mixing.at((1.5,))
def zero_rank(x):
    a = np.array(x)
    b = a[()] * a
    return b.item() * float(a) + np.asarray(b).sum()


@mixing.at((np.array(1.5),), (1.5,))
def given_either(x):
    y = x * x
    return y * 2.0 if y > 1.0 else y


@mixing
def accumulated_from_zero(x):
    total = 0
    count = 0
    for value in x:
        total += value * value
        count += 1
    return total / count


@mixing
def integers_beside(x):
    n = np.arange(3)
    weights = [1, 2, 3]
    return np.sum(x**n * np.array(weights)) + x[0] * weights[1] * n[2]
