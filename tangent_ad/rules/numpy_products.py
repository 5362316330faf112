"""NumPy's products of vectors, matrices and tensors, in the order of the chapter "Linear algebra" of
its manual; `@` and np.matmul stand with the operators."""

import numpy as np

from tangent_ad.analysis import contractions, results
from tangent_ad.rules.notation import adjoint, d, known
from tangent_ad.rules.samples import call
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.einsum import adjoint_subscripts, einsum_adjoint
from tangent_ad.runtime.linear_algebra import multi_dot_adjoint, multi_dot_tangent
from tangent_ad.runtime.products import (
    dot_adjoint_left,
    dot_adjoint_right,
    inner_adjoint_left,
    inner_adjoint_right,
    kron_adjoint_left,
    kron_adjoint_right,
    tensordot_adjoint_left,
    tensordot_adjoint_right,
)


@adjoint(np.dot, np.ndarray.dot, result=results.product, sample=lambda r: [
    call(r(2, 3), r(3, 4)), call(r(2, 3), r(3)), call(r(3), r(3, 2)), call(r(3), r(3)),
    call(r(2, 3, 2), r(2, 3)), call(r(2, 3), r(2, 3, 2)), call(r(2, 3), r()), call(r(3), 2.5),
])  # fmt: skip
def dot(z, a, b):
    if known(a).rank == 2 and known(b).rank == 2:
        d[a] = np.dot(d[z], b.T)
        d[b] = np.dot(a.T, d[z])
    elif known(a).rank == 2 and known(b).rank == 1:
        d[a] = np.outer(d[z], b)
        d[b] = np.dot(a.T, d[z])
    elif known(a).rank == 1 and known(b).rank == 2:
        d[a] = np.dot(b, d[z])
        d[b] = np.outer(a, d[z])
    elif known(a).rank == 1 and known(b).rank == 1:
        d[a] = d[z] * b
        d[b] = d[z] * a
    else:
        d[a] = dot_adjoint_left(d[z], a, b)
        d[b] = dot_adjoint_right(d[z], a, b)


@dot.tangent
def dot(z, a, b):
    d[z] = np.dot(d[a], b) + np.dot(a, d[b])


@adjoint(np.linalg.multi_dot, result=results.array_of_floats, sample=lambda r: [
    call([r(2, 3), r(3, 2), r(2, 4)]), call([r(3), r(3, 2), r(2)]),
])  # fmt: skip
def multi_dot(z, arrays):
    d[arrays] = multi_dot_adjoint(d[z], arrays)


@multi_dot.tangent
def multi_dot(z, arrays):
    d[z] = multi_dot_tangent(d[arrays], arrays)


@adjoint(np.vdot, result=results.scalar, sample=lambda r: [
    call(r(3), r(3)), call(r(2, 3), r(2, 3)),
])  # fmt: skip
def vdot(z, a, b):
    d[a] = d[z] * np.reshape(b, np.shape(a))
    d[b] = d[z] * np.reshape(a, np.shape(b))


@vdot.tangent
def vdot(z, a, b):
    d[z] = np.vdot(d[a], b) + np.vdot(a, d[b])


@adjoint(getattr(np, "vecdot", None), getattr(np.linalg, "vecdot", None), result=results.floats,
         sample=lambda r: [call(r(3), r(3)), call(r(2, 3), r(2, 3)), call(r(2, 3), r(3))])
def vecdot(z, a, b):
    d[a] = unbroadcast(np.expand_dims(d[z], -1) * b, a)
    d[b] = unbroadcast(np.expand_dims(d[z], -1) * a, b)


@vecdot.tangent
def vecdot(z, a, b):
    d[z] = np.vecdot(d[a], b) + np.vecdot(a, d[b])


@adjoint(np.inner, result=results.inner, sample=lambda r: [
    call(r(3), r(3)), call(r(2, 3), r(3)), call(r(2, 3), r(4, 3)), call(r(3), r(2, 3)),
    call(r(2, 2, 3), r(3)), call(r(3), r()), call(r(2, 3), r(2, 2, 3)),
])  # fmt: skip
def inner(z, a, b):
    if known(a).rank == 1 and known(b).rank == 1:
        d[a] = d[z] * b
        d[b] = d[z] * a
    elif known(a).rank == 2 and known(b).rank == 2:
        d[a] = np.dot(d[z], b)
        d[b] = np.dot(d[z].T, a)
    elif known(a).rank == 2 and known(b).rank == 1:
        d[a] = np.outer(d[z], b)
        d[b] = np.dot(d[z], a)
    else:
        d[a] = inner_adjoint_left(d[z], a, b)
        d[b] = inner_adjoint_right(d[z], a, b)


@inner.tangent
def inner(z, a, b):
    d[z] = np.inner(d[a], b) + np.inner(a, d[b])


@adjoint(np.outer, result=results.outer, sample=lambda r: [
    call(r(3), r(2)), call(r(2, 2), r(3)), call(r(), r(3)),
])  # fmt: skip
def outer(z, a, b):
    if known(a).rank == 1 and known(b).rank == 1:
        d[a] = np.dot(d[z], b)
        d[b] = np.dot(a, d[z])
    else:
        d[a] = np.reshape(np.dot(d[z], np.ravel(b)), np.shape(a))
        d[b] = np.reshape(np.dot(np.ravel(a), d[z]), np.shape(b))


