"""Parts of adjoints of decompositions and powers of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def lower_half(matrix: Any) -> Any:
    """The lower triangle with half of the diagonal: half of a symmetric matrix, so to say."""
    matrix = np.asarray(matrix)
    weights = np.tri(matrix.shape[-1], dtype=matrix.dtype)
    np.fill_diagonal(weights, 0.5)
    return matrix * weights


# NumPy takes b for a vector if it has one axis, and for a stack of matrices otherwise.


def solve_stacked(a: Any, b: Any, like: Any) -> Any:
    """`np.linalg.solve(a, b)` for vectors b if `like` is one, else for matrices."""
    return np.linalg.solve(a, b[..., None])[..., 0] if np.ndim(like) == 1 else np.linalg.solve(a, b)


def matmul_stacked(a: Any, x: Any, like: Any) -> Any:
    """`a @ x` for vectors x if `like` is one, else for matrices."""
    return (a @ x[..., None])[..., 0] if np.ndim(like) == 1 else a @ x


def solve_adjoint_matrix(w: Any, x: Any, like: Any) -> Any:
    """The adjoint of a in `x = np.linalg.solve(a, b)`, with w that of b and b like `like`."""
    if np.ndim(like) == 1:
        return -w[..., :, None] * x[..., None, :]
    return -w @ np.swapaxes(x, -1, -2)


def matrix_power_adjoint(bz: Any, a: Any, n: int) -> Any:
    """The adjoint of a in `np.linalg.matrix_power(a, n)`."""
    if n < 0:
        inverse = np.linalg.inv(a)
        turned = np.swapaxes(inverse, -1, -2)
        return -turned @ matrix_power_adjoint(bz, inverse, -n) @ turned
    turned = np.swapaxes(a, -1, -2)
    total = np.zeros_like(a)
    left, right = bz, [np.zeros_like(a) + np.eye(np.shape(a)[-1], dtype=np.asarray(a).dtype)]
    for _ in range(n - 1):
        right.append(right[-1] @ turned)
    for power in reversed(right[:n]):
        total = total + left @ power
        left = turned @ left
    return total


def multi_dot_adjoint(bz: Any, arrays: Sequence[Any]) -> list[Any]:
    """The adjoints of the factors of `np.linalg.multi_dot(arrays)`."""
    factors = [np.asarray(a) for a in arrays]
    first, last = factors[0].ndim == 1, factors[-1].ndim == 1
    factors[0] = factors[0][None, :] if first else factors[0]
    factors[-1] = factors[-1][:, None] if last else factors[-1]
    bz = np.reshape(bz, (factors[0].shape[0], factors[-1].shape[1]))
    ahead = [np.eye(factors[0].shape[0], dtype=factors[0].dtype)]
    for factor in factors[:-1]:
        ahead.append(ahead[-1] @ factor)
    found: list[Any] = []
    for factor, before, like in zip(factors[::-1], ahead[::-1], arrays[::-1], strict=True):
        found.insert(0, np.reshape(before.T @ bz, np.shape(like)))
        bz = bz @ factor.T
    return found


def multi_dot_tangent(changes: Sequence[Any], arrays: Sequence[Any]) -> Any:
    """The derivative of `np.linalg.multi_dot(arrays)` along changes of the factors."""
    total: Any = 0.0
    for place, change in enumerate(changes):
        total = total + np.linalg.multi_dot([*arrays[:place], change, *arrays[place + 1 :]])
    return total


def matrix_power_tangent(da: Any, a: Any, n: int) -> Any:
    """The derivative of `np.linalg.matrix_power(a, n)` along da."""
    if n < 0:
        inverse = np.linalg.inv(a)
        return matrix_power_tangent(-inverse @ da @ inverse, inverse, -n)
    total, power = np.zeros_like(a), np.linalg.matrix_power(a, 0)
    for _ in range(n):
        total, power = total @ a + power @ da, power @ a
    return total
