"""NumPy's linear algebra, in the order of the manual of numpy.linalg.

Cholesky factors and eigenvalues of symmetric matrices depend on the lower triangle only, as NumPy
reads no other; so do their derivatives. (Giles, Collected matrix derivative results for forward and
reverse mode algorithmic differentiation, 2008.)
"""

import numpy as np

from tangent_ad.analysis import layouts, matrices, results
from tangent_ad.rules.notation import adjoint, d, known, unsupported, zero
from tangent_ad.rules.parts import along, conjugated, direction, nonzero, real_part
from tangent_ad.rules.samples import axes, call, program
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.linear_algebra import lower_half, power_along
from tangent_ad.runtime.manipulation import embed_diagonal
from tangent_ad.syntax.template import pasted

# ---- products and powers -------------------------------------------------------------------


@adjoint(np.linalg.matrix_power, result=matrices.square, fresh=False, sample=lambda r: [
    call(r(2, 2), 2), call(r(3, 3), 3), call(r(2, 2), 1), call(r(2, 2), 0),
    call(r.regular(2, 2), -2), call(r(2, 2), 5),
])  # fmt: skip
def matrix_power(z, a, n):
    if known(n).value == 2:
        d[a] = d[z] @ a.T + a.T @ d[z]
    else:
        d[a] = power_along(d[z], np.swapaxes(a, -1, -2), n)


@matrix_power.tangent
def matrix_power(z, a, n):
    if known(n).value == 2:
        d[z] = d[a] @ a + a @ d[a]
    else:
        d[z] = power_along(d[a], a, n)


# ---- decompositions ------------------------------------------------------------------------


@adjoint(np.linalg.cholesky, result=matrices.square, sample=lambda r: [
    call(r.definite(3)), call(np.stack([r.definite(2), r.definite(2)])),
])  # fmt: skip
def cholesky(z, a):
    inverse = np.linalg.inv(z)
    if known(a).rank == 2:
        half = inverse.T @ lower_half(z.T @ d[z]) @ conjugated(inverse, a)
        d[a] = lower_half(half + conjugated(half.T, a))
    else:
        turned = np.swapaxes(inverse, -1, -2)
        half = turned @ lower_half(np.swapaxes(z, -1, -2) @ d[z]) @ conjugated(inverse, a)
        d[a] = lower_half(half + conjugated(np.swapaxes(half, -1, -2), a))


@cholesky.tangent
def cholesky(z, a):
    inverse = np.linalg.inv(z)
    half = lower_half(d[a])
    change = half + conjugated(np.swapaxes(half, -1, -2), a)
    d[z] = z @ lower_half(inverse @ change @ conjugated(np.swapaxes(inverse, -1, -2), a))


for _function in (np.linalg.qr, np.linalg.svd, getattr(np.linalg, "svdvals", None)):
    unsupported(_function, "use np.linalg.eigh of a.T @ a, or np.linalg.cholesky")

# ---- eigenvalues ---------------------------------------------------------------------------


# Eigenvectors are differentiable where all eigenvalues are different. Those of a Hermitian matrix are
# only known up to a phase; by this rule none of them changes along itself.
@adjoint(np.linalg.eigh, typed=True, result=matrices.eigensystem, sample=lambda r: [
    call(r.symmetric(3)), program("w, v = np.linalg.eigh(x + x.T)\nreturn np.sum(w ** 2 * v[0])",
                                  x=r.symmetric(3)),
])  # fmt: skip
def eigh(z, a):
    w = z[0]
    v = z[1]
    one = np.eye(len(w), dtype=w.dtype)
    inner = np.diag(d[z][0]) + v.T @ d[z][1] / (w - w[:, None] + one) * (1.0 - one)
    half = conjugated(v, a) @ inner @ v.T
    d[a] = lower_half(half + conjugated(half.T, a))


@eigh.tangent
def eigh(z, a):
    w = z[0]
    v = z[1]
    one = np.eye(len(w), dtype=w.dtype)
    half = lower_half(d[a])
    inner = conjugated(v.T, a) @ (half + conjugated(half.T, a)) @ v
    d[z] = real_part(np.diag(inner), a), v @ (inner / (w - w[:, None] + one) * (1.0 - one))


@adjoint(np.linalg.eigvalsh, typed=True, result=matrices.eigenvalues,
         sample=lambda r: [call(r.symmetric(3))])
def eigvalsh(w, a):
    v = np.linalg.eigh(a)[1]
    d[a] = lower_half(2.0 * (conjugated(v, a) * d[w]) @ v.T)


@eigvalsh.tangent
def eigvalsh(w, a):
    v = np.linalg.eigh(a)[1]
    half = lower_half(d[a])
    change = half + conjugated(half.T, a)
    d[w] = real_part(np.diag(conjugated(v.T, a) @ change @ v), a)


for _function in (np.linalg.eig, np.linalg.eigvals):
    unsupported(_function, "its results may be complex; use np.linalg.eigh for symmetric matrices")

# ---- norms and other numbers ---------------------------------------------------------------


