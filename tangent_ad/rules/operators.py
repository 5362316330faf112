"""Python's operators, with the NumPy functions of the same meaning."""

import math
import operator

import numpy as np

from tangent_ad.analysis import products, results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.indexing import add_at, last_writes
from tangent_ad.runtime.products import matmul_adjoint_left, matmul_adjoint_right
from tangent_ad.runtime.structures import add as add_structures
from tangent_ad.runtime.structures import spread_into, zeros_like

# ---- arithmetic ----------------------------------------------------------------------------


@elementwise(operator.add, np.add, result=results.arithmetic)
def add(z, x, y):
    return 1.0, 1.0


@elementwise(operator.sub, np.subtract, result=results.arithmetic)
def subtract(z, x, y):
    return 1.0, -1.0


@elementwise(operator.mul, np.multiply, result=results.arithmetic)
def multiply(z, x, y):
    return y, x


@elementwise(operator.truediv, np.divide)
def divide(z, x, y):
    if known(x).value == 1:
        return 1.0 / y, -z * z
    return 1.0 / y, -z / y


@elementwise(operator.neg, np.negative, result=results.arithmetic)
def negative(y, x):
    return -1.0


@elementwise(operator.pos, np.positive, result=results.arithmetic)
def positive(y, x):
    return 1.0


@elementwise(operator.floordiv, np.floor_divide, result=results.arithmetic)
def floor_divide(z, x, y):
    return 0.0, 0.0


