"""Parts of adjoints of decompositions and powers of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np


def lower_half(matrix: Any) -> Any:
    """The lower triangle with half of the diagonal: half of a symmetric matrix, so to say."""
    matrix = np.asarray(matrix)
    weights = np.tri(matrix.shape[-1], dtype=matrix.dtype)
    weights.ravel()[:: len(weights) + 1] = 0.5
    return matrix * weights


def power_along(change: Any, a: Any, n: int) -> Any:
    """The derivative of `np.linalg.matrix_power(a, n)` along a change of a: the sum of
    `a^i @ change @ a^(n - 1 - i)`. With the transpose of a it is the adjoint as well."""
    if n < 0:
        inverse = np.linalg.inv(a)
        return -power_along(inverse @ change @ inverse, inverse, -n)
    total = np.zeros_like(change)
    for _ in range(n):
        total = total @ a + change
        change = a @ change
    return total
