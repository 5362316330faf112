"""Functions as values, closures, decorators, callees elsewhere."""

import functools

import numpy as np

from ..table import row
from . import elsewhere

values = row("functions as values: passed, returned, in lists and dicts, chosen at run time")
closing = row("nested functions and closures, rebound variables, lambdas")
decorating = row("decorated functions")
calling = row("calls: keyword, default, `*args`, `**kwargs`; argument checking")
recursing = row("recursion, mutual recursion")
importing = row("callees in other modules, each with its globals; imports inside")

FACTOR = 3.0


def square(value):
    return value * value


def cube(value):
    return value * value * value


BY_NAME = {"square": square, "cube": cube, "sin": np.sin}


@values
def passed(x):
    def twice(f, value):
        return f(f(value))

    return twice(square, x[0]) + twice(np.sin, x[1])


@values
def chosen_by_a_test(x):
    f = square if x[0] > 1.0 else cube
    g = square if x[1] > 1.0 else cube
    return f(x[0]) * g(x[1])


@values
def chosen_by_branches(x):
    total = 0.0
    for i in range(3):
        if i % 2 == 0:
            f = square
        else:
            f = np.sin
        total = total + f(x[i])
    return total


@values
def out_of_a_list(x):
    total = 0.0
    for f in [square, cube, np.sin]:
        total = total + f(x[0]) * x[1]
    return total


@values
def out_of_a_list_by_index(x):
    layers = [square, np.tanh, cube]
    return layers[0](x[0]) + layers[-1](x[1])


@values
def out_of_a_dict(x):
    table = {"square": square, "cube": cube}
    return table["square"](x[0]) * table["cube"](x[1])


@values
def out_of_a_global_dict(x):
    return BY_NAME["cube"](x[0]) * BY_NAME["sin"](x[1])


@values
def by_an_argument(x, activation="cube"):
    return np.sum(BY_NAME[activation](x))


@values
def a_default_argument(x, f=square):
    return np.sum(f(x) * x)


@values
def returned(x):
    def make(factor):
        def scaled(value):
            return factor * value * value

        return scaled

    return make(x[0])(x[1]) + make(2.0)(x[2])


def power_of(n):
    return lambda value: value**n


@values
def returned_by_a_global(x):
    third = power_of(3)
    return third(x[0]) * power_of(2)(x[1])


@values
def built_up(x):
    layers = []
    for i in range(3):
        layers.append(lambda v, i=i: v * x[i] + 1.0)
    value = 1.0
    for layer in layers:
        value = layer(value)
    return value


@values
def composed(x):
    def compose(f, g):
        return lambda v: f(g(v))

    return compose(np.sin, square)(x[0]) + compose(square, np.sin)(x[1])


@values
def zipped_with_values(x):
    return sum(f(v) for f, v in zip((square, cube, np.sin), x))


@closing
def over_active(x):
    scale = x[0] * x[1]

    def scaled(v):
        return scale * v

    return scaled(x[2]) + scaled(scaled(1.0))


@closing
def rebound_later(x):
    factor = x[0]

    def scaled(v):
        return factor * v

    first = scaled(x[1])
    factor = x[2] * x[2]
    return first * scaled(x[1])


@closing
def writes_nonlocal(x):
    total = 0.0

    def add(value):
        nonlocal total
        total = total + value * value

    add(x[0])
    add(x[1] * x[2])
    return total


@closing
def appends_to_a_list(x):
    found = []

    def keep(value):
        found.append(value * value)

    for v in x:
        keep(v)
    return sum(found) * found[0]


@closing
def two_lambdas_in_a_line(x):
    f, g = lambda v: v * x[0], lambda v: v + x[1]
    return f(g(x[2]))


@closing.refused
def late_binding(x):
    fs = [lambda v: v * i for i in range(3)]
    return fs[0](x[0]) + fs[2](x[1])


@closing
def nested_twice(x):
    def outer(a):
        def inner(b):
            return a * b * x[0]

        return inner(x[1]) + inner(a)

    return outer(x[2])


