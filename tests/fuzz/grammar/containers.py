"""Lists, tuples and dicts that hold values with derivatives."""

from __future__ import annotations

from .draft import LIMIT, Draft
from .expressions import a_scalar, fit, leaf, of_kind
from .kinds import INT, SCALAR, Expr, Kind, Var, dict_of, list_of, tuple_of, vec
from .registry import scalar, statement

KEYS = ("a", "b", "w", "bias", "scale", "x", "rate", "mean", "W", "h")


def containers(draft: Draft, tag: str, item: Kind | None = None) -> Var | None:
    """Draw a container that is not empty, all of whose items have the kind asked for."""

    def holds(var: Var) -> bool:
        items = var.kind.items
        return var.kind.tag == tag and bool(items) and (item is None or set(items) == {item})

    return draft.pick(holds)


@scalar("container_reads", 2.0)
def read_item(draft: Draft, depth: int) -> Expr | None:
    """Read a float out of a list, a tuple or a dict, however deep it lies."""
    var = draft.pick(lambda v: v.kind.tag in ("list", "tuple", "dict") and bool(v.kind.items))
    if var is None:
        return None
    text, kind = var.name, var.kind
    while kind.tag != "scalar":
        if kind.is_array:
            text += "[" + ", ".join(str(draft.rng.randrange(n)) for n in kind.shape) + "]"
            kind = SCALAR
        elif kind.items:
            place = draft.rng.randrange(len(kind.items))
            text += f"[{_key(draft, kind, place)}]"
            kind = kind.items[place]
        else:
            return None
    return Expr(text, var.lo, var.hi, var.active)


def _key(draft: Draft, kind: Kind, place: int) -> str:
    if kind.tag == "dict":
        return repr(kind.keys[place])
    back = place - len(kind.items)
    return str(back) if draft.chance(0.3) else str(place)


def item_kind(draft: Draft) -> Kind:
    return SCALAR if draft.chance(0.65) else vec(draft.dim())


def literal(draft: Draft, kinds: list[Kind]) -> tuple[list[str], Expr]:
    parts = [fit(draft, of_kind(draft, kind, 1), array=kind.is_array) for kind in kinds]
    base = tuple(name for part in parts for name in part.base)
    whole = Expr("", -LIMIT, LIMIT, any(part.active for part in parts), base)
    return [f"({part.text})" for part in parts], whole


@statement("list_literal", 0.9)
def write_list(draft: Draft) -> bool:
    kind = item_kind(draft)
    count = draft.rng.randint(1, 3)
    texts, whole = literal(draft, [kind] * count)
    name = draft.new_name("list")
    draft.emit(f"{name} = [{', '.join(texts)}]")
    draft.define(name, list_of(kind, count), whole, frozen=kind.is_array)
    return True


@statement("tuple_literal", 0.8)
def write_tuple(draft: Draft) -> bool:
    """Make a tuple, and often take it apart again."""
    kinds = [item_kind(draft) for _ in range(draft.rng.randint(2, 3))]
    texts, whole = literal(draft, kinds)
    name = draft.new_name("tuple")
    draft.emit(f"{name} = {', '.join(texts)}")
    draft.define(name, tuple_of(*kinds), whole, frozen=True)
    if draft.chance(0.5):
        names = [draft.new_name(kind.tag) for kind in kinds]
        draft.emit(f"{', '.join(names)} = {name}")
        for part, kind in zip(names, kinds, strict=True):
            draft.define(part, kind, whole._replace(base=(name,) if kind.is_array else ()))
    return True


@statement("dict_literal", 0.9)
def write_dict(draft: Draft) -> bool:
    kinds = [item_kind(draft) for _ in range(draft.rng.randint(1, 3))]
    keys = tuple(draft.rng.sample(KEYS, len(kinds)))
    texts, whole = literal(draft, kinds)
    name = draft.new_name("dict")
    if draft.chance(0.2):
        inside = ", ".join(f"{key}={text}" for key, text in zip(keys, texts, strict=True))
        draft.emit(f"{name} = dict({inside})")
    else:
        inside = ", ".join(f"'{key}': {text}" for key, text in zip(keys, texts, strict=True))
        draft.emit(f"{name} = {{{inside}}}")
    draft.define(name, dict_of(keys, tuple(kinds)), whole, frozen=True)
    return True


