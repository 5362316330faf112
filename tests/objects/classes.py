"""Functions of numbers and arrays that use classes as people write them."""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace

import numpy as np

PROGRAMS, REFUSED = {}, {}
FIRST_ORDER = set()
X = np.array([0.7, -1.3, 0.4])


def program(function):
    PROGRAMS[function.__name__] = function
    return function


def program_of_first_order(function):
    """Its second derivative unpacks the adjoint of a partial function, which is refused."""
    FIRST_ORDER.add(function.__name__)
    return program(function)


def refused(function):
    REFUSED[function.__name__] = function
    return function


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, scale):
        return Vector(self.x * scale, self.y * scale)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __getitem__(self, i):
        return self.x if i == 0 else self.y

    def __len__(self):
        return 2

    def __abs__(self):
        return math.sqrt(self @ self)

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __lt__(self, other):
        return abs(self) < abs(other)

    @property
    def norm(self):
        return np.sqrt(self.x**2 + self.y**2)

    @classmethod
    def polar(cls, r, angle):
        return cls(r * np.cos(angle), r * np.sin(angle))

    @staticmethod
    def blend(a, b, t):
        return a * (1.0 - t) + b * t


@program
def vector_arithmetic(x):
    a, b = Vector(x[0], 2.0), Vector(1.0, x[1])
    c = 2.0 * a + b * x[2] - (-b)
    return c @ a + c.norm + abs(c) + c[0] * c[1] * len(c)


@program
def vector_updated_in_place(x):
    a = Vector(x[0], x[1])
    b = Vector.polar(x[2], x[0])
    for _ in range(3):
        a += b * 0.5
    return a @ Vector.blend(a, b, x[1])


@program
def vector_sum_in_a_loop(x):
    total = Vector(0.0, 0.0)
    for i in range(3):
        total = total + Vector(x[i], x[i] ** 2)
    return total @ total


@program
def larger_of_two(x):
    a, b = Vector(x[0], x[1]), Vector(x[2], 1.0)
    best = a if b < a else b
    return best @ best * x[0] + a @ b


class Pendulum:
    gravity = 9.81

    def __init__(self, angle, length=1.0):
        self.angle = angle
        self.length = length
        self.speed = 0.0
        self.steps = 0

    @property
    def energy(self):
        kinetic = 0.5 * (self.length * self.speed) ** 2
        return kinetic - self.gravity * self.length * np.cos(self.angle)

    def force(self):
        return -self.gravity / self.length * np.sin(self.angle)

    def step(self, dt):
        self.speed += dt * self.force()
        self.angle += dt * self.speed
        self.steps += 1

    def run(self, n, dt):
        for _ in range(n):
            self.step(dt)
        return self


@program
def simulation(x):
    p = Pendulum(x[0], length=1.0 + x[2] ** 2)
    p.speed = x[1]
    p.run(4, 0.05)
    return p.energy + p.angle * p.steps


@program
def simulation_until(x):
    p = Pendulum(x[0])
    while p.angle > 0.2 and p.steps < 50:
        p.step(0.1)
    return p.angle * x[1] + p.speed


class Damped(Pendulum):
    def __init__(self, angle, damping):
        super().__init__(angle)
        self.__damping = damping

    def force(self):
        return super().force() - self.__damping * self.speed


@program
def inheritance(x):
    p = Damped(x[0], x[2] ** 2)
    p.run(3, 0.1)
    return p.energy


class Shape(ABC):
    @abstractmethod
    def area(self):
        raise NotImplementedError

    def doubled(self):
        return 2.0 * self.area()


