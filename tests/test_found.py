"""Small programs that once came out wrong, each with a line on what went wrong."""

import math

import numpy as np
import pytest

from tangent_ad import AliasError, UnsupportedSyntaxError, autodiff, grad, hvp, vjp

X = np.array([0.7, -1.3, 0.4])
V = np.array([0.9, -0.4, 1.7])


def tangent_of_an_operand(x):
    # The tangent of y - 1.0 was that of y, not a copy, and saw the zero that was written into y.
    y = 2.0 * x
    t = y - 1.0
    y[0] = 0.0
    return np.sum(t * t) + y[1]


def one_number_in_an_array_that_a_function_gives_back(x):
    # The adjoint of an array without axes, a float, was asked for a copy.
    def same(value):
        return value

    return same(np.where(1.0, 1.0, 1.0) + x[0]) * x[1]


def pop_that_nobody_wants(x):
    # The list of tangents was not shortened; the list of adjoints did not grow by a zero.
    items = [x[0], x[0] * x[1], x[2]]
    unused = items.pop()  # noqa: F841
    return items.pop() * items[0]


def pop_as_a_statement(x):
    # The rule of pop was asked for the adjoint of a result without a name.
    items = [x[0], x[0] * x[1], x[2]]
    items.pop()
    return items.pop() * items[0]


def pop_then_append(x):
    items = [x[0], x[0] * x[1]]
    last = items.pop()
    items.append(x[2] * last)
    return last * last


def equal_entries_of_a_list(x):
    # Equal values in one display were one value, and what was written into one was in the other.
    entries, rows = [{"a": x[0]}, {"a": x[0]}], [x * 2, x * 2]
    entries[0]["a"] = 5.0
    rows[0][0] = 0.0
    return entries[1]["a"] ** 2 + np.sum(rows[1] ** 2)


def equal_values_of_two_names(x):
    a, b = x * 2, x * 2
    a[0] = 0.0
    return np.sum(a * b) + np.sum(first_is_emptied(x * 3, x * 3))


def first_is_emptied(a, b):
    a[0] = 0.0
    return a * b


def values_that_meet_their_view(x):
    # `bd * part` moved behind `bd[:] += bd * t`: bd had two names, of which one was written.
    c, d = x, x * x
    for _ in range(2):
        t = np.tanh(c[:])
        c = c + t
        d = d + (1.0 - t * t) * d[:]
    return np.cos(c[0] + c[-1]) * (d[0] + d[-1])


def adjoints_that_share_on_one_path(x):
    # The adjoints of y and z are one array on the path that was reversed first, which was forgotten.
    y, z = x * 2.0, x * 3.0
    first = y[0] * y[0]
    w = y + z if x[0] > 0.0 else 2.0 * y + 3.0 * z
    return np.sum(w * w) + first


def adjoints_that_share_in_front_of_a_loop(x):
    # The adjoints of a and b are one array where the reversed loop begins to write into one of them.
    a, b = x * x, np.sin(x)
    for _ in range(1):
        a[1:] = 0.5
        a, b = b, a
    return np.sum(np.cos(a + b))


def one_name_of_two(x):
    # x_2 = x_1 became x_1 = x_1 when the two got one name, whose adjoint was then set to zero.
    for _ in range(1):
        for _, _ in zip(x, np.ones(0), strict=False):
            x -= 0.5
    return np.sum(x * x)


def displays_that_unpack(x):
    # Forward mode wrote [*dt, *dt]: refused. What was unpacked next to it was counted as one item.
    numbers = [1.0, 2.0]
    items = [0.0] * 2 + [v * v for v in x]
    items = items * 2
    rest = np.array([*items[1:], 0.5])
    pair = (*numbers, x[0] * x[1])
    return np.sum(np.array(items) * np.sin(rest)) * pair[2] * np.prod([*x])


def keys_of_a_dict(x):
    # The keys were taken for differentiated where the dict is run through backwards: refused.
    table = {"a": x[0], "b": x[1]}
    s = x[2]
    for value in table.values():
        s = np.sin(s) * value
    for key in reversed(table):
        s = s + np.sin(table[key])
    for key in list(table):
        s = s * table[key]
    return s


def taken_out_and_written(x):
    # Two writes in one statement, of which only one was undone.
    items, y, s = [1.0, 2.0, 3.0, 5.0], np.zeros(2), 0.0
    for i in range(3):
        s += x[i] * y[0] * sum(items)
        y[0] = items.pop()
    return s


