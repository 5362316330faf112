"""Make every write in place go through one name.

    v = y[1:]                       row = A[i]
    v[0] = x          ->            row *= 2.0            ->     A[i][...] = A[i] * 2.0
    return v, y                     return A

    y[1:][0] = x
    return y[1:], y

A view whose memory is written while it is in use is replaced by the expression that makes it; a
copy of a reference by what it copies. An augmented assignment that others see becomes a write to all
elements. An argument that is written is copied first, so that the caller's array stays as it is.
What is left, two names that may or may not be the same array, is tested as the function runs
(`normalize.apart`), and refused where any run comes upon it.
"""

from __future__ import annotations

import os
import types
from collections import Counter
from collections.abc import Callable
from typing import Any

import gast

from tangent_ad import errors
from tangent_ad.analysis import facts, indexing
from tangent_ad.analysis.aliases import Conflict, conflicts
from tangent_ad.analysis.assumptions import LIKELY
from tangent_ad.analysis.contiguity import gives_view
from tangent_ad.analysis.definitions import single_definitions
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import inside, root
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize import apart, arguments, references, splice
from tangent_ad.normalize.arguments import written
from tangent_ad.normalize.iterables import positions
from tangent_ad.runtime import checks
from tangent_ad.syntax import source, trees

Returned = Callable[[Any], "set[str] | None"]


def one_name(unit: Unit, known: Facts, returned: Returned, is_entry: bool) -> Unit:
    """Resolve aliases; the unit itself where nothing is written that has two names."""
    if is_entry:
        unit = arguments.copied(unit, known, arguments.written_by_name(unit, known))
    if source.is_ours(unit.function):
        return unit
    unit = _resolved(unit, known, returned)
    if is_entry:
        unit = arguments.copied(unit, known, arguments.written_under_any_name(unit, known, returned))
    return unit


def _resolved(unit: Unit, known: Facts, returned: Returned) -> Unit:
    for _ in range(40):
        found = conflicts(unit.tree.body, known, unit.rebinds, returned)
        if not found:
            return unit
        new = _resolve(unit, known, found) or _taken_for_number(unit, known, found)
        if new is None:
            certain = conflicts(unit.tree.body, known, unit.rebinds, returned, True)
            tested = apart.tested(unit, known, found, certain)
            if tested is None:
                _refuse(unit, known, (certain or found)[0])
            return tested or unit
        unit = new
    return unit


# ---- conflicts -----------------------------------------------------------------------------


def _resolve(unit: Unit, known: Facts, found: list[Conflict]) -> Unit | None:
    """Remove one cause of a conflict, if there is a way."""
    definitions = single_definitions(unit.tree.body)
    rebinds = {new: (old, node) for new, old, node in unit.rebinds}
    for conflict in found:
        new = _rebound_by(conflict, rebinds)
        if new is not None and _is_object(rebinds[new][0], known):
            return _write_through(unit, known, new, rebinds[new][0], conflict.node)
        concerned = {conflict.written, *conflict.readers}
        parted = _parted(unit, concerned)
        if parted is not unit:
            return parted
        for box in sorted(n for n in concerned if known.names.get(n, facts.ANYTHING).kind == facts.LIST):
            for array in sorted(concerned - {box}):
                read = references.read_as_array(unit, box, array)
                if read is not None:
                    return read
        sharing = _calls_that_share(unit, known, concerned)
        turned = splice.spliced(unit, known, lambda call: id(call) in sharing)  # noqa: B023
        if turned is unit:
            turned = positions(unit, known, lambda loop: bool(trees.writes(loop) & concerned))  # noqa: B023
        if turned is not unit:
            again = Facts(turned, known.ask, known.callees)
            again.run(turned.tree.body)
            known.names.update(again.names)
            known.unit = turned
            return turned
        for name in (conflict.written, *sorted(conflict.readers)):
            value = _as_path(name, definitions, unit, known)
            if value is None or not _holds_where_used(name, value, unit, known):
                continue
            for new, (old, _) in rebinds.items():
                if old == name and not isinstance(value, gast.Name):
                    if not _is_object(old, known):
                        return None  # it may be a number, which is tested
                    node = _definition(new, unit.tree.body)
                    return _write_through(unit, known, new, old, node)
            return _substituted(unit, name, value)
    return None


