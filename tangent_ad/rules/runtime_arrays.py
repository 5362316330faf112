"""The helpers of the runtime that move, repeat and place elements, in turn differentiated: each is
linear, and the adjoint of an operation whose adjoint it is in turn."""

import numpy as np

from tangent_ad.analysis import facts, forms, results
from tangent_ad.rules.notation import adjoint, d, known, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.broadcasting import broadcast_like, unbroadcast
from tangent_ad.runtime.indexing import add_along_axis, add_at, add_taken, argsorted
from tangent_ad.runtime.manipulation import (
    as_end,
    diag_adjoint,
    embed_diagonal,
    inverse_permutation,
    pad_adjoint,
    repeat_adjoint,
    select_adjoint,
    split_joined,
    split_like,
    tile_adjoint,
    vander_exponents,
)
from tangent_ad.runtime.precision import of_type

# ---- element types -------------------------------------------------------------------------


@adjoint(of_type, linear="derivative", constant="value", typed=True,
         result=results.like_value,
         sample=lambda r: [call(r(3), np.ones(3))])  # fmt: skip
def of_type_(z, derivative, value):
    d[derivative] = d[z]


# ---- broadcasting --------------------------------------------------------------------------


@adjoint(unbroadcast, linear="array", constant="like", fresh=False, result=results.like("like"),
         sample=lambda r: [
    call(r(2, 3), np.ones(3)), call(r(3), np.ones(3)), call(r(2, 3), np.ones((2, 1))),
    call(r(2, 3), 1.0),
])  # fmt: skip
def unbroadcast_(z, array, like):
    d[array] = broadcast_like(d[z], array)


@adjoint(broadcast_like, linear="array", constant="like", fresh=False, result=results.like("like"),
         sample=lambda r: [call(r(3), np.ones((2, 3))), call(r(), np.ones(3))])  # fmt: skip
def broadcast_like_(z, array, like):
    d[array] = unbroadcast(d[z], array)


# ---- joining, tiling, selecting ------------------------------------------------------------


@adjoint(split_like, linear="whole", constant="arrays", fresh=False, result=forms.listed_like,
         sample=lambda r: [
    call(r(5), [np.ones(2), np.ones(3)]), call(r(2, 3), [np.ones((2, 1)), np.ones((2, 2))], 1),
    call(r(6), [np.ones((2, 2)), np.ones(2)], None),
])  # fmt: skip
def split_like_(z, whole, arrays, axis=0):
    d[whole] = np.concatenate(d[z], axis)


@adjoint(split_joined, linear="whole", constant="arrays",
         result=forms.listed_like, sample=lambda r: [
    program("a, b = operation(x, [y, z], np.vstack)\nreturn np.sum(a * b[0])", x=r(3, 2),
            y=np.ones(2), z=np.ones((2, 2))),
])  # fmt: skip
def split_joined_(z, whole, arrays, join):
    d[whole] = join(d[z])


@adjoint(tile_adjoint, linear="bz", constant="x", result=results.array_like("x"), sample=lambda r: [
    call(r(6), np.ones(3), 2), call(r(2, 6), np.ones((2, 3)), 2),
])  # fmt: skip
def tile_adjoint_(z, bz, x, reps):
    d[bz] = np.tile(d[z], reps)


@adjoint(repeat_adjoint, linear="bz", constant="x", result=results.array_like("x"),
         sample=lambda r: [
    call(r(3), np.ones(3), np.array([1, 0, 2])), call(r(2, 6), np.ones((2, 3)), 2, 1),
])  # fmt: skip
def repeat_adjoint_(z, bz, x, repeats, axis=None):
    d[bz] = np.repeat(d[z], repeats, axis=axis)


@adjoint(pad_adjoint, linear="bz", constant="x", fresh=False, result=results.array_like("x"),
         sample=lambda r: [call(r(5), np.ones(3), 1), call(r(5), np.ones(3), 1, "edge")])  # fmt: skip
def pad_adjoint_(z, bz, x, pad_width, mode="constant"):
    if known(mode).value == "constant":
        d[bz] = np.pad(d[z], pad_width)
    else:
        d[bz] = np.pad(d[z], pad_width, mode)


