"""Derive a function: from the live function and the options to a live derivative.

The text that comes back is compiled as it stands. Around it, on the line of the `def`, the compiled
function tests what was assumed of the arguments; where that fails, `respecialize` makes and calls a
derivative for these arguments (see `specialize`).
"""

from __future__ import annotations

import ast
import builtins
import functools
import types
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import gast

from tangent_ad import errors, pipeline
from tangent_ad.analysis import facts, sequences
from tangent_ad.analysis.activity import Activity
from tangent_ad.analysis.annotations import annotated_arrays, annotated_facts
from tangent_ad.analysis.assumptions import Assumptions
from tangent_ad.analysis.classes import argument_class, has_instances, holds_instances
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.functions import default_objects, plain_name
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.records import fact_of as fact_of_record
from tangent_ad.analysis.unit import Unit
from tangent_ad.callees import Callees
from tangent_ad.derived import Derived, Options
from tangent_ad.differentiate import joint
from tangent_ad.differentiate.real_parts import derivative_fact
from tangent_ad.outputs import (
    ask_of_output,
    output_fact,
    require_output,
    warn_if_independent,
    with_checks,
)
from tangent_ad.runtime import precision
from tangent_ad.runtime.instances import instances_of
from tangent_ad.session import Made, Session, result_of
from tangent_ad.survey import Survey
from tangent_ad.syntax import depth, load, text, trees

MOST_ROUNDS = 24  # of assumptions, each of which may show more


def derive(
    function: types.FunctionType, options: Options, given: Mapping[str, Fact] | None = None
) -> Derived:
    """Differentiate a Python function.

    `given` are facts of arguments, where they are known. Raises the errors of `errors`.
    """
    try:
        with depth.room():
            return _derive(function, options, given)
    except RecursionError:
        raise errors.UnsupportedSyntaxError(
            f"{function.__name__} has an expression of too many levels, or calls too deep; give "
            "parts of the expression names of their own",
            errors.Place(function.__code__.co_filename, function.__code__.co_firstlineno),
        ) from None


def _derive(
    function: types.FunctionType, options: Options, given: Mapping[str, Fact] | None
) -> Derived:
    session = Session(printer(options.verbose), options.optimized, doubles=not options.cast)
    session.outside = set(function.__globals__)
    unit, known = infer_entry(function, options, given or {}, session)
    if session.refusals:
        look_further(unit, known, options, session)
    errors.raise_together(session.refusals)
    result = output_fact(unit, known, options)
    require_output(result, unit, options, session.ask)
    session.doubles = session.doubles and not session.ask.has_complex
    unit = with_objects_returned(unit, known)
    unit, activity = pipeline.analyse(unit, known, options.wrt, session.watch)
    Survey(session).entry(unit, activity)
    errors.raise_together(session.refusals)
    warn_if_independent(unit, activity, options)
    unit, activity = pipeline.flattened(unit, activity, session.watch)
    name = options.name or f"d{plain_name(function)}d{''.join(options.wrt)}"
    derived = Derived(
        options, function, name, session.made, session.ask, dict(unit.arguments),
        tuple(p.id for p in trees.parameters(unit.tree.args)), (), result, unit.records,
        complex_seeds=tuple(map(known.may_be_complex, values_in(result))),
    )  # fmt: skip
    build = build_forward if options.mode == "forward" else build_reverse
    build(unit, activity, Callees(session), derived)
    errors.raise_together(session.refusals)
    derived.text, derived.places = module_text(session.made)
    derived.lines = {line: (p.filename, p.lineno) for line, p in derived.places.items()}
    return derived


