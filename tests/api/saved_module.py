"""Run a saved module in a process of its own, where tangent_ad cannot be imported."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = """
import pickle, sys
sys.modules["tangent_ad"] = None
sys.path.insert(0, {folder!r})
arguments = pickle.load(open({given!r}, "rb"))
import {module} as saved
try:
    result = saved.{name}(*arguments)
except Exception as error:
    result = type(error).__name__, str(error)
pickle.dump(result, open({out!r}, "wb"))
"""


def run(path: Path, name: str, *arguments: Any) -> Any:
    """What the function of a saved module returns, or the name and text of its error."""
    given, out = path.with_suffix(".in"), path.with_suffix(".out")
    given.write_bytes(pickle.dumps(arguments))
    program = PROGRAM.format(
        folder=str(path.parent), given=str(given), out=str(out), module=path.stem, name=name
    )
    subprocess.run([sys.executable, "-I", "-c", program], check=True, timeout=60)
    return pickle.loads(out.read_bytes())
