# ruff: noqa: UP031, UP032, UP037
"""More of what stands around the computation: texts, logs, contexts, exceptions, exits, outside."""

import contextlib
import copy
import logging
import math
import os
import sys
import time
import warnings
from contextlib import contextmanager, nullcontext

import numpy as np

from ..table import row
from . import library

effects = row("f-strings, print, logging, docstrings, `pass`, `del`, global reads")
copying = row("`copy`/`deepcopy`")
outside = row("`global`/`nonlocal` writes, mutation of globals and defaults")
trying = row("`try`/`except`/`else`/`finally`")
managing = row("`with` blocks: errstate, the user's own context managers")
raising = row("`raise`, asserts")
importing = row("callees in other modules, each with its globals; imports inside")
assigning = row("chained and starred assignment, swap, nested unpacking, annotations")
leaving = row("`break`, `continue`, `for/else`, `while/else`, early `return`")
branching = row("`if`/`elif`/`else`, nested; variables defined in one branch only")
looping = row("`for` over ranges, arrays, lists, dict items, zip, enumerate, reversed")
repeating = row("`while` with data-dependent trip count")

logger = logging.getLogger(__name__)
log = logging.getLogger("quiet")
CONFIG = {"rate": 0.1, "verbose": False, "layers": [2, 3]}
EPS = 1e-8
COUNTS = {"calls": 0}
total_calls = 0


@effects
def logger_of_the_module(x):
    y = np.sum(x * x)
    logger.debug("loss %.3f after %d", y, len(x))
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug(f"x = {x}")
    log.info("done: %s", {"loss": y})
    return y * 2.0


@effects
def logger_in_a_loop(x):
    logger = logging.getLogger(f"{__name__}.loop")
    y = x[0]
    for step in range(3):
        y = y - 0.1 * y * x[1]
        logger.debug("step %d: %g", step, y)
    return y


@effects
def texts_as_keys(x):
    params = {}
    for i in range(1, 4):
        params["W" + str(i)] = x[i - 1]
        params[f"b{i:02d}"] = x[i - 1] * 0.5
    key = "w{}".format(2).upper()
    name = "_".join(["b", "3"]).replace("_", "0")
    return params[key] * params[name] + params["W%d" % 1] * len("a,b".split(","))


@effects
def progress_printed(x):
    total = 0.0
    for i, v in enumerate(x):
        total += v * v
        if CONFIG["verbose"] and i % 10 == 0:
            print(f"{i:4d} {total:10.4f}", end="\r", flush=True)
    sys.stdout.write("")
    return total * CONFIG["rate"] + EPS


@effects
def timed_inside(x):
    start = time.time()
    y = np.sum(np.sin(x))
    elapsed = time.time() - start
    if elapsed > 1e6:
        print("slow", elapsed)
    return y * y


@effects
def global_tables(x):
    width = sum(CONFIG["layers"])
    scale = CONFIG.get("gain", 2.0) if "rate" in CONFIG else math.e
    return np.sum(x) * width * scale + float(os.environ.get("NOTHING_SET", "1.5")) * x[0]


@effects
def deleted_names(x):
    a, b = x[0], x[1]
    c = a * b
    del a, b
    rows = [c, x[2], 1.0]
    del rows[-1], rows[0]
    return c * rows[0]


@effects
def text_of_values(x):
    y = x[0] * x[1]
    text = "large" if y > 1.0 else "small"
    report = {"text": text, "digits": len(f"{len(x)}")}
    repr(y)
    return y * len(report["text"]) + report["digits"] * x[2] + (text == "large") * x[1]


@copying
def parameters_copied(x):
    params = {"w": [x * 1.0, x[0]], "b": x[1]}
    best = copy.deepcopy(params)
    params["w"][0][1] = 0.0
    params["b"] = params["b"] * x[2]
    return np.sum(best["w"][0] * params["w"][0]) + best["b"] * params["b"]