def with_objects_returned(unit: Unit, known: Facts) -> Unit:
    """The unit with objects in what it returns, not the dicts that they are held as."""
    *body, last = unit.tree.body
    value = result_of(unit.tree)

    def whole(part: gast.expr) -> gast.expr:
        if not holds_instances(known.of(part)):
            return part
        return trees.call(trees.name(unit.names.bind(instances_of, "instances_of")), part)

    if type(value) is gast.Tuple:
        new: gast.expr = trees.updated(value, elts=[whole(part) for part in value.elts])
    else:
        new = whole(value)
    return unit.with_body([*body, trees.rebuild(last, value=new)]) if new is not value else unit


def values_in(result: Fact) -> tuple[Fact, ...]:
    """What has a seed of its own: a value, or each of those in a tuple."""
    if result.kind == facts.TUPLE and result.items is not None:
        return result.items
    return (result,)


def look_further(unit: Unit, known: Facts, options: Options, session: Session) -> None:
    """What else stands in the way, as far as can be told in spite of what does already."""
    found = list(session.refusals)
    try:
        unit, activity = pipeline.analyse(unit, known, options.wrt, session.watch)
        Survey(session).entry(unit, activity)
    except Exception:  # noqa: BLE001 - what was refused left a hole
        session.refusals[:] = found


def build_reverse(unit: Unit, activity: Activity, callees: Callees, derived: Derived) -> None:
    """Make the gradient, in one function or in two and one that calls them."""
    session, options = callees.session, derived.options
    sowing = {"elementwise": joint.SPREAD, "each": joint.EACH}.get(options.output, joint.WHOLE)
    if not options.check_dims and options.default_seed:
        sowing = joint.SPREAD
    parts = joint.halves(unit, activity, callees, options.wrt, sowing, options.has_aux)
    if options.cast:
        helper = trees.name(unit.names.bind(precision.of_type, "of_type"))
        pairs = zip(parts.gradients, options.wrt, strict=True)
        typed = [trees.call(helper, gradient, trees.name(name)) for gradient, name in pairs]
        parts = parts._replace(gradients=typed)
    is_split = options.motion == "split"
    tree = joint.joint(
        unit, parts, derived.entry, is_split or options.preserve_result, options.default_seed,
        options.as_tuple, getattr(unit.function, "default_seeds", ()),
    )  # fmt: skip
    derived.seeds = parts.seeds
    tree = with_checks(tree, parts, unit, derived)
    made = [session.polish(tree, activity.facts, derived.parameters)]
    if is_split:
        stem = plain_name(unit.function)
        forward, backward = (
            session.reserve(f"{stem}_{half}", unit.function) for half in ("forward", "backward")
        )
        preserve = options.preserve_result
        made = list(joint.split(made[0], parts, forward, backward, unit.names))
        made.append(joint.caller(tree, parts, forward, backward, unit.names, preserve))
    for item in made:
        session.made[item.name] = Made(item, unit.names, unit.function, unit.source)


def build_forward(unit: Unit, activity: Activity, callees: Callees, derived: Derived) -> None:
    """Make the function of arguments and tangents."""
    from tangent_ad.differentiate import forward as tangent_mode  # most derivatives are reverse

    session, options = callees.session, derived.options
    tree, derived.seeds = tangent_mode.forward(
        unit, activity, callees, options.wrt, derived.entry, options.preserve_result,
        options.default_seed, getattr(unit.function, "default_seeds", ()),
    )  # fmt: skip
    tree = session.polish(tree, activity.facts, derived.parameters)
    session.made[derived.entry] = Made(tree, unit.names, unit.function, unit.source)


def printer(verbose: int) -> pipeline.Watch:
    """`verbose=2` shows the function after every pass."""
    if verbose < 2:
        return pipeline.silent

    def show(step: str, tree: gast.FunctionDef) -> None:
        print(f"# after {step}\n{text.function_text(tree)}")

    return show


# ---- facts of the arguments ----------------------------------------------------------------


