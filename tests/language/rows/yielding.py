# ruff: noqa: UP031
"""More generators, comprehensions and iterators."""

import bisect
import heapq
import itertools
import operator
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from itertools import chain, combinations, islice

import numpy as np

from ..table import row

generating = row("generators consumed by a loop, `sum`, `list`, `stack`")
comprehending = row("list, dict, generator comprehensions; `sum`/`min`/... over them")
mapping = row("`map`, `filter`, `sorted` by key, `zip(*rows)`")
tools = row("itertools: product, pairwise, chain, accumulate")
containing = row("lists, tuples, dicts, nested, grown, shrunk, written by element")


def windows(values, size):
    for i in range(len(values) - size + 1):
        yield values[i : i + size]


def steps(y, rate, n):
    yield y
    for _ in range(n):
        y = y - rate * y
        yield y


def nested(levels):
    for level in levels:
        yield from level
    yield 1.0


def walk(tree):
    if isinstance(tree, tuple):
        for branch in tree:
            yield from walk(branch)
    else:
        yield tree


def numbered(values, start=1):
    n = start
    for v in values:
        if v < 0:
            return
        yield n, v
        n += 1


def forever(value):
    while True:
        yield value
        value = value * 0.5


@generating
def moving_average(x):
    return sum(np.mean(w) ** 2 for w in windows(x, 2))


@generating
def path_of_states(x):
    path = list(steps(x[0], x[1] * 0.1, 4))
    return path[-1] * path[2] + np.sum(np.array(path))


@generating
def stacked_states(x):
    states = np.stack(list(steps(x, 0.1, 3)))
    return np.sum(states * states[::-1]) + np.sum(np.array([s[0] for s in steps(x, 0.2, 2)]))


@generating
def flattened(x):
    return sum(v * v for v in nested([[x[0], x[1]], (x[2],)]))


@generating.refused
def recursive_walk(x):
    return sum(v * v for v in walk(((x[0], x[1]), (x[2], (x[0],)))))


@generating
def unpacked_from(x):
    first, second, third = steps(x[0], x[1], 2)
    total = 0.0
    for n, v in numbered(x, start=2):
        total += n * v
    return first * second + third * total


@generating
def zipped_generators(x):
    return sum(a * b for a, b in zip(steps(x[0], 0.1, 2), steps(x[1], x[2], 2)))


@generating
def in_a_dict_and_a_max(x):
    table = {n: v * v for n, v in numbered(x)}
    return table[1] * table[3] + max(steps(x[1], 0.5, 2)) * len(list(numbered(x)))


@generating
def taken_by_islice(x):
    return sum(islice(steps(x[0], x[1], 10), 3)) + sum(v for v in islice(steps(x[2], 0.1, 5), 1, 4))


@generating.refused
def without_end(x):
    total = 0.0
    for v in forever(x[0]):
        if v < 0.1:
            break
        total += v * x[1]
    return total


@generating
def chained_generators(x):
    squares = (v * v for v in x)
    shifted = (v + x[0] for v in squares)
    large = (v for v in shifted if v > 2.0)
    return sum(large)


@generating
def local_generator(x):
    def pairs(values):
        for i, a in enumerate(values):
            for b in values[i + 1 :]:
                yield a, b

    energy = 0.0
    for a, b in pairs(x):
        energy += 1.0 / (a - b) ** 2
    return energy


@generating
def next_with_default(x):
    first = next((v * v for v in x if v > 2.0), x[0])
    other = next((v for v in x if v > 100.0), 1.0)
    return first * other + next(iter([x[1], x[2]]))


@comprehending
def matrix_of_lists(x):
    m = [[a * b for b in x] for a in x]
    columns = [[r[j] for r in m] for j in range(3)]
    return sum(sum(r) for r in columns) + sum(m[i][i] for i in range(3))


@comprehending
def dict_of_terms(x):
    names = ["a", "b", "c"]
    table = {name: v * v for name, v in zip(names, x)}
    swapped = {k: v for k, v in table.items() if k != "b"}
    return sum(swapped.values()) * table["b"] + max(table.values())


@comprehending
def with_conditions(x):
    terms = [v if v > 1.0 else v * v for v in x if v != 0.0]
    flat = [a for pair in zip(x, terms) for a in pair if a > 0.5]
    return sum(terms) * sum(flat)


