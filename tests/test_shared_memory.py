"""Programs in which several names, functions or containers see one piece of memory that is written."""

import numpy as np
import pytest

from tangent_ad import AliasError, autodiff, grad

X = np.array([0.3, 0.7, 1.1])
V = np.array([0.9, -0.4, 1.7])
PROGRAMS = []


def program(function):
    PROGRAMS.append(function)
    return function


# ---- functions that change an argument -------------------------------------------------------


def mixed(v):
    v[0] = 2.0 * v[1] * v[0]
    return v.sum()


def first_mixed(*vs):
    vs[0][0] = 2.0 * vs[0][1]
    return vs[0].sum()


def normalized(v):
    v /= np.sqrt(np.sum(v**2))
    return v


def filled(buffer, x, start=1.0, *, scale=2.0):
    for i in range(len(buffer)):
        buffer[i] = start + scale * np.sin(x[0] * i) * x[i % 3]


def pushed(items, x):
    items.append(x * x)


def halves(v):
    if v[0] > 0:
        v[0] = v[1] ** 2
        return v[1:]
    v[1] = v[0] * 3.0
    return v[:-1]


def both_mixed(v, w):
    v[0] = v[1] * w[2]
    return np.sum(v * w)


@program
def read_in_the_same_expression(x):
    # The write was not seen by what stands beside the call.
    v = x * x
    return mixed(v) + v[0] * 3.0


@program
def read_in_front_of_the_call(x):
    y = np.sin(x)
    return y[0] + 0.5 * normalized(y)[1] + y[2]


@program
def read_by_the_next_pass(x):
    v = x * x
    total = 0.0
    for _ in range(3):
        total += mixed(v)
    return total


@program
def changed_among_many(x):
    v = x * x
    changed = both_mixed(v, v)
    return changed + v[0] * 3.0


@program
def filled_buffer(x):
    buffer = np.zeros(4)
    filled(buffer, x)
    filled(buffer[1:], x * x, scale=np.sum(x))
    return np.sum(buffer**2)


@program
def pushed_by_a_function(x):
    items = []
    for i in range(3):
        pushed(items, x * i)
    return np.sum(sum(items) ** 2)


@program
def changed_and_returned(x):
    y = np.sin(x)
    z = normalized(y)
    return np.sum(y * x) + np.sum(z**3)


@program
def changed_on_both_paths(x):
    y = np.sin(x)
    z = halves(y)
    return np.sum(z * z) + np.sum(y)


@program
def changed_by_a_closure(x):
    state = x * 1.0
    step = np.tanh(x)

    def advance(rate):
        state[1:] = state[:-1] * rate + step[1:]
        return state[0] * rate

    total = 0.0
    for k in range(3):
        total += advance(0.5 + k)
    return total + np.sum(state**2)


def doubled(v):
    v *= 2.0
    return v[::-1]


@program
def changed_by_a_statement(x):
    # A function that only updates its argument was taken for one that does nothing.
    y = x * x
    doubled(y)
    return np.sum(y * x)


@program
def changed_inside_an_append(x):
    y = x * x
    firsts = [doubled(y)[0] for _ in range(2)]
    return np.sum(y * x) * firsts[0] * firsts[1]


# ---- functions that return a view -------------------------------------------------------------


def backwards(v):
    return v[::-1]


def columns(table):
    return table.T


def ends(v):
    return v[:2], v[1:]


@program
def written_through_a_view(x):
    z = 2.0 * x
    w = backwards(z)
    w[0] = w[0] * 0.4
    w *= 0.2
    return np.sum(z * z) + np.sum(w)


@program
def written_through_one_of_two_views(x):
    z = 2.0 * x
    a, b = ends(z)
    a[1] = b[0] * b[1]
    return np.sum(z * z) + np.sum(b)


@program
def written_rows_of_a_transpose(x):
    table = np.outer(x, x)
    for row in columns(table):
        row[0] = row[1] ** 2
    return np.sum(table**3)


# ---- containers in containers ------------------------------------------------------------------


@program
def appended_to_a_list_in_a_list(x):
    # Reversing the append wrote into a copy of the adjoint: the gradient was zero.
    rows = [[], []]
    for i in range(3):
        rows[i % 2].append(x[i] * x[i])
    return sum(rows[0]) * sum(rows[1])