def infer_entry(
    function: types.FunctionType, options: Options, given: Mapping[str, Fact], session: Session
) -> tuple[Unit, Facts]:
    """Infer facts until no new assumption about the arguments is made."""
    annotated = annotated_facts(function)
    containers = {p: given.get(p) for p in options.wrt if p not in annotated}
    containers = {p: f for p, f in containers.items() if f is None or f.items is not None}
    objects = {p: f for p, f in given.items() if argument_class(f) or has_instances(f)}
    unit = session.unit(function, options.wrt, containers, objects)
    parameters = [p.id for p in trees.parameters(unit.tree.args)]
    paths = [path for record in unit.records.values() for path in record.paths()]
    if not given:
        parts = [(p, p) for p in options.wrt if p not in unit.records]
        parts += [leaf for record in unit.records.values() for leaf in record.parts()]
        paths += [each for variable, path in parts
                  for each in sequences.paths(variable, path, unit)]  # fmt: skip
    ask = session.ask = Assumptions(
        open={p for p in (*parameters, *paths) if p not in given and p not in annotated},
        active=frozenset((*options.wrt, *paths)),
        assume_lengths=options.assume_lengths,
        never_scalar=annotated_arrays(function) - set(given),
    )
    inherited = getattr(function, "assumptions", None)
    if inherited is not None and not given:
        ask.inherit(inherited)
    for parameter, value in default_objects(function).items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            ask.default(parameter)
    for turn in range(MOST_ROUNDS):
        session.prepared.clear()
        session.recursed.clear()
        del session.refusals[:]
        arguments = {
            p: ask.unified(given.get(p) or annotated.get(p) or default_fact(p, unit, ask))
            for p in parameters
        }
        arguments.update(seed_facts(function, arguments, given))
        found = [leaf for fact in arguments.values() for leaf in facts.leaves(fact)]
        ask.has_complex |= any(leaf.dtype == "complex" for leaf in found)
        unit = replace(unit, arguments=arguments)
        guessed = Facts(unit, ask, session)
        guessed.run(unit.tree.body)
        ask_of_output(unit, guessed, options, ask)
        if ask.commit() and turn < MOST_ROUNDS - 1:
            continue  # most rounds end here, before it is looked at what is written in place
        unit, known = pipeline.infer(unit, ask, session, True, session.watch, guessed)
        ask_of_output(unit, known, options, ask)
        if not ask.commit():
            break
        unit = session.unit(function, options.wrt, containers, objects)
    ask.frozen = True
    session.refusals += session.misread[function, options.wrt]
    return unit, known


def default_fact(parameter: str, unit: Unit, ask: Assumptions) -> Fact:
    """An argument of which nothing is known: a number or an array, of floats if differentiated;
    a dict if it is read by text keys."""
    if parameter in unit.records:
        variables = {path: variable for variable, path in unit.records[parameter].parts()}

        def part(path: str) -> Fact:
            variable = variables.get(path, "")
            each = sequences.fact_of(variable, path, unit, ask.part_of_each)
            return each or number_fact(path, True, ask)

        return fact_of_record(unit.records[parameter], part)
    if parameter in unit.active:
        each = sequences.fact_of(parameter, parameter, unit, ask.part_of_each)
        if each is not None:
            return each
    default = default_objects(unit.function).get(parameter)
    if callable(default) and parameter not in unit.active:
        return facts.of_object(default)
    is_dict = parameter in _read_by_text_keys(unit.tree)
    if parameter in ask.never_scalar or not is_dict:
        return number_fact(parameter, parameter in unit.active, ask)
    return Fact(facts.DICT)


def number_fact(path: str, is_active: bool, ask: Assumptions) -> Fact:
    shape = ask.shape_of(path)
    is_array = None if not isinstance(shape, tuple) else shape != ()
    is_array = True if path in ask.never_scalar else is_array
    return facts.number(shape, "float" if is_active else "", is_array)


@functools.lru_cache(16)
def _read_by_text_keys(tree: gast.FunctionDef) -> frozenset[str]:
    return frozenset(
        node.value.id
        for statement in tree.body
        for node in trees.walk(statement)
        if isinstance(node, gast.Subscript)
        and isinstance(node.value, gast.Name)
        and isinstance(node.slice, gast.Constant)
        and isinstance(node.slice.value, str)
    )


