"""NumPy's elementwise functions: partial derivatives, in the order of the chapter "Mathematical
functions" of its manual.

Constants are Python floats, which leave float32 arrays as they are. At a kink the value is one
side's, or the mean of both where that is the custom; see docs/kinks.md.
"""

import math

import numpy as np

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, unsupported, zero
from tangent_ad.rules.parts import nonzero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.numerics import sinc_derivative
from tangent_ad.runtime.reductions import larger

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


@elementwise(np.hypot)
def hypot(z, x, y):
    return x / nonzero(z), y / nonzero(z)


@elementwise(np.arctan2)
def arctan2(z, y, x):
    return x / (x * x + y * y), -y / (x * x + y * y)


@elementwise(np.deg2rad, np.radians)
def deg2rad(y, x):
    return math.pi / 180.0


@elementwise(np.rad2deg, np.degrees)
def rad2deg(y, x):
    return 180.0 / math.pi


unsupported(np.unwrap, "it jumps where the difference of neighbours passes pi")

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
    return math.log(2.0) * y


@elementwise(np.log, domain="positive")
def log(y, x):
    return 1.0 / x


@elementwise(np.log10, domain="positive")
def log10(y, x):
    return 1.0 / (math.log(10.0) * x)


@elementwise(np.log2, domain="positive")
def log2(y, x):
    return 1.0 / (math.log(2.0) * x)


@elementwise(np.log1p, domain="positive")
def log1p(y, x):
    return 1.0 / (1.0 + x)


# Beside a zero it is the softplus, whose derivative needs no logaddexp, which is slow. What stands for
# the logarithm of 0, such as -1e10, must not overflow in the general case.
@elementwise(np.logaddexp, sample=lambda r: [
    call(r(2, 3), r(3)), call(r(), r(3)), call(r(), r()),
    program("return np.logaddexp(0.0, x) @ np.logaddexp(-x, 0)", x=r(3)),
])  # fmt: skip
def logaddexp(z, x, y):
    if known(x).value == 0:
        return 1.0 / (1.0 + np.exp(y)), 1.0 / (1.0 + np.exp(-y))
    if known(y).value == 0:
        return 1.0 / (1.0 + np.exp(-x)), 1.0 / (1.0 + np.exp(x))
    return np.exp(x - z), np.exp(y - z)


@elementwise(np.logaddexp2)
def logaddexp2(z, x, y):
    return np.exp2(x - z), np.exp2(y - z)


# ---- special functions and floating point --------------------------------------------------


@elementwise(np.sinc)
def sinc(y, x):
    return sinc_derivative(x)


unsupported(np.i0, "its derivative i1 is not in NumPy; use scipy.special.i0")


@elementwise(np.copysign)
def copysign(z, x, y):
    return np.sign(x) * np.sign(z), 0.0


# A power of two only moves the exponent, which is exact for the derivative as well.
@adjoint(np.ldexp, linear="x", result=results.real, sample=lambda r: [
    call(r(3), 2), call(r(3), np.array([1, 0, -1])), call(r(), 3), call(r(), np.array([1, 2])),
])  # fmt: skip
def ldexp(z, x, i):
    d[x] = unbroadcast(np.ldexp(d[z], i), x)


@adjoint(np.frexp, result=results.mantissa_and_exponent, sample=lambda r: [call(r(3)), call(r())])
def frexp(z, x):
    d[x] = np.ldexp(d[z][0], -z[1])


@frexp.tangent
def frexp(z, x):
    d[z] = np.ldexp(d[x], -z[1]), np.zeros_like(x)


@adjoint(np.modf, result=results.pair_of(results.real), sample=lambda r: [call(r(3)), call(r())])
def modf(z, x):
    d[x] = d[z][0]


@modf.tangent
def modf(z, x):
    d[z] = d[x], np.zeros_like(x)


@elementwise(np.nextafter)
def nextafter(z, x, y):
    return 1.0, 0.0


# ---- arithmetic beyond the operators -------------------------------------------------------


@elementwise(np.reciprocal, domain="positive")
def reciprocal(y, x):
    return -y * y


# z = x - trunc(x / y) * y
@elementwise(np.fmod, result=results.arithmetic)
def fmod(z, x, y):
    return 1.0, -np.trunc(x / y)


# ---- roots and powers ----------------------------------------------------------------------


@elementwise(np.sqrt, domain="positive")
def sqrt(y, x):
    return 0.5 / y


@elementwise(np.cbrt, domain="positive")
def cbrt(y, x):
    return 1.0 / (3.0 * y * y)


@elementwise(np.square, result=results.arithmetic)
def square(y, x):
    return 2.0 * x


# ---- kinks: 0 at 0 for abs, half each at a tie ---------------------------------------------


