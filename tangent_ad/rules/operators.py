"""Python's operators, with the NumPy functions of the same meaning."""

import operator

import numpy as np

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, unsupported, zero
from tangent_ad.runtime.indexing import add_at
from tangent_ad.runtime.products import matmul_adjoint_left, matmul_adjoint_right
from tangent_ad.runtime.structures import add as add_structures


@elementwise(operator.add, np.add)
def add(z, x, y):
    return 1.0, 1.0


@elementwise(operator.sub, np.subtract)
def subtract(z, x, y):
    return 1.0, -1.0


@elementwise(operator.mul, np.multiply)
def multiply(z, x, y):
    return y, x


@elementwise(operator.truediv, np.divide)
def divide(z, x, y):
    return 1.0 / y, -x / (y * y)


@elementwise(operator.neg, np.negative)
def negative(y, x):
    return -1.0


@elementwise(operator.pos, np.positive)
def positive(y, x):
    return 1.0


@elementwise(operator.floordiv, np.floor_divide)
def floor_divide(z, x, y):
    return 0.0, 0.0


# z = x - floor(x / y) * y
@elementwise(operator.mod, np.remainder)
def remainder(z, x, y):
    return 1.0, -(x // y)


# The derivative with respect to the base is 0 where the exponent is 0, even at base 0; that with
# respect to the exponent is 0 at base 0, the limit from positive exponents. Below 1, np.power gives
# inf at base 0 where Python's ** raises.
@elementwise(operator.pow, np.power, np.float_power, domain="positive")
def power(z, x, y):
    if known(y).is_literal:
        if known(y).value == 0:
            return 0.0
        if known(y).value == 1:
            return 1.0
        if known(y).value == 2:
            return 2.0 * x
        if 0 < known(y).value < 1:
            return y * np.power(x, y - 1)
        return y * x ** (y - 1)
    if known(x).is_scalar and known(y).is_scalar:
        return y * x ** (y - 1) if y != 0 else 0.0, np.log(x) * z if x != 0 else 0.0
    return y * x ** np.where(y == 0, 1, y - 1), np.log(np.where(x == 0, 1.0, x)) * z


@adjoint(operator.matmul, np.matmul, result=results.product)
def matmul(z, x, y):
    if known(x).rank == 2 and known(y).rank == 2:
        d[x] = d[z] @ y.T
        d[y] = x.T @ d[z]
    elif known(x).rank == 2 and known(y).rank == 1:
        d[x] = np.outer(d[z], y)
        d[y] = x.T @ d[z]
    elif known(x).rank == 1 and known(y).rank == 2:
        d[x] = y @ d[z]
        d[y] = np.outer(x, d[z])
    elif known(x).rank == 1 and known(y).rank == 1:
        d[x] = d[z] * y
        d[y] = d[z] * x
    else:
        d[x] = matmul_adjoint_left(d[z], x, y)
        d[y] = matmul_adjoint_right(d[z], x, y)


@matmul.tangent
def matmul(z, x, y):
    d[z] = d[x] @ y + x @ d[y]


@adjoint(operator.getitem, fresh=False)
def getitem(z, x, i):
    if known(x).is_container and known(z).kind == "number":
        d[x][i] = d[x][i] + d[z]
    elif known(x).is_container:
        d[x][i] = add_structures(d[x][i], d[z])
    elif known(i).basic or known(i).mask:
        d[x][i] += d[z]
    else:
        add_at(d[x], i, d[z])


@getitem.tangent
def getitem(z, x, i):
    d[z] = d[x][i]


for bitwise in (operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift):
    unsupported(bitwise, "bits of a number have no derivative")

zero(operator.not_, result=results.flag)
zero(operator.invert)
