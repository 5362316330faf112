"""Complex numbers, by the convention of JAX (see docs/complex.md): no rule conjugates an adjoint but
that of the conjugate, and `differentiate.real_parts` takes the real part where a variable is real.
"""

import cmath
import math

import numpy as np

from tangent_ad.analysis import facts, results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.structures import as_real_as

# ---- making them and taking them apart -----------------------------------------------------


@elementwise(complex, result=results.of_scalars(facts.scalar("complex")), sample=lambda r: [
    program("return abs(complex(x, y) ** 3)", x=r(), y=r()),
    program("return (complex(x) * complex(0.5, x)).imag", x=r()),
    program("return (complex(real=x, imag=y) ** 2).real", x=r(), y=r()),
])  # fmt: skip
def complex_(z, real=0.0, imag=0.0):
    return 1.0, 1j


@elementwise(np.complex64, np.complex128, result=results.widened, sample=lambda r: [
    program("return abs(np.complex128(x) + 0.5j)", x=r()),
])  # fmt: skip
def cast(y, x):
    return 1.0


@elementwise(np.real, np.ndarray.real, linear="x", typed=True, fresh=False, result=results.real_part)
def real(y, x):
    return 1.0


@elementwise(np.imag, np.ndarray.imag, linear="x", typed=True, fresh=False, result=results.real_part)
def imag(y, x):
    if known(x).may_be_complex:
        return -1j
    return 0.0


@adjoint(np.conj, np.ndarray.conj, np.ndarray.conjugate, linear="x", fresh=False,
         result=results.arithmetic, sample=lambda r: [call(r(3)), call(r(2, 3))])  # fmt: skip
def conjugate(y, x):
    if known(x).may_be_complex:
        d[x] = np.conj(d[y])
    else:
        d[x] = d[y]


# Whether the result is real, only the run can tell.
@adjoint(np.real_if_close, typed=True, fresh=False, result=results.perhaps_real, sample=lambda r: [
    call(r(3)), call(r(2, 3)),
])  # fmt: skip
def real_if_close(y, a):
    if known(a).may_be_complex:
        d[a] = as_real_as(d[y], y)
    else:
        d[a] = d[y]


@real_if_close.tangent
def real_if_close(y, a):
    if known(a).may_be_complex:
        d[y] = as_real_as(d[a], y)
    else:
        d[y] = d[a]


@elementwise(np.angle, typed=True, result=results.angle, sample=lambda r: [
    call(r(3)), call(r()), call(r(2, 3), deg=True),
])  # fmt: skip
def angle(y, z, deg=False):
    if not known(z).may_be_complex:
        return 0.0
    if known(deg).value is False:
        return -1j / z
    return (-180j / math.pi if deg else -1j) / z


# ---- the functions of the module cmath -----------------------------------------------------

number = results.of_scalars(facts.scalar("complex"))


@elementwise(cmath.exp, result=number)
def exp(y, x):
    return y


@elementwise(cmath.log, domain="positive", result=number, sample=lambda r: [
    program("return abs(cmath.log(x))", x=r.positive()),
    program("return abs(cmath.log(x + 1j, y))", x=r.positive(), y=1.0 + r.positive()),
])  # fmt: skip
def log(y, x, base=math.e):
    if known(base).given:
        return 1.0 / (x * cmath.log(base)), -y / (base * cmath.log(base))
    return 1.0 / x


@elementwise(cmath.log10, domain="positive", result=number)
def log10(y, x):
    return 1.0 / (math.log(10.0) * x)


@elementwise(cmath.sqrt, domain="positive", result=number)
def sqrt(y, x):
    return 0.5 / y


@elementwise(cmath.sin, result=number)
def sin(y, x):
    return cmath.cos(x)


@elementwise(cmath.cos, result=number)
def cos(y, x):
    return -cmath.sin(x)


@elementwise(cmath.tan, result=number)
def tan(y, x):
    return 1.0 + y * y


@elementwise(cmath.asin, domain="unit", result=number)
def asin(y, x):
    return 1.0 / cmath.sqrt(1.0 - x * x)


@elementwise(cmath.acos, domain="unit", result=number)
def acos(y, x):
    return -1.0 / cmath.sqrt(1.0 - x * x)


@elementwise(cmath.atan, result=number)
def atan(y, x):
    return 1.0 / (1.0 + x * x)


@elementwise(cmath.sinh, result=number)
def sinh(y, x):
    return cmath.cosh(x)


@elementwise(cmath.cosh, result=number)
def cosh(y, x):
    return cmath.sinh(x)


@elementwise(cmath.tanh, result=number)
def tanh(y, x):
    return 1.0 - y * y


@elementwise(cmath.asinh, result=number)
def asinh(y, x):
    return 1.0 / cmath.sqrt(x * x + 1.0)


# The product of the roots is on the branch that cmath takes, the root of the product is not.
@elementwise(cmath.acosh, domain="above_one", result=number)
def acosh(y, x):
    return 1.0 / (cmath.sqrt(x - 1.0) * cmath.sqrt(x + 1.0))


@elementwise(cmath.atanh, domain="unit", result=number)
def atanh(y, x):
    return 1.0 / (1.0 - x * x)


@elementwise(cmath.phase, typed=True, result=results.scalar, sample=lambda r: [
    program("return cmath.phase(complex(x, y)) ** 2", x=r(), y=r()),
])  # fmt: skip
def phase(y, x):
    if known(x).may_be_complex:
        return -1j / x
    return 0.0


@adjoint(cmath.polar, typed=True, result=results.pair_of(results.scalar), sample=lambda r: [
    program("size, angle = cmath.polar(complex(x, y))\nreturn size * angle ** 2", x=r(), y=r()),
])  # fmt: skip
def polar(z, x):
    if known(x).may_be_complex:
        d[x] = d[z][0] * np.conj(x) / (z[0] if z[0] != 0 else 1.0) - 1j * d[z][1] / x
    else:
        d[x] = d[z][0] * np.sign(x)


@polar.tangent
def polar(z, x):
    if known(x).may_be_complex:
        d[z] = np.real(np.conj(x) * d[x]) / (z[0] if z[0] != 0 else 1.0), np.imag(d[x] / x)
    else:
        d[z] = np.sign(x) * d[x], 0.0


@elementwise(cmath.rect, result=number, sample=lambda r: [
    program("return abs(cmath.rect(x, y) + 0.5) ** 2", x=r(), y=r()),
])  # fmt: skip
def rect(z, r, phi):
    return cmath.rect(1.0, phi), 1j * z


zero(cmath.isfinite, cmath.isinf, cmath.isnan, cmath.isclose, result=results.flag)
