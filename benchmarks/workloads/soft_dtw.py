"""Soft dynamic time warping: a table filled element by element in two nested loops.

The shift by `low` cancels in the derivative. The three weights of a cell are saved, because an
exponential of a scalar costs ten times as much as a place in a list.
(Cuturi & Blondel, Soft-DTW: a differentiable loss function for time series, 2017, algorithm 2.)
"""
import numpy as np

WRT = ("x", "y")
KIND = "scalar"
SIZES = {
    "tiny": {"rows": 4, "columns": 4},
    "medium": {"rows": 16, "columns": 16},
    "large": {"rows": 80, "columns": 80},
}
SHAPES_TOLD = True


def soft_dtw(x: np.ndarray, y: np.ndarray, gamma: float) -> float:
    table = np.full((len(x) + 1, len(y) + 1), 1e10)
    table[0, 0] = 0.0
    for i in range(len(x)):
        for j in range(len(y)):
            above, left, corner = table[i, j + 1], table[i + 1, j], table[i, j]
            low = min(above, left, corner)
            total = (
                np.exp((low - above) / gamma)
                + np.exp((low - left) / gamma)
                + np.exp((low - corner) / gamma)
            )
            table[i + 1, j + 1] = (x[i] - y[j]) ** 2 + low - gamma * np.log(total)
    return table[len(x), len(y)]


def gradient(
    x: np.ndarray, y: np.ndarray, gamma: float, bresult: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    # Forward pass
    table = np.full((len(x) + 1, len(y) + 1), 1e10)
    table[0, 0] = 0.0
    saved = []
    for i in range(len(x)):
        for j in range(len(y)):
            above, left, corner = table[i, j + 1], table[i + 1, j], table[i, j]
            low = min(above, left, corner)
            up = np.exp((low - above) / gamma)
            side = np.exp((low - left) / gamma)
            diagonal = np.exp((low - corner) / gamma)
            total = up + side + diagonal
            difference = x[i] - y[j]
            saved.append((up, side, diagonal, total, difference))
            table[i + 1, j + 1] = difference**2 + low - gamma * np.log(total)
    # Backward pass
    bx = np.zeros_like(x)
    by = np.zeros_like(y)
    btable = np.zeros_like(table)
    btable[len(x), len(y)] = bresult
    for i in reversed(range(len(x))):
        for j in reversed(range(len(y))):
            up, side, diagonal, total, difference = saved.pop()
            bcell = btable[i + 1, j + 1]
            # table[i + 1, j + 1] = (x[i] - y[j]) ** 2 + low - gamma * np.log(total)
            bdifference = 2.0 * bcell * difference
            bx[i] += bdifference
            by[j] -= bdifference
            share = bcell / total
            # above, left, corner = table[i, j + 1], table[i + 1, j], table[i, j]
            btable[i, j + 1] += share * up
            btable[i + 1, j] += share * side
            # (the first contribution to this element)
            btable[i, j] = share * diagonal
    return bx, by


def autograd_version(x: np.ndarray, y: np.ndarray, gamma: float) -> float:
    # Array assignment is refused: rows of Python lists take the place of the table.
    import autograd.numpy as anp

    row = [0.0] + [1e10] * len(y)
    for i in range(len(x)):
        previous, row = row, [1e10]
        for j in range(len(y)):
            above, left, corner = previous[j + 1], row[j], previous[j]
            low = min(above, left, corner)
            total = (
                anp.exp((low - above) / gamma)
                + anp.exp((low - left) / gamma)
                + anp.exp((low - corner) / gamma)
            )
            row.append((x[i] - y[j]) ** 2 + low - gamma * anp.log(total))
    return row[len(y)]


def make(rng: np.random.Generator, rows: int, columns: int) -> tuple:
    return rng.normal(size=rows), rng.normal(size=columns), 0.5
