"""What is done with objects of the classes of `classes`: made, changed, passed, kept, combined."""

from __future__ import annotations

from .assignments import body
from .calls import function_name
from .classes import (
    Class,
    arguments,
    attribute_names,
    class_for,
    class_of,
    define_object,
    touch_object,
)
from .conditions import condition
from .draft import LIMIT, Draft
from .expressions import TAME, a_scalar, fit, leaf
from .kinds import SCALAR, Expr, Var
from .loops import looping, may_loop
from .registry import scalar, statement
from .results import write_return

NAMES = ("ball", "node", "part", "agent", "unit_", "probe", "core", "beam")


def _object_name(draft: Draft) -> str:
    free = [name for name in NAMES if name not in draft.names and name not in draft.module.names]
    name = draft.rng.choice(free) if free else f"thing{len(draft.names)}"
    draft.names.add(name)
    draft.module.local_names.add(name)
    return name


def _objects(draft: Draft) -> list[Var]:
    return [var for var in draft.scope.values() if var.kind.tag == "object"]


def _made(draft: Draft, cls: Class) -> str:
    """Write an expression that makes an object."""
    if cls.maker and draft.chance(0.5):
        return f"{cls.name}.{cls.maker}({fit(draft, a_scalar(draft, 1)).text})"
    return f"{cls.name}({arguments(draft, cls.params)})"


@statement("class_object", 1.2)
def make(draft: Draft) -> bool:
    """Make an object."""
    cls = class_for(draft)
    if cls is None:
        return False
    text = _made(draft, cls)
    name = _object_name(draft)
    draft.emit(f"{name} = {text}")
    define_object(draft, name, cls)
    return True


@statement("class_object", 2.0)
def call_method(draft: Draft) -> bool:
    """Call a method for what it does to its object, or assign through a property."""
    found = _objects(draft)
    if not found:
        return False
    var = draft.rng.choice(found)
    cls = class_of(draft.module, var)
    if cls.settable and draft.chance(0.3):
        value = fit(draft, a_scalar(draft, 1))
        draft.emit(f"{var.name}.{cls.settable[0]} = {value.text}")
    else:
        methods = [method for method in cls.methods if method.result is None]
        if not methods:
            return False
        method = draft.rng.choice(methods)
        draft.emit(f"{var.name}.{method.name}({arguments(draft, method.params)})")
    touch_object(draft, var.name, cls)
    return True


@scalar("class_object", 1.2)
def ask_method(draft: Draft, depth: int) -> Expr | None:
    """Use what a method, a property or an index of an object gives."""
    found = _objects(draft)
    if not found:
        return None
    var = draft.rng.choice(found)
    cls = class_of(draft.module, var)
    answers = [method for method in cls.methods if method.result == SCALAR]
    if cls.static and draft.chance(0.3):
        args = arguments(draft, (SCALAR, SCALAR))
        owner = draft.rng.choice((var.name, cls.name))
        return Expr(f"{owner}.{cls.static}({args})", -TAME, TAME, True)
    if cls.properties and draft.chance(0.4):
        text = f"{var.name}.{cls.properties[0]}"
    elif answers:
        method = draft.rng.choice(answers)
        args = arguments(draft, method.params)
        name = f".{method.name}" if method.name != "__call__" else ""
        text = f"{var.name}{name}({args})"
    else:
        return None
    touch_object(draft, var.name, cls)
    return Expr(text, -TAME, TAME, True)


@statement("class_object", 0.8)
def remade(draft: Draft) -> bool:
    """Bind the name of an object to a new one, which may be made from the old one."""
    found = [v for v in _objects(draft) if v.name.isidentifier() and v.name not in draft.protected]
    if not found:
        return False
    var = draft.rng.choice(found)
    cls = class_of(draft.module, var)
    text = _made(draft, cls)
    others = [o.name for o in found if o.kind == var.kind]
    if cls.operators and draft.chance(0.6):
        text = f"{var.name} {draft.rng.choice(cls.operators)} {draft.rng.choice(others)}"
    draft.emit(f"{var.name} = {text}")
    define_object(draft, var.name, cls)
    return True


@statement("object_alias", 0.3)
def second_name(draft: Draft) -> bool:
    """Give an object another name, under which it changes."""
    found = [var for var in _objects(draft) if var.name.isidentifier()]
    if not found:
        return False
    var = draft.rng.choice(found)
    cls = class_of(draft.module, var)
    name = _object_name(draft)
    draft.emit(f"{name} = {var.name}")
    define_object(draft, name, cls)
    floats = [target for _, target, kind in attribute_names(name, cls) if kind == SCALAR]
    if floats:
        draft.emit(f"{draft.rng.choice(floats)} = {fit(draft, a_scalar(draft, 1)).text}")
        touch_object(draft, var.name, cls)
    return True


