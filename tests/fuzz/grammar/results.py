"""What a function returns: something in which nearly every variable has a share."""

from __future__ import annotations

from .draft import Draft
from .expressions import TAME, a_scalar, fit, leaf, of_kind, size
from .kinds import INT, SCALAR, Expr, Kind, Var


def share(draft: Draft, var: Var) -> Expr | None:
    """Reduce a variable of any kind to a float that is sensitive to each of its numbers."""
    kind, name = var.kind, var.name
    bound = max(abs(var.lo), abs(var.hi))
    if kind == SCALAR:
        return var.expr
    if kind.tag == "vector":
        n = kind.shape[0]
        form, scale = draft.rng.choice(
            (
                (f"np.sum({name})", n),
                (f"np.sum({name} ** 2)", n * bound),
                (f"{name} @ np.arange(1.0, {n + 1}.0)", n * n),
                (f"np.sum(np.sin({name}))", n / max(bound, 0.1)),
                (f"np.dot({name}, np.linspace(-1.0, 2.0, {size(draft, n)}))", 2 * n),
                (f"{name}.sum()", n),
                (f"{name}[0] - 2.0 * {name}[-1]", 3),
            )
        )
        return Expr(form, -scale * bound, scale * bound, var.active)
    if kind.tag == "matrix":
        n, m = kind.shape
        form = draft.rng.choice(
            (
                f"np.sum({name})",
                f"np.mean({name} * {name})",
                f"np.sum(np.tanh({name}))",
                f"np.sum({name} * np.arange({float(n * m)}).reshape({n}, {m}))",
                f"{name}[0, -1] + {name}[-1, 0]",
            )
        )
        scale = n * m * n * m * max(bound, 1.0)
        return Expr(form, -scale * bound, scale * bound, var.active)
    return _share_of_container(draft, var)


def _share_of_container(draft: Draft, var: Var) -> Expr | None:
    """Reduce one item of a container, or the sum of all where they are floats."""
    kind = var.kind
    if kind.tag not in ("list", "tuple", "dict") or not kind.items:
        return None
    if kind.tag != "dict" and all(item == SCALAR for item in kind.items) and draft.chance(0.6):
        bound = len(kind.items) * max(abs(var.lo), abs(var.hi))
        return Expr(f"sum({var.name})", -bound, bound, var.active)
    place = draft.rng.randrange(len(kind.items))
    key = repr(kind.keys[place]) if kind.tag == "dict" else str(place)
    item = var._replace(name=f"{var.name}[{key}]", kind=kind.items[place])
    return share(draft, item)


def gathered(draft: Draft, most: int = 5) -> Expr:
    """Add up shares of the variables that nothing has read, and of a few others."""
    idle = [v for v in draft.scope.values() if not v.used and _counts(v)]
    busy = [v for v in draft.scope.values() if v.used and _counts(v)]
    draft.rng.shuffle(busy)
    chosen = draft.rng.sample(idle, min(most, len(idle))) + busy[: draft.rng.randint(0, 2)]
    parts = []
    for var in chosen:
        part = share(draft, var)
        if part is not None:
            parts.append(fit(draft, part, -TAME, TAME))
    if not parts:
        return a_scalar(draft, 1)
    text = parts[0].text
    for part in parts[1:]:
        text = f"{text} {draft.rng.choice('++-')} ({part.text})"
        if draft.chance(0.15):
            text = f"({text}) * {draft.number(0.3, 1.5)}"
    bound = sum(max(abs(part.lo), abs(part.hi)) for part in parts)
    return Expr(text, -bound, bound, any(part.active for part in parts))


def _counts(var: Var) -> bool:
    return var.kind.tag not in ("function", "flag") and var.kind != INT


def of_result(draft: Draft, kind: Kind, final: bool) -> Expr:
    """Draw what is returned for a wanted kind; at the end it gathers what there is."""
    if kind.tag == "tuple":
        parts = [
            of_result(draft, item, final and place == 0) for place, item in enumerate(kind.items)
        ]
        lo, hi = min(part.lo for part in parts), max(part.hi for part in parts)
        text = ", ".join(f"({part.text})" for part in parts)
        base = tuple(name for part in parts for name in part.base)
        return Expr(text, lo, hi, any(part.active for part in parts), base)
    if kind == SCALAR:
        if final:
            return gathered(draft)
        return fit(draft, a_scalar(draft, 1), -TAME, TAME)
    if not final:
        return of_kind(draft, kind, 1)
    made = leaf(draft, kind)
    rest = fit(draft, gathered(draft, 3))
    return Expr(f"({made.text}) * ({rest.text})", -2 * TAME, 2 * TAME, True)


def write_return(draft: Draft, final: bool = False) -> Expr:
    """End the path with a `return`."""
    assert draft.result is not None
    expr = of_result(draft, draft.result, final)
    if final and draft.result == SCALAR and draft.level > 0:
        expr = fit(draft, expr)
    if draft.result == SCALAR and draft.chance(0.25):
        name = draft.new_name("scalar")
        draft.emit(f"{name} = {expr.text}")
        expr = expr._replace(text=name)
    draft.emit(f"return {expr.text}")
    draft.ended = True
    return expr
