"""Branches, and the early ways out of a function."""

from __future__ import annotations

from .assignments import body, new_variable, some_kind
from .conditions import condition
from .draft import Draft
from .expressions import a_scalar, fit, leaf, of_kind
from .kinds import SCALAR, Kind
from .registry import extra, statement
from .results import write_return

extra("nested_branch", "same_name_in_branches")

DEEPEST = 3


def _few(draft: Draft) -> int:
    return draft.rng.choice((1, 1, 2, 3))


def _arm(draft: Draft, shared: tuple[str, Kind] | None) -> None:
    """Write the body of a branch; all branches assign the shared name."""
    if shared is not None:
        name, kind = shared
        expr = fit(draft, of_kind(draft, kind, 2), array=kind.is_array)
        draft.assign(name, kind, expr)
    body(draft, _few(draft) - (shared is not None))


def _may_branch(draft: Draft) -> bool:
    if draft.nesting == 0:
        return True
    return draft.nesting < DEEPEST and draft.flip("nested_branch", 0.7)


@statement("if", 4.5)
def branch(draft: Draft) -> bool:
    if not _may_branch(draft):
        return False
    before = draft.here()
    with draft.block(f"if {condition(draft)}:") as taken:
        _arm(draft, None)
    draft.join(taken, before)
    return True


@statement("if_else", 4.5)
def branches(draft: Draft) -> bool:
    """Write if, maybe elif, and else; a new name may be assigned in all of them."""
    if not _may_branch(draft):
        return False
    shared = None
    if draft.flip("same_name_in_branches", 0.6):
        kind = some_kind(draft)
        shared = draft.new_name(kind.tag), kind
    arms = []
    for header in ("if", "elif") if draft.chance(0.25) else ("if",):
        with draft.block(f"{header} {condition(draft)}:") as arm:
            _arm(draft, shared)
        arms.append(arm)
    with draft.block("else:") as arm:
        _arm(draft, shared)
    draft.join(*arms, arm)
    return True


@statement("branch_only_variable", 1.5)
def defined_in_one_branch(draft: Draft) -> bool:
    """Assign a name under a condition, and read it later under the same condition."""
    if draft.nesting >= DEEPEST - 1 or draft.loops:
        return False
    test = draft.new_name("flag")
    draft.emit(f"{test} = {condition(draft)}")
    draft.define(test, Kind("flag"), leaf(draft, SCALAR)._replace(active=False, base=()))
    before = draft.here()
    with draft.block(f"if {test}:") as taken:
        var = new_variable(draft, some_kind(draft), 1)
        body(draft, draft.rng.randrange(2))
    ended = taken.ended
    draft.join(taken, before)
    body(draft, 1)
    if draft.ended or ended or var.name not in taken.scope:
        return True
    if taken.scope[var.name].kind != var.kind:
        return True
    result = draft.new_name("scalar")
    draft.emit(f"{result} = {fit(draft, a_scalar(draft, 1)).text}")
    draft.define(result, SCALAR, leaf(draft, SCALAR)._replace(lo=-2.0, hi=2.0, base=()))
    before = draft.here()
    with draft.block(f"if {test}:") as again:
        draft.scope[var.name] = taken.scope[var.name]
        use = var.name if var.kind == SCALAR else f"np.sum({var.name})"
        draft.emit(f"{result} {draft.rng.choice('+-*')}= np.sin({use})")
        draft.define(result, SCALAR, a_scalar(draft, 0)._replace(lo=-4.0, hi=4.0, base=()))
        body(draft, draft.rng.randrange(2))
    draft.join(again, before)
    return True


@statement("match", 0.6)
def match(draft: Draft) -> bool:
    """Choose by a small integer."""
    if draft.nesting >= DEEPEST - 1:
        return False
    ints = draft.ints(-9, 9)
    if not ints:
        return False
    var = draft.rng.choice(ints)
    kind = some_kind(draft)
    name = draft.new_name(kind.tag)
    arms = []
    draft.emit(f"match {var.name}:")
    draft.indent += 1
    for label in (int(var.lo), int(var.hi) + draft.rng.randrange(2), "_"):
        with draft.block(f"case {label}:") as arm:
            draft.assign(name, kind, fit(draft, of_kind(draft, kind, 1), array=kind.is_array))
            body(draft, draft.rng.randrange(2))
        arms.append(arm)
        if label == "_":
            break
    draft.indent -= 1
    draft.join(*arms)
    return True


@statement("with_block", 0.4)
def with_block(draft: Draft) -> bool:
    """Enter a context manager that does not change the numbers."""
    if draft.nesting >= DEEPEST:
        return False
    with draft.block("with np.errstate(over='ignore'):") as inside:
        body(draft, _few(draft))
    draft.join(inside)
    return True


@statement("early_return", 2.5)
def early_return(draft: Draft) -> bool:
    """Leave the function from wherever this is."""
    if draft.result is None:
        return False
    before = draft.here()
    with draft.block(f"if {condition(draft, rare=True)}:") as taken:
        body(draft, draft.rng.choice((0, 0, 1)))
        if not draft.ended:
            write_return(draft)
    for loop in draft.loops:
        loop.exits = True
    draft.join(taken, before)
    return True


@statement("return_in_both", 1.5)
def return_in_both(draft: Draft) -> bool:
    """Leave the function in both branches of an if, so that nothing can follow."""
    if draft.result is None or draft.nesting == 0 or draft.loops:
        return False
    with draft.block(f"if {condition(draft)}:"):
        write_return(draft)
    if draft.chance(0.5):
        with draft.block("else:"):
            body(draft, 1)
            if not draft.ended:
                write_return(draft)
    else:
        write_return(draft)
    draft.ended = True
    return True


@statement("break", 5.0)
def leave_loop(draft: Draft) -> bool:
    return _jump(draft, "break")


@statement("continue", 5.0)
def next_trip(draft: Draft) -> bool:
    return _jump(draft, "continue")


def _jump(draft: Draft, word: str) -> bool:
    if not draft.loops:
        return False
    loop = draft.loops[-1]
    if loop.endless and word == "continue":
        return False
    before = draft.here()
    with draft.block(f"if {condition(draft, rare=word == 'break')}:") as taken:
        body(draft, draft.rng.choice((0, 1, 1)))
        if not draft.ended:
            if word == "continue" and loop.step:
                draft.emit(loop.step)
            draft.emit(word)
            draft.ended = True
    loop.exits = True
    draft.join(taken, before)
    return True
