"""The functions of the module math, in the order of its manual. They take and give Python floats."""

import math

import numpy as np

from tangent_ad.analysis import facts, results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, unsupported, zero
from tangent_ad.rules.parts import nonzero
from tangent_ad.rules.samples import program
from tangent_ad.runtime.reductions import product_of_others
from tangent_ad.runtime.special import polygamma
from tangent_ad.runtime.structures import spread_over

real = results.of_scalars(facts.FLOAT)
of_items = results.scalar

# ---- number-theoretic functions ------------------------------------------------------------

zero(math.comb, math.factorial, math.gcd, math.isqrt, math.lcm, math.perm, math.ceil, math.floor,
     math.trunc, result=results.integer)  # fmt: skip

# ---- floating point arithmetic -------------------------------------------------------------


@elementwise(math.fabs, result=real)
def fabs(y, x):
    return np.sign(x)


@elementwise(math.fmod, result=real)
def fmod(z, x, y):
    return 1.0, (z - x) / y


@elementwise(math.remainder, result=real)
def remainder(z, x, y):
    return 1.0, (z - x) / y


@elementwise(math.copysign, result=real)
def copysign(z, x, y):
    return math.copysign(1.0, x) * math.copysign(1.0, y), 0.0


@elementwise(math.ldexp, result=real, sample=lambda r: [
    program("return math.ldexp(x, 3) ** 2", x=r()),
    program("return math.ldexp(x, n) ** 2", x=r(), n=-2),
])  # fmt: skip
def ldexp(z, x, i):
    return math.ldexp(1.0, i)


@adjoint(math.modf, result=results.pair_of(real), sample=lambda r: [
    program("fraction, whole = math.modf(x)\nreturn fraction * (whole + 2.0)", x=r()),
])  # fmt: skip
def modf(z, x):
    d[x] = d[z][0]


@modf.tangent
def modf(z, x):
    d[z] = d[x], 0.0


zero(math.isclose, math.isfinite, math.isinf, math.isnan, result=results.flag)
zero(math.ulp, result=real)
unsupported(math.frexp, "divide by a power of 2")
unsupported(math.nextafter, "its step depends on the type, not on the value")

# ---- powers, exponentials and logarithms ---------------------------------------------------


@elementwise(math.cbrt, domain="positive", result=real)
def cbrt(y, x):
    return 1.0 / (3.0 * y * y)


@elementwise(math.exp, result=real)
def exp(y, x):
    return y


@elementwise(math.exp2, result=real)
def exp2(y, x):
    return math.log(2.0) * y


@elementwise(math.expm1, result=real)
def expm1(y, x):
    return y + 1.0


@elementwise(math.log, domain="positive", result=real, sample=lambda r: [
    program("return math.log(x) ** 2", x=r.positive()),
    program("return math.log(x, b) ** 2", x=r.positive(), b=r.positive() + 1.0),
    program("return math.log(x, 3.0) ** 2", x=r.positive()),
])  # fmt: skip
def log(z, x, base=math.e):
    if known(base).given:
        return 1.0 / (x * math.log(base)), -z / (base * math.log(base))
    return 1.0 / x


@elementwise(math.log10, domain="positive", result=real)
def log10(y, x):
    return 1.0 / (math.log(10.0) * x)


@elementwise(math.log1p, domain="positive", result=real)
def log1p(y, x):
    return 1.0 / (1.0 + x)


@elementwise(math.log2, domain="positive", result=real)
def log2(y, x):
    return 1.0 / (math.log(2.0) * x)


@elementwise(math.pow, domain="positive", result=real)
def pow_(z, x, y):
    return y * math.pow(x, y - 1.0), z * math.log(x)


@elementwise(math.sqrt, domain="positive", result=real)
def sqrt(y, x):
    return 0.5 / y


# ---- summation and product -----------------------------------------------------------------


@adjoint(math.fsum, linear="items", result=of_items, sample=lambda r: [
    program("return math.fsum([x, y, x * y]) ** 2", x=r(), y=r()),
    program("return math.fsum(x) ** 2", x=r(3)),
])  # fmt: skip
def fsum(z, items):
    if known(items).is_number:
        d[items] = np.full_like(items, d[z])
    else:
        d[items] = spread_over(d[z], items)


