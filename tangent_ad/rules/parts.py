"""Parts of rules that several chapters share."""

import numpy as np

from tangent_ad.rules.notation import known
from tangent_ad.runtime.reductions import expand
from tangent_ad.syntax.template import pasted


@pasted
def along(reduced, a, axis, keepdims):
    """What a reduction of `a` made, in a shape that broadcasts against `a`."""
    if known(axis).is_none or known(keepdims).value is True:
        return reduced
    if known(keepdims).value is False and known(axis).is_literal:
        if known(axis).value == 0 or known(a).rank == 1:
            return reduced
        if known(axis).value == -1 and known(a).rank:
            return reduced[..., None]
        if known(axis).value == 1:
            return reduced[:, None]
        if known(axis).value == 2:
            return reduced[:, :, None]
        return np.expand_dims(reduced, axis)
    return expand(reduced, a, axis)


@pasted
def count(a, axis, z):
    """How many elements of `a` a reduction to `z` takes together."""
    if known(axis).is_none:
        return a.size if known(a).rank else np.size(a)
    if known(axis).is_axis:
        return len(a) if known(axis).value == 0 else a.shape[axis]
    return np.size(a) // np.size(z)


@pasted
def centred(a, axis):
    """`a` without its mean."""
    if known(axis).is_none:
        return a - np.mean(a)
    return a - np.mean(a, axis=axis, keepdims=True)


@pasted
def at_extreme(a, z, axis, keepdims):
    """1 where an extreme value is, 0 elsewhere, in the type of `a`."""
    return (a == along(z, a, axis, keepdims)).astype(a.dtype)


@pasted
def conjugated(value, a):
    """The conjugate of a value that is made of `a`, which is the value itself where that is real."""
    return np.conj(value) if known(a).may_be_complex else value


@pasted
def real_part(value, a):
    """The real part of a value that is made of `a`."""
    return np.real(value) if known(a).may_be_complex else value


@pasted
def direction(x):
    """The derivative of the absolute value."""
    return np.conj(x) / np.where(x == 0, 1.0, np.abs(x)) if known(x).may_be_complex else np.sign(x)


@pasted
def nonzero(z):
    """z where a quotient with 0 above it is 0: at a kink of z whose derivative is taken as 0."""
    if known(z).is_scalar:
        return z if z != 0 else 1.0
    return np.where(z == 0, 1.0, z)
