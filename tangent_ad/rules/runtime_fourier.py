"""The helpers of the runtime for Fourier transforms, in turn differentiated."""

import numpy as np

from tangent_ad.analysis import results, spectra
from tangent_ad.rules.notation import adjoint, d
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.fourier import (
    fitted_to,
    irfft_adjoint,
    irfftn_adjoint,
    irfftn_like,
    rfftn_adjoint,
)


@adjoint(fitted_to, linear="spectrum", constant="like", fresh=False, result=results.array_like("like"),
         sample=lambda r: [
    call(r(4), np.ones(6)), call(r(2, 5), np.ones((2, 3))), call(r(4, 2), np.ones((5, 2)), 0),
])  # fmt: skip
def fitted_to_(z, spectrum, like, axis=-1):
    d[spectrum] = fitted_to(d[z], spectrum, axis)


@adjoint(irfft_adjoint, linear="bz", constant="a", typed=True, result=spectra.transformed,
         sample=lambda r: [
    program("return np.sum(np.abs(operation(x, a)) ** 2)", x=r(6), a=np.ones(4, int)),
])  # fmt: skip
def irfft_adjoint_(z, bz, a, axis=-1, norm=None):
    d[bz] = np.fft.irfft(d[z], np.shape(bz)[axis], axis, norm)


@adjoint(rfftn_adjoint, linear="bz", constant="a", typed=True, result=spectra.real_again,
         sample=lambda r: [
    program("return np.sum(operation(x * 1j, a) ** 2)", x=r(2, 3), a=np.ones((2, 4), int)),
])  # fmt: skip
def rfftn_adjoint_(z, bz, a, axes=None, norm=None):
    d[bz] = np.fft.rfftn(d[z], axes=axes, norm=norm)


@adjoint(irfftn_adjoint, linear="bz", constant="a", typed=True, result=spectra.transformed,
         sample=lambda r: [
    program("return np.sum(np.abs(operation(x, a)) ** 2)", x=r(2, 4), a=np.ones((2, 3), int)),
])  # fmt: skip
def irfftn_adjoint_(z, bz, a, axes=None, norm=None):
    d[bz] = irfftn_like(d[z], bz, axes, norm)


@adjoint(irfftn_like, linear="a", constant="like", typed=True, result=spectra.real_again,
         sample=lambda r: [
    program("return np.sum(operation(x * 1j, b) ** 2)", x=r(2, 3), b=np.ones((2, 4), int)),
])  # fmt: skip
def irfftn_like_(z, a, like, axes=None, norm=None):
    d[a] = irfftn_adjoint(d[z], a, axes, norm)
