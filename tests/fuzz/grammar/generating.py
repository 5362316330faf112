"""Generator functions with bodies of any statements, and all that can be done with what they give."""

from __future__ import annotations

from .assignments import body
from .calls import function_name, parameters, signature, wanted_kinds
from .conditions import condition
from .draft import LIMIT, Draft
from .expressions import a_scalar, fit, leaf, of_kind, size
from .kinds import INT, SCALAR, Expr, Kind, list_of, vec
from .loops import carry, loop_body, looping, may_loop
from .registry import extra, statement

extra("yield_from", "yield_early_return", "yield_pairs", "yield_in_branch", "generator_inside")

# What a generator gives is known by number only where no branch decides on it.
UNKNOWN_LENGTH = -1


class _Generator:
    """One that has been written: how to call it, what it gives and how often."""

    def __init__(self, call: str, item: Kind, length: int, pairs: bool):
        self.call, self.item, self.length, self.pairs = call, item, length, pairs


def _loop(inner: Draft) -> tuple[str, str, int]:
    """Draw a loop header, the name that it binds and the number of its trips."""
    var = inner.pick(lambda v: v.kind.tag == "vector")
    if var is not None and inner.chance(0.4):
        name = inner.new_name("scalar")
        return f"for {name} in {var.name}:", name, var.kind.shape[0]
    name, trips = inner.new_name("int"), inner.rng.randint(1, 4)
    return f"for {name} in range({size(inner, trips)}):", name, trips


def _yield(inner: Draft, item: Kind, pairs: bool) -> None:
    value = fit(inner, of_kind(inner, item, 2), array=item.is_array)
    if pairs:
        other = fit(inner, leaf(inner, SCALAR))
        inner.emit(f"yield ({other.text}), ({value.text})")
    else:
        inner.emit(f"yield {value.text}")


def _body(inner: Draft, item: Kind, pairs: bool) -> int:
    """Write what a generator does; give how often it yields."""
    body(inner, inner.rng.choice((0, 1, 1)))
    given = 0
    if inner.chance(0.25):
        _yield(inner, item, pairs)
        given += 1
    header, name, trips = _loop(inner)
    count = trips
    with looping(inner, header, trips):
        kind = INT if " range(" in header else SCALAR
        expr = Expr("", 0, trips - 1, False) if kind == INT else Expr("", -LIMIT, LIMIT, True)
        inner.define(name, kind, expr, fixed=True)
        body(inner, inner.rng.choice((0, 1)))
        if not inner.ended and inner.flip("yield_early_return", 0.12):
            inner.emit(f"if {condition(inner, rare=True)}:")
            inner.emit("    return")
            count = UNKNOWN_LENGTH
        if not inner.ended and inner.flip("yield_in_branch", 0.25):
            with inner.block(f"if {condition(inner)}:"):
                _yield(inner, item, pairs)
            count = UNKNOWN_LENGTH
        elif not inner.ended:
            _yield(inner, item, pairs)
        if not inner.ended:
            carry(inner)
        if inner.loops[-1].exits or inner.ended:
            count = UNKNOWN_LENGTH
    if count != UNKNOWN_LENGTH and not inner.ended and inner.chance(0.15):
        _yield(inner, item, pairs)
        given += 1
    return count + given if count != UNKNOWN_LENGTH else UNKNOWN_LENGTH