def taken_out_in_an_expression(x):
    # The list was summed as it is at the end.
    items, y, s = [1.0, 2.0, 3.0, 5.0], 0.0, 0.0
    for i in range(3):
        s += x[i] * y * sum(items)
        y = 2.0 * items.pop()
    return s


def taken_out_in_tests(x):
    items, s = [-1.0, 4.0, 3.0, 8.0, 1.0, -2.0, 5.0], 0.0
    while items.pop() > 0:
        s += x[0] * sum(items) * x[1]
        if items.pop() > 7.0:
            s = s * x[2]
    return s


def taken_out_to_iterate(x):
    # Popped from an empty list: the backward pass took out the items once more.
    items, s = [[1.0, 2.0], [3.0, 5.0]], 0.0
    for _ in range(2):
        for v in items.pop():
            s += x[0] * v * x[1] * len(items)
    return s


def walrus_and_else(x):
    # The test moved into the loop, and what stands behind else was never run.
    n, s = 3, x[0]
    while (n := n - 1) > 0:
        s = s * x[1]
    else:
        s = s * s
    return s


def calls_with_nothing_behind(x):
    # With nothing left to do behind the test, the call in it was not made either.
    def grown(items):
        items.append(items[-1] * x[0])
        return len(items) > 2

    items = [x[1], x[2]]
    for _ in range(3):
        if grown(items):
            continue
    return items[0] + items[-1] * items[-2]


@pytest.mark.parametrize(
    "function",
    [
        calls_with_nothing_behind,
        tangent_of_an_operand, one_number_in_an_array_that_a_function_gives_back,
        pop_that_nobody_wants, pop_as_a_statement, pop_then_append,
        values_that_meet_their_view, adjoints_that_share_on_one_path, equal_entries_of_a_list,
        equal_values_of_two_names,
        adjoints_that_share_in_front_of_a_loop, taken_out_and_written, taken_out_in_an_expression,
        one_name_of_two, taken_out_in_tests, taken_out_to_iterate, walrus_and_else,
        displays_that_unpack,
        keys_of_a_dict,
    ],
)  # fmt: skip
@pytest.mark.parametrize("optimized", [True, False])
def test_first_order(function, optimized):
    step = 1e-6
    wanted = np.array([
        (function(X + step * e) - function(X - step * e)) / (2.0 * step) for e in np.eye(3)
    ])  # fmt: skip
    got = grad(function, optimized=optimized)(X)
    np.testing.assert_allclose(got, wanted, rtol=1e-7, atol=1e-8)
    forward = autodiff(function, mode="forward", optimized=optimized)
    assert forward(X, V) == pytest.approx(V @ wanted, rel=1e-7)


def whole_array_written(x):
    # bstate[...] was set to zero behind a statement that still read it.
    state = np.ones(3)
    same = state
    state[1] = same[2] - x[0]
    same += np.sin(state - x)
    return np.sum(np.sin(state))


def callee_that_empties_a_list(x):
    # The adjoint of the list of saved values took the form of the list when it was empty.
    return np.tanh(damped(x[0])) * x[1]


def damped(value):
    for _ in range(2):
        value = 0.8 * np.sin(value)
    return value


def saved_and_read_for_its_shape(x):
    # A list of saved values whose elements were read, but not differentiated.
    for _ in range(2):
        x = x + np.sum(x * x)
    return x[0] * x[1]


def arrays_in_two_lists(x):
    # Two lists that hold the same array were taken for one list.
    y = x * x
    for _ in range(2):
        for q in np.sin(y):
            y = y * q
    return np.sum(y)


def saved_in_front_of_a_write(x):
    # The new array was saved, then written: the list of saved values was an alias.
    for i in range(2):
        v = 2.0 * x
        v[i] = np.cos(x[i])
        x = x + np.where(v < 0.5, v, x) * x
    return np.sum(x * x)


def slice_of_a_list(x):
    # The adjoint of a slice of a list was written into that of the list, as no user may.
    s = 0.0
    for _ in range(2):
        layers = [x[0] * x, x[1] * x, x * x]
        s = s + np.sum(sum(layers[1:]) * x)
        x = x + 0.3 * np.sin(layers[0])
    return s


