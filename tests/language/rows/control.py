"""Branches, loops, exits; reads and writes of elements; containers."""

import numpy as np

from ..table import row

branching = row("`if`/`elif`/`else`, nested; variables defined in one branch only")
looping = row("`for` over ranges, arrays, lists, dict items, zip, enumerate, reversed")
repeating = row("`while` with data-dependent trip count")
leaving = row("`break`, `continue`, `for/else`, `while/else`, early `return`")
indexing = row("elements, slices, masks, index arrays, read and written")
aliasing = row("views and aliases of arrays, read and written")
containing = row("lists, tuples, dicts, nested, grown, shrunk, written by element")
methods = row("array methods and attributes")


@branching
def defined_in_one_branch(x):
    if x[0] > 1.0:
        y = x[0] * x[0]
        flag = True
    else:
        flag = False
    if flag:
        return y * x[1]
    return x[2]


@branching
def nested(x):
    y = x[0]
    if x[1] > 0.5:
        if x[2] > 3.0:
            y = y * y
        elif x[2] > 2.0:
            y = np.sin(y) * x[2]
    else:
        y = -y
    return y * y


@looping
def of_many_kinds(x):
    total = 0.0
    for i in range(2, -1, -1):
        total = total * 0.5 + x[i]
    for v in x:
        total += v * v
    for i, v in enumerate(reversed(x), start=1):
        total += i * v
    for a, b in zip(x, x[1:]):
        total += a * b
    for key, value in {"a": x[0], "b": 2.0}.items():
        total += len(key) * value * value
    for a in (x[0], x[1] * x[2]):
        total *= a
    return total


@looping
def over_rows(x):
    m = np.outer(x, x)
    total = 0.0
    for line in m:
        for v in line[1:]:
            total = total + np.sin(v)
    for i, j in np.ndindex(2, 3):
        total = total + m[i, j] * (i - j)
    return total


@repeating.at((2.0,), (30.0,))
def newton(c):
    y = c
    while abs(y * y - c) > 1e-10:
        y = 0.5 * (y + c / y)
    return y


@repeating
def two_tests(x):
    y, n = x[0], 0
    while y > 0.3 and n < 50:
        y = y * 0.8 - 0.01 * x[1]
        n += 1
    return y * n


@leaving
def all_of_them(x):
    total = 0.0
    for v in x:
        if v > 2.0:
            break
        if v < 1.0:
            continue
        total = total + v * v
    else:
        return total * 2.0
    while True:
        total = total * 0.5
        if total < 1.0:
            break
    return total


@leaving
def early(x):
    if x[0] < 0.0:
        return x[0]
    for v in x:
        for w in x:
            if v * w > 2.0:
                return v * v * w
    return np.sum(x)


@leaving
def while_else(x):
    y = x[0]
    while y > 0.2:
        y = y * 0.5
        if y < 0.01:
            break
    else:
        y = y * x[1]
    return y


@indexing
def reads(x):
    m = np.outer(x, x + 1.0)
    at = np.array([0, 0, 2])
    return (
        m[0, 1] * np.sum(m[1:, ::2]) + np.sum(m[..., 0]) + np.sum(x[:, None] * m) + np.sum(x[at] ** 2)
        + np.sum(m[at, [1, 1, 2]] * x) + np.sum(x[x > 1.0]) + m[-1][-2]
    )  # fmt: skip


@indexing
def writes(x):
    m = np.zeros((3, 3))
    m[0] = x
    m[1:, 0] = x[:2] * x[1:]
    m[m > 2.0] = 0.5
    m[[2, 1], [1, 2]] = x[:2] ** 2
    m[..., 2] += x[0]
    return np.sum(m * m)


@aliasing
def through_views(x):
    y = np.zeros((2, 3))
    row = y[0]
    row[:] = x
    y[1] = row * 2.0
    row[0] = 0.0
    z = y.T
    z[1, 1] = x[0]
    return np.sum(y * y)


@aliasing
def rows_in_place(x):
    m = np.outer(x, x)
    for line in m:
        line *= line[0]
        line[1] = 0.1
    return np.sum(m)


@containing
def grown_and_shrunk(x):
    items = [x[0]]
    items.append(x[1] * x[2])
    items.extend([x[2], x[0]])
    items.insert(1, x[1])
    last = items.pop()
    first = items.pop(0)
    items[0] = items[0] * last
    return sum(items) * first * len(items) + (items + [last] * 2)[-1]


@containing
def nested_ones(x):
    net = {"layers": [{"w": x[0], "b": x[1]}, {"w": x[2], "b": x[0]}], "scale": 2.0}
    value = 1.0
    for layer in net["layers"]:
        value = np.tanh(value * layer["w"] + layer.get("b", 0.0))
    net["layers"][0]["w"] = value * value
    return net["layers"][0]["w"] * net["scale"] + sum(len(k) for k in net.keys())


@containing
def tables(x):
    memo = {}
    for i in range(4):
        memo[i] = x[i] if i < 3 else memo[i - 1] * memo[i - 2]
    memo["z"] = memo[0]
    memo.update(y=x[1], w=x[2])
    total = memo.setdefault("v", x[0])
    for key, value in memo.items():
        total += len(str(key)) * value
    return total if "z" in memo and 7 not in memo else x[0]


@containing
def membership_and_sets(x):
    wanted = {0, 2}
    names = ("a", "b")
    return sum(v * v for i, v in enumerate(x) if i in wanted) * names.index("b")


@methods
def of_arrays(x):
    m = np.outer(x, x)
    return (
        m.sum() * x.mean() + m.T.reshape(-1)[1] + x.copy().dot(x) + m.max() + m.trace() + x.std()
        + m.sum(axis=0).prod() + x.clip(0.8, 2.0).sum() + m.flatten()[2] * x.size + m.ravel()[-1]
        + x.astype(float).cumsum()[1] + m.diagonal().min() + m.transpose().swapaxes(0, 1)[0, 2]
    )  # fmt: skip