def _write(draft: Draft) -> _Generator | None:
    """Write a generator function into the module, or into this function."""
    if draft.level >= 2:
        return None
    module = draft.module
    is_inside = draft.flip("generator_inside", 0.25)
    name = draft.new_name("function") if is_inside else function_name(module, draft)
    inner = Draft(module, name, None, draft.level + 1)
    inner.budget = 3
    for var in module.globals:
        inner.scope[var.name] = var
    item = SCALAR if draft.chance(0.75) else vec(draft.dim())
    pairs = draft.flip("yield_pairs", 0.15)
    if is_inside:
        inner.indent = draft.indent + 1
        inner.names |= draft.names
        for var in draft.scope.values():
            inner.scope[var.name] = var._replace(fixed=True, frozen=True)
    kinds = wanted_kinds(draft)[:2]
    params = parameters(inner, kinds)
    for param in params:
        expr = Expr("", -LIMIT, LIMIT, True)
        inner.define(param.name, param.kind, expr, frozen=param.kind.is_array)
    head = f"def {name}({signature(inner, params, '', '')}):"
    length = _body(inner, item, pairs)
    if is_inside:
        draft.emit(head)
        draft.lines += inner.lines
        draft.names |= inner.names
    else:
        module.functions.append([head, *inner.lines])
    texts = []
    for param in params:
        arg = fit(draft, of_kind(draft, param.kind, 1), array=param.kind.is_array).text
        texts.append(f"{param.name}={arg}" if param.how == "keyword" or texts else arg)
    call = f"{name}({', '.join(texts)})"
    if draft.flip("yield_from", 0.12) and not is_inside:
        outer = function_name(module, draft)
        head = f"def {outer}(*args, **options):"
        module.functions.append([head, f"    yield from {name}(*args, **options)"])
        call = f"{outer}({', '.join(texts)})"
    return _Generator(call, item, length, pairs)


@statement("generator_loop", 1.0)
def looped(draft: Draft) -> bool:
    """Loop over what a generator gives."""
    if not may_loop(draft):
        return False
    made = _write(draft)
    if made is None:
        return False
    first, item = draft.new_name("scalar"), draft.new_name(made.item.tag)
    target = f"{first}, {item}" if made.pairs else item
    over = made.call
    index = ""
    if not made.pairs and draft.chance(0.2):
        index = draft.new_name("int")
        target, over = f"{index}, {item}", f"enumerate({over})"
    elif not made.pairs and draft.chance(0.15):
        other = draft.pick(lambda v: v.kind.tag == "vector")
        if other is not None:
            target, over = f"{first}, {item}", f"zip({other.name}, {over})"
    trips = max(made.length, 0)
    with looping(draft, f"for {target} in {over}:", trips):
        if index:
            draft.define(index, INT, Expr("", 0, max(trips, 1) - 1, False), fixed=True)
        elif "," in target:
            draft.define(first, SCALAR, Expr("", -LIMIT, LIMIT, True))
        draft.define(item, made.item, Expr("", -LIMIT, LIMIT, True), frozen=made.item.is_array)
        loop_body(draft)
    return True


@statement("generator_consumed", 1.0)
def consumed(draft: Draft) -> bool:
    """Sum up, list, stack or compare what a generator gives."""
    made = _write(draft)
    if made is None or made.pairs:
        return False
    known, n = made.length > 0, made.length
    if made.item == SCALAR:
        forms = [("sum({})", SCALAR), ("sum(u * u for u in {})", SCALAR)]
        if known:
            forms += [("max({})", SCALAR), ("tuple({})[-1]", SCALAR), ("next({})", SCALAR),
                      ("list({})", list_of(SCALAR, n)), ("sorted({})", list_of(SCALAR, n)),
                      ("[np.sin(u) for u in {}]", list_of(SCALAR, n)),
                      ("np.array(list({}))", vec(n))]  # fmt: skip
    else:
        forms = [("sum(np.sum(u) for u in {})", SCALAR)]
        if known:
            forms += [("np.stack(list({}))[0]", made.item), ("sum({})", made.item),
                      ("np.sum(np.array(list({})), axis=0)", made.item)]  # fmt: skip
    form, kind = draft.rng.choice(forms)
    name = draft.new_name(kind.tag)
    bound = LIMIT * LIMIT * max(made.length, 4)
    draft.emit(f"{name} = {form.format(made.call)}")
    draft.define(name, kind, Expr("", -bound, bound, True), frozen=True)
    if kind == SCALAR:
        draft.assign(name, SCALAR, fit(draft, Expr(f"0.1 * {name}", -2.0, 2.0, True)))
    elif kind.tag == "list":
        total = draft.new_name("scalar")
        draft.assign(total, SCALAR, fit(draft, a_scalar(draft, 1)))
    return True
