"""The adjoints of a backward pass while it is written: their names, whether they are set, and who
owns their memory.

The first contribution to an adjoint assigns, later ones add. An adjoint that is the same number
everywhere, as that of the operand of a sum, is kept as that number (`pending`) until something
needs the whole array. A zero whose form is not known where paths meet is None
(`absent`) until then. Two adjoints may be names of one array (`bx = bz; by = bz`): an addition in
place is only written into memory that no other live adjoint shares.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import gast
import numpy as np

from tangent_ad.analysis import algebra, facts, shapes
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.places import root
from tangent_ad.differentiate.real_parts import derivative_fact, fitted, widened
from tangent_ad.runtime import structures
from tangent_ad.syntax import trees

Variables = set[str]  # in the class below `set` is something else

COPIED_BY = {
    facts.UNKNOWN: (structures.copied, "copied"),
    facts.CALLABLE: (structures.copied, "copied"),  # a dict, of what the function took along
    facts.TUPLE: (list, "list"),
    facts.LIST: (list, "list"),  # of which a tuple may have been made
}


@dataclass(eq=False, repr=False)
class State:
    """Which adjoints hold a value at a point of the backward pass, and, as numbers of groups, which
    may share their memory."""

    set: Variables
    pending: dict[str, gast.expr]
    absent: Variables = field(default_factory=Variables)
    groups: dict[str, int] = field(default_factory=dict)

    def copy(self) -> State:
        return State(set(self.set), dict(self.pending), set(self.absent), dict(self.groups))


class Adjoints:
    def __init__(self, known: Facts) -> None:
        self.facts = known
        self.names = known.unit.names
        self.identifiers: dict[str, str] = {}
        self.primal_of: dict[str, str] = {}
        self.state = State(set(), {})
        self.out: list = []
        self.counter = itertools.count()
        self.external: set[int] = set()
        self.tuples: set[int] = set()  # not lists, as adjoints of tuples are while they grow
        self.parts: dict[str, list[str]] = {}  # the adjoints whose memory temporaries may share
        self.order: list[str] = []
        self.active: AbstractSet[str] = frozenset()  # what is differentiated, so that it holds floats
        self.certain: list[frozenset[str]] = []
        self.unsteady: set[str] = set()
        self.placeholders: set[str] = set()
        self.parts_of_arguments: set[str] = set()  # which may be ints beside floats

    # ---- names ------------------------------------------------------------------------------

    def name(self, variable: str) -> str:
        """The name of the adjoint of a variable: `b` and its name."""
        if variable not in self.identifiers:
            identifier = self.names.fresh(f"b{variable}")
            self.adopt(variable, identifier)
            if variable in self.names.stems:
                self.names.stems[identifier] = f"b{self.names.stems[variable]}"
        return self.identifiers[variable]

    def adopt(self, variable: str, identifier: str) -> None:
        self.identifiers[variable] = identifier
        self.primal_of[identifier] = variable
        self.names.derivatives.add(identifier)
        fact = self.facts.names.get(variable, facts.ANYTHING)
        may_be_complex = self.facts.may_be_complex(fact)
        if may_be_complex and not fact.is_scalar:
            fact = fact._replace(dtype="complex")  # see `widened`
        self.facts.names[identifier] = derivative_fact(fact, may_be_complex)

    def is_set(self, variable: str) -> bool:
        return variable in self.state.set or variable in self.state.pending

    # ---- contributions ----------------------------------------------------------------------

    def add(self, variable: str, value: gast.expr, spread: bool = False) -> None:
        """Add a contribution; `spread` says that it still is to be broadcast to the shape."""
        fact = self.facts.names.get(variable, facts.ANYTHING)
        value = fitted(value, trees.name(variable), self.facts)
        if spread and fact.is_scalar:
            spread = False
        state = self.state
        if variable in state.pending:
            first = state.pending.pop(variable)
            value = algebra.total(first, value)
            if spread:
                state.pending[variable] = value
                return
            self.assign(variable, value)
        elif variable in state.set:
            self.fill_in(variable)
            self.accumulate(variable, value, fact)
        elif spread:
            state.pending[variable] = value
        else:
            self.assign(variable, value)

    def accumulate(self, variable: str, value: gast.expr, fact: Fact) -> None:
        target = trees.name(self.name(variable))
        if fact.kind != facts.NUMBER:
            helper = trees.name(self.names.bind(structures.add, "add"))
            self.emit(trees.assign(target, trees.call(helper, target, value)))
            self.fresh(variable)
        elif self.is_owned(variable):
            inner, sign = algebra.signed(value)
            op = gast.Sub() if sign < 0 else gast.Add()
            self.emit(gast.AugAssign(target, op, inner))
        else:
            self.emit(trees.assign(target, algebra.total(target, value)))
            self.fresh(variable)

    def assign(self, variable: str, value: gast.expr) -> None:
        fact = self.facts.names.get(variable, facts.ANYTHING)
        value = widened(value, fact, self.facts)
        self.emit(trees.assign(self.name(variable), value))
        self.state.set.add(variable)
        self.fresh(variable)
        if fact_is_immutable(fact):
            return
        for source in self.sources(value):
            self.share(variable, source)
        is_adjoint = isinstance(value, gast.Name) and value.id in self.primal_of
        if fact.kind == facts.TUPLE and not is_adjoint and not isinstance(value, gast.List):
            self.tuples.add(self.state.groups[variable])

    def sources(self, value: gast.expr) -> list[str]:
        """The variables whose adjoints a value may share its memory with."""
        names = [n for name in _aliases(value) for n in self.parts.get(name, [name])]
        return [self.primal_of[name] for name in names if name in self.primal_of]

    def take_apart(self, parts: list[gast.expr], value: gast.expr) -> None:
        """Give names to the parts of an adjoint that is done with. They have no memory in common, but
        that of the whole may be somebody else's, too."""
        shared = [self.name(v) for v in self.sources(value) if not self.is_owned(v)]
        self.emit(trees.assign(trees.pack(parts), value))
        self.parts.update((part.id, shared) for part in parts)

    def zero(self, variable: str) -> None:
        """Give an adjoint the value zero."""
        self.state.pending.pop(variable, None)
        self.emit(trees.assign(self.name(variable), self.zero_like(variable)))
        self.state.set.add(variable)
        self.state.absent.discard(variable)
        self.fresh(variable)

    def zero_of_another_time(self, variable: str) -> None:
        """Zero for the value that a variable has where the other path comes from, which may differ
        in form from the one it has here, or not be bound."""
        fact = self.facts.names.get(variable, facts.ANYTHING)
        if fact.is_scalar and not fact.array or self.is_steady(variable, fact):
            self.zero(variable)
            return
        self.state.pending.pop(variable, None)
        self.emit(trees.assign(self.name(variable), trees.constant(None)))
        self.state.set.add(variable)
        self.state.absent.add(variable)
        self.fresh(variable)

    def is_steady(self, variable: str, fact: Fact) -> bool:
        """Whether an array has one shape at all times, and one that can be told here."""
        donor = self.donor(variable)
        is_bound = donor in self.order or any(donor in names for names in self.certain)
        if not fact.is_number or not is_bound or donor in self.placeholders:
            return False
        return fact.shape is not None and not shapes.mentions(fact.shape, self.unsteady)

    def pass_absent(self, variable: str, source: str) -> bool:
        """Reverse the copy `variable = source` for an adjoint that may be absent, if the source
        has none yet."""
        if variable not in self.state.absent:
            return False
        if self.is_set(source) or self.facts.ask.has_complex:
            self.fill_in(variable, source)
            return False
        self.assign(source, trees.name(self.name(variable)))
        self.state.absent.add(source)
        return True

    def fill_in(self, variable: str, like: str = "") -> None:
        """An adjoint that may be absent becomes a zero in the form of its variable, or of another
        that holds the same value."""
        if variable in self.state.absent:
            self.state.absent.discard(variable)
            here = trees.name(self.name(variable))
            test = gast.Compare(here, [gast.Is()], [trees.constant(None)])
            zero = self.zero_like(like or variable)
            self.emit(trees.assign(here, gast.IfExp(test, zero, here)))

    def zero_like(self, variable: str) -> gast.expr:
        fact = self.facts.names.get(variable, facts.ANYTHING)
        if fact.is_scalar and not fact.array:
            return trees.constant(0j if self.facts.may_be_complex(fact) else 0.0)
        if fact.is_number:
            self.facts.ask.array(fact.shape)
            numpy = trees.name(self.names.bind(np, "np"))
            donor = trees.name(self.donor(variable))
            return widened(trees.call(trees.attribute(numpy, "zeros_like"), donor), fact, self.facts)
        helper = trees.name(self.names.bind(structures.zeros_like, "zeros_like"))
        return trees.call(helper, trees.name(variable))

    def donor(self, variable: str) -> str:
        """The first variable with the same shape, rather the user's: it is likely to be kept."""
        fact = self.facts.names.get(variable, facts.ANYTHING)
        if fact.shape is None or not fact.is_number:
            return variable
        if shapes.mentions(fact.shape, self.unsteady):
            return variable  # others had this shape at another time
        if self.facts.may_be_complex(fact) and fact.dtype != "complex":
            return variable  # others may be real
        user = self.names.user
        for other in sorted(self.order, key=lambda name: name not in user):
            known = self.facts.names.get(other)
            if other in self.placeholders or known is None:
                continue
            if known.is_number and known.shape == fact.shape:
                is_float = known.dtype == "float" or other in self.active - self.parts_of_arguments
                if is_float and known.dtype == fact.dtype and known.array is not False:
                    return other
        return variable

    # ---- reading ----------------------------------------------------------------------------

    def take(self, variable: str) -> gast.expr:
        """The adjoint as a whole, for something that needs its shape."""
        self.settle(variable)
        return trees.name(self.name(variable))

    def settle(self, variable: str) -> None:
        self.fill_in(variable)
        if variable in self.state.pending:
            value = self.state.pending.pop(variable)
            fact = self.facts.names.get(variable, facts.ANYTHING)
            self.facts.ask.array(fact.shape)
            if self.facts.may_be_complex(fact) and fact.dtype != "complex":
                self.assign(variable, trees.binary(self.zero_like(variable), gast.Add, value))
                return
            numpy = trees.name(self.names.bind(np, "np"))
            donor = trees.name(self.donor(variable))
            self.assign(variable, trees.call(trees.attribute(numpy, "full_like"), donor, value))

    def settle_readers(self, written: str | None) -> None:
        """What is pending must not see an array as it was before a write."""
        for variable, value in list(self.state.pending.items()):
            if written in trees.reads(value):
                self.settle(variable)

    def settle_all(self, variables: Iterable[str] | None = None) -> None:
        wanted = list(self.state.pending) if variables is None else list(variables)
        for variable in wanted:
            if variable in self.state.pending:
                self.settle(variable)

    def peek(self, variable: str) -> tuple[gast.expr, bool]:
        """The adjoint as a factor: perhaps still to be broadcast, which the flag tells."""
        if variable in self.state.pending:
            return self.state.pending[variable], True
        self.fill_in(variable)
        return trees.name(self.name(variable)), False

    def consume(self, variable: str) -> None:
        """The statement that computed the variable has been reversed."""
        self.state.set.discard(variable)
        self.state.absent.discard(variable)
        self.state.pending.pop(variable, None)

    def own(self, variable: str) -> None:
        """Make sure that the adjoint is set and that writing into it changes no other."""
        self.settle(variable)
        if variable not in self.state.set:
            self.zero(variable)
            return
        target = trees.name(self.name(variable))
        fact = self.facts.names.get(variable, facts.ANYTHING)
        if fact.is_scalar and fact.array:
            # Arithmetic on arrays without axes gives numbers, which cannot be written.
            array = trees.attribute(trees.name(self.names.bind(np, "np")), "array")
            self.emit(trees.assign(target, trees.call(array, target)))
            self.fresh(variable)
        elif not self.is_owned(variable):
            copied_by = COPIED_BY.get(fact.kind)
            if fact.is_container and not _holds_scalars(fact):
                copied_by = (structures.writable, "writable")  # and what it holds, too
            if copied_by is not None:
                helper = self.names.bind(*copied_by)
                self.emit(trees.assign(target, trees.call(trees.name(helper), target)))
            else:
                self.emit(trees.assign(target, copy_of(target, fact)))
            self.fresh(variable)

    # ---- memory -----------------------------------------------------------------------------

    def fresh(self, variable: str) -> None:
        self.state.groups[variable] = next(self.counter)

    def share(self, variable: str, other: str) -> None:
        """Put an adjoint into the group of another, with all that it shares memory with already."""
        groups = self.state.groups
        if other not in groups:
            return
        old, new = groups.get(variable), groups[other]
        for known in (self.external, self.tuples):
            if old in known:
                known.add(new)
        groups.update({name: new for name, group in groups.items() if group == old})
        groups[variable] = new

    def disown(self, variable: str) -> None:
        """Somebody else has the memory of an adjoint, too."""
        self.external.add(self.state.groups[variable])

    def joined(self, one: State, other: State) -> dict[str, int]:
        """The groups where two paths meet: what may share memory behind one of them may do so."""
        above: dict[int, int] = {}

        def top(group: int) -> int:
            while group in above:
                group = above[group]
            return group

        for variable in one.groups.keys() & other.groups.keys():
            here, there = top(one.groups[variable]), top(other.groups[variable])
            if here != there:
                above[there] = here
        for known in (self.external, self.tuples):
            known |= {top(group) for group in known}
        return {v: top(group) for v, group in {**one.groups, **other.groups}.items()}

    def is_owned(self, variable: str) -> bool:
        fact = self.facts.names.get(variable, facts.ANYTHING)
        if fact.is_scalar and fact.array is not True:
            return True
        groups = self.state.groups
        group = groups.get(variable)
        if group is None or group in self.external or group in self.tuples:
            return False
        in_use = set(self.state.set)
        for value in self.state.pending.values():
            in_use |= {self.primal_of.get(name, "") for name in trees.reads(value)}
        in_use.discard(variable)
        return all(groups.get(other) != group for other in in_use)

    # ---- writing ----------------------------------------------------------------------------

    def emit(self, node: gast.stmt) -> None:
        """Append a statement; what is pending must not see names change under it."""
        changed = trees.writes(node)
        if changed and self.state.pending:
            for variable, value in list(self.state.pending.items()):
                if trees.reads(value) & changed and self.identifiers.get(variable) not in changed:
                    self.settle(variable)
        if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
            if node.targets[0].id not in self.primal_of:
                sources = map(self.name, self.sources(node.value))
                self.parts[node.targets[0].id] = list(sources)
        self.out.append(node)


