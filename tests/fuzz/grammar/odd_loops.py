"""Loops that nobody should write, and that somebody does."""

from __future__ import annotations

from .assignments import body, new_variable, some_kind
from .draft import Draft
from .expressions import fit, leaf
from .kinds import INT, SCALAR, Expr
from .loops import leaf_in, loop_body, looping, may_loop
from .registry import statement


@statement("while_true", 0.6)
def while_true(draft: Draft) -> bool:
    """Loop for ever, and break."""
    if not may_loop(draft):
        return False
    count = draft.new_name("int")
    draft.emit(f"{count} = 0")
    var = new_variable(draft, SCALAR, 1)
    with looping(draft, "while True:", 1):
        draft.loops[-1].exits = draft.loops[-1].endless = True
        draft.define(count, INT, Expr("", 1, 4, False), fixed=True)
        draft.emit(f"{count} += 1")
        draft.emit(f"{var.name} = np.sin({var.name}) * 0.8 + 0.1 * ({leaf_in(draft).text})")
        draft.define(var.name, SCALAR, Expr("", -2.0, 2.0, True))
        body(draft, 1)
        if not draft.ended:
            with draft.block(f"if {count} >= {draft.rng.randint(1, 3)} or {var.name} > 0.9:"):
                draft.emit("break")
            body(draft, draft.rng.randrange(2))
    draft.define(count, INT, Expr("", 1, 4, False))
    return True


@statement("bound_overwritten", 0.6)
def bound_overwritten(draft: Draft) -> bool:
    """Overwrite in the body what the header was computed from."""
    if not may_loop(draft):
        return False
    kind = some_kind(draft)
    limit, counter = draft.new_name("int"), draft.new_name("int")
    draft.emit(f"{limit} = {draft.rng.randint(1, 3)}")
    with looping(draft, f"for {counter} in range({limit}):", 1):
        draft.emit(f"{limit} = {draft.rng.choice(('0', f'{limit} + 1', '7'))}")
        draft.define(limit, INT, Expr("", 0, 9, False), fixed=True)
        draft.define(counter, INT, Expr("", 0, 2, False), fixed=True)
        if draft.chance(0.4):
            new_variable(draft, kind, 1)
        loop_body(draft)
    draft.define(limit, INT, Expr("", 0, 9, False))
    return True


@statement("counter_overwritten", 0.4)
def counter_overwritten(draft: Draft) -> bool:
    """Assign to the loop variable in the body, which does not change the number of trips."""
    if not may_loop(draft):
        return False
    counter = draft.new_name("int")
    total = new_variable(draft, SCALAR, 1)
    item = fit(draft, leaf(draft, SCALAR), -1.0, 1.0)
    draft.emit(f"for {counter} in range({draft.rng.randint(1, 3)}):")
    draft.emit(f"    {total.name} = np.sin({total.name}) + {counter} * ({item.text})")
    draft.emit(f"    {counter} = {counter} * 2 + 1")
    draft.emit(f"    {total.name} = {total.name} * 0.5 + 0.1 * {counter}")
    draft.define(total.name, SCALAR, Expr("", -6.0, 6.0, True))
    return True


@statement("guarded_step", 0.5)
def guarded_step(draft: Draft) -> bool:
    """Let a first trip differ from the others, the way recurrences start."""
    if not may_loop(draft):
        return False
    counter, kept = draft.new_name("int"), draft.new_name("scalar")
    first, rest = fit(draft, leaf(draft, SCALAR)), fit(draft, leaf(draft, SCALAR))
    draft.emit(f"for {counter} in range({draft.rng.randint(1, 4)}):")
    draft.emit(f"    if {counter} == 0:")
    draft.emit(f"        {kept} = {first.text}")
    draft.emit("    else:")
    draft.emit(f"        {kept} = np.cos({kept}) * ({rest.text}) + 0.1 * {counter}")
    draft.define(kept, SCALAR, Expr("", -3.0, 3.0, True))
    return True
