"""Dicts as lists of pairs, lists in an order, in place, too, and methods that variables hold."""

import operator

import numpy as np

from tests.listed import Listed

X = np.array([0.9, 0.35, 0.7])
program = Listed()


def table(p):
    return {"a": p[0], "b": p[1] * p[2], "c": p[2]}


@program(X)
def pairs_under_one_name(p):
    s = 0.0
    for pair in table(p).items():
        s = s * p[0] + pair[1] ** 2
    return s


@program(X)
def a_list_of_pairs(p):
    pairs = list(table(p).items())
    return pairs[0][1] * pairs[1][1] + len(pairs[0][0])


@program(X)
def pairs_in_order(p):
    s = 1.0
    for _, v in sorted(table(p).items()):
        s = s * v + p[1]
    return s


@program(X)
def values_in_order(p):
    d = table(p)
    return sorted(d.values())[0] * max(d.values())


@program(X)
def largest_pair(p):
    k, v = max(table(p).items(), key=lambda kv: kv[1])
    return v * p[0] if k == "a" else v


@program(X)
def numbered_pairs(p):
    d = table(p)
    by_number = {i: v for i, (_, v) in enumerate(d.items())}
    s = by_number[0] * by_number[1]
    for i, (_, v) in enumerate(sorted(d.items(), key=lambda kv: -kv[1])):
        s += i * v
    return s


@program(X)
def columns_of_pairs(p):
    _, values = zip(*table(p).items(), strict=True)
    return values[0] * values[2]


@program(X)
def dict_of_pairs(p):
    d = dict(table(p).items())
    d.update(z=p[0] * 2)
    ordered = dict(sorted(d.items(), key=lambda pair: pair[0]))
    return sum(ordered.values()) * ordered["z"]


@program(X)
def keys_beside_values(p):
    d = table(p)
    e = {k: v * v for k, v in zip(d.keys(), d.values(), strict=True)}
    a, b, c = d.values()
    return a * b * c + e["c"]


@program(X)
def key_of_the_largest(p):
    d = table(p)
    best = max(d, key=d.get)
    worst = min(d, key=lambda k: d[k] ** 2)
    return d[best] ** 2 * d[worst]


@program(X)
def method_in_a_variable(p):
    squares, seen = [], {}
    push = squares.append
    get = seen.get
    for i, v in enumerate(p):
        push(v * v + get(i - 1, 0.5))
        seen[i] = v
    dot = p.dot
    return sum(squares) * squares[0] + dot(p)


@program(X)
def method_in_a_variable_of_a_loop(p):
    total = 0.0
    for k in range(3):
        row = []
        add = row.append
        for v in p:
            add(v * k)
        total += sum(row) * row[0]
    return total


@program(X)
def keys_by_getters(p):
    pairs = sorted([(0, p[0]), (2, p[1]), (1, p[2])], key=operator.itemgetter(0))
    least = min(range(len(p)), key=p.__getitem__)
    return pairs[0][1] * pairs[1][1] ** 2 + pairs[2][1] ** 3 * p[least]


@program(X)
def sorted_in_place(p):
    values = [p[1], p[0] * p[2], p[2]]
    same = values
    values.sort(key=lambda v: -v)
    events = {}
    for i, v in enumerate(p):
        events.setdefault(i % 2, []).append(v * v)
    events[0].sort(reverse=True)
    x = p.copy()
    x.sort()
    return same[0] * values[1] ** 2 + events[0][0] * events[1][0] + x[0] * x[1] ** 2


@program(X)
def state_in_a_dict(p):
    state = {"x": p[0], "v": 0.0, "log": []}
    constants = {"spring": p[1], "inner": {"damping": p[2]}}
    for _ in range(5):
        a = -constants["spring"] * state["x"] - constants["inner"]["damping"] * state["v"]
        if a > 0.1:
            state = {"v": state["x"], "x": state["v"], "log": state["log"]}
        state["v"] += 0.1 * a
        state["x"] += 0.1 * state["v"]
        state["log"].append(state["x"] ** 2)
    return sum(state["log"]) * state["v"]


@program(X)
def arrays_shared_by_the_entries_of_a_dict(p):
    x = p * 2.0
    state = {"a": x, "b": x}
    state["a"] += p
    return np.sum(state["b"] * x)


test_reverse, test_forward = program.tests()
