"""A derivative is a plain function: source, signature, traceback, debugger, live globals."""

from __future__ import annotations

import inspect
import io
import pdb
import pickle
import traceback
import types

import numpy as np
import pytest

import tangent_ad as tangent

SCALE = 2.0


def loss(w, x, power=2):
    # the model
    h = np.tanh(w * x) * SCALE
    return np.sum(h**power)


def failing(x, y):
    z = x * x
    w = z @ y
    return np.sum(w)


def test_source():
    df = tangent.grad(loss)
    assert isinstance(df, types.FunctionType)
    assert inspect.getsource(df) == df.source
    assert repr(df.source) == str(df.source)
    assert df.source.startswith("def dlossdw(w, x, power=2, by=1.0):\n    # Forward pass\n")
    compile(df.source, "<text>", "exec")


def test_signature():
    assert str(inspect.signature(tangent.grad(loss))) == "(w, x, power=2, by=1.0)"
    assert str(inspect.signature(tangent.jvp(loss, wrt=(0, 1)))) == "(w, x, power, dw, dx)"
    assert tangent.grad(loss).__module__ == __name__


def test_attributes():
    df = tangent.grad(loss, wrt=("x", "w"))
    assert df.primal is loss and df.wrt == ("x", "w") and df.mode == "reverse"
    lines = df.source.splitlines()
    first = loss.__code__.co_firstlineno
    backward = next(i for i, text in enumerate(lines, 1) if "# h = np.tanh" in text)
    assert df.line_map[backward + 1] == (__file__, first + 2)


def test_wrong_calls_are_pythons_own_errors():
    df = tangent.grad(loss)
    with pytest.raises(TypeError, match=r"dlossdw\(\) missing 1 required positional argument: 'x'"):
        df(1.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'q'"):
        df(1.0, 2.0, q=3)


def test_tracebacks_show_the_line_of_the_derivative():
    df = tangent.grad(failing, like=(np.ones((2, 2)), np.ones((2, 2))))
    with pytest.raises(ValueError, match="matmul") as info:
        df(np.ones((2, 2)), np.ones((3, 2)))
    last = traceback.extract_tb(info.tb)[-1]
    assert "x * x @ y" in last.line.replace("(", "").replace(")", "") or "@ y" in last.line
    assert last.filename.startswith("<tangent_ad ")


def test_pdb_steps_through_a_derivative():
    df = tangent.grad(loss)
    out = io.StringIO()
    commands = io.StringIO("step\nnext\nnext\nnext\nlist\nprint(x)\ncontinue\n")
    debugger = pdb.Pdb(stdin=commands, stdout=out, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    debugger.runcall(df, np.ones(2), np.arange(2.0))
    text = out.getvalue()
    assert "dlossdw" in text and "# Backward pass" in text and "[0. 1.]" in text


def test_globals_are_live(monkeypatch):
    df = tangent.grad(loss)
    before = df(0.5, 1.0)
    monkeypatch.setitem(globals(), "SCALE", 4.0)
    assert df(0.5, 1.0) == pytest.approx(4.0 * before)


def test_the_users_module_is_left_alone():
    before = dict(globals())
    tangent.hvp(loss)(np.ones(2), np.ones(2), 2, np.ones(2))
    assert dict(globals()) == before


def test_saved_functions_can_be_pickled(tmp_path, monkeypatch):
    tangent.grad(loss, save_to=str(tmp_path / "saved_loss.py"))
    monkeypatch.syspath_prepend(str(tmp_path))
    import saved_loss

    again = pickle.loads(pickle.dumps(saved_loss.dlossdw))
    x = np.array([1.0, 2.0])
    np.testing.assert_equal(again(0.5, x), tangent.grad(loss)(0.5, x))


def test_arguments_and_seeds_are_not_changed_and_not_returned():
    def f(x):
        y = x * 1.0
        y[0] = 0.0
        return y

    x, seed = np.ones(3), np.ones(3)
    got = tangent.vjp(f)(x, seed)
    np.testing.assert_equal(x, np.ones(3))
    np.testing.assert_equal(seed, np.ones(3))
    assert not np.shares_memory(got, seed)


def test_two_derivatives_of_one_function_do_not_meet():
    one, other = tangent.grad(loss), tangent.grad(loss, wrt=1)
    w, x = np.ones(2), np.arange(2.0)
    first = one(w, x)
    other(w, x)
    np.testing.assert_equal(one(w, x), first)
    assert inspect.getsource(one) != inspect.getsource(other)
