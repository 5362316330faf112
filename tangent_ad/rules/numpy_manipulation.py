"""NumPy's functions that change the shape of arrays, join and split them, and move elements, in the
order of the chapter "Array manipulation" of its manual."""

import numpy as np

from tangent_ad.analysis import layouts, results
from tangent_ad.rules.notation import adjoint, d, elementwise, known, unsupported, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.broadcasting import unbroadcast
from tangent_ad.runtime.manipulation import inverse_permutation, split_joined, split_like

zero(np.shape, np.ndarray.shape, result=results.shape_of)
zero(np.ndim, np.size, np.ndarray.ndim, np.ndarray.size, np.ndarray.itemsize, np.ndarray.nbytes,
     result=results.integer)  # fmt: skip
zero(np.ndarray.dtype, parameters=("a",), result=results.element_type)
zero(np.ndarray.strides, np.ndarray.flags)

# ---- changing the shape --------------------------------------------------------------------


@adjoint(np.reshape, linear="a", result=layouts.reshaped, fresh=False, sample=lambda r: [
    call(r(2, 3), (3, 2)), call(r(2, 3), 6), call(r(6), (2, -1)), call(r(2, 3), (3, 2), order="F"),
    call(r(), (1, 1)), call(r(4), [2, 2]),
])  # fmt: skip
def reshape(y, a, shape, order="C"):
    if known(a).rank and known(y).rank and known(order).value == "C":
        d[a] = d[y].reshape(a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a), order=order)


@adjoint(np.ndarray.reshape, linear="a",
         result=layouts.reshaped_by_method, fresh=False, sample=lambda r: [
    call(r(2, 3), 3, 2), call(r(2, 3), (3, 2)), call(r(2, 3), -1), call(r(6), 2, -1),
    call(r(2, 3), 3, 2, order="F"),
])  # fmt: skip
def reshape_method(y, a, *shape, order="C"):
    if known(a).rank and known(y).rank and known(order).value == "C":
        d[a] = d[y].reshape(a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a), order=order)


@adjoint(np.ravel, np.ndarray.ravel, np.ndarray.flatten, linear="a",
         result=layouts.flattened, fresh=False,
         sample=lambda r: [call(r(2, 3)), call(r(4)), call(r(2, 3), order="F")])  # fmt: skip
def ravel(y, a, order="C"):
    if known(a).rank and known(order).value == "C":
        d[a] = d[y].reshape(a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a), order=order)


# ---- transposing ---------------------------------------------------------------------------


@adjoint(np.ndarray.T, linear="a", result=layouts.transposed, fresh=False, sample=lambda r: [
    call(r(2, 3)), call(r(3)), call(r(2, 3, 2)),
])  # fmt: skip
def T(y, a):  # noqa: N802 - NumPy's name
    d[a] = d[y].T


@adjoint(np.transpose, linear="a", result=layouts.transposed, fresh=False, sample=lambda r: [
    call(r(2, 3)), call(r(2, 3, 4), (2, 0, 1)), call(r(2, 3, 4), axes=(0, -1, 1)),
])  # fmt: skip
def transpose(y, a, axes=None):
    if known(axes).is_none:
        d[a] = d[y].T
    elif known(axes).is_literal:
        d[a] = np.transpose(d[y], inverse_permutation(known(axes).value))
    else:
        d[a] = np.transpose(d[y], inverse_permutation(axes))


@adjoint(np.ndarray.transpose, linear="a",
         result=layouts.transposed, fresh=False, sample=lambda r: [
    call(r(2, 3)), call(r(2, 3, 4), 2, 0, 1), call(r(2, 3, 4), (2, 0, 1)),
])  # fmt: skip
def transpose_method(y, a, *axes):
    if not known(axes).given:
        d[a] = d[y].T
    elif known(axes).is_literal:
        d[a] = d[y].transpose(inverse_permutation(known(axes).value))
    else:
        d[a] = d[y].transpose(inverse_permutation(axes))


@adjoint(getattr(np, "matrix_transpose", None), getattr(np.ndarray, "mT", None),
         getattr(np.linalg, "matrix_transpose", None), linear="a",
         result=layouts.last_two_swapped, fresh=False,
         sample=lambda r: [call(r(2, 3)), call(r(2, 3, 4))])  # fmt: skip
def matrix_transpose(y, a):
    d[a] = np.swapaxes(d[y], -1, -2)


