"""NumPy's functions that change the shape of arrays, join and split them, and move elements, in the
order of the chapter "Array manipulation" of its manual."""

import numpy as np

from tangent_ad.analysis import layouts, results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, unsupported, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.broadcasting import broadcast_each, unbroadcast_each
from tangent_ad.runtime.manipulation import (
    inverse_permutation,
    split_columns,
    split_joined,
    split_like,
)

zero(np.shape, np.ndarray.shape, result=results.shape_of)
zero(np.ndim, np.size, np.ndarray.ndim, np.ndarray.size, np.ndarray.itemsize, np.ndarray.nbytes,
     result=results.integer)  # fmt: skip
zero(np.ndarray.dtype, np.ndarray.strides, np.ndarray.flags)

# ---- changing the shape --------------------------------------------------------------------


@adjoint(np.reshape, result=layouts.reshaped, fresh=False, sample=lambda r: [
    call(r(2, 3), (3, 2)), call(r(2, 3), 6), call(r(6), (2, -1)), call(r(2, 3), (3, 2), order="F"),
    call(r(), (1, 1)), call(r(4), [2, 2]),
])  # fmt: skip
def reshape(y, a, shape, order="C"):
    if known(a).rank and known(order).value == "C":
        d[a] = d[y].reshape(a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a), order=order)


@reshape.tangent
def reshape(y, a, shape, order="C"):
    d[y] = np.reshape(d[a], shape, order=order)


@adjoint(np.ndarray.reshape, result=layouts.reshaped_by_method, fresh=False, sample=lambda r: [
    call(r(2, 3), 3, 2), call(r(2, 3), (3, 2)), call(r(2, 3), -1), call(r(6), 2, -1),
    call(r(2, 3), 3, 2, order="F"),
])  # fmt: skip
def reshape_method(y, a, *shape, order="C"):
    if known(a).rank and known(order).value == "C":
        d[a] = d[y].reshape(a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a), order=order)


@reshape_method.tangent
def reshape_method(y, a, *shape, order="C"):
    d[y] = d[a].reshape(*shape, order=order)


@adjoint(np.ravel, np.ndarray.ravel, np.ndarray.flatten, result=layouts.flattened, fresh=False,
         sample=lambda r: [call(r(2, 3)), call(r(4)), call(r(2, 3), order="F")])  # fmt: skip
def ravel(y, a, order="C"):
    if known(a).rank and known(order).value == "C":
        d[a] = d[y].reshape(a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a), order=order)


@ravel.tangent
def ravel(y, a, order="C"):
    d[y] = np.ravel(d[a], order=order)


# ---- transposing ---------------------------------------------------------------------------


@adjoint(np.ndarray.T, result=layouts.transposed, fresh=False, sample=lambda r: [
    call(r(2, 3)), call(r(3)), call(r(2, 3, 2)),
])  # fmt: skip
def T(y, a):  # noqa: N802 - NumPy's name
    d[a] = d[y].T


@T.tangent
def T(y, a):  # noqa: N802 - NumPy's name
    d[y] = d[a].T


@adjoint(np.transpose, result=layouts.transposed, fresh=False, sample=lambda r: [
    call(r(2, 3)), call(r(2, 3, 4), (2, 0, 1)), call(r(2, 3, 4), axes=(0, -1, 1)),
])  # fmt: skip
def transpose(y, a, axes=None):
    if known(axes).is_none:
        d[a] = d[y].T
    elif known(axes).is_literal:
        d[a] = np.transpose(d[y], inverse_permutation(known(axes).value))
    else:
        d[a] = np.transpose(d[y], np.argsort(axes))


@transpose.tangent
def transpose(y, a, axes=None):
    if known(axes).is_none:
        d[y] = d[a].T
    else:
        d[y] = np.transpose(d[a], axes)


@adjoint(np.ndarray.transpose, result=layouts.transposed, fresh=False, sample=lambda r: [
    call(r(2, 3)), call(r(2, 3, 4), 2, 0, 1), call(r(2, 3, 4), (2, 0, 1)),
])  # fmt: skip
def transpose_method(y, a, *axes):
    if not known(axes).given:
        d[a] = d[y].T
    elif known(axes).is_literal:
        d[a] = d[y].transpose(inverse_permutation(known(axes).value))
    else:
        d[a] = d[y].transpose(inverse_permutation(axes))


@transpose_method.tangent
def transpose_method(y, a, *axes):
    d[y] = d[a].transpose(*axes)


@adjoint(getattr(np, "matrix_transpose", None), getattr(np.ndarray, "mT", None),
         getattr(np.linalg, "matrix_transpose", None), result=layouts.last_two_swapped, fresh=False,
         sample=lambda r: [call(r(2, 3)), call(r(2, 3, 4))])  # fmt: skip
