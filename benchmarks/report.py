"""Lay out tables, average ratios, and keep the results in the README."""

import datetime
import math
import platform
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

README = Path(__file__).with_name("README.md")


def geometric_mean(ratios: Iterable[float | None]) -> float | None:
    """The geometric mean of the ratios there are; None where there are none."""
    logs = [math.log(ratio) for ratio in ratios if ratio is not None]
    return math.exp(sum(logs) / len(logs)) if logs else None


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lay out a Markdown table that reads well as plain text, too."""
    cells = [list(header), *map(list, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return lines


def number(value: float | None, digits: int = 2) -> str:
    """A ratio in a table; a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"


def microseconds(seconds: float) -> str:
    """A time in a table."""
    return f"{1e6 * seconds:.3g}" if seconds < 1e-3 else f"{1e6 * seconds:.0f}"


def verdict(value: float | None, most: float) -> str:
    """Whether a target is met."""
    if value is None:
        return "not measured"
    return "met" if value <= most else "MISSED"


def environment() -> str:
    """What the numbers were measured with."""
    python = ".".join(map(str, sys.version_info[:3]))
    day = datetime.date.today().isoformat()
    return (
        f"{day}, Python {python}, NumPy {np.__version__}, {platform.machine()}, one thread. The "
        "machine was shared: single figures are uncertain by a tenth, the averages by less."
    )


def keep(section: str, lines: Sequence[str]) -> None:
    """Put a table into the README, between the markers of its section."""
    begin, end = f"<!-- begin {section} -->", f"<!-- end {section} -->"
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(begin)
    _, after = rest.split(end)
    body = "\n".join([begin, environment(), "", *lines, end])
    README.write_text(before + body + after, encoding="utf-8")
