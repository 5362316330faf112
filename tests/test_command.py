"""The command line, as a user meets it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import tangent_ad
from tangent_ad import command

ROOT = Path(__file__).resolve().parent.parent

MODEL = '''\
"""A file as users have them: with a helper, a class, and something to run."""

import zlib

import numpy as np

RATE = 0.5


def helper(v):
    return np.tanh(RATE * v)


def loss(w, x):
    return np.sum(helper(x * w) ** 2)


def cube(x):
    return x * x * x


def bad(x):
    return np.sum(zlib.crc32(x))


def pair(x):
    return x, x


def independent(x):
    return RATE


class Model:
    def square(self, x):
        return x * x


if __name__ == "__main__":
    raise RuntimeError("this is not run")
'''


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "model", raising=False)
    path = tmp_path / "model.py"
    path.write_text(MODEL)
    yield Path("model.py")
    sys.modules.pop("model", None)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = command.main(arguments)
        except SystemExit as error:  # from argparse
            code = error.code
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err or "cannot be run" in captured.err
        return code, captured.out, captured.err

    return run


def function_in(text: str, name: str) -> Callable:
    namespace: dict = {"np": np}
    exec(text, namespace)
    return namespace[name]


def test_grad_prints_a_function_that_works(model: Path, run: Run) -> None:
    code, out, err = run("grad", f"{model}:cube")
    assert (code, err) == (0, "")
    assert out.startswith("def dcubedx(x, ")
    assert function_in(out, "dcubedx")(2.0) == 12.0


def test_module_and_function(model: Path, run: Run) -> None:
    assert run("grad", "model:cube") == run("grad", f"{model}:cube")


def test_a_method(model: Path, run: Run) -> None:
    code, out, _ = run("grad", "model:Model.square", "--wrt", "x")
    assert code == 0 and out.startswith("def dsquaredx(self, x, ")


@pytest.mark.parametrize(
    "wrt, name", [("w", "dlossdw"), ("x", "dlossdx"), ("1", "dlossdx"), ("w,x", "dlossdwx")]
)
def test_wrt(model: Path, run: Run, wrt: str, name: str) -> None:
    code, out, _ = run("grad", "model:loss", "--wrt", wrt)
    assert code == 0 and f"def {name}(w, x, " in out


def test_callees_are_printed_as_well(model: Path, run: Run) -> None:
    _, out, _ = run("grad", "model:loss")
    assert out.index("def helper_") < out.index("def dlossdw(")


def test_value(model: Path, run: Run) -> None:
    _, out, _ = run("grad", "model:cube", "--value")
    assert function_in(out, "dcubedx")(2.0) == (8.0, 12.0)


def test_forward_mode(model: Path, run: Run) -> None:
    _, out, _ = run("grad", "model:cube", "--mode", "forward")
    assert function_in(out, "dcubedx")(2.0, 10.0) == 120.0
    _, out, _ = run("grad", "model:cube", "--mode", "forward", "--value")
    assert function_in(out, "dcubedx")(2.0, 10.0) == (8.0, 120.0)


def test_split_motion(model: Path, run: Run) -> None:
    code, out, _ = run("grad", "model:cube", "--motion", "split")
    assert code == 0
    assert "def cube_forward(x)" in out and "def cube_backward(x, by)" in out
    assert function_in(out, "dcubedx")(2.0) == 12.0


def test_forward_mode_cannot_be_split(model: Path, run: Run) -> None:
    code, out, err = run("grad", "model:cube", "--mode", "forward", "--motion", "split")
    assert (code, out) == (2, "") and "--mode reverse" in err


def test_plain_is_longer(model: Path, run: Run) -> None:
    _, short, _ = run("grad", "model:cube")
    _, long, _ = run("grad", "model:cube", "--plain")
    assert len(long) > len(short)


@pytest.mark.parametrize(
    "mode", ["forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"]
)
def test_hvp(model: Path, run: Run, mode: str) -> None:
    code, out, _ = run("hvp", "model:cube", "--mode", mode)
    name = out.rpartition("def ")[2].partition("(")[0]
    assert code == 0 and function_in(out, name)(2.0, 10.0) == 120.0


@pytest.mark.parametrize("name", ["jvp", "vjp"])
def test_jvp_and_vjp(model: Path, run: Run, name: str) -> None:
    code, out, _ = run(name, "model:cube")
    assert code == 0 and function_in(out, "dcubedx")(2.0, 10.0) == 120.0


@pytest.mark.skipif(
    not hasattr(tangent_ad.grad(lambda x: x), "save"), reason="derivatives cannot be saved yet"
)
def test_save(model: Path, run: Run) -> None:
    code, out, err = run("grad", "model:cube", "--save", "dcube.py")
    assert (code, out, err) == (0, "", "")
    assert function_in(Path("dcube.py").read_text(), "dcubedx")(2.0) == 12.0


@pytest.mark.skipif(
    not hasattr(tangent_ad.grad(lambda x: x), "save"), reason="derivatives cannot be saved yet"
)
def test_save_where_no_file_can_be(model: Path, run: Run) -> None:
    code, _, err = run("grad", "model:cube", "--save", "nowhere/dcube.py")
    assert code == 2 and "nowhere/dcube.py" in err


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["grad", "missing.py:f"], "there is no file missing.py"),
        (["grad", "folder/missing.py:f"], "there is no file folder/missing.py"),
        (["grad", "missing:f"], "there is no module missing"),
        (["grad", "missing.inner:f"], "there is no module missing.inner"),
        (["grad", "model.py:tube"], "model.py has no 'tube'"),
        (["grad", "model:Model.cube"], "model has no 'Model.cube'"),
        (["grad", "model.py"], "names no function"),
        (["grad", "model.py:"], "names no function"),
        (["grad", ":cube"], "names no function"),
        (["grad", "model:cube", "--wrt", "z"], "no parameter 'z'; the parameters of cube are x"),
        (["grad", "model:cube", "--wrt", "3"], "no argument number 3"),
        (["grad", "model:cube", "--wrt", "x,x"], "twice"),
        (["grad", "model:cube", "--wrt", "x,"], "commas between"),
        (["grad", "model:cube", "--mode", "sideways"], "invalid choice: 'sideways'"),
        (["hvp", "model:cube", "--mode", "reverse"], "invalid choice: 'reverse'"),
        (["gradient", "model:cube"], "invalid choice: 'gradient'"),
        ([], "required"),
    ],
)
def test_a_wrong_command_ends_with_2(
    model: Path, run: Run, arguments: list[str], says: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert says in err


def test_a_function_that_is_missing_lists_the_others(model: Path, run: Run) -> None:
    _, _, err = run("grad", "model:tube")
    assert "helper, loss, cube, bad, pair, independent" in err


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["grad", "model.py:bad"], "zlib.crc32 has no derivative rule"),
        (["grad", "model.py:pair"], "grad wants one number"),
        (["grad", "model.py:Model"], "Model is a class"),
        (["grad", "model.py:RATE"], "0.5 is not a function"),
    ],
)
def test_a_refusal_ends_with_1(model: Path, run: Run, arguments: list[str], says: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert says in err


def test_a_refusal_points_at_the_line(model: Path, run: Run) -> None:
    _, _, err = run("grad", "model.py:bad")
    first, line, carets = err.rstrip("\n").splitlines()
    assert "model.py:23:19: zlib.crc32" in first
    assert line == "    return np.sum(zlib.crc32(x))"
    assert carets == "                  ^^^^^^^^^^^^^"


@pytest.mark.parametrize(
    "text, says",
    [
        ("import nowhere_to_be_found\n", "No module named 'nowhere_to_be_found'"),
        ("def f(x):\n    return x *\n", "SyntaxError"),
        ("1 / 0\n", "line 1"),
        ("raise SystemExit(3)\n", "SystemExit(3)"),
    ],
)
@pytest.mark.parametrize("target", ["broken.py:f", "broken:f"])
def test_a_file_that_cannot_be_run(
    model: Path, run: Run, text: str, says: str, target: str
) -> None:
    Path("broken.py").write_text(text)
    try:
        code, out, err = run("grad", target)
    finally:
        sys.modules.pop("broken", None)
    assert (code, out) == (1, "")
    assert says in err and "broken" in err
    assert "tangent_ad" not in err and "importlib" not in err


def test_a_file_finds_its_neighbours(model: Path, run: Run) -> None:
    Path("neighbour.py").write_text("from model import cube\n\ndef f(x):\n    return cube(x)\n")
    assert run("grad", "neighbour.py:f")[0] == 0
    sys.modules.pop("neighbour")


def test_a_warning_is_one_line(model: Path, run: Run) -> None:
    code, out, err = run("grad", "model:independent")
    assert code == 0 and "def dindependentdx(" in out
    assert err.startswith("warning: ") and "does not depend on x" in err
    assert len(err.splitlines()) == 1


def test_nothing_is_left_beside_the_file(model: Path, run: Run) -> None:
    before = sys.dont_write_bytecode
    run("grad", f"{model}:cube")
    run("grad", f"{model}:bad")
    assert [path.name for path in Path().iterdir()] == ["model.py"]
    assert sys.dont_write_bytecode == before


def test_doctor(run: Run) -> None:
    code, out, _ = run("doctor")
    assert code == 0
    assert tangent_ad.__version__ in out and np.__version__ in out and "tensorflow" in out


@pytest.mark.parametrize(
    "arguments, code, says",
    [
        (["grad", "examples/digits.py:loss", "--wrt", "W1,b1"], 0, "def dlossdW1b1(W1, b1, W2, b2"),
        (["grad", "examples/digits.py:loose"], 2, "its functions are loss, "),
        (["--version"], 0, tangent_ad.__version__),
    ],
)
def test_as_a_program(arguments: list[str], code: int, says: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tangent_ad", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
