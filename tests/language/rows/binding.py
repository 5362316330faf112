"""Assignments of all kinds, and statements that only have an effect."""

import copy
import logging

import numpy as np

from ..table import row

assigning = row("chained and starred assignment, swap, nested unpacking, annotations")
augmenting = row("augmented assignment on names, elements, slices, dict entries")
effects = row("f-strings, print, logging, docstrings, `pass`, `del`, global reads")
copying = row("`copy`/`deepcopy`")
outside = row("`global`/`nonlocal` writes, mutation of globals and defaults")

RATE = 0.5
COUNTS = {"calls": 0}
KEPT = []
STATE = 1.0


@assigning
def chained(x):
    a = b = x[0] * x[1]
    c = d = [a, b]
    c[0] = x[2]
    return a * b + d[0] * d[1]


@assigning
def starred(x):
    first, *rest = x
    *start, last = [v * v for v in x]
    a, *middle, b = (x[0], x[1], x[2], x[0])
    return first * sum(rest) + last * len(start) + a * b * middle[1]


@assigning
def starred_of_nothing(x):
    a, b, *none = x[0], x[1]
    return a * b + len(none) + sum(none)


@assigning
def swapped(x):
    a, b, c = x
    for _ in range(2):
        a, b, c = b * 0.5, c, a * b
    return a + b * c


@assigning
def nested(x):
    (a, b), [c, (d, e)] = (x[0], x[1]), [x[2], (x[0] * x[1], 2.0)]
    return a * b + c * d * e


@assigning
def into_elements(x):
    y = np.zeros(3)
    table = {}
    y[0], y[1], table["a"] = x[1], x[0] * x[2], x[2]
    y[2] = table["b"] = x[0]
    return np.sum(y * y) * table["a"] + table["b"]


@assigning
def swapped_elements(x):
    y = x * x
    y[0], y[2] = y[2], y[0]
    rows = [x[0], x[1], x[2]]
    rows[0], rows[1] = rows[1], rows[0]
    return y[0] * 3.0 + y[2] * rows[0]


@assigning
def annotated(x: np.ndarray):
    total: float = 0.0
    scale: float
    scale = x[0]
    for v in x:
        total += v * scale
    return total


@assigning
def unpacked_in_a_loop(x):
    total = 0.0
    for i, (a, *rest) in enumerate([(x[0], x[1]), (x[2], x[0], x[1])]):
        total = total + (i + 1) * a * sum(rest)
    return total


@augmenting
def of_names(x):
    a = x[0]
    a += x[1]
    a *= a
    a -= x[2]
    a /= 2.0
    a **= 2
    return a


@augmenting
def of_elements_and_slices(x):
    y = x * x
    y[0] += x[1]
    y[1:] *= x[:2]
    y[::2] -= 0.5
    y[-1] /= x[0]
    return np.sum(y * y)


@augmenting
def of_dict_entries_and_lists(x):
    table = {"a": x[0], "b": [x[1], x[2]]}
    table["a"] *= x[1]
    table["b"][0] += table["a"]
    table["b"] += [x[0]]
    return table["a"] * sum(table["b"])


@augmenting
def matrix_product(x):
    y = x.copy()
    y @= np.outer(x, x)
    return np.sum(y)


@effects
def with_text(x):
    """A docstring."""
    label = f"{x[0]:.3f} of {len(x)}"
    if len(label) > 100:
        print(label)
    pass
    return np.sum(x * x) * RATE


@effects
def printed(x):
    y = x * x
    print("y is", y[0], end="", file=None if y[0] > 100.0 else open_nothing())
    return np.sum(y)


def open_nothing():
    import io

    return io.StringIO()


@effects
def logged(x):
    log = logging.getLogger(__name__)
    y = np.sum(x * x)
    log.debug("y is %s", y)
    logging.debug(f"twice {2.0 * y}")
    return y * y


@effects
def deleted(x):
    y = x * x
    z = y * 2.0
    del y
    values = [z[0], z[1], z[2]]
    del values[1]
    table = {"a": z[0], "b": z[1]}
    del table["a"]
    return values[0] * values[1] + table["b"]


@effects
def counted_outside(x):
    COUNTS["calls"] += 1
    return np.sum(x * x)


@copying
def shallow(x):
    y = copy.copy(x)
    y[0] = 2.0
    return np.sum(x * y)


@copying
def deep(x):
    state = {"a": x[0], "rows": [x * x, x]}
    other = copy.deepcopy(state)
    other["rows"][0][0] = 1.0
    other["a"] = x[1]
    return np.sum(state["rows"][0] * other["rows"][0]) + other["a"] * state["a"]


@copying
def of_lists(x):
    rows = [x[0], x[1]]
    other = rows.copy()
    more = list(rows)
    third = rows[:]
    other[0] = x[2]
    more.append(x[2])
    third[1] = 0.5
    return sum(rows) * sum(other) * sum(more) * sum(third)


@copying
def of_dicts(x):
    params = {"w": x[0], "b": x[1]}
    other = dict(params)
    third = {**params, "w": x[2]}
    other["b"] = 3.0
    return params["b"] * other["w"] * third["w"] * third["b"]


@copying
def history(x):
    state = x * 1.0
    kept = []
    for _ in range(3):
        state[0] = state[0] * state[1]
        kept.append(state.copy())
    return sum(k[0] * k[2] for k in kept)


@outside
def global_of_a_count(x):
    global STATE
    STATE = 2.0
    return np.sum(x * x)


@outside.refused
def global_of_a_value(x):
    global STATE
    STATE = x[0]
    return STATE * x[1]


@outside.refused
def into_a_global_dict(x):
    COUNTS["last"] = x[0]
    return COUNTS["last"] * x[1]


@outside.refused
def into_a_default(x, seen=[1.0]):
    seen[0] = x[0]
    return seen[0] * x[1]


@outside
def kept_but_not_read(x):
    KEPT.append(float(len(x)))
    return np.sum(x * x)