# At 0 a norm has a kink; its derivative there is 0.
@adjoint(np.linalg.norm, typed=True, result=matrices.norm, sample=lambda r: [
    *axes(r)[:3], *axes(r)[4:9], call(r(2, 3), "fro"), call(r(4), 2), call(r(4), 1),
    call(r(4), np.inf), call(r(4), ord=-np.inf), call(r(2, 3), 1, axis=1), call(r(4), 3),
    call(r(2, 3), 2, 0, True), call(r(2, 3), ord=np.inf, axis=0), call(r(2, 3), 3.0, axis=-1),
])  # fmt: skip
def norm(z, x, ord=None, axis=None, keepdims=False):
    if known(ord).value in (None, "fro") or (
        known(ord).value == 2 and (known(axis).is_axis or known(x).rank == 1)
    ):
        d[x] = along(d[z] / nonzero(z), x, axis, keepdims) * conjugated(x, x)
    elif known(axis).is_axis or known(x).rank == 1:
        if known(ord).value == 1:
            d[x] = along(d[z], x, axis, keepdims) * direction(x)
        elif known(ord).value in (np.inf, -np.inf):
            at_top = at_extreme_size(x, z, axis, keepdims)
            shares = at_top / np.sum(at_top, axis=axis, keepdims=True)
            d[x] = along(d[z], x, axis, keepdims) * shares * direction(x)
        elif known(ord).is_literal and known(ord).is_number and known(ord).value > 1:
            share = along(d[z] / nonzero(z) ** (ord - 1), x, axis, keepdims)
            d[x] = share * np.abs(x) ** (ord - 1) * direction(x)


@norm.tangent
def norm(z, x, ord=None, axis=None, keepdims=False):
    if known(ord).value in (None, "fro") or (
        known(ord).value == 2 and (known(axis).is_axis or known(x).rank == 1)
    ):
        d[z] = np.sum(conjugated(x, x) * d[x], axis=axis, keepdims=keepdims) / nonzero(z)
    elif known(axis).is_axis or known(x).rank == 1:
        if known(ord).value == 1:
            d[z] = np.sum(direction(x) * d[x], axis=axis, keepdims=keepdims)
        elif known(ord).value in (np.inf, -np.inf):
            at_top = at_extreme_size(x, z, axis, keepdims)
            change = np.sum(at_top * direction(x) * d[x], axis=axis, keepdims=keepdims)
            d[z] = change / np.sum(at_top, axis=axis, keepdims=keepdims)
        elif known(ord).is_literal and known(ord).is_number and known(ord).value > 1:
            part = np.abs(x) ** (ord - 1) * direction(x)
            d[z] = np.sum(part * d[x], axis=axis, keepdims=keepdims) / nonzero(z) ** (ord - 1)


@pasted
def at_extreme_size(x, z, axis, keepdims):
    return (np.abs(x) == along(z, x, axis, keepdims)).astype(x.dtype)


@adjoint(np.linalg.det, result=matrices.of_matrix, sample=lambda r: [
    call(r.regular(3, 3)), call(r(2, 2)), call(r.regular(2, 3, 3)),
])  # fmt: skip
def det(z, a):
    if known(a).rank == 2:
        d[a] = d[z] * z * np.linalg.inv(a).T
    else:
        whole = np.expand_dims(d[z] * z, (-1, -2))
        d[a] = whole * np.swapaxes(np.linalg.inv(a), -1, -2)


@det.tangent
def det(z, a):
    d[z] = z * np.trace(np.linalg.solve(a, d[a]), axis1=-2, axis2=-1)


# The sign of a complex determinant is its direction.
@adjoint(np.linalg.slogdet, typed=True, result=matrices.sign_and_logarithm, sample=lambda r: [
    call(r.regular(3, 3)), call(r.regular(2, 3, 3)),
    program("return np.linalg.slogdet(x)[1] ** 2", x=r.regular(2, 2)),
])  # fmt: skip
def slogdet(z, a):
    share = d[z][1] + 1j * np.imag(d[z][0] * z[0]) if known(a).may_be_complex else d[z][1]
    if known(a).rank == 2:
        d[a] = share * np.linalg.inv(a).T
    else:
        whole = np.expand_dims(share, (-1, -2))
        d[a] = whole * np.swapaxes(np.linalg.inv(a), -1, -2)


@slogdet.tangent
def slogdet(z, a):
    change = np.trace(np.linalg.solve(a, d[a]), axis1=-2, axis2=-1)
    if known(a).may_be_complex:
        d[z] = 1j * z[0] * np.imag(change), np.real(change)
    else:
        d[z] = np.zeros_like(z[0]), change


