"""Programs with a state of their own: random numbers, sets, queues, iterators, counters."""

# ruff: noqa: B007, C405

import collections
import heapq
import itertools
import random

import numpy as np

from tests.listed import Listed

X = np.array([0.7, -1.3, 0.4])
program = Listed()


def noisy(v, rng):
    return v * rng.normal() * v


STREAM = []


def noise():
    STREAM.append(1)
    return len(STREAM) % 4 * 0.5


def is_new(seen, i):
    if i in seen:
        return False
    seen.add(i)
    return True


@program(X)
def random_factor(x):
    # The number was drawn again for the derivative.
    rng = np.random.default_rng(0)
    return rng.normal() * x[0] * x[1]


@program(X)
def random_vector(x):
    rng = np.random.default_rng(0)
    return np.sum(x * rng.normal(size=3) * x)


@program(X)
def random_index(x):
    # So was the index.
    rng = np.random.default_rng(0)
    return x[rng.integers(3)] * x[rng.integers(3)] ** 2


@program(X)
def random_branch(x):
    rng = np.random.default_rng(0)
    t = x[0]
    for i in range(4):
        if rng.random() < 0.5:
            t = t * x[1]
        else:
            t = t + x[2]
    return t


@program(X)
def random_stop(x):
    rng = np.random.default_rng(0)
    t = x[0]
    n = 0
    while rng.random() < 0.8 and n < 5:
        t = t * x[1] + x[2]
        n += 1
    return t


@program(X)
def permuted(x):
    # The order was drawn again for the way back.
    rng = np.random.default_rng(0)
    t = x[0]
    for i in rng.permutation(3):
        t = t * x[i] + x[2]
    return t


@program(X)
def shuffled(x):
    # What the generator shuffled was not set back.
    rng = np.random.default_rng(0)
    idx = np.arange(3)
    t = x[0]
    for k in range(3):
        rng.shuffle(idx)
        t = t * x[idx[0]] + x[idx[1]]
    return t


@program(X)
def global_generator(x):
    np.random.seed(0)
    return np.sum(np.sin(x * np.random.normal(size=3) + np.random.rand())) * np.random.uniform()


@program(X)
def random_module(x):
    random.seed(1)
    t = x[0]
    for i in range(4):
        t = t * x[random.randrange(3)] + random.gauss(0, 1) * x[0]
    return t


@program(X)
def random_mask(x):
    rng = np.random.default_rng(0)
    mask = rng.random(3) < 0.7
    return np.sum(np.where(mask, x, 0.0) ** 2) + np.sum(np.where(rng.random(3) < 0.5, x, x * x))


@program(X)
def random_place_written(x):
    rng = np.random.default_rng(0)
    y = x * 1.0
    for i in range(3):
        y[rng.integers(3)] *= rng.normal()
    return np.sum(y * y)


@program(X)
def random_weight_for_each(x):
    rng = np.random.default_rng(0)
    return sum(v * rng.normal() for v in x) * x[0]


@program(X)
def random_choice(x):
    rng = np.random.default_rng(0)
    y = x * rng.normal() if rng.random() < 0.9 else x
    return np.sum(y * y)


@program(X)
def random_in_a_callee(x):
    rng = np.random.default_rng(0)
    return noisy(x[0], rng) * noisy(x[1], rng)


@program(X)
def effect_in_a_product(x):
    # A function with an effect was called once more.
    del STREAM[:]
    return noise() * x[0] * x[1] + noise() * np.sum(x * noise())


@program(X)
def rejection(x):
    rng = np.random.default_rng(0)
    y = []
    while len(y) < 3:
        c = rng.normal()
        if c > 0:
            y.append(c * x[len(y)] ** 2)
    return sum(y)


@program(X)
def random_in_a_closure(x):
    rng = np.random.default_rng(0)
    i = rng.integers(3)

    def f(v):
        return v * rng.normal() * x[i]

    return f(x[0]) * f(x[1])


@program(X)
def visited_set(x):
    # The test was made again when the set had grown: no gradient at all.
    seen = set()
    t = 1.0
    for i in [0, 1, 0, 2]:
        if i in seen:
            continue
        seen.add(i)
        t = t * x[i] + x[0]
    return t


@program(X)
def visited_dict(x):
    seen = {}
    t = 1.0
    for i in [0, 1, 0, 2]:
        if i in seen:
            continue
        seen[i] = True
        t = t * x[i] + x[0]
    return t


@program(X)
def set_that_is_emptied(x):
    # A set has no append.
    s = set([0, 1, 2])
    t = 1.0
    while s:
        i = s.pop()
        t = t * x[i] + x[0]
    return t


@program(X)
def queue(x):
    # What was taken from the left was not put back.
    q = collections.deque([0, 1])
    t = 1.0
    for _ in range(3):
        i = q.popleft()
        t = t * x[i] + x[0]
        q.append((i + 2) % 3)
    return t


@program(X)
def heap(x):
    h = [(2, 0), (1, 1), (3, 2)]
    heapq.heapify(h)
    t = 1.0
    while h:
        _, i = heapq.heappop(h)
        t = t * x[i] + x[0]
    return t


@program(X)
def random_in_a_loop(x):
    rng = np.random.default_rng(0)
    t = 1.0
    for i in range(3):
        j = rng.integers(3)
        t = t * x[j] + rng.normal() * x[i]
    return t