@comprehending
def arrays_in_lists(x):
    weights = [x * k for k in range(1, 4)]
    outputs = [np.tanh(w @ x) for w in weights]
    return sum(outputs) + np.sum(np.array([w.sum() for w in weights]))


@comprehending
def products_and_norms(x):
    return np.prod([v + 1.0 for v in x]) + np.linalg.norm([a - b for a, b in zip(x, x[1:])])


@mapping
def sorted_by_several(x):
    rows = [(x[0], "b", 1), (x[1], "a", 2), (x[2], "a", 1)]
    rows.sort(key=lambda r: (r[1], r[2]))
    return rows[0][0] * rows[1][0] ** 2 + rows[2][0]


@mapping
def sorted_descending(x):
    values = sorted(x, reverse=True)
    table = {"b": x[0], "a": x[1]}
    by_name = [(k, table[k]) for k in sorted(table)]
    largest = sorted(enumerate(x), key=operator.itemgetter(1), reverse=True)[0]
    return values[0] * values[1] + by_name[0][1] * 3.0 + largest[1]


@mapping
def columns_of_rows(x):
    rows = [(v, v * v, i) for i, v in enumerate(x)]
    firsts, squares, positions = zip(*rows)
    means = [sum(column) / len(column) for column in zip(*rows)]
    return sum(a * b for a, b in zip(firsts, squares)) + means[1] + sum(positions)


@mapping
def mapped_functions(x):
    total = sum(map(operator.mul, x, x[::-1]))
    norms = list(map(lambda v: abs(v) ** 0.5, x))
    kept = list(filter(lambda v: v > 1.0, x))
    return total * norms[0] + sum(kept) + np.sum(np.array(list(map(np.sin, x))))


@mapping
def argsort_and_take(x):
    order = np.argsort(x)
    ranked = [x[i] for i in order]
    return ranked[0] * 2.0 + ranked[1] * ranked[2] + np.sum(np.sort(x)[:2])


@tools
def pairs_and_windows(x):
    energy = sum((a - b) ** 2 for a, b in combinations(x, 2))
    steps_ = sum((b - a) ** 2 for a, b in itertools.pairwise(x))
    return energy * steps_


@tools
def running_totals(x):
    totals = list(itertools.accumulate(x))
    products = list(itertools.accumulate(x, operator.mul))
    smoothed = list(itertools.accumulate(x, lambda acc, v: 0.5 * acc + v, initial=1.0))
    return totals[-1] * products[1] + smoothed[-1]


@tools
def grid_of_products(x):
    total = 0.0
    for i, j in itertools.product(range(3), repeat=2):
        total += x[i] * x[j] * (i - j) ** 2
    for a, sign in itertools.product(x, (1.0, -0.5)):
        total += a * a * sign
    return total


@tools
def chained_lists(x):
    parts = [[x[0]], [x[1], x[2]]]
    whole = list(chain.from_iterable(parts))
    return sum(v * i for i, v in enumerate(chain(whole, (x[0],)), 1))


@tools
def cycled_and_repeated(x):
    weights = itertools.cycle((1.0, -2.0))
    total = sum(w * v for w, v in zip(weights, x))
    ones = sum(a * b for a, b in zip(itertools.repeat(x[0]), x))
    return total * ones + sum(x[i] for i in islice(itertools.count(0, 2), 2))


@tools.refused
def grouped(x):
    rows = [("a", x[0]), ("a", x[1]), ("b", x[2])]
    total = 0.0
    for key, group in itertools.groupby(rows, key=lambda r: r[0]):
        s = sum(v for _, v in group)
        total += s * s * len(key)
    return total


@tools
def taken_while(x):
    small = list(itertools.takewhile(lambda v: v < 2.0, x))
    rest = list(itertools.dropwhile(lambda v: v < 2.0, x))
    return sum(small) * sum(rest) + sum(itertools.compress(x, [1, 0, 1]))


@tools
def zipped_to_the_longest(x):
    return sum(a * b for a, b in itertools.zip_longest(x, x[:2], fillvalue=2.0))


@tools
def permutations_of_signs(x):
    det = 0.0
    for p in itertools.permutations(range(3)):
        sign = 1
        for i, j in combinations(range(3), 2):
            if p[i] > p[j]:
                sign = -sign
        det += sign * np.prod([x[i] ** k for i, k in enumerate(p)])
    return det


