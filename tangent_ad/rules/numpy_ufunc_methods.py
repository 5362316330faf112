"""The methods of NumPy's universal functions; sums and products are written as np.sum and the like
(`normalize.spellings`)."""

import numpy as np

from tangent_ad.analysis import products, results
from tangent_ad.rules.notation import adjoint, d, known
from tangent_ad.rules.samples import call
from tangent_ad.runtime.indexing import add_along_axis
from tangent_ad.runtime.reductions import expand, record_places

# ---- accumulate ----------------------------------------------------------------------------


@adjoint(np.maximum.accumulate, np.minimum.accumulate, result=results.array_like("array"),
         sample=lambda r: [
    call(r(5)), call(r(3, 4)), call(r(3, 4), axis=1), call(r(2, 3), -1),
])  # fmt: skip
def accumulate(z, array, axis=0):
    add_along_axis(d[array], record_places(array, z, axis), axis, d[z])


@accumulate.tangent
def accumulate(z, array, axis=0):
    d[z] = np.take_along_axis(d[array], record_places(array, z, axis), axis)


# ---- reduce --------------------------------------------------------------------------------


@adjoint(np.logaddexp.reduce, result=results.reduced,
         sample=lambda r: [call(r(4)), call(r(2, 3)), call(r(2, 3), axis=1)])  # fmt: skip
def logaddexp(z, a, axis=0):
    d[a] = expand(d[z], a, axis) * np.exp(a - expand(z, a, axis))


@logaddexp.tangent
def logaddexp(z, a, axis=0):
    d[z] = np.sum(np.exp(a - expand(z, a, axis)) * d[a], axis=axis)


# ---- outer ---------------------------------------------------------------------------------


@adjoint(np.add.outer, result=products.outer,
         sample=lambda r: [call(r(3), r(2)), call(r(2, 2), r(3)), call(r(), r(3))])  # fmt: skip
def add_outer(z, a, b):
    d[a] = np.sum(d[z], axis=tuple(range(np.ndim(a), np.ndim(z))))
    d[b] = np.sum(d[z], axis=tuple(range(np.ndim(a))))


@add_outer.tangent
def add_outer(z, a, b):
    if known(a).active and known(b).active:
        d[z] = np.add.outer(d[a], d[b])
    elif known(a).active:
        d[z] = np.add.outer(d[a], np.zeros_like(b))
    else:
        d[z] = np.add.outer(np.zeros_like(a), d[b])


@adjoint(np.subtract.outer, result=products.outer,
         sample=lambda r: [call(r(3), r(2)), call(r(2, 2), r(3)), call(r(), r(3))])  # fmt: skip
def subtract_outer(z, a, b):
    d[a] = np.sum(d[z], axis=tuple(range(np.ndim(a), np.ndim(z))))
    d[b] = -np.sum(d[z], axis=tuple(range(np.ndim(a))))


@subtract_outer.tangent
def subtract_outer(z, a, b):
    if known(a).active and known(b).active:
        d[z] = np.subtract.outer(d[a], d[b])
    elif known(a).active:
        d[z] = np.add.outer(d[a], np.zeros_like(b))
    else:
        d[z] = np.subtract.outer(np.zeros_like(a), d[b])


@adjoint(np.multiply.outer, multilinear=("a", "b"), result=products.outer,
         sample=lambda r: [call(r(3), r(2)), call(r(2, 2), r(3)), call(r(), r(3))])  # fmt: skip
def multiply_outer(z, a, b):
    d[a] = np.tensordot(d[z], b, np.ndim(b))
    d[b] = np.tensordot(a, d[z], np.ndim(a))
