"""NumPy's functions that split, tile and rearrange arrays: the second half of the chapter "Array
manipulation" of its manual."""

import numpy as np

from tangent_ad.analysis import layouts, results
from tangent_ad.rules.notation import adjoint, d, known, unsupported
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.indexing import add_taken
from tangent_ad.runtime.manipulation import pad_adjoint, repeat_adjoint, tile_adjoint

# ---- splitting -----------------------------------------------------------------------------


@adjoint(np.split, linear="ary",
         result=layouts.split_evenly, fresh=False, sample=lambda r: [
    call(r(4), 2), call(r(5), [2]), call(r(4, 3), [1, 3]), call(r(2, 4), 2, axis=1),
    program("parts = np.split(x, 3)\nreturn np.sum(parts[0] * parts[2])", x=r(6)),
])  # fmt: skip
def split(z, ary, indices_or_sections, axis=0):
    if known(axis).value == 0:
        d[ary] = np.concatenate(d[z])
    else:
        d[ary] = np.concatenate(d[z], axis)


@adjoint(np.array_split, linear="ary", result=layouts.split, fresh=False, sample=lambda r: [
    call(r(4), 2), call(r(5), 2), call(r(4, 3), [1, 3]), call(r(2, 5), 2, axis=1),
])  # fmt: skip
def array_split(z, ary, indices_or_sections, axis=0):
    if known(axis).value == 0:
        d[ary] = np.concatenate(d[z])
    else:
        d[ary] = np.concatenate(d[z], axis)


@adjoint(np.vsplit, linear="ary", result=layouts.split, fresh=False, sample=lambda r: [
    call(r(4, 2), 2), call(r(4, 2), [1]),
])  # fmt: skip
def vsplit(z, ary, indices_or_sections):
    d[ary] = np.concatenate(d[z])


@adjoint(np.hsplit, linear="ary", result=layouts.split, fresh=False, sample=lambda r: [
    call(r(2, 4), 2), call(r(2, 4), [1]), call(r(4), 2),
])  # fmt: skip
def hsplit(z, ary, indices_or_sections):
    d[ary] = np.hstack(d[z])


@adjoint(np.dsplit, linear="ary", result=layouts.split, fresh=False, sample=lambda r: [
    call(r(2, 1, 4), 2), call(r(1, 2, 4), [1]),
])  # fmt: skip
def dsplit(z, ary, indices_or_sections):
    d[ary] = np.concatenate(d[z], 2)


@adjoint(getattr(np, "unstack", None), linear="x",
         result=layouts.unstacked, fresh=False, sample=lambda r: [
    call(r(2, 3)), call(r(2, 3), axis=1),
])  # fmt: skip
def unstack(z, x, *, axis=0):
    d[x] = np.stack(d[z], axis)


# ---- tiling --------------------------------------------------------------------------------


@adjoint(np.tile, linear="A", result=results.array_of_floats, sample=lambda r: [
    call(r(3), 2), call(r(2, 3), (2, 1)), call(r(3), (2, 2)), call(r(2, 3), 2), call(r(), 3),
])  # fmt: skip
def tile(y, A, reps):  # noqa: N803 - NumPy's name
    if known(A).rank == 1 and known(reps).is_scalar:
        d[A] = np.sum(d[y].reshape(reps, len(A)), axis=0)
    else:
        d[A] = tile_adjoint(d[y], A, reps)


@adjoint(np.repeat, np.ndarray.repeat, linear="a", result=layouts.repeated, sample=lambda r: [
    call(r(3), 2), call(r(2, 3), 2), call(r(2, 3), 2, axis=1), call(r(3), np.array([1, 0, 2])),
    call(r(2, 3), [2, 1], 0),
])  # fmt: skip
def repeat(y, a, repeats, axis=None):
    if known(a).rank == 1 and known(repeats).is_scalar:
        d[a] = np.sum(d[y].reshape(len(a), repeats), axis=1)
    else:
        d[a] = repeat_adjoint(d[y], a, repeats, axis)