@adjoint(np.swapaxes, np.ndarray.swapaxes, linear="a", result=layouts.swapped, fresh=False,
         sample=lambda r: [call(r(2, 3), 0, 1), call(r(2, 3, 4), -1, 0)])  # fmt: skip
def swapaxes(y, a, axis1, axis2):
    d[a] = np.swapaxes(d[y], axis1, axis2)


@adjoint(np.moveaxis, linear="a", result=layouts.moved, fresh=False, sample=lambda r: [
    call(r(2, 3, 4), 0, -1), call(r(2, 3, 4), (0, 1), (1, 2)), call(r(2, 3), 1, 0),
])  # fmt: skip
def moveaxis(y, a, source, destination):
    d[a] = np.moveaxis(d[y], destination, source)


unsupported(np.rollaxis, "use np.moveaxis, which says where the axis goes")

# ---- changing the number of axes -----------------------------------------------------------


@adjoint(np.expand_dims, linear="a", result=layouts.expanded, fresh=False, sample=lambda r: [
    call(r(3), 0), call(r(2, 3), axis=1), call(r(2, 3), -1), call(r(2, 3), (0, 2)), call(r(), 0),
])  # fmt: skip
def expand_dims(y, a, axis):
    if known(a).rank:
        d[a] = d[y].reshape(a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a))


@adjoint(np.squeeze, np.ndarray.squeeze, linear="a",
         result=layouts.squeezed, fresh=False, sample=lambda r: [
    call(r(3, 1)), call(r(1, 3, 1), axis=0), call(r(1, 3, 1), (0, 2)), call(r(1, 3), 0),
])  # fmt: skip
def squeeze(y, a, axis=None):
    if known(a).rank:
        d[a] = np.reshape(d[y], a.shape)
    else:
        d[a] = np.reshape(d[y], np.shape(a))


@adjoint(np.atleast_1d, linear="a", result=layouts.at_least(1), fresh=False, sample=lambda r: [
    call(r()), call(r(3)), call(r(2, 3)),
])  # fmt: skip
def atleast_1d(y, a):
    d[a] = np.reshape(d[y], np.shape(a))


@adjoint(np.atleast_2d, linear="a", result=layouts.at_least(2), fresh=False, sample=lambda r: [
    call(r()), call(r(3)), call(r(2, 3)),
])  # fmt: skip
def atleast_2d(y, a):
    d[a] = np.reshape(d[y], np.shape(a))


@adjoint(np.atleast_3d, linear="a", result=layouts.at_least(3), fresh=False, sample=lambda r: [
    call(r()), call(r(3)), call(r(2, 3)),
])  # fmt: skip
def atleast_3d(y, a):
    d[a] = np.reshape(d[y], np.shape(a))


@elementwise(np.broadcast_to, result=layouts.broadcast, fresh=False, sample=lambda r: [
    call(r(3), (2, 3)), call(r(2, 1), (2, 3)), call(r(), (2,)), call(r(1, 3), shape=(4, 2, 3)),
])  # fmt: skip
def broadcast_to(y, array, shape):
    return 1.0


@adjoint(np.broadcast_arrays, linear="args", result=layouts.each, fresh=False, sample=lambda r: [
    call(r(3), r(2, 1)), call(r(2, 3), r()),
])  # fmt: skip
def broadcast_arrays(y, *args):
    d[args] = [unbroadcast(d[y][i], args[i]) for i in range(known(args).count)]


# ---- joining -------------------------------------------------------------------------------


