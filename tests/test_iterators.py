"""What zip, enumerate, map, filter and reversed give, as values and in loops."""

# ruff: noqa: B905, C417, E741

import itertools
import math

import numpy as np

from tests.listed import Listed

X = np.array([0.7, -1.3, 0.4])
program = Listed()


@program(X)
def list_of_pairs(x):
    # IndexError in the compiler: a tuple that goes into a list.
    l = [(a, b) for a, b in zip(x, x[1:])]
    s = 1.0
    for a, b in l:
        s = s * a + b
    return s


@program(X)
def tuple_appended(x):
    l = []
    for i in range(3):
        l.append((x[i], x[i] * x[0]))
    return l[1][1] * l[2][0]


@program(X)
def enumerate_with_start(x):
    # A keyword was not understood.
    s = 0.0
    for i, (a, b) in enumerate(zip(x, x[::-1]), start=1):
        s += i * a * b
    return s


@program(X)
def backwards(x):
    s = 1.0
    for a, b in reversed(list(zip(x, x[1:]))):
        s = s * a + b
    for i in reversed(range(3)):
        s = s * x[i]
    for v in reversed(x):
        s = s + v * v
    return s


@program(X)
def as_values(x):
    l = list(enumerate(x))
    t = tuple(zip(x, x))
    d = dict(zip("abc", x))
    e = dict(enumerate(x))
    return l[1][1] * t[0][1] * d["c"] + e[2] * l[2][0]


@program(X)
def triples(x):
    l = [(i, a, b) for i, (a, b) in enumerate(zip(x, x * 2), 1)]
    return sum((i * a * b for i, a, b in l))


@program(X)
def sliced_enumerate(x):
    for i, v in list(enumerate(x, 2))[1:]:
        x = x * v * i
    return np.sum(x)


@program(X)
def columns_of_pairs(x):
    pts = [(v, v * v) for v in x]
    a, b = zip(*pts)
    return sum(a) * sum(b)


@program(X)
def dict_of_zip(x):
    d = dict(zip(["a", "b"], [x * 2, x]))
    return np.sum(d["a"] * d["b"])


@program(X)
def zip_of_a_display(x):
    s = 0.0
    for a, b, c in zip(*[x, x * 2, x**2]):
        s = s + a * b * c
    return s


@program(X)
def map_and_filter_in_variables(x):
    m = map(lambda a, b: a * b, x, x[::-1])
    f = filter(lambda a: a > 0, x)
    return sum(m) + sum(f)


@program(X)
def map_of_a_function(x):
    m = list(map(math.sin, x))
    return m[0] * m[1] + max(*m) + min(m[0], *x[1:])


@program(X)
def sums_of_generators(x):
    return sum((a * b for a, b in zip(x[:-1], x[1:]))) + sum(
        (x[i] * w for i, w in enumerate([1.0, 2.0, 3.0]))
    )


@program(X)
def sorted_zip(x):
    pairs = sorted(zip(x, [3, 2, 1]))
    return pairs[0][0] * pairs[0][1] + pairs[2][0]


@program(X)
def reduced_map(x):
    return sum(map(lambda v: v * v, x)) * max(map(abs, x))


@program(X)
def reversed_lists(x):
    r = list(reversed(x))
    q = list(x)[::-1]
    t = tuple(x) + tuple(q)
    l = list(x)
    l[0], l[-1] = (l[-1], l[0])
    return r[0] * q[1] * t[4] + l[0] * l[1]


@program(X)
def starred_max(p):
    return max(*p) * min(*p[:2]) + max(0.1, *p)


@program(X)
def columns_of_a_display(p):
    z = list(zip(*[p, p * 2, p**2]))
    return sum((a * b * c for a, b, c in z))


@program(X)
def columns_unpacked(p):
    a, b = zip(*[(p[0], p[1]), (p[1], p[2])])
    return a[0] * a[1] + b[0] * b[1]


@program(X)
def endless_in_a_variable(x):
    weights = itertools.cycle([1.0, 2.0])
    s = x[0]
    for r, w in zip([0.5, 5.0, 2.0], weights):
        s = s * w + r * s * x[1]
    return s


@program(X)
def endless_beside_an_array(x):
    s = 1.0
    for v, kind in zip(x, itertools.cycle("ab")):
        s = s * v if kind == "a" else s * s + v
    return s


@program(X)
def iterator_under_two_names(x):
    first = iter([1.0, 2.0, 3.0])
    second = first
    s = x[0]
    for k in second:
        s = s * k + s * s * x[1]
    return s


def loaded():
    return iter([1.0, 2.0, 3.0])


@program(X)
def iterator_of_a_callee(x):
    s = x[0]
    batches = loaded()
    for k, b in enumerate(batches):
        s = s * b * x[1] + s * s * k
    return s


@program(X, {1.0, 2.0})
def set_as_argument(x, scales):
    t = x[0]
    for s in scales:
        t = t * x[1] * s
    return t


test_reverse, test_forward = program.tests()
