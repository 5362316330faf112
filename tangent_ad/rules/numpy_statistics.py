"""NumPy's statistics, in the order of the chapter "Statistics" of its manual."""

import numpy as np

from tangent_ad.analysis import layouts, results
from tangent_ad.rules.notation import adjoint, d, known, unsupported, zero
from tangent_ad.rules.parts import along, centred, conjugated, count, nonzero
from tangent_ad.rules.samples import axes, call
from tangent_ad.runtime.reductions import quantile_weights, unweighted, weights_along

# ---- order statistics ----------------------------------------------------------------------


@adjoint(np.median, result=results.averaged, sample=axes)
def median(z, a, axis=None, *, keepdims=False):
    d[a] = along(d[z], a, axis, keepdims) * quantile_weights(a, 0.5, axis=axis)


@median.tangent
def median(z, a, axis=None, *, keepdims=False):
    d[z] = np.sum(d[a] * quantile_weights(a, 0.5, axis=axis), axis=axis, keepdims=keepdims)


@adjoint(np.quantile, result=results.averaged, sample=lambda r: [
    call(r(4), 0.3), call(r(3, 2), 0.5, axis=0), call(r(2, 3), 1.0, 1), call(r(2, 3), 0.8),
    call(r(2, 3), 0.2, axis=1, keepdims=True),
])  # fmt: skip
def quantile(z, a, q, axis=None, *, keepdims=False):
    if known(q).is_scalar:
        d[a] = along(d[z], a, axis, keepdims) * quantile_weights(a, q, axis=axis)


@quantile.tangent
def quantile(z, a, q, axis=None, *, keepdims=False):
    if known(q).is_scalar:
        d[z] = np.sum(d[a] * quantile_weights(a, q, axis=axis), axis=axis, keepdims=keepdims)


@adjoint(np.percentile, result=results.averaged, sample=lambda r: [
    call(r(4), 30.0), call(r(3, 2), 50.0, axis=0), call(r(2, 3), 100, 1),
])  # fmt: skip
def percentile(z, a, q, axis=None, *, keepdims=False):
    if known(q).is_scalar:
        d[a] = along(d[z], a, axis, keepdims) * quantile_weights(a, q / 100.0, axis=axis)


@percentile.tangent
def percentile(z, a, q, axis=None, *, keepdims=False):
    if known(q).is_scalar:
        weights = quantile_weights(a, q / 100.0, axis=axis)
        d[z] = np.sum(d[a] * weights, axis=axis, keepdims=keepdims)


for _function in (np.nanmedian, np.nanquantile, np.nanpercentile):
    unsupported(_function, "select what is not NaN first")

# ---- averages and variances ----------------------------------------------------------------


@adjoint(np.mean, np.ndarray.mean, linear="a", result=results.averaged, sample=axes)
def mean(z, a, axis=None, *, keepdims=False):
    d[a] = np.full_like(a, along(d[z], a, axis, keepdims) / count(a, axis, z))


@adjoint(np.nanmean, result=results.averaged, sample=axes)
def nanmean(z, a, axis=None, *, keepdims=False):
    there = (~np.isnan(a)).astype(a.dtype)
    present = np.sum(there, axis=axis, keepdims=True)
    d[a] = along(d[z], a, axis, keepdims) * there / present


@nanmean.tangent
def nanmean(z, a, axis=None, *, keepdims=False):
    there = (~np.isnan(a)).astype(a.dtype)
    present = np.sum(there, axis=axis, keepdims=keepdims)
    d[z] = np.sum(d[a] * there, axis=axis, keepdims=keepdims) / present


@adjoint(np.average, result=results.averaged, sample=lambda r: [
    call(r(4)), call(r(2, 3), axis=1), call(r(4), weights=r.positive(4)),
    call(r(2, 3), weights=r.positive(2, 3)), call(r(2, 3), 1, weights=r.positive(2, 3)),
    call(r(2, 3), axis=0, weights=r.positive(2)), call(r(2, 3), axis=-1, weights=r.positive(3)),
])  # fmt: skip
def average(z, a, axis=None, weights=None, *, keepdims=False):
    if known(weights).is_none:
        d[a] = np.full_like(a, along(d[z], a, axis, keepdims) / count(a, axis, z))
    elif known(axis).is_none:
        share = d[z] / np.sum(weights)
        d[a] = share * weights
        d[weights] = share * (a - z)
    else:
        w = weights_along(weights, a, axis)
        share = along(d[z], a, axis, keepdims) / np.sum(w, axis=axis, keepdims=True)
        d[a] = share * w
        d[weights] = unweighted(share * (a - along(z, a, axis, keepdims)), weights, axis)