def seed_facts(
    function: types.FunctionType, arguments: Mapping[str, Fact], given: Mapping[str, Fact]
) -> dict[str, Fact]:
    """The seeds of a derivative that is differentiated again: one number, or like an argument."""
    return {
        seed: facts.FLOAT
        if like is None
        else derivative_fact(arguments[like], arguments[like].dtype == "complex")
        for seed, like in getattr(function, "seeds_like", {}).items()
        if seed not in given
    }


# ---- text ----------------------------------------------------------------------------------


def module_text(made: Mapping[str, Made]) -> tuple[str, dict[int, errors.Place]]:
    """The functions of a derivation as one text, and for each line its place in the user's file."""
    lines: list[str] = []
    places: dict[int, errors.Place] = {}
    for item in made.values():
        if lines:
            lines += ["", ""]
        for line, node in text.render([item.tree]):
            lines.append(line)
            if getattr(node, "lineno", None):
                places[len(lines)] = item.source.place(node)
    return "\n".join(lines) + "\n", places


def compiled(
    derived: Derived, guard: ast.expr | None, otherwise: Any, extra: Mapping[str, Any]
) -> dict[str, types.FunctionType]:
    """The live functions by name; `otherwise` is called where the guard of the entry fails."""
    pieces: list[load.Piece] = []
    for name, item in derived.made.items():
        bound = item.names.bound
        piece = load.Piece(
            name, item.function.__globals__, bound, item.names.closure,
            *defaults_of(item, derived.seeds if name == derived.entry else ()),
        )  # fmt: skip
        piece.explained = name == derived.entry
        if name == derived.entry and guard is not None:
            piece.guard, piece.otherwise = guard, "respecialize"
            piece.bound = {**bound, **extra, "respecialize": otherwise}
        elif name != derived.entry and hasattr(item.function, "entry_guard"):
            guard_callee(piece, item)
        pieces.append(piece)
    with depth.room():
        return load.functions(derived.text, filename(derived), pieces, {}, derived.places)


def guard_callee(piece: load.Piece, item: Made) -> None:
    """Test what a derivative that is called by another function assumes of its arguments."""
    test, scope = item.function.entry_guard  # type: ignore[attr-defined]
    named = {n.id for n in ast.walk(test) if isinstance(n, ast.Name)} - set(scope)
    if not named <= {p.id for p in trees.parameters(item.tree.args)} | set(dir(builtins)):
        return  # the backward half, which gets what the forward half has tested

    def refuse(*args: Any, **keywords: Any) -> Any:
        raise errors.InputTypeError(
            f"{item.function.__name__} was written for arguments of other kinds than it gets here; "
            "give it example arguments as like="
        )

    piece.guard, piece.otherwise = test, "refuse_arguments"
    piece.bound = {**piece.bound, **scope, "refuse_arguments": refuse}


def defaults_of(
    item: Made, seeds: Sequence[str]
) -> tuple[tuple | None, dict[str, Any] | None]:
    """The live defaults: those of the user's function by name, and one for a seed."""
    live = {**default_objects(item.function), **dict.fromkeys(seeds, 1.0)}
    args = item.tree.args
    positional = [*args.posonlyargs, *args.args]
    with_default = positional[len(positional) - len(args.defaults) :] if args.defaults else []
    values = tuple(live.get(p.id, 1.0) for p in with_default)
    pairs = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    keywords = {p.id: live.get(p.id, 1.0) for p, default in pairs if default is not None}
    return values or None, keywords or None


def filename(derived: Derived) -> str:
    function = derived.function
    what = f"{function.__module__}.{function.__qualname__}"
    return f"<tangent_ad {what} wrt={','.join(derived.options.wrt)} {derived.options.mode}>"