def lists_in_a_list(x):
    # The adjoint of the outer list was taken for a list of numbers: refused.
    rows = [[np.sin(a * b) for b in x[1:]] for a in x]
    return np.sum(np.array(rows))


def entry_of_a_dict_that_is_handed_on(x):
    # The adjoint of the dict, of unknown kind, was asked how many elements it has.
    return handed_on({"a": x[0], "b": x}, x)


def handed_on(table, x):
    for _ in range(2):
        x = x * table["a"]
    return np.sum(x * table["b"])


def callee_that_undoes_writes(x):
    # The backward half of filled was taken apart, and the parts of its argument had no adjoint.
    return filled(x) * x[0]


def filled(values):
    y = np.empty(3)
    for i in range(3):
        y[i] = np.sin(values[i])
    return np.sum(np.sin(y))


def kept_in_front_of_an_exit(x):
    # What only a test read had no adjoint, and that of its list was made when it was empty.
    a = x[0]
    for i in range(3):
        if a < -6.0:
            return a * a
        a -= 0.5 * math.cos(damped(a * i))
    return math.cos(a) * x[1]


def written_after_a_loop(x):
    # What had been saved was taken to be what is written: refused.
    y = np.zeros(3)
    for _ in range(3):
        y = np.tanh(y + x)
    y[0] = x[1] * y.min()
    return np.sum(y * y)


def written_while_saved(x):
    # Saved in front of the write in the pass, and read behind it: refused.
    y = x * 1.0
    s = x[0]
    for i in range(3):
        y[0] = np.cos(s * y[1])
        z = np.sin(y) * s
        z[1] = y[i] * s
        y = z
        s = s * np.sum(y)
    return s


def written_in_front_of_an_exit(x):
    # The same, where a pass may end before the write.
    y = x * 1.0
    s = x[0]
    for _ in range(4):
        if s > 0.25:
            y[0] = s * s
            s = s * np.sum(np.sin(y))
            y = np.sin(y)
        else:
            s = s + 0.3
        y[1] = s
        s = np.sum(np.cos(y))
        if s > 7.0:
            y = np.cos(y)
            break
        y[2] = s * s
        y = np.tanh(y + np.sin(y) * y)
    return np.sum(y)


def written_in_turn(x):
    # Two buffers that change places are in the lists of both: refused.
    a, b = x * 1.0, np.zeros(3)
    for _ in range(3):
        b[1:] = np.sin(a[:-1]) * a[1:]
        b[0] = a[2]
        a, b = b, a
    return np.sum(a * a)


@pytest.mark.parametrize(
    "function",
    [
        displays_that_unpack, keys_of_a_dict, callee_that_undoes_writes, lists_in_a_list,
        entry_of_a_dict_that_is_handed_on,
        kept_in_front_of_an_exit, written_after_a_loop, written_while_saved,
        written_in_front_of_an_exit, written_in_turn,
        whole_array_written, callee_that_empties_a_list, saved_and_read_for_its_shape,
        arrays_in_two_lists, saved_in_front_of_a_write, slice_of_a_list,
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "mode", ["forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"]
)
def test_second_order(function, mode):
    x, v = np.array([0.3, 0.8, -0.4]), np.array([0.5, -1.0, 0.7])
    gradient = grad(function)
    wanted = (gradient(x + 1e-5 * v) - gradient(x - 1e-5 * v)) / 2e-5
    got = hvp(function, mode=mode)(x, v)
    np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-8)


def test_functions_that_call_each_other():
    # What one returns was taken for what had been assumed of the other when it was first read.
    def power(v, n):
        return helper(v, n)

    def helper(v, n):
        if n == 0:
            return 0.6
        return v * power(v, n - 1)

    for mode in ("forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"):
        assert hvp(power, mode=mode)(0.6, 3, 1.0) == pytest.approx(6 * 0.6 * 0.6)


