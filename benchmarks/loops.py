"""Small loops over the elements of arrays and lists, for `benchmarks.scaling`.

Each of them turns quadratic in a tool that copies an array, or makes a fresh one, at every read or
write of an element.
"""

import numpy as np


def read_elements(x: np.ndarray) -> float:
    total = 0.0
    for i in range(1, len(x)):
        total = total + x[i] * x[i - 1]
    return total


def read_while(x: np.ndarray) -> float:
    total = 0.0
    i = 0
    while i < len(x):
        total = total + x[i] * x[i]
        i = i + 1
    return total


def read_rows(rows: np.ndarray) -> float:
    total = 0.0
    for i in range(len(rows)):
        total = total + np.sum(rows[i] * rows[i])
    return total


def iterate(x: np.ndarray) -> float:
    total = 0.0
    for value in x:
        total = total + value * value
    return total


def write_elements(scale: float, x: np.ndarray) -> float:
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = scale * x[i]
    return np.sum(y * y)


def update_elements(x: np.ndarray) -> float:
    y = x.copy()
    for i in range(1, len(y)):
        y[i] += 0.5 * y[i - 1]
    return np.sum(y * y)


def append_elements(x: np.ndarray) -> float:
    squares = []
    for i in range(len(x)):
        squares.append(x[i] * x[i])
    total = 0.0
    for square in squares:
        total = total + square * square
    return total