@statement("object_chosen", 0.4)
def chosen(draft: Draft) -> bool:
    """Make one of two objects of a class."""
    cls = class_for(draft)
    if cls is None or draft.nesting >= 2:
        return False
    name = _object_name(draft)
    test, one, other = condition(draft), _made(draft, cls), _made(draft, cls)
    if draft.chance(0.5):
        draft.emit(f"{name} = {one} if {test} else {other}")
    else:
        draft.emit(f"if {test}:")
        draft.emit(f"    {name} = {one}")
        draft.emit("else:")
        draft.emit(f"    {name} = {other}")
    define_object(draft, name, cls)
    return True


@statement("objects_in_list", 0.7)
def several(draft: Draft) -> bool:
    """Keep objects of one class in a list, and loop over them."""
    cls = class_for(draft)
    if cls is None or not may_loop(draft) or draft.loops:
        return False
    count = draft.rng.randint(1, 3)
    made = [_made(draft, cls) for _ in range(count)]
    name = draft.new_name("list")
    draft.emit(f"{name} = [{', '.join(made)}]")
    item = _object_name(draft)
    total = draft.new_name("scalar")
    draft.emit(f"{total} = {fit(draft, leaf(draft, SCALAR)).text}")
    draft.define(total, SCALAR, Expr("", -LIMIT, LIMIT, True))
    header = f"for {item} in {name}:"
    if draft.chance(0.2):
        header = f"for {item} in reversed({name}):"
    with looping(draft, header, count):
        draft.protected -= {total}
        define_object(draft, item, cls)
        body(draft, 1)
        if not draft.ended:
            share = ask_method(draft, 1) or fit(draft, a_scalar(draft, 1))
            draft.emit(f"{total} = np.sin({total}) + 0.5 * ({share.text})")
    if draft.ended:
        return True
    draft.define(total, SCALAR, Expr("", -6.0, 6.0, True))
    place = draft.rng.randrange(count)
    for attribute, _target, kind in attribute_names(item, cls):
        frozen = kind.is_array
        draft.define(
            f"{name}[{place}].{attribute}", kind, Expr("", -LIMIT, LIMIT, True), frozen=frozen
        )
    return True


@statement("object_argument", 0.6)
def passed(draft: Draft) -> bool:
    """Pass an object to a function that reads and changes it."""
    found = [var for var in _objects(draft) if var.name.isidentifier()]
    if not found or draft.level >= 2:
        return False
    var = draft.rng.choice(found)
    cls = class_of(draft.module, var)
    name = function_name(draft.module, draft)
    inner = Draft(draft.module, name, SCALAR, draft.level + 1)
    inner.budget = 2
    item, value = _object_name(inner), inner.new_name("scalar")
    inner.lines.append(f"def {name}({item}, {value}):")
    define_object(inner, item, cls)
    inner.define(value, SCALAR, Expr("", -LIMIT, LIMIT, True))
    body(inner, 2)
    if not inner.ended:
        write_return(inner, final=True)
    draft.module.functions.append(inner.lines)
    target = draft.new_name("scalar")
    arg = fit(draft, a_scalar(draft, 1))
    draft.emit(f"{target} = {name}({var.name}, {arg.text})")
    draft.define(target, SCALAR, Expr("", -TAME, TAME, True))
    touch_object(draft, var.name, cls)
    return True


@statement("object_returned", 0.4)
def returned(draft: Draft) -> bool:
    """Call a function that makes an object."""
    cls = class_for(draft)
    if cls is None or draft.level >= 2:
        return False
    maker = function_name(draft.module, draft)
    inner = Draft(draft.module, maker, None, draft.level + 1)
    inner.budget = 1
    value = inner.new_name("scalar")
    inner.lines.append(f"def {maker}({value}):")
    inner.define(value, SCALAR, Expr("", -LIMIT, LIMIT, True))
    body(inner, 1)
    text = _made(inner, cls)
    made = _object_name(inner)
    inner.emit(f"{made} = {text}")
    define_object(inner, made, cls)
    body(inner, 1)
    inner.emit(f"return {made}")
    draft.module.functions.append(inner.lines)
    arg = fit(draft, a_scalar(draft, 1))
    name = _object_name(draft)
    draft.emit(f"{name} = {maker}({arg.text})")
    define_object(draft, name, cls)
    return True


@statement("bound_method", 0.4)
def bound_method(draft: Draft) -> bool:
    """Give a method of an object a name, and call that."""
    found = _objects(draft)
    if not found:
        return False
    var = draft.rng.choice(found)
    cls = class_of(draft.module, var)
    methods = [m for m in cls.methods if m.result == SCALAR and m.name != "__call__"]
    if not methods:
        return False
    method = draft.rng.choice(methods)
    local = draft.new_name("function")
    target = draft.new_name("scalar")
    draft.emit(f"{local} = {var.name}.{method.name}")
    draft.emit(f"{target} = {local}({arguments(draft, method.params)})")
    draft.define(target, SCALAR, Expr("", -TAME, TAME, True))
    touch_object(draft, var.name, cls)
    return True