def checked(function, *arguments):
    """The gradients, in joint and split motion and without the optimiser, against central
    differences at two steps."""
    wrt = tuple(range(len(arguments)))

    def moved(step):
        found = []
        for place, argument in enumerate(arguments):
            for unit in np.eye(np.size(argument)).reshape(-1, *np.shape(argument)):
                ends = [
                    function(*[a + s * unit * (i == place) for i, a in enumerate(arguments)])
                    for s in (step, -step)
                ]
                found.append((ends[0] - ends[1]) / (2.0 * step))
        return np.array(found)

    wanted = (4.0 * moved(1e-4) - moved(2e-4)) / 3.0
    for options in ({}, {"motion": "split"}, {"optimized": False}):
        got = grad(function, wrt=wrt, **options)(*arguments)
        parts = got if len(wrt) > 1 else (got,)
        flat = np.concatenate([np.ravel(part) for part in parts])
        np.testing.assert_allclose(flat, wanted, rtol=1e-7, atol=1e-8)


def mask_of_what_it_writes(x):
    # The mask was computed again after the write.
    y = x * 1.0
    y[y < 0.0] = 2.0
    return np.sum(y * y)


def index_that_repeats(x):
    # Each of the two elements got the adjoint; only the last write stays.
    y = np.ones(3)
    y[[2, 2]] = x[:2]
    return np.sum(y * y)


def carried_through_two_loops(x):
    # The square read the value that the inner loop had begun with.
    for _ in range(3):
        for _ in range(2):
            x = np.tanh(x)
        x = x * x
    return np.sum(x)


def bound_by_the_loop_alone(x):
    # What one pass left for the next was saved at the wrong end.
    total = 0.0
    for i in range(3):
        r = x if i == 0 else np.cos(r)  # noqa: F821
        total = total + np.sum(r * r)
    return total


def restored_in_a_branch(x):
    # The element was put back into the array of the pass before.
    for i in range(2):
        if i > 3:
            break
        x = np.log1p(x * x)
        x[0] += 1.0
    return np.sum(x * x)


def rows_while_they_change(x):
    # The loop went over a copy of the rows.
    rows = np.outer(x, x)
    total = 0.0
    for row in rows:
        rows[-1] = np.sin(row)
        total = total + np.sum(row)
    return total


def two_names_of_one_array(x):
    # The second update was taken for a new array.
    y = x * x
    other = y
    y /= 2.0
    other += other
    return np.sum(y * y)


def into_itself(x):
    # The adjoint of what was read was set to zero with that of what was written.
    y = x * x
    y[[2, 0, 1]] = y
    return y @ np.arange(3.0)


def born_in_another_loop(x):
    # The array was taken for one that every pass makes anew, and nothing was saved.
    for i in range(2):
        y = x * (i + 1.0)
    for _ in range(2):
        for n in range(1, 3):
            y[n] = y[n] * np.cos(y[n - 1])
    return np.sum(y)


def constants_among_the_items(x):
    # Only active items were taken off the list again.
    items = [np.sum(x)]
    items.insert(0, 0.6)
    items.append(1.0)
    return items[1] ** 2


def list_in_a_dict_made_longer(x):
    # `+=` was taken for an addition of numbers.
    table = {"items": [x[1]]}
    table["items"] += [x[0]]
    return table["items"][0] * table["items"][1]


def tuple_in_a_list_made_longer(x):
    items = [(x[0],)]
    items[0] += (x[1], x[2])
    return items[0][2] * items[0][0] + items[0][1]


def last_row_of_two(x):
    # zip() hid that the loop leaves a view behind.
    rows = np.ones((2, 3)) * x
    for _, last in zip(rows, rows):  # noqa: B007, B905
        pass
    rows -= x * x
    return np.sum(last)


def written_after_a_call(x):
    # What the callee kept by keyword was overwritten before it was read.
    factor = x * 2.0

    def scaled():
        return factor * x

    y = np.sum(scaled())
    factor[1] = 0.5
    return y + np.sum(factor)


def swapped_while_gone_through(x):
    # The name of the other array stood for one that had been bound again in the meantime.
    a, b = x[:1] + x[1], x[:1] * x[2]
    for _ in range(2):
        for item in a:
            a, b = b, a
            item -= 0.5
    return np.sum(a * a) + item * np.sum(b)


@pytest.mark.parametrize(
    "function",
    [
        swapped_while_gone_through, mask_of_what_it_writes, index_that_repeats,
        carried_through_two_loops,
        bound_by_the_loop_alone, restored_in_a_branch, rows_while_they_change,
        two_names_of_one_array, into_itself, born_in_another_loop, constants_among_the_items,
        list_in_a_dict_made_longer,
        tuple_in_a_list_made_longer,
        last_row_of_two, written_after_a_call,
    ],
    ids=lambda function: function.__name__,
)  # fmt: skip
def test_gradient(function):
    checked(function, X)