def _calls_that_share(unit: Unit, known: Facts, concerned: set[str]) -> set[int]:
    """The calls of functions that return memory of an argument, where a variable gets it from one."""
    found: set[int] = set()
    for node in trees.statements(unit.tree.body):
        if not isinstance(node, (gast.Assign, gast.For)):
            continue
        bases = {root(t) for t in getattr(node, "targets", ())}
        if not (trees.writes(node) | bases) & concerned:
            continue
        for inner in trees.walk(node.iter if isinstance(node, gast.For) else node.value):
            if isinstance(inner, gast.Call):
                function = known.target(inner)
                if isinstance(function, types.FunctionType) and known.callees.returned(function):
                    found.add(id(inner))
    return found


def _parted(unit: Unit, concerned: set[str]) -> Unit:
    """`a, b = x, y` as two statements, where one of the names is concerned and none is read."""
    changed = False

    def block(body: list[gast.stmt]) -> list[gast.stmt]:
        nonlocal changed
        out: list[gast.stmt] = []
        for node in body:
            inner = {f: block(b) for f, b in trees.blocks(node)}
            if isinstance(node, gast.Assign) and _is_parallel(node, concerned):
                changed = True
                pairs = zip(node.targets[0].elts, node.value.elts, strict=True)
                out += [trees.assign(target, value, node) for target, value in pairs]
            else:
                out.append(trees.rebuild(node, **inner) if inner else node)
        return out

    body = block(unit.tree.body)
    return unit.with_body(body) if changed else unit


def _is_parallel(node: gast.Assign, concerned: set[str]) -> bool:
    target, value = node.targets[0], node.value
    if not isinstance(target, gast.Tuple) or not isinstance(value, gast.Tuple):
        return False
    bound = set(trees.bound_names(target))
    is_plain = len(target.elts) == len(value.elts) and not any(
        isinstance(e, gast.Starred) for e in (*target.elts, *value.elts)
    )
    return is_plain and bool(bound & concerned) and not bound & trees.reads(value)


def _definition(name: str, body: list[gast.stmt]) -> gast.stmt:
    return next(n for n in trees.statements(body) if name in trees.writes(n))


def _is_object(name: str, known: Facts) -> bool:
    """Whether a variable holds what can change: no single number, or so it is assumed on entry. An
    array without axes can change as well, but its adjoint is a number that cannot."""
    fact = known.names.get(name, facts.ANYTHING)
    if fact.is_number:
        return fact.array is True and not fact.is_scalar or known.ask.is_open(fact.shape)
    return fact.kind != facts.UNKNOWN


def _taken_for_number(unit: Unit, known: Facts, found: list[Conflict]) -> Unit | None:
    """Test in the function that a variable is a single number, if that may be: no name can see such a
    one change."""
    with_elements = {
        node.value.id
        for statement in trees.statements(unit.tree.body)
        for expression in trees.header(statement)
        for node in trees.walk(expression)
        if isinstance(node, gast.Subscript) and isinstance(node.value, gast.Name)
    }
    for conflict in found:
        for name in (conflict.written, *sorted(conflict.readers)):
            fact = known.names.get(name, facts.ANYTHING)
            may_be = fact.is_number and fact.array is None and not fact.rank
            if name in unit.scalars | with_elements or not (may_be or fact.kind == facts.UNKNOWN):
                continue
            if known.ask.is_open(fact.shape):
                continue
            scalars = unit.scalars | {name}
            tested = unit.with_body(_tested(unit.tree.body, name, unit, conflict.node), scalars=scalars)
            again = Facts(tested, known.ask, known.callees)
            again.run(tested.tree.body)
            known.names.update(again.names)
            known.unit = tested
            return tested
    return None