@statement("nested_container", 0.6)
def nest(draft: Draft) -> bool:
    """Put containers into a container."""
    kind = vec(draft.dim()) if draft.chance(0.4) else SCALAR
    texts, whole = literal(draft, [kind, kind, SCALAR])
    inner = list_of(kind, 2) if draft.chance(0.5) else tuple_of(kind, kind)
    brackets = "[{}]" if inner.tag == "list" else "({})"
    pair = brackets.format(", ".join(texts[:2]))
    if draft.chance(0.5):
        name = draft.new_name("dict")
        draft.emit(f"{name} = {{'both': {pair}, 'one': {texts[2]}}}")
        draft.define(name, dict_of(("both", "one"), (inner, SCALAR)), whole, frozen=True)
        if inner.tag == "list" and draft.chance(0.5):
            draft.emit(f"{name}['both'][0] = {name}['both'][1] * {draft.number(0.2, 0.9)}")
    else:
        name = draft.new_name("tuple")
        draft.emit(f"{name} = ({pair}, {texts[2]})")
        draft.define(name, tuple_of(inner, SCALAR), whole, frozen=True)
        a, b, c = (draft.new_name(part.tag) for part in (kind, kind, SCALAR))
        draft.emit(f"({a}, {b}), {c} = {name}")
        for part, of in ((a, kind), (b, kind), (c, SCALAR)):
            draft.define(part, of, whole._replace(base=(name,) if of.is_array else ()))
    return True


@statement("list_item_write", 4.0)
def write_item(draft: Draft) -> bool:
    """Replace an item of a list, or change it by an augmented assignment."""
    var = _changeable(draft, "list")
    if var is None:
        return False
    place = draft.rng.randrange(len(var.kind.items))
    target = f"{var.name}[{_key(draft, var.kind, place)}]"
    value = fit(draft, a_scalar(draft, 2), -1.0, 1.0)
    draft.emit(f"{target} {draft.rng.choice(('=', '=', '+=', '*='))} {value.text}")
    draft.scope[var.name] = var._replace(lo=var.lo - 1, hi=var.hi + 1, active=True, used=False)
    return True


def _changeable(draft: Draft, tag: str) -> Var | None:
    """Draw a container of floats that is local to this place, so that its length is known."""
    found = [
        v
        for v in draft.scope.values()
        if v.kind.tag == tag
        and v.kind.items
        and set(v.kind.items) == {SCALAR}
        and draft.can_assign(v)
        and not v.frozen
    ]
    return draft.rng.choice(found) if found else None


@statement("dict_item_write", 0.8)
def write_entry(draft: Draft) -> bool:
    """Write into a dict that was made here: an old key, or a new one."""
    name = draft.new_name("dict")
    first, second = draft.rng.sample(KEYS, 2)
    one, two = fit(draft, a_scalar(draft, 1)), fit(draft, a_scalar(draft, 1))
    draft.emit(
        f"{name} = {draft.rng.choice((f'{{{first!r}: {one.text}}}', f'dict({first}={one.text})'))}"
    )
    draft.emit(f"{name}[{second!r}] = {two.text}")
    update = draft.rng.choice(
        (
            f"{name}[{first!r}] += {name}[{second!r}]",
            f"{name}[{first!r}] = {name}[{first!r}] * {name}[{second!r}]",
            f"{name}[{second!r}] *= 0.5",
            f"{name}.update({second}=np.sin({name}[{first!r}]))",
            f"{name}[{first!r}] = {name}.get({second!r}, 0.0) + {name}.get('missing', 1.0)",
        )
    )
    draft.emit(update)
    kind = dict_of((first, second), (SCALAR, SCALAR))
    draft.define(name, kind, Expr("", -4.0, 4.0, one.active or two.active))
    return True