class Circle(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return math.pi * self.r**2


class Box(Shape):
    def __init__(self, w, h):
        self.w, self.h = w, h

    def area(self):
        return self.w * self.h


@program
def shapes(x):
    total = 0.0
    for shape in (Circle(x[0]), Box(x[1], x[2])):
        total += shape.doubled() * shape.area()
    return total


@refused
def shape_by_branch(x):
    shape = Circle(x[0]) if x[1] > 0 else Box(x[0], x[1])
    return shape.area()


class Temperature:
    def __init__(self, celsius):
        self._celsius = celsius

    @property
    def kelvin(self):
        return self._celsius + 273.15

    @kelvin.setter
    def kelvin(self, value):
        self._celsius = value - 273.15


@program
def setter(x):
    t = Temperature(x[0])
    t.kelvin = t.kelvin * (1.0 + x[1])
    t.kelvin += x[2]
    return t._celsius * t.kelvin


@dataclass
class State:
    position: np.ndarray
    velocity: float = 0.0
    trace: list = field(default_factory=list)


@dataclass(frozen=True)
class Parameters:
    stiffness: float
    mass: float = 2.0
    frequency: float = field(init=False, default=0.0)

    def omega(self):
        return np.sqrt(self.stiffness / self.mass)


@dataclass
class Derived:
    a: float
    b: float

    def __post_init__(self):
        self.product = self.a * self.b


@program
def dataclasses_of_all_kinds(x):
    p = Parameters(1.0 + x[0] ** 2)
    q = Parameters(stiffness=4.0, mass=2.0 + x[1])
    d = Derived(p.omega(), q.omega())
    return d.product * d.a + p.mass


@program
def dataclass_state(x):
    s = State(x * 2.0, velocity=x[0])
    for _ in range(3):
        s.velocity = s.velocity - 0.1 * np.sum(s.position)
        s.position = s.position + 0.1 * s.velocity
        s.trace.append(s.velocity)
    return np.sum(s.position**2) + sum(s.trace)


class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        return np.tanh(x @ self.W + self.b)


class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@program
def network_made_inside(x):
    W = np.outer(x, x)
    net = Sequential(Dense(W, x), Dense(W.T, 0.5))
    return np.sum(net(x) ** 2)


NETWORK = Sequential(Dense(np.eye(3) * 0.3, 0.1), Dense(np.ones((3, 3)) * 0.2, X))


@program
def global_network(x):
    return np.sum(NETWORK(x) ** 2)


class Particle:
    def __init__(self, x, v):
        self.x, self.v = x, v

    def move(self, dt):
        self.x = self.x + dt * self.v


@program
def list_of_particles(x):
    particles = [Particle(x[i], x[i] * 2.0) for i in range(3)]
    for _ in range(2):
        for p in particles:
            p.v = p.v - 0.1 * p.x
            p.move(0.1)
    return sum(p.x**2 for p in particles)


@program
def particles_by_index(x):
    particles = []
    for i in range(3):
        particles.append(Particle(x[i], 1.0))
    particles[0].v = x[1]
    particles[1].move(x[0])
    total = 0.0
    for i in range(len(particles)):
        particles[i].move(0.5)
        total += particles[i].x ** 2
    return total


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def total(self):
        found = self.value**2
        if self.left is not None:
            found = found + self.left.total()
        if self.right is not None:
            found = found + self.right.total()
        return found


@program
def tree(x):
    root = Node(x[0], Node(x[1]), Node(x[2], Node(x[0] * x[1])))
    return root.total()


class Tank:
    def __init__(self, level):
        self.level = level
        self.history = []

    def fill(self, amount):
        self.level = self.level + amount
        self.history.append(self.level)
        return self.level


@program
def method_for_effect_and_value(x):
    tank = Tank(x[0])
    first = tank.fill(x[1] ** 2)
    tank.fill(first * x[2])
    return tank.level + tank.history[0] * tank.history[-1]


@program
def one_object_by_two_names(x):
    a = Particle(x[0], x[1])
    b = a
    b.x = b.x * x[2]
    a.move(0.5)
    return a.x + b.x * 2.0


@program
def copied_object(x):
    a = Particle(x[0], x[1])
    b = copy.copy(a)
    b.x = b.x * x[2]
    a.move(0.5)
    return a.x + b.x * 2.0


def spring(p, k):
    return -k * p.x


def push(p, amount):
    p.v += amount


@program
def object_given_to_functions(x):
    p = Particle(x[0], x[1])
    for _ in range(3):
        push(p, spring(p, 2.0) * 0.1)
        p.move(0.1)
    return p.x * p.v


class Oscillator:
    def __init__(self, k):
        self.k = k

    def rhs(self, t, y):
        return np.array([y[1], -self.k * y[0]])


def euler(f, y, n, dt):
    for i in range(n):
        y = y + dt * f(i * dt, y)
    return y


@program_of_first_order
def bound_method_as_argument(x):
    model = Oscillator(x[2] ** 2)
    y = euler(model.rhs, x[:2], 3, 0.1)
    return np.sum(y**2)


class Counter:
    def __init__(self):
        self.total = 0.0
        self.calls = 0

    def add(self, value):
        self.calls += 1
        self.total += value


@program
def accumulator(x):
    c = Counter()
    for v in x:
        c.add(v * v)
        if c.calls == 2:
            c.add(x[0])
    return c.total * c.calls


class Outer:
    def __init__(self, x):
        self.inner = Particle(x, 1.0)
        self.scale = 2.0

    def advance(self):
        self.inner.move(0.1)
        self.inner.v *= self.scale


@program
def object_in_an_object(x):
    o = Outer(x[0])
    o.inner.v = x[1]
    for _ in range(3):
        o.advance()
    return o.inner.x + o.inner.v * x[2]


@program
def array_attribute_written_by_element(x):
    s = State(np.zeros(3))
    for i in range(3):
        s.position[i] = x[i] ** 2
        s.position[i] += 0.5 * s.position[0]
    s.position *= 2.0
    return np.sum(s.position * x)


class Polynomial:
    def __init__(self, coefficients):
        self.coefficients = coefficients

    def __call__(self, t):
        result = 0.0
        for c in reversed(self.coefficients):
            result = result * t + c
        return result

    def derivative(self):
        return Polynomial([k * c for k, c in enumerate(self.coefficients)][1:])

    def __mul__(self, other):
        if isinstance(other, (int, float)):
            return Polynomial([other * c for c in self.coefficients])
        product = [0.0] * (len(self.coefficients) + len(other.coefficients) - 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                product[i + j] += a * b
        return Polynomial(product)


@program
def polynomials(x):
    p = Polynomial([x[0], x[1], x[2]])
    q = p * p.derivative() * 2.0
    return q(0.7) + p(x[0])


class Dual:
    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __mul__(self, other):
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other, 0.0)
        return Dual(self.value + other.value, self.slope + other.slope)

    def sin(self):
        return Dual(math.sin(self.value), math.cos(self.value) * self.slope)


@program
def dual_numbers(x):
    a, b = Dual(x[0], 1.0), Dual(x[1], 0.0)
    c = a * b + a.sin() * a + x[2]
    return c.slope * c.value


def make_pair(a, b):
    return Vector(a * b, a + b)


@program
def object_from_a_function(x):
    v = make_pair(x[0], x[1])
    w = make_pair(v.x, x[2])
    return v @ w


@program
def function_that_returns_one_of_two(x):
    def pick(a, b):
        if a.x > b.x:
            return a
        return b

    v = pick(Vector(x[0], x[1]), Vector(x[2], x[0]))
    return v.x * v.y


@program
def dict_of_objects(x):
    bodies = {"sun": Particle(0.0, 0.0), "earth": Particle(x[0], x[1])}
    for _ in range(2):
        bodies["earth"].v = bodies["earth"].v - 0.1 * bodies["earth"].x
        bodies["earth"].move(x[2])
    return bodies["earth"].x * bodies["earth"].v


class Adaptive:
    def __init__(self, y):
        self.y = y
        self.h = 0.1
        self.accepted = []

    def attempt(self):
        k = -self.y * self.h
        if abs(k) > 0.05:
            self.h = self.h / 2.0
            return False
        self.y = self.y + k
        self.accepted.append(self.y)
        self.h *= 1.1
        return True


@program
def early_return_in_a_method(x):
    solver = Adaptive(x[0] + 1.0)
    for _ in range(6):
        if solver.attempt():
            continue
    return solver.y * x[1] + sum(solver.accepted)


class Relu:
    def __call__(self, x):
        return np.maximum(x, 0.1 * x)


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return self.factor * x


@program
def layers_of_several_classes(x):
    net = Sequential(Dense(np.outer(x, x), x), Relu(), Scale(x[1]), Dense(np.eye(3), 0.1))
    for i, layer in enumerate(net.layers):
        x = layer(x) + 0.1 * i
    return np.sum(net(x) ** 2)


@program
def sum_over_shapes(x):
    shapes = [Circle(x[0]), Box(x[1], x[2]), Circle(x[2])]
    return sum(s.area() * (k + 1) for k, s in enumerate(shapes))


class Queue:
    def __init__(self, items):
        self.items = list(items)
        self.done = 0.0

    def is_empty(self):
        return len(self.items) == 0

    def work(self):
        self.done = self.done * 0.5 + self.items.pop() ** 2
        return self.done


@program
def method_in_a_test(x):
    q = Queue([x[0], x[1], x[2]])
    s = 0.0
    while not q.is_empty() and q.done < 100.0:
        s += q.work()
    return s


@program
def methods_in_conditions(x):
    a, b = Particle(x[0], x[1]), Counter()
    t = Tank(x[2])
    y = t.fill(x[0]) if a.x > 0 else t.fill(x[1])
    ok = a.x > 0 and t.fill(x[1]) < 10.0
    levels = [t.fill(v) for v in x if v > 0]
    b.add(y)
    return t.level * b.total + levels[0] + (1.0 if ok else 2.0)


@dataclass(frozen=True)
class Moment:
    x: float
    v: float

    def advanced(self, dt):
        return replace(self, x=self.x + dt * self.v, v=self.v - dt * self.x)


@program
def frozen_dataclass_replaced(p):
    s = Moment(p[0], p[1])
    for _ in range(3):
        s = s.advanced(0.1)
    return s.x * s.v


class Gauss:
    def __init__(self, mu, sigma=None):
        self.mu = mu
        self.sigma = sigma if sigma is not None else 1.0
        self._cache = None

    def logpdf(self, x):
        if self._cache is None:
            self._cache = -0.5 * math.log(2 * math.pi) - np.log(self.sigma)
        return self._cache - 0.5 * ((x - self.mu) / self.sigma) ** 2


@program
def value_kept_in_an_attribute(p):
    p = 1.0 + p**2
    g = Gauss(p[0], p[1])
    h = Gauss(p[1])
    return sum(g.logpdf(x) for x in [0.1, 0.5]) + h.logpdf(0.3)


class Stack:
    def __init__(self):
        self.items = []

    def push(self, v):
        self.items.append(v)

    def pop(self):
        return self.items.pop()

    def __len__(self):
        return len(self.items)


@program
def stack_machine(p):
    s = Stack()
    for tok in [0, 1, "+", 2, "*", 0, "-"]:
        if tok == "+":
            b = s.pop()
            a = s.pop()
            s.push(a + b)
        elif tok == "*":
            b = s.pop()
            a = s.pop()
            s.push(a * b)
        elif tok == "-":
            b = s.pop()
            a = s.pop()
            s.push(a - b)
        else:
            s.push(p[tok])
    return s.pop()


class Cell:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


@refused
def linked(p):
    head = None
    for v in p:
        head = Cell(v, head)
    total = 0.0
    c = head
    while c is not None:
        total = total * 0.5 + c.value**2
        c = c.next
    return total


class Adam:
    def __init__(self, lr=0.1, b1=0.9, b2=0.99):
        self.lr, self.b1, self.b2 = lr, b1, b2
        self.m = None
        self.v = None
        self.t = 0

    def step(self, x, g):
        if self.m is None:
            self.m = np.zeros_like(x)
            self.v = np.zeros_like(x)
        self.t += 1
        self.m = self.b1 * self.m + (1 - self.b1) * g
        self.v = self.b2 * self.v + (1 - self.b2) * g**2
        mh = self.m / (1 - self.b1**self.t)
        vh = self.v / (1 - self.b2**self.t)
        return x - self.lr * mh / (np.sqrt(vh) + 1e-3)


@program
def adam(x):
    opt = Adam(0.1)
    for _ in range(4):
        x = opt.step(x, 2 * x)
    return np.sum(x**2)


class Kernel:
    def __call__(self, a, b):
        raise NotImplementedError

    def __add__(self, other):
        return SumOf(self, other)


class RBF(Kernel):
    def __init__(self, length):
        self.length = length

    def __call__(self, a, b):
        return np.exp(-0.5 * np.sum((a - b) ** 2) / self.length**2)


class Linear(Kernel):
    def __init__(self, s):
        self.s = s

    def __call__(self, a, b):
        return self.s * np.dot(a, b)


class SumOf(Kernel):
    def __init__(self, k1, k2):
        self.k1, self.k2 = k1, k2

    def __call__(self, a, b):
        return self.k1(a, b) + self.k2(a, b)


class GP:
    def __init__(self, kernel, noise):
        self.kernel = kernel
        self.noise = noise

    def fit(self, X, y):
        n = len(X)
        K = np.zeros((n, n))
        for i in range(n):
            for j in range(n):
                K[i, j] = self.kernel(X[i], X[j])
        K = K + self.noise * np.eye(n)
        self.L = np.linalg.cholesky(K)
        self.alpha = np.linalg.solve(K, y)
        self.y = y
        return self

    def nll(self):
        return 0.5 * self.y @ self.alpha + np.sum(np.log(np.diag(self.L)))


XG = np.array([[0.1, 0.2], [0.5, -0.3], [1.0, 0.7]])
yG = np.array([0.3, -0.2, 0.8])


@program
def composed_kernels(p):
    p = 0.5 + p**2
    return GP(RBF(p[0]) + Linear(p[1]), p[2]).fit(XG, yG).nll()


class Pair:
    def __init__(self, re, im=0.0):
        self.re, self.im = re, im

    def __add__(self, o):
        return Pair(self.re + o.re, self.im + o.im)

    def __mul__(self, o):
        return Pair(self.re * o.re - self.im * o.im, self.re * o.im + self.im * o.re)

    def abs2(self):
        return self.re**2 + self.im**2


@program
def mandelbrot(p):
    z = Pair(0.0)
    c = Pair(p[0], p[1])
    n = 0
    while z.abs2() < 4.0 and n < 5:
        z = z * z + c
        n += 1
    return z.abs2()


class Acc:
    def __init__(self, rate):
        self._balance = 0.0
        self.rate = rate
        self.log = {}

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, v):
        self._balance = max(v, -100.0)

    def deposit(self, amt, tag="x"):
        self.balance += amt * (1 + self.rate)
        self.log[tag] = self.log.get(tag, 0.0) + amt