@adjoint(math.prod, result=of_items, sample=lambda r: [
    program("return math.prod([x, y, x * y]) ** 2", x=r(), y=r()),
    program("return math.prod(x) ** 2", x=r(3)),
])  # fmt: skip
def prod(z, items):
    if known(items).is_number:
        d[items] = d[z] * product_of_others(items, None)
    else:
        d[items] = list(d[z] * product_of_others(np.array(items), None))


@prod.tangent
def prod(z, items):
    d[z] = np.dot(product_of_others(np.array(items), None), d[items])


unsupported(math.dist, "write the square root of the sum of squares")
unsupported(getattr(math, "sumprod", None), "write a sum of products")

# ---- angles and trigonometry ---------------------------------------------------------------


@elementwise(math.degrees, result=real)
def degrees(y, x):
    return 180.0 / math.pi


@elementwise(math.radians, result=real)
def radians(y, x):
    return math.pi / 180.0


@elementwise(math.acos, domain="unit", result=real)
def acos(y, x):
    return -1.0 / math.sqrt(1.0 - x * x)


@elementwise(math.asin, domain="unit", result=real)
def asin(y, x):
    return 1.0 / math.sqrt(1.0 - x * x)


@elementwise(math.atan, result=real)
def atan(y, x):
    return 1.0 / (1.0 + x * x)


@elementwise(math.atan2, result=real)
def atan2(z, y, x):
    return x / (x * x + y * y), -y / (x * x + y * y)


@elementwise(math.cos, result=real)
def cos(y, x):
    return -math.sin(x)


@adjoint(math.hypot, result=real, sample=lambda r: [
    program("return math.hypot(x, y) ** 3", x=r(), y=r()),
    program("return math.hypot(x, y, x * y) ** 3", x=r(), y=r()),
])  # fmt: skip
def hypot(z, *coordinates):
    d[coordinates] = [
        d[z] * (coordinates[i] / nonzero(z)) for i in range(known(coordinates).count)
    ]


@hypot.tangent
def hypot(z, *coordinates):
    d[z] = sum([
        coordinates[i] / nonzero(z) * d[coordinates][i] for i in range(known(coordinates).count)
    ])  # fmt: skip


@elementwise(math.sin, result=real)
def sin(y, x):
    return math.cos(x)


@elementwise(math.tan, result=real)
def tan(y, x):
    return 1.0 + y * y


# ---- hyperbolic functions ------------------------------------------------------------------


@elementwise(math.acosh, domain="above_one", result=real)
def acosh(y, x):
    return 1.0 / math.sqrt(x * x - 1.0)


@elementwise(math.asinh, result=real)
def asinh(y, x):
    return 1.0 / math.sqrt(x * x + 1.0)


@elementwise(math.atanh, domain="unit", result=real)
def atanh(y, x):
    return 1.0 / (1.0 - x * x)


@elementwise(math.cosh, result=real)
def cosh(y, x):
    return math.sinh(x)


@elementwise(math.sinh, result=real)
def sinh(y, x):
    return math.cosh(x)


@elementwise(math.tanh, result=real)
def tanh(y, x):
    return 1.0 - y * y


# ---- special functions ---------------------------------------------------------------------


@elementwise(math.erf, result=real)
def erf(y, x):
    return 2.0 / math.sqrt(math.pi) * math.exp(-x * x)


@elementwise(math.erfc, result=real)
def erfc(y, x):
    return -2.0 / math.sqrt(math.pi) * math.exp(-x * x)


@elementwise(math.gamma, domain="positive", result=real)
def gamma(y, x):
    return y * polygamma(0, x)


@elementwise(math.lgamma, domain="positive", result=real)
def lgamma(y, x):
    return polygamma(0, x)


@elementwise(polygamma, result=real, sample=lambda r: [
    program("return operation(0, x)", x=r.positive()),
])  # fmt: skip
def polygamma_(y, n, x):
    return 0.0, polygamma(n + 1, x)
