"""NumPy's functions that take and place elements, in the order of the chapter "Indexing routines" of
its manual."""


import numpy as np

from tangent_ad.analysis import facts, layouts, results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, unsupported, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.indexing import add_along_axis, add_taken
from tangent_ad.runtime.manipulation import embed_diagonal, select_adjoint

# ---- choosing between values ---------------------------------------------------------------


def _chosen(ask, condition, x, y):
    if x.kind == facts.NONE:
        return layouts.positions(ask)
    # Of numbers it makes an array without axes, which can be written in place.
    return results.arithmetic(ask, condition=condition, x=x, y=y)._replace(array=True)


# A condition is not differentiated; nor is what it hides: where(x > 0, log(x), 0) at 0 is 0 * inf.
@elementwise(np.where, result=_chosen, sample=lambda r: [
    call(np.array([True, False, True]), r(3), r(3)), call(np.arange(3) > 0, r(3), 2.5),
    call(np.arange(3) > 0, r(2, 3), r(2, 1)), call(np.arange(3) > 1, r(), r()),
    call(np.arange(3), r(3), r(3)), call([2, 0], r(2), r(2)),
    program("return np.sum(np.where(np.array([0.3, 0.0, -2.0]), x, y) ** 2)", x=r(3), y=r(3)),
    program("return np.sum(np.where(x > 0, x * x, -x) ** 2)", x=r(4)),
    program("return np.where(x > 0, x * x, -x)", x=r()),
])  # fmt: skip
def where(z, condition, x=None, y=None):
    if known(condition).dtype == "bool":
        return 0.0, condition, np.logical_not(condition)
    return 0.0, np.not_equal(condition, 0), np.equal(condition, 0)


@adjoint(np.select, linear=("choicelist", "default"),
         result=results.array_of_floats, sample=lambda r: [
    call([np.arange(3) > 1, np.arange(3) > 0], [r(3), r(3)]),
    call([np.arange(3) > 1, np.arange(3) == 1], [r(3), r()], r(3)),
])  # fmt: skip
def select(z, condlist, choicelist, default=0):
    d[choicelist] = select_adjoint(d[z], condlist, choicelist)
    d[default] = unbroadcast(d[z] * ~np.any(np.broadcast_arrays(*condlist), axis=0), default)


unsupported(np.choose, "use np.where or np.select")
unsupported(np.piecewise, "use np.where or np.select")

# ---- taking elements -----------------------------------------------------------------------


@adjoint(np.take, np.ndarray.take, linear="a", result=layouts.taken, sample=lambda r: [
    call(r(4), np.array([0, 2, 2])), call(r(4), 1), call(r(3, 4), [1, 1], axis=0),
    call(r(3, 4), [3, 0], 1), call(r(3, 4), [0, 11, -1]), call(r(3, 4), 1, axis=-1),
])  # fmt: skip
def take(y, a, indices, axis=None):
    if known(a).rank == 1 or known(axis).value == 0:
        if known(indices).repeats:
            np.add.at(d[a], indices, d[y])
        else:
            d[a][indices] += d[y]
    else:
        add_taken(d[a], indices, axis, d[y])


@adjoint(np.take_along_axis, linear="arr", result=layouts.like_indices, sample=lambda r: [
    call(r(4), np.array([0, 2, 2]), 0), call(r(2, 3), np.array([[0], [2]]), axis=1),
    call(r(2, 3), np.array([[0, 1, 1], [0, 0, 0]]), 0), call(r(2, 3), np.array([0, 5, 5]), None),
])  # fmt: skip
def take_along_axis(y, arr, indices, axis=-1):
    add_along_axis(d[arr], indices, axis, d[y])


@adjoint(np.compress, linear="a", result=results.array_of_floats, sample=lambda r: [
    call(np.arange(4) > 1, r(4)), call([True, False], r(2, 3), axis=0),
    call(np.arange(3) > 0, r(2, 3), axis=1),
])  # fmt: skip
def compress(y, condition, a, axis=None):
    add_taken(d[a], np.flatnonzero(condition), axis, d[y])


@adjoint(np.extract, linear="arr", result=layouts.vector("arr"), sample=lambda r: [
    call(np.arange(4) > 1, r(4)), call(np.arange(6).reshape(2, 3) % 2 == 0, r(2, 3)),
])  # fmt: skip
def extract(y, condition, arr):
    add_taken(d[arr], np.flatnonzero(condition), None, d[y])


@adjoint(np.diagonal, np.ndarray.diagonal, linear="a",
         result=layouts.diagonal, fresh=False, sample=lambda r: [
    call(r(3, 3)), call(r(2, 3), 1), call(r(3, 2), offset=-1), call(r(2, 3, 3), 0, 1, 2),
])  # fmt: skip
def diagonal(y, a, offset=0, axis1=0, axis2=1):
    d[a] = embed_diagonal(d[y], a, offset, axis1, axis2)


# ---- placing elements ----------------------------------------------------------------------


@adjoint(np.fill_diagonal, writes="a", result=results.nothing, sample=lambda r: [
    program("y = x * x\nnp.fill_diagonal(y, v)\nreturn np.sum(y * y)", x=r(3, 3), v=r()),
    program("y = x * x\nnp.fill_diagonal(y, 0.0)\nreturn np.sum(y * y)", x=r(3, 3)),
])  # fmt: skip
def fill_diagonal(z, a, val):
    replaced = np.diagonal(d[a]).copy()
    d[val] = unbroadcast(replaced, val)
    np.fill_diagonal(d[a], 0.0)


@fill_diagonal.tangent
def fill_diagonal(z, a, val):
    np.fill_diagonal(d[a], d[val])


@adjoint(np.ndarray.fill, writes="a", result=results.nothing, sample=lambda r: [
    program("y = x * x\ny.fill(v)\nreturn np.sum(y * x)", x=r(3), v=r()),
])  # fmt: skip
def fill(z, a, value):
    replaced = np.sum(d[a])
    d[value] = replaced
    d[a].fill(0.0)


@fill.tangent
def fill(z, a, value):
    d[a].fill(d[value])


# What np.put repeats or leaves out depends on lengths, and which of equal indices counts.
for _function in (np.put, np.ndarray.put, np.putmask, np.place, np.copyto, np.put_along_axis):
    unsupported(_function, "write a[index] = values", effect=True)

zero(np.nonzero, np.ndarray.nonzero, np.argwhere, np.flatnonzero, np.unravel_index,
     np.ravel_multi_index, np.ix_, np.diag_indices, np.diag_indices_from, np.tril_indices,
     np.triu_indices, np.tril_indices_from, np.triu_indices_from, result=layouts.positions)  # fmt: skip