class Bank:
    def __init__(self):
        self.accs = {}

    def open(self, name, rate):
        self.accs[name] = Acc(rate)
        return self.accs[name]

    def total(self):
        return sum(a.balance for a in self.accs.values())


@refused
def bank(p):
    b = Bank()
    a = b.open("a", p[0])
    b.open("b", p[1])
    a.deposit(p[2])
    b.accs["b"].deposit(2 * p[2])
    a.deposit(1.0)
    return b.total() ** 2


class Builder:
    def __init__(self):
        self.v = 1.0

    def scale(self, s):
        self.v = self.v * s
        return self

    def shift(self, s):
        self.v = self.v + s
        return self

    def value(self):
        return self.v


@program
def chained_methods(p):
    return Builder().scale(p[0]).shift(p[1]).scale(p[0]).value()


class Phys:
    g = 9.81
    _n = 0

    @staticmethod
    def energy(m, h, v):
        return m * Phys.g * h + 0.5 * m * v * v

    @classmethod
    def fall(cls, h):
        return np.sqrt(2 * h / cls.g)


@program
def static_and_class_methods(p):
    p = p**2
    return Phys.energy(p[0], p[1], 1.0) * Phys.fall(p[1])


class Table:
    def __init__(self, xs, ys):
        self.xs, self.ys = xs, ys

    def __contains__(self, x):
        return self.xs[0] <= x <= self.xs[-1]

    def __iter__(self):
        return iter(self.ys)

    def __call__(self, x):
        if x not in self:
            return 0.0
        i = int(np.searchsorted(self.xs, x))
        i = max(i, 1)
        w = (x - self.xs[i - 1]) / (self.xs[i] - self.xs[i - 1])
        return (1 - w) * self.ys[i - 1] + w * self.ys[i]