def test_solve_where_nothing_tells_the_rank():
    # A right-hand side of unknown rank was taken for a matrix.
    def solved_rows(matrix, rows):
        for i in range(2):
            row = 2.0 * rows[i]
            rows = rows * np.sin(row + matrix)
            x = np.linalg.solve(8.0 * np.eye(2) + rows, row)
        return np.sum(x**2)

    checked(solved_rows, np.array([[0.3, -0.7], [1.1, 0.2]]), np.array([[0.9, 0.4], [-0.5, 1.3]]))


@pytest.mark.parametrize(
    "mode", ["forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"]
)
def test_second_order_of_a_loop_over_a_list(mode):
    # What the second derivative adds to was taken for an array where it may be a float.
    def folded(values, loss):
        b = loss
        for total in values:
            b = b * np.cos(total)
        if b < -12.0:
            return np.abs(loss)
        return np.tanh(b) + sum(values)

    values, v = [0.9, -0.8, -1.1], [1.0, 0.5, 0.2]
    gradient = grad(folded)
    ends = [
        gradient([a + s * d for a, d in zip(values, v, strict=True)], -0.5) for s in (1e-5, -1e-5)
    ]
    wanted = (np.array(ends[0]) - np.array(ends[1])) / 2e-5
    got = hvp(folded, mode=mode)(values, -0.5, v)
    np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-8)


def test_names_that_the_test_on_entry_uses():
    # `shape` of the user's stood in for NumPy's.
    def mean_of_product(x, y):
        shape = x.shape
        ndarray = np.sum(x * y)
        return ndarray / shape[0]

    checked(mean_of_product, X, V)


def grows(x):
    # What math.sin returns was not known to be a number.
    y = math.sin(x)
    while y < 10.0:
        y = y * y + x
    return y


def test_numbers_need_no_helper():
    source = grad(grows).source
    assert "unbroadcast" not in source and "zeros_like" not in source, source
    wanted = (grad(grows)(1.5 + 1e-6) - grad(grows)(1.5 - 1e-6)) / 2e-6
    assert hvp(grows)(1.5, 1.0) == pytest.approx(wanted, rel=1e-6)


def test_a_maximum_of_known_shape_needs_no_helper():
    def shifted(scores):
        return np.sum(np.exp(scores - np.max(scores, axis=1, keepdims=True)))

    source = grad(shifted).source
    assert "expand(" not in source and "shares(" not in source, source


def test_there_is_no_negative_of_a_list():
    def rest(x):
        pair = [x * x, np.sin(x)]
        return 1.0 - sum(pair)

    checked(rest, 0.7)


@pytest.mark.parametrize("joined", [np.stack, np.array, np.concatenate, np.column_stack, list])
def test_the_seed_stays_as_it_is(joined):
    # The adjoints of the parts were views of the seed, and written in place.
    def parts(x):
        y = x * 1.0
        y[0] = 5.0
        return joined([y, x])

    seed = joined([np.ones(3), np.ones(3)])
    np.testing.assert_array_equal(vjp(parts)(X, seed), [1.0, 2.0, 2.0])
    np.testing.assert_array_equal(np.ravel(seed), np.ones(6))


def value_that_a_callee_sets_back(x):
    # What the callee returned was set back, under another name, before its caller had read it.
    c = 0.0
    for _ in range(2):
        c = c + x
    for _ in range(1):
        s = summed_up(np.tanh(x), c)
    return np.sin(s)


def summed_up(out, c):
    for _ in range(1):
        out = out + np.tanh(((out[-1] * np.ones(4))[:, np.newaxis] * c).sum(axis=0))
    return np.sum(out)


def test_a_value_that_a_callee_sets_back():
    x, v = np.array([-0.6444]), np.array([1.0])
    gradient = grad(value_that_a_callee_sets_back)
    wanted = (gradient(x + 1e-5 * v) - gradient(x - 1e-5 * v)) / 2e-5
    got = hvp(value_that_a_callee_sets_back, mode="reverse_over_reverse")(x, v)
    np.testing.assert_allclose(got, wanted, rtol=1e-6)


def horner(x: float, coefficients: list[float]) -> float:
    y = 0.0
    for c in coefficients:
        y = y * x + c
    return y