@statement("list_append", 1.8)
def build(draft: Draft) -> bool:
    """Build a list in a loop, possibly from its own last item, and read it back."""
    kind = item_kind(draft)
    name = draft.new_name("list")
    trips = draft.rng.randint(1, 4)
    start = fit(draft, of_kind(draft, kind, 1), array=kind.is_array)
    recurrent = draft.chance(0.5)
    draft.emit(f"{name} = [{start.text}]" if recurrent else f"{name} = []")
    index = draft.new_name("int")
    with draft.block(f"for {index} in range({trips}):"):
        draft.define(index, INT, Expr("", 0, trips - 1, False), fixed=True)
        term = fit(draft, of_kind(draft, kind, 2), -1.0, 1.0, array=kind.is_array)
        if recurrent:
            draft.emit(f"{name}.append(np.sin({name}[-1]) + ({term.text}))")
        else:
            draft.emit(f"{name}.append({term.text})")
    base = start.base + term.base
    whole = Expr("", -4.0, 4.0, True, tuple(b for b in base if b in draft.scope))
    length = trips + recurrent
    draft.define(name, list_of(kind, length), whole, frozen=kind.is_array)
    if draft.chance(0.5):
        _read_back(draft, name, kind, length)
    return True


def _read_back(draft: Draft, name: str, kind: Kind, length: int) -> None:
    """Use all the items of a list at once."""
    if kind == SCALAR:
        result, into = draft.new_name("vector"), vec(length)
        form = draft.rng.choice(("np.array({})", "np.stack({})", "np.array({}) * 0.5"))
        if draft.chance(0.4):
            result, into = draft.new_name("scalar"), SCALAR
            form = draft.rng.choice(("sum({})", "{}[-1] * {}[0]", "max({})", "sum({}[1:])"))
    else:
        result, into = draft.new_name("vector"), vec(kind.shape[0])
        form = draft.rng.choice(("sum({})", "{}[-1] - {}[0]", "np.mean(np.stack({}), axis=0)"))
    draft.emit(f"{result} = {form.replace('{}', name)}")
    draft.define(result, into, Expr("", -4.0 * length, 4.0 * length, True))


@statement("list_methods", 0.8)
def methods(draft: Draft) -> bool:
    """Change a list by its methods, or combine two lists."""
    count = draft.rng.randint(2, 3)
    texts, whole = literal(draft, [SCALAR] * count)
    name, other = draft.new_name("list"), draft.new_name("scalar")
    value = fit(draft, leaf(draft, SCALAR)).text
    draft.emit(f"{name} = [{', '.join(texts)}]")
    lines, change = draft.rng.choice(
        (
            ([f"{other} = {name}.pop()"], -1),
            ([f"{other} = {name}.pop(0)"], -1),
            ([f"{name}.insert(0, {value})", f"{other} = {name}[0] * {name}[1]"], 1),
            ([f"{name}.extend([{value}, {value}])", f"{other} = {name}[-1]"], 2),
            ([f"{name} = {name} + [{value}]", f"{other} = {name}[-1] - {name}[0]"], 1),
            ([f"{name} += [{value}]", f"{other} = sum({name})"], 1),
            ([f"{name} = {name}[::-1]", f"{other} = {name}[0] * 2.0"], 0),
            ([f"{name}.reverse()", f"{other} = {name}[0] * 2.0"], 0),
            ([f"{name}[0], {name}[1] = {name}[1], {name}[0]", f"{other} = {name}[0]"], 0),
            ([f"{name} = {name} * 2", f"{other} = {name}[-1] + len({name})"], count),
        )
    )
    for line in lines:
        draft.emit(line)
    draft.define(name, list_of(SCALAR, count + change), whole)
    draft.define(other, SCALAR, Expr("", -12.0, 12.0, whole.active))
    return True


