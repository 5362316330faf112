"""Tuples whose elements have names."""

import math
from collections import namedtuple
from typing import NamedTuple

import numpy as np

from ..table import row

Point = namedtuple("Point", "x y")
Options = namedtuple("Options", ["rate", "steps", "decay"], defaults=(0.9,))
Result = namedtuple("Result", "value converged")
ORIGIN = Point(2.0, 3.0)


class State(NamedTuple):
    pos: float
    vel: float
    t: float = 0.0

    def energy(self):
        return 0.5 * self.vel**2 + 0.5 * self.pos**2

    @property
    def speed(self):
        return abs(self.vel)

    def step(self, dt):
        return self._replace(
            pos=self.pos + dt * self.vel, vel=self.vel - dt * self.pos, t=self.t + dt
        )

    @classmethod
    def start(cls, x):
        return cls(x, 2 * x)

    @staticmethod
    def unit():
        return State(1.0, 0.0)


class Vec(namedtuple("Vec", "x y")):
    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    __rmul__ = __mul__

    def dot(self, other):
        return self.x * other.x + self.y * other.y


fields = row("namedtuples: fields, positions, unpacking, iteration")


@fields
def by_field_and_by_place(x):
    p = Point(y=x[0], x=x[1] * x[2])
    a, b = p
    return p.x / p.y + p[0] * p[-1] ** 2 + a * b


@fields
def gone_through(x):
    p = Point(x[0], x[1] * x[2])
    s = 0.0
    for v in p:
        s = s + v**2
    return s + sum(p) * len(p) + sum(i * v for i, v in enumerate(p))


@fields
def given_to_functions(x):
    p = Point(x[0], x[1] * x[2])
    return math.hypot(*p) + np.sum(np.array(p) ** 2)


@fields
def in_another_one(x):
    p = Point(Point(x[0], x[1]), x[2])
    (a, b), c = p
    return a * b * c + p.x.y**2


@fields
def joined_and_cut(x):
    p = Point(x[0], x[1] * x[2]) + (x[2],)
    a, b = State(*p)[:2]
    return p[0] * p[1] * p[2] + a * b


@fields
def fields_by_name(x):
    p = Point(x[0], x[1] * x[2])
    s = 0.0
    for name in p._fields:
        s = s + getattr(p, name) ** 2
    return s


@fields
def listed(x):
    ps = [Point(a, a**2) for a in x]
    xs, ys = zip(*ps)
    ps.append(Point(x[0], x[1]))
    s = sum(p.x * p.y for p in ps) + sum(xs) * sum(ys)
    for i, (a, b) in enumerate(ps):
        s += i * a * b
    return s


@fields
def sorted_by_a_field(x):
    ps = sorted([Point(a, np.sin(a)) for a in x], key=lambda p: p.x)
    top = max(ps, key=lambda p: p.y)
    first, *rest = ps
    return ps[0].x * ps[2].y + top.x * top.y + first.x + sum(r.y for r in rest)


@fields
def compared(x):
    p = Point(x[0], x[1])
    if p == Point(x[0], x[1]) and isinstance(p, tuple) and isinstance(p, Point):
        return p.x**3
    return p.y


@fields
def a_global_one(x):
    return ORIGIN.x * x[0] ** 2 + ORIGIN[1] * x[1]


made = row("namedtuples: constructors, methods, _replace, _asdict, _make")


@made
def defaults(x):
    options = Options(x[0], 3)
    y = x
    for _ in range(options.steps):
        y = y - options.rate * y * options.decay
    return np.sum(y)


@made
def replaced(x):
    p = Point(x[0], x[1] * x[2])
    q = p._replace(x=p.y**2)
    d = q._asdict()
    return q.x * q.y + p.x + d["x"] * sum(d.values())


@made
def from_parts(x):
    p, q = Point._make([x[0], x[1]]), Point(*x[:2])
    r = Point(**{"x": x[0], "y": x[1]})
    s = type(p)(*[np.sin(v) for v in p])
    return p.x**3 * q.y + r.x * s.y + Point(*map(np.cos, p)).x


@made
def methods(x):
    s = State(x[0], x[1])
    return s.energy() * x[2] + s.speed + State.start(x[0]).energy() * State.unit().pos


@made
def operators(x):
    a, b = Vec(x[0], x[1]), Vec(x[1], x[2])
    c = a * 2.0 + 3.0 * b
    return c.dot(a)


@made
def state_of_a_simulation(x):
    s = State(x[0], x[1])
    for _ in range(5):
        s = s.step(0.1)
        s = State(s.pos + 0.1 * s.vel, s.vel - 0.1 * s.pos * x[2], s.t + 0.1)
    return s.energy() + s.t * s.pos


def newton(a):
    y = a
    for _ in range(10):
        y = 0.5 * (y + a / y)
        if abs(y * y - a) < 1e-3:
            return Result(y, True)
    return Result(y, False)


@made
def result_of_a_function(x):
    r = newton(x[0] + 3)
    value, _ = newton(x[1])
    if r.converged:
        return r.value**2 * x[1] + value
    return 0.0 * x[0]


@made
def one_or_the_other(x):
    p = Point(x[0], x[1]) if x[2] > 0 else Point(x[1], x[0])
    return p.x * p.y**2