@program
def appended_to_a_list_in_a_dict(x):
    table = {}
    for i in range(3):
        k = i % 2
        if k not in table:
            table[k] = []
        table[k].append(x[i] * x[i])
    return sum(table[0]) * sum(table[1])


@program
def extended_and_popped_deep_inside(x):
    table = {"a": [[], [x[0]]]}
    table["a"][0].extend([x[0], x[1] * x[2]])
    table["a"][0].insert(0, x[2])
    y = table["a"][0].pop()
    return y * y * sum(table["a"][0]) * table["a"][1][0]


@program
def appended_while_iterating(x):
    # The list of lists was not known to be what the loop appends to.
    rows = [[x[0]], [x[1]]]
    for row in rows:
        row.append(x[2])
    return rows[0][1] * rows[1][0] * rows[1][1]


def itself(items):
    return items


@program
def list_that_a_function_gives_back(x):
    items = [x[0] * x[1], x[1]]
    same = itself(items)
    same[0] = same[1] * x[2]
    return items[0] * same[1]


@program
def list_kept_in_a_list(x):
    history, state = [], [x[0], x[1]]
    for k in range(3):
        history.append(state)
        state = [state[1] * x[2], state[0] + k]
    return sum([pair[0] * pair[1] for pair in history])


@program
def second_name_of_an_inner_list(x):
    rows = [[x[0]], [x[1]]]
    row = rows[1]
    row.append(x[2] * x[0])
    row[0] = x[0]
    return rows[0][0] * rows[1][0] * rows[1][1]


@program
def added_at_places_of_a_row(x):
    table = np.outer(x, x)
    np.add.at(table[0], [0, 0, 1], x)
    return np.sum(table**2)


# ---- dicts ---------------------------------------------------------------------------------------


@program
def updated_by_keywords(x):
    table = {"a": x * x}
    table.update(b=x, a=table["a"] * x)
    return np.sum(table["a"] * table["b"])


@program
def updated_by_a_display(x):
    table = {"a": x * x, "b": x}
    table.update({"a": table["b"] * 2.0, "b": table["a"]})
    return np.sum(table["a"] * table["b"] ** 2)


@program
def updated_by_another(x):
    table = {"a": x * x, "b": x}
    other = {"b": x**3, "c": np.sin(x)}
    table.update(other)
    return np.sum(table["a"] * table["b"] ** 2 * table["c"])


@program
def grouped_by_setdefault(x):
    table = {}
    for i in range(3):
        table.setdefault(i % 2, []).append(x[i] * x[i])
    return sum(table[0]) * sum(table[1])


@program
def default_is_set_once(x):
    table = {"a": x * x}
    table.setdefault("a", x)
    y = table.setdefault("b", x * 3.0)
    z = table.setdefault("c", x * 2.0) * table["b"]
    return np.sum(y * z * table["a"])


# ---- one array under several names -------------------------------------------------------------


@program
def appended_and_updated(x):
    y = np.zeros(3)
    kept = []
    for _ in range(3):
        y += np.sin(x * y) + x
        kept.append(y)
    return np.sum(kept[0] * kept[-1]) + len(kept)


@program
def iterated_and_updated(x):
    y = x * 1.0
    kept = []
    for k in range(3):
        y[k] *= x[0]
        kept.append(y)
    total = 0.0
    for z in kept:
        total = total + np.sum(np.sin(total) * z)
    return total * sum([np.sum(z) for z in kept])


@program
def appended_anew_in_each_pass(x):
    total = 0.0
    for _ in range(2):
        y = x * 1.0
        kept = []
        for k in range(2):
            kept.append(y)
            y[k] *= x[0]
        total = total + np.sum(kept[0]) ** 2
    return total


@program
def apart_behind_a_loop(x):
    # Refused: without a pass of the loop, y and z are one array.
    z = x * x
    y = z
    for _ in range(2):
        y = y + np.sin(y)
    y[0] = y[1] * 2.0
    return np.sum(z * y)


@program
def apart_on_the_other_path(x):
    z = x * x
    y = z
    if x[0] > 0.0:
        y = 2.0 * y
    y[0] = 1.0
    return np.sum(z * y)