@average.tangent
def average(z, a, axis=None, weights=None, *, keepdims=False):
    if known(weights).is_none:
        d[z] = np.mean(d[a], axis=axis, keepdims=keepdims)
    elif known(axis).is_none:
        d[z] = np.sum(d[a] * weights + (a - z) * d[weights]) / np.sum(weights)
    else:
        w = weights_along(weights, a, axis)
        change = d[a] * w + (a - along(z, a, axis, keepdims)) * weights_along(d[weights], a, axis)
        d[z] = np.sum(change, axis=axis, keepdims=keepdims) / np.sum(
            w, axis=axis, keepdims=keepdims
        )


@adjoint(np.var, np.ndarray.var, typed=True, result=results.spread, sample=lambda r: [
    *axes(r), call(r(4), ddof=1), call(r(2, 3), axis=1, ddof=1),
])  # fmt: skip
def var(z, a, axis=None, *, ddof=0, keepdims=False):
    n = count(a, axis, z) if known(ddof).value == 0 else count(a, axis, z) - ddof
    d[a] = 2.0 * along(d[z], a, axis, keepdims) / n * conjugated(centred(a, axis), a)


@var.tangent
def var(z, a, axis=None, *, ddof=0, keepdims=False):
    n = count(a, axis, z) if known(ddof).value == 0 else count(a, axis, z) - ddof
    d[z] = 2.0 / n * np.sum(conjugated(centred(a, axis), a) * d[a], axis=axis, keepdims=keepdims)


# Where all elements are equal the deviation has a kink; its derivative there is 0.
@adjoint(np.std, np.ndarray.std, typed=True, result=results.spread, sample=lambda r: [
    *axes(r), call(r(4), ddof=1), call(r(2, 3), axis=1, ddof=1),
])  # fmt: skip
def std(z, a, axis=None, *, ddof=0, keepdims=False):
    n = count(a, axis, z) if known(ddof).value == 0 else count(a, axis, z) - ddof
    d[a] = along(d[z] / (n * nonzero(z)), a, axis, keepdims) * conjugated(centred(a, axis), a)


@std.tangent
def std(z, a, axis=None, *, ddof=0, keepdims=False):
    n = count(a, axis, z) if known(ddof).value == 0 else count(a, axis, z) - ddof
    change = np.sum(conjugated(centred(a, axis), a) * d[a], axis=axis, keepdims=keepdims)
    d[z] = change / (n * nonzero(z))


for _function in (np.nanvar, np.nanstd):
    unsupported(_function, "select what is not NaN first")

# ---- correlating ---------------------------------------------------------------------------


@adjoint(np.cov, real_only=True, result=results.floats,
         sample=lambda r: [call(r(2, 4)), call(r(3, 3)), call(r(4))])
def cov(z, m):
    if known(m).rank == 1:
        d[m] = 2.0 * d[z] / (len(m) - 1) * (m - np.mean(m))
    else:
        centred = m - np.mean(m, axis=-1, keepdims=True)
        d[m] = np.dot(d[z] + d[z].T, centred) / (m.shape[-1] - 1)


@cov.tangent
def cov(z, m):
    centred = m - np.mean(m, axis=-1, keepdims=True)
    half = np.dot(d[m], centred.T) / (m.shape[-1] - 1)
    d[z] = half + half.T


unsupported(np.corrcoef, "divide np.cov by the deviations")

# ---- counting ------------------------------------------------------------------------------


@adjoint(np.bincount, linear="weights", result=layouts.vector("weights"), sample=lambda r: [
    call(np.array([0, 2, 2, 1]), r(4)), call(np.array([0, 2]), weights=r(2), minlength=5),
])  # fmt: skip
def bincount(z, x, weights=None, minlength=0):
    d[weights] = d[z][x]


unsupported(np.histogram, "its counts are step functions of the data")
zero(np.searchsorted, np.ndarray.searchsorted, parameters=("a", "v"), result=results.like("v", "int"))
zero(np.digitize, parameters=("x", "bins"), result=results.like("x", "int"))
