"""The examples run, and do what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from examples import digits

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def without(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an example as if a library were not installed."""
    program = (
        "import runpy, sys\n"
        f"sys.modules[{module!r}] = None\n"
        f"sys.argv = {list(arguments)!r}\n"
        "sys.path.insert(0, '.')\n"
        f"runpy.run_path({arguments[0]!r}, run_name='__main__')\n"
    )
    return run("-c", program)


def test_quickstart() -> None:
    done = run("examples/quickstart.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert "def dfdx(x, " in done.stdout and "They agree." in done.stdout


def test_digits_are_learned() -> None:
    pytest.importorskip("sklearn")
    lines: list[str] = []
    reached, losses = digits.train(epochs=15, report=lines.append)
    assert reached >= 0.95
    assert losses[-1] < 0.5 * losses[0]
    assert len(lines) == 4


def test_digits_prints_its_gradient() -> None:
    done = run("examples/digits.py", "--source")
    assert (done.returncode, done.stderr) == (0, "")
    assert "def dlossdW1b1W2b2(W1, b1, W2, b2, x, y, " in done.stdout


@pytest.mark.parametrize(
    "module, arguments, says",
    [
        ("sklearn.datasets", [], 'pip install -e ".[examples]"'),
        ("matplotlib.pyplot", ["--plot", "--epochs", "1"], "pip install matplotlib"),
    ],
)
def test_digits_says_what_to_install(module: str, arguments: list[str], says: str) -> None:
    pytest.importorskip("sklearn")
    done = without(module, "examples/digits.py", *arguments)
    assert done.returncode == 1
    assert says in done.stderr and "Traceback" not in done.stderr
