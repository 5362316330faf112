"""No program of the table is wrong in any mode, and those of rows that are right are right."""

from __future__ import annotations

import warnings

import pytest

from .checking import MODES, REFUSED, RIGHT, verdict
from .later import LATER
from .table import Program, all_programs

PROGRAMS = {str(program): program for program in all_programs()}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=str)
def test_program(program: Program, mode: str) -> None:
    found = verdict(program, MODES[mode])
    may_be_refused = program.may_be_refused or str(program) in LATER
    assert found.word in ((RIGHT, REFUSED) if may_be_refused else (RIGHT,)), found


def test_nothing_is_later_that_is_gone() -> None:
    assert set(LATER) <= set(PROGRAMS)


@pytest.mark.parametrize("name", sorted(LATER))
def test_what_is_later_is_not_right_yet(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        words = {verdict(PROGRAMS[name], mode).word for mode in MODES.values()}
    assert words != {RIGHT}, "take it out of later.py"
