"""Calls that unpack arrays, lists and dicts: the callee tells how many values there are."""

# ruff: noqa: B007, B905, C408, E731

import numpy as np

from tests.listed import Listed

X = np.array([0.7, -1.3, 0.4])
program = Listed()


def model(t, a, b, c):
    return a * np.exp(-b * t) + c


T = np.linspace(0, 1, 4)


Y = T * 2


def model2(t, a, b=2.0, c=1.0):
    return a * np.exp(-b * t) + c


def model3(t, *p):
    return p[0] * np.exp(-p[1] * t) + sum(p[2:])


def model4(t, a, *p):
    return a * np.exp(-p[0] * t) + p[1]


def opt(f, p, t):
    return f(t, *p)


def opt2(f, *p):
    return f(*p)


@program(X, T, Y)
def array(p, t, y):
    # Refused, as all calls here that unpack something of unknown length.
    r = y - model(t, *p)
    return r @ r


@program(X, T, Y)
def array_and_defaults(p, t, y):
    r = y - model2(t, *p)
    return r @ r


@program(X, T, Y)
def all_in_args(p, t, y):
    r = y - model3(t, *p)
    return r @ r


@program(X, T, Y)
def first_and_the_rest(p, t, y):
    r = y - model4(t, *p)
    return r @ r


@program(X, T, Y)
def rest_of_an_array(p, t, y):
    r = y - model4(t, p[0], *p[1:])
    return r @ r


@program(X, T, Y)
def slice_and_keyword(p, t, y):
    r = y - model(t, *p[:2], c=p[2])
    return r @ r


@program(X, T, Y)
def array_in_a_variable(p, t, y):
    q = np.exp(p)
    r = y - model(t, *q)
    return r @ r


@program(X, T, Y)
def expression(p, t, y):
    r = y - model(t, *np.exp(p))
    return r @ r


@program(X, T, Y)
def list_in_a_loop(p, t, y):
    q = [v * 2 for v in p]
    s = 0.0
    for i in range(3):
        s = s + np.sum(model(t, *q) - y) ** 2
    return s


@program(X, T, Y)
def list_in_a_generator(p, t, y):
    q = list(p)
    return sum(((model(ti, *q) - yi) ** 2 for ti, yi in zip(t, y)))


@program(X, T, Y)
def item_and_rest(p, t, y):
    r = y - model3(t, p[0] * 2, *p[1:])
    return r @ r


@program(X, T, Y)
def two_slices(p, t, y):
    r = y - model3(t, *p[:1], *p[1:])
    return r @ r


@program(X, T, Y)
def dict_that_grew(p, t, y):
    d = {"a": p[0], "b": p[1]}
    d["c"] = p[2]
    r = y - model(t, **d)
    return r @ r


@program(X, T, Y)
def dict_and_keyword(p, t, y):
    d = {"a": p[0], "b": p[1]}
    r = y - model(t, **d, c=p[2])
    return r @ r


@program(X, T, Y)
def updated_dict(p, t, y):
    k = dict(b=p[1], c=p[0])
    k.update(c=p[2])
    r = y - model(t, p[0], **k)
    return r @ r


@program(X, T, Y)
def function_argument(p, t, y):
    return np.sum(opt(model, p, t) ** 2)


@program(X, T, Y)
def function_and_array(p, t, y):
    return np.sum(opt2(model, t, *p) ** 2)


@program(X, T, Y)
def handed_on(p, t, y):
    return np.sum(opt2(model, t, p[0], p[1], p[2]) ** 2)


@program(X)
def local_function(p):

    def g(a, b, c):
        return a * b + c * p[0]

    return g(*p)


@program(X)
def lambda_and_reversed(p):
    f = lambda a, b, c: a * b + c
    return f(*p) + f(*p[::-1])


@program(X)
def recursion_with_args(p):

    def rec(n, *a):
        return a[0] * a[-1] if n == 0 else rec(n - 1, *a) * a[1]

    return rec(2, *p)


@program(X)
def recursion_with_a_list(p):

    def rec(n, a, b, c):
        return a * b if n == 0 else rec(n - 1, *[b, c, a]) * a

    return rec(2, *p)


@program(X)
def in_displays(p):
    return np.sum(np.stack([*p, *p[1:]]) ** 2) + np.sum(np.array([*p, 1.0]) ** 2)


test_reverse, test_forward = program.tests()