@adjoint(np.concatenate, linear="arrays", result=layouts.concatenated, sample=lambda r: [
    call([r(3), r(2)]), call([r(2, 3), r(1, 3)], axis=0), call([r(2, 3), r(2, 2), r(2, 1)], 1),
    call([r(2), r(3), r(1)]), call((r(2, 3), r(2, 1)), axis=-1), call([r(2, 2), r(3)], None),
    call([r(2), np.array([1, 2])]),
    program("parts = []\nfor i in range(3):\n    parts.append(x * i)\n"
            "return np.sum(np.concatenate(parts) ** 2)", x=r(2)),
])  # fmt: skip
def concatenate(z, arrays, axis=0):
    if known(arrays).is_pair and known(axis).value == 0:
        d[arrays] = d[z][: len(arrays[0])], d[z][len(arrays[0]) :]
    elif known(arrays).is_pair and known(axis).value == 1:
        d[arrays] = d[z][:, : np.shape(arrays[0])[1]], d[z][:, np.shape(arrays[0])[1] :]
    elif known(arrays).is_pair and known(axis).value == -1:
        d[arrays] = d[z][..., : np.shape(arrays[0])[-1]], d[z][..., np.shape(arrays[0])[-1] :]
    elif known(arrays).count == 2 and known(axis).value == 0:
        d[arrays] = np.split(d[z], [len(arrays[0])])
    elif known(arrays).count == 2 and known(axis).is_axis:
        d[arrays] = np.split(d[z], [np.shape(arrays[0])[axis]], axis=axis)
    elif known(arrays).count and known(axis).value == 0:
        ends = np.cumsum([len(arrays[i]) for i in range(known(arrays).count - 1)])
        d[arrays] = np.split(d[z], ends)
    elif known(arrays).count and known(axis).is_axis:
        ends = np.cumsum([np.shape(arrays[i])[axis] for i in range(known(arrays).count - 1)])
        d[arrays] = np.split(d[z], ends, axis=axis)
    else:
        d[arrays] = split_like(d[z], arrays, axis)


@adjoint(np.stack, linear="arrays", result=layouts.stacked, sample=lambda r: [
    call([r(3), r(3)]), call([r(2, 3), r(2, 3)], axis=1), call([r(3), r(3), r(3)], -1),
    call((r(), r())),
    program("rows = [x, x * x]\nreturn np.sum(np.stack(rows) ** 2)", x=r(3)),
])  # fmt: skip
def stack(z, arrays, axis=0):
    whole = d[z] if known(axis).value == 0 else np.moveaxis(d[z], axis, 0)
    d[arrays] = whole if known(arrays).is_display else list(whole)


@adjoint(np.vstack, getattr(np, "row_stack", None), linear="tup",
         result=layouts.joined(2), sample=lambda r: [
    call([r(3), r(3)]), call([r(2, 3), r(1, 3)]), call([r(2, 3), r(3)]), call((r(), r())),
])  # fmt: skip
def vstack(z, tup):
    if known(tup).ranks == {1}:
        d[tup] = list(d[z])
    elif known(tup).ranks == {2} and known(tup).count == 2:
        d[tup] = np.split(d[z], [len(tup[0])])
    else:
        d[tup] = split_joined(d[z], tup, np.vstack)


@adjoint(np.hstack, linear="tup", result=layouts.joined(1), sample=lambda r: [
    call([r(3), r(2)]), call([r(2, 3), r(2, 1)]), call([r(), r(3)]), call((r(2), r(3), r(1))),
])  # fmt: skip
def hstack(z, tup):
    if known(tup).ranks == {1} and known(tup).count == 2:
        d[tup] = np.split(d[z], [len(tup[0])])
    elif known(tup).ranks == {2} and known(tup).count == 2:
        d[tup] = np.split(d[z], [tup[0].shape[1]], axis=1)
    else:
        d[tup] = split_joined(d[z], tup, np.hstack)


@adjoint(np.dstack, linear="tup", result=layouts.joined(3), sample=lambda r: [
    call([r(3), r(3)]), call([r(2, 3), r(2, 3)]), call([r(2, 3, 1), r(2, 3, 2)]),
])  # fmt: skip
def dstack(z, tup):
    d[tup] = split_joined(d[z], tup, np.dstack)


@adjoint(np.column_stack, linear="tup", result=layouts.joined(2), sample=lambda r: [
    call([r(3), r(3)]), call([r(3, 2), r(3)]), call((r(3), r(3, 2), r(3))),
])  # fmt: skip
def column_stack(z, tup):
    if known(tup).ranks == {1}:
        d[tup] = list(d[z].T)
    else:
        d[tup] = split_joined(d[z], tup, np.column_stack)


unsupported(np.block, "use np.concatenate or np.stack along the axes")


@adjoint(np.append, linear=("arr", "values"), result=results.array_of_floats, sample=lambda r: [
    call(r(3), r(2)), call(r(3), r()), call(r(2, 3), r(1, 3), axis=0), call(r(2, 3), r(2, 1), 1),
    call(r(2, 2), r(3)),
])  # fmt: skip
def append(z, arr, values, axis=None):
    parts = split_like(d[z], (arr, values), axis)
    d[arr] = parts[0]
    d[values] = parts[1]
