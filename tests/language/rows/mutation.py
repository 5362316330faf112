"""Callees that write into what they are given; writes that overlap; rows in place; buffers."""

import numpy as np

from ..table import row

writing = row("mutation across calls: out-arrays, lists, dicts, with or without returning them")
overlapping = row("overlapping slice writes, rows in place, buffers filled piecewise")
augmenting = row("augmented assignment on names, elements, slices, dict entries")


def laplacian(u, out):
    out[1:-1] = u[:-2] - 2.0 * u[1:-1] + u[2:]
    out[0] = out[-1] = 0.0


def normalise(v):
    v /= np.sqrt(np.sum(v * v))
    return v


def push(items, value):
    items.append(value * value)


def pushed(items, value):
    items.append(value)
    return items


def set_defaults(options, rate):
    options.setdefault("rate", rate)
    options["scale"] = rate * 2.0


def swap_rows(m, i, j):
    m[[i, j]] = m[[j, i]]


def eliminate(m):
    for k in range(m.shape[0]):
        for i in range(k + 1, m.shape[0]):
            factor = m[i, k] / m[k, k]
            m[i, k:] -= factor * m[k, k:]
    return m


def apply_boundary(u, left=0.0, right=None):
    u[0] = left
    if right is not None:
        u[-1] = right


def accumulate(totals, key, value):
    totals[key] = totals.get(key, 0.0) + value


def bubble(values):
    for i in range(len(values)):
        for j in range(len(values) - 1 - i):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]


@writing
def an_out_array(x):
    u, du = x * x, np.zeros(3)
    for _ in range(3):
        laplacian(u, du)
        u = u + 0.1 * du
    return np.sum(u * du)


@writing
def in_place_and_returned(x):
    v = x * 2.0
    w = normalise(v)
    return w[0] * v[1] + np.sum(w)


@writing
def a_list_that_grows(x):
    items = []
    for v in x:
        push(items, v)
    items = pushed(items, x[0])
    return sum(items) * items[1]


@writing
def a_dict_that_is_filled(x):
    options = {"rate": x[0]}
    set_defaults(options, x[1])
    return options["rate"] * options["scale"]


@writing
def rows_swapped(x):
    m = np.outer(x, x * x)
    swap_rows(m, 0, 2)
    return m[0, 1] * m[2, 2]


@writing
def gaussian_elimination(x):
    m = np.outer(x, x) + np.diag(x + 1.0)
    eliminate(m)
    return m[0, 0] * m[1, 1] * m[2, 2]


@writing
def a_part_given(x):
    grid = np.zeros((3, 3))
    for i in range(3):
        apply_boundary(grid[i], x[i], right=x[i] ** 2)
    apply_boundary(grid[:, 1], left=x[0] * x[1])
    return np.sum(grid * grid)


@writing
def totals_by_key(x):
    totals = {}
    for i, v in enumerate(x):
        accumulate(totals, "odd" if i % 2 else "even", v * v)
    return totals["odd"] * totals["even"]


@writing
def sorted_in_place(x):
    values = [x[0], x[1], x[2]]
    bubble(values)
    return values[0] * 1.0 + values[1] * 2.0 + values[2] * values[0]


@writing
def sorted_array_in_place(x):
    v = x * 1.0
    bubble(v)
    return v[0] + v[1] * 2.0 + v[2] * v[0]


@writing
def the_argument_itself(x):
    y = x.copy()
    y[0] = y[1] * y[2]
    apply_boundary(y, right=y[0])
    return np.sum(y * x)


@writing
def local_function_that_writes(x):
    history = np.zeros((3, 2))

    def record(i, a, b):
        history[i, 0] = a
        history[i, 1] = b

    for i in range(3):
        record(i, x[i], x[i] * x[0])
    return np.sum(history[:, 0] * history[:, 1])


@writing
def several_outputs(x):
    def split(v, low, high):
        low[:] = np.minimum(v, 1.0)
        high[:] = np.maximum(v, 1.0) * 2.0

    low, high = np.empty_like(x), np.empty_like(x)
    split(x, low, high)
    return np.sum(low) * np.sum(high * high)


@writing
def nested_containers(x):
    def update(params, grads, rate):
        for key in params:
            params[key] = params[key] - rate * grads[key]

    params = {"w": x[0], "b": x[1]}
    for _ in range(2):
        update(params, {"w": params["w"] * 2.0, "b": x[2]}, 0.1)
    return params["w"] * params["b"]


@overlapping
def shifted(x):
    y = x * x
    y[1:] = y[:-1]
    y[0] = x[1]
    return np.sum(y * x)