def _tested(
    body: list[gast.stmt], name: str, unit: Unit, like: gast.stmt
) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for node in body:
        inner = {f: _tested(b, name, unit, like) for f, b in trees.blocks(node)}
        if isinstance(node, (*trees.LOOPS, gast.With)) and name in trees.writes(node):
            inner["body"].insert(0, _test(name, like, unit))
        out.append(trees.rebuild(node, **inner) if inner else node)
        if not inner and name in trees.writes(node) and not trees.is_unbound(node.value):
            out.append(_test(name, like, unit))
    return out


def _test(name: str, like: gast.stmt, unit: Unit) -> gast.stmt:
    helper = trees.name(unit.names.bind(checks.require_number, "require_number"))
    place = unit.source.place(like)
    where = f" ({os.path.basename(place.filename)}:{place.lineno})" if place.lineno else ""
    shown = trees.constant(unit.names.stems.get(name, name) + where)
    return trees.hidden(trees.statement(trees.call(helper, trees.name(name), shown)), like)


def _rebound_by(
    conflict: Conflict, rebinds: dict[str, tuple[str, gast.stmt]]
) -> str | None:
    node = conflict.node
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
        name = node.targets[0].id
        if name in rebinds and rebinds[name][0] == conflict.written:
            return name
    return None


def _as_path(
    name: str, definitions: dict[str, gast.expr | None], unit: Unit, known: Facts
) -> gast.expr | None:
    """The expression that a view or a copy of a reference stands for, if it can take its place."""
    value = definitions.get(name)
    if value is None or name in unit.record_parts:
        return None
    if isinstance(value, gast.Name):
        return value
    if isinstance(value, gast.Subscript) and root(value) is not None:
        return value if _is_element(value, known) else None
    if isinstance(value, gast.Attribute):
        return value if value.attr == "T" else None
    if isinstance(value, gast.Call) and inside(value) is not None:
        return value if gives_view(value, definitions, known) else None
    return None


def _holds_where_used(name: str, value: gast.expr, unit: Unit, known: Facts) -> bool:
    """Whether what a view is made of is not bound again before its last use, be it by the next pass of
    a loop, and no slot that it is read from is written."""
    body = unit.tree.body
    writes = Counter(n for node in trees.statements(body) for n in trees.writes(node))
    for loop in trees.statements(body):
        if isinstance(loop, trees.LOOPS):
            writes.update(trees.all_writes([loop]))
    changing = {source for source in trees.reads(value) if writes[source] > 1}
    slots = _slot_writes(value, unit, known)

    def changes(node: gast.stmt) -> bool:
        return id(node) in slots or bool(changing & trees.writes(node))

    return not (changing or slots) or _last_use_precedes(name, changes, body)


def _last_use_precedes(
    name: str, changes: Callable[[gast.stmt], bool], body: list[gast.stmt], to_end: bool = False
) -> bool:
    """Whether nothing changes from where a name is bound to its last use, or to the end of the block:
    what the last pass of a loop has bound is used behind the loop."""
    for at, node in enumerate(body):
        holders = [inner for _, inner in trees.blocks(node) if name in trees.all_writes(inner)]
        if not holders and name not in trees.writes(node):
            continue
        uses = [i for i, other in enumerate(body) if i != at and _uses(name, other)]
        if uses and uses[0] < at:
            return False  # the value of the pass before
        for inner in holders:
            goes_on = to_end or bool(uses)
            outside = _uses(name, node) - sum(_uses(name, n) for n in inner)
            if outside or goes_on and not _runs_to_the_end(node):
                return False
            if not _last_use_precedes(name, changes, inner, goes_on):
                return False
        between = body[at + 1 : len(body) if to_end else max([at, *uses]) + 1]
        if between and not to_end and not trees.blocks(between[-1]):
            between.pop()  # it reads before it writes
        return not any(changes(inner) for inner in trees.statements(between))
    return False


def _runs_to_the_end(node: gast.stmt) -> bool:
    is_left = any(isinstance(inner, gast.Break) for inner in trees.statements([node]))
    return isinstance(node, gast.For) and not is_left


def _uses(name: str, node: gast.stmt) -> int:
    return sum(isinstance(n, gast.Name) and n.id == name for n in trees.walk(node))


