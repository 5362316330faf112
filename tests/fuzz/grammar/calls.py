"""Calls of other functions of the module, in every way that Python can pass an argument."""

from __future__ import annotations

from .assignments import body
from .draft import LIMIT, Draft, Helper, Module, Param
from .expressions import TAME, a_scalar, constant, fit, leaf, of_kind
from .kinds import SCALAR, Expr, Kind, Var, mat, tuple_of, vec
from .names import candidates, is_usable
from .registry import extra, scalar, statement, vector
from .results import write_return
from .subscripts import writable_array

extra(
    "call_keyword",
    "call_default",
    "call_keyword_only",
    "call_star",
    "call_double_star",
    "call_unpacked",
    "helper_after_use",
)

DEEPEST = 2
MOST = 5


def function_name(module: Module, draft: Draft) -> str:
    """Choose a name for a function of the module, which no function may use for something else."""
    known = module.local_names | module.names
    hazards = draft.on("hazard_names") and draft.chance(0.2)
    name = candidates(draft.rng, "function", hazards)
    for _ in range(5):
        if name not in known and name != "_":
            break
        name = candidates(draft.rng, "function", False)
    while name in known or not is_usable(name):
        name = f"{name}_{draft.rng.randrange(10)}"
    module.names.add(name)
    return name


def parameters(draft: Draft, kinds: list[Kind]) -> list[Param]:
    """Name the parameters, and choose how each of them is passed."""
    made: list[Param] = []
    how = "plain"
    for kind in kinds:
        if how == "plain" and made and kind == SCALAR and draft.flip("call_default", 0.2):
            how = "default"
        elif made and draft.flip("call_keyword_only", 0.12):
            how = "keyword"
        if how == "default" and kind != SCALAR:
            how = "keyword"
        made.append(Param(draft.new_name(kind.tag), kind, how))
    return made


def signature(draft: Draft, params: list[Param], star: str, double_star: str) -> str:
    """Write the list of parameters."""
    texts = []
    marked = False
    for param in params:
        if param.how == "keyword" and not marked:
            texts.append(f"*{star}")
            marked = True
        default = f"={draft.number(-1, 1)}" if param.how == "default" else ""
        texts.append(param.name + default)
    if star and not marked:
        texts.append(f"*{star}")
    if double_star:
        texts.append(f"**{double_star}")
    return ", ".join(texts)


def new_helper(draft: Draft, result: Kind, kinds: list[Kind]) -> Helper:
    """Write another function of the module, with parameters of these kinds."""
    module = draft.module
    name = function_name(module, draft)
    inner = Draft(module, name, result, draft.level + 1)
    inner.budget = module.rng.randint(1, 4)
    for var in module.globals:
        inner.scope[var.name] = var
    params = parameters(inner, kinds)
    star = inner.new_name("list") if inner.flip("call_star", 0.12) else ""
    double = inner.new_name("dict") if inner.flip("call_double_star", 0.1) else ""
    inner.lines.append(f"def {name}({signature(inner, params, star, double)}):")
    if draft.chance(0.08):
        inner.emit("'''Do one step.'''")
    for param in params:
        expr = Expr("", -LIMIT, LIMIT, True)
        inner.define(param.name, param.kind, expr, frozen=param.kind.is_array)
    keys = _use_rest(inner, star, double)
    body(inner, inner.budget)
    if not inner.ended:
        write_return(inner, final=True)
    place = 0 if draft.flip("helper_after_use", 0.4) else len(module.functions)
    module.functions.insert(place, inner.lines)
    bound = 2 * TAME if result.is_array else TAME
    helper = Helper(name, tuple(params), result, bound, bool(star), keys)
    module.helpers.append(helper)
    return helper


def _use_rest(inner: Draft, star: str, double: str) -> tuple[str, ...]:
    """Read *args and **kwargs at the beginning of a function."""
    if star:
        total = inner.new_name("scalar")
        form = inner.rng.choice(
            ("sum({0})", "{0}[0] if {0} else 0.5", "sum(e * e for e in {0})", "len({0}) * 0.25")
        )
        inner.emit(f"{total} = {form.format(star)}")
        inner.define(total, SCALAR, Expr("", -9.0, 9.0, True))
    if not double:
        return ()
    value = inner.new_name("scalar")
    key = inner.rng.choice(("extra", "offset", "boost"))
    inner.emit(f"{value} = {double}.get('{key}', 0.5)")
    inner.define(value, SCALAR, Expr("", -LIMIT, LIMIT, True))
    return (key,)


