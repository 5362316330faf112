"""Templates of `idioms` that need a class of their own."""

from __future__ import annotations

from .idiom import Idiom

OBJECTS = (
    Idiom(
        "namedtuple",
        {"a": "scalar", "b": "scalar"},
        {"p": "tuple", "e": "scalar"},
        """
{p} = {T}({a}, pull={b})
{p} = {p}._replace(push={p}.push * {p}.pull)
{e} = {p}.push - {p}[1] * {c}
""",
        "e",
        bound=8.0,
        module="""
{T} = collections.namedtuple('{T}', ['push', 'pull'])
""",
        title="Forces",
        own_loops=False,
    ),
    Idiom(
        "dataclass",
        {"a": "scalar", "x": "vector"},
        {"p": "tuple", "e": "scalar", "k": "int"},
        """
{p} = {T}({a}, {x})
for {k} in range(2):
    {p}.level = np.sin({p}.level) + 0.5 * np.sum({p}.parts)
    {p}.parts = {p}.parts * {c}
{e} = {p}.level * {p}.rate + {p}.parts[0]
""",
        "e",
        bound=12.0,
        module="""
@dataclasses.dataclass
class {T}:
    level: float
    parts: np.ndarray
    rate: float = 0.7
""",
        title="State",
    ),
    Idiom(
        "object_methods",
        {"a": "scalar", "b": "scalar"},
        {"p": "tuple", "e": "scalar", "k": "int"},
        """
{p} = {T}({a}, {b})
for {k} in range(2):
    {p}.advance(0.1 * ({k} + 1))
{e} = {p}.energy
""",
        "e",
        bound=12.0,
        module="""
class {T}:
    def __init__(self, pos, vel):
        self.pos = pos
        self.vel = vel

    def advance(self, dt):
        self.vel -= dt * np.sin(self.pos)
        self.pos += dt * self.vel

    @property
    def energy(self):
        return 0.5 * self.vel ** 2 - np.cos(self.pos)
""",
        title="Pendulum",
    ),
    Idiom(
        "operator_overloading",
        {"a": "scalar", "b": "scalar"},
        {"p": "tuple", "q": "tuple", "e": "scalar"},
        """
{p}, {q} = {T}({a}, 1.0), {T}(0.5, {b})
{p} = {p} * {q} + {q}
{e} = {p}.re - {p}.im * {c}
""",
        "e",
        bound=12.0,
        module="""
class {T}:
    def __init__(self, re, im):
        self.re, self.im = re, im

    def __add__(self, other):
        return {T}(self.re + other.re, self.im + other.im)

    def __mul__(self, other):
        return {T}(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
""",
        title="Pair",
        own_loops=False,
    ),
    Idiom(
        "callable_object",
        {"a": "scalar", "b": "scalar"},
        {"p": "function", "e": "scalar"},
        """
{p} = {T}({a})
{e} = {p}({b}) + {p}(0.5) * {p}.scale
""",
        "e",
        bound=8.0,
        module="""
class {T}:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, value):
        if value > 0.3:
            return self.scale * value
        return np.tanh(value) - self.scale
""",
        title="Activation",
        own_loops=False,
    ),
)
