"""NumPy's functions that make arrays, in the order of the chapter "Array creation" of its manual."""

import numpy as np

from tangent_ad.analysis import layouts, results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.manipulation import (
    diag_adjoint,
    embed_diagonal,
    vander_exponents,
)
from tangent_ad.runtime.structures import unstacked_like

# ---- from shape or value -------------------------------------------------------------------

zero(np.zeros, np.ones, np.empty, parameters=("shape", "dtype"), result=layouts.filled)
zero(np.zeros_like, np.ones_like, np.empty_like, parameters=("a", "dtype"),
     result=layouts.filled_like)  # fmt: skip
zero(np.eye, parameters=("N", "M", "k", "dtype"), result=layouts.identity)
zero(np.identity, parameters=("n", "dtype"), result=layouts.identity_of)
zero(np.tri, parameters=("N", "M", "k", "dtype"), result=layouts.identity)
zero(np.indices)


@elementwise(np.full, result=layouts.filled_with, sample=lambda r: [
    call(3, r()), call((2, 3), r()), call((2, 3), r(3)),
])  # fmt: skip
def full(y, shape, fill_value):
    return 0.0, 1.0


@elementwise(np.full_like, typed=True, result=layouts.filled_like, constant="a", sample=lambda r: [
    call(r(2, 3), r()), call(r(2, 3), r(3)), call(np.arange(3.0), r()),
])  # fmt: skip
def full_like(y, a, fill_value):
    return 0.0, 1.0


# ---- from existing data --------------------------------------------------------------------


@adjoint(np.array, np.asarray, np.asanyarray, np.ascontiguousarray, typed=True, result=layouts.as_array,
         fresh=[np.array], sample=lambda r: [
    call(r(3)), call(r(2, 3)), call(r()), call([r(), r(), r()]), call([[r(), r()], [r(), r()]]),
    call([r(3), r(3)]), call((r(), r())), call([r(), 2.0, r()]), call([r(3)], dtype=float),
    program("rows = [x, x * x]\nreturn np.sum(np.array(rows) ** 2)", x=r(3)),
    program("return np.sum(np.array([[x, y], [y, x * y]]) ** 2)", x=r(), y=r()),
])  # fmt: skip
def array(y, object, dtype=None):
    if known(object).is_number:
        d[object] = d[y]
    else:
        d[object] = unstacked_like(d[y], object)


@array.tangent
def array(y, object, dtype=None):
    d[y] = np.array(d[object])


@adjoint(np.copy, np.ndarray.copy, linear="a", result=results.copied, sample=lambda r: [
    call(r(3)), call(r(2, 3)),
])  # fmt: skip
def copy(y, a):
    d[a] = d[y]


# Only casts to floats and complex numbers are differentiated: a cast to ints makes an int, which has no
# derivative. The cast of complex numbers to floats gives the real part, with a warning.
@adjoint(np.ndarray.astype, getattr(np, "astype", None), typed=True, result=layouts.cast,
         sample=lambda r: [
    call(r(3), float), call(r(2, 3), "float64"),
])  # fmt: skip
def astype(y, a, dtype):
    if known(y).dtype == "complex" or known(a).may_be_complex:
        d[a] = d[y]
    elif known(y).dtype == "float":
        d[a] = d[y].astype(a.dtype)


@astype.tangent
def astype(y, a, dtype):
    if known(y).dtype in ("float", "complex"):
        d[y] = d[a].astype(dtype)


@adjoint(np.ndarray.item, linear="a", result=results.scalar, sample=lambda r: [
    program("return x.item() ** 2", x=r(1)), program("return x.item() ** 2", x=r(1, 1)),
])  # fmt: skip
def item(y, a):
    d[a] = np.full_like(a, d[y])


@adjoint(np.ndarray.tolist, linear="a", result=results.listed, sample=lambda r: [
    program("items = x.tolist()\nreturn items[0] * items[2]", x=r(3)),
])  # fmt: skip
def tolist(y, a):
    d[a] = np.array(d[y], a.dtype)


# ---- numerical ranges ----------------------------------------------------------------------


# The number of elements is a step function of all three. One argument alone is the end.
@adjoint(np.arange, real_only=True, result=layouts.counted_from, constant="stop", sample=lambda r: [
    call(0.3, 2.9, 0.7), call(r(), 4.0), call(2.6), call(0.5, 3.2),
])  # fmt: skip
def arange(y, start, stop=None, step=1):
    if known(stop).given:
        d[start] = np.sum(d[y])
    else:
        d[start] = 0.0
    d[step] = np.dot(np.arange(len(y)), d[y])