def wanted_kinds(draft: Draft) -> list[Kind]:
    """Choose the kinds of parameters after what there is to pass."""
    kinds = [v.kind for v in draft.scope.values() if v.kind.is_number]
    count = draft.rng.choice((1, 2, 2, 3))
    return [draft.rng.choice(kinds) if kinds else SCALAR for _ in range(count)]


def find_helper(draft: Draft, result: Kind) -> Helper | None:
    """Take a function that gives the kind asked for, or write one."""
    module = draft.module
    # A helper joins the list when it is complete, so that it cannot come to call itself.
    known = [helper for helper in module.helpers if helper.result == result]
    if known and (draft.chance(0.6) or len(module.helpers) >= MOST):
        return draft.rng.choice(known)
    if draft.level >= DEEPEST or len(module.helpers) >= MOST:
        return None
    return new_helper(draft, result, wanted_kinds(draft))


def write_call(draft: Draft, helper: Helper) -> Expr:
    """Write a call, by position, by keyword, with defaults left out, with unpacked arguments."""
    texts: list[str] = []
    active = False
    named = False
    plain = [param for param in helper.params if param.how == "plain"]
    unpack = helper.star or len(plain) != len(helper.params)
    for param in helper.params:
        if param.how == "default" and draft.chance(0.4):
            named = True
            continue
        arg = fit(draft, of_kind(draft, param.kind, 1), array=param.kind.is_array)
        active = active or arg.active
        may_name = not helper.star and not named
        if param.how == "keyword" or (may_name and draft.flip("call_keyword", 0.2)):
            named = True
        texts.append(f"{param.name}={arg.text}" if named else f"({arg.text})")
    if helper.star and all(param.how == "plain" for param in helper.params):
        texts += _rest(draft)
    elif not unpack and not named and len(plain) > 1 and draft.flip("call_unpacked", 0.2):
        texts = [f"*({', '.join(texts)},)"]
    for key in helper.double_star:
        value = fit(draft, leaf(draft, SCALAR)).text
        if draft.chance(0.5):
            texts.append(f"{key}={value}")
        elif draft.flip("call_unpacked", 0.6):
            texts.append(f"**{{'{key}': {value}}}")
    bound = helper.bound
    base = tuple(
        v.name for v in draft.scope.values() if v.kind.is_array and v.name in " ".join(texts)
    )
    result_base = base if helper.result.is_array else ()
    return Expr(f"{helper.name}({', '.join(texts)})", -bound, bound, active, result_base)


def _rest(draft: Draft) -> list[str]:
    """Write arguments for a starred parameter."""
    pool = [v for v in draft.scope.values() if v.kind.tag in ("list", "tuple")]
    floats = [v for v in pool if v.kind.items and set(v.kind.items) == {SCALAR}]
    if floats and draft.flip("call_unpacked", 0.5):
        return [f"*{draft.rng.choice(floats).name}"]
    return [f"({leaf(draft, SCALAR).text})" for _ in range(draft.rng.randrange(3))]


@scalar("call_user", 2.0)
def call_for_scalar(draft: Draft, depth: int) -> Expr | None:
    helper = find_helper(draft, SCALAR)
    return write_call(draft, helper) if helper else None


@vector("call_user", 1.2)
def call_for_vector(draft: Draft, n: int, depth: int) -> Expr | None:
    helper = find_helper(draft, vec(n))
    return write_call(draft, helper) if helper else None


@statement("call_statement", 1.5)
def assign_call(draft: Draft) -> bool:
    """Assign what a function gives to a new name."""
    kind = draft.rng.choice((SCALAR, SCALAR, vec(draft.dim()), mat(draft.dim(), draft.dim())))
    helper = find_helper(draft, kind)
    if helper is None:
        return False
    expr = fit(draft, write_call(draft, helper), -TAME, TAME, array=kind.is_array)
    draft.assign(draft.new_name(kind.tag), kind, expr)
    return True