def doubled(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return 2.0 * function(*args, **kwargs)

    return wrapper


def scaled_by(factor):
    def decorator(function):
        def wrapper(value):
            return factor * function(value)

        return wrapper

    return decorator


def same(function):
    return function


def counted(function):
    @functools.wraps(function)
    def wrapper(*args):
        wrapper.calls += 1
        return function(*args)

    wrapper.calls = 0
    return wrapper


@doubled
def wave(value, shift=0.5):
    return np.sin(value + shift)


@scaled_by(3.0)
def parabola(value):
    return value * value


@same
def identity(value):
    return value


@functools.lru_cache(None)
def cached(value):
    return value * value


@counted
def watched(value):
    return value * value * value


@doubled
@scaled_by(0.5)
def twice_decorated(value):
    return np.exp(value)


@decorating
def with_wraps(x):
    return wave(x[0]) * wave(x[1], shift=x[2])


@decorating
def with_an_argument(x):
    return parabola(x[0]) * x[1]


@decorating
def with_two(x):
    return twice_decorated(x[0]) * identity(x[1])


@decorating
def that_gives_the_function_back(x):
    return np.sum(identity(x) * x)


@decorating.refused
def by_lru_cache(x):
    return cached(x[0]) * x[1]


@decorating
def by_lru_cache_of_constants(x):
    return cached(2.0) * x[1] * x[0]


@decorating
def that_counts(x):
    return watched(x[0]) * x[1]


@decorating
def inside_the_function(x):
    @doubled
    def inner(value):
        return value * x[0]

    return inner(x[1]) * x[2]


@decorating
@doubled
def itself_decorated(x):
    return np.sum(x * x)


def general(a, b=2.0, *rest, scale=1.0, **options):
    total = a * b * scale
    for value in rest:
        total = total + value
    return total * options.get("gain", 1.0)


def checking(x, weights=None, kind="l2", axis=None):
    x = np.asarray(x)
    if not isinstance(kind, str):
        raise TypeError("kind must be text")
    if weights is None:
        weights = np.ones_like(x)
    elif len(weights) != len(x):
        raise ValueError("lengths differ")
    if kind == "l2":
        return np.sum(weights * x * x, axis=axis)
    if kind == "l1":
        return np.sum(weights * np.abs(x), axis=axis)
    raise ValueError(f"unknown kind {kind!r}")


@calling
def by_position_and_name(x):
    return general(x[0], b=x[1]) + general(x[2], scale=x[0])


@calling
def with_a_rest(x):
    return general(x[0], 1.0, x[1], x[2], gain=x[0])


@calling
def with_unpacked_arguments(x):
    options = {"scale": x[1], "gain": 2.0}
    return general(*x[:2], **options)


@calling
def with_argument_checks(x):
    return checking(x) + checking(x, weights=x, kind="l1") * x[0]


@calling.at((1.5, 0.7))
def by_type(x, y):
    def kind_of(value):
        if isinstance(value, np.ndarray):
            return np.sum(value * value)
        if isinstance(value, (list, tuple)):
            return sum(v * v for v in value)
        if isinstance(value, (int, float)):
            return value * value
        raise TypeError(type(value).__name__)

    return kind_of(x) + kind_of([x, y]) + kind_of(np.array([x, y]))


@calling
def optional_parts(x):
    def layer(value, bias=None, activation=None):
        value = value * 2.0
        if bias is not None:
            value = value + bias
        return activation(value) if activation else value

    return np.sum(layer(x)) * layer(x[0], bias=x[1], activation=np.tanh)


@calling
def by_callable(x):
    def apply(f, value):
        return f(value) if callable(f) else f * value

    return apply(np.sin, x[0]) + apply(x[1], x[2])


@calling
def by_attribute(x):
    def size(value):
        return value.size if hasattr(value, "size") else len(value)

    return np.sum(x * x) / size(x)


def depth(x, n):
    return x if n == 0 else np.sin(depth(x * 1.1, n - 1)) * x


def even(x, n):
    return x if n == 0 else odd(x * x, n - 1)


def odd(x, n):
    return np.cos(x) if n == 0 else even(x + 0.1, n - 1)


def tree_sum(tree):
    if isinstance(tree, tuple):
        return sum(tree_sum(branch) for branch in tree)
    return tree * tree


@recursing
def simple(x):
    return np.sum(depth(x, 3))


@recursing
def mutual(x):
    return np.sum(even(x, 3))


@recursing
def over_a_tree(x):
    return tree_sum(((x[0], x[1]), (x[2], (x[0] * x[1],))))


@recursing
def halves(x):
    def total(values):
        if len(values) == 1:
            return values[0] * values[0]
        middle = len(values) // 2
        return total(values[:middle]) * total(values[middle:])

    return total(x)


@importing
def with_globals_of_the_same_name(x):
    return elsewhere.scaled(x[0]) * FACTOR + elsewhere.scaled(x[1])


@importing
def imported_inside(x):
    import math as m
    from math import exp

    from .elsewhere import scaled

    return m.sin(x[0]) * exp(x[1]) * scaled(x[2])


@importing
def imported_in_a_branch(x):
    if x[0] > 1.0:
        import math

        y = math.sin(x[0])
    else:
        y = x[1]
    return y * y


@importing
def submodule(x):
    from numpy import linalg

    return linalg.norm(x) * np.linalg.norm(x[:2])
