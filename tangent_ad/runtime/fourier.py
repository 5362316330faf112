"""Parts of adjoints of Fourier transforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

# The scaling that the other direction has.
OPPOSITE: dict[Any, Any] = {
    None: "forward",
    "backward": "forward",
    "ortho": "ortho",
    "forward": "backward",
}


def fitted_to(spectrum: Any, like: Any, axis: int = -1) -> Any:
    """An array cut, or filled up with zeros, to the length that another has along an axis: the adjoint
    of what a transform of another length does first."""
    length = np.shape(like)[axis]
    there = np.shape(spectrum)[axis]
    if there == length:
        return spectrum
    moved = np.moveaxis(np.asarray(spectrum), axis, -1)
    result = np.zeros((*moved.shape[:-1], length), moved.dtype)
    kept = min(length, there)
    result[..., :kept] = moved[..., :kept]
    return np.moveaxis(result, -1, axis)


def irfft_adjoint(bz: Any, a: Any, axis: int = -1, norm: Any = None) -> Any:
    """The adjoint of a in `z = np.fft.irfft(a, n, axis, norm)`: all frequencies but the first, and the
    last of an even number, stand for two."""
    length = np.shape(bz)[axis]
    spectrum = np.moveaxis(np.conj(np.fft.rfft(bz, axis=axis, norm=OPPOSITE[norm])), axis, -1)
    weights = np.full(spectrum.shape[-1], 2.0, np.asarray(bz).dtype)
    weights[0] = 1.0
    if length % 2 == 0:
        weights[-1] = 1.0
    return fitted_to(np.moveaxis(spectrum * weights, -1, axis), a, axis)


def rfftn_adjoint(bz: Any, a: Any, axes: Sequence[int] | None = None, norm: Any = None) -> Any:
    """The adjoint of a in `z = np.fft.rfftn(a, axes=axes, norm=norm)`."""
    every = _axes(a, axes)
    return np.real(np.fft.fftn(bz, [np.shape(a)[axis] for axis in every], every, norm))


def irfftn_adjoint(bz: Any, a: Any, axes: Sequence[int] | None = None, norm: Any = None) -> Any:
    """The adjoint of a in `z = np.fft.irfftn(a, axes=axes, norm=norm)`."""
    *others, last = _axes(a, axes)
    spectrum = irfft_adjoint(bz, a, last, norm)
    return np.fft.ifftn(spectrum, axes=others, norm=norm) if others else spectrum


def irfftn_like(a: Any, like: Any, axes: Sequence[int] | None = None, norm: Any = None) -> Any:
    """`np.fft.irfftn(a, axes=axes, norm=norm)` of the lengths of another array."""
    every = _axes(a, axes)
    return np.fft.irfftn(a, [np.shape(like)[axis] for axis in every], every, norm)


def _axes(a: Any, axes: Sequence[int] | None) -> tuple[int, ...]:
    return tuple(range(np.ndim(a))) if axes is None else tuple(axes)
