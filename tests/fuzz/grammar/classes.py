"""Classes, drawn like functions are: their methods have bodies of any statements.

An object is no value to the rest of the grammar, but its attributes are variables: `self.speed` is read,
overwritten, carried through loops and captured as any other name in scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .assignments import body
from .draft import LIMIT, Draft, Module
from .expressions import TAME, a_scalar, fit, of_kind
from .kinds import SCALAR, Expr, Kind, Var, vec
from .loops import carry
from .registry import extra
from .results import write_return

extra("class_dataclass", "class_inherits", "class_property", "class_property_setter",
      "class_operators", "class_call", "class_static_method", "class_class_method",
      "class_post_init", "class_getitem")  # fmt: skip

TITLES = ("Body", "Cell", "Filter", "Model", "Layer", "Spring", "Track", "Sensor", "Motor", "Field")
FIELDS = ("pos", "vel", "mass", "level", "heat", "gain", "bias", "phase", "load", "width", "_rate")
METHODS = ("step", "move", "absorb", "adjust", "relax_by", "shift", "settle")
ANSWERS = ("energy", "response", "cost_of", "measure", "output", "estimate")
MOST = 3


@dataclass
class Method:
    """result: None where the method only changes the object."""

    name: str
    params: tuple[Kind, ...]
    result: Kind | None


@dataclass
class Class:
    """shared: attributes that are an array of the caller's; simple: each argument of the constructor
    becomes the attribute at its place, so that operators can make another object."""

    name: str
    params: tuple[Kind, ...] = ()
    attributes: dict[str, Kind] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    methods: list[Method] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    settable: list[str] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)
    static: str = ""
    maker: str = ""
    simple: bool = True
    is_dataclass: bool = False

    @property
    def kind(self) -> Kind:
        return Kind("object", keys=(self.name,))


def class_for(draft: Draft) -> Class | None:
    """Take a class of the module, or write one."""
    module = draft.module
    known = module.classes
    if known and (draft.chance(0.65) or len(known) >= MOST):
        return draft.rng.choice(known)
    if draft.level >= 2 or len(known) >= MOST:
        return None
    bases = [cls for cls in known if not cls.is_dataclass]
    base = draft.rng.choice(bases) if bases and draft.flip("class_inherits", 0.5) else None
    made = _Writer(draft).derived(base) if base else _Writer(draft).plain()
    module.classes.append(made)
    return made


def attribute_names(name: str, cls: Class) -> Iterator[tuple[str, str, Kind]]:
    for attribute, kind in cls.attributes.items():
        yield attribute, f"{name}.{attribute}", kind


def define_object(draft: Draft, name: str, cls: Class) -> None:
    """Put an object in scope, that is, its attributes."""
    draft.define(name, cls.kind, Expr("", 0, 0, False), fixed=True)
    for attribute, target, kind in attribute_names(name, cls):
        expr = Expr("", -LIMIT, LIMIT, True)
        draft.define(target, kind, expr, frozen=kind.is_array and attribute in cls.shared)


def touch_object(draft: Draft, name: str, cls: Class) -> None:
    """Note that any attribute of an object may be another number now."""
    for _, target, _kind in attribute_names(name, cls):
        var = draft.scope.get(target)
        if var is not None:
            draft.scope[target] = var._replace(
                lo=min(var.lo, -LIMIT), hi=max(var.hi, LIMIT), active=True, used=False
            )


def class_of(module: Module, var: Var) -> Class:
    return next(cls for cls in module.classes if cls.name == var.kind.keys[0])


def arguments(draft: Draft, kinds: tuple[Kind, ...]) -> str:
    parts = [fit(draft, of_kind(draft, kind, 1), array=kind.is_array) for kind in kinds]
    return ", ".join(f"({part.text})" for part in parts)


class _Writer:
    """Writes one class into the module."""

    def __init__(self, draft: Draft):
        self.draft, self.module, self.rng = draft, draft.module, draft.rng
        self.lines: list[str] = []

    def name(self) -> str:
        names = self.module.names
        found = [title for title in TITLES if title not in names] or [f"Unit{len(names)}"]
        name = self.rng.choice(found)
        names.add(name)
        return name

    def kinds(self, count: int) -> list[Kind]:
        return [SCALAR if self.draft.chance(0.65) else vec(self.draft.dim()) for _ in range(count)]

    def plain(self) -> Class:
        """A class with a constructor of its own, or a dataclass."""
        cls = Class(self.name())
        kinds = self.kinds(self.rng.randint(1, 3))
        cls.params = tuple(kinds)
        cls.attributes = dict(zip(self.rng.sample(FIELDS, len(kinds)), kinds, strict=True))
        if self.draft.flip("class_dataclass", 0.3):
            self.fields(cls)
        else:
            self.lines.append(f"class {cls.name}:")
            self.constructor(cls)
        self.members(cls)
        self.module.functions.append(self.lines)
        return cls

    def fields(self, cls: Class) -> None:
        cls.is_dataclass = True
        self.lines += ["@dataclasses.dataclass", f"class {cls.name}:"]
        for attribute, kind in cls.attributes.items():
            self.lines.append(f"    {attribute}: {'np.ndarray' if kind.is_array else 'float'}")
            if kind.is_array:
                cls.shared.add(attribute)
        if self.draft.flip("class_post_init", 0.25):
            inner = self.method_draft(cls, "__post_init__", ())
            self.computed(inner, cls)
            self.add(inner)

    def constructor(self, cls: Class) -> None:
        inner = Draft(self.module, "__init__", None, self.draft.level + 1)
        inner.names.add("self")
        params = {attribute: attribute.strip("_") for attribute in cls.attributes}
        inner.names |= set(params.values())
        inner.lines.append(f"def __init__(self, {', '.join(params.values())}):")
        for attribute, kind in cls.attributes.items():
            param = inner.define(
                params[attribute], kind, Expr("", -LIMIT, LIMIT, True), frozen=True
            )
            text = param.name
            if kind.is_array:
                form = self.rng.choice(("{}", "{}.copy()", "1.0 * {}", "np.array({})"))
                text = form.format(text)
                cls.shared |= {attribute} if form == "{}" else set()
            inner.emit(f"self.{attribute} = {text}")
        if self.draft.chance(0.3):
            self.computed(inner, cls)
        self.add(inner)

    def computed(self, inner: Draft, cls: Class) -> None:
        """Add an attribute that the constructor computes from the others."""
        free = [name for name in FIELDS if name not in cls.attributes]
        attribute = self.rng.choice(free)
        expr = fit(inner, a_scalar(inner, 1))
        inner.emit(f"self.{attribute} = {expr.text}")
        cls.attributes[attribute] = SCALAR
        cls.simple = False

    def derived(self, base: Class) -> Class:
        """A class that adds an attribute to another one and changes one of its methods."""
        cls = Class(self.name(), base.params, dict(base.attributes), set(base.shared),
                    list(base.methods), list(base.properties), list(base.settable))  # fmt: skip
        cls.simple = False
        self.lines.append(f"class {cls.name}({base.name}):")
        if self.draft.chance(0.7):
            params = [f"given{place}" for place in range(len(base.params))]
            attribute = self.rng.choice([name for name in FIELDS if name not in cls.attributes])
            cls.params = (*base.params, SCALAR)
            cls.attributes[attribute] = SCALAR
            head = ", ".join(["self", *params, attribute])
            self.lines += [
                f"    def __init__({head}):",
                f"        super().__init__({', '.join(params)})",
                f"        self.{attribute} = {attribute}",
            ]
        if base.methods:
            self.override(cls, self.rng.choice(base.methods))
        self.members(cls, few=True)
        if len(self.lines) == 1:
            self.lines.append("    pass")
        self.module.functions.append(self.lines)
        return cls

    def override(self, cls: Class, method: Method) -> None:
        inner = self.method_draft(cls, method.name, method.params)
        inner.result = method.result
        call = f"super().{method.name}({', '.join(self.params_of(inner))})"
        if method.result is None:
            inner.emit(call)
            carry(inner)
        else:
            name = inner.new_name(method.result.tag)
            expr = fit(inner, Expr(call, -TAME, TAME, True), array=method.result.is_array)
            inner.assign(name, method.result, expr)
            write_return(inner, final=True)
        self.add(inner)

    # ---- members ------------------------------------------------------------------------------

    def method_draft(self, cls: Class, name: str, kinds: tuple[Kind, ...]) -> Draft:
        """Begin a method: its parameters and all the attributes are in scope."""
        inner = Draft(self.module, name, None, self.draft.level + 1)
        inner.budget = self.rng.randint(1, 3)
        inner.names.add("self")
        params = [inner.new_name(kind.tag) for kind in kinds]
        inner.lines.append(f"def {name}({', '.join(['self', *params])}):")
        define_object(inner, "self", cls)
        inner.scope.pop("self")
        for param, kind in zip(params, kinds, strict=True):
            inner.define(param, kind, Expr("", -LIMIT, LIMIT, True), frozen=kind.is_array)
        return inner

    @staticmethod
    def params_of(inner: Draft) -> list[str]:
        return inner.lines[0].split("(")[1].rstrip("):").split(", ")[1:]

    def add(self, inner: Draft, decorator: str = "") -> None:
        lines = [decorator, *inner.lines] if decorator else inner.lines
        self.lines += ["    " + part for line in lines for part in line.split("\n")]

    def members(self, cls: Class, few: bool = False) -> None:
        """Write methods and what else a class may have."""
        taken = {method.name for method in cls.methods}
        if not few or self.draft.chance(0.3):
            self.answer(cls, self.rng.choice([n for n in ANSWERS if n not in taken]))
        if not few or self.draft.chance(0.3):
            self.change(cls, self.rng.choice([n for n in METHODS if n not in taken]))
        if not cls.properties and self.draft.flip("class_property", 0.3):
            self.property(cls)
        if not few and self.draft.flip("class_call", 0.2):
            self.answer(cls, "__call__")
        if cls.simple and self.draft.flip("class_operators", 0.25):
            self.operators(cls)
        if self.draft.flip("class_static_method", 0.12):
            cls.static = "law"
            text = self.rng.choice(("np.sin(u) * w", "u - 0.3 * w * w", "u / (1.0 + w * w)"))
            self.lines += ["    @staticmethod", "    def law(u, w):", f"        return {text}"]
        if cls.simple and self.draft.flip("class_class_method", 0.12):
            cls.maker = "unit"
            values = [
                f"np.full({k.shape[0]}, value)" if k.is_array else "value" for k in cls.params
            ]
            self.lines += ["    @classmethod", "    def unit(cls, value):",
                           f"        return cls({', '.join(values)})"]  # fmt: skip
        arrays = [a for a, kind in cls.attributes.items() if kind.is_array]
        if arrays and self.draft.flip("class_getitem", 0.3):
            self.lines += ["    def __getitem__(self, at):", f"        return self.{arrays[0]}[at]"]

    def few_kinds(self) -> tuple[Kind, ...]:
        return tuple(self.kinds(self.rng.choice((0, 1, 1, 2))))

    def answer(self, cls: Class, name: str) -> None:
        """Write a method that returns something; it may change the object as well."""
        kinds = (SCALAR,) if name == "__call__" else self.few_kinds()
        inner = self.method_draft(cls, name, kinds)
        inner.result = SCALAR if name == "__call__" or self.draft.chance(0.75) else vec(
            self.draft.dim()
        )  # fmt: skip
        body(inner, inner.budget)
        if not inner.ended:
            write_return(inner, final=True)
        self.add(inner)
        cls.methods.append(Method(name, kinds, inner.result))

    def change(self, cls: Class, name: str) -> None:
        """Write a method that changes the object and returns nothing."""
        kinds = self.few_kinds()
        inner = self.method_draft(cls, name, kinds)
        body(inner, inner.budget)
        carry(inner)
        self.add(inner)
        cls.methods.append(Method(name, kinds, None))

    def property(self, cls: Class) -> None:
        inner = self.method_draft(cls, "total", ())
        inner.result, inner.budget = SCALAR, 1
        body(inner, inner.budget)
        if not inner.ended:
            write_return(inner, final=True)
        self.add(inner, "@property")
        cls.properties.append("total")
        floats = [a for a, kind in cls.attributes.items() if kind == SCALAR]
        if floats and self.draft.flip("class_property_setter", 0.5):
            form = self.rng.choice(("value", "0.5 * value", "np.tanh(value)", "value - self.{0}"))
            text = form.format(floats[0])
            self.lines += ["    @total.setter", "    def total(self, value):",
                           f"        self.{floats[0]} = {text}"]  # fmt: skip
            cls.settable.append("total")

    def operators(self, cls: Class) -> None:
        """Write operators that make another object, attribute by attribute."""
        forms = {
            "+": ("__add__", "0.5 * (self.{0} + other.{0})"),
            "-": ("__sub__", "self.{0} - 0.5 * other.{0}"),
            "*": ("__mul__", "np.sin(self.{0} * other.{0})"),
            "@": ("__matmul__", "0.3 * self.{0} * other.{0} + self.{0}"),
        }
        for sign in self.rng.sample(sorted(forms), self.rng.randint(1, 2)):
            name, form = forms[sign]
            values = ", ".join(form.format(attribute) for attribute in cls.attributes)
            self.lines += [f"    def {name}(self, other):", f"        return {cls.name}({values})"]
            cls.operators.append(sign)
