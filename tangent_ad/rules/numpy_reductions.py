"""NumPy's reductions and scans."""

import numpy as np

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, known, zero
from tangent_ad.runtime.reductions import expand, prod_adjoint, spread

# Where the axes stay in the result, or there is but one number, it broadcasts as it is.


@adjoint(np.sum, np.ndarray.sum, result=results.reduced)
def sum(z, x, axis=None, keepdims=False):
    if known(axis).is_none or known(keepdims).value is True:
        d[x] = np.full_like(x, d[z])
    elif known(axis).is_literal and known(keepdims).value is False:
        d[x] = np.full_like(x, np.expand_dims(d[z], axis))
    else:
        d[x] = spread(d[z], x, axis)


@sum.tangent
def sum(z, x, axis=None, keepdims=False):
    d[z] = np.sum(d[x], axis=axis, keepdims=keepdims)


@adjoint(np.mean, np.ndarray.mean, result=results.averaged)
def mean(z, x, axis=None, keepdims=False):
    if known(axis).is_none:
        d[x] = np.full_like(x, d[z] / np.size(x))
    elif known(axis).is_axis and known(keepdims).value is True:
        d[x] = np.full_like(x, d[z] / np.shape(x)[axis])
    elif known(axis).is_axis and known(keepdims).value is False:
        d[x] = np.full_like(x, np.expand_dims(d[z], axis) / np.shape(x)[axis])
    else:
        d[x] = spread(d[z] * (np.size(z) / np.size(x)), x, axis)


@mean.tangent
def mean(z, x, axis=None, keepdims=False):
    d[z] = np.mean(d[x], axis=axis, keepdims=keepdims)


# Ties share alike.
@adjoint(np.max, np.ndarray.max, np.min, np.ndarray.min, result=results.reduced)
def max(z, x, axis=None, keepdims=False):
    if known(axis).is_none or known(keepdims).value is True:
        at_top = x == z
        d[x] = d[z] * at_top / np.sum(at_top, axis=axis, keepdims=keepdims)
    else:
        at_top = x == expand(z, x, axis)
        d[x] = expand(d[z], x, axis) * at_top / np.sum(at_top, axis=axis, keepdims=True)


@max.tangent
def max(z, x, axis=None, keepdims=False):
    at_top = x == (z if known(axis).is_none else expand(z, x, axis))
    d[z] = np.sum(d[x] * at_top, axis=axis, keepdims=keepdims) / np.sum(
        at_top, axis=axis, keepdims=keepdims
    )


@adjoint(np.prod, np.ndarray.prod, result=results.reduced)
def prod(z, x, axis=None, keepdims=False):
    d[x] = expand(d[z], x, axis) * prod_adjoint(x, axis)


@prod.tangent
def prod(z, x, axis=None, keepdims=False):
    d[z] = np.sum(d[x] * prod_adjoint(x, axis), axis=axis, keepdims=keepdims)


zero(np.argmax, np.argmin, np.argsort, np.argpartition, np.count_nonzero, np.nonzero,
     np.flatnonzero, np.argwhere, np.searchsorted, np.digitize, np.lexsort)  # fmt: skip
zero(np.ndarray.argmax, np.ndarray.argmin, np.ndarray.argsort, np.ndarray.any, np.ndarray.all)
