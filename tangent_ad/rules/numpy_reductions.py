"""NumPy's sums, products, differences and extrema, in the order of the chapter "Mathematical
functions" of its manual."""

import numpy as np

from tangent_ad.analysis import layouts, results
from tangent_ad.rules.notation import adjoint, d, known, zero
from tangent_ad.rules.parts import along, at_extreme
from tangent_ad.rules.samples import axes, call, program, scans
from tangent_ad.runtime.reductions import (
    cumprod_adjoint,
    cumprod_tangent,
    diff_adjoint,
    product_of_others,
    shares,
)

# ---- sums and products ---------------------------------------------------------------------

# A number that spreads over an array is left to broadcasting: np.full_like(x, v) says that v, in
# whatever shape broadcasts, is the adjoint of all elements.


@adjoint(np.sum, np.ndarray.sum, linear="a", result=results.summed, sample=lambda r: [
    *axes(r), program("return np.sum([x, x * y]) ** 2", x=r(), y=r()),
    program("items = [x, x * y]\nreturn np.sum(items) ** 2", x=r(), y=r()),
])  # fmt: skip
def sum(z, a, axis=None, *, keepdims=False):
    d[a] = np.full_like(a, along(d[z], a, axis, keepdims))


@adjoint(np.nansum, result=results.summed, sample=axes)
def nansum(z, a, axis=None, *, keepdims=False):
    d[a] = along(d[z], a, axis, keepdims) * ~np.isnan(a)


@nansum.tangent
def nansum(z, a, axis=None, *, keepdims=False):
    d[z] = np.sum(d[a] * ~np.isnan(a), axis=axis, keepdims=keepdims)


@adjoint(np.prod, np.ndarray.prod, result=results.summed, sample=axes)
def prod(z, a, axis=None, *, keepdims=False):
    d[a] = along(d[z], a, axis, keepdims) * product_of_others(a, axis=axis)


@prod.tangent
def prod(z, a, axis=None, *, keepdims=False):
    d[z] = np.sum(d[a] * product_of_others(a, axis=axis), axis=axis, keepdims=keepdims)


@adjoint(np.cumsum, np.ndarray.cumsum, linear="a", result=results.accumulated, sample=scans)
def cumsum(z, a, axis=None):
    if known(a).rank == 1:
        d[a] = np.cumsum(d[z][::-1])[::-1]
    elif known(axis).is_none:
        d[a] = np.reshape(np.cumsum(d[z][::-1])[::-1], np.shape(a))
    else:
        d[a] = np.flip(np.cumsum(np.flip(d[z], axis), axis), axis)


@adjoint(np.nancumsum, result=results.accumulated, sample=scans)
def nancumsum(z, a, axis=None):
    if known(axis).is_none:
        d[a] = np.reshape(np.cumsum(d[z][::-1])[::-1], np.shape(a)) * ~np.isnan(a)
    else:
        d[a] = np.flip(np.cumsum(np.flip(d[z], axis), axis), axis) * ~np.isnan(a)


@nancumsum.tangent
def nancumsum(z, a, axis=None):
    d[z] = np.cumsum(d[a] * ~np.isnan(a), axis=axis)


@adjoint(np.cumprod, np.ndarray.cumprod, result=results.accumulated, sample=scans)
def cumprod(z, a, axis=None):
    d[a] = cumprod_adjoint(d[z], a, axis)


@cumprod.tangent
def cumprod(z, a, axis=None):
    d[z] = cumprod_tangent(d[a], a, axis)


# ---- differences ---------------------------------------------------------------------------


@adjoint(np.diff, linear="a", result=layouts.differences, sample=lambda r: [
    call(r(4)), call(r(2, 4)), call(r(3, 2), axis=0), call(r(5), 2), call(r(2, 4), n=2, axis=1),
    call(r(2, 3, 2), axis=1), call(r(2), 3),
])  # fmt: skip
def diff(z, a, n=1, axis=-1):
    if known(n).value == 1 and (known(a).rank == 1 or known(axis).value == 0):
        d[a][1:] += d[z]
        d[a][:-1] -= d[z]
    elif known(n).value == 1 and known(axis).value == -1:
        d[a][..., 1:] += d[z]
        d[a][..., :-1] -= d[z]
    else:
        d[a] = diff_adjoint(d[z], a, n, axis)


@adjoint(np.ediff1d, linear="ary",
         result=layouts.vector("ary"), sample=lambda r: [call(r(4)), call(r(2, 2))])
def ediff1d(z, ary):
    d[ary] = np.reshape(diff_adjoint(d[z], np.ravel(ary)), np.shape(ary))


# ---- extrema: ties share alike -------------------------------------------------------------


@adjoint(np.max, np.amax, np.ndarray.max, np.min, np.amin, np.ndarray.min, np.nanmax, np.nanmin,
         result=results.reduced, sample=axes)  # fmt: skip
def max(z, a, axis=None, *, keepdims=False):
    at_top = at_extreme(a, z, axis, keepdims)
    if known(axis).is_none:
        d[a] = d[z] / np.sum(at_top) * at_top
    else:
        count = np.sum(at_top, axis=axis, keepdims=True)
        d[a] = along(d[z], a, axis, keepdims) / count * at_top


@max.tangent
def max(z, a, axis=None, *, keepdims=False):
    at_top = at_extreme(a, z, axis, keepdims)
    count = np.sum(at_top, axis=axis, keepdims=keepdims)
    d[z] = np.sum(d[a] * at_top, axis=axis, keepdims=keepdims) / count


@adjoint(np.ptp, result=results.reduced, sample=axes)
def ptp(z, a, axis=None, *, keepdims=False):
    high = shares(a, np.max(a, axis=axis), axis)
    low = shares(a, np.min(a, axis=axis), axis)
    d[a] = along(d[z], a, axis, keepdims) * (high - low)


@ptp.tangent
def ptp(z, a, axis=None, *, keepdims=False):
    high = shares(a, np.max(a, axis=axis), axis)
    low = shares(a, np.min(a, axis=axis), axis)
    d[z] = np.sum(d[a] * (high - low), axis=axis, keepdims=keepdims)


# ---- no derivative -------------------------------------------------------------------------

zero(np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.count_nonzero, np.ndarray.argmax,
     np.ndarray.argmin, parameters=("a", "axis"), result=results.located)  # fmt: skip
zero(np.any, np.all, np.ndarray.any, np.ndarray.all, parameters=("a", "axis"),
     result=results.tested)  # fmt: skip
