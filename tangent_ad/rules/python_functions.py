"""Partial functions, and the checks that derivatives begin with."""

import functools

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, zero
from tangent_ad.runtime import checks

# The adjoint of a partial function holds those of the arguments that it took along.


@adjoint(functools.partial.keywords, fresh=False)
def keywords(z, function):
    d[function] = d[z]


@keywords.tangent
def keywords(z, function):
    d[z] = d[function]


@adjoint(functools.partial.args, fresh=False)
def args(z, function):
    d[function] = dict(enumerate(d[z]))


@args.tangent
def args(z, function):
    d[z] = d[function]


zero(checks.common_length, result=results.integer)
zero(checks.require_scalar, checks.require_seed, checks.require_number, checks.require_apart,
     checks.require_single, checks.require_count,
     result=results.nothing,
     effect=True)  # fmt: skip