@copying
def list_of_arrays(x):
    states = [x * 1.0, x * 2.0]
    before = copy.deepcopy(states)
    states[0][0] = x[1]
    shallow = copy.copy(states)
    shallow[1] = x
    return np.sum(before[0] * states[0] * shallow[0]) + np.sum(states[1])


@copying.refused
def written_through_a_shallow_copy(x):
    states = [x * 1.0, x * 2.0]
    shallow = copy.copy(states)
    states[0][0] = x[1]
    return np.sum(shallow[0]) * np.sum(states[1])


@copying
def nested_list_copied(x):
    grid = [[x[0], x[1]], [x[2], 1.0]]
    other = copy.deepcopy(grid)
    rows = [r[:] for r in grid]
    grid[0][0] = grid[1][0] * 2.0
    return other[0][0] * grid[0][0] + rows[0][0] * rows[1][0]


@copying
def number_copied(x):
    a = copy.copy(x[0])
    b = copy.deepcopy(x)
    b *= 2.0
    return a * np.sum(b * x)


@copying
def copied_in_a_loop(x):
    state = {"q": x[0], "p": x[1]}
    trajectory = []
    for _ in range(3):
        state["q"] = state["q"] + 0.1 * state["p"]
        state["p"] = state["p"] - 0.1 * state["q"]
        trajectory.append(copy.deepcopy(state))
    return sum(s["q"] * s["p"] for s in trajectory)


@copying
def copies_of_copies(x):
    a = x.copy()
    b = np.copy(a)
    c = np.array(b)
    a[0], b[1], c[2] = 0.0, x[0], x[1] * x[2]
    return a @ b + b @ c


@outside
def counted_globally(x):
    global total_calls
    total_calls += 1
    COUNTS["calls"] += len(x)
    return np.sum(x * x) + 0.0 * total_calls


@outside.refused
def kept_globally(x):
    COUNTS["value"] = x[0] * x[1]
    return COUNTS["value"] * x[2]


@trying
def falls_back(x):
    try:
        scale = CONFIG["scale"]
    except KeyError:
        scale = x[0]
    return scale * np.sum(x)


@trying
def singular_or_not(x):
    m = np.outer(x, x)
    try:
        y = np.linalg.solve(m[:2, :2] * 0.0, x[:2])
    except np.linalg.LinAlgError:
        y = np.linalg.solve(m[:2, :2] + np.eye(2), x[:2])
    return np.sum(y)


@trying
def retried(x):
    step = x[0]
    for _ in range(4):
        try:
            if step > 0.5:
                raise ValueError("too large")
            break
        except ValueError:
            step = step * 0.5
    return step * x[1]


@trying
def error_of_a_callee(x):
    def safe_log(v):
        if v <= 0:
            raise ValueError(f"log of {v}")
        return math.log(v)

    total = 0.0
    for v in (x[0], x[1] - 2.0, x[2]):
        try:
            total += safe_log(v)
        except ValueError as error:
            assert "log" in str(error)
            total += v * v
        else:
            total *= 1.1
        finally:
            total += 0.1
    return total


@trying
def divided_safely(x):
    def ratio(a, b):
        try:
            return a / b
        except ZeroDivisionError:
            return a

    return ratio(x[0], x[1]) * ratio(float(x[2]), 0.0)