@statement("stack_push_pop", 0.5)
def push_and_pop(draft: Draft) -> bool:
    """Push in one loop and pop in another: a user's own tape."""
    var = draft.pick(lambda v: v.kind.tag == "vector")
    if var is None:
        return False
    name, item, total = draft.new_name("list"), draft.new_name("scalar"), draft.new_name("scalar")
    draft.emit(f"{name} = []")
    draft.emit(f"for {item} in {var.name}:")
    if draft.chance(0.4):
        draft.emit(f"    if {item} > {draft.number(-0.8, 0.2)}:")
        draft.emit(f"        {name}.append(np.sin({item}))")
    else:
        draft.emit(f"    {name}.append({item} * {item})")
    draft.emit(f"{total} = {draft.number(0.2, 1.0)}")
    draft.emit(f"while {draft.rng.choice((name, f'len({name}) > 0'))}:")
    draft.emit(f"    {total} = 0.5 * {total} + {total} * {name}.pop()")
    draft.define(total, SCALAR, Expr("", -5.0, 5.0, var.active))
    return True


@statement("list_alias", 0.5)
def alias(draft: Draft) -> bool:
    """Give one list two names and change it under one of them."""
    texts, whole = literal(draft, [SCALAR, SCALAR])
    one, two = draft.new_name("list"), draft.new_name("list")
    draft.emit(f"{one} = [{', '.join(texts)}]")
    copied = draft.chance(0.3)
    draft.emit(f"{two} = {f'list({one})' if copied else one}")
    draft.emit(f"{two}[0] = {two}[0] * {fit(draft, leaf(draft, SCALAR)).text}")
    growing = draft.chance(0.4)
    if growing:
        draft.emit(f"{two}.append({two}[0] * 0.5)")
    wide = whole._replace(lo=-4.0, hi=4.0)
    draft.define(one, list_of(SCALAR, 2 + (growing and not copied)), wide)
    draft.define(two, list_of(SCALAR, 2 + growing), wide)
    draft.scope[one] = draft.scope[one]._replace(fixed=True)
    draft.scope[two] = draft.scope[two]._replace(fixed=True)
    return True


@statement("for_dict_items", 0.6)
def over_dict(draft: Draft) -> bool:
    """Loop over keys, values or items of a dict."""
    kind = item_kind(draft)
    texts, whole = literal(draft, [kind, kind])
    name, key, value = draft.new_name("dict"), draft.new_name("flag"), draft.new_name(kind.tag)
    total = draft.new_name("scalar")
    draft.emit(f"{name} = {{'p': {texts[0]}, 'q': {texts[1]}}}")
    draft.emit(f"{total} = {fit(draft, leaf(draft, SCALAR)).text}")
    header, read = draft.rng.choice(
        (
            (f"for {key}, {value} in {name}.items():", value),
            (f"for {value} in {name}.values():", value),
            (f"for {key} in {name}:", f"{name}[{key}]"),
            (f"for {key} in ('q', 'p', 'q'):", f"{name}[{key}]"),
        )
    )
    read = f"np.sum({read})" if kind.is_array else read
    draft.emit(header)
    draft.emit(f"    {total} = np.sin({total}) + {read} * {draft.number(0.2, 1.0)}")
    draft.define(name, dict_of(("p", "q"), (kind, kind)), whole, frozen=True)
    draft.define(total, SCALAR, Expr("", -9.0, 9.0, True))
    return True


@statement("for_own_list", 2.5)
def over_list(draft: Draft) -> bool:
    """Loop over a list that the program has made."""
    var = containers(draft, "list")
    if var is None or len(set(var.kind.items)) != 1:
        return False
    kind = var.kind.items[0]
    item, total = draft.new_name(kind.tag), draft.new_name("scalar")
    draft.emit(f"{total} = {fit(draft, leaf(draft, SCALAR)).text}")
    draft.emit(f"for {item} in {var.name}:")
    use = item if kind == SCALAR else f"np.sum({item})"
    draft.emit(
        "    "
        + draft.rng.choice(
            (
                f"{total} = np.sin({total}) * {use}",
                f"{total} += 0.5 * {use} ** 2",
                f"{total} = {total} * np.cos({use})",
            )
        )
    )
    bound = len(var.kind.items) * max(abs(var.lo), abs(var.hi), 1.0) ** 2 * 3
    draft.define(total, SCALAR, Expr("", -bound, bound, True))
    return True
