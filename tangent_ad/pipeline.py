"""The passes in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import gast

from tangent_ad.analysis import classes, shifts
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.assumptions import Assumptions
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import (
    attempts,
    augmented,
    bound_methods,
    choices,
    closures,
    copies,
    counted,
    decided,
    decorated,
    desugar,
    exits,
    flatten,
    generators,
    inplace,
    insertions,
    iterables,
    matching,
    methods,
    narrowed,
    nonlocals,
    slots,
    splice,
    starred,
    subset,
    updates,
    versions,
)
from tangent_ad.optimize import (
    additions,
    arithmetic,
    buffers,
    coalesce,
    comments,
    common,
    dead,
    direct,
    elements,
    factors,
    inline,
    inverses,
    lists,
    parting,
    structures,
    twins,
    unpacking,
)
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names

MOST_ROUNDS = 200  # of passes that need facts, each of which may give the others work

Watch = Callable[[str, gast.FunctionDef], None]


def silent(name: str, tree: gast.FunctionDef) -> None:
    """Watch nothing."""


# Desugaring comes first: it makes statements of expressions, whose exits and versions then count.
# Closures go before versions, so that a call passes the versions of the moment.
NORMALIZE = (
    methods.spelled_out, matching.as_branches, generators.as_lists, decorated.called,
    nonlocals.handed_on, subset.check,
    insertions.as_operations, desugar.simplify, attempts.structure, closures.lift,
    exits.structure, slots.as_variables, versions.rename, bound_methods.called_by_name,
)  # fmt: skip


def normalize(unit: Unit, watch: Watch = silent) -> Unit:
    """The user's Python to the core language, as far as that needs no facts."""
    for step in NORMALIZE:
        unit = step(unit)
        watch(step.__module__.rpartition("tangent_ad.")[2], unit.tree)
    return unit


def infer(
    unit: Unit,
    ask: Assumptions,
    callees: Any,
    is_entry: bool,
    watch: Watch = silent,
    known: Facts | None = None,
    rounds: int = 0,
) -> tuple[Unit, Facts]:
    """Facts of a unit in which every write goes through one name; `known` are those of the unit as
    it is, if they were inferred already."""
    if rounds > MOST_ROUNDS:
        raise RecursionError  # what takes the place of calls has more of them
    if known is None:
        known = Facts(unit, ask, callees)
        known.run(unit.tree.body)
    for step, new in rewritten(unit, known, is_entry):
        if new is not unit:
            watch(step, new.tree)
            return infer(new, ask, callees, is_entry, watch, rounds=rounds + 1)
    new = inplace.one_name(unit, known, callees.returned, is_entry)
    new = augmented.written_out(new, known)
    if new is unit:
        return unit, known
    watch("normalize.inplace", new.tree)
    known = Facts(new, ask, callees)
    known.run(new.tree.body)
    return new, known


def rewritten(unit: Unit, known: Facts, is_entry: bool) -> Iterator[tuple[str, Unit]]:
    """What each pass that needs facts makes of a unit: the unit itself, or one to infer anew."""
    if classes.concern(unit.tree.body, known):
        yield "normalize.objects", without_objects(unit, known)
    yield "normalize.copies", copies.spelled_out(unit, known)
    yield "normalize.starred", starred.spelled_out(unit, known)
    yield "normalize.counted", counted.counted_out(unit, known)
    if not is_entry:
        yield "normalize.decided", decided.left_out(unit, known)
    yield "normalize.narrowed", narrowed.by_tests(unit, known)
    yield "normalize.splice", splice.makers(unit, known)
    yield "normalize.choices", choices.spelled_out(unit, known)
    yield "normalize.updates", updates.written_out(unit, known)
    yield "normalize.splice", splice.writers(unit, known, is_entry)


def without_objects(unit: Unit, known: Facts) -> Unit:
    """The unit with one level less of what its objects do; the unit itself if there is none left."""
    from tangent_ad.normalize import objects, scatter  # most functions have none

    written = objects.written_out(unit, known)
    return written if written is not unit else scatter.taken_apart(unit, known)