def fact_is_immutable(fact: Fact) -> bool:
    """Whether an adjoint of such a value cannot be changed in place."""
    return fact.is_scalar and fact.array is False


def copy_of(value: gast.expr, fact: Fact) -> gast.expr:
    """A number that shares no memory; by the unary plus where it may be a Python float."""
    if fact.array is True or isinstance(fact.shape, tuple) and fact.shape or fact.is_container:
        return trees.method(value, "copy")
    return gast.UnaryOp(gast.UAdd(), value)


def _aliases(value: gast.expr) -> list[str]:
    """The names whose memory the value of an expression may share."""
    if isinstance(value, gast.Name):
        return [value.id]
    if isinstance(value, (gast.Subscript, gast.Attribute)):
        base = root(value)
        return [base] if base else []
    if isinstance(value, gast.Call):
        function = value.func.attr if isinstance(value.func, gast.Attribute) else ""
        if isinstance(value.func, gast.Name) or function in VIEWS:
            owner = value.func.value if isinstance(value.func, gast.Attribute) else None
            operands = [*value.args, *(() if owner is None else (owner,))]
            return [n for operand in operands for n in _aliases(operand)]
    if isinstance(value, (gast.Tuple, gast.List)):
        return [n for item in value.elts for n in _aliases(item)]
    if isinstance(value, gast.IfExp):
        return _aliases(value.body) + _aliases(value.orelse)
    return []


# Functions whose result may share memory with an operand.
VIEWS = frozenset((
    "reshape", "ravel", "transpose", "swapaxes", "moveaxis", "squeeze", "expand_dims",
    "broadcast_to", "atleast_1d", "atleast_2d", "atleast_3d", "asarray", "diagonal", "real",
    "imag", "flip", "fliplr", "flipud", "rot90", "split", "view", "unbroadcast", "pop", "get",
    "diag", "array_split", "hsplit", "vsplit", "dsplit", "rollaxis", "permute_dims",
    "matrix_transpose", "asanyarray", "ascontiguousarray", "nan_to_num", "astype", "float",
))  # fmt: skip


def _holds_scalars(box: Fact) -> bool:
    """Whether a container has nothing in it that can be written in place."""
    parts = [item[1] if box.kind == facts.DICT else item for item in box.items or ()]
    if box.element is not None:
        parts.append(box.element)
    return bool(parts) and all(part.is_immutable for part in parts)
