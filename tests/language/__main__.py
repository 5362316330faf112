"""Print the table: `python -m tests.language [--why] [WORD ...]`.

A row is as good as the worst of its programs; WORDs choose rows and programs by a part of their name,
--why adds what was refused or wrong in each program.
"""

from __future__ import annotations

import sys
from collections import Counter

from .checking import MODES, REFUSED, RIGHT, WRONG, Verdict, verdicts
from .table import Program, all_programs


def main(arguments: list[str]) -> int:
    is_long = "--why" in arguments
    words = [word for word in arguments if not word.startswith("--")]
    chosen = [p for p in all_programs() if not words or any(w in f"{p.row} {p}" for w in words)]
    found = {str(program): verdicts(program) for program in chosen}
    print(f"{'row':62} {'programs':>8}  " + " ".join(f"{mode:>11}" for mode in MODES))
    for name in dict.fromkeys(program.row for program in chosen):
        of_row = [p for p in chosen if p.row == name]
        cells = [cell([found[str(p)][mode] for p in of_row]) for mode in MODES]
        print(f"{name:62} {len(of_row):8}  " + " ".join(f"{text:>11}" for text in cells))
        if is_long:
            for program in of_row:
                explain(program, found[str(program)])
    count = Counter(v.word for of_program in found.values() for v in of_program.values())
    print(", ".join(f"{count[word]} {word}" for word in (RIGHT, REFUSED, WRONG)))
    return 1 if count[WRONG] else 0


def cell(of_row: list[Verdict]) -> str:
    """The worst word of a column, with how many programs it holds for if not for all."""
    for word in (WRONG, REFUSED):
        count = sum(verdict.word == word for verdict in of_row)
        if count:
            return word if count == len(of_row) else f"{count} {word}"
    return RIGHT


def explain(program: Program, found: dict[str, Verdict]) -> None:
    for why in dict.fromkeys(v.why for v in found.values() if v.why):
        modes = ", ".join(mode for mode, verdict in found.items() if verdict.why == why)
        print(f"    {program} ({modes}): {found[modes.split(', ')[0]].word}: {why}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