@elementwise(abs, np.abs, np.fabs, typed=True, result=results.magnitude)
def absolute(y, x):
    if known(x).may_be_complex:
        return np.conj(x) / nonzero(y)
    return np.sign(x)


# max(x, c) with a literal c is the hinge of machine learning, whose derivative at the tie is 0. The
# result tells as much as the operand, and is more often kept.
@elementwise(np.maximum, np.fmax, real_only=True, result=results.arithmetic)
def maximum(z, x, y):
    if known(y).is_literal or known(x).is_literal:
        return z > y, z > x
    if known(x).is_scalar and known(y).is_scalar:
        return (x > y) + 0.5 * (x == y), (y > x) + 0.5 * (x == y)
    return larger(x, y), larger(y, x)


@elementwise(np.minimum, np.fmin, real_only=True, result=results.arithmetic)
def minimum(z, x, y):
    if known(y).is_literal or known(x).is_literal:
        return z < y, z < x
    if known(x).is_scalar and known(y).is_scalar:
        return (x < y) + 0.5 * (x == y), (y < x) + 0.5 * (x == y)
    return larger(y, x), larger(x, y)


def _limits(r):
    x = r(3)
    return [
        call(x, -0.5, 0.8), call(x, r() - 2.0, r() + 2.0), call(x, None, 0.5), call(x, 0.1, None),
        call(x, a_min=-1.0, a_max=1.0), call(x, r(3) - 1.0, 1.0), call(0.3, 0.4, 1.0),
        call(r(2, 3), np.full(3, -1.0), np.full((2, 1), 1.0)),
    ]  # fmt: skip


# One bound may be None. Where they cross, the upper one wins, as in NumPy.
@elementwise(np.clip, real_only=True, result=results.arithmetic, sample=_limits)
def clip(z, a, a_min=None, a_max=None, *, min=None, max=None):
    if known(min).is_none and known(max).is_none:
        if known(a_max).is_none:
            return a >= a_min, a < a_min
        if known(a_min).is_none:
            return a <= a_max, 0.0, a > a_max
        return (a >= a_min) & (a <= a_max), (a < a_min) & (a_min <= a_max), (a > a_max) | (a_min > a_max)
    if known(max).is_none:
        return a >= min, 0.0, 0.0, a < min
    if known(min).is_none:
        return a <= max, 0.0, 0.0, 0.0, a > max
    return (a >= min) & (a <= max), 0.0, 0.0, (a < min) & (min <= max), (a > max) | (min > max)


@elementwise(np.ndarray.clip, real_only=True, result=results.arithmetic, sample=lambda r: [
    call(r(3), -0.5, 0.8), call(r(3), min=0.0), call(r(3), max=r()), call(r(3), r(), None),
])  # fmt: skip
def clip_method(z, a, min=None, max=None):
    if known(max).is_none:
        return a >= min, a < min
    if known(min).is_none:
        return a <= max, 0.0, a > max
    return (a >= min) & (a <= max), (a < min) & (min <= max), (a > max) | (min > max)


@elementwise(np.nan_to_num, result=results.like("x"), sample=lambda r: [
    call(r(3)), call(np.array([1.0, 2.0]), nan=1.0), call(r()),
])  # fmt: skip
def nan_to_num(y, x, *, nan=0.0, posinf=None, neginf=None):
    return np.isfinite(x)


@elementwise(np.heaviside, result=results.real)
def heaviside(z, x1, x2):
    return 0.0, np.equal(x1, 0.0)


# ---- derivative zero -----------------------------------------------------------------------

zero(
    np.floor, np.ceil, np.trunc, np.rint, getattr(np, "fix", None), np.spacing,
    result=results.of_arguments(results.real),
)  # fmt: skip
zero(np.sign, real_only=True, result=results.of_arguments(results.real))
zero(np.round, np.around, np.ndarray.round, parameters=("a", "decimals"), result=results.like("a"))
zero(np.gcd, np.lcm, result=results.of_arguments(results.arithmetic))
zero(
    np.isnan, np.isinf, np.isfinite, np.isneginf, np.isposinf, np.signbit, np.logical_and,
    np.logical_or, np.logical_not, np.logical_xor, np.equal, np.not_equal, np.less, np.less_equal,
    np.greater, np.greater_equal, np.isclose, np.isreal, np.iscomplex, np.isin,
    result=results.of_arguments(results.flags),
)  # fmt: skip
zero(np.allclose, np.array_equal, np.array_equiv, np.isscalar, np.iscomplexobj, np.isrealobj,
     np.may_share_memory, np.shares_memory, result=results.flag)  # fmt: skip
zero(np.finfo, np.iinfo, np.dtype, np.result_type, np.promote_types, np.can_cast, np.errstate)
