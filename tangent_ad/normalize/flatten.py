"""Give every active operation a statement of its own; leave everything else as it is.

    y = x * np.exp(-k * t) + np.sin(x)   ->   t_1 = x * np.exp(-k * t)
                                              sin_x = np.sin(x)
                                              y = t_1 + sin_x

    y = x * rng.normal()                 ->   normal = rng.normal()
                                              y = x * normal

What gives something else when it is evaluated again, as a random number, gets a name, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import gast
import numpy as np

from tangent_ad.analysis import calls, facts, monomials, operations
from tangent_ad.analysis.activity import Activity, writes_of
from tangent_ad.analysis.effects import is_pure
from tangent_ad.analysis.facts import Partial
from tangent_ad.analysis.hints import hint_for
from tangent_ad.analysis.places import root
from tangent_ad.analysis.unit import Unit
from tangent_ad.normalize.onetime import may_run_out
from tangent_ad.syntax import trees

ATOMS = (gast.Name, gast.Constant)
DISPLAYS = (gast.Tuple, gast.List, gast.Dict)
SEQUENCES = frozenset(("object", "arrays", "tup", "condlist", "choicelist"))  # lists by nature


def flatten(unit: Unit, activity: Activity) -> Unit:
    return unit.with_body(_Flattener(unit, activity).block(unit.tree.body))


class _Flattener:
    def __init__(self, unit: Unit, activity: Activity) -> None:
        self.names = unit.names
        self.activity = activity
        self.facts = activity.facts
        self.active = activity.active
        self.out: list[gast.stmt] = []
        self.like: gast.stmt | None = None
        self.known: list[tuple[gast.expr, str]] = []  # what this statement computed already
        self.once = may_run_out(unit.tree.body, activity.facts)

    def block(self, body: Sequence[gast.stmt]) -> list[gast.stmt]:
        saved, self.out = self.out, []
        for node in body:
            self.like, self.known = node, []
            self.statement(node)
        result, self.out = self.out, saved
        return result

    def statement(self, node: gast.stmt) -> None:
        if isinstance(node, gast.Assign):
            node = self.assign(node)
        elif isinstance(node, gast.AugAssign):
            if root(node.target) in self.active:
                node = trees.rebuild(node, value=self.stored(node.value, node.target))
        elif isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
            if self._has_active_effect(node.value):
                node = trees.rebuild(node, value=self._call(node.value))
        elif isinstance(node, gast.Return):
            node = self.give_back(node)
        elif isinstance(node, gast.If):
            node = trees.rebuild(node, body=self.block(node.body), orelse=self.block(node.orelse))
        elif isinstance(node, (*trees.LOOPS, gast.With)):
            if isinstance(node, gast.For):
                node = trees.rebuild(node, iter=self.iterable(node.iter))
            node = trees.rebuild(node, body=self.block(node.body))
        self.out.append(node)

    def assign(self, node: gast.Assign) -> gast.Assign:
        target, value = node.targets[0], node.value
        bound = set(trees.bound_names(target))
        base = root(target)
        if not (bound | {base}) & self.active or not self.activity.varies(value):
            return node
        if isinstance(target, gast.Name) and isinstance(value, DISPLAYS):
            return trees.rebuild(node, value=self._parts(value))
        if isinstance(target, gast.Name):
            return trees.rebuild(node, value=self.operation(value))
        if isinstance(target, gast.Tuple) and isinstance(value, gast.Call):
            # The elements of `a, b = np.tanh(x)` have no partial derivatives of their own.
            part = self.atom if self._is_elementwise(value) else self.operation
            return trees.rebuild(node, value=part(value))
        if isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple):
            return trees.rebuild(node, value=trees.pack([self.atom(e, kept=True) for e in value.elts]))
        return trees.rebuild(node, value=self.stored(value, target))

    def _is_elementwise(self, value: gast.Call) -> bool:
        found = self.facts.target(value)
        return isinstance(found, calls.Bound) and found.operation.kind == operations.ELEMENTWISE

    def stored(self, value: gast.expr, target: gast.expr) -> gast.expr:
        """A name for what is written into an array or a container. `h[:2] = [x, y]` writes an array."""
        if isinstance(target, gast.Subscript) and self.facts.of(target.value).is_number:
            value = self.made_array(value)
        return self._part(value)

    def give_back(self, node: gast.Return) -> gast.Return:
        """What is returned has a name; the parts of a container have names."""
        value = node.value
        if value is None or not self.activity.varies(value):
            return node
        if isinstance(value, gast.Tuple):
            return trees.rebuild(node, value=self._parts(value))
        if isinstance(value, gast.Name):
            return node
        return trees.rebuild(node, value=self.atom(value, "y"))

    def _has_active_effect(self, node: gast.Call) -> bool:
        return any(
            self.activity.varies(arg)
            for arg in [*node.args, *(k.value for k in node.keywords)]
        )

    # ---- expressions ------------------------------------------------------------------------

    def atom(self, node: gast.expr, hint: str = "", kept: bool = False) -> gast.expr:
        """A name for an active expression; an inactive one as it stands. What is kept, in a container
        for one, has memory of its own: of two lists that are equal one may be changed later."""
        if isinstance(node, ATOMS):
            return node
        if not self.activity.varies(node):
            return self.steady(node)
        if isinstance(node, (gast.Tuple, gast.List)) and not hint:
            return self._display(node)
        value = self._parts(node) if isinstance(node, DISPLAYS) else self.operation(node)
        for known, same in self.known:
            if trees.same(known, value) and not (kept and not self.facts.of(value).is_immutable):
                return trees.name(same)
        name = self.named(value, hint or hint_for(value, self.names.user))
        self.activity.add(name.id)
        self.known.append((value, name.id))
        return name

    def named(self, value: gast.expr, hint: str) -> gast.Name:
        name = self.names.fresh(hint)
        self.facts.set(name, self.facts.of(value))
        self.out.append(trees.assign(name, value, self.like))
        return trees.name(name)

    def steady(self, node: gast.expr) -> gast.expr:
        """An inactive expression that may be evaluated again."""
        if isinstance(node, ATOMS) or is_pure(node, self.names):
            return node
        return self.named(node, hint_for(node, self.names.user))

    def iterable(self, node: gast.expr) -> gast.expr:
        """What the backward pass goes through again, in the other direction."""
        is_steady = isinstance(node, ATOMS) or is_pure(node, self.names)
        if is_steady and self.once.isdisjoint(trees.reads(node)):
            return node
        if not self.facts.of(node).is_number:
            node = trees.call(trees.name(self.names.bind(list, "list")), node)
        return self.named(node, "items")

    def index(self, node: gast.AST) -> gast.AST:
        if isinstance(node, gast.Tuple):
            return trees.rebuild(node, elts=[self.index(part) for part in node.elts])
        if isinstance(node, gast.Slice):
            ends = {f: getattr(node, f) for f in ("lower", "upper", "step")}
            return trees.rebuild(node, **{f: end and self.steady(end) for f, end in ends.items()})
        return self.steady(node)

    def operation(self, node: gast.expr) -> gast.expr:
        """An expression whose active operands are atoms."""
        if isinstance(node, ATOMS) or not self.activity.varies(node):
            return node
        if monomials.is_monomial(node, self.activity.varies, self.facts.of):
            if is_pure(node, self.names):
                return node
        if monomials.is_square_of_size(node, self.facts):
            size = trees.rebuild(node.left, args=[self.atom(node.left.args[0])])
            return trees.rebuild(node, left=size)
        positive = self.without_sign(node)
        if positive is not node:
            return gast.UnaryOp(gast.USub(), self.atom(positive))
        if isinstance(node, gast.BinOp):
            left, right = self.as_array(node.left, node), self.as_array(node.right, node)
            return trees.rebuild(node, left=self.atom(left), right=self.atom(right))
        if isinstance(node, gast.UnaryOp):
            return trees.rebuild(node, operand=self.atom(node.operand))
        if isinstance(node, (gast.Tuple, gast.List, gast.Dict)):
            return self._display(node)
        if isinstance(node, gast.Subscript):
            return trees.rebuild(node, value=self._place(node.value), slice=self.index(node.slice))
        if isinstance(node, gast.Attribute):
            return trees.rebuild(node, value=self._part(node.value))
        if isinstance(node, gast.Call):
            return self._call(node)
        return node

    def _place(self, node: gast.expr) -> gast.expr:
        """What an element is read from: a name, or a slot of a container that has one."""
        if isinstance(node, gast.Subscript) and not isinstance(node.slice, gast.Slice):
            boxes = self.facts.of(node.value), self.facts.of(node)
            if all(box.kind in (facts.LIST, facts.DICT) for box in boxes):
                return trees.rebuild(node, value=self._place(node.value), slice=self.index(node.slice))
        return self._part(node)

    def without_sign(self, node: gast.expr) -> gast.expr:
        """`x * y` for `-x * y`, which is its negative: nobody needs the value of -x then."""
        if not isinstance(node, gast.BinOp) or not isinstance(node.op, (gast.Mult, gast.Div)):
            return node
        left = node.left
        if isinstance(left, gast.UnaryOp) and isinstance(left.op, gast.USub):
            positive = left.operand if self.activity.varies(left) else left
        else:
            positive = self.without_sign(left)
        return trees.rebuild(node, left=positive) if positive is not left else node

    def as_array(self, node: gast.expr, whole: gast.BinOp) -> gast.expr:
        """A list that an array makes an array of, as in `x * [1.0, 2.0]`."""
        return self.made_array(node) if self.facts.of(whole).is_number else node

    def made_array(self, node: gast.expr) -> gast.expr:
        """`np.array([x, y])` for `[x, y]`, other expressions as they stand."""
        if isinstance(node, gast.Starred) or not self.activity.varies(node):
            return node
        if self.facts.of(node).kind not in (facts.LIST, facts.TUPLE):
            return node
        numpy = trees.name(self.names.bind(np, "np"))
        return trees.call(trees.attribute(numpy, "array"), node)

    def with_arrays(self, node: gast.Call, bound: calls.Bound) -> gast.Call:
        """The lists that NumPy takes for arrays, as in `np.sum([x, y])`, as arrays."""
        function = bound.operation.function
        package = (getattr(function, "__module__", None) or "").partition(".")[0]
        if package != "numpy" and not isinstance(function, np.ufunc):
            return node
        parameters = {*bound.operation.parameters, bound.operation.variadic or ""} - SEQUENCES
        node = calls.replaced(bound, node, parameters, self.made_array)
        bound = self.facts.target(node)
        return calls.replaced(bound, node, SEQUENCES - {"object"}, self.made_arrays)

    def made_arrays(self, node: gast.expr) -> gast.expr:
        """The same for the parts of what is a list by nature, as in `np.concatenate([x, [y]])`."""
        if not isinstance(node, (gast.Tuple, gast.List)):
            return node
        return trees.rebuild(node, elts=[self.made_array(part) for part in node.elts])

    def _call(self, node: gast.Call) -> gast.Call:
        found = self.facts.target(node)
        if isinstance(found, calls.Bound):
            node = self.with_arrays(node, found)
        if isinstance(found, Partial):
            node = calls.through_partial(node, found)
            name = getattr(found.function, "__name__", "function")
            function: gast.expr = trees.name(self.names.bind(found.function, name))
            node = trees.rebuild(node, func=function)
        written = [w for w, _ in writes_of(node, self.facts) if isinstance(w, gast.Subscript)]
        function = node.func
        if isinstance(function, gast.Attribute) and self.activity.varies(function.value):
            if not any(function.value is w for w in written):
                function = trees.rebuild(function, value=self.atom(function.value))
        args = [
            trees.rebuild(a, value=self.atom(a.value))
            if isinstance(a, gast.Starred)
            else self.atom(a, kept=not isinstance(found, calls.Bound))
            if not any(a is w for w in written)  # what is written into is no value, but a place
            else a
            for a in node.args
        ]
        keywords = [trees.rebuild(k, value=self.atom(k.value)) for k in node.keywords]
        return trees.rebuild(node, func=function, args=args, keywords=keywords)

    def _parts(self, node: gast.expr) -> gast.expr:
        """A display whose active elements are names, those that are displays themselves, too."""
        if isinstance(node, gast.Dict):
            return trees.rebuild(node, values=[self._part(v) for v in node.values])
        return trees.rebuild(node, elts=[self._part(e) for e in node.elts])

    def _part(self, node: gast.expr) -> gast.expr:
        return self.atom(node, "part" if isinstance(node, DISPLAYS) else "", kept=True)

    def _display(self, node: gast.expr) -> gast.expr:
        if isinstance(node, gast.Dict):
            return trees.rebuild(node, values=[self.atom(v, kept=True) for v in node.values])
        return trees.rebuild(node, elts=[self.atom(e, kept=True) for e in node.elts])
