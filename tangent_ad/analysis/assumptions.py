"""What the compiler takes for granted about the arguments, to be checked when the function is called.

`x @ W + b` reads differently for matrices and for vectors. Where neither annotations nor example
arguments tell, the most likely case is assumed, and the derivative checks it on entry: arguments
that break an assumption get a derivative made for them (see `pipeline`). So a wrong guess costs
time, never a wrong number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

from tangent_ad.analysis import facts, shapes
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.sequences import EACH
from tangent_ad.analysis.shapes import Length, Shape

# How sure a proposal is: what the output requires, what indexing shows, products, neighbours.
REQUIRED, SHOWN, PRODUCT, LIKELY, BESIDE = 4, 3, 2, 1, 0

MOST_EQUAL = 64  # an assumption such as n == n + 1 would go on for ever


def parameter(name: str) -> tuple[str, str]:
    """The token of a parameter of the function that is differentiated."""
    return ("parameter", name)


@dataclass(eq=False, repr=False)
class Assumptions:
    """Ranks of parameters and equal lengths; grows while the facts are inferred again and again.

    `open` are the parameters whose rank may be assumed, `active` those of differentiation, and
    `never_scalar` those that are annotated as arrays, `sized` those whose length is asked for. The
    ranks of those `guessed` could as well be others, as far as the source shows.
    """

    open: set[str] = field(default_factory=set)
    active: frozenset[str] = frozenset()
    ranks: dict[str, int] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    arrays: set[str] = field(default_factory=set)
    sized: set[str] = field(default_factory=set)
    lengths: list[tuple[Length, Length]] = field(default_factory=list)
    proposals: dict[str, tuple[int, int]] = field(default_factory=dict)
    fresh_lengths: bool = False
    origins: dict = field(default_factory=dict)  # the shapes that joined ones started with
    additions: dict = field(default_factory=dict)  # and those that came to them
    # Arrays beside each other of whose axes nothing is known, and those taken to be like another.
    pairs: list[tuple[str, str]] = field(default_factory=list)
    same_shape: dict[str, str] = field(default_factory=dict)
    frozen: bool = False
    # Whether some value is complex: where none is, what nothing is known of is real.
    has_complex: bool = False
    assume_lengths: bool = True
    never_scalar: frozenset[str] = frozenset()
    representatives: dict[Length, Length] = field(default_factory=dict)
    # The lengths equal to one, up to offsets, by its base; and how many those were worked out for.
    by_base: dict[Hashable, list[tuple[int, Length]]] = field(default_factory=dict)
    known_for: int = 0

    # ---- asked by shape functions -----------------------------------------------------------

    def equal(self, left: Length, right: Length) -> bool:
        """Assume two lengths equal if both can be read off the arguments."""
        left, right = _of_arguments(left, right)
        if not (self._is_readable(left) and self._is_readable(right)):
            return False
        if self.same(left, right):
            return True
        if self.frozen or not self.assume_lengths:
            return False
        if isinstance(self.representative(left), int) and isinstance(self.representative(right), int):
            return False  # what was guessed before was wrong
        self.lengths.append((left, right))
        self.fresh_lengths = True
        return True

    def rank(self, shape: Shape, rank: int, weight: int = BESIDE) -> None:
        """Propose the rank of a value; kept if it determines that of an open parameter."""
        found = self._parameter_of(shape, rank)
        if found is None or self.frozen:
            return
        name, wanted = found
        if weight == BESIDE and name in self.active:
            wanted = min(wanted, 1)
        if wanted == 0 and name in self.never_scalar | self.sized:
            return
        if name in self.open and name not in self.ranks and wanted >= 0:
            known = self.proposals.get(name)
            if known is None or known[0] < weight:
                self.proposals[name] = (weight, wanted)

    def operand(self, known: Shape, unknown: Shape, is_factor: bool) -> None:
        """Guess that what stands beside an array of known rank is one number: a factor of a square
        matrix or of an odd number of elements, what is added to all rows of the data."""
        if not isinstance(known, tuple) or not known or self._parameter_of(unknown, 0) is None:
            return
        owner = length_of_parameter(known[-1])
        name, _ = self._parameter_of(unknown, 0) or ("", 0)
        is_odd = isinstance(known[-1], int) and known[-1] > 1 or _has_offset(known[-1])
        is_active = name in self.active
        is_square = len(known) > 1 and known[-1] == known[-2]
        if is_factor and is_active and is_square or is_odd:
            self.rank(unknown, 0)
        elif not is_factor and is_active and len(known) == 1 and owner is not None:
            if owner[0] not in self.active:
                self.rank(unknown, 0)

    def alike(self, left: Shape, right: Shape) -> bool:
        """Assume that two arrays have one shape if nothing tells of their axes; whether that is
        assumed already."""
        names = [
            shape.token[1]
            for shape in (left, right)
            if isinstance(shape, shapes.Of)
            and isinstance(shape.token, tuple)
            and shape.token[0] == "parameter"
        ]
        if len(names) < 2 or not set(names) <= self.open & self.never_scalar:
            return False
        if not self.frozen and self.assume_lengths:
            self.pairs.append((names[0], names[1]))
        return False

    def scalar(
        self, shape: Shape, weight: int = REQUIRED, passed: frozenset = frozenset()
    ) -> None:
        """The value must be a scalar, or the program makes no sense."""
        if isinstance(shape, shapes.Perhaps):
            self.scalar(shape.of, weight, passed)
        elif isinstance(shape, shapes.Broadcast):
            for part in shape.parts:
                self.scalar(part, weight, passed)
        elif shape != ():
            self.rank(shape, 0, weight)
            if isinstance(shape, shapes.Of) and shape.token in self.additions:
                if shape.token not in passed:
                    added = self.additions[shape.token]
                    self.scalar(added, weight, passed | {shape.token})

    def default(self, name: str) -> None:
        """A parameter whose default is a number is one."""
        if name in self.open and name not in self.never_scalar:
            self.ranks.setdefault(name, 0)
            self.guessed.add(name)

    def array(self, shape: Shape) -> None:
        """The value is taken for an array, not a Python number."""
        if self.is_open(shape):
            self.arrays.add(shape.token[1])

    def has_length(self, shape: Shape) -> None:
        """The value is no number: the program asks for its length."""
        if self.is_open(shape):
            self.sized.add(shape.token[1])

    def is_open(self, shape: Shape) -> bool:
        """Whether the shape is that of a parameter which may be assumed to be an array."""
        if not isinstance(shape, shapes.Of):
            return False
        token = shape.token
        return isinstance(token, tuple) and token[0] == "parameter" and token[1] in self.open

    def inherit(self, other: Assumptions) -> None:
        """Start from what was assumed of the function whose derivative this is."""
        self.ranks = {k: v for k, v in other.ranks.items() if k in self.open}
        self.guessed = other.guessed & self.open
        self.arrays = other.arrays & self.open
        if self.assume_lengths:
            self.lengths = list(other.lengths)
            self.same_shape = dict(other.same_shape)
            self.known_for = -1

    # ---- rounds -----------------------------------------------------------------------------

    def commit(self) -> bool:
        """Accept the surest proposals; True if facts have to be inferred again."""
        changed = self.fresh_lengths
        self.fresh_lengths = False
        if self.proposals:
            best = max(weight for weight, _ in self.proposals.values())
            for name, (weight, rank) in self.proposals.items():
                if weight == best:
                    self.ranks[name] = rank
                    if weight != SHOWN:
                        self.guessed.add(name)
            self.proposals.clear()
            changed = True
        elif not changed:
            changed = self._pair_up()
        self.pairs.clear()
        return changed

    def _pair_up(self) -> bool:
        """Where nothing else is to be learned, arrays beside each other have one shape."""
        changed = False
        for one, other in self.pairs:
            first, second = sorted((self.model(one), self.model(other)))
            if first != second and not {first, second} & set(self.ranks):
                self.same_shape[second] = first
                changed = True
        return changed

    def model(self, name: str) -> str:
        """The parameter that a parameter has the shape of."""
        while name in self.same_shape:
            name = self.same_shape[name]
        return name

    def shape_of(self, name: str) -> Shape:
        """The shape of a parameter under the assumptions so far."""
        name = self.model(name)
        if name not in self.ranks:
            return shapes.Of(parameter(name))
        token = parameter(name)
        return tuple(
            self.representative((("size", token, axis), 0)) for axis in range(self.ranks[name])
        )

    def part_of_each(self, path: str) -> Fact:
        """The fact of a part of the elements of an argument, of any one of them."""
        shape = self.shape_of(path)
        if isinstance(shape, tuple):
            shape = tuple(shapes.of_element(n) if _is_of_element(n) else n for n in shape)
            return facts.array(shape) if shape else facts.FLOAT
        return facts.number(shape, "float")

    def same(self, left: Length, right: Length) -> bool:
        return self.representative(left) == self.representative(right)

    def unified(self, fact: Fact) -> Fact:
        """An argument with one length for all that are assumed equal."""
        if not fact.is_number or not isinstance(fact.shape, tuple):
            return fact
        return fact._replace(shape=tuple(map(self.representative, fact.shape)))

    def representative(self, length: Length) -> Length:
        """The length that stands for all those assumed equal to this one."""
        if self.known_for != len(self.lengths):
            self.representatives.clear()
            self.known_for = len(self.lengths)
            self.by_base = defaultdict(list)
            for pair in self.lengths:
                for one, other in (pair, pair[::-1]):
                    if not isinstance(one, int):
                        self.by_base[one[0]].append((one[1], other))
        if length not in self.representatives:
            self.representatives[length] = self._representative(length)
        return self.representatives[length]

    def _representative(self, length: Length) -> Length:
        seen = [length]
        for known in seen:
            if isinstance(known, int):
                continue
            for offset, other in self.by_base.get(known[0], ()):
                shifted = shapes.plus(other, known[1] - offset)
                if shifted is not None and shifted not in seen and len(seen) < MOST_EQUAL:
                    seen.append(shifted)
        return min(seen, key=_order)

    # ---- inner ------------------------------------------------------------------------------

    def _is_readable(self, length: Length) -> bool:
        return isinstance(length, int) or _size_of_parameter(length[0]) is not None

    def _parameter_of(
        self, shape: Shape, rank: int, passed: frozenset = frozenset()
    ) -> tuple[str, int] | None:
        """The parameter whose rank follows from that of a shape. What loops join may go round in
        circles: no token is `passed` twice."""
        if isinstance(shape, shapes.Of):
            token = shape.token
            if isinstance(token, tuple) and len(token) == 2 and token[0] == "parameter":
                return token[1], rank
            if token in self.origins and token not in passed:
                return self._parameter_of(self.origins[token], rank, passed | {token})
        elif isinstance(shape, (shapes.Perhaps, shapes.Keep)):
            return self._parameter_of(shape.of, rank, passed)
        elif isinstance(shape, shapes.Derived):
            if shape.operation == "row":
                return self._parameter_of(shape.of, rank + 1, passed)
            if shape.operation == "reduced" and isinstance(shape.detail, tuple):
                return self._parameter_of(shape.of, rank + len(shape.detail), passed)
            if shape.operation == "contracted":
                return self._parameter_of(shape.of, rank + 1, passed)
            if shape.operation in ("transpose", "slice", "gather", "multiplied"):
                return self._parameter_of(shape.of, rank, passed)
            if shape.operation == "index" and isinstance(shape.detail, tuple):
                if all(part == shapes.NEW_AXIS or part[0] == "Slice" for part in shape.detail):
                    return self._parameter_of(shape.of, rank - shapes.new_axes(shape), passed)
        elif isinstance(shape, shapes.Broadcast):
            parts = [self._parameter_of(part, rank, passed) for part in shape.parts]
            found = [part for part in parts if part]
            known = [r for r in map(shapes.rank, shape.parts) if r is not None]
            if len(set(found)) == 1 and len(found) + len(known) == len(shape.parts):
                return found[0] if all(r < rank for r in known) else None
        return None


def _size_of_parameter(base: Hashable) -> tuple[str, int] | None:
    if isinstance(base, tuple) and len(base) == 3 and base[0] == "size":
        token = base[1]
        if isinstance(token, tuple) and len(token) == 2 and token[0] == "parameter":
            return token[1], base[2]
    return None


def _has_offset(length: Length) -> bool:
    return not isinstance(length, int) and length[1] != 0


def _is_of_element(length: Length) -> bool:
    found = None if isinstance(length, int) else _size_of_parameter(length[0])
    return found is not None and EACH in found[0]


def _of_arguments(left: Length, right: Length) -> tuple[Length, Length]:
    """Two lengths in one element of an argument as those that all of its elements have."""
    (one, first), (other, second) = _of_any_element(left), _of_any_element(right)
    return (one, other) if first == second else (left, right)


def _of_any_element(length: Length) -> tuple[Length, Hashable]:
    """A length in terms of the parts of any element, and which element it is that of, if any."""
    if not isinstance(length, int) and isinstance(length[0], tuple) and length[0][0] == "size":
        _, whole, axis = length[0]
        if isinstance(axis, tuple) and isinstance(axis[1], tuple):
            base, offset = axis[1]
            return (base, offset + length[1]), whole
    return length, None


def length_of_parameter(length: Length) -> tuple[str, int] | None:
    """The parameter and the axis that a length is that of."""
    if isinstance(length, int) or length[1] != 0:
        return None
    return _size_of_parameter(length[0])


def _order(length: Length) -> tuple[bool, bool, str]:
    """A fixed order, in which ints come first, so that representatives are unique."""
    return not isinstance(length, int), _is_of_element(length), repr(length)


def equality_text(left: Length, right: Length) -> str:
    """The equality of two lengths as a test of the arguments."""
    test = f"{length_text(left)} == {length_text(right)}"
    containers = sorted({n.partition(EACH)[0] for n in test.split() if EACH in n})
    if not containers:
        return test
    names = []
    for container in containers:
        names.append(name_of_element(test))
        test = test.replace(container + EACH, names[-1])
    if len(containers) == 1:
        return f"all({test} for {names[0]} in {containers[0]})"
    return f"all({test} for {', '.join(names)} in zip({', '.join(containers)}))"


def name_of_element(text: str) -> str:
    """A name for an element of a container, in a test that does not mention it."""
    name = "each"
    while name in text:
        name += "_"
    return name


def length_text(length: Length) -> str:
    """A length as an expression of the arguments; empty if it is not one."""
    if isinstance(length, int):
        return str(length)
    base, offset = length
    found = _size_of_parameter(base)
    if found is None:
        return ""
    text = f"{found[0]}.shape[{found[1]}]"
    return f"{text} + {offset}" if offset > 0 else f"{text} - {-offset}" if offset else text