# z = x - floor(x / y) * y
@elementwise(operator.mod, np.remainder, result=results.arithmetic)
def remainder(z, x, y):
    return 1.0, -(x // y)


@adjoint(divmod, np.divmod, result=results.pair_of(results.arithmetic),
         sample=lambda r: [call(r(3), r(3)), call(r(), r()), call(r(2, 3), r(3))])  # fmt: skip
def divide_with_remainder(z, x, y):
    d[x] = unbroadcast(d[z][1], x)
    d[y] = unbroadcast(-d[z][1] * z[0], y)


@divide_with_remainder.tangent
def divide_with_remainder(z, x, y):
    d[z] = zeros_like(z[0]), d[x] - z[0] * d[y]


# The derivative with respect to the base is 0 where the exponent is 0, even at base 0; that with
# respect to the exponent is 0 at base 0, the limit from positive exponents. np.power gives inf where
# Python's ** raises: at base 0, below exponent 1.
@elementwise(operator.pow, pow, np.power, np.float_power, domain="positive", result=results.arithmetic)
def power(z, x, y):
    if known(y).is_literal:
        if known(y).value == 0:
            return 0.0
        if known(y).value == 1:
            return 1.0
        if known(y).value == 2:
            return 2.0 * x
        if known(y).value < 1:
            return y * np.power(x, y - 1.0)
        return y * x ** (y - 1)
    if known(x).is_literal and known(x).value > 0:
        return 0.0, math.log(known(x).value) * z
    if known(x).is_scalar and known(y).is_scalar:
        return (
            y * np.power(x, y - 1.0) if y != 0 else 0.0,
            np.log(x) * z if x != 0 else 0.0,
        )
    if known(y).is_scalar:
        return y * x ** (y - 1.0 if y != 0 else 1.0), np.log(np.where(x == 0, 1.0, x)) * z
    return y * x ** np.where(y == 0, 1, y - 1), np.log(np.where(x == 0, 1.0, x)) * z


# ---- products of matrices ------------------------------------------------------------------


@adjoint(operator.matmul, np.matmul, multilinear=("a", "b"),
         result=products.batched_product, sample=lambda r: [
    call(r(2, 3), r(3, 4)), call(r(2, 3), r(3)), call(r(3), r(3, 2)), call(r(3), r(3)),
    call(r(2, 2, 3), r(2, 3, 2)), call(r(2, 2, 3), r(3, 2)), call(r(2, 3), r(2, 3, 2)),
    call(r(2, 2, 3), r(3)), call(r(3), r(2, 3, 2)), call(r(2, 1, 2, 3), r(3, 3, 2)),
])  # fmt: skip
def matmul(z, a, b):
    if known(a).rank == 2 and known(b).rank == 2:
        d[a] = d[z] @ b.T
        d[b] = a.T @ d[z]
    elif known(a).rank == 2 and known(b).rank == 1:
        d[a] = np.outer(d[z], b)
        d[b] = a.T @ d[z]
    elif known(a).rank == 1 and known(b).rank == 2:
        d[a] = b @ d[z]
        d[b] = np.outer(a, d[z])
    elif known(a).rank == 1 and known(b).rank == 1:
        d[a] = d[z] * b
        d[b] = d[z] * a
    elif known(a).rank == 3 and known(b).rank == 2:
        d[a] = d[z] @ b.T
        d[b] = np.tensordot(a, d[z], axes=((0, 1), (0, 1)))
    elif known(a).rank == 3 and known(b).rank == 3 and known(a).shape[0] == known(b).shape[0]:
        d[a] = d[z] @ np.swapaxes(b, 1, 2)
        d[b] = np.swapaxes(a, 1, 2) @ d[z]
    else:
        d[a] = matmul_adjoint_left(d[z], a, b)
        d[b] = matmul_adjoint_right(d[z], a, b)


# ---- elements and slices -------------------------------------------------------------------


# Where an element is taken from has no derivative, also where only the run tells that it is an int.
@adjoint(operator.getitem, linear="x", constant="i", fresh=False, sample=lambda r: [
    call(r(4), 2), call(r(3, 4), 1), call(r(3, 4), (1, 2)), call(r(3, 4), (slice(1, None), 0)),
    call(r(3, 4), slice(None, None, 2)), call(r(3, 4), (Ellipsis, None, 1)),
    call(r(4), np.array([0, 2, 2])), call(r(3, 4), (np.array([0, 0]), np.array([1, 1]))),
    call(r(3, 4), (slice(None), np.array([3, 0, 3]))), call(r(4), np.arange(4) > 1),
    call(r(3, 4), np.arange(12).reshape(3, 4) % 3 == 0),
    program("return x[[0, 2, 0]] @ x[1:4]", x=r(4)),
    program("items = [x, x * x, y]\nreturn items[1] * items[-1] + items[0]", x=r(), y=r()),
    program("items = [x, x * x, x]\nreturn np.sum(items[0] * items[1]) + items[2][1]", x=r(3)),
    program("items = [x, x * x, y]\nlater = items[1:]\nreturn later[0] * later[1]", x=r(), y=r()),
    program("pair = (x, x * x)\nreturn np.sum(pair[0] * pair[1])", x=r(3)),
    program("return p[0] * p[1] * p[1]", p=(r(), r())),
    program("return np.sum(p[0] @ p[1])", p=[r(2, 3), r(3)]),
    program("a = np.array(x)\nreturn a[()] * float(a) + np.sum(a[None]) * a[...]", x=r()),
    program("return p['a'] * np.sum(p['b'])", p={"a": r(), "b": r(3)}),
])  # fmt: skip
def getitem(z, x, i):
    if known(x).is_container and known(z).is_number:
        d[x][i] = d[x][i] + d[z]
    elif known(x).is_container and known(i).kind == "slice":
        d[x] = spread_into(d[z], x, i)
    elif known(x).is_container:
        d[x][i] = add_structures(d[x][i], d[z])
    elif known(x).is_scalar:
        d[x] = np.sum(d[z])
    elif not known(i).repeats and (known(x).is_number or known(z).is_number):
        d[x][i] += d[z]
    elif known(x).is_number:
        np.add.at(d[x], i, d[z])
    else:
        add_at(d[x], i, d[z])


# ---- no derivative -------------------------------------------------------------------------

zero(operator.not_, result=results.flag)
zero(last_writes, parameters=("array", "index"))
zero(
    operator.invert, operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift,
    np.invert, np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.left_shift, np.right_shift,
    result=results.of_arguments(results.arithmetic),
)  # fmt: skip