@program
def one_copy_on_both_paths(x):
    y = x * 1.0
    view = y[::2]
    if x[0] > 0.0:
        for _ in range(2):
            y -= 0.5 * np.tanh(y)
    return np.sum(view) * y[1]


@program
def view_of_an_argument(x):
    # The caller's array was written.
    v = x[1:]
    v[0] = 2.0 * v[1]
    return np.sum(v * v)


@program
def augmented_under_another_name(x):
    s = x
    t = s
    s += 1.0
    return np.sum(s * s * t)


@program
def slot_that_becomes_an_array(x):
    acc = [0.0, 0.0]
    acc[0] += x
    acc[1] += acc[0] * x
    return (acc[0] * acc[1]).sum()


@program
def multiplied_in_slots(x):
    acc = [1.0, 1.0]
    for k in range(3):
        acc[k % 2] *= x[k]
    return acc[0] * acc[1] ** 2


@program
def augmented_at_masks(x):
    y = x * 1.0
    y[y > 0.5] *= y[y > 0.5] * x[0]
    y[[0, 2]] /= 2.0 + x[1]
    y[1:] **= 2
    return (y * x).sum()


@program
def slot_deep_inside(x):
    rows = [[x * 1.0, x * x], [x * 2.0]]
    w = rows[0][1]
    rows[0][1] = x * 3.0
    w[0] = x[1]
    return (rows[0][1] * w * rows[0][0]).sum()


@program
def augmented_by_remainders(x):
    y = x * 5.0
    y[0] //= 1.0
    y[1] %= 1.5
    return (y * x).sum()


@program
def augmented_by_a_product(x):
    A = np.outer(x, x) + np.eye(3)
    B = [A * 1.0]
    B[0] @= A
    return B[0].sum()


@program
def rows_of_two_arrays(x):
    A = np.outer(x, x)
    B = np.outer(x * x, x)
    for r, s in zip(A, B, strict=True):
        r += s
        s[0] = r[1]
    return (A**2 * B).sum()


@program
def three_buffers_that_trade_places(x):
    a, b, c = x * 1.0, np.zeros(3), np.ones(3)
    for _ in range(4):
        c[1:] = a[:-1] * b[1:] + x[0]
        a, b, c = b, c, a
    return (a * b * b * c).sum()


@program
def rows_that_trade_places(x):
    A = np.outer(x, x) * np.arange(9.0).reshape(3, 3)
    A[0], A[1] = A[1], A[0]
    return (A * np.arange(9.0).reshape(3, 3)).sum()


# ---- views of another shape ---------------------------------------------------------------------


@program
def written_in_another_shape(x):
    # Refused: writing into the result of a call.
    y = np.zeros(4)
    square = y.reshape(2, 2)
    square[0, 1] = x[0]
    square[1] += x[1:]
    return np.sum(y * np.arange(4.0)) + square[1, 1] * y[2]


@program
def written_in_one_row(x):
    table = np.outer(x, x)
    flat = table.ravel()
    total = 0.0
    for i in range(9):
        total = total + flat[i] * flat[i - 1]
        flat[i] = total * flat[(i * 2) % 9]
    return np.sum(table**2) + total


@program
def written_as_a_column(x):
    y = np.concatenate([x, x * x])
    z = y[::2]
    column = z.reshape(3, 1)
    column[0, 0] = x[1] * 7.0
    column[1:] *= x[0]
    return np.sum(y * y) + column[0, 0] * z[0]


@program
def flattened_with_a_copy(x):
    # Every other element of a row is flattened by a copy: it was taken for a view.
    y = np.outer(x, x)[0] * 1.0
    z = y[::2]
    flat = z.ravel()
    flat[0] = x[0] * 7.0
    return np.sum(y * y) + flat[0] * z[0]


@program
def transposed_and_written(x):
    table = np.zeros((2, 3))
    table[0] = x
    other = table.transpose(1, 0)
    other[1] = x[0]
    table.swapaxes(0, 1)[2] += x[1]
    return np.sum(table**2)


@program
def diagonal_of_what_was_written(x):
    # The adjoint was the diagonal of another array, which is read-only.
    y = np.zeros(3)
    y[0] = x[1] * x[0]
    return np.sum(np.diag(y) * np.outer(x, x))


