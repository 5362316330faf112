"""The helpers of the runtime for products and matrices, in turn differentiated.

A product and the adjoints of its factors are three readings of one form, linear in each of three
arrays: the sum of bz * (x o y). So the adjoints of the adjoints are the others of the three.
"""

import numpy as np

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, known
from tangent_ad.rules.samples import call
from tangent_ad.runtime.einsum import einsum_adjoint
from tangent_ad.runtime.linear_algebra import lower_half
from tangent_ad.runtime.products import (
    dot_adjoint_left,
    dot_adjoint_right,
    kron_adjoint_left,
    kron_adjoint_right,
    matmul_adjoint_left,
    matmul_adjoint_right,
    tensordot_adjoint_left,
    tensordot_adjoint_right,
)

# ---- the adjoint of the left factor --------------------------------------------------------


@adjoint(matmul_adjoint_left, multilinear=("bz", "y"), constant="x", result=results.like("x"),
         sample=lambda r: [call(r(2, 2, 2), np.ones((2, 2, 3)), r(3, 2))])  # fmt: skip
def matmul_left(z, bz, x, y):
    d[bz] = np.matmul(d[z], y)
    d[y] = matmul_adjoint_right(bz, d[z], y)


@adjoint(dot_adjoint_left, multilinear=("bz", "y"), constant="x", result=results.like("x"),
         sample=lambda r: [call(r(2, 2, 2), np.ones((2, 3)), r(2, 3, 2))])  # fmt: skip
def dot_left(z, bz, x, y):
    d[bz] = np.dot(d[z], y)
    d[y] = dot_adjoint_right(bz, d[z], y)


@adjoint(kron_adjoint_left, multilinear=("bz", "y"), constant="x", result=results.like("x"),
         sample=lambda r: [call(r(2, 6), np.ones(2), r(2, 3))])  # fmt: skip
def kron_left(z, bz, x, y):
    d[bz] = np.kron(d[z], y)
    d[y] = kron_adjoint_right(bz, d[z], y)


@adjoint(tensordot_adjoint_left, multilinear=("bz", "y"), constant="x", result=results.like("x"),
         sample=lambda r: [call(r(2, 2), np.ones((2, 3)), r(3, 2), 1)])  # fmt: skip
def tensordot_left(z, bz, x, y, axes):
    d[bz] = np.tensordot(d[z], y, axes)
    d[y] = tensordot_adjoint_right(bz, d[z], y, axes)


# ---- and of the right one ------------------------------------------------------------------


@adjoint(matmul_adjoint_right, multilinear=("bz", "x"), constant="y", result=results.like("y"),
         sample=lambda r: [call(r(2, 2, 2), r(2, 2, 3), np.ones((3, 2)))])  # fmt: skip
def matmul_right(z, bz, x, y):
    d[bz] = np.matmul(x, d[z])
    d[x] = matmul_adjoint_left(bz, x, d[z])


@adjoint(dot_adjoint_right, multilinear=("bz", "x"), constant="y", result=results.like("y"),
         sample=lambda r: [call(r(2, 2, 2), r(2, 3), np.ones((2, 3, 2)))])  # fmt: skip
def dot_right(z, bz, x, y):
    d[bz] = np.dot(x, d[z])
    d[x] = dot_adjoint_left(bz, x, d[z])


@adjoint(kron_adjoint_right, multilinear=("bz", "x"), constant="y", result=results.like("y"),
         sample=lambda r: [call(r(2, 6), r(2), np.ones((2, 3)))])  # fmt: skip
def kron_right(z, bz, x, y):
    d[bz] = np.kron(x, d[z])
    d[x] = kron_adjoint_left(bz, x, d[z])


@adjoint(tensordot_adjoint_right, multilinear=("bz", "x"), constant="y", result=results.like("y"),
         sample=lambda r: [call(r(2, 2), r(2, 3), np.ones((3, 2)), 1)])  # fmt: skip
def tensordot_right(z, bz, x, y, axes):
    d[bz] = np.tensordot(x, d[z], axes)
    d[x] = tensordot_adjoint_left(bz, x, d[z], axes)


# ---- einsum: as many factors as there are --------------------------------------------------


@adjoint(einsum_adjoint, result=results.array_of_floats, sample=lambda r: [
    call(r(), "ii,i->", 0, r(2, 2), r(2)), call(r(), "ii,i->", 1, r(2, 2), r(2)),
])  # fmt: skip
def einsum_adjoint_(z, bz, subscripts, position, *operands):
    if known(position).is_literal:
        d[bz] = np.einsum(
            subscripts, *operands[: known(position).value], d[z],
            *operands[known(position).value + 1 :],
        )
        d[operands] = [
            0.0
            if i == known(position).value
            else einsum_adjoint(
                bz, subscripts, i, *operands[: known(position).value], d[z],
                *operands[known(position).value + 1 :],
            )
            for i in range(known(operands).count)
        ]  # fmt: skip


@einsum_adjoint_.tangent
def einsum_adjoint_(z, bz, subscripts, position, *operands):
    if known(position).is_literal:
        change = sum(
            einsum_adjoint(
                bz, subscripts, position, *operands[:i], d[operands][i], *operands[i + 1 :]
            )
            for i in known(operands).varying
            if known(position).value != i
        )
        d[z] = einsum_adjoint(d[bz], subscripts, position, *operands) + change


# ---- matrices ------------------------------------------------------------------------------


@adjoint(lower_half, linear="matrix", result=results.array_like("matrix"), sample=lambda r: [
    call(r(3, 3)), call(r(2, 2, 2)),
])  # fmt: skip
def lower_half_(z, matrix):
    d[matrix] = lower_half(d[z])
