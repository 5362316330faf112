"""`df.save`: the saved module gives the numbers of the live derivative, without tangent_ad."""

from __future__ import annotations

import functools
import math
import stat
from math import sqrt

import numpy as np
import pytest

import tangent_ad as tangent
from tests.api import other_module, saved_module
from tests.api.other_module import shifted

K = 2.5
TABLE = np.arange(6.0).reshape(2, 3)
LARGE = np.arange(5000.0)
WEIGHTS = {"left": 2.0, "right": (1.0, float("inf"))}


class Model:
    scale = 3.0


MODEL = Model()


def steps(n, start=0):
    return range(start, n)


def distance(p, q):
    d = p - q
    return np.sqrt(np.sum(d * d))


def loss(W, b, x):
    y = np.tanh(x @ W + b) * K + math.pi
    total = 0.0
    for i in steps(len(x)):
        total = total + distance(x[i], y[i]) * sqrt(2.0)
    return total


def check(df, path, *arguments):
    """Save, run elsewhere, compare with the live derivative bit for bit."""
    df.save(path)
    got = saved_module.run(path, df.__name__, *arguments)
    np.testing.assert_equal(got, df(*arguments))
    text = path.read_text()
    assert "import tangent_ad" not in text and "tangent_ad." not in text.partition('"""\n')[2]
    return text


def matrices():
    rng = np.random.default_rng(0)
    return rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=(4, 3))


def test_callees_globals_and_imports(tmp_path):
    text = check(tangent.grad(loss, wrt=(0, 1)), tmp_path / "dloss.py", *matrices())
    assert "import math\n" in text and "from math import sqrt" in text and "K = 2.5" in text


def test_the_text_is_a_fixed_point(tmp_path):
    first = tangent.grad(loss).save(tmp_path / "one.py").read_text()
    assert tangent.grad(loss).save(tmp_path / "two.py").read_text() == first
    assert all(part in first for part in tangent.grad(loss).module_source.split("\n\n\n")[:-1])


def test_unoptimised_split_and_forward(tmp_path):
    W, b, x = given = matrices()
    check(tangent.grad(loss, optimized=False, like=given), tmp_path / "plain.py", *given)
    check(tangent.autodiff(loss, motion="split", like=given), tmp_path / "split.py", *given)
    check(tangent.jvp(loss, like=given), tmp_path / "forward.py", *given, W + 1.0)


def test_second_order(tmp_path):
    x = np.arange(4.0)
    for mode in ("forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"):
        check(tangent.hvp(twice, mode=mode), tmp_path / f"{mode}.py", x, x + 1.0)


def unknown_shapes(x, y):
    z = x * y
    return np.sum(np.exp(z - np.max(z)))


def test_helpers_come_along(tmp_path):
    x, y = np.arange(3.0), np.ones((2, 3))
    text = check(tangent.grad(unknown_shapes), tmp_path / "helpers.py", x, y)
    assert "def unbroadcast(array, like):" in text
    assert '"""Sum `array` over the axes' in text


def twice(x):
    y = shifted(x)
    return np.sum(y * y * K)


def test_one_name_in_two_modules(tmp_path):
    text = check(tangent.value_and_grad(twice), tmp_path / "twice.py", np.arange(3.0))
    assert other_module.K != K
    assert "K = 7.0" in text or "K_2 = 7.0" in text


def test_closures(tmp_path):
    def make(rate, table):
        def f(x):
            return np.sum(np.exp(-rate * x) * table)

        return f

    x = np.ones((2, 3))
    text = check(tangent.grad(make(0.5, TABLE), like=(x,)), tmp_path / "closure.py", x)
    assert "rate = 0.5" in text and "table = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])" in text


def with_table(x, power=K, names=("a", "b")):
    scaled = x * WEIGHTS["left"] ** power
    return np.sum(scaled * TABLE) + len(names)


def test_literal_globals_and_live_defaults(tmp_path):
    x = np.ones((2, 3))
    text = check(tangent.grad(with_table, like=(x,)), tmp_path / "table.py", x)
    assert "power=2.5, names=('a', 'b')" in text
    assert "float('inf')" in text


def test_wrong_arguments_are_noticed(tmp_path):
    W, b, x = matrices()
    path = tangent.grad(loss).save(tmp_path / "asserted.py")
    for wrong in ((W[0], b, x), (W, b, x[:, :2]), (W.astype(int), b, x)):
        assert saved_module.run(path, "dlossdW", *wrong)[0] == "AssertionError"
    error, message = saved_module.run(path, "dlossdW", W, b, x, np.ones(3))
    assert error == "AssertionError"


def not_scalar(x):
    return np.exp(x)


def test_errors_of_helpers_are_pythons_own(tmp_path):
    path = tangent.grad(not_scalar).save(tmp_path / "errors.py")
    error, message = saved_module.run(path, "dnot_scalardx", np.ones(3))
    assert error in ("AssertionError", "TypeError")


def test_parameters_as_dict(tmp_path):
    def model(params, x):
        return np.sum(np.tanh(x @ params["W"] + params["b"]) ** 2)

    W, b, x = matrices()
    df = tangent.grad(model)
    check(df, tmp_path / "model.py", {"W": W, "b": b}, x)


def from_large(x):
    return np.sum(x * LARGE)


def from_object(x):
    return np.sum(x * MODEL.scale)


@pytest.mark.parametrize("f, name", [(from_large, "LARGE"), (from_object, "MODEL")])
def test_refusals_name_the_global(tmp_path, f, name):
    with pytest.raises(tangent.SaveError, match=f"refers to {name}.*pass it as an argument"):
        tangent.grad(f).save(tmp_path / "refused.py")
    assert not (tmp_path / "refused.py").exists()
    assert isinstance(tangent.grad(f).module_source, str)


def test_nothing_is_overwritten_by_surprise(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("answer = 42\n")
    df = tangent.grad(twice)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        df.save(path)
    assert path.read_text() == "answer = 42\n"
    df.save(path, overwrite=True)
    tangent.grad(unknown_shapes).save(path)  # one of ours by now
    assert "unknown_shapes" in path.read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["mine.py"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_save_to_and_name(tmp_path):
    path = tmp_path / "named.py"
    df = tangent.grad(twice, name="gradient", save_to=str(path))
    got = saved_module.run(path, "gradient", np.arange(3.0))
    np.testing.assert_equal(got, df(np.arange(3.0)))


def test_partial(tmp_path):
    W, b, x = matrices()
    df = tangent.grad(functools.partial(loss, W), wrt="b", like=(b, x))
    path = df.save(tmp_path / "partial.py")
    np.testing.assert_equal(saved_module.run(path, "dlossdb", W, b, x), df(b, x))


def test_other_float_types(tmp_path):
    x, y = np.arange(3.0, dtype=np.float32), np.ones((2, 3))
    df = tangent.grad(unknown_shapes, wrt=(0, 1), like=(x, y))
    path = df.save(tmp_path / "single.py")
    got = saved_module.run(path, df.__name__, x, y)
    np.testing.assert_equal(got, df(x, y))
    assert got[0].dtype == np.float32 and got[1].dtype == np.float64
