"""Functions of notebooks and consoles, whose text only `linecache` has."""

import linecache

import numpy as np
import pytest

from tangent_ad import errors, grad

X = np.array([1.0, 2.0, 3.0])


class Notebook:
    """Cells that are run one after the other in one namespace."""

    def __init__(self):
        self.names = {"np": np, "__name__": "__main__"}

    def run(self, name, text, keeps_text=True):
        if keeps_text:
            linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        exec(compile(text, name, "exec"), self.names)

    def __getitem__(self, name):
        return self.names[name]


@pytest.fixture
def notebook():
    yield Notebook()
    for name in [n for n in linecache.cache if n.startswith(("/cells/", "<console-"))]:
        del linecache.cache[name]


def test_a_callee_of_another_cell_and_its_new_definition(notebook):
    notebook.run("/cells/1", "def power(v):\n    return v * v\n")
    notebook.run("/cells/2", "def f(x):\n    return np.sum(power(x))\n")
    np.testing.assert_allclose(grad(notebook["f"])(X), 2.0 * X)
    notebook.run("/cells/3", "def power(v):\n    return v * v * v\n")
    np.testing.assert_allclose(grad(notebook["f"])(X), 3.0 * X**2)


def test_a_cell_that_is_run_again(notebook):
    notebook.run("/cells/1", "def f(x):\n    return np.sum(x * x)\n")
    old = notebook["f"]
    notebook.run("/cells/1", "def f(x):\n    return np.sum(np.sin(x))\n")
    np.testing.assert_allclose(grad(notebook["f"])(X), np.cos(X))
    with pytest.raises(errors.StaleSourceError, match="changed") as info:
        grad(old)
    assert info.value.lineno == 1


def test_a_console_that_keeps_its_text(notebook):
    notebook.run("<console-1>", "g = lambda x: np.sum(x * x); h = lambda x: np.sum(x)\n")
    np.testing.assert_allclose(grad(notebook["g"])(X), 2.0 * X)
    np.testing.assert_allclose(grad(notebook["h"])(X), np.ones(3))


def test_a_console_that_does_not(notebook):
    notebook.run("<stdin>", "def f(x):\n    return np.sum(x * x)\n", keeps_text=False)
    with pytest.raises(errors.SourceError, match="Define it in a file"):
        grad(notebook["f"])


def test_a_callee_of_which_there_is_no_text(notebook):
    notebook.run("<stdin>", "def square(x):\n    return x * x\n", keeps_text=False)
    notebook.run("/cells/1", "def f(x):\n    return np.sum(square(x))\n")
    with pytest.raises(
        errors.TangentError, match="no source for square.*Define it in a file"
    ) as info:
        grad(notebook["f"])
    assert info.value.lineno == 2


def test_a_class_of_a_cell(notebook):
    notebook.run(
        "/cells/1",
        "class Model:\n"
        "    def __init__(self, w):\n"
        "        self.w = w\n"
        "    def loss(self, x):\n"
        "        return np.sum(self.w * x * x)\n"
        "model = Model(2.0)\n",
    )
    np.testing.assert_allclose(grad(notebook["model"].loss)(X), 4.0 * X)
