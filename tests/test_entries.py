"""What del and pop take out of lists and dicts, and dicts made of dicts."""

import numpy as np
import pytest

from tangent_ad import grad
from tests.api.differences import gradient
from tests.listed import Listed

X = np.array([0.7, -1.3, 0.4])
program = Listed()


def kwp(a, **kw):
    s = kw.pop("scale", 2.0)
    t = kw.pop("shift")
    return a * s + t


@program(X)
def del_item(x):
    # Refused, as all of del.
    items = [x[0] * x[1], x[1] ** 2, x[2] * 3]
    del items[0]
    return items[0] * items[1]


@program(X)
def del_key(x):
    d = {"a": x[0] * x[1], "b": x[1] ** 2, "c": x[2]}
    del d["a"]
    s = 0.0
    for k in d:
        s = s + d[k] * d[k]
    return s


@program(X)
def del_slice(x):
    items = [x[0] * x[1], x[1] ** 2, x[2] * 3]
    del items[:1]
    return items[0] * items[1]


@program(X)
def del_slice2(x):
    items = [x[0] * x[1], x[1] ** 2, x[2] * 3]
    a = items[1]
    del items[1:]
    items.append(a * items[0])
    del items[-1:]
    items.append(a * items[0])
    del items[:-1]
    return items[0] * len(items)


@program(X)
def del_neg(x):
    items = [x[0] * x[1], x[1] ** 2, x[2] * 3]
    del items[-1]
    return items[0] * items[1]


@program(X)
def del_loop(x):
    items = [x[0] * x[1], x[1] ** 2, x[2] * 3]
    s = 0.0
    while items:
        s = s * x[1] + items[0]
        del items[0]
    return s


@program(X)
def pop_key(x):
    # Refused, as all of dict.pop.
    d = {"a": x[0] * x[1], "b": x[1] ** 2, "c": x[2]}
    v = d.pop("a")
    w = d.pop("z", x[2])
    u = d.pop("b", 1.0)
    return v * w * u * d["c"] * len(d)


@program(X)
def pop_loop(x):
    d = {i: x[i] * x[0] for i in range(3)}
    s = 1.0
    for i in range(3):
        s = s * x[1] + d.pop(i)
    return s + len(d)


@program(X)
def pop_iter(x):
    d = {"a": x[0] * x[1], "b": x[1] ** 2, "c": x[2]}
    s = 0.0
    for k in d:
        s = s * x[0] + d[k]
    d.pop("a")
    for _, v in d.items():
        s = s * x[1] + v
    d["a"] = s
    for v in d.values():
        s = s * x[2] + v
    return s


@program(X)
def pop_unwanted(x):
    d = {"a": x[0] * x[1], "b": x[1] ** 2}
    d.pop("a")
    return d["b"] ** 2


@program(X)
def kw_pop(x):
    return kwp(x[0], scale=x[1], shift=x[2]) + kwp(x[1], shift=x[0])


@program(X)
def pop_nested(x):
    d = {"l": {"a": x[0], "b": x[1]}}
    v = d["l"].pop("a")
    del d["l"]["b"]
    d["l"]["c"] = v * x[2]
    return d["l"]["c"] ** 2


@program(X)
def dict_of_a_constant(x):
    # The keys were not known: IndexError when run.
    params = dict(w=-1.6)  # noqa: C408
    params["bias"] = np.log(x[0])
    params["w"] = params["w"] * params["bias"]
    return np.sin(x[1]) + params["bias"] * x[2]


@program(X)
def number_in_a_list_changed(x):
    # It was taken for an array in a slot.
    for item in [x[1]]:
        item += 1.0
    return np.sum(x) * item


test_reverse, test_forward = program.tests()


def copied_by_dict(params):
    more = dict(params)
    more["c"] = params["w"] * 2.0
    return np.sum(more["c"] * more["b"]) + len(params)


def joined_in_a_display(params):
    more = {**params, "c": params["w"] * 2.0}
    whole = {"a": 1.0, **more, "b": more["b"] * 3.0}
    return np.sum(whole["c"] * whole["b"]) * whole["a"]


def joined_by_an_operator(params):
    more = dict(params, c=params["w"] * 2.0)
    more |= {"e": more["b"]}
    whole = more | {"b": params["b"] ** 2}
    return np.sum(whole["c"] * whole["b"]) * whole["e"]


def entry_of_an_argument(params):
    b = params.pop("b")
    return np.sum(params["w"] ** 2) * b


@pytest.mark.parametrize(
    "function",
    [copied_by_dict, joined_in_a_display, joined_by_an_operator, entry_of_an_argument],
    ids=lambda function: function.__name__,
)
@pytest.mark.parametrize("options", [{}, {"optimized": False}, {"motion": "split"}], ids=str)
def test_dicts_of_arguments(function, options):
    params = {"w": X.copy(), "b": 0.5}
    got = grad(function, **options)(params)
    want = gradient(lambda w, b: function({"w": w, "b": b}), X, 0.5)
    np.testing.assert_allclose(got["w"], want, rtol=1e-6, atol=1e-8)
    want = gradient(lambda b, w: function({"w": w, "b": b}), 0.5, X)
    np.testing.assert_allclose(got["b"], want, rtol=1e-6, atol=1e-8)
    assert set(params) == set(got) == {"w", "b"}
