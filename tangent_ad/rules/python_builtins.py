"""Python's builtin functions, in the order of the chapter "Built-in Functions" of its manual; abs
stands with np.abs, and divmod and pow with the operators."""

import operator

import numpy as np

from tangent_ad.analysis import collections as containers
from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, unsupported, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.structures import shared, shared_tangent, spread_over, unsorted, zeros_like

zero(bool, callable, hasattr, isinstance, issubclass, any, all, result=results.flag)
zero(len, parameters=("x",), result=results.length)
zero(int, hash, id, ord, result=results.integer)
zero(ascii, bin, chr, format, hex, oct, repr, str, result=results.text)
zero(print, result=results.nothing, effect=True)
zero(type, dir, vars, getattr, input, open, super, object, slice)
zero(range, result=results.counted)
zero(reversed, parameters=("items",), result=results.reversed_items)
zero(iter, next)
unsupported(complex, "complex numbers are not differentiated")


@elementwise(float, np.float64, np.float32, result=results.always(results.facts.FLOAT), sample=(
    lambda r: [call(r())]))  # fmt: skip
def float_(y, x):
    return 1.0