@program
def appended_in_front_of_a_branch(x):
    # The adjoint of the list was None where the other path was taken.
    terms = [x[0] * x[1]]
    terms.append(terms[0])
    if x[2] > 1.0:
        y = x[2]
    else:
        y = terms[1] * x[2]
    return y * x[0]


# ---- what shares nothing -------------------------------------------------------------------------


def interleaved(c):
    n = len(c)
    if n == 1:
        return c
    half = interleaved(c[: n // 2])
    out = np.empty(n)
    out[0::2] = c[n // 2 :] + half
    out[1::2] = half * 2.0
    return out


@program
def new_array_on_one_path(x):
    # Refused: what is returned was taken for the argument, which is returned on the other path.
    y = np.concatenate([x, x[:1]])
    return np.sum(interleaved(y) * np.arange(4.0)) + np.sum(y * y)


@program
def numbers_in_a_table(x):
    # Refused: what a comprehension makes was not known to hold numbers.
    table = [[0.0] * 4 for _ in range(4)]
    best = []
    for i in range(1, 4):
        for j in range(1, 4):
            table[i][j] = table[i - 1][j - 1] * x[0] + x[i - 1] * x[j - 1]
            best.append(table[i][j])
            table[i][j] = table[i][j] * 0.5
    return sum(best)


@program
def new_key_deep_inside(x):
    # A KeyError: what the key held before was to be saved.
    rows = [[1.0, 2.0], {}]
    rows[0] = [x[0], x[1]]
    row = rows[0]
    rows[1]["last"] = (x[2], row[1])
    return rows[1]["last"][1]


# ---- the rest -------------------------------------------------------------------------------------


@program
def mask_of_what_is_written(x):
    # The mask was worked out again from the adjoint.
    y = x * 1.0
    y[y > 0.5] -= x[0]
    return np.sum(y * y)


@program
def array_of_a_list_is_a_copy(x):
    items = [x[0] * x[1], x[2]]
    y = np.array(items)
    y[0] = y[1] * 3.0
    return np.sum(y * y) + items[0]


SIZE = 1.5


@program
def list_with_a_global_number(x):
    sizes = [x[0], SIZE]
    other = sizes
    other[0] = other[0] * SIZE
    return sizes[0] * x[1]


@program
def number_that_becomes_an_array(x):
    # `y` was taken for a number for the sake of `first`, which is one.
    y = 1.0
    for _ in range(2):
        y = y * x
    first = y[0]
    y[0] = 0.3
    return first * np.sum(y)


@program
def lambdas_in_a_tuple(x):
    # The variable of a lambda was taken for one that is bound again while the lambda is in use.
    scale = np.sum(x)
    twice, scaled = (lambda a: 2.0 * a, lambda a: scale * a)
    y = twice(x[0]) + scaled(x[1])
    scale += y
    return y * scaled(x[2])


def twice(function, value):
    return function(function(value))


@program
def lambda_for_one_call(x):
    # Refused, since the variable is bound again later on.
    scale = np.sum(x)
    y = twice(lambda a: np.sin(scale * a), x[0])
    scale = scale * y
    return twice(lambda a: scale * a, x[1])


def folded(a, *others):
    total = a
    for x in others:
        total = total * np.sin(x) + x
    return total


@program
def unpacked_for_a_call(x):
    # Refused, where nobody knows whether x is an array or a list.
    return folded(x[0] * x[1], *x) * x[2]


@program
def columns_while_a_row_is_written(x):
    # The columns got a name for all of them, and an adjoint of its own.
    table = np.ones((3, 3)) * x
    row = table[1]
    for column in table.T:
        rest = list(column)
        row += np.cos(row)
    return sum(rest)


@program
def parts_of_one_array_in_a_list(x):
    y = x * 1.0
    parts = [y[:1], y[1:]]
    parts[0][0] = parts[1][0] * parts[1][1]
    return np.sum(parts[0]) + np.sum(parts[1] ** 2)


@program
def rows_that_change_places(x):
    rows = [x * 1.0, x * 2.0, x * 3.0]
    rows[0], rows[1] = rows[1], rows[0]
    rows[0][0] = 5.0 * rows[1][1]
    return np.sum(rows[0]) + np.sum(rows[1] ** 2)


@program
def row_written_before_its_slot(x):
    # Refused: the slot is written, but later.
    rows = [x * 1.0, x * 2.0]
    first = rows[0]
    first[1] = 7.0 * x[0]
    rows[1] = first * 2.0
    return sum(np.sum(r * r) for r in rows)


@program
def branch_that_makes_an_alias(x):
    # Refused: where the paths meet, the name was taken for written.
    y = x * 1.0
    if x[0] > 0.5:
        w = y
    else:
        w = x * 2.0
        y += 2.0
    return np.sum(y * w)


@program
def array_in_a_slot_under_another_name(x):
    d = {"w": x * 1.0}
    w = d["w"]
    d["w"] += x * x
    return (w * d["w"]).sum()


@program
def entry_that_is_another_one(x):
    row = [x[0], x[1]]
    table = {"a": row, "b": [x[2]]}
    table["b"] = row
    table["b"][0] = 7.0 * x[0] * x[1]
    return table["a"][0] + table["b"][0]


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_what_is_unpacked_for_a_call(kind):
    def scaled(xs, a):
        return folded(a, *xs) * xs[1]

    got = grad(scaled)(kind(X.tolist()), 0.9)
    np.testing.assert_allclose(got, slopes(lambda x: scaled(x, 0.9)), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("options", [{}, {"optimized": False}, {"motion": "split"}], ids=str)
def test_reverse(function, options):
    x = X.copy()
    np.testing.assert_allclose(grad(function, **options)(x), slopes(function), rtol=1e-6, atol=1e-8)
    np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_forward(function):
    got = autodiff(function, mode="forward")(X.copy(), V)
    np.testing.assert_allclose(got, slopes(function) @ V, rtol=1e-6, atol=1e-8)


def slopes(function):
    steps = 1e-6 * np.eye(3)
    return np.array([(function(X + s) - function(X - s)) / 2e-6 for s in steps])


# ---- what is only known when the program runs -------------------------------------------------------


def applied(function, i):
    return function(i)


def list_in_several_slots(x):
    rows = [[0.0] * 3] * 2
    rows[0][0] = x[0] * x[1]
    return rows[1][0] * x[2]


def array_in_several_slots(x):
    rows = [x * 1.0] * 2
    rows[0][0] = x[0] * x[1]
    return (rows[1] * rows[0]).sum()


def views_in_a_list(x):
    A = np.zeros((3, 3))
    views = [A[i] for i in range(3)]
    for i, v in enumerate(views):
        v[:] = x * x[i]
    return (A * A).sum()


def views_made_by_map(x):
    A = np.zeros((3, 3))
    rows = list(map(lambda i: A[i], range(3)))  # noqa: C417
    rows[0][:] = x
    return (A * A).sum()


def view_that_a_lambda_gives(x):
    A = np.zeros((3, 3))
    get = lambda i: A[i]  # noqa: E731
    row = applied(get, 1)
    row[:] = x
    return (A * A).sum()


def view_that_a_local_function_gives(x):
    A = np.outer(x, x)

    def get(i):
        return A[i]

    row = applied(get, 1)
    row[:] = x
    return (A * A).sum()


def view_that_a_function_in_a_list_gives(x):
    A = np.outer(x, x)
    fs = [lambda: A[0], lambda: A[1]]
    for f in fs:
        r = f()
        r[0] = x[1]
    return (A * A).sum()


def array_multiplied_in_a_slot(x):
    acc = [x * 1.0, x * x]
    w = acc[0]
    acc[0] *= acc[1]
    acc[0] /= 2.0
    return (acc[0] * w).sum()


def array_that_moves_to_another_slot(x):
    rows = [x * 1.0, x * 2.0]
    rows[1] = rows[0]
    rows[1][0] = 7.0 * x[0] * x[1]
    return np.sum(rows[0]) * np.sum(rows[1])


def list_appended_twice(x):
    row, rows = [x[0], x[1]], []
    rows.append(row)
    rows.append(row)
    rows[1][0] = 7.0 * x[0]
    return rows[0][0] + rows[1][0]


def array_for_each_place_of_a_comprehension(x):
    y = x * 1.0
    rows = [y for _ in range(3)]
    rows[1][0] = y[1] * y[2]
    return sum(np.sum(r * r) for r in rows)


def last_row_appended_again(x):
    rows = [x * 1.0]
    for _ in range(3):
        rows.append(rows[-1])
        rows[-1][0] = rows[-2][1] * 2.0
    return np.sum(rows[-1] * rows[1])


def overlapping_views_in_a_list(x):
    rows = []
    for i in range(2):
        rows.append(x[i : i + 2])
    return {"rows": rows}


def views_that_a_function_gives(x):
    rows = overlapping_views_in_a_list(x * 1.0)["rows"]
    rows[0][1] = rows[1][1] * 2.0
    return np.sum(rows[1] ** 2)


def row_of_the_pass_before(x):
    rows = [x * 1.0, x * 2.0, x * 3.0]
    for i in range(3):
        if i > 0:
            row[0] = 5.0 * x[i]  # noqa: F821
        row = rows[i]  # noqa: F841
    return sum(np.sum(r * r) for r in rows)


def array_written_while_a_loop_goes_over_it(x):
    y = x * 1.0
    for row in (y, y):
        y[0] = np.cos(np.sum(row) * x[1])
    return np.sum(y)


@pytest.mark.parametrize(
    "function",
    [
        array_written_while_a_loop_goes_over_it,
        array_that_moves_to_another_slot,
        list_appended_twice,
        array_for_each_place_of_a_comprehension,
        last_row_appended_again,
        views_that_a_function_gives,
        row_of_the_pass_before,
        list_in_several_slots,
        array_in_several_slots,
        views_in_a_list,
        views_made_by_map,
        view_that_a_lambda_gives,
        view_that_a_local_function_gives,
        view_that_a_function_in_a_list_gives,
        array_multiplied_in_a_slot,
    ],
)
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_refused(function, mode):
    # All of them had a derivative, in which one of two names kept what was written over.
    with pytest.raises(AliasError):
        autodiff(function, mode=mode)(X.copy(), 1.0 if mode == "reverse" else V)


def test_a_slice_of_a_list_is_a_new_list():
    # It was replaced by the slice, and what was put into it went nowhere.
    def slice_of_a_list_of_lists(x):
        rows = [[x[0]], [x[1]], [x[2]]]
        rest = rows[1:]
        rest[0].append(x[0] * x[2])
        rest[1] = [x[2] * x[2]]
        return rows[1][1] * rows[2][0] * rest[1][0]

    with pytest.raises(AliasError, match="rest and rows"):
        grad(slice_of_a_list_of_lists)


def test_names_that_are_one_array_in_this_run():
    def updated(x, passes):
        z = x * x
        y = z
        for _ in range(passes):
            y = y + np.sin(y)
        y[0] = y[1] * 2.0
        return np.sum(z * y)

    gradient = grad(updated)
    wanted = slopes(lambda x: updated(x, 2))
    np.testing.assert_allclose(gradient(X, 2), wanted, rtol=1e-6, atol=1e-8)
    with pytest.raises(AliasError, match="y and z .test_shared_memory.py"):
        gradient(X, 0)


def test_parts_of_arguments_stay_as_they_are():
    def scaled(parameters):
        w = parameters["w"]
        w *= 2.0
        return np.sum(w) * parameters["b"] * np.sum(parameters["w"])

    given = {"w": X.copy(), "b": 0.5}
    got = grad(scaled)(given)
    np.testing.assert_array_equal(given["w"], X)
    np.testing.assert_allclose(got["w"], 4.0 * np.full(3, np.sum(X)))
    np.testing.assert_allclose(got["b"], 4.0 * np.sum(X) ** 2)


def test_the_callers_array_stays_as_it_is():
    # A function that is called wrote into the argument of the derivative.
    def outer(x):
        return mixed(x)

    x = X.copy()
    first = grad(outer)(x)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_allclose(first, [2.0 * X[1], 2.0 * X[0] + 1.0, 1.0])


def test_a_number_where_an_array_was_likely():
    # The text copied the argument as an array, and nothing tested on entry that it is one.
    def stepped(x, start):
        for rate in [start, 0.32]:
            rate -= 0.5 * np.tanh(x[-1])
        return np.sum(x) + start

    tangent = autodiff(stepped, wrt=(0,), mode="forward")
    assert tangent(X, 1.3, np.ones(3)) == pytest.approx(3.0)
    np.testing.assert_allclose(grad(stepped)(X, 1.3), np.ones(3))
