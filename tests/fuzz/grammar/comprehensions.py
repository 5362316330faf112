"""Comprehensions over arrays, lists and dicts."""

from __future__ import annotations

from .containers import literal
from .draft import Draft
from .expressions import a_vector, fit, leaf
from .kinds import SCALAR, Expr, dict_of, list_of, vec
from .registry import statement


@statement("listcomp", 1.0)
def comprehension(draft: Draft) -> bool:
    """Make a list from an array or another list by a comprehension."""
    var = draft.pick(lambda v: v.kind.tag == "vector" or set(v.kind.items) == {SCALAR})
    if var is None or var.kind.tag == "dict":
        return False
    count = var.kind.shape[0]
    item, name = draft.new_name("scalar"), draft.new_name("list")
    around = fit(draft, leaf(draft, SCALAR))
    value = draft.rng.choice(
        (f"{item} * ({around.text})", f"np.sin({item})", f"{item} ** 2 + ({around.text})")
    )
    form = draft.rng.randrange(3)
    if form == 0:
        index = draft.new_name("int")
        text = f"[{value} * ({index} + 1) for {index}, {item} in enumerate({var.name})]"
    elif form == 1:
        text = (
            f"[{value} if {item} > {draft.number(-0.5, 0.5)} else {item} for {item} in {var.name}]"
        )
    else:
        text = f"[{value} for {item} in {var.name}]"
    whole = Expr("", -9.0, 9.0, var.active or around.active)
    if draft.chance(0.4):
        name = draft.new_name("vector")
        draft.emit(f"{name} = np.tanh(np.array({text}))")
        draft.define(name, vec(count), whole._replace(lo=-1.0, hi=1.0))
    else:
        draft.emit(f"{name} = {text}")
        draft.define(name, list_of(SCALAR, count), whole)
    return True


@statement("nested_listcomp", 0.5)
def nested_comprehension(draft: Draft) -> bool:
    """Walk over pairs in one comprehension, and sum them up."""
    var = draft.pick(lambda v: v.kind.tag == "vector")
    if var is None:
        return False
    a, b, name = draft.new_name("scalar"), draft.new_name("scalar"), draft.new_name("scalar")
    i, j = draft.new_name("int"), draft.new_name("int")
    n = var.kind.shape[0]
    text = draft.rng.choice(
        (
            f"sum([{a} * {b} for {a} in {var.name} for {b} in {var.name}])",
            f"sum({var.name}[{i}] * {var.name}[{j}] for {i} in range({n}) for {j} in range({i}))",
            f"np.sum(np.array([[np.sin({a} - {b}) for {b} in {var.name}[1:]] for {a} in {var.name}]))",
            f"sum({a} * {b} for {a}, {b} in zip({var.name}[1:], {var.name}[:-1]))",
        )
    )
    draft.emit(f"{name} = 0.1 * {text}")
    bound = 0.1 * n * n * max(abs(var.lo), abs(var.hi), 1.0) ** 2
    draft.define(name, SCALAR, Expr("", -bound, bound, var.active))
    return True


@statement("dictcomp", 0.4)
def dict_comprehension(draft: Draft) -> bool:
    """Transform the values of a dict, and use its items."""
    texts, whole = literal(draft, [SCALAR, SCALAR])
    one, two, total = draft.new_name("dict"), draft.new_name("dict"), draft.new_name("scalar")
    key, value = draft.new_name("flag"), draft.new_name("scalar")
    draft.emit(f"{one} = {{'p': {texts[0]}, 'q': {texts[1]}}}")
    factor = fit(draft, leaf(draft, SCALAR), -1.0, 1.0).text
    draft.emit(f"{two} = {{{key}: {value} * ({factor}) for {key}, {value} in {one}.items()}}")
    draft.emit(f"{total} = sum({two}.values()) - {two}['q'] * {one}['p']")
    draft.define(two, dict_of(("p", "q"), (SCALAR, SCALAR)), whole, frozen=True)
    draft.define(total, SCALAR, Expr("", -9.0, 9.0, True))
    return True


@statement("vector_of_list", 0.4)
def modified_vectors(draft: Draft) -> bool:
    """Build a list of vectors by a comprehension over vectors."""
    n = draft.dim()
    texts, _ = literal(draft, [vec(n), vec(n)])
    item, name = draft.new_name("vector"), draft.new_name("list")
    drive = fit(draft, a_vector(draft, n, 1), array=True)
    draft.emit(f"{name} = [np.tanh({item} + ({drive.text})) for {item} in ({', '.join(texts)})]")
    draft.define(name, list_of(vec(n), 2), Expr("", -1.0, 1.0, True), frozen=True)
    return True