@program
def table(y):
    t = Table(np.array([0.0, 1.0, 2.0]), y)
    return t(0.4) * t(1.7) + t(3.0) + sum(v**2 for v in t)


class Ctx:
    def __init__(self):
        self.depth = 0
        self.total = 0.0

    def __enter__(self):
        self.depth += 1
        return self

    def __exit__(self, *a):
        self.depth -= 1


@program
def ctx(p):
    c = Ctx()
    with c:
        c.total = c.total + p[0] * p[1]
    return c.total**2


class Bag:
    """Methods that dicts have, too."""

    def __init__(self, a, b):
        self.a, self.b = a, b

    def get(self, k, default=0.0):
        return self.a * k + default

    def update(self, other):
        self.a = self.a + other.b
        self.b = self.b * 2.0

    def copy(self):
        return Bag(self.a, self.b)

    def items(self):
        return [self.a, self.b]

    def keys(self):
        return self.b

    def setdefault(self, v):
        self.a = v
        return self

    def clear(self):
        self.a = 0.5 * self.a

    def pop(self, i=-1):
        self.b = self.b + i
        return self.b * self.a


@program
def methods_named_like_those_of_dicts(x):
    p, q = Bag(x[0], x[1]), Bag(x[1], x[2])
    total = 0.0
    for k in range(3):
        r = p.copy()
        p.update(q)
        total = total + p.get(k, x[2]) * r.keys()
        q = q.copy()
        q.clear()
        total += q.pop() * q.pop(0)
        for v in q.items():
            total += v**2
    return total + p.setdefault(x[2]).a


