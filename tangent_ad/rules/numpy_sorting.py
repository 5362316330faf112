"""NumPy's sorting and searching, in the order of the chapter "Sorting, searching, and counting" of its
manual. What a sort does to the places is not differentiated, what it does to the values is."""

import numpy as np

from tangent_ad.analysis import layouts, results
from tangent_ad.rules.notation import adjoint, d, known, unsupported, zero
from tangent_ad.rules.samples import call


@adjoint(np.sort, result=layouts.sorted_like, sample=lambda r: [
    call(r(4)), call(r(2, 3)), call(r(3, 2), axis=0), call(r(2, 3), 1), call(r(2, 3), None),
])  # fmt: skip
def sort(z, a, axis=-1):
    if known(a).rank == 1:
        d[a] = d[z][np.argsort(np.argsort(a))]
    elif known(axis).is_none:
        d[a] = np.reshape(d[z][np.argsort(np.argsort(a, None))], np.shape(a))
    else:
        d[a] = np.take_along_axis(d[z], np.argsort(np.argsort(a, axis), axis), axis)


@sort.tangent
def sort(z, a, axis=-1):
    if known(a).rank == 1:
        d[z] = d[a][np.argsort(a)]
    else:
        d[z] = np.take_along_axis(d[a], np.argsort(a, axis), axis)


unsupported(np.ndarray.sort, "use np.sort", effect=True)
unsupported(np.sort_complex, "use np.sort")
unsupported(np.partition, "use np.sort")
unsupported(np.ndarray.partition, "use np.sort", effect=True)

zero(np.argsort, np.ndarray.argsort, parameters=("a", "axis"), result=layouts.ordered)
zero(np.argpartition, np.ndarray.argpartition, np.lexsort, result=results.always(
    layouts.array(None, "int")))  # fmt: skip
