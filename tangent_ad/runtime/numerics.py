"""Derivatives of NumPy's numerical functions that have no short formula."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def sinc_derivative(x: Any, order: int = 1) -> Any:
    """The derivative of some order of np.sinc: by its recurrence, near 0 by its series."""
    x = np.asarray(x)
    near = np.abs(x) < 0.3
    far = np.where(near, x.dtype.type(1), x)
    value = np.sinc(far)
    for n in range(1, order + 1):
        wave = math.pi ** (n - 1) * np.cos(math.pi * far + (n - 1) * math.pi / 2)
        value = (wave - n * value) / far
    series = np.zeros_like(x)
    for k in range((order + 1) // 2, 12 + order // 2):
        factor = (-1) ** k * math.pi ** (2 * k) / math.factorial(2 * k + 1)
        falling = math.perm(2 * k, order)
        series = series + factor * falling * x ** (2 * k - order)
    return np.where(near, series, value)


# ---- convolution ---------------------------------------------------------------------------


def full_convolution(bz: Any, a: Any, v: Any, mode: str) -> Any:
    """The adjoint of a convolution as if it had been a full one: with zeros around it."""
    if mode == "full":
        return bz
    length = len(a) + len(v) - 1
    result = np.zeros(length, np.asarray(bz).dtype)
    start = (length - len(bz)) // 2
    result[start : start + len(bz)] = bz
    return result


def cut_convolution(full: Any, a: Any, v: Any, mode: str) -> Any:
    """The part of a full convolution that a mode gives: the adjoint of `full_convolution`."""
    if mode == "full":
        return full
    longer, shorter = max(len(a), len(v)), min(len(a), len(v))
    count = longer if mode == "same" else longer - shorter + 1
    start = (len(full) - count) // 2
    return full[start : start + count]


# ---- interpolation and finite differences --------------------------------------------------


def interp_slope(x: Any, xp: Any, fp: Any) -> Any:
    """The slope of `np.interp(x, xp, fp)`; 0 outside."""
    xp, fp = np.asarray(xp), np.asarray(fp)
    i = np.clip(np.searchsorted(xp, x), 1, len(xp) - 1)
    slope = (fp[i] - fp[i - 1]) / (xp[i] - xp[i - 1])
    return slope * ((x >= xp[0]) & (x <= xp[-1]))


def interp_adjoint(bz: Any, x: Any, xp: Any) -> np.ndarray:
    """The adjoint of fp in `np.interp(x, xp, fp)`: each point gives to its two neighbours."""
    xp = np.asarray(xp)
    i = np.clip(np.searchsorted(xp, x), 1, len(xp) - 1)
    t = np.clip((x - xp[i - 1]) / (xp[i] - xp[i - 1]), 0.0, 1.0)
    result = np.zeros(len(xp), np.result_type(bz))
    np.add.at(result, i - 1, bz * (1.0 - t))
    np.add.at(result, i, bz * t)
    return result


def interp_slope_adjoint(bz: Any, x: Any, xp: Any) -> np.ndarray:
    """The adjoint of fp in `interp_slope(x, xp, fp)`."""
    xp = np.asarray(xp)
    i = np.clip(np.searchsorted(xp, x), 1, len(xp) - 1)
    share = bz * ((x >= xp[0]) & (x <= xp[-1])) / (xp[i] - xp[i - 1])
    result = np.zeros(len(xp), np.result_type(bz))
    np.add.at(result, i - 1, -share)
    np.add.at(result, i, share)
    return result


def gradient_adjoint(bz: Any, f: Any, spacing: float = 1.0, axis: int = 0) -> np.ndarray:
    """The adjoint of f in `np.gradient(f, spacing, axis=axis)` for equal steps."""
    bz = np.moveaxis(np.asarray(bz), axis, 0) / spacing
    result = np.zeros_like(bz)
    result[2:] += 0.5 * bz[1:-1]
    result[:-2] -= 0.5 * bz[1:-1]
    result[1] += bz[0]
    result[0] -= bz[0]
    result[-1] += bz[-1]
    result[-2] -= bz[-1]
    return np.moveaxis(result, 0, axis)