def test_a_list_of_floats_is_what_was_expected():
    # It was taken for something else at every call, which made each take a hundred times as long.
    derivative = grad(horner)
    assert "False" not in derivative.entry_tests, derivative.entry_tests
    for coefficients in ([3.0, 2.0, 1.0], [3, 2, 1], (3.0, 2.0, 1.0), np.array([3.0, 2.0, 1.0])):
        assert derivative(0.5, coefficients) == pytest.approx(5.0)


@pytest.mark.parametrize(
    "mode", ["forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"]
)
def test_second_order_of_an_insert(mode):
    # What the derivative takes out again had no place in the adjoint of the list.
    def inserted(k):
        values = [k]
        values.insert(0, 2.0 * k)
        return values[0] * values[1]

    assert grad(grad(inserted))(0.7) == pytest.approx(4.0)
    assert hvp(inserted, mode=mode)(0.7, 1.5) == pytest.approx(6.0)


def test_parts_of_two_lengths():
    # The slices in front of and behind a place were taken for equally long.
    def parts(x, k):
        return np.sum(x[:k] * x[k:])

    x = np.array([2.0, 3.0, 5.0, 7.0])
    np.testing.assert_allclose(grad(parts)(x, 1), [15.0, 2.0, 2.0, 2.0])
    np.testing.assert_allclose(grad(parts)(x, 2), [5.0, 7.0, 2.0, 3.0])


def scaled(K, weights):
    out = np.ones(weights.shape[0])
    out[...] *= np.sum(K)
    return np.dot(out, weights)


@pytest.mark.parametrize(
    "mode", ["forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"]
)
def test_second_order_of_a_view_that_a_function_keeps(mode):
    # The tangent of an array was not set back, though that of a view of it is read.
    def squared(x):
        return scaled(x, np.array([1.0, 2.0])) ** 2

    np.testing.assert_allclose(hvp(squared, mode=mode)(X, V), np.full(3, 18.0 * np.sum(V)))


@pytest.mark.parametrize(
    "condition", [np.array([0.3, 0.0, -2.0]), np.array([3, 0, 1]), 0.3, [2, 0, 1]]
)
def test_conditions_that_are_numbers(condition):
    # The condition was a factor, whatever its value.
    def chosen(x, c):
        return np.sum(np.where(c, x, 2.0 * x))

    wanted = np.where(np.asarray(condition) != 0, 1.0, 2.0) * np.ones(3)
    np.testing.assert_array_equal(grad(chosen)(X, condition), wanted)


def test_an_array_without_axes_under_two_names():
    # np.where makes one of numbers; it was taken for a number, which no other name can see change.
    def doubled(x):
        chosen = np.where(x > 0.0, x * x, x)
        other = chosen
        other += 1.0
        return chosen * other

    with pytest.raises(AliasError):
        grad(doubled)(0.7)


@pytest.mark.parametrize("optimized", [True, False])
def test_second_order_of_a_write_under_two_names(optimized):
    # A copy was left out although its original was written by another name of the same array.
    def scaled_in_place(x):
        y = np.array([0.8, x])
        y[...] *= 2.0 + np.tanh(y)
        return y[1] ** 2

    def curvature(x):
        s, t = 1.0 - np.tanh(x) ** 2, 2.0 + np.tanh(x)
        first, second = t + x * s, 2.0 * s - 2.0 * x * np.tanh(x) * s
        return 2.0 * first**2 + 2.0 * x * t * second

    twice = grad(grad(scaled_in_place, optimized=optimized), optimized=optimized)
    assert twice(-1.5) == pytest.approx(curvature(-1.5), rel=1e-12)


def squared_list(x):
    return (x * x)[0] * 2.0


def list_less_one(x):
    return np.sum(x - 1.0)


@pytest.mark.parametrize("function", [squared_list, list_less_one])
def test_what_raises_for_a_list_is_not_differentiated(function):
    # It had the derivative of the same arithmetic with an array.
    with pytest.raises(TypeError):
        function([1.0, 2.0])
    with pytest.raises(UnsupportedSyntaxError, match="arithmetic with a list"):
        grad(function)([1.0, 2.0])