@managing
def warnings_caught(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = np.log(x) * 2.0
    return np.sum(y * y)


@managing
def nothing_or_something(x, guarded=False):
    manager = np.errstate(all="ignore") if guarded else nullcontext()
    with manager:
        y = np.sqrt(x)
    return np.sum(y)


@contextmanager
def scoped(name):
    COUNTS[name] = COUNTS.get(name, 0) + 1
    try:
        yield name
    finally:
        COUNTS[name] -= 1


@managing
def of_a_generator(x):
    with scoped("first") as name, np.errstate(divide="ignore"):
        y = x * len(name)
        for v in x:
            with scoped("inner"):
                y = y * v
    return np.sum(y)


@managing
def suppressing(x):
    y = x[0]
    with contextlib.suppress(KeyError, IndexError):
        y = y * x[1]
        y = y * x[7]
    return y * y


@managing
def lock_and_redirect(x):
    import io
    import threading

    lock = threading.Lock()
    with lock:
        y = np.sum(x * x)
    with contextlib.redirect_stdout(io.StringIO()):
        print("y =", y)
    return y * x[0]


@raising
def arguments_checked(x):
    if not isinstance(x, np.ndarray):
        raise TypeError("x must be an array")
    if x.ndim != 1 or x.size == 0:
        raise ValueError(f"bad shape {x.shape}")
    assert np.all(np.isfinite(x)), "x must be finite"
    return np.sum(x**2)


@raising
def diverged(x):
    y = x[0]
    for step in range(5):
        y = y * 0.5 + x[1]
        if not np.isfinite(y) or abs(y) > 1e6:
            raise FloatingPointError(f"diverged at {step}: {y}")
    return y


@raising
def raised_from(x):
    try:
        y = float(x[0]) * x[1]
    except TypeError as error:
        raise ValueError("bad") from error
    return y


@importing
def library_function(x):
    return library.weighted_mean(x, weights=x * x) + library.weighted_mean(x)


@importing
def library_with_state(x):
    return library.smooth(x, width=2) @ x + library.DEFAULT_WIDTH * x[0]


@importing
def library_raises_and_catches(x):
    return library.robust_inverse(x[0]) * library.robust_inverse(0.0) + x[1]


@importing
def imported_under_another_name(x):
    import numpy.linalg as la
    from numpy import exp as e

    from . import library as lib

    return la.norm(e(x)) * lib.weighted_mean(x)


@importing
def library_dispatch(x):
    return library.activation("swish")(x[0]) * np.sum(library.activation("identity")(x))


@assigning
def chained_targets(x):
    a = b = x[0] * x[1]
    m = np.zeros((2, 2))
    m[0, 0] = m[1, 1] = c = x[2]
    a += 1.0
    return a * b + np.sum(m) * c


@assigning
def swapped_and_rotated(x):
    a, b, c = x
    a, b = b, a
    a, b, c = c, a * b, a
    values = [a, b, c]
    values[0], values[2] = values[2], values[0]
    return values[0] * values[1] - values[2] * b


@assigning
def starred(x):
    first, *rest = x
    *head, last = [first, *rest, x[0] * x[1]]
    (a, b), *others = [(first, last), (last, first), (1.0, 2.0)]
    return first * sum(rest) + last * sum(head) + a * others[0][1] + b * len(others)


@assigning
def nested_targets(x):
    (a, (b, c)), d = (x[0], (x[1], x[2])), x[0] * x[1]
    for i, (u, v) in enumerate([(a, b), (c, d)]):
        a = a + i * u * v
    return a * b + c * d


@assigning
def annotated(x: np.ndarray) -> float:
    total: float = 0.0
    weights: list[float] = [1.0, 2.0, 3.0]
    n: int
    n = len(weights)
    for w, v in zip(weights, x):
        total += w * v * v
    result: "float" = total / n
    return result


@leaving
def searched(x):
    for i, v in enumerate(x):
        if v > 2.0:
            found = i
            break
    else:
        raise ValueError("nothing found")
    return x[found] * x[0]


@leaving
def two_levels(x):
    done = False
    total = 0.0
    for a in x:
        for b in x:
            if a * b > 3.0:
                done = True
                break
            total += a * b
        if done:
            break
        total *= 0.9
    return total


@leaving
def returned_from_a_while(x):
    y, k = x[0], 0
    while True:
        k += 1
        if k > 6:
            return y * x[1]
        if y < 0.5:
            y = y + x[2]
            continue
        y = y * 0.6


@leaving
def guards_first(x):
    def area(a, b):
        if a < 0:
            return 0.0
        if b < a:
            return b * b
        if b == a:
            return a
        return a * b

    return area(x[0], x[1]) + area(x[1], x[2]) + area(-x[0], x[2])


@leaving
def early_in_nested_loops(x):
    def first_pair(values, limit):
        for i in range(len(values)):
            for j in range(i):
                if values[i] * values[j] > limit:
                    return values[i] - values[j], i
        return values[0], -1

    value, at = first_pair(x, 1.2)
    other, none = first_pair(x, 100.0)
    return value * (at + 2) + other * none


@branching
def long_chain(x):
    n = len(x)
    if n == 1:
        y = x[0]
    elif n == 2:
        y = x[0] * x[1]
    elif n == 3 and x[0] < x[1]:
        y = x[2]
    elif n == 3:
        y = x[0] * x[2]
        z = x[1]
    else:
        y = np.sum(x)
    return y * z


@branching
def piecewise(x):
    def limiter(r):
        if r <= 0:
            phi = 0.0
        elif r < 0.5:
            phi = 2 * r
        elif r < 1:
            phi = 1.0
        else:
            phi = min(r, 2.0)
        return phi

    return sum(limiter(v) * v for v in (x[0], x[1], x[2], x[0] - 1.2, -x[0]))


@branching
def flags_and_modes(x, mode="train", dropout=0.0):
    h = x * 2.0
    if mode == "train":
        if dropout:
            h = h * (1.0 - dropout)
        h = h + 0.1 * x
    else:
        h = h * 0.5
    training = mode == "train"
    if not training:
        return np.sum(h)
    return np.sum(h * h)


@looping
def many_iterables(x):
    total = 0.0
    m = np.outer(x, x)
    for r, v in zip(m, x):
        total += np.sum(r) * v
    for name, value in zip(("a", "b"), x):
        total += value * ord(name) * 0.01
    for i in reversed(range(1, 3)):
        total = total * 0.5 + x[i] * x[i - 1]
    for i in np.arange(3):
        total += x[i] ** 2
    for v in m.flat:
        total += v * 0.1
    return total


@looping
def index_after_the_loop(x):
    for i in range(2):
        y = x[i] * 2.0
    return y * x[i] + i


@looping
def bounds_that_change(x):
    n = 2
    total = 0.0
    for i in range(n):
        n = 5
        total += x[i] * n
    values = [x[0]]
    for v in list(values):
        values.append(v * 2.0)
    return total + sum(values)


@looping
def empty_loops(x):
    y = x[0]
    for v in x[5:]:
        y = y * v
    for _ in range(0):
        y = y * 0.0
    return y * x[1]


@looping
def nested_triangle(x):
    c = np.zeros((3, 3))
    for i in range(3):
        for j in range(i, -1, -1):
            c[i, j] = x[i] * x[j] + (c[i - 1, j] if i > j else 0.0)
    return np.sum(np.tril(c) ** 2)


@repeating
def bisection(x):
    low, high = 0.0, x[0] * 2.0
    while high - low > 0.3:
        middle = 0.5 * (low + high)
        if middle**2 < x[1]:
            low = middle
        else:
            high = middle
    return low * high


@repeating
def adaptive(x):
    t, y, h = 0.0, x[0], 0.4
    while t < 1.0:
        error = abs(h * y * x[1]) * 0.1
        if error > 0.05:
            h *= 0.5
            continue
        y += -h * y * x[1]
        t += h
        h = min(h * 1.2, 1.0 - t) if t < 1.0 else h
    return y


@repeating
def series_until_small(x):
    term, total, n = 1.0, 1.0, 0
    while True:
        n += 1
        term = term * x[1] / n
        total += term
        if abs(term) < 1e-9:
            break
    return total * x[0]


@repeating
def collatz_like(x):
    n, y = 7, x[0]
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        y = np.sin(y) + 0.1 * n * x[1] / 10.0
    return y


@repeating
def worklist(x):
    work = [(0, 3)]
    total = 0.0
    while work:
        low, high = work.pop()
        if high - low == 1:
            total += x[low] ** (low + 1)
            continue
        middle = (low + high) // 2
        work.append((low, middle))
        work.append((middle, high))
    return total
