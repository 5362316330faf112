"""The helpers of the runtime for reductions, scans and numerical functions, in turn differentiated.

Weights that say which element is the largest, or in which place it is sorted, do not change under
small changes: their derivative is zero.
"""

import numpy as np

from tangent_ad.analysis import layouts, results
from tangent_ad.rules.notation import adjoint, d, elementwise, zero
from tangent_ad.rules.samples import call
from tangent_ad.runtime.broadcasting import broadcast_like
from tangent_ad.runtime.numerics import (
    cut_convolution,
    full_convolution,
    gradient_adjoint,
    interp_adjoint,
    interp_slope,
    interp_slope_adjoint,
    sinc_derivative,
)
from tangent_ad.runtime.reductions import (
    cumprod_adjoint,
    cumprod_adjoint_along,
    cumprod_tangent,
    cumprod_tangent_along,
    diff_adjoint,
    expand,
    larger,
    product_of_others,
    product_of_others_along,
    quantile_weights,
    record_places,
    shares,
    unweighted,
    weights_along,
)

zero(shares, parameters=("x", "extreme", "axis"), result=results.array_like("x"))
zero(quantile_weights, parameters=("x", "q", "axis"), result=results.array_like("x"))
zero(record_places, result=results.like("x", "int"), parameters=("x", "z", "axis"))
zero(larger, result=results.of_arguments(results.real))

# ---- reductions and differences ------------------------------------------------------------


@adjoint(expand, linear="reduced", constant="x", fresh=False, result=results.floats,
         sample=lambda r: [
    call(r(2), np.ones((2, 3)), 1), call(r(2, 1), np.ones((2, 3)), 1), call(r(), np.ones(2), None),
])  # fmt: skip
def expand_(z, reduced, x, axis):
    d[reduced] = np.reshape(d[z], np.shape(reduced))


@adjoint(diff_adjoint, linear="bz", constant="x", result=results.array_like("x"), sample=lambda r: [
    call(r(3), np.ones(5), 2), call(r(2, 2), np.ones((3, 2)), 1, 0),
])  # fmt: skip
def diff_adjoint_(z, bz, x, n=1, axis=-1):
    d[bz] = np.diff(d[z], n, axis)


@adjoint(weights_along, linear="weights", constant="a", fresh=False, result=results.floats,
         sample=lambda r: [
    call(r(2), np.ones((2, 3)), 0), call(r(3), np.ones((2, 3)), -1), call(r(3), np.ones(3), None),
])  # fmt: skip
def weights_along_(z, weights, a, axis):
    d[weights] = np.reshape(d[z], np.shape(weights))


@adjoint(unweighted, linear="values", constant="weights", fresh=False,
         result=results.array_like("weights"), sample=lambda r: [
    call(r(2, 3), np.ones(2), 0), call(r(3), np.ones(3), None),
])  # fmt: skip
def unweighted_(z, values, weights, axis):
    d[values] = broadcast_like(weights_along(d[z], values, axis), values)


# ---- products ------------------------------------------------------------------------------


# The second derivative of a product is symmetric: its adjoint is itself.
@adjoint(product_of_others, result=results.array_like("x"), sample=lambda r: [
    call(r(4)), call(r(2, 3), 1), call(r(2, 3), None), call(r(2, 3, 2), (0, 2)),
])  # fmt: skip
def product_of_others_(z, x, axis=None):
    d[x] = product_of_others_along(x, d[z], axis)


@product_of_others_.tangent
def product_of_others_(z, x, axis=None):
    d[z] = product_of_others_along(x, d[x], axis)


@adjoint(product_of_others_along, multilinear="dx", result=results.array_like("x"),
         sample=lambda r: [call(np.arange(1.0, 5.0), r(4))])  # fmt: skip
def product_of_others_along_(z, x, dx, axis=None):
    d[dx] = product_of_others_along(x, d[z], axis)


@adjoint(cumprod_adjoint, result=results.array_like("x"), sample=lambda r: [
    call(r(4), r(4)), call(r(2, 3), r(2, 3), 1), call(r(6), r(2, 3)),
])  # fmt: skip
def cumprod_adjoint_(z, bz, x, axis=None):
    d[bz] = cumprod_tangent(d[z], x, axis)
    d[x] = cumprod_adjoint_along(bz, x, d[z], axis)


@cumprod_adjoint_.tangent
def cumprod_adjoint_(z, bz, x, axis=None):
    d[z] = cumprod_adjoint(d[bz], x, axis) + cumprod_adjoint_along(bz, x, d[x], axis)