def matrix_transpose(y, a):
    d[a] = np.swapaxes(d[y], -1, -2)


@matrix_transpose.tangent
def matrix_transpose(y, a):
    d[y] = np.swapaxes(d[a], -1, -2)


@adjoint(np.swapaxes, np.ndarray.swapaxes, result=layouts.swapped, fresh=False,
         sample=lambda r: [call(r(2, 3), 0, 1), call(r(2, 3, 4), -1, 0)])  # fmt: skip
def swapaxes(y, a, axis1, axis2):
    d[a] = np.swapaxes(d[y], axis1, axis2)


@swapaxes.tangent
def swapaxes(y, a, axis1, axis2):
    d[y] = np.swapaxes(d[a], axis1, axis2)


@adjoint(np.moveaxis, result=layouts.moved, fresh=False, sample=lambda r: [
    call(r(2, 3, 4), 0, -1), call(r(2, 3, 4), (0, 1), (1, 2)), call(r(2, 3), 1, 0),
])  # fmt: skip
def moveaxis(y, a, source, destination):
    d[a] = np.moveaxis(d[y], destination, source)


@moveaxis.tangent
def moveaxis(y, a, source, destination):
    d[y] = np.moveaxis(d[a], source, destination)


unsupported(np.rollaxis, "use np.moveaxis, which says where the axis goes")

# ---- changing the number of axes -----------------------------------------------------------


@adjoint(np.expand_dims, result=layouts.expanded, fresh=False, sample=lambda r: [
    call(r(3), 0), call(r(2, 3), axis=1), call(r(2, 3), -1), call(r(2, 3), (0, 2)), call(r(), 0),
])  # fmt: skip
def expand_dims(y, a, axis):
    if known(a).rank:
        d[a] = d[y].reshape(a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a))


@expand_dims.tangent
def expand_dims(y, a, axis):
    d[y] = np.expand_dims(d[a], axis)


@adjoint(np.squeeze, np.ndarray.squeeze, result=layouts.squeezed, fresh=False, sample=lambda r: [
    call(r(3, 1)), call(r(1, 3, 1), axis=0), call(r(1, 3, 1), (0, 2)), call(r(1, 3), 0),
])  # fmt: skip
def squeeze(y, a, axis=None):
    if known(a).rank:
        d[a] = np.reshape(d[y], a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a))


@squeeze.tangent
def squeeze(y, a, axis=None):
    d[y] = np.squeeze(d[a], axis=axis)


@adjoint(np.atleast_1d, result=layouts.at_least(1), fresh=False, sample=lambda r: [
    call(r()), call(r(3)), call(r(2, 3)),
])  # fmt: skip
def atleast_1d(y, a):
    d[a] = np.reshape(d[y], np.shape(a))


@atleast_1d.tangent
def atleast_1d(y, a):
    d[y] = np.atleast_1d(d[a])


@adjoint(np.atleast_2d, result=layouts.at_least(2), fresh=False, sample=lambda r: [
    call(r()), call(r(3)), call(r(2, 3)),
])  # fmt: skip
def atleast_2d(y, a):
    d[a] = np.reshape(d[y], np.shape(a))


@atleast_2d.tangent
def atleast_2d(y, a):
    d[y] = np.atleast_2d(d[a])


@adjoint(np.atleast_3d, result=layouts.at_least(3), fresh=False, sample=lambda r: [
    call(r()), call(r(3)), call(r(2, 3)),
])  # fmt: skip
def atleast_3d(y, a):
    d[a] = np.reshape(d[y], np.shape(a))


@atleast_3d.tangent
def atleast_3d(y, a):
    d[y] = np.atleast_3d(d[a])


@elementwise(np.broadcast_to, result=layouts.broadcast, fresh=False, sample=lambda r: [
    call(r(3), (2, 3)), call(r(2, 1), (2, 3)), call(r(), (2,)), call(r(1, 3), shape=(4, 2, 3)),
])  # fmt: skip
def broadcast_to(y, array, shape):
    return 1.0


@adjoint(np.broadcast_arrays, result=layouts.each, fresh=False, sample=lambda r: [
    call(r(3), r(2, 1)), call(r(2, 3), r()),
])  # fmt: skip
def broadcast_arrays(y, *args):
    d[args] = unbroadcast_each(d[y], args)


@broadcast_arrays.tangent
def broadcast_arrays(y, *args):
    d[y] = broadcast_each(d[args], y)


# ---- joining -------------------------------------------------------------------------------