# ---- adding and removing elements ----------------------------------------------------------


@adjoint(np.delete, linear="arr", result=results.array_of_floats, sample=lambda r: [
    call(r(4), 1), call(r(4), [0, 2]), call(r(3, 3), 1, axis=0), call(r(2, 3), 1, 1),
])  # fmt: skip
def delete(y, arr, obj, axis=None):
    kept = np.delete(np.arange(arr.size).reshape(arr.shape), obj, axis)
    add_taken(d[arr], kept, None, d[y])


unsupported(np.insert, "use np.concatenate with the parts before and behind")
unsupported(np.resize, "use np.tile or np.pad")
unsupported(np.trim_zeros, "the length of its result depends on the values; use a slice")
unsupported(np.unique, "the order of its result depends on the values; use np.sort")


@adjoint(np.pad, result=layouts.same_rank("array"), sample=lambda r: [
    call(r(3), 1), call(r(3), (1, 2)), call(r(2, 3), 1), call(r(2, 3), ((1, 0), (2, 1))),
    call(r(3), 2, mode="edge"), call(r(4), 2, "reflect"), call(r(4), (1, 2), "wrap"),
    call(r(2, 3), 1, "symmetric"), call(r(3), 1, constant_values=2.0),
])  # fmt: skip
def pad(y, array, pad_width, mode="constant", *, constant_values=0):
    if known(mode).value in ("constant", "edge", "reflect", "symmetric", "wrap"):
        if known(mode).value == "constant" and known(array).rank == 1 and known(pad_width).is_axis:
            d[array] = d[y][pad_width:-pad_width]
        else:
            d[array] = pad_adjoint(d[y], array, pad_width, mode)


@pad.tangent
def pad(y, array, pad_width, mode="constant", *, constant_values=0):
    if known(mode).value == "constant":
        d[y] = np.pad(d[array], pad_width)
    elif known(mode).value in ("edge", "reflect", "symmetric", "wrap"):
        d[y] = np.pad(d[array], pad_width, mode)


# ---- rearranging elements ------------------------------------------------------------------


@adjoint(np.flip, linear="m", result=results.array_like("m"), fresh=False, sample=lambda r: [
    call(r(3)), call(r(2, 3)), call(r(2, 3), axis=1), call(r(2, 3), (0, 1)),
])  # fmt: skip
def flip(y, m, axis=None):
    d[m] = np.flip(d[y], axis=axis)


@adjoint(np.fliplr, linear="m",
         result=results.array_like("m"), fresh=False, sample=lambda r: [call(r(2, 3))])
def fliplr(y, m):
    d[m] = np.fliplr(d[y])


@adjoint(np.flipud, linear="m",
         result=results.array_like("m"), fresh=False, sample=lambda r: [call(r(2, 3))])
def flipud(y, m):
    d[m] = np.flipud(d[y])


@adjoint(np.roll, linear="a", result=results.array_like("a"), sample=lambda r: [
    call(r(4), 1), call(r(2, 3), -1), call(r(2, 3), 1, axis=1), call(r(2, 3), (1, 2), axis=(0, 1)),
])  # fmt: skip
def roll(y, a, shift, axis=None):
    if known(shift).is_scalar:
        d[a] = np.roll(d[y], -shift, axis=axis)
    else:
        d[a] = np.roll(d[y], np.negative(shift), axis=axis)


@adjoint(np.rot90, linear="m", result=layouts.same_rank("m"), fresh=False, sample=lambda r: [
    call(r(2, 3)), call(r(2, 3), 2), call(r(2, 3), k=-1), call(r(2, 3, 2), 1, (1, 2)),
])  # fmt: skip
def rot90(y, m, k=1, axes=(0, 1)):
    d[m] = np.rot90(d[y], -k, axes)