@overlapping
def shifted_and_added(x):
    y = np.concatenate([x, x * x])
    y[1:] += y[:-1]
    y[:-2] = y[2:] * 0.5
    return np.sum(y * y)


@overlapping
def reversed_into_itself(x):
    y = x * 2.0
    y[:] = y[::-1]
    y[::-1] += y * x
    return y[0] * y[2]


@overlapping
def ring_buffer(x):
    ring = np.zeros(4)
    total = 0.0
    for i in range(7):
        ring[i % 4] = x[i % 3] * (i + 1)
        total += np.sum(ring[:3] * ring[1:])
    return total


@overlapping
def history_shifts(x):
    recent = np.zeros(3)
    total = 0.0
    for v in x:
        recent[1:] = recent[:-1].copy()
        recent[0] = v
        total += recent @ np.array([0.5, 0.3, 0.2]) * v
    return total


@overlapping
def rows_in_place(x):
    m = np.outer(x, x)
    for i in range(3):
        r = m[i]
        r /= np.sum(r)
        r[0] += x[i]
    return np.sum(m * m)


@overlapping
def columns_by_columns(x):
    m = np.empty((3, 3))
    m[:, 0] = x
    for j in range(1, 3):
        m[:, j] = m[:, j - 1] * x + 1.0
    return np.sum(m[-1] * m[0])


@overlapping
def blocks_of_a_matrix(x):
    m = np.zeros((4, 4))
    m[:2, :2] = np.outer(x[:2], x[:2])
    m[2:, 2:] = m[:2, :2].T * x[2]
    m[:2, 2:] = m[2:, 2:]
    m[3] = m[0]
    return np.sum(m * m)


@overlapping
def empty_filled_piecewise(x):
    buffer = np.empty(6)
    buffer[:3] = x
    buffer[3:] = np.cumsum(x)
    buffer[1::2] *= 0.5
    return np.prod(buffer[:4]) + buffer[-1]


@overlapping
def tridiagonal_solver(x):
    a, b, c, d = -np.ones(3), x + 3.0, -np.ones(3), x * x
    cp, dp = np.empty(3), np.empty(3)
    cp[0], dp[0] = c[0] / b[0], d[0] / b[0]
    for i in range(1, 3):
        m = b[i] - a[i] * cp[i - 1]
        cp[i] = c[i] / m
        dp[i] = (d[i] - a[i] * dp[i - 1]) / m
    out = np.empty(3)
    out[-1] = dp[-1]
    for i in range(1, -1, -1):
        out[i] = dp[i] - cp[i] * out[i + 1]
    return np.sum(out)


@overlapping
def swapped_buffers(x):
    old, new = x * 1.0, np.zeros(3)
    for _ in range(3):
        new[1:-1] = 0.5 * (old[:-2] + old[2:])
        new[0], new[-1] = old[-1], old[0]
        old, new = new, old
    return np.sum(old * new)


@overlapping
def masked_writes(x):
    y = np.concatenate([x, -x])
    negative = y < 0
    y[negative] = -0.1 * y[negative]
    y[~negative] **= 2
    y[np.argmax(y)] = 1.0
    return np.sum(y * y)


@overlapping
def diagonal_in_place(x):
    m = np.outer(x, x)
    np.fill_diagonal(m, x * 3.0)
    m[np.diag_indices(3)] += 1.0
    i, j = np.triu_indices(3, 1)
    m[j, i] = m[i, j] * 2.0
    return np.sum(m * m)


@augmenting
def of_an_argument(x):
    def shifted(v, by):
        v = v.copy()
        v += by
        v *= v
        return v

    return np.sum(shifted(x, 1.0) * shifted(x[:2], x[2])[0])


@augmenting
def of_several_targets(x):
    m = np.zeros((3, 2))
    for i in range(3):
        m[i] += x[i]
        m[i, 1] -= x[0] ** 2
        m[-1] *= 1.5
    m.T[0] /= 2.0
    return np.sum(m**2)


@augmenting
def of_nested_containers(x):
    net = {"w": [x * 1.0, x * 2.0], "n": 0}
    for k in range(2):
        net["w"][k][0] += x[1]
        net["w"][k] *= 0.5
        net["n"] += 1
    return np.sum(net["w"][0] * net["w"][1]) * net["n"]


@augmenting
def of_a_number_that_is_an_element(x):
    s = x[0]
    s += x[1]
    s *= s
    t = x[2]
    t -= s
    return s * t + x[0]


@augmenting
def by_integers_and_operators(x):
    y = x[0]
    n = 7
    n //= 2
    n <<= 1
    n |= 1
    y **= n - 4
    y %= 100.0
    y /= n
    return y * x[1]