def _is_element(value: gast.Subscript, known: Facts) -> bool:
    """Whether `y[i]` is a view, or what is in a slot of a container."""
    base = known.of(value.value)
    if base.is_number:
        if not indexing.is_basic(value.slice, known.of):
            return False
        if known.of(value).array is None:
            # A scalar or a row: the rank of the array decides.
            used = [k for k in indexing.kinds(value.slice, known.of) if k == indexing.INT]
            known.ask.rank(base.shape, len(used), LIKELY)
            return False
        return True
    return base.is_container and not isinstance(value.slice, gast.Slice)  # that is a new list


def _slot_writes(value: gast.expr, unit: Unit, known: Facts) -> set[int]:
    """The statements that may put something else into the slot that is read."""
    if not isinstance(value, gast.Subscript) or known.of(value.value).is_number:
        return set()
    name = root(value)
    is_deep = not isinstance(value.value, gast.Name)
    return {
        id(node)
        for node in trees.statements(unit.tree.body)
        for target in written(node, known)
        if root(target) == name and (is_deep or isinstance(_owner(target), gast.Name))
        if not (isinstance(node, gast.AugAssign) and known.of(target).array)  # it stays that array
    }


def _owner(target: gast.expr) -> gast.expr:
    return target.value if isinstance(target, (gast.Subscript, gast.Attribute)) else target


def _substituted(unit: Unit, name: str, value: gast.expr) -> Unit:
    body = _substitute_block(unit.tree.body, name, value)
    rebinds = unit.rebinds
    if isinstance(value, gast.Name):
        swap = {name: value.id}
        rebinds = tuple((new, swap.get(old, old), node) for new, old, node in rebinds)
    return unit.with_body(body, rebinds=rebinds)


def _substitute_block(
    body: list[gast.stmt], name: str, value: gast.expr
) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for node in body:
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
            if node.targets[0].id == name:
                continue
        inner = {f: _substitute_block(b, name, value) for f, b in trees.blocks(node)}
        if inner:
            head = trees.substitute(_hollow(node), {name: value})
            out.append(trees.rebuild(head, **inner))
        else:
            new = trees.substitute(node, {name: value})
            if not _is_copy_of_itself(new):
                out.append(new)
    return out


def _hollow(node: gast.stmt) -> gast.stmt:
    """A compound statement without its blocks."""
    return trees.rebuild(node, **{field: [] for field, _ in trees.blocks(node)})


def _write_through(
    unit: Unit, known: Facts, new: str, old: str, conflict: gast.stmt
) -> Unit:
    """`v_1 = v * 2.0` that others see becomes `v[...] = v * 2.0`, and v_1 is v."""
    fact = known.names.get(old, facts.ANYTHING)
    if fact.is_number:
        known.ask.array(fact.shape)

    def block(body: list[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            if node is conflict and fact.kind == facts.LIST:
                more = node.value.right
                out.append(trees.statement(trees.method(trees.name(old), "extend", more), node))
                continue
            if node is conflict:
                whole = trees.subscript(trees.name(old), gast.Constant(Ellipsis, None))
                out.append(trees.assign(whole, node.value, node))
                continue
            inner = {f: block(b) for f, b in trees.blocks(node)}
            if inner:
                node = trees.rebuild(trees.rename(_hollow(node), {new: old}), **inner)
            else:
                node = trees.rename(node, {new: old})
            if not _is_copy_of_itself(node):
                out.append(node)
        return out

    rebinds = tuple(
        (n, old if o == new else o, node) for n, o, node in unit.rebinds if n != new
    )
    return unit.with_body(block(unit.tree.body), rebinds=rebinds)


def _is_copy_of_itself(node: gast.stmt) -> bool:
    return isinstance(node, gast.Assign) and trees.same(node.targets[0], node.value)


def _refuse(unit: Unit, known: Facts, conflict: Conflict) -> None:
    stems = unit.names.stems
    names = sorted({stems.get(n, n) for n in (conflict.written, *conflict.readers)})
    listing = " and ".join(names) if len(names) > 1 else f"several values of {names[0]}"
    unit.refuse(
        f"this changes in place what {listing} may all refer to, and whether they do is only known "
        "when the program runs; write into a copy (.copy()) instead",
        conflict.node,
        errors.AliasError,
    )
