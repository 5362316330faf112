"""Python's builtins, methods of its containers, and the math module."""

import functools
import math

import numpy as np

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, elementwise, zero
from tangent_ad.runtime import checks

zero(len, parameters=("x",), result=results.length)
zero(int, result=results.integer)
zero(isinstance, bool, hasattr, callable, result=results.flag)
zero(print, result=results.nothing, effect=True)
zero(str, repr, type, id, hash, ord, chr, format, getattr)
zero(range, result=results.counted)
zero(reversed, parameters=("items",), result=results.reversed_items)
zero(np.ndarray.shape, result=results.shape_of)
zero(np.shape, result=results.shape_of)
zero(np.ndarray.ndim, np.ndarray.size, np.ndim, np.size, result=results.integer)
zero(np.ndarray.dtype)
zero(checks.require_scalar, checks.require_seed, result=results.nothing, effect=True)


@elementwise(float)
def float_(y, x):
    return 1.0


@elementwise(abs, math.fabs)
def abs_(y, x):
    return np.sign(x)


@adjoint(list.append, writes="items", result=results.nothing)
def append(z, items, x):
    d[x] = d[items].pop()


@append.tangent
def append(z, items, x):
    d[items].append(d[x])


@adjoint(list.pop, writes="items", result=results.element)
def pop(z, items):
    d[items].append(d[z])


@pop.tangent
def pop(z, items):
    d[z] = d[items].pop()


@elementwise(math.sin)
def sin(y, x):
    return math.cos(x)


@elementwise(math.cos)
def cos(y, x):
    return -math.sin(x)


@elementwise(math.exp)
def exp(y, x):
    return y


@elementwise(math.log, domain="positive")
def log(y, x):
    return 1.0 / x


@elementwise(math.sqrt, domain="positive")
def sqrt(y, x):
    return 0.5 / np.sqrt(x)


@elementwise(math.tanh)
def tanh(y, x):
    return 1.0 - y * y


# The adjoint of a partial function holds those of the arguments that it took along.


@adjoint(functools.partial.keywords)
def keywords(z, function):
    d[function] = d[z]


@keywords.tangent
def keywords(z, function):
    d[z] = d[function]


@adjoint(functools.partial.args)
def args(z, function):
    d[function] = dict(enumerate(d[z]))


@args.tangent
def args(z, function):
    d[z] = d[function]