def test_a_tuple_of_a_number_and_an_array():
    # Refused before any argument was seen: as a matrix, which was guessed, it gives a vector.
    def first_less_the_rest(pair):
        return pair[0] - np.dot(pair[1], np.linspace(1.0, 2.0, len(pair[1])))

    one, rest = grad(first_less_the_rest)((0.5, X))
    assert one == 1.0
    np.testing.assert_allclose(rest, -np.linspace(1.0, 2.0, 3))


def test_the_greatest_element_in_a_list():
    # It was taken for a shift that cancels, as nothing was made of what append returns.
    def with_greatest(x):
        items = [1.0]
        items.append(np.max(x))
        return sum(items)

    np.testing.assert_array_equal(grad(with_greatest)(np.array([0.3, 2.0, -1.0])), [0.0, 1.0, 0.0])


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_elements_of_an_elementwise_result(mode):
    # In reverse mode an internal error, in forward mode a refusal.
    def product(x):
        a, b = np.tanh(x)
        return a * b

    x = np.array([0.3, 0.5])
    a, b = np.tanh(x)
    wanted = np.array([(1.0 - a * a) * b, a * (1.0 - b * b)])
    got = grad(product)(x) if mode == "reverse" else autodiff(product, mode=mode)(x, x)
    np.testing.assert_allclose(got, wanted if mode == "reverse" else wanted @ x, rtol=1e-12)


def test_guesses_that_contradict_each_other():
    # KeyError in the compiler: 2 == 4 was assumed once more in every round.
    def shifted(weights, offset):
        unused = weights[0] * np.linspace(0.2, 1.0, 2)  # noqa: F841
        return offset + np.dot(weights, np.linspace(1.0, 2.0, 4))

    assert grad(shifted, wrt=1)(np.ones(4), 0.5) == 1.0


def test_one_list_for_two_arguments():
    # What a callee gives back for the two was joined instead of added.
    def read_twice(x):
        items = [1.0, x]
        same = items
        same[0] = 0.5

        def both():
            return items[1] * same[1] + same[0]

        return sum(items) + both()

    assert grad(read_twice)(1.3) == pytest.approx(1.0 + 2.0 * 1.3)


@pytest.mark.parametrize("mode", ["forward_over_reverse", "reverse_over_reverse"])
def test_second_order_of_two_arrays_that_change_places(mode):
    # An adjoint that may be None at the start of a loop was that of another array, and written.
    def swapped(x):
        total = 0.0
        for factor in (x[0], x[1]):
            y = x.copy()
            z = np.zeros_like(y)
            for _ in range(2):
                z[1:-1] = y[2] * factor
                y, z = z, y
            total += np.sum(z) * factor
        return total

    step, v = 1e-5, np.array([1.0, 0.3, 0.2])
    gradient = grad(swapped)
    wanted = (gradient(X + step * v) - gradient(X - step * v)) / (2.0 * step)
    np.testing.assert_allclose(hvp(swapped, mode=mode)(X, v), wanted, rtol=1e-6, atol=1e-8)


def test_what_zip_gives_of_rows_has_no_known_length():
    # The sum of what `zip(*rows)` gives was taken for an array, and the seed refused.
    def weighted(x):
        point, span = zip(*zip([1.5, 2.0, 0.5], [1.5, 1.0, 2.0]))  # noqa: B905
        return sum(point) * x + span[0]

    assert grad(weighted)(-0.8) == pytest.approx(4.0)


def test_a_sum_of_an_array_that_is_written_before():
    # What was pending for the adjoint of a read w when that was restored already.
    def f(z, a, w):
        w = w.copy()
        w[0] += z
        return np.sum(a * w)

    a, w = np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.3])
    got = grad(f, wrt=("z", "a", "w"), like=(0.5, a, w), optimized=False)(0.5, a, w)
    np.testing.assert_allclose(got[0], 1.0)
    np.testing.assert_allclose(got[1], [0.6, 0.2, 0.3])
    np.testing.assert_allclose(got[2], a)


def test_lengths_of_example_arguments_are_assumed_equal():
    # Each kept a length of its own, and every sum came with a call of unbroadcast.
    a = np.array([1.0, 2.0, 3.0])
    df = grad(lambda a, w: np.sum(a * w), wrt=("a", "w"), like=(a, a))
    assert "unbroadcast" not in df.source
    first, second = df(a, np.ones(1))
    np.testing.assert_allclose(first, np.ones(3))
    np.testing.assert_allclose(second, [6.0])
