"""The module being written, and the function being written: lines so far and names in scope."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from . import names
from .kinds import INT, Expr, Kind, Var, hull
from .registry import Producer

# How often a feature that is favoured comes before all others.
FAVOURED = 0.3
# Whatever is assigned again, or written into, stays in this range.
LIMIT = 2.5


class Param(NamedTuple):
    """A parameter; how: "plain", "default" or "keyword" (only)."""

    name: str
    kind: Kind
    how: str = "plain"


@dataclass
class Helper:
    """A function that has been written: how to call it and what to expect.

    star: it takes any number of further floats. double_star: it takes these keywords, too.
    """

    name: str
    params: tuple[Param, ...]
    result: Kind
    bound: float
    star: bool = False
    double_star: tuple[str, ...] = ()


class Module:
    """What all the functions of one program share."""

    def __init__(
        self,
        rng: random.Random,
        weights: dict[str, float],
        dims: tuple[int, ...],
        favoured: frozenset[str] = frozenset(),
    ):
        self.rng = rng
        self.favoured = favoured
        self.weights = weights
        self.dims = dims
        self.used: set[str] = set()
        self.names = {"np", "math", "functools", "f"}
        self.local_names: set[str] = set()
        self.constants: list[str] = []
        self.globals: list[Var] = []
        self.functions: list[list[str]] = []
        self.helpers: list[Helper] = []
        self.classes: list[Any] = []
        self.groups = itertools.count(1)
        self._tables: dict[int, tuple[list[Producer], list[float]]] = {}

    def on(self, feature: str) -> bool:
        return self.weights.get(feature, 0.0) > 0.0

    def flip(self, feature: str, chance: float) -> bool:
        """Decide for a feature with a probability, and note that it was used."""
        chance = max(chance, FAVOURED) if feature in self.favoured else chance
        if not self.on(feature) or self.rng.random() >= chance:
            return False
        self.used.add(feature)
        return True

    def choose(self, table: list[Producer]) -> Producer | None:
        """Draw a producer, heavier ones more often."""
        if id(table) not in self._tables:
            kept = [made for made in table if self.on(made.feature)]
            heights = (made.weight * self.weights[made.feature] for made in kept)
            self._tables[id(table)] = kept, list(itertools.accumulate(heights))
        kept, heights_so_far = self._tables[id(table)]
        if not kept:
            return None
        favoured = [made for made in kept if made.feature in self.favoured]
        if favoured and self.rng.random() < FAVOURED:
            return self.rng.choice(favoured)
        return self.rng.choices(kept, cum_weights=heights_so_far)[0]


@dataclass
class Loop:
    """A loop around the line being written; `step` must run before a `continue`.

    exits: something in the body may leave it early. endless: a `continue` would never end it.
    """

    step: str = ""
    exits: bool = False
    endless: bool = False


@dataclass
class Branch:
    """What a block left behind: its variables, and whether control can leave at its end."""

    scope: dict[str, Var] = field(default_factory=dict)
    ended: bool = False


class Draft:
    """One function: a cursor that knows the variables alive at the end of what is written."""

    def __init__(self, module: Module, name: str, result: Kind | None, level: int = 0):
        self.module = module
        self.rng = module.rng
        self.name = name
        self.result = result
        self.level = level
        self.lines: list[str] = []
        self.indent = 1
        self.scope: dict[str, Var] = {}
        self.names = {name}
        self.hidden: set[str] = set()
        self.loops: list[Loop] = []
        self.protected: frozenset[str] = frozenset()
        self.ended = False
        self.budget = 10

    # Text

    def emit(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    @property
    def nesting(self) -> int:
        return self.indent - 1

    @contextmanager
    def block(self, header: str) -> Iterator[Branch]:
        """Write an indented block; the scope of before is back afterwards, see `join`."""
        outer, ended = self.scope, self.ended
        self.emit(header)
        self.scope, self.ended = dict(outer), False
        self.indent += 1
        start = len(self.lines)
        branch = Branch()
        yield branch
        if len(self.lines) == start:
            self.emit("pass")
        self.indent -= 1
        branch.scope, branch.ended = self.scope, self.ended
        self.scope, self.ended = outer, ended

    def here(self) -> Branch:
        """Describe the path that skips a block."""
        return Branch(dict(self.scope), self.ended)

    def join(self, *branches: Branch) -> None:
        """Continue after `branches`, with what all of those define that can get here."""
        alive = [branch.scope for branch in branches if not branch.ended]
        if not alive:
            self.ended = True
            return
        first, *others = alive
        scope = {}
        for name, var in first.items():
            if all(name in other and other[name].kind == var.kind for other in others):
                for other in others:
                    var = self._merge(var, other[name])
                scope[name] = var
        self.scope = scope

    def _merge(self, one: Var, other: Var) -> Var:
        both = hull(one, other)
        if one.group == other.group or not one.kind.is_array:
            return both
        # Which array this is depends on the path: that makes writing into it nasty.
        return both._replace(frozen=both.frozen or not self.flip("maybe_alias", 0.5))

    # Chance

    def flip(self, feature: str, chance: float = 1.0) -> bool:
        return self.module.flip(feature, chance)

    def on(self, feature: str) -> bool:
        return self.module.on(feature)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def number(self, lo: float, hi: float) -> str:
        """Write a constant with few digits, away from zero."""
        value = round(self.rng.uniform(lo, hi), self.rng.choice((1, 1, 2)))
        return repr(value if abs(value) >= 0.1 else 0.5)

    # Names and variables

    def new_name(self, tag: str) -> str:
        hazards = self.module.on("hazard_names") and self.chance(0.15)
        for attempt in range(12):
            name = names.candidates(self.rng, tag, hazards)
            if attempt > 5:
                name += str(self.rng.randrange(2, 9))
            if self._free(name):
                break
        else:
            name = f"{tag[0]}{len(self.names)}_{self.rng.randrange(1000)}"
        if hazards:
            self.module.used.add("hazard_names")
        self.names.add(name)
        self.module.local_names.add(name)
        return name

    def _free(self, name: str) -> bool:
        taken = self.names | self.module.names | self.hidden
        return name not in taken and names.is_usable(name)

    def define(
        self, name: str, kind: Kind, expr: Expr, *, frozen: bool = False, fixed: bool = False
    ) -> Var:
        """Put a variable in scope; it shares memory with what `expr` shares memory with."""
        group = next(self.module.groups)
        bases = [self.scope[base] for base in expr.base if base in self.scope]
        if bases and kind.tag not in ("scalar", "int", "flag"):
            group = bases[0].group
            different = any(base.group != group for base in bases)
            frozen = frozen or different or any(base.frozen for base in bases)
        elif expr.base and not bases:
            frozen = True
        self.scope.pop(name, None)
        self.names.add(name)
        var = Var(name, kind, expr.lo, expr.hi, expr.active, frozen, group, fixed)
        self.scope[name] = var
        return var

    def assign(self, name: str, kind: Kind, expr: Expr) -> Var:
        self.emit(f"{name} = {expr.text}")
        return self.define(name, kind, expr)

    def touch(self, var: Var, active: bool) -> None:
        """Note that the memory of `var` now holds other numbers within the limit."""
        for name, other in self.scope.items():
            if other.group == var.group:
                self.scope[name] = other._replace(
                    lo=min(other.lo, -LIMIT),
                    hi=max(other.hi, LIMIT),
                    active=other.active or active,
                    used=other.used and name != var.name,
                )

    def pick(self, test: Callable[[Var], bool]) -> Var | None:
        """Draw a variable to read, rather one that varies, rather one that nobody read yet."""
        found = [var for var in self.scope.values() if test(var)]
        if not found:
            return None
        weights = [(1 + 2 * var.active) * (1 if var.used else 3) for var in found]
        var = self.rng.choices(found, weights)[0]
        self.scope[var.name] = var._replace(used=True)
        return var

    def pick_kind(self, kind: Kind) -> Var | None:
        return self.pick(lambda var: var.kind == kind)

    def can_assign(self, var: Var) -> bool:
        return not var.fixed and var.name not in self.protected

    def can_write_into(self, var: Var) -> bool:
        """Tell whether an array may be changed in place, here, under all of its names."""
        if var.frozen or not var.kind.is_array:
            return False
        names_of = (other.name for other in self.scope.values() if other.group == var.group)
        return not any(name in self.protected for name in names_of)

    def owned(self, test: Callable[[Var], bool]) -> Var | None:
        """Draw an array to write into."""
        found = [v for v in self.scope.values() if self.can_write_into(v) and test(v)]
        return self.rng.choice(found) if found else None

    def ints(self, lo: float, hi: float) -> list[Var]:
        """List the integers in scope whose values are known to lie within a range."""
        return [v for v in self.scope.values() if v.kind == INT and lo <= v.lo and v.hi <= hi]

    def dim(self) -> int:
        return self.rng.choice(self.module.dims)

    def attempt(self, table: list[Producer], *args: Any, tries: int = 5) -> Any:
        """Draw producers until one does not decline."""
        for _ in range(tries):
            producer = self.module.choose(table)
            if producer is None:
                return None
            made = producer.make(self, *args)
            if made:
                self.module.used.add(producer.feature)
                return made
        return None
