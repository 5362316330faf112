"""The helpers of generated code, so that derivatives are differentiated like any other code."""

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, zero
from tangent_ad.rules.samples import call
from tangent_ad.runtime import structures
from tangent_ad.runtime.broadcasting import broadcast_like, unbroadcast

zero(structures.zeros_like)


@adjoint(unbroadcast, result=results.like("like"), constant="like", fresh=False, sample=lambda r: [
    call(r(2, 3), r(3)), call(r(2, 3), r(2, 1)), call(r(2, 3), r(2, 3)),
])  # fmt: skip
def unbroadcast_(z, array, like):
    d[array] = broadcast_like(d[z], array)


@unbroadcast_.tangent
def unbroadcast_(z, array, like):
    d[z] = unbroadcast(d[array], like)


@adjoint(broadcast_like, result=results.like("like"), constant="like", fresh=False, sample=lambda r: [
    call(r(3), r(2, 3)), call(r(2, 1), r(2, 3)), call(r(2, 3), r(2, 3)),
])  # fmt: skip
def broadcast_like_(z, array, like):
    d[array] = unbroadcast(d[z], array)


@broadcast_like_.tangent
def broadcast_like_(z, array, like):
    d[z] = broadcast_like(d[array], like)


@adjoint(structures.copied, result=results.same, sample=lambda r: [call(r(3)), call(r())])
def copied_(z, value):
    d[value] = d[z]


@copied_.tangent
def copied_(z, value):
    d[z] = structures.copied(d[value])