@adjoint(np.concatenate, result=layouts.concatenated, sample=lambda r: [
    call([r(3), r(2)]), call([r(2, 3), r(1, 3)], axis=0), call([r(2, 3), r(2, 2), r(2, 1)], 1),
    call([r(2), r(3), r(1)]), call((r(2, 3), r(2, 1)), axis=-1), call([r(2, 2), r(3)], None),
    call([r(2), np.array([1, 2])]),
    program("parts = []\nfor i in range(3):\n    parts.append(x * i)\n"
            "return np.sum(np.concatenate(parts) ** 2)", x=r(2)),
])  # fmt: skip
def concatenate(z, arrays, axis=0):
    if known(arrays).count == 2 and known(axis).value == 0:
        d[arrays] = np.split(d[z], [len(arrays[0])])
    elif known(arrays).count == 2 and known(axis).is_axis:
        d[arrays] = np.split(d[z], [np.shape(arrays[0])[axis]], axis)
    else:
        d[arrays] = split_like(d[z], arrays, axis)


@concatenate.tangent
def concatenate(z, arrays, axis=0):
    if known(axis).value == 0:
        d[z] = np.concatenate(d[arrays])
    else:
        d[z] = np.concatenate(d[arrays], axis)


@adjoint(np.stack, result=layouts.stacked, sample=lambda r: [
    call([r(3), r(3)]), call([r(2, 3), r(2, 3)], axis=1), call([r(3), r(3), r(3)], -1),
    call((r(), r())),
    program("rows = [x, x * x]\nreturn np.sum(np.stack(rows) ** 2)", x=r(3)),
])  # fmt: skip
def stack(z, arrays, axis=0):
    if known(axis).value == 0:
        d[arrays] = list(d[z])
    else:
        d[arrays] = list(np.moveaxis(d[z], axis, 0))


@stack.tangent
def stack(z, arrays, axis=0):
    if known(axis).value == 0:
        d[z] = np.stack(d[arrays])
    else:
        d[z] = np.stack(d[arrays], axis)


@adjoint(np.vstack, getattr(np, "row_stack", None), result=layouts.joined(2), sample=lambda r: [
    call([r(3), r(3)]), call([r(2, 3), r(1, 3)]), call([r(2, 3), r(3)]), call((r(), r())),
])  # fmt: skip
def vstack(z, tup):
    if known(tup).ranks == {1}:
        d[tup] = list(d[z])
    elif known(tup).ranks == {2} and known(tup).count == 2:
        d[tup] = np.split(d[z], [len(tup[0])])
    else:
        d[tup] = split_joined(d[z], tup, 2, 0)


@vstack.tangent
def vstack(z, tup):
    d[z] = np.vstack(d[tup])


@adjoint(np.hstack, result=layouts.joined(1), sample=lambda r: [
    call([r(3), r(2)]), call([r(2, 3), r(2, 1)]), call([r(), r(3)]), call((r(2), r(3), r(1))),
])  # fmt: skip
def hstack(z, tup):
    if known(tup).ranks == {1} and known(tup).count == 2:
        d[tup] = np.split(d[z], [len(tup[0])])
    elif known(tup).ranks == {2} and known(tup).count == 2:
        d[tup] = np.split(d[z], [tup[0].shape[1]], axis=1)
    else:
        d[tup] = split_joined(d[z], tup, 1, 0)


@hstack.tangent
def hstack(z, tup):
    d[z] = np.hstack(d[tup])


@adjoint(np.dstack, result=layouts.joined(3), sample=lambda r: [
    call([r(3), r(3)]), call([r(2, 3), r(2, 3)]), call([r(2, 3, 1), r(2, 3, 2)]),
])  # fmt: skip
def dstack(z, tup):
    d[tup] = split_joined(d[z], tup, 3, 2)


@dstack.tangent
def dstack(z, tup):
    d[z] = np.dstack(d[tup])


@adjoint(np.column_stack, result=layouts.joined(2), sample=lambda r: [
    call([r(3), r(3)]), call([r(3, 2), r(3)]), call((r(3), r(3, 2), r(3))),
])  # fmt: skip
def column_stack(z, tup):
    if known(tup).ranks == {1}:
        d[tup] = list(d[z].T)
    else:
        d[tup] = split_columns(d[z], tup)


@column_stack.tangent
def column_stack(z, tup):
    d[z] = np.column_stack(d[tup])


unsupported(np.block, "use np.concatenate or np.stack along the axes")


@adjoint(np.append, result=results.array_of_floats, sample=lambda r: [
    call(r(3), r(2)), call(r(3), r()), call(r(2, 3), r(1, 3), axis=0), call(r(2, 3), r(2, 1), 1),
    call(r(2, 2), r(3)),
])  # fmt: skip
def append(z, arr, values, axis=None):
    parts = split_like(d[z], (arr, values), axis)
    d[arr] = parts[0]
    d[values] = parts[1]


@append.tangent
def append(z, arr, values, axis=None):
    d[z] = np.append(d[arr], d[values], axis)
