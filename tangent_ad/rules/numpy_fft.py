"""NumPy's discrete Fourier transforms. The matrix of one is symmetric, so it is its own transpose; see
docs/complex.md for why no conjugate comes in."""

import numpy as np

from tangent_ad.analysis import results, spectra
from tangent_ad.rules.notation import adjoint, d, known, unsupported
from tangent_ad.rules.samples import call
from tangent_ad.runtime.fourier import fitted_to, irfft_adjoint, irfftn_adjoint, rfftn_adjoint

# ---- along one axis ------------------------------------------------------------------------


def _lengths(r):
    return [
        call(r(4)), call(r(5)), call(r(2, 4)), call(r(4, 2), axis=0), call(r(4), 6), call(r(5), n=3),
        call(r(4), norm="ortho"), call(r(2, 3), norm="forward"), call(r(2, 4), 5, 0),
    ]  # fmt: skip


@adjoint(np.fft.fft, linear="a", result=spectra.transformed, sample=_lengths)
def fft(z, a, n=None, axis=-1, norm=None):
    if known(n).is_none:
        d[a] = np.fft.fft(d[z], axis=axis, norm=norm)
    else:
        d[a] = fitted_to(np.fft.fft(d[z], axis=axis, norm=norm), a, axis)


@adjoint(np.fft.ifft, linear="a", result=spectra.transformed, sample=_lengths)
def ifft(z, a, n=None, axis=-1, norm=None):
    if known(n).is_none:
        d[a] = np.fft.ifft(d[z], axis=axis, norm=norm)
    else:
        d[a] = fitted_to(np.fft.ifft(d[z], axis=axis, norm=norm), a, axis)


@adjoint(np.fft.rfft, linear="a", result=spectra.halved, sample=_lengths)
def rfft(z, a, n=None, axis=-1, norm=None):
    if known(n).is_none:
        d[a] = np.real(np.fft.fft(d[z], np.shape(a)[axis], axis, norm))
    else:
        d[a] = fitted_to(np.real(np.fft.fft(d[z], n, axis, norm)), a, axis)


@adjoint(np.fft.irfft, linear="a", typed=True, result=spectra.real_again, sample=_lengths)
def irfft(z, a, n=None, axis=-1, norm=None):
    if known(a).may_be_complex:
        d[a] = irfft_adjoint(d[z], a, axis, norm)
    else:
        d[a] = np.real(irfft_adjoint(d[z], a, axis, norm))


# ---- along several axes --------------------------------------------------------------------


def _planes(r):
    return [
        call(r(3, 4)), call(r(2, 3, 4)), call(r(3, 4), norm="ortho"), call(r(4, 3), axes=(1, 0)),
        call(r(4, 3, 2), axes=(0, 1), norm="forward"),
    ]  # fmt: skip


@adjoint(np.fft.fft2, linear="a", result=spectra.transformed, sample=_planes)
def fft2(z, a, s=None, axes=(-2, -1), norm=None):
    if known(s).is_none:
        d[a] = np.fft.fft2(d[z], axes=axes, norm=norm)


@adjoint(np.fft.ifft2, linear="a", result=spectra.transformed, sample=_planes)
def ifft2(z, a, s=None, axes=(-2, -1), norm=None):
    if known(s).is_none:
        d[a] = np.fft.ifft2(d[z], axes=axes, norm=norm)


@adjoint(np.fft.fftn, linear="a", result=spectra.transformed, sample=_planes)
def fftn(z, a, s=None, axes=None, norm=None):
    if known(s).is_none:
        d[a] = np.fft.fftn(d[z], axes=axes, norm=norm)


@adjoint(np.fft.ifftn, linear="a", result=spectra.transformed, sample=_planes)
def ifftn(z, a, s=None, axes=None, norm=None):
    if known(s).is_none:
        d[a] = np.fft.ifftn(d[z], axes=axes, norm=norm)


@adjoint(np.fft.rfft2, linear="a", result=spectra.halved, sample=_planes)
def rfft2(z, a, s=None, axes=(-2, -1), norm=None):
    if known(s).is_none:
        d[a] = rfftn_adjoint(d[z], a, axes, norm)


@adjoint(np.fft.rfftn, linear="a", result=spectra.halved, sample=_planes)
def rfftn(z, a, s=None, axes=None, norm=None):
    if known(s).is_none:
        d[a] = rfftn_adjoint(d[z], a, axes, norm)


@adjoint(np.fft.irfft2, linear="a", typed=True, result=spectra.real_again, sample=_planes)
def irfft2(z, a, s=None, axes=(-2, -1), norm=None):
    if known(s).is_none and known(a).may_be_complex:
        d[a] = irfftn_adjoint(d[z], a, axes, norm)
    elif known(s).is_none:
        d[a] = np.real(irfftn_adjoint(d[z], a, axes, norm))


@adjoint(np.fft.irfftn, linear="a", typed=True, result=spectra.real_again, sample=_planes)
def irfftn(z, a, s=None, axes=None, norm=None):
    if known(s).is_none and known(a).may_be_complex:
        d[a] = irfftn_adjoint(d[z], a, axes, norm)
    elif known(s).is_none:
        d[a] = np.real(irfftn_adjoint(d[z], a, axes, norm))


unsupported(np.fft.hfft, "use np.fft.irfft of the conjugate, times the length")
unsupported(np.fft.ihfft, "use np.fft.rfft, conjugated and divided by the length")

# ---- frequencies ---------------------------------------------------------------------------


@adjoint(np.fft.fftshift, linear="x", result=results.array_like("x"), sample=lambda r: [
    call(r(4)), call(r(5)), call(r(2, 3)), call(r(3, 4), axes=1), call(r(3, 4), (0,)),
])  # fmt: skip
def fftshift(z, x, axes=None):
    d[x] = np.fft.ifftshift(d[z], axes)


@adjoint(np.fft.ifftshift, linear="x", result=results.array_like("x"), sample=lambda r: [
    call(r(4)), call(r(5)), call(r(2, 3)), call(r(3, 4), axes=1), call(r(3, 4), (0,)),
])  # fmt: skip
def ifftshift(z, x, axes=None):
    d[x] = np.fft.fftshift(d[z], axes)


for _function in (np.fft.fftfreq, np.fft.rfftfreq):
    unsupported(_function, "write the frequencies with np.arange", result=results.array_of_floats)
