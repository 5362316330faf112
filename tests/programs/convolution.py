"""Convolution as a matrix product of patches, sliding_window_view or index arithmetic."""

import numpy as np


def im2col_indices(height, width, k, stride):
    rows = np.arange(0, height - k + 1, stride)
    cols = np.arange(0, width - k + 1, stride)
    di, dj = np.meshgrid(np.arange(k), np.arange(k), indexing="ij")
    r, c = np.meshgrid(rows, cols, indexing="ij")
    i = r.reshape(-1, 1) + di.reshape(1, -1)
    j = c.reshape(-1, 1) + dj.reshape(1, -1)
    return i, j


def convolution(x, filters, bias, stride=2):
    batch, height, width = x.shape
    n_filters, k, _ = filters.shape
    i, j = im2col_indices(height, width, k, stride)
    patches = x[:, i, j]
    out = patches @ filters.reshape(n_filters, -1).T + bias
    out = np.where(out > 0, out, 0.1 * out)
    return np.mean(np.sum(out, axis=1) ** 2)


WRT = ("x", "filters", "bias")


def example(rng):
    return rng.normal(size=(2, 5, 5)), rng.normal(size=(3, 3, 3)), rng.normal(size=3)