@outer.tangent
def outer(z, a, b):
    d[z] = np.outer(d[a], b) + np.outer(a, d[b])


@adjoint(np.tensordot, result=contractions.tensordot, sample=lambda r: [
    call(r(2, 3), r(3, 4), axes=1), call(r(2, 3, 2), r(3, 2, 4)), call(r(2, 3), r(2), 0),
    call(r(2, 3, 4), r(4, 2, 3), axes=((1, 2), (2, 0))), call(r(2, 3), r(3, 2), axes=(0, 1)),
    call(r(2, 3, 4), r(3, 2), axes=([1], [0])), call(r(2, 3), r(2, 3), 2),
])  # fmt: skip
def tensordot(z, a, b, axes=2):
    if known(a).rank == 2 and known(b).rank == 2 and known(axes).value == 1:
        d[a] = np.dot(d[z], b.T)
        d[b] = np.dot(a.T, d[z])
    else:
        d[a] = tensordot_adjoint_left(d[z], a, b, axes)
        d[b] = tensordot_adjoint_right(d[z], a, b, axes)


@tensordot.tangent
def tensordot(z, a, b, axes=2):
    d[z] = np.tensordot(d[a], b, axes) + np.tensordot(a, d[b], axes)


# The adjoint of an einsum is an einsum with the result and that operand exchanged, where all letters
# of the operand stand elsewhere too; lengths of 1 may have been stretched.
@adjoint(np.einsum, result=contractions.einsum, fresh=False, sample=lambda r: [
    call("ij,jk->ik", r(2, 3), r(3, 4)), call("ij->ji", r(2, 3)), call("ij,jk", r(2, 3), r(3, 2)),
    call("i,i->", r(3), r(3)), call("ij->", r(2, 3)), call("ij->i", r(2, 3)), call("ii->", r(3, 3)),
    call("ii->i", r(3, 3)), call("bij,bjk->bik", r(2, 2, 3), r(2, 3, 2)),
    call("i,j,k->ijk", r(2), r(3), r(2)), call("ij,j,i->", r(2, 3), r(3), r(2)),
    call("...ij,...jk->...ik", r(2, 2, 3), r(3, 2)), call("i, ij, j", r(2), r(2, 3), r(3)),
    call("ij,ij->ij", r(2, 3), r(1, 3)), call("ab,bc->", r(2, 3), r(3, 2)),
    call("i,i,i,i,i->i", r(2), r(2), r(2), r(2), r(2)), call("ji,jk->ik", r(3, 2), r(3, 2)),
])  # fmt: skip
def einsum(z, subscripts, *operands, optimize=False):
    d[operands] = [
        einsum_adjoint(d[z], subscripts, i, *operands)
        if not contractions.is_einsum(known(subscripts), i)
        else np.einsum(
            adjoint_subscripts(known(subscripts).value, i),
            d[z], *operands[:i], *operands[i + 1 :], optimize=optimize,
        )
        if contractions.is_unstretched(known(subscripts), known(operands), i)
        else unbroadcast(
            np.einsum(
                adjoint_subscripts(known(subscripts).value, i),
                d[z], *operands[:i], *operands[i + 1 :], optimize=optimize,
            ),
            operands[i],
        )
        for i in range(known(operands).count)
    ]  # fmt: skip


@einsum.tangent
def einsum(z, subscripts, *operands, optimize=False):
    d[z] = sum(
        np.einsum(
            subscripts, *operands[:i], d[operands][i], *operands[i + 1 :], optimize=optimize
        )
        for i in known(operands).varying
    )


@adjoint(np.kron, result=results.array_of_floats, sample=lambda r: [
    call(r(2, 2), r(2, 3)), call(r(3), r(2)), call(r(2), r(2, 3)),
])  # fmt: skip
def kron(z, a, b):
    d[a] = kron_adjoint_left(d[z], a, b)
    d[b] = kron_adjoint_right(d[z], a, b)


@kron.tangent
def kron(z, a, b):
    d[z] = np.kron(d[a], b) + np.kron(a, d[b])


# (a x b) . v = a . (b x v) = b . (v x a)
@adjoint(np.cross, result=results.arithmetic, sample=lambda r: [
    call(r(3), r(3)), call(r(2, 3), r(3)), call(r(3, 2), r(3, 2), axis=0), call(r(2, 3), r(2, 3)),
])  # fmt: skip
def cross(z, a, b, *, axis=-1):
    if known(a).rank == 1 and known(b).rank == 1:
        d[a] = np.cross(b, d[z])
        d[b] = np.cross(d[z], a)
    else:
        d[a] = unbroadcast(np.cross(b, d[z], axis=axis), a)
        d[b] = unbroadcast(np.cross(d[z], a, axis=axis), b)


@cross.tangent
def cross(z, a, b, *, axis=-1):
    d[z] = np.cross(d[a], b, axis=axis) + np.cross(a, d[b], axis=axis)