@arange.tangent
def arange(y, start, stop=None, step=1):
    if known(stop).given:
        d[y] = np.full_like(y, d[start]) + np.arange(len(y)) * d[step]
    else:
        d[y] = np.zeros_like(y) * d[start]


@adjoint(np.linspace, linear=("start", "stop"), result=layouts.spaced, sample=lambda r: [
    call(r(), r(), 5), call(0.0, r(), num=4), call(r(), r(), 4, endpoint=False),
    call(r(2), r(2), 3), call(r(), r()), call(r(2), r(), 3),
])  # fmt: skip
def linspace(y, start, stop, num=50, endpoint=True):
    if known(y).rank == 1:
        t = np.linspace(0.0, 1.0, num, endpoint)
        d[start] = np.dot(1.0 - t, d[y])
        d[stop] = np.dot(t, d[y])
    else:
        t = np.linspace(0.0, 1.0, num, endpoint).astype(y.dtype)
        d[start] = unbroadcast(np.tensordot(1.0 - t, d[y], axes=1), start)
        d[stop] = unbroadcast(np.tensordot(t, d[y], axes=1), stop)


@adjoint(np.meshgrid, linear="xi", result=layouts.each, sample=lambda r: [
    call(r(3), r(2)), call(r(3), r(2), indexing="ij"), call(r(3), r(2), r(2)),
    program("X, Y = np.meshgrid(x, y)\nreturn np.sum(X * Y ** 2)", x=r(3), y=r(2)),
])  # fmt: skip
def meshgrid(z, *xi, indexing="xy"):
    if known(indexing).is_literal:
        d[xi] = [
            np.sum(d[z][i], axis=layouts.other_axes(i, known(xi).count, known(indexing).value))
            if known(xi).ranks == {1}
            else np.reshape(
                np.sum(d[z][i], axis=layouts.other_axes(i, known(xi).count, known(indexing).value)),
                np.shape(xi[i]),
            )
            for i in range(known(xi).count)
        ]


# ---- building matrices ---------------------------------------------------------------------


@adjoint(np.diag, linear="v", result=layouts.diagonal_or_matrix, fresh=False, sample=lambda r: [
    call(r(3)), call(r(3), 1), call(r(3), k=-1), call(r(3, 3)), call(r(2, 3)), call(r(3, 2), -1),
])  # fmt: skip
def diag(y, v, k=0):
    if known(v).rank == 1 and known(k).value == 0:
        d[v] = np.diag(d[y]).copy()  # the diagonal itself is read-only
    elif known(v).rank == 1:
        d[v] = np.diag(d[y], k).copy()
    elif known(v).rank == 2 and known(v).shape[0] == known(v).shape[1] and known(k).value == 0:
        d[v] = np.diag(d[y])
    elif known(v).rank == 2:
        d[v] = embed_diagonal(d[y], v, k)
    else:
        d[v] = diag_adjoint(d[y], v, k)


@adjoint(np.diagflat, linear="v", result=layouts.matrix("v"), sample=lambda r: [
    call(r(3)), call(r(2, 2), 1),
])  # fmt: skip
def diagflat(y, v, k=0):
    d[v] = np.reshape(np.diag(d[y], k), np.shape(v))


@adjoint(np.tril, linear="m", result=results.array_like("m"), sample=lambda r: [
    call(r(3, 3)), call(r(2, 3), 1), call(r(2, 3, 3), k=-1),
])  # fmt: skip
def tril(y, m, k=0):
    d[m] = np.tril(d[y], k)


@adjoint(np.triu, linear="m", result=results.array_like("m"), sample=lambda r: [
    call(r(3, 3)), call(r(2, 3), 1), call(r(2, 3, 3), k=-1),
])  # fmt: skip
def triu(y, m, k=0):
    d[m] = np.triu(d[y], k)


@adjoint(np.vander, result=layouts.matrix("x"), sample=lambda r: [
    call(r(3)), call(r(3), 4), call(r(3), 3, increasing=True),
])  # fmt: skip
def vander(y, x, N=None, increasing=False):  # noqa: N803 - NumPy's name
    powers = vander_exponents(y, increasing)
    d[x] = np.sum(d[y] * powers * x[:, None] ** np.where(powers == 0.0, 0.0, powers - 1.0), axis=1)


@vander.tangent
def vander(y, x, N=None, increasing=False):  # noqa: N803 - NumPy's name
    powers = vander_exponents(y, increasing)
    d[y] = d[x][:, None] * powers * x[:, None] ** np.where(powers == 0.0, 0.0, powers - 1.0)
