"""Classes of the user's: how they are declared, made, copied, told apart."""

import copy
import functools
from abc import ABC, abstractmethod
from dataclasses import InitVar, dataclass, field, replace
from enum import Enum, IntEnum
from typing import ClassVar, Generic, Protocol, TypeVar

import numpy as np

from ..table import row

T = TypeVar("T")


class Mode(IntEnum):
    FAST = 1
    SLOW = 2


class Act(Enum):
    TANH = "tanh"
    RELU = "relu"


class Layer:
    scale = 2.0
    made = 0

    def __init__(self, w, act=Act.TANH):
        Layer.made += 1
        self.w, self.act = w, act

    def __call__(self, x):
        if self.act is Act.TANH:
            return np.tanh(self.w * x) * self.scale
        elif self.act == Act.RELU:
            return np.maximum(self.w * x, 0) * type(self).scale
        raise ValueError(self.act)


class Lazy:
    def __init__(self, a):
        self.a, self._root = a, None

    @functools.cached_property
    def squared(self):
        return self.a**2

    @property
    def half(self):
        return self.a / 2

    @half.setter
    def half(self, v):
        self.a = 2 * v

    def root(self):
        if self._root is None:
            self._root = np.sqrt(self.a)
        return self._root

    def cubed(self):
        try:
            return self._cubed
        except AttributeError:
            self._cubed = self.a**3
            return self._cubed


class Quarter(Lazy):
    @property
    def double(self):
        return 2 * self.a

    @Lazy.half.getter
    def half(self):
        return self.a / 4


class HasArea(Protocol):
    def area(self) -> float: ...


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    def scaled(self, k):
        return self.area() * k


class Square(Shape, HasArea):
    def __init__(self, a):
        self.a = a

    def area(self):
        return self.a**2


class Box(Generic[T]):
    def __init__(self, item: T):
        self.item = item

    def get(self) -> T:
        return self.item


class Disc:
    def __init__(self, r):
        self.r = r

    def area(self):
        return np.pi * self.r**2


KINDS = {"square": Square, "disc": Disc}


@dataclass(frozen=True)
class Frozen:
    a: float
    b: float = 2.0
    c: ClassVar[float] = 3.0


@dataclass
class Tank:
    a: float
    items: list = field(default_factory=list)
    w: np.ndarray = field(default_factory=lambda: np.ones(3))
    total: float = field(init=False, default=0.0)
    scale: InitVar[float] = 2.0

    def __post_init__(self, scale):
        self.total = self.a * scale


@dataclass(kw_only=True)
class Named:
    a: float
    b: float = 1.0


@dataclass(order=True)
class Ordered:
    a: float
    b: float = field(compare=False, default=1.0)


class Made:
    def __init__(self, a, b):
        self.a, self.b = a, b

    @classmethod
    def unit(cls, a):
        return cls(a, 1.0)

    @classmethod
    def from_dict(cls, entries):
        return cls(**entries)

    @staticmethod
    def build(x):
        return Made(x, x)

    def copy(self):
        return type(self)(self.a, self.b)

    def clone(self):
        return self.__class__(self.a * 2, self.b)

    def with_b(self, b):
        self.b = b
        return self

    def __repr__(self):
        return f"Made({self.a}, {self.b})"


class Special(Made):
    pass


class Hooks:
    def __init__(self, last):
        self.last, self.hooks = last, []

    def add(self, hook):
        self.hooks.append(hook)

    def run(self, x):
        for hook in self.hooks:
            x = hook(x)
        return self.last(x)


kinds = row("objects: enum members, class attributes, properties, abstract, generic, Protocol")


@kinds
def enum_members(x):
    m = Mode.SLOW
    s = x[0] ** m if m == Mode.SLOW else x[1]
    return s + Layer(x[0])(x[1]) + Layer(x[0], Act.RELU)(x[2])


@kinds
def attribute_over_that_of_the_class(x):
    layer = Layer(x[0])
    layer.scale = x[2]
    return layer(x[1])


@kinds
def properties(x):
    c, q = Lazy(x[0]), Quarter(x[0])
    q.half = x[1]
    q.half += x[2]
    return c.squared * c.squared + c.half + q.half * q.double


@kinds
def values_kept(x):
    c = Lazy(x[0])
    return c.root() * c.root() * c.cubed() * c.cubed()


@kinds
def abstract_and_generic(x):
    return Square(x[0]).scaled(x[1]) * Box[float](x[0]).get() * Box(x[1]).get()


@kinds
def from_a_table(x):
    config = {"kind": "disc"}
    return KINDS["square"](x[0]).area() * KINDS[config["kind"]](x[1]).area()


dataclasses_of_all_kinds = row("objects: dataclasses, frozen, InitVar, ClassVar, kw_only, order")


@dataclasses_of_all_kinds
def frozen_and_replaced(x):
    f = Frozen(x[0])
    g = replace(f, b=x[1])
    return f.a * g.b * Frozen.c * g.c


@dataclasses_of_all_kinds
def made_after_the_fields(x):
    d = Tank(x[0], scale=x[1])
    d.items.append(x[2])
    return d.total + d.items[0] * np.sum(d.w) * Named(a=x[0], b=x[1]).a


@dataclasses_of_all_kinds
def compared_by_their_fields(x):
    p, q = Ordered(x[0], x[2]), Ordered(x[1], x[0])
    m = p if p < q else q
    if Ordered(x[0]) == Ordered(x[0]) and p != q:
        return m.a * m.b + max([Ordered(v, v**2) for v in x]).b
    return x[0]


made_and_copied = row("objects: factories, copies, chained methods, texts, identity, callbacks")


@made_and_copied
def factories(x):
    s = Made.unit(x[0]).a * Made.build(x[1]).b * Special.unit(x[2]).copy().a
    return s * Made.from_dict({"a": x[0], "b": x[1]}).b


@made_and_copied
def chained(x):
    return Special(x[0], x[1]).clone().with_b(x[2]).with_b(x[1]).b * Special(x[0], 1.0).clone().a


@made_and_copied
def copied(x):
    f = Made(x[0], [x[1]])
    g, h = copy.copy(f), copy.deepcopy(f)
    g.a = x[2]
    h.b[0] = 1.0
    f.b[0] = f.b[0] * 2
    return f.a * g.a * h.a * g.b[0] * h.b[0]


@made_and_copied
def texts(x):
    f = Made(x[0], x[1])
    text, same, long = f"{f}", str(f), repr(f)
    if text == same == long == f"Made({x[0]}, {x[1]})":
        return f.a * f.b
    return f.a


@made_and_copied
def the_same_object(x):
    a, c = Made(x[0], x[1]), Made(x[0], x[1])
    b = a
    s = (a.a**2 if a is b else a.b) + (a.b if a is c else a.a)
    for i in [a, c]:
        for j in [a, c]:
            if i is not j:
                s += i.a * j.b
    return s


@made_and_copied
def held_in_dicts(x):
    d = {}
    for name, v in zip("abc", x):
        d[name] = Made(v, v**2)
    return sum(o.b for o in d.values()) * d["a"].a


@made_and_copied
def callbacks(x):
    h = Hooks(lambda v: v * x[1])
    h.add(np.sin)
    h.add(lambda v: v**2)
    return h.run(x[0])
