"""A module as libraries write them: checks, defaults, private helpers, state of its own."""

import numpy as np

DEFAULT_WIDTH = 3
_REGISTRY = {}


def _register(name):
    def decorator(function):
        _REGISTRY[name] = function
        return function

    return decorator


@_register("swish")
def _swish(v):
    return v / (1.0 + np.exp(-v))


@_register("identity")
def _identity(v):
    return v


def activation(name):
    try:
        return _REGISTRY[name]
    except KeyError:
        raise ValueError(f"unknown activation {name!r}") from None


def _as_vector(values, name):
    values = np.asarray(values)
    if values.ndim != 1:
        raise ValueError(f"{name} must be a vector")
    return values


def weighted_mean(values, weights=None, *, axis=None):
    """The mean, each value with its weight."""
    values = _as_vector(values, "values")
    if weights is None:
        return values.mean(axis=axis)
    weights = _as_vector(weights, "weights")
    if weights.shape != values.shape:
        raise ValueError("shapes differ")
    total = weights.sum()
    if total == 0:
        raise ZeroDivisionError("weights sum to zero")
    return np.sum(values * weights, axis=axis) / total


def smooth(values, width=None):
    width = DEFAULT_WIDTH if width is None else int(width)
    if width < 1:
        raise ValueError("width must be positive")
    out = np.empty_like(values)
    for i in range(len(values)):
        low = max(0, i - width + 1)
        out[i] = values[low : i + 1].mean()
    return out


def robust_inverse(value, eps=1e-3):
    try:
        if value == 0:
            raise ZeroDivisionError
        return 1.0 / value
    except ZeroDivisionError:
        return 1.0 / eps
