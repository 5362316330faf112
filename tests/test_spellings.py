"""Other ways of writing what NumPy has functions for, and tests that change something."""

import numpy as np

from tests.listed import Listed

X = np.array([0.7, -1.3, 0.4])
A = np.array([[0.3, 1.1, -0.2], [0.9, -0.5, 0.8]])
program = Listed()


def bump(y):
    y[0] = y[0] * 2
    return y[0]


@program(X)
def diff_append(x):
    return np.sum(np.diff(x, append=x[0] * 2) ** 2)


@program(X)
def diff_prepend(x):
    return np.sum(np.diff(x, prepend=0.0) ** 3)


@program(X)
def diff_both(x):
    return np.sum(np.diff(x, prepend=x[:2], append=0.5) ** 3)


@program(A)
def diff_axis(x):
    return np.sum(np.diff(x, axis=0, prepend=x[:1] * 2) ** 3)


@program(A)
def diff_axis1(x):
    return np.sum(np.diff(x, prepend=0.0) ** 3)


@program(X)
def acc_add(x):
    return np.sum(np.add.accumulate(x * x) ** 2)


@program(X)
def acc_mul(x):
    return np.sum(np.multiply.accumulate(x) ** 2)


@program(X)
def acc_max(x):
    return np.sum(np.maximum.accumulate(x) ** 2 * np.arange(3))


@program(X)
def red_add(x):
    return np.add.reduce(x * x)


@program(X)
def red_mul(x):
    return np.multiply.reduce(x * x)


@program(X)
def red_max(x):
    return np.maximum.reduce(x * x)


@program(A)
def red_add_ax(x):
    return (
        np.sum(np.add.reduce(x) ** 2)
        + np.sum(np.add.reduce(x, axis=1) ** 2)
        + np.add.reduce(x, axis=None) ** 2
    )


@program(A)
def red_max_ax(x):
    return np.sum(np.maximum.reduce(x) ** 2) + np.sum(
        np.minimum.reduce(x, axis=1, keepdims=True) ** 2
    )


@program(A)
def acc_add_ax(x):
    return np.sum(np.add.accumulate(x, axis=1) ** 2) + np.sum(np.add.accumulate(x) ** 3)


@program(A)
def acc_max_ax(x):
    return np.sum(np.maximum.accumulate(x, axis=1) ** 2) + np.sum(np.minimum.accumulate(x) ** 3)


@program(X)
def red_list(x):
    return np.maximum.reduce([x, x * x, x + 0.1])[0] + np.sum(np.add.reduce([x, x * x]))


@program(X)
def add_outer(x):
    return (
        np.sum(np.add.outer(x, x * x) ** 2)
        + np.sum(np.multiply.outer(x, x) ** 2)
        + np.sum(np.subtract.outer(x, x) ** 2)
    )


@program(X)
def bump_and(x):
    # Refused: the call stood in a test.
    y = x * x
    if x[0] > 0 and bump(y) > 0.1:
        return np.sum(y)
    return y[0]


@program(X)
def bump_and2(x):
    y = x * x
    if x[0] < 0 and bump(y) > 0.1:
        return np.sum(y)
    return y[0]


@program(X)
def bump_or(x):
    y = x * x
    if x[0] < 0 or bump(y) > 0.1:
        return np.sum(y)
    return y[0]


@program(X)
def bump_while(x):
    y = x * x
    while bump(y) < 3.0:
        y[1] = y[1] * y[0]
    return np.sum(y)


@program(X)
def bump_chain(x):
    y = x * x
    if 0.0 < bump(y) < 10.0:
        y[1] *= 2
    return np.sum(y)


@program(X)
def bump_ifexp(x):
    y = x * x
    z = bump(y) if x[0] > 0 else 1.0
    return z * np.sum(y)


test_reverse, test_forward = program.tests()