@program(X)
def counts_by_letter(x):
    st = [(0, 1.0)]
    t = 0.0
    while st:
        i, w = st.pop()
        t = t + w * x[i] ** 2
        if i < 2:
            st.append((i + 1, w * x[i]))
            st.append((2, w * 2))
    return t


@program(X)
def iterator(x):
    it = iter([0, 1, 2])
    t = 1.0
    for i in it:
        t = t * x[i] + x[0]
    return t


@program(X)
def visited_by_a_callee(x):
    seen = set()
    t = 1.0
    for i in [0, 1, 0, 2]:
        if is_new(seen, i):
            t = t * x[i] + x[0]
    return t


@program(X)
def sorted_list_of_indices(x):
    # The list was read again when it had been sorted.
    idx = [2, 0, 1]
    t = 1.0
    for i in range(2):
        t = t * x[idx[0]] + x[idx[1]]
        idx.sort()
    return t


@program(X)
def sorted_array_of_indices(x):
    idx = np.array([2, 0, 1])
    t = 1.0
    for i in range(2):
        t = t * x[idx[0]] + x[idx[1]]
        idx.sort()
    return t


@program(X)
def list_in_a_dict(x):
    d = {"a": [0]}
    t = 1.0
    for i in range(3):
        t = t * x[d["a"][-1]] + x[0]
        d["a"].append(i)
        d.setdefault("b", []).append(i)
    return t * len(d["b"])


@program(X)
def endless_count(x):
    # Did not end: a list was made of the iterator.
    t = 1.0
    for i in itertools.count():
        if i > 2:
            break
        t = t * x[i] + x[0]
    return t


@program(X)
def next_or_nothing(x):
    it = iter([0, 1, 2])
    t = 1.0
    while True:
        i = next(it, None)
        if i is None:
            break
        t = t * x[i] + x[0]
    return t


@program(X)
def smallest_removed(x):
    s = [3, 1, 2]
    t = 1.0
    while s:
        m = min(s)
        s.remove(m)
        t = t * x[m - 1] + len(s) * x[0]
    return t


@program(X)
def counter_and_default(x):
    c = collections.Counter("aab")
    dd = collections.defaultdict(int)
    t = 1.0
    for ch in "aab":
        dd[ch] += 1
        t = t * x[dd[ch]] + c[ch] * x[0]
    return t


@program(X)
def random_state(x):
    state = np.random.RandomState(3)
    t = 1.0
    idx = state.permutation(3)
    for i in idx:
        t = t * x[i] + state.rand() * x[0]
    z = state.randn(3)
    return t * np.sum(z * x) + np.dot(state.randn(3), x * x)


@program(X)
def over_a_set(x):
    # A set cannot be gone through backwards.
    s = {0, 2}
    t = 0.0
    for k in s:
        t = t * x[1] + x[k]
    return t


@program(X)
def over_a_growing_set(x):
    s = set()
    t = 0.0
    for i in range(3):
        if i not in s:
            t += x[i] * x[0]
            s.add(i)
    for k in s:
        t = t * x[1] + x[k]
    return t


@program(X)
def generator_in_a_variable(x):
    # Nor can a generator.
    t = 0.0
    g = (i for i in range(2))
    for k in g:
        t = t * x[1] + x[k]
    return t


@program(X)
def map_in_a_variable(x):
    t = 0.0
    g = map(int, "012")
    for k in g:
        t = t * x[1] + x[k]
    return t


def layer(x, rng, rate=0.5):
    return x * (rng.random(x.shape) > rate)


@program(X)
def dropout(x):
    # Refused: the shape of an array was taken for the array.
    rng = np.random.default_rng(0)
    h = x
    for _ in range(3):
        m = rng.random(h.shape) < 0.8
        h = np.tanh(h * m / 0.8) + rng.normal(size=3) * 0.1
    return np.sum(h**2)


@program(X)
def reparametrised(x):
    rng = np.random.default_rng(0)
    eps = rng.standard_normal((4, 3))
    z = x + eps * np.exp(x * 0.5)
    return np.mean(np.sum(z**2, axis=1)) + rng.choice([1.0, 2.0]) * x[0]


@program(X)
def random_walk(x):
    rng = np.random.default_rng(0)
    s = x[0]
    path = [s]
    for _ in range(5):
        s = s + 0.1 * (x[1] - s) + 0.2 * rng.normal() * np.sqrt(abs(s))
        path.append(s)
    return max(path[-1] - 0.1, 0.0) + sum(path)


@program(X)
def dropout_in_layers(x):
    rng = np.random.default_rng(1)
    return np.sum(layer(layer(x * 2, rng), rng, rate=0.1) ** 2)


@program(X)
def epochs_in_random_order(x):
    rng = np.random.default_rng(1)
    order = np.arange(3)
    total = 0.0
    for epoch in range(2):
        rng.shuffle(order)
        for i in order:
            total = total * 0.5 + x[i] * (epoch + 1)
    return total**2


@program(X)
def next_of_a_count(x):
    counter = itertools.count(1)
    s = 0.0
    for v in x:
        s = s + v * next(counter) * v
    return s


@program(X)
def calls_that_count(x):
    calls = []

    def f(v):
        calls.append(1)
        return v * len(calls)

    return f(x[0]) * f(x[1]) + f(x[2])


test_reverse, test_forward = program.tests()
