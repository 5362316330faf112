"""NumPy's functions that make arrays and change their shape."""

import numpy as np

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, zero

zero(np.zeros, np.ones, np.empty, parameters=("shape", "dtype"), result=results.filled)
zero(np.zeros_like, np.ones_like, np.empty_like, result=results.filled_like)
zero(np.eye, np.identity)
zero(np.arange)


@adjoint(np.transpose, np.ndarray.T, result=results.transposed, fresh=False)
def transpose(y, x):
    d[x] = d[y].T


@transpose.tangent
def transpose(y, x):
    d[y] = d[x].T


@adjoint(np.copy, np.ndarray.copy, result=results.same)
def copy(y, x):
    d[x] = d[y]


@copy.tangent
def copy(y, x):
    d[y] = d[x].copy()
