"""Make a failing program small, and keep it failing.

Greedy delta debugging on the tree: every edit that leaves a valid, smaller program which still
fails is kept, until no edit is left or the time is up.
"""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from .check import Outcome, check
from .edits import (
    Pass,
    delete_statements,
    hoist_parts,
    plain_assignments,
    shorten_sequences,
    simplify_constants,
    split_tuples,
    unwrap_blocks,
)
from .edits_of_functions import (
    cut_short,
    drop_parameters,
    inline_bodies,
    inline_calls,
    inline_variables,
    return_parts,
)
from .program import Program
from .trees import duplicate, leaves, rebuild
from .validity import fault

Fails = Callable[[Program], bool]

# Coarse passes first: what they remove, the fine ones need not look at.
PASSES: tuple[Pass, ...] = (
    cut_short,
    delete_statements,
    unwrap_blocks,
    inline_calls,
    inline_bodies,
    drop_parameters,
    split_tuples,
    inline_variables,
    shorten_sequences,
    hoist_parts,
    simplify_constants,
    plain_assignments,
    return_parts,
)


def shrink(program: Program, still_fails: Fails, seconds: float = 60.0) -> Program:
    """Give the smallest program that can be found in the time, and that still fails."""
    return _Shrinker(program, still_fails, time.monotonic() + seconds).run()


def same_failure(program: Program, outcome: Outcome, engine: Any = None) -> Fails:
    """Make a test that asks whether another program goes wrong in the way that this one did."""
    finding = outcome.worst
    if finding is None:
        raise ValueError(f"seed {program.seed} does not fail")

    def still_fails(candidate: Program) -> bool:
        now = check(candidate, (finding.name,), engine).worst
        return now is not None and (now.category, now.group) == (finding.category, finding.group)

    return still_fails


def weight(program: Program) -> tuple[int, int, int]:
    """Measure a program: nodes of the tree, then letters, then numbers of the arguments."""
    tree = ast.parse(program.source)
    # A block counts for more, so that a loop may give way to one longer assignment.
    nodes = sum(8 if hasattr(node, "body") else 1 for node in ast.walk(tree))
    return nodes, len(program.source), len(repr(program.args))


class _Shrinker:
    """The smallest program so far, and what has been tried."""

    def __init__(self, program: Program, still_fails: Fails, deadline: float):
        self.best = program
        self.weight = weight(program)
        self.still_fails = still_fails
        self.deadline = deadline
        self.seen: set[tuple[str, str, tuple[int, ...]]] = set()

    def run(self) -> Program:
        progress = True
        while progress and not self._is_late():
            before = self.weight
            for single in PASSES:
                self._text_pass(single)
                self._argument_pass()
            progress = self.weight < before
        return self.best

    def _is_late(self) -> bool:
        return time.monotonic() > self.deadline

    def _text_pass(self, single: Pass) -> None:
        """Apply the edits of one pass; after a success go on at the same place."""
        place = 0
        while not self._is_late():
            edits = list(single(ast.parse(self.best.source)))
            taken = False
            while place < len(edits) and not taken and not self._is_late():
                taken = self._accept(_edited(self.best, edits[place]))
                place += not taken
            if not taken:
                return

    def _argument_pass(self) -> None:
        taken = True
        while taken and not self._is_late():
            taken = any(self._accept(candidate) for candidate in _with_less(self.best))

    def _accept(self, candidate: Program | None) -> bool:
        """Take a candidate over when it is new, smaller, valid, and fails."""
        if candidate is None:
            return False
        key = candidate.source, repr(candidate.args), candidate.wrt
        if key in self.seen:
            return False
        self.seen.add(key)
        size = weight(candidate)
        if size >= self.weight or fault(candidate) is not None or not self.still_fails(candidate):
            return False
        self.best, self.weight = candidate, size
        return True


def _edited(program: Program, edit: Callable[[ast.Module], None]) -> Program | None:
    """Apply an edit to the text; many edits give no program at all."""
    tree = ast.parse(program.source)
    try:
        edit(tree)
        source = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        with warnings.catch_warnings():
            # Python warns of nonsense such as a number that is called.
            warnings.simplefilter("error", SyntaxWarning)
            compile(source, "<candidate>", "exec")
    except (SyntaxError, SyntaxWarning, ValueError, AttributeError, IndexError, TypeError):
        return None
    return replace(program, source=source)


def _with_less(program: Program) -> Iterator[Program]:
    """Yield the program without a parameter, with fewer to differentiate for, at simpler values."""
    for place in range(len(program.args)):
        smaller = _without_argument(program, place)
        if smaller is not None:
            yield smaller
    if len(program.wrt) > 1:
        for place in program.wrt:
            yield replace(program, wrt=tuple(other for other in program.wrt if other != place))
    for place, arg in enumerate(program.args):
        for simpler in _simpler(arg):
            args = (*program.args[:place], simpler, *program.args[place + 1 :])
            yield replace(program, args=args)


def _without_argument(program: Program, place: int) -> Program | None:
    if place in program.wrt and len(program.wrt) == 1:
        return None
    tree = ast.parse(program.source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == program.entry:
            parameters = node.args
            if place >= len(parameters.args):
                return None
            del parameters.args[place]
            parameters.defaults = parameters.defaults[: len(parameters.args)]
    wrt = tuple(other - (other > place) for other in program.wrt if other != place)
    args = program.args[:place] + program.args[place + 1 :]
    return replace(program, source=ast.unparse(tree) + "\n", args=args, wrt=wrt)


def _simpler(arg: Any) -> Iterator[Any]:
    """Yield an argument with shorter vectors, or with rounder numbers."""
    if isinstance(arg, np.ndarray) and arg.ndim == 1 and arg.size > 1:
        yield arg[:-1].copy()
    if isinstance(arg, np.ndarray) and arg.size == 1:
        yield arg.item()
    if isinstance(arg, int):
        return
    rounded = [np.round(leaf, 1) for leaf in leaves(arg)]
    if all(np.all(np.asarray(leaf) != 0) for leaf in rounded):
        values = [leaf if isinstance(leaf, np.ndarray) else float(leaf) for leaf in rounded]
        yield rebuild(duplicate(arg), iter(values))
