"""Nested functions that write variables of the functions around them, wherever they are called."""

import numpy as np

from ..table import row

closing = row("nested functions and closures, rebound variables, lambdas")
outside = row("`global`/`nonlocal` writes, mutation of globals and defaults")


@outside
def read_before_the_call_writes_it(x):
    total = x[0]

    def add(v):
        nonlocal total
        total = total * 2.0 + v
        return total * v

    total += add(x[1])
    other = total * add(x[2]) + total
    return total * other


@outside
def call_in_a_call(x):
    depth = 1.0

    def scaled(v):
        nonlocal depth
        depth = depth + v
        return v * depth

    return scaled(scaled(x[0]) * x[1]) + depth * x[2]


@outside
def in_conditions(x):
    state = x[0]

    def step():
        nonlocal state
        state = state * 0.6
        return state

    total = 0.0
    while step() > 0.3:
        total = total + state * x[1]
    if step() < 1.0 and step() > 0.0:
        total = total * state
    y = x[2] if total > 100.0 else step()
    return total + y + state


@outside
def arrays_and_counts(x):
    best, calls = x * 1.0, 0

    def offer(candidate):
        nonlocal best, calls
        calls += 1
        if np.sum(candidate**2) > np.sum(best**2):
            best = candidate * 0.5
            return

        best = best + 0.1 * candidate

    for k in range(3):
        offer(x * k)
    return np.sum(best * x) * calls


@outside
def through_another_function(x):
    energy = 0.0

    def add(v):
        nonlocal energy
        energy += v * v

    def add_pair(a, b):
        add(a - b)
        add(a * b)
        return a + b

    total = sum(add_pair(a, b) for a, b in zip(x, x[1:]))
    return energy * total


@outside
def written_under_a_try_and_a_with(x):
    level = x[0]

    def rise(v):
        nonlocal level
        if v > 2.0:
            raise ValueError("too high")
        level = level + v

    with np.errstate(all="ignore"):
        rise(x[1])
    for v in x:
        if v <= 2.0:
            rise(v * v if v < 1.0 else v)
    return level * level


@outside
def shadowed_by_a_parameter(x):
    value = x[0]

    def set_value(new, value_scale=1.0):
        nonlocal value
        value = new * value_scale

    def unrelated(value):
        value = value * 3.0
        return value

    set_value(x[1], value_scale=2.0)
    return value * unrelated(x[2])


@outside
def several_returned_and_unpacked(x):
    count = 0

    def pair(v):
        nonlocal count
        count += 1
        return v * count, v + count

    a, b = pair(x[0])
    (c, d), e = pair(x[1]), x[2]
    return a * b + c * d * e


@outside
def adaptive_solver_that_counts(x):
    evaluations = 0

    def rate(y):
        nonlocal evaluations
        evaluations += 1
        return -x[1] * y

    def trapezoid(y, h):
        k1 = rate(y)
        k2 = rate(y + h * k1)
        return y + 0.5 * h * (k1 + k2), abs(k2 - k1) * h

    y, t, h = x[0], 0.0, 0.4
    while t < 0.8:
        new, error = trapezoid(y, h)
        if error > 0.2:
            h = h * 0.5
            continue
        y, t = new, t + h
    return y + 0.0 * evaluations


@outside.refused
def handed_out_as_a_value(x):
    calls = 0

    def f(v):
        nonlocal calls
        calls += 1
        return v * v

    return sum(map(f, x)) + calls


@closing.refused
def made_in_a_loop_and_kept(x):
    fs = []
    for i in range(3):
        fs.append(lambda v: v * i)
    return fs[0](x[0]) + fs[2](x[1])


@closing.refused
def defined_in_a_loop_and_kept(x):
    fs = {}
    for name in "ab":

        def f(v):
            return v * len(name) if name == "a" else v

        fs[name] = f
    return fs["a"](x[0]) + fs["b"](x[1])


@closing
def made_in_a_loop_and_called_there(x):
    total = 0.0
    for i in range(3):
        f = (lambda v: v * x[i]) if i % 2 else np.sin
        total += f(x[i])
    return total
