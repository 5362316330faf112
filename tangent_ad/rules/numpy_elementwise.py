"""NumPy's elementwise functions: partial derivatives, in the order of its manual.

At a kink the value is one side's, or the mean of both where that is the custom; see docs/kinks.md.
"""

import numpy as np

from tangent_ad.analysis import results
from tangent_ad.rules.notation import elementwise, zero

# ---- trigonometric -------------------------------------------------------------------------


@elementwise(np.sin)
def sin(y, x):
    return np.cos(x)


@elementwise(np.cos)
def cos(y, x):
    return -np.sin(x)


@elementwise(np.tan)
def tan(y, x):
    return 1.0 + y * y


@elementwise(np.arcsin, domain="unit")
def arcsin(y, x):
    return 1.0 / np.sqrt(1.0 - x * x)


@elementwise(np.arccos, domain="unit")
def arccos(y, x):
    return -1.0 / np.sqrt(1.0 - x * x)


@elementwise(np.arctan)
def arctan(y, x):
    return 1.0 / (1.0 + x * x)


@elementwise(np.arctan2)
def arctan2(z, y, x):
    return x / (x * x + y * y), -y / (x * x + y * y)


@elementwise(np.hypot)
def hypot(z, x, y):
    return x / z, y / z


@elementwise(np.deg2rad, np.radians)
def deg2rad(y, x):
    return np.pi / 180.0


@elementwise(np.rad2deg, np.degrees)
def rad2deg(y, x):
    return 180.0 / np.pi


# ---- hyperbolic ----------------------------------------------------------------------------


@elementwise(np.sinh)
def sinh(y, x):
    return np.cosh(x)


@elementwise(np.cosh)
def cosh(y, x):
    return np.sinh(x)


@elementwise(np.tanh)
def tanh(y, x):
    return 1.0 - y * y


@elementwise(np.arcsinh)
def arcsinh(y, x):
    return 1.0 / np.sqrt(x * x + 1.0)


@elementwise(np.arccosh, domain="above_one")
def arccosh(y, x):
    return 1.0 / np.sqrt(x * x - 1.0)


@elementwise(np.arctanh, domain="unit")
def arctanh(y, x):
    return 1.0 / (1.0 - x * x)


# ---- exponentials and logarithms -----------------------------------------------------------


@elementwise(np.exp)
def exp(y, x):
    return y


@elementwise(np.expm1)
def expm1(y, x):
    return y + 1.0


@elementwise(np.exp2)
def exp2(y, x):
    return np.log(2.0) * y


@elementwise(np.log, domain="positive")
def log(y, x):
    return 1.0 / x


@elementwise(np.log2, domain="positive")
def log2(y, x):
    return 1.0 / (np.log(2.0) * x)


@elementwise(np.log10, domain="positive")
def log10(y, x):
    return 1.0 / (np.log(10.0) * x)


@elementwise(np.log1p, domain="positive")
def log1p(y, x):
    return 1.0 / (1.0 + x)


@elementwise(np.logaddexp)
def logaddexp(z, x, y):
    return np.exp(x - z), np.exp(y - z)


@elementwise(np.logaddexp2)
def logaddexp2(z, x, y):
    return np.exp2(x - z), np.exp2(y - z)


# ---- powers --------------------------------------------------------------------------------


@elementwise(np.sqrt, domain="positive")
def sqrt(y, x):
    return 0.5 / y


@elementwise(np.cbrt, domain="positive")
def cbrt(y, x):
    return 1.0 / (3.0 * y * y)


@elementwise(np.square)
def square(y, x):
    return 2.0 * x


@elementwise(np.reciprocal, domain="positive")
def reciprocal(y, x):
    return -y * y


# ---- kinks: 0 at 0 for abs, half each at a tie ---------------------------------------------


@elementwise(np.abs, np.fabs)
def absolute(y, x):
    return np.sign(x)


@elementwise(np.maximum, np.fmax)
def maximum(z, x, y):
    return 0.5 + 0.5 * np.sign(x - y), 0.5 - 0.5 * np.sign(x - y)


@elementwise(np.minimum, np.fmin)
def minimum(z, x, y):
    return 0.5 - 0.5 * np.sign(x - y), 0.5 + 0.5 * np.sign(x - y)


@elementwise(np.clip)
def clip(z, x, a_min, a_max):
    return (x >= a_min) & (x <= a_max), x < a_min, (x > a_max) & (x >= a_min)


# A condition is not differentiated; nor is what it hides: where(x > 0, log(x), 0) at 0 is 0 * inf.
@elementwise(np.where)
def where(z, condition, x, y):
    return 0.0, condition, np.logical_not(condition)


@elementwise(np.nan_to_num)
def nan_to_num(y, x):
    return np.isfinite(x)


@elementwise(np.sinc)
def sinc(y, x):
    return (np.cos(np.pi * x) - y) / np.where(x == 0, 1.0, x)


@elementwise(np.copysign)
def copysign(z, x, y):
    return np.sign(x) * np.sign(z), 0.0


@elementwise(np.real_if_close)
def real_if_close(y, x):
    return 1.0


# ---- derivative zero -----------------------------------------------------------------------

zero(
    np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around, np.sign, np.heaviside,
    np.signbit, np.spacing,
    result=results.like_operands,
)  # fmt: skip
zero(
    np.isnan, np.isinf, np.isfinite, np.isneginf, np.isposinf, np.logical_and, np.logical_or,
    np.logical_not, np.logical_xor, np.equal, np.not_equal, np.less, np.less_equal, np.greater,
    np.greater_equal, np.isclose,
    result=results.flags_like_operands,
)  # fmt: skip
zero(np.any, np.all, np.allclose, np.array_equal, np.isscalar, np.iscomplexobj, np.isrealobj)
