"""More decorated functions: the user's, those of libraries, with arguments, classes, nested."""

import functools
import time

import numpy as np

from ..table import row
from . import elsewhere

decorating = row("decorated functions")

TIMES = []
RNG = np.random.default_rng(0)


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        result = function(*args, **kwargs)
        TIMES.append(time.perf_counter() - start)
        return result

    return wrapper


def checked(function):
    @functools.wraps(function)
    def wrapper(x, *args, **kwargs):
        if np.any(np.isnan(x)):
            raise ValueError(f"{function.__name__} got nan")
        return function(x, *args, **kwargs)

    return wrapper


def clipped(low=0.0, high=1.0):
    def decorator(function):
        @functools.wraps(function)
        def wrapper(*args):
            return np.clip(function(*args), low, high)

        return wrapper

    return decorator


def repeated(times):
    def decorator(function):
        @functools.wraps(function)
        def wrapper(value):
            for _ in range(times):
                value = function(value)
            return value

        return wrapper

    return decorator


class Scaled:
    """A decorator that is a class."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return 3.0 * self.function(*args)


class ScaledBy:
    """A decorator that is an instance of a class."""

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, function):
        def wrapper(*args, **kwargs):
            return self.factor * function(*args, **kwargs)

        return wrapper


REGISTRY = {}


def registered(function):
    REGISTRY[function.__name__] = function
    return function


def vectorised_over_rows(function):
    def wrapper(rows):
        return np.array([function(row) for row in rows])

    return wrapper


@timed
def energy(v, mass=1.0):
    return 0.5 * mass * v * v


@checked
def log_sum(x, weight=1.0):
    return weight * np.log(np.sum(np.exp(x)))


@clipped(high=2.0)
def cube(v):
    return v**3


@repeated(3)
def squeeze(v):
    return np.sin(v) + 0.1 * v


@Scaled
def plane(a, b):
    return a * b


@ScaledBy(0.5)
def gaussian(v, width=1.0):
    return np.exp(-(v**2) / width)


@registered
def kinetic(v):
    return v * v


@timed
@checked
def layered(x, power=2):
    return np.sum(x**power)


@vectorised_over_rows
def norm_of_row(row):
    return np.sqrt(np.sum(row * row))


@functools.lru_cache(maxsize=128)
def binomial(n, k):
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


@functools.cache
def legendre(n, t):
    if n == 0:
        return 1.0
    if n == 1:
        return t
    return ((2 * n - 1) * t * legendre(n - 1, t) - (n - 1) * legendre(n - 2, t)) / n


@functools.cache
def drawn(v):
    return v * RNG.normal()


@functools.cache
def checked_root(v):
    if v < 0:
        raise ValueError(f"root of {v}")
    return v**0.5


@functools.cache
def pair(v):
    return [v, v * v]


def memoized(function):
    kept = {}

    @functools.wraps(function)
    def wrapper(n):
        if n not in kept:
            kept[n] = function(n)
        return kept[n]

    return wrapper


@memoized
def factorial(n):
    return 1.0 if n == 0 else n * factorial(n - 1)


@decorating
def timed_one(x):
    return energy(x[0]) * energy(x[1], mass=x[2])


@decorating
def checked_one(x):
    return log_sum(x) + log_sum(x[:2], weight=x[2])


@decorating
def clipped_one(x):
    return cube(x[0]) + cube(x[1])


@decorating
def repeated_one(x):
    return squeeze(x[0]) * squeeze(x[1])


@decorating
def by_a_class(x):
    return plane(x[0], x[1]) * x[2]


@decorating
def by_an_instance(x):
    return gaussian(x[0]) + gaussian(x[1], width=x[2])


@decorating
def registered_one(x):
    return kinetic(x[0]) + REGISTRY["kinetic"](x[1]) * x[2]


@decorating
def layered_ones(x):
    return layered(x) + layered(x, power=3)


@decorating
def over_rows(x):
    return np.sum(norm_of_row(np.outer(x, x + 1.0)))


@decorating
def cached_integers(x):
    return sum(binomial(4, k) * x[0] ** k for k in range(5))


@decorating
def cached_active(x):
    return legendre(3, x[0]) * x[1] + legendre(2, x[1])


@decorating
def cached_with_a_check(x):
    return checked_root(x[0]) * x[1] + checked_root(x[1])


@decorating.refused
def cached_list_that_is_changed(x):
    first = pair(float(x[0]))
    first[0] = x[1]
    return pair(float(x[0]))[0] * x[2]


@decorating.refused
def cached_draws(x):
    return drawn(x[0]) + drawn(x[0]) * x[1]


@decorating
def memoized_integers(x):
    return sum(x[0] ** k / factorial(k) for k in range(4))


@decorating.at((1.5,))
@functools.cache
def cached_itself(t):
    return t * t


@decorating
@timed
def timed_itself(x):
    return np.sum(x * x)


@decorating
@checked
def checked_itself(x):
    return np.sum(np.sin(x) * x)


@decorating
@repeated(2)
@registered
def repeated_itself(x):
    return np.sum(x * x) * 0.1


@decorating
def with_a_local_decorator(x):
    def scaled(factor):
        def decorator(function):
            def wrapper(v):
                return factor * function(v)

            return wrapper

        return decorator

    @scaled(x[0])
    def f(v):
        return v * v

    @scaled(2.0)
    @scaled(x[1])
    def g(v):
        return np.sin(v)

    return f(x[1]) * g(x[2])


@decorating
def wraps_inside(x):
    def logged(function):
        @functools.wraps(function)
        def wrapper(*args):
            assert args
            return function(*args)

        return wrapper

    @logged
    def f(a, b):
        return a * b

    return f(x[0], x[1]) * f(x[1], x[2])


@decorating
def cached_inside(x):
    @functools.lru_cache(None)
    def bernstein(i, n):
        if i < 0 or i > n:
            return 0.0
        if n == 0:
            return 1.0
        return (1 - x[0]) * bernstein(i, n - 1) + x[0] * bernstein(i - 1, n - 1)

    return sum(x[i] * bernstein(i, 2) for i in range(3))


@decorating
def of_another_module(x):
    return elsewhere.halved(x[0]) * elsewhere.halved(x[1])