@adjoint(cumprod_tangent, result=results.floats, sample=lambda r: [
    call(r(4), r(4)), call(r(2, 3), r(2, 3), 1), call(r(2, 3), r(2, 3)),
])  # fmt: skip
def cumprod_tangent_(z, dx, x, axis=None):
    d[dx] = cumprod_adjoint(d[z], x, axis)
    d[x] = cumprod_adjoint_along(d[z], x, dx, axis)


@cumprod_tangent_.tangent
def cumprod_tangent_(z, dx, x, axis=None):
    d[z] = cumprod_tangent(d[dx], x, axis) + cumprod_tangent_along(dx, x, d[x], axis)


# The form of two directions and an adjoint, linear in each, read in its two ways. Its derivative with
# respect to x, the third of cumprod, is refused.
@adjoint(cumprod_adjoint_along, multilinear=("bz", "dx"), result=results.array_like("x"),
         sample=lambda r: [call(r(3), np.arange(1.0, 4.0), r(3))])  # fmt: skip
def cumprod_adjoint_along_(z, bz, x, dx, axis=None):
    d[bz] = cumprod_tangent_along(dx, x, d[z], axis)
    d[dx] = cumprod_adjoint_along(bz, x, d[z], axis)


@adjoint(cumprod_tangent_along, multilinear=("dx", "dy"), result=results.floats,
         sample=lambda r: [call(r(3), np.arange(1.0, 4.0), r(3))])  # fmt: skip
def cumprod_tangent_along_(z, dx, x, dy, axis=None):
    d[dx] = cumprod_adjoint_along(d[z], x, dy, axis)
    d[dy] = cumprod_adjoint_along(d[z], x, dx, axis)


# ---- interpolation and finite differences --------------------------------------------------


@elementwise(sinc_derivative, sample=lambda r: [
    call(r(4)), call(r(4), 2), call(np.array([-0.2, 0.1, 0.29, 0.31])),
])  # fmt: skip
def sinc_derivative_(y, x, order=1):
    return sinc_derivative(x, order + 1)


@adjoint(full_convolution, linear="bz", constant=("a", "v"), fresh=False,
         result=layouts.vector("bz"), sample=lambda r: [
    call(r(3), np.ones(5), np.ones(3), "valid"), call(r(5), np.ones(5), np.ones(2), "same"),
])  # fmt: skip
def full_convolution_(z, bz, a, v, mode):
    d[bz] = cut_convolution(d[z], a, v, mode)


@adjoint(cut_convolution, linear="full", constant=("a", "v"), fresh=False,
         result=layouts.vector("full"), sample=lambda r: [
    call(r(7), np.ones(5), np.ones(3), "valid"), call(r(6), np.ones(5), np.ones(2), "same"),
])  # fmt: skip
def cut_convolution_(z, full, a, v, mode):
    d[full] = full_convolution(d[z], a, v, mode)


@adjoint(interp_slope, linear="fp", constant="x", result=results.like("x"), sample=lambda r: [
    call(np.array([-2.0, 0.3, 0.6]), np.array([-1.0, 0.0, 2.0]), r(3)),
])  # fmt: skip
def interp_slope_(z, x, xp, fp):
    d[fp] = interp_slope_adjoint(d[z], x, xp)


@adjoint(interp_slope_adjoint, linear="bz", constant="x", result=results.array_like("xp"),
         sample=lambda r: [
    call(r(3), np.array([-2.0, 0.3, 0.6]), np.array([-1.0, 0.0, 2.0])),
])  # fmt: skip
def interp_slope_adjoint_(z, bz, x, xp):
    d[bz] = interp_slope(x, xp, d[z])


@adjoint(interp_adjoint, result=results.array_like("xp"), sample=lambda r: [
    call(r(3), r(3), np.array([-1.0, 0.0, 2.0])),
])  # fmt: skip
def interp_adjoint_(z, bz, x, xp):
    d[bz] = np.interp(x, xp, d[z])
    d[x] = bz * interp_slope(x, xp, d[z])


@interp_adjoint_.tangent
def interp_adjoint_(z, bz, x, xp):
    d[z] = interp_adjoint(d[bz], x, xp) + interp_slope_adjoint(bz * d[x], x, xp)


@adjoint(gradient_adjoint, linear="bz", constant="f", result=results.array_like("f"),
         sample=lambda r: [
    call(r(5), np.ones(5)), call(r(2, 3), np.ones((2, 3)), 0.5, 1),
])  # fmt: skip
def gradient_adjoint_(z, bz, f, spacing=1.0, axis=0):
    d[bz] = np.gradient(d[z], spacing, axis=axis)