@adjoint(np.trace, np.ndarray.trace, linear="a", result=layouts.traced, sample=lambda r: [
    call(r(3, 3)), call(r(2, 3)), call(r(3, 3), 1), call(r(3, 2), offset=-1),
    call(r(2, 3, 3), axis1=1, axis2=2), call(r(3, 3, 2)),
])  # fmt: skip
def trace(z, a, offset=0, axis1=0, axis2=1):
    if known(a).rank == 2 and known(offset).value == 0 and not known(axis1).given:
        d[a] = d[z] * np.eye(len(a), a.shape[1], dtype=a.dtype)
    elif known(a).rank == 2 and not known(axis1).given:
        d[a] = d[z] * np.eye(a.shape[0], a.shape[1], offset, dtype=a.dtype)
    else:
        where = np.diagonal(a, offset, axis1, axis2)
        d[a] = embed_diagonal(
            np.expand_dims(d[z], -1) * np.ones_like(where), a, offset, axis1, axis2
        )


unsupported(np.linalg.cond, "divide the norms or eigenvalues it is made of")
zero(np.linalg.matrix_rank, result=results.integer)

# ---- solving and inverting -----------------------------------------------------------------


@adjoint(np.linalg.solve, result=matrices.solved, sample=lambda r: [
    call(r.regular(3, 3), r(3)), call(r.regular(3, 3), r(3, 2)), call(r.regular(2, 3, 3), r(3)),
    call(r.regular(2, 3, 3), r(2, 3, 2)), call(r.regular(2, 2), r(3, 2, 1)),
])  # fmt: skip
def solve(x, a, b):
    if known(a).rank == 2 and known(b).rank == 1:
        w = np.linalg.solve(a.T, d[x])
        d[a] = -np.outer(w, x)
        d[b] = w
    elif known(a).rank == 2 and known(b).rank == 2:
        w = np.linalg.solve(a.T, d[x])
        d[a] = -w @ x.T
        d[b] = w
    elif known(b).rank == 1:
        w = np.linalg.solve(np.swapaxes(a, -1, -2), d[x][..., None])[..., 0]
        d[a] = unbroadcast(-w[..., :, None] * x[..., None, :], a)
        d[b] = unbroadcast(w, b)
    elif known(b).rank:
        w = np.linalg.solve(np.swapaxes(a, -1, -2), d[x])
        d[a] = unbroadcast(-w @ np.swapaxes(x, -1, -2), a)
        d[b] = unbroadcast(w, b)
    else:
        turned = np.swapaxes(a, -1, -2)
        is_vector = np.ndim(b) == 1
        w = (
            np.linalg.solve(turned, d[x][..., None])[..., 0]
            if is_vector
            else np.linalg.solve(turned, d[x])
        )
        d[a] = unbroadcast(
            -w[..., None] * x[..., None, :] if is_vector else -w @ np.swapaxes(x, -1, -2), a
        )
        d[b] = unbroadcast(w, b)


@solve.tangent
def solve(x, a, b):
    if known(b).rank == 1 and known(a).rank != 2:
        d[x] = np.linalg.solve(a, (d[b] - (d[a] @ x[..., None])[..., 0])[..., None])[..., 0]
    elif known(b).rank or known(a).rank == 2:
        d[x] = np.linalg.solve(a, d[b] - d[a] @ x)
    else:
        is_vector = np.ndim(b) == 1
        columns = x[..., None] if is_vector else x
        right = (d[b][..., None] if is_vector else d[b]) - d[a] @ columns
        d[x] = np.linalg.solve(a, right)[..., 0] if is_vector else np.linalg.solve(a, right)


@adjoint(np.linalg.inv, result=matrices.square, sample=lambda r: [
    call(r.regular(3, 3)), call(r.regular(2, 3, 3)),
])  # fmt: skip
def inv(z, a):
    if known(a).rank == 2:
        d[a] = -z.T @ d[z] @ z.T
    else:
        d[a] = -np.swapaxes(z, -1, -2) @ d[z] @ np.swapaxes(z, -1, -2)


@inv.tangent
def inv(z, a):
    d[z] = -z @ d[a] @ z


# For matrices of full rank, or changes that keep the rank. (Golub & Pereyra, 1973.)
@adjoint(np.linalg.pinv, result=layouts.pseudoinverse, sample=lambda r: [
    call(r(3, 2)), call(r(2, 3)), call(r.regular(2, 2)),
])  # fmt: skip
def pinv(z, a):
    if known(a).rank == 2:
        outside = d[z].T - a @ (z @ d[z].T)
        inside = d[z].T - d[z].T @ z @ a
        turned = outside @ z @ conjugated(z.T, a) + conjugated(z.T, a) @ z @ inside
        d[a] = conjugated(turned, a) - z.T @ d[z] @ z.T


@pinv.tangent
def pinv(z, a):
    if known(a).rank == 2:
        change = conjugated(d[a].T, a)
        outside = change - change @ a @ z
        inside = change - z @ a @ change
        turned = conjugated(z.T, a)
        d[z] = z @ turned @ outside + inside @ turned @ z - z @ d[a] @ z


unsupported(np.linalg.lstsq, "solve the normal equations, or multiply by np.linalg.pinv(a)")
unsupported(np.linalg.tensorinv, "reshape to a matrix and use np.linalg.inv")
unsupported(np.linalg.tensorsolve, "reshape to a matrix and use np.linalg.solve")
