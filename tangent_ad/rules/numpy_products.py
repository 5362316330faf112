"""NumPy's products."""

import numpy as np

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, known
from tangent_ad.runtime.products import dot_adjoint_left, dot_adjoint_right


@adjoint(np.dot, np.ndarray.dot, result=results.product)
def dot(z, x, y):
    if known(x).rank == 2 and known(y).rank == 2:
        d[x] = np.dot(d[z], y.T)
        d[y] = np.dot(x.T, d[z])
    elif known(x).rank == 2 and known(y).rank == 1:
        d[x] = np.outer(d[z], y)
        d[y] = np.dot(x.T, d[z])
    elif known(x).rank == 1 and known(y).rank == 2:
        d[x] = np.dot(y, d[z])
        d[y] = np.outer(x, d[z])
    elif known(x).rank == 1 and known(y).rank == 1:
        d[x] = d[z] * y
        d[y] = d[z] * x
    else:
        d[x] = dot_adjoint_left(d[z], x, y)
        d[y] = dot_adjoint_right(d[z], x, y)


@dot.tangent
def dot(z, x, y):
    d[z] = np.dot(d[x], y) + np.dot(x, d[y])


@adjoint(np.outer, result=results.outer)
def outer(z, x, y):
    if known(x).rank == 1 and known(y).rank == 1:
        d[x] = np.dot(d[z], y)
        d[y] = np.dot(x, d[z])
    else:
        d[x] = np.reshape(np.dot(d[z], np.ravel(y)), np.shape(x))
        d[y] = np.reshape(np.dot(np.ravel(x), d[z]), np.shape(y))


@outer.tangent
def outer(z, x, y):
    d[z] = np.outer(d[x], y) + np.outer(x, d[y])
