"""The README is true: its code runs, and prints what the README says.

    python tests/test_readme.py        writes what is printed today into the README

A block of Python is followed by a line "prints" and a block of what it prints, or by neither. All
blocks share their names, like cells of a notebook; a first line `# model.py` names the file that
a block stands in. A console block is a command and its output.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"

PYTHON = re.compile(
    r"^```python\n(?P<code>.*?)^```\n(\nprints\n\n```\w*\n(?P<output>.*?)^```\n)?", re.M | re.S
)
CONSOLE = re.compile(r"^```console\n\$ (?P<command>[^\n]*)\n(?P<output>.*?)^```\n", re.M | re.S)


def run_block(code: str, number: int, namespace: dict[str, Any]) -> str:
    named = re.match(r"# (\w+\.py)\n", code)
    filename = named.group(1) if named else f"<block {number} of README.md>"
    linecache.cache[filename] = (len(code), None, code.splitlines(True), filename)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, filename, "exec"), namespace)
    return out.getvalue()


def run_command(command: str) -> str:
    program, *arguments = command.split()
    assert program == "python"
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def refreshed(text: str) -> str:
    """The README with what its code prints today."""
    namespace: dict[str, Any] = {"__name__": "readme"}
    count = 0

    def python(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        printed = run_block(match["code"], count, namespace).strip("\n")
        if match["output"] is None:
            assert not printed, f"block {count} prints, and the README does not say what"
            return match[0]
        return replaced(match, printed + "\n")

    def console(match: re.Match[str]) -> str:
        return replaced(match, run_command(match["command"]))

    return CONSOLE.sub(console, PYTHON.sub(python, text))


def replaced(match: re.Match[str], output: str) -> str:
    start, end = match.start("output") - match.start(), match.end("output") - match.start()
    return match[0][:start] + output + match[0][end:]


def test_the_readme_prints_what_it_says() -> None:
    text = README.read_text(encoding="utf-8")
    assert refreshed(text) == text, "run: python tests/test_readme.py"


def test_the_readme_opens_with_the_two_commands() -> None:
    first, second = README.read_text(encoding="utf-8").splitlines()[:2]
    assert first.strip() == "pip install -e . && python examples/quickstart.py"
    assert second.strip() == 'pip install -e ".[test]" && pytest'
    assert (ROOT / "examples" / "quickstart.py").is_file()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert {"test", "dev", "examples", "tensorflow"} <= set(extras)


def test_the_files_it_names_are_there() -> None:
    text = README.read_text(encoding="utf-8")
    names = re.findall(r"`((?:[\w.-]+/)*[\w-]+\.(?:md|py))`", text) + [".ci/run"]
    missing = [name for name in names if not (ROOT / name).exists()]
    assert not set(missing) - {"file.py", "model.py"}


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8")