@containing.refused
def a_deque(x):
    recent = deque(maxlen=2)
    total = 0.0
    for v in x:
        recent.append(v * v)
        total += sum(recent) / len(recent)
    queue = deque([x[0], x[1]])
    queue.append(x[2])
    first = queue.popleft()
    queue.appendleft(first * queue[-1])
    return total * queue[0] + queue.pop()


@containing
def a_default_dict(x):
    groups = defaultdict(list)
    sums = defaultdict(float)
    for i, v in enumerate(x):
        groups["even" if i % 2 == 0 else "odd"].append(v)
        sums[i % 2] += v * v
    return sum(groups["even"]) * groups["odd"][0] + sums[0] * sums[1]


@containing
def a_counter(x):
    counts = Counter("abracadabra")
    return counts["a"] * x[0] + counts["b"] * x[1] ** 2 + counts["z"] * x[2] + len(counts) * x[2]


@containing
def an_ordered_dict(x):
    layers = OrderedDict()
    layers["first"] = x[0]
    layers["second"] = x[1]
    h = x[2]
    for name, w in layers.items():
        h = np.tanh(w * h) + len(name)
    return h * list(layers.values())[0]


@containing.refused
def a_heap(x):
    heap = []
    for i, v in enumerate(x):
        heapq.heappush(heap, (v, i))
    smallest, _ = heapq.heappop(heap)
    return smallest * heap[0][0] + sum(heapq.nsmallest(2, x)) * heapq.nlargest(1, x)[0]


@containing
def bisected(x):
    knots = [0.0, 1.0, 2.0, 3.0]
    values = [x[0], x[1], x[2], x[0] * x[1]]
    t = 1.4
    i = bisect.bisect_right(knots, t) - 1
    j = bisect.bisect([0.5, 1.0, 2.0], x[0])
    w = (x[0] - knots[i]) / (knots[i + 1] - knots[i])
    return (1 - w) * values[i] + w * values[i + 1] * j


@containing
def a_tape(x):
    tape = {}
    tape["z1"] = x * 2.0
    tape["a1"] = np.tanh(tape["z1"])
    for layer in range(2, 4):
        tape[f"z{layer}"] = tape[f"a{layer - 1}"] * x
        tape[f"a{layer}"] = np.tanh(tape["z%d" % layer])
    tape["loss"] = np.sum(tape["a3"])
    return tape["loss"] + np.sum(tape["z2"]) + len(tape)


@containing
def stack_machine(x):
    stack = []
    for token in "a b * c + 2 *".split():
        if token in "+*":
            right, left = stack.pop(), stack.pop()
            stack.append(left + right if token == "+" else left * right)
        elif token.isdigit():
            stack.append(float(token))
        else:
            stack.append(x["abc".index(token)])
    return stack[0]


@containing
def list_methods(x):
    values = [x[0], x[1], x[2]]
    values.reverse()
    values += [x[0] * x[1]]
    values.extend(v * 0.5 for v in x[:2])
    del values[0]
    values = values * 2 + [1.0]
    copied = values[:]
    copied[0] = x[2]
    return sum(values[::2]) + values[-2] * copied[0] + values[1]


@containing
def dict_methods(x):
    params = dict.fromkeys(("w", "b"), 0.0)
    params["w"] = x[0]
    params |= {"b": x[1], "c": x[2]}
    taken = params.pop("c", 1.0)
    other = params.pop("nothing", 2.0)
    last = params.pop("b")
    return taken * other * params["w"] + last + sum(params[k] for k in sorted(params))


@containing
def tuples_and_indices(x):
    points = [(x[0], x[1]), (x[1], x[2]), (x[2], x[0])]
    area = 0.0
    for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1]):
        area += x1 * y2 - x2 * y1
    return abs(area) / 2.0 + points[-1][0] * points[0][-1]


@containing
def graph_of_dicts(x):
    graph = {"a": {"b": x[0], "c": x[1]}, "b": {"c": x[2]}, "c": {}}
    best = {"a": 0.0}
    for node in ("a", "b", "c"):
        for other, weight in graph[node].items():
            candidate = best[node] + weight
            if other not in best or candidate < best[other]:
                best[other] = candidate
    return best["c"] * best["b"]


@containing
def a_chain_of_maps(x):
    settings = ChainMap({"a": 2.0}, {"a": 1.0, "b": 3.0})
    return settings["a"] * x[0] + settings["b"] * x[1] * x[2]
