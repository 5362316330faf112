"""Generators, comprehensions, `map` and the like, itertools, functools."""

import functools
import itertools
import operator

import numpy as np

from ..table import row

generating = row("generators consumed by a loop, `sum`, `list`, `stack`")
comprehending = row("list, dict, generator comprehensions; `sum`/`min`/... over them")
mapping = row("`map`, `filter`, `sorted` by key, `zip(*rows)`")
tools = row("itertools: product, pairwise, chain, accumulate")
folding = row("`functools.reduce` and `partial`")


def squares(values):
    for value in values:
        yield value * value


def trajectory(start, rate, steps):
    state = start
    for _ in range(steps):
        yield state
        state = state + rate * np.sin(state)


def pairs(values):
    for i in range(len(values)):
        for j in range(i):
            if i + j != 2:
                yield values[i], values[j]


def until(values, limit):
    total = 0.0
    for value in values:
        total = total + value
        if total > limit:
            return
        yield total


def both(values):
    yield from squares(values)
    yield values[0]


@generating
def in_a_loop(x):
    total = 1.0
    for value in squares(x):
        total = total * value + value
    return total


@generating
def summed(x):
    return sum(squares(x)) * x[0]


@generating
def listed(x):
    return np.prod(np.array(list(squares(x))))


@generating
def stacked(x):
    return np.sum(np.stack(list(trajectory(x, 0.3, 4))) ** 2)


@generating
def with_a_state(x):
    total = 0.0
    for state in trajectory(x[0], x[1], 3):
        total = total + state * state * x[2]
    return total


@generating
def of_pairs(x):
    total = 0.0
    for left, right in pairs(x):
        total = total + left * np.sin(right)
    return total


@generating
def that_returns_early(x):
    total = 0.0
    for value in until(x, 3.0):
        total = total + value * value
    return total


@generating
def left_by_break(x):
    total = 0.0
    for state in trajectory(x[0], x[1], 100):
        if state > 2.5:
            break
        total = total + state * x[2]
    return total


@generating
def delegated(x):
    return sum(both(x)) * x[1]


@generating
def local_one(x):
    def scaled(factor):
        for value in x:
            yield factor * value

    return sum(scaled(x[0])) + max(scaled(2.0))


@generating
def enumerated(x):
    total = 0.0
    for i, value in enumerate(squares(x)):
        total = total + (i + 1) * value
    return total


@generating
def zipped(x):
    total = 0.0
    for value, square in zip(x, squares(x)):
        total = total + value * square
    return total


@generating.refused
def advanced_by_hand(x):
    steps = trajectory(x[0], x[1], 3)
    return next(steps) * next(steps)


@comprehending
def of_lists(x):
    rows = [[a * b for b in x if b > 1.0] for a in x]
    return sum(sum(row) for row in rows)


@comprehending
def over_two_loops(x):
    return sum(a * b for i, a in enumerate(x) for b in x[i:])


@comprehending
def of_a_dict(x):
    table = {i: value * value for i, value in enumerate(x)}
    return sum(table.values()) * table[0]


@comprehending
def smallest_and_largest(x):
    return min(v * v for v in x) * max(np.sin(v) for v in x)


@comprehending
def any_and_all(x):
    if any(v > 2.0 for v in x) and all(v > 0.0 for v in x):
        return np.sum(x * x)
    return np.sum(x)


@comprehending
def a_generator_in_a_loop(x):
    total = 1.0
    for value in (v * v for v in x if v > 1.0):
        total = total * value
    return total


@comprehending
def a_generator_with_a_name(x):
    squared = (v * v for v in x)
    return sum(squared) * x[0]


@comprehending
def stacked_list(x):
    return np.sum(np.stack([x * v for v in x]) ** 2)


@comprehending
def walrus_inside(x):
    return sum(y * y for v in x if (y := np.sin(v)) > 0.7)


@comprehending
def tuples_of_generators(x):
    a, b, c = (v * v for v in x)
    return a * b + c


@comprehending
def unpacked_as_arguments(x):
    def volume(a, b, c):
        return a * b * c

    return volume(*(v + 1.0 for v in x)) + max(*[v * v for v in x])


@mapping
def mapped(x):
    return sum(map(lambda v: v * v, x)) * x[0]


