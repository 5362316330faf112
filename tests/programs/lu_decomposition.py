"""The decomposition of a matrix that is kept in nested lists."""

import numpy as np


class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
        self.n = len(rows)

    def __getitem__(self, ij):
        i, j = ij
        return self.rows[i][j]

    def __setitem__(self, ij, v):
        i, j = ij
        self.rows[i][j] = v

    def lu(self):
        M = Matrix(self.rows)
        for k in range(self.n):
            for i in range(k + 1, self.n):
                M[i, k] = M[i, k] / M[k, k]
                for j in range(k + 1, self.n):
                    M[i, j] = M[i, j] - M[i, k] * M[k, j]
        return M

    def det(self):
        M = self.lu()
        d = 1.0
        for k in range(self.n):
            d *= M[k, k]
        return d


def lu_decomposition(p):
    return Matrix([[p[0], p[1], 0.2], [p[2], p[3], 0.1], [0.3, p[0], 4.0]]).det()


WRT = ("p",)


def example(rng):
    return (np.array([2.0, 1.0, 0.5, 3.0]),)