@statement("call_tuple_return", 1.3)
def several_results(draft: Draft) -> bool:
    """Call a function that returns a tuple, and take that apart."""
    kinds = tuple(SCALAR if draft.chance(0.6) else vec(draft.dim()) for _ in range(2))
    helper = find_helper(draft, tuple_of(*kinds))
    if helper is None:
        return False
    call = write_call(draft, helper)
    if draft.chance(0.7):
        names = [draft.new_name(kind.tag) for kind in kinds]
        if draft.chance(0.15):
            names[1] = "_"
        draft.emit(f"{', '.join(names)} = {call.text}")
        for name, kind in zip(names, kinds, strict=True):
            if name != "_":
                draft.define(name, kind, _unknown(draft, call, kind), frozen=kind.is_array)
    else:
        name = draft.new_name("tuple")
        draft.emit(f"{name} = {call.text}")
        draft.define(name, helper.result, _unknown(draft, call, helper.result), frozen=True)
    return True


def _unknown(draft: Draft, call: Expr, kind: Kind) -> Expr:
    """Describe a result that may be an argument, or a view of one."""
    return Expr("", -2 * TAME, 2 * TAME, call.active)


@statement("call_in_loop", 1.0)
def repeated_call(draft: Draft) -> bool:
    """Iterate a function on its own result."""
    kind = SCALAR if draft.chance(0.6) else vec(draft.dim())
    helper = find_helper(draft, kind)
    if helper is None:
        return False
    name = draft.new_name(kind.tag)
    start = fit(draft, of_kind(draft, kind, 1), array=kind.is_array)
    draft.emit(f"{name} = {start.text}")
    counter = draft.new_name("int")
    draft.emit(f"for {counter} in range({draft.rng.randint(1, 3)}):")
    inner = draft.define(name, kind, Expr("", -LIMIT, LIMIT, True))
    call = _call_with(draft, helper, inner)
    draft.emit(f"    {name} = 0.5 * np.sin({call.text}) + 0.3 * {name}")
    draft.define(name, kind, Expr("", -LIMIT, LIMIT, True))
    return True


def _call_with(draft: Draft, helper: Helper, var: Var) -> Expr:
    """Call with `var` where it fits."""
    texts = []
    for param in helper.params:
        if param.how == "default":
            continue
        fitting = param.kind == var.kind
        arg = (
            var.expr if fitting else fit(draft, leaf(draft, param.kind), array=param.kind.is_array)
        )
        texts.append(f"{param.name}={arg.text}" if param.how == "keyword" else f"({arg.text})")
    return Expr(f"{helper.name}({', '.join(texts)})", -TAME, TAME, True)


@statement("helper_writes_argument", 0.9)
def writing_helper(draft: Draft) -> bool:
    """Call a function that changes an array of ours in place and returns nothing, or returns it."""
    var = writable_array(draft)
    module = draft.module
    name = function_name(module, draft)
    value = fit(draft, a_scalar(draft, 1), -1.0, 1.0)
    line = draft.rng.choice(
        (
            "buffer[0] = value",
            "buffer[-1] += value * buffer[0]",
            "buffer *= value",
            "buffer[:] = np.sin(buffer) * value",
            "for k in range(len(buffer)):\n        buffer[k] = buffer[k] * value",
        )
    )
    returns = draft.chance(0.4)
    lines = [f"def {name}(buffer, value):", f"    {line}"]
    lines += ["    return buffer"] if returns else []
    module.functions.append(lines)
    call = f"{name}({var.name}, {value.text})"
    if returns and draft.chance(0.7) and not draft.loops:
        draft.assign(
            draft.new_name("vector"), var.kind, Expr(call, var.lo, var.hi, True, (var.name,))
        )
    else:
        draft.emit(call)
    draft.touch(var, True)
    return True


@statement("helper_returns_argument", 0.6)
def returning_helper(draft: Draft) -> bool:
    """Call a function that gives back its argument or a view of it, and write into the result."""
    if draft.loops:
        return False
    var = writable_array(draft)
    name = function_name(draft.module, draft)
    returned = draft.rng.choice(("data", "data[:]", "data[::-1]"))
    draft.module.functions.append([f"def {name}(data):", f"    return {returned}"])
    result = draft.assign(
        draft.new_name("vector"),
        var.kind,
        Expr(f"{name}({var.name})", var.lo, var.hi, var.active, (var.name,)),
    )
    draft.emit(f"{result.name}[0] = {result.name}[0] * {constant(draft, 0.2, 1.0).text}")
    if draft.chance(0.5):
        draft.emit(f"{result.name} *= {draft.number(0.2, 0.9)}")
    draft.touch(var, True)
    return True
