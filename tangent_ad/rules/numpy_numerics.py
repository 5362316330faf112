"""NumPy's numerical functions: convolution, finite differences, integration, interpolation and
polynomials."""

import numpy as np

from tangent_ad.analysis import layouts, results
from tangent_ad.rules.notation import adjoint, d, known, unsupported
from tangent_ad.rules.parts import conjugated
from tangent_ad.rules.samples import call
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.numerics import (
    full_convolution,
    gradient_adjoint,
    interp_adjoint,
    interp_slope,
)
from tangent_ad.runtime.reductions import diff_adjoint
from tangent_ad.syntax.template import pasted

# ---- convolution: a correlation takes the conjugate of its second operand ------------------


@adjoint(np.convolve, multilinear=("a", "v"), result=layouts.vector("a"), sample=lambda r: [
    call(r(5), r(3)), call(r(3), r(4), "full"), call(r(5), r(3), "valid"), call(r(5), r(2), "same"),
    call(r(2), r(4), mode="same"), call(r(2), r(5), "valid"),
])  # fmt: skip
def convolve(z, a, v, mode="full"):
    if known(mode).value == "full":
        d[a] = np.correlate(d[z], conjugated(v, v), "valid")
        d[v] = np.correlate(d[z], conjugated(a, a), "valid")
    elif known(mode).is_literal:
        whole = full_convolution(d[z], a, v, mode)
        d[a] = np.correlate(whole, conjugated(v, v), "valid")
        d[v] = np.correlate(whole, conjugated(a, a), "valid")


@adjoint(np.correlate, multilinear=("a", "v"), result=layouts.vector("a"), sample=lambda r: [
    call(r(5), r(3)), call(r(4), r(3), "full"), call(r(4), r(3), mode="same"),
])  # fmt: skip
def correlate(z, a, v, mode="valid"):
    if known(mode).is_literal:
        whole = full_convolution(d[z], a, v, mode)
        d[a] = np.correlate(whole, v[::-1], "valid")
        d[v] = conjugated(np.correlate(whole, conjugated(a, a), "valid")[::-1], z)


# ---- finite differences and integration ----------------------------------------------------


@adjoint(np.gradient, linear="f", result=layouts.finite_differences, sample=lambda r: [
    call(r(5)), call(r(5), 0.5), call(r(3, 4), axis=0), call(r(3, 4), 2.0, axis=1), call(r(2)),
])  # fmt: skip
def gradient(z, f, spacing=1.0, *, axis=None):
    if known(spacing).is_scalar and known(axis).is_scalar:
        d[f] = gradient_adjoint(d[z], f, spacing, axis)
    elif known(spacing).is_scalar and known(f).rank == 1:
        d[f] = gradient_adjoint(d[z], f, spacing)


@adjoint(getattr(np, "trapezoid", None) or np.trapz, result=results.floats, sample=lambda r: [
    call(r(5)), call(r(4), np.array([0.0, 0.5, 1.2, 2.0])), call(r(5), dx=0.5), call(r(2, 4)),
    call(r(2, 4), r(4)), call(r(4), r(4)),
])  # fmt: skip
def trapezoid(z, y, x=None, dx=1.0):
    if known(x).is_none:
        share = np.expand_dims(0.5 * dx * d[z], -1)
        d[y][..., 1:] += share
        d[y][..., :-1] += share
    else:
        share = np.expand_dims(0.5 * d[z], -1)
        step = np.diff(x) * share
        d[y][..., 1:] += step
        d[y][..., :-1] += step
        d[x] = unbroadcast(diff_adjoint(share * (y[..., 1:] + y[..., :-1]), y), x)


@trapezoid.tangent
def trapezoid(z, y, x=None, dx=1.0):
    if known(x).is_none:
        d[z] = np.sum(0.5 * dx * (d[y][..., 1:] + d[y][..., :-1]), axis=-1)
    else:
        change = np.diff(x) * (d[y][..., 1:] + d[y][..., :-1])
        d[z] = 0.5 * np.sum(change + (y[..., 1:] + y[..., :-1]) * np.diff(d[x]), axis=-1)


# ---- interpolation -------------------------------------------------------------------------


@adjoint(np.interp, result=results.like("x"), sample=lambda r: [
    call(r(4), np.array([-3.0, -1.0, 0.1, 3.0]), r(4)), call(0.3, np.array([0.0, 1.0]), r(2)),
    call(3.0 * r(5), np.array([-1.0, 0.0, 2.0]), r(3)),
])  # fmt: skip
def interp(z, x, xp, fp):
    d[x] = d[z] * interp_slope(x, xp, fp)
    d[fp] = interp_adjoint(d[z], x, xp)


@interp.tangent
def interp(z, x, xp, fp):
    d[z] = interp_slope(x, xp, fp) * d[x] + np.interp(x, xp, d[fp])


# ---- polynomials, the highest power first --------------------------------------------------


@pasted
def slopes(p, y):
    """The coefficients of the derivative of a polynomial, in the type of its value."""
    return np.polyder(p) if known(p).may_be_complex else np.polyder(p).astype(y.dtype)


@adjoint(np.polyval, result=results.like("x"), sample=lambda r: [
    call(r(4), r(3)), call(r(3), r()), call(r(3), r(2, 2)), call(r(1), r(3)),
])  # fmt: skip
def polyval(y, p, x):
    powers = np.vander(np.ravel(x), len(p)).astype(y.dtype)
    d[p] = np.dot(np.ravel(d[y]), powers)
    d[x] = d[y] * np.polyval(slopes(p, y), x)


@polyval.tangent
def polyval(y, p, x):
    d[y] = np.polyval(d[p], x) + np.polyval(slopes(p, y), x) * d[x]


@adjoint(np.polyder, linear="p",
         result=layouts.vector("p"), sample=lambda r: [call(r(4)), call(r(2))])
def polyder(z, p):
    d[p][:-1] += d[z] * np.arange(len(p) - 1, 0, -1)


@adjoint(np.polyint, linear="p",
         result=layouts.vector("p"), sample=lambda r: [call(r(4)), call(r(1))])
def polyint(z, p):
    d[p] = d[z][:-1] / np.arange(len(p), 0, -1)


unsupported(np.polymul, "use np.convolve")
for _function in (np.polyfit, np.roots, np.poly, np.polydiv, np.polyadd, np.polysub):
    unsupported(_function, "write the polynomial with np.polyval, or as a sum of powers")
