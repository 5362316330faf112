# ruff: noqa: UP031
"""More calls: defaults, keywords, unpacking, tests of arguments."""

import collections
import inspect
import numbers
import warnings

import numpy as np

from ..table import row

calling = row("calls: keyword, default, `*args`, `**kwargs`; argument checking")

DEFAULTS = {"rate": 0.1, "steps": 3}


def ode(y, t=0.0, *, rate=0.5, steps=2, **extra):
    for _ in range(steps):
        y = y - rate * y + extra.get("drive", 0.0) * t
        t = t + 0.1
    return y


def total(*terms, weight=1.0):
    result = 0.0
    for term in terms:
        result = result + term
    return weight * result


def forwarded(*args, **kwargs):
    return ode(*args, **kwargs)


def only_by_position(a, b, /, c=1.0):
    return a * b + c


def as_array(v, ndim=1, name="v"):
    v = np.asarray(v, dtype=float)
    if v.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes, has {v.ndim}")
    return v


def distance(a, b=None, metric="euclidean", p=2):
    """In the manner of libraries: checks, defaults, None, text options."""
    a = as_array(a, name="a")
    b = np.zeros_like(a) if b is None else as_array(b, name="b")
    if a.shape != b.shape:
        raise ValueError(f"shapes {a.shape} and {b.shape} differ")
    if metric not in ("euclidean", "cityblock", "minkowski"):
        raise ValueError("unknown metric %r" % metric)
    if not isinstance(p, numbers.Number) or p <= 0:
        raise TypeError("p must be a positive number")
    d = np.abs(a - b)
    if metric == "euclidean":
        return np.sqrt(np.sum(d**2))
    elif metric == "cityblock":
        return d.sum()
    else:
        return np.sum(d**p) ** (1.0 / p)


def scaled(v, factor=2.0, out=None, **ignored):
    if ignored:
        warnings.warn(f"ignored {sorted(ignored)}", stacklevel=2)
    result = v * factor
    if out is not None:
        out[...] = result
        return out
    return result


@calling
def defaults_of_a_table(x):
    return ode(x[0], **DEFAULTS) * ode(x[1], 0.5, **{**DEFAULTS, "rate": x[2]})


@calling
def passed_through(x):
    return forwarded(x[0], 1.0, rate=x[1]) + forwarded(x[2], steps=1, drive=x[0])


@calling
def sum_of_terms(x):
    return total(x[0], x[1] * x[2]) + total(*x, weight=x[0]) + total() + total(*[v * v for v in x])


@calling
def positional_only(x):
    return only_by_position(x[0], x[1]) + only_by_position(x[0], x[1], c=x[2])


@calling
def distances(x):
    city = distance(x, x[::-1] + 1.0, metric="cityblock")
    return distance(x) + city + distance(x, metric="minkowski", p=3)


@calling
def optional_output(x):
    buffer = np.empty(3)
    scaled(x, 3.0, out=buffer)
    return np.sum(scaled(x) * buffer)


@calling
def options_collected(x):
    options = dict(rate=x[1])
    options["steps"] = 1
    if x[0] > 1.0:
        options.update(drive=x[2])
    return ode(x[0], 1.0, **options)


@calling
def a_tuple_of_arguments(x):
    args = (x[0], x[1])
    return only_by_position(*args) + only_by_position(*args, x[2])


@calling
def keyword_arguments_in_a_loop(x):
    result = 1.0
    for options in ({"rate": x[0]}, {"rate": x[1], "steps": 1}, {}):
        result = result * ode(x[2], **options)
    return result


@calling
def by_isinstance(x):
    def as_list(v):
        return list(v) if isinstance(v, (list, tuple, np.ndarray)) else [v]

    def length(v):
        if isinstance(v, collections.abc.Sequence):
            return len(v)
        return 1 if np.isscalar(v) or np.ndim(v) == 0 else v.shape[0]

    return sum(as_list(x)) * sum(as_list(x[0])) * length([x[1]]) + length(x) * x[2]


@calling
def none_means_all(x):
    def mean(values, weights=None, axis=None, keepdims=False):
        if weights is None:
            return np.mean(values, axis=axis, keepdims=keepdims)
        weights = weights / np.sum(weights)
        return np.sum(values * weights, axis=axis, keepdims=keepdims)

    return mean(x) * mean(x, weights=x * x)


@calling
def a_mutable_default(x, history=()):
    history = list(history)
    history.append(x[0])
    return sum(history) * x[1]


@calling
def a_value_with_its_function(x):
    def resolve(v, at):
        return v(at) if callable(v) else v

    table = {"mass": x[0], "force": np.sin}
    return resolve(table["mass"], x[1]) * resolve(table["force"], x[2])


@calling
def a_signature_looked_at(x):
    wanted = inspect.signature(ode).parameters["rate"].default
    return ode(x[0], rate=wanted) * x[1]


@calling
def nested_defaults(x):
    def layer(h, w=x[0], b=x[1] * 2.0):
        return np.tanh(w * h + b)

    return layer(layer(x[2]), b=0.5)


@calling
def some_by_star_some_by_name(x):
    pair = [x[1]]
    return total(x[0], *pair, *x[1:], weight=0.5) * only_by_position(x[0], *pair, c=x[2])