@mapping
def mapped_over_two(x):
    return sum(map(operator.mul, x, x[::-1]))


@mapping
def mapped_by_a_function(x):
    def wave(v):
        return np.sin(v) * x[0]

    return np.prod(list(map(wave, x)))


@mapping
def in_a_for(x):
    total = 0.0
    for value in map(np.exp, x):
        total = total * 0.5 + value
    return total


@mapping
def filtered(x):
    large = list(filter(lambda v: v > 1.0, x))
    return large[0] * large[1]


@mapping
def sorted_values(x):
    low, middle, high = sorted(x)
    return low + 2.0 * middle * high


@mapping
def sorted_by_key(x):
    ordered = sorted(x, key=lambda v: -v)
    return ordered[0] * 3.0 + ordered[1] * ordered[2]


@mapping
def sorted_pairs(x):
    items = sorted([(2, x[0]), (0, x[1]), (1, x[2])], key=lambda pair: pair[0])
    return items[0][1] * 5.0 + items[1][1] * items[2][1]


@mapping
def largest_by_key(x):
    return max(x, key=lambda v: np.cos(v)) * min(x, key=abs)


@mapping
def transposed(x):
    rows = [[x[0], x[1]], [x[2], x[0]]]
    total = 0.0
    for column in zip(*rows):
        total = total + column[0] * column[1]
    return total


@mapping
def transposed_list(x):
    first, second = zip(*[(x[0], x[1]), (x[2], x[0])])
    return first[0] * second[1] + first[1] * second[0]


@tools
def products(x):
    total = 0.0
    for a, b in itertools.product(x, x):
        total = total + a * np.sin(b)
    return total


@tools
def product_of_ranges(x):
    total = 0.0
    for i, j in itertools.product(range(3), range(2)):
        total = total + x[i] * x[j]
    return total


@tools
def pairwise(x):
    return sum((b - a) ** 2 for a, b in itertools.pairwise(x))


@tools
def chained(x):
    total = 1.0
    for value in itertools.chain(x, [x[0] * 2.0]):
        total = total + np.sin(total * value)
    return total


@tools
def accumulated(x):
    return sum(v * v for v in itertools.accumulate(x))


@tools
def accumulated_by(x):
    return sum(itertools.accumulate(x, operator.mul))


@tools
def combined(x):
    return sum(a * b for a, b in itertools.combinations(x, 2))


@tools
def repeated(x):
    return sum(a * b for a, b in zip(x, itertools.repeat(x[0])))


@tools
def counted(x):
    total = 0.0
    for i, value in zip(itertools.count(1), x):
        total = total + value**i
    return total


@tools
def flattened(x):
    return sum(itertools.chain.from_iterable([[x[0], x[1]], [x[2] * x[2]]]))


@tools
def sliced(x):
    return sum(v * v for v in itertools.islice(x, 1, 3))


@tools
def starmapped(x):
    return sum(itertools.starmap(lambda a, b: a * b, [(x[0], x[1]), (x[1], x[2])]))


@folding
def reduced(x):
    return functools.reduce(lambda a, b: a * np.sin(b), x)


@folding
def reduced_from(x):
    return functools.reduce(lambda a, b: a * 0.5 + b * b, x, x[0])


@folding
def reduced_by_kron(x):
    gates = [np.array([[np.cos(v), -np.sin(v)], [np.sin(v), np.cos(v)]]) for v in x]
    return functools.reduce(np.kron, gates)[0, 3]


@folding
def reduced_by_an_operator(x):
    return functools.reduce(operator.mul, x)


@folding
def composed(x):
    layers = [np.sin, np.exp, lambda v: v * v]
    return np.sum(functools.reduce(lambda value, layer: layer(value), layers, x))


def power(base, exponent, scale=1.0):
    return scale * base**exponent


@folding
def partial_of_numbers(x):
    square = functools.partial(power, exponent=2)
    return square(x[0]) * x[1]


@folding
def partial_of_active(x):
    scaled = functools.partial(power, x[0], scale=x[1])
    return scaled(2) + scaled(3)


CUBE = functools.partial(power, exponent=3)


@folding
def partial_outside(x):
    return CUBE(x[0]) + sum(map(CUBE, x))