class Activated:
    def __init__(self, act=np.tanh):
        self.act = act

    def __call__(self, x, w):
        return self.act(x * w)


class Chain:
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x, w):
        for layer in self.layers:
            x = layer(x, w)
        return x


@program
def layers_of_several_functions(x):
    net = Chain(Activated(), Activated(lambda z: np.maximum(z, 0.1)), Activated(np.sin))
    return np.sum(net.forward(x, x[1])) * x[0]


class Late:
    """What a method sets later is an attribute of each layer of a list."""

    def __init__(self, act="tanh"):
        self.act = {"tanh": np.tanh, "arctan": np.arctan}[act]

    def take(self, theta, first):
        self.w = theta[first]
        return first + 1

    def __call__(self, x):
        return self.act(x * self.w)


@program
def attributes_set_later(x):
    layers, first = [Late(), Late("arctan")], 0
    for layer in layers:
        first = layer.take(x, first)
    y = x[2]
    for layer in layers:
        y = layer(y) + x[0]
    alone = Late("arctan")
    alone.take(x, 1)
    return y * alone(y)


class Three:
    def __init__(self, a, b, c):
        self.a, self.b, self.c = a, b, c

    def value(self):
        return self.a * self.b + self.c**2


@program
def unpacked_into_a_constructor(x):
    three = Three(*x)
    return three.value() * Three(*x[:3]).value()
