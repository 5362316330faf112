"""Programs that once failed, kept as small files: the module itself, and how to call it below.

They are texts and not modules of ours: nobody should want to lint them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .check import Outcome
from .program import Program

FOLDER = Path(__file__).parent / "kept_programs"


def spelled(program: Program, outcome: Outcome | None = None) -> str:
    """Write a program with its arguments as the text of a file."""
    worst = outcome.worst if outcome else None
    return (f"# was: {worst.category}, {worst.name}\n" if worst else "") + str(program)


def read(path: Path) -> Program:
    """Read a program from its file."""
    text = path.read_text()
    parts = dict(re.findall(r"^# (seed|args|wrt) = (.*)$", text, re.MULTILINE))
    values = {name: eval(value, {"np": np}) for name, value in parts.items()}
    source = re.sub(r"^# (was:|seed =|args =|wrt =).*\n", "", text, flags=re.MULTILINE)
    return Program(values["seed"], source.rstrip() + "\n", values["args"], values["wrt"])


def save(program: Program, outcome: Outcome, folder: Path = FOLDER) -> Path:
    """Keep a program in a file that is named after what went wrong and what it contains."""
    folder.mkdir(parents=True, exist_ok=True)
    worst = outcome.worst
    label = worst.name if worst else "right"
    path = folder / f"{label}_{program.filename[-9:-1]}.txt"
    path.write_text(spelled(program, outcome))
    return path


def all_kept(folder: Path = FOLDER) -> Iterator[Path]:
    """List the files of kept programs."""
    yield from sorted(folder.glob("*.txt"))