def analyse(
    unit: Unit, known: Facts, seeds: Collection[str], watch: Watch = silent
) -> tuple[Unit, Activity]:
    """What is active; loops over active elements become loops over positions on the way."""
    activity = Activity(unit.tree.body, known, seeds)
    new = iterables.positions(
        unit,
        known,
        lambda loop: activity.varies(loop.iter) or iterables.changes_while_read(loop, known),
    )
    if new.tree is unit.tree:
        return unit, activity
    watch("normalize.iterables", new.tree)
    again = Facts(new, known.ask, known.callees)
    again.run(new.tree.body)
    return new, Activity(new.tree.body, again, seeds)


def flattened(unit: Unit, activity: Activity, watch: Watch = silent) -> tuple[Unit, Activity]:
    """Active operations alone, and what is active of them: the shifts that cancel are not."""
    unit = flatten.flatten(unit, activity)
    watch("normalize.flatten", unit.tree)
    settled = shifts.cancelling(unit, activity)
    if settled:
        activity = Activity(unit.tree.body, activity.facts, activity.seeds, settled=settled)
    return unit, activity


def optimize(
    tree: gast.FunctionDef,
    names: Names,
    fact: FactOf,
    watch: Watch = silent,
    tested: Collection[str] | None = None,
) -> gast.FunctionDef:
    """Smaller and faster, and with the user's names again; `tested` are the arguments that are tested
    on entry, where all floats are float64."""

    def temporary(name: str) -> bool:
        return name not in names.user

    def derivative(name: str) -> bool:
        return name in names.derivatives

    def scalar(node: gast.expr) -> bool:
        return fact(node).is_scalar

    def run(step: str, result: gast.FunctionDef) -> gast.FunctionDef:
        watch(step, result)
        return result

    # Inlining leaves dead copies behind, and dead code hides that a temporary is used once.
    inlined = None
    for _ in range(3):
        tree = run("optimize.dead", dead.eliminate(tree, names, fact))
        tree = run("optimize.elements", elements.simplify(tree, names, derivative, fact))
        tree = run("optimize.parting", parting.part(tree, temporary))
        if tree is inlined:
            break
        tree = inlined = run("optimize.inline", inline.inline(tree, names, temporary, fact, False))
    tree = run("optimize.arithmetic", arithmetic.simplify(tree, names, fact, derivative))
    shorter = inline.inline(tree, names, temporary, fact, False)  # what is short now has room elsewhere
    if shorter is not tree:
        run("optimize.inline", shorter)
        tree = arithmetic.simplify(shorter, names, fact, derivative, trees.statements(tree.body))
        run("optimize.arithmetic", tree)
    tree = run("optimize.additions", additions.simplify(tree, derivative, scalar))
    tree = run("optimize.common", common.share(tree, names, fact))
    tree = run("optimize.inverses", inverses.simplify(tree, names, derivative))
    tree = run("optimize.twins", twins.merge(tree, names, temporary, fact))
    tree = run("optimize.factors", factors.factor_out(tree, names, derivative, fact))
    tree = run("optimize.buffers", buffers.simplify(tree, names, derivative, fact))
    tree = run("optimize.structures", structures.simplify(tree, names, fact))
    tree = run("optimize.coalesce", coalesce.rename(tree, names))
    tree = run("optimize.inline", inline.inline(tree, names, temporary, fact))
    tree = run("optimize.structures", structures.simplify(tree, names, fact))
    tree = run("optimize.direct", direct.simplify(tree, names, derivative, fact, tested))
    tree = run("optimize.lists", lists.share(tree, names, fact))
    tree = run("optimize.unpacking", unpacking.restore(tree, fact))
    tree = run("optimize.dead", dead.eliminate(tree, names))
    return run("optimize.comments", comments.tidy(tree))


def tidy(tree: gast.FunctionDef, names: Names, watch: Watch = silent) -> gast.FunctionDef:
    """What an unoptimised derivative needs to be readable at all."""
    return comments.tidy(tree)
