"""Classes of the user's: what Python asks their objects for behind the scenes."""

import math

import numpy as np

from ..table import row


class Sequence:
    def __init__(self, items):
        self.items = list(items)

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]

    def __contains__(self, v):
        return v in self.items

    def append(self, v):
        self.items.append(v)


class Powers:
    def __init__(self, a, n):
        self.a, self.n = a, n

    def __iter__(self):
        v = self.a
        for _ in range(self.n):
            yield v
            v = v * self.a


class Counter:
    def __init__(self, a, n):
        self.a, self.n, self.i = a, n, 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.a * self.i


class Track:
    def __init__(self, s):
        self.s, self.total = s, 0.0

    def __enter__(self):
        self.total = self.total + self.s
        return self

    def __exit__(self, *exc):
        self.total = self.total * 2
        return False


class Flag:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        return bool(self.v > 1.0)


class Pair:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b

    def __add__(self, o):
        if isinstance(o, Pair):
            return Pair(self.a + o.a, self.b + o.b)
        return Pair(self.a + o, self.b + o)

    __radd__ = __add__

    def __sub__(self, o):
        return Pair(self.a - o.a, self.b - o.b)

    def __rsub__(self, o):
        return Pair(o - self.a, o - self.b)

    def __mul__(self, o):
        if isinstance(o, Pair):
            return self.a * o.a + self.b * o.b
        return Pair(self.a * o, self.b * o)

    def __rmul__(self, o):
        return Pair(self.a * o, self.b * o)

    def __rtruediv__(self, k):
        return Pair(k / self.a, k / self.b)

    def __pow__(self, k):
        return Pair(self.a**k, self.b**k)

    def __neg__(self):
        return Pair(-self.a, -self.b)

    def __pos__(self):
        return self

    def __abs__(self):
        return math.sqrt(self.a**2 + self.b**2)

    def __eq__(self, o):
        return self.a == o.a and self.b == o.b

    def __lt__(self, o):
        return abs(self) < abs(o)

    def __gt__(self, o):
        return abs(self) > abs(o)

    def __float__(self):
        return float(self.a)

    def __matmul__(self, o):
        return self.a * o.b - self.b * o.a

    def __mod__(self, k):
        return Pair(self.a % k, self.b % k)


class Signal:
    __array_priority__ = 1000

    def __init__(self, d):
        self.d = d

    def __add__(self, o):
        return Signal(self.d + (o.d if isinstance(o, Signal) else o))

    __radd__ = __add__

    def __rmul__(self, o):
        return Signal(o * self.d)

    def __iadd__(self, o):
        self.d += o
        return self

    def __imul__(self, o):
        self.d = self.d * o
        return self

    def __setitem__(self, i, v):
        self.d[i] = v

    def __getitem__(self, i):
        return self.d[i]

    def sum(self):
        return np.sum(self.d)


iteration = row("objects: __iter__, __len__, __contains__, __getitem__")


@iteration
def gone_through_by_loops(x):
    s = Sequence([x[0], x[1] * 2])
    t = 0.0
    for v in s:
        t += v**2 * len(s)
    for i, v in enumerate(s):
        t += (i + 1) * v**2
    return t + sum(a * b for a, b in zip(s, Sequence([x[1], x[2]])))


@iteration
def gone_through_by_functions(x):
    s = Sequence([x[0], x[1] * 2])
    a, b = s
    return a * b**2 + sum(v**2 for v in s) + np.sum(np.array(list(s)) ** 2)


@iteration
def generators_as_methods(x):
    t = sum(Powers(x[1], 3))
    for v in Powers(x[0], 3):
        t += v * x[1]
    return t


@iteration
def membership(x):
    s = Sequence([1.0, 2.0])
    s.append(x[0])
    if 2.0 in s and 3.0 not in s:
        return x[0] * s[2]
    return x[1]


@iteration.refused
def iterator_of_a_class(x):
    t = 0.0
    for v in Counter(x[0], 3):
        t += v**2
    return t


truth = row("objects: __bool__, __len__ in tests, __enter__/__exit__")


@truth
def asked_whether_true(x):
    f, g = Flag(x[0]), Flag(x[1])
    s = f.v**2 if not g else 1.0
    if f:
        s += f.v
    return s + (f.v if f and g else g.v)


@truth
def empty_or_not(x):
    s = Sequence([x[0]])
    y = x[1] if s else 0.0
    while s.items:
        y = y * s.items.pop()
    if s:
        return y
    return y**2


@truth
def entered_and_left(x):
    t = Track(x[0])
    with t as u:
        y = u.total * x[1]
    with Track(x[0] ** 2) as v:
        y = y + v.total * x[1]
    return y * t.total + v.total


operators = row("objects: operators, reflected, in place, compared, summed, sorted")


@operators
def arithmetic(x):
    v, w = Pair(x[0], x[1]), Pair(x[1], x[2])
    s = v * w + abs(v - w) + (2.0 * v).a + (1.0 / v).a + (v**2).b + (-v).a + (+v).b
    return s + (1.0 - v).a * (v @ w) + (v % 1.0).a + float(v) ** 2 + (x[2] * v).b


@operators
def summed(x):
    vs = [Pair(a, a**2) for a in x]
    t = sum(vs, Pair(0.0, 0.0))
    return t * t + sum(vs).a


@operators
def compared(x):
    v, w = Pair(x[0], x[1]), Pair(x[1], x[2])
    m = v if v > w else w
    if v == w:
        return v.a
    if v != w:
        m = m + 1.0
    return m.a * m.b


@operators
def ordered(x):
    vs = [Pair(a, a**2) for a in x]
    s, t = sorted(vs), sorted(vs, key=abs)
    return s[0].a * s[1].b ** 2 + t[2].a + max(vs).a * min(vs, key=lambda v: v.b).b


@operators
def with_arrays(x):
    a = Signal(x.copy())
    c = np.arange(3.0) * (np.ones(3) + a)
    c += 2.0
    c *= x
    return c.sum() * a[0]


@operators
def written_by_slices(x):
    a = Signal(np.zeros(3))
    for i in range(3):
        a[i] = x[i] ** 2
    a[0] += x[1]
    a[1:] = a[1:] * 2
    return a.sum() + np.sum(a[::2])