@adjoint(select_adjoint, linear="bz", constant=("condlist", "choicelist"),
         result=forms.listed_like,
         sample=lambda r: [
    program("a, b = operation(x, [c], [y])[0], 1.0\nreturn np.sum(a * a) * b", x=r(3),
            c=np.arange(3) > 1, y=np.ones(3)),
])  # fmt: skip
def select_adjoint_(z, bz, condlist, choicelist):
    d[bz] = np.select(condlist, d[z])


# ---- diagonals -----------------------------------------------------------------------------


@adjoint(embed_diagonal, linear="values", constant="like", result=results.array_like("like"),
         sample=lambda r: [
    call(r(2), np.ones((2, 3)), 1), call(r(2, 3), np.ones((2, 3, 3)), 0, 1, 2),
])  # fmt: skip
def embed_diagonal_(z, values, like, offset=0, axis1=0, axis2=1):
    d[values] = np.diagonal(d[z], offset, axis1, axis2)


@adjoint(diag_adjoint, linear="bz", constant="v", fresh=False, result=results.array_like("v"),
         sample=lambda r: [call(r(3, 3), np.ones(3)), call(r(2), np.ones((3, 3)), 1)])  # fmt: skip
def diag_adjoint_(z, bz, v, k=0):
    d[bz] = np.diag(d[z], k)


# ---- adding to elements, also in the user's own programs -----------------------------------


@adjoint(as_end, linear="value", constant="x", fresh=False, result=results.array_of_floats,
         sample=lambda r: [
    call(r(), np.ones(3), -1), call(r(), np.ones((2, 3)), 0), call(r(2), np.ones(3), -1),
])  # fmt: skip
def as_end_(z, value, x, axis):
    d[value] = unbroadcast(d[z], value)


@adjoint(np.add.at, writes="a", constant="indices", result=results.nothing, sample=lambda r: [
    program("y = x * x\nnp.add.at(y, [0, 2, 0], v)\nreturn np.sum(y * y)", x=r(3), v=r(3)),
    program("y = x * x\nnp.add.at(y, (0, [1, 1]), v)\nreturn np.sum(y * y)", x=r(3, 2), v=r()),
])  # fmt: skip
def add_at_of_numpy(z, a, indices, b):
    d[b] = unbroadcast(d[a][indices], b)


@add_at_of_numpy.tangent
def add_at_of_numpy(z, a, indices, b):
    np.add.at(d[a], indices, d[b])


@adjoint(add_at, writes="array", constant="index", result=results.nothing, sample=lambda r: [
    program("y = x * x\noperation(y, [0, 2, 0], v)\nreturn np.sum(y * y)", x=r(3), v=r(3)),
])  # fmt: skip
def add_at_(z, array, index, value):
    d[value] = unbroadcast(d[array][index], value)


@add_at_.tangent
def add_at_(z, array, index, value):
    add_at(d[array], index, d[value])


@adjoint(add_taken, writes="array", result=results.nothing, sample=lambda r: [
    program("y = x * x\noperation(y, [2, 2], 1, v)\nreturn np.sum(y * y)", x=r(2, 3), v=r(2, 2)),
])  # fmt: skip
def add_taken_(z, array, indices, axis, value):
    d[value] = np.take(d[array], indices, axis=axis)


@add_taken_.tangent
def add_taken_(z, array, indices, axis, value):
    add_taken(d[array], indices, axis, d[value])


@adjoint(add_along_axis, writes="array", result=results.nothing, sample=lambda r: [
    program("y = x * x\noperation(y, i, 1, v)\nreturn np.sum(y * y)", x=r(2, 3),
            i=np.array([[0, 0], [1, 2]]), v=r(2, 2)),
])  # fmt: skip
def add_along_axis_(z, array, indices, axis, value):
    d[value] = np.take_along_axis(d[array], indices, axis)


@add_along_axis_.tangent
def add_along_axis_(z, array, indices, axis, value):
    add_along_axis(d[array], indices, axis, d[value])


zero(argsorted, result=results.always(facts.Fact(facts.LIST, element=facts.INT)))
zero(inverse_permutation, vander_exponents)
