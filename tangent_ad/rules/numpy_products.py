"""NumPy's products of vectors, matrices and tensors, in the order of the chapter "Linear algebra" of
its manual; `@` and np.matmul stand with the operators."""

import numpy as np

from tangent_ad.analysis import contractions, products, results
from tangent_ad.rules.notation import adjoint, d, known
from tangent_ad.rules.parts import conjugated
from tangent_ad.rules.samples import call
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.einsum import adjoint_subscripts, einsum_adjoint
from tangent_ad.runtime.products import (
    dot_adjoint_left,
    dot_adjoint_right,
    kron_adjoint_left,
    kron_adjoint_right,
    tensordot_adjoint_left,
    tensordot_adjoint_right,
)


@adjoint(np.dot, np.ndarray.dot, multilinear=("a", "b"), result=products.product, sample=lambda r: [
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


@adjoint(np.linalg.multi_dot, result=results.array_of_floats, sample=lambda r: [
    call([r(2, 3), r(3, 2), r(2, 4)]), call([r(3), r(3, 2), r(2)]),
])  # fmt: skip
def multi_dot(z, arrays):
    if known(arrays).ranks == {2}:
        d[arrays] = [
            np.linalg.multi_dot([
                *[arrays[j].T for j in reversed(range(known(arrays).count)[:i])],
                d[z],
                *[arrays[j].T for j in reversed(range(known(arrays).count)[i + 1 :])],
            ])
            for i in range(known(arrays).count)
        ]  # fmt: skip
    elif known(arrays).count:  # a vector at an end is a row or a column
        rows = np.atleast_2d(arrays[0])
        columns = np.reshape(arrays[-1], (len(arrays[-1]), -1))
        share = np.reshape(d[z], (len(rows), columns.shape[1]))
        factors = [rows, *arrays[1:-1], columns]
        d[arrays] = [
            np.reshape(
                np.linalg.multi_dot([
                    *[factors[j].T for j in reversed(range(known(arrays).count)[:i])],
                    share,
                    *[factors[j].T for j in reversed(range(known(arrays).count)[i + 1 :])],
                ]),
                np.shape(arrays[i]),
            )
            for i in range(known(arrays).count)
        ]  # fmt: skip


@multi_dot.tangent
def multi_dot(z, arrays):
    d[z] = sum(
        np.linalg.multi_dot([*arrays[:i], d[arrays][i], *arrays[i + 1 :]])
        for i in known(arrays).varying
    )


# Both take the conjugate of the first operand.
@adjoint(np.vdot, multilinear=("a", "b"), result=results.scalar, sample=lambda r: [
    call(r(3), r(3)), call(r(2, 3), r(2, 3)),
])  # fmt: skip
def vdot(z, a, b):
    if known(a).shape is not None and known(a).shape == known(b).shape:
        d[a] = conjugated(d[z] * b, z)
        d[b] = d[z] * conjugated(a, a)
    else:
        d[a] = conjugated(d[z] * np.reshape(b, np.shape(a)), z)
        d[b] = d[z] * np.reshape(conjugated(a, a), np.shape(b))


@adjoint(getattr(np, "vecdot", None), getattr(np.linalg, "vecdot", None), multilinear=("a", "b"),
         result=results.floats,
         sample=lambda r: [call(r(3), r(3)), call(r(2, 3), r(2, 3)), call(r(2, 3), r(3))])
def vecdot(z, a, b):
    d[a] = unbroadcast(conjugated(np.expand_dims(d[z], -1) * b, z), a)
    d[b] = unbroadcast(np.expand_dims(d[z], -1) * conjugated(a, a), b)


@adjoint(np.inner, multilinear=("a", "b"), result=products.inner, sample=lambda r: [
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
    elif 0 in (known(a).rank, known(b).rank):
        d[a] = unbroadcast(d[z] * b, a)
        d[b] = unbroadcast(d[z] * a, b)
    else:
        d[a] = tensordot_adjoint_left(d[z], a, b, (-1, -1))
        d[b] = tensordot_adjoint_right(d[z], a, b, (-1, -1))


@adjoint(np.outer, multilinear=("a", "b"), result=products.outer, sample=lambda r: [
    call(r(3), r(2)), call(r(2, 2), r(3)), call(r(), r(3)),
])  # fmt: skip
def outer(z, a, b):
    if known(a).rank == 1 and known(b).rank == 1:
        d[a] = np.dot(d[z], b)
        d[b] = np.dot(a, d[z])
    else:
        d[a] = np.reshape(np.dot(d[z], np.ravel(b)), np.shape(a))
        d[b] = np.reshape(np.dot(np.ravel(a), d[z]), np.shape(b))


@adjoint(np.tensordot, multilinear=("a", "b"), result=contractions.tensordot, sample=lambda r: [
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


@adjoint(np.kron, multilinear=("a", "b"), result=results.array_of_floats, sample=lambda r: [
    call(r(2, 2), r(2, 3)), call(r(3), r(2)), call(r(2), r(2, 3)),
])  # fmt: skip
def kron(z, a, b):
    d[a] = kron_adjoint_left(d[z], a, b)
    d[b] = kron_adjoint_right(d[z], a, b)


# (a x b) . v = a . (b x v) = b . (v x a)
@adjoint(np.cross, multilinear=("a", "b"), result=results.arithmetic, sample=lambda r: [
    call(r(3), r(3)), call(r(2, 3), r(3)), call(r(3, 2), r(3, 2), axis=0), call(r(2, 3), r(2, 3)),
])  # fmt: skip
def cross(z, a, b, *, axis=-1):
    if known(a).rank == 1 and known(b).rank == 1:
        d[a] = np.cross(b, d[z])
        d[b] = np.cross(d[z], a)
    else:
        d[a] = unbroadcast(np.cross(b, d[z], axis=axis), a)
        d[b] = unbroadcast(np.cross(d[z], a, axis=axis), b)
