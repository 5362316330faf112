"""Build the adjoint of a container from its parts where each is written once.

>>> import numpy as np
>>> from tangent_ad.analysis import facts
>>> from tangent_ad.syntax import parse, text
>>> tree = parse.function('''
... def f(layers, x):
...     blayers = zeros_like(layers)
...     for i in reversed(range(len(layers))):
...         W, b = layers[i]
...         blayers[i] = add(blayers[i], (np.outer(x, b), b * 2.0))
...     return in_form_of(blayers, layers)
... ''')
>>> names = Names(None, tree)
>>> names.globals.update(np=np, add=structures.add, zeros_like=structures.zeros_like,
...                      in_form_of=structures.in_form_of)
>>> pair = facts.sequence(facts.TUPLE, (facts.array(), facts.array()))
>>> print(text.function_text(simplify(tree, names, lambda node: Fact(facts.LIST, element=pair))),
...       end="")
def f(layers, x):
    blayers = [None] * len(layers)
    for i in reversed(range(len(layers))):
        W, b = layers[i]
        blayers[i] = np.outer(x, b), b * 2.0
    return blayers

What is put in must belong to nobody else: it may be written later, or be a result of its own.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Sequence
from typing import Any

import gast

from tangent_ad.analysis import effects, facts
from tangent_ad.analysis.algebra import FactOf
from tangent_ad.analysis.facts import Fact
from tangent_ad.runtime import structures
from tangent_ad.syntax import trees
from tangent_ad.syntax.names import Names


def simplify(tree: gast.FunctionDef, names: Names, fact: FactOf) -> gast.FunctionDef:
    if not any(_begins(node, names) for node in trees.statements(tree.body)):
        return tree
    worker = _Structures(tree, names, fact)
    body = worker.lists(worker.block(list(tree.body)))
    return trees.rebuild(tree, body=body) if worker.changed else tree


class _Structures:
    def __init__(self, tree: gast.FunctionDef, names: Names, fact: FactOf) -> None:
        self.names = names
        self.fact = fact
        self.changed = False
        nodes = [n for n in trees.walk(tree) if isinstance(n, gast.Name)]
        self.mentions = Counter(n.id for n in nodes)
        self.values = {
            node.targets[0].id: node.value
            for node in trees.statements(tree.body)
            if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name)
        }

    def is_own(self, value: gast.expr) -> bool:
        """Whether nothing else can refer to what an expression gives."""
        return all(
            self.mentions[name] == 2 and name in self.values and self._is_new(self.values[name])
            for name in effects.shared_names(value)
        )

    def _is_new(self, value: gast.expr) -> bool:
        return not isinstance(value, gast.Constant) and not effects.shared_names(value)

    # ---- dicts ------------------------------------------------------------------------------

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            nested = isinstance(node, (gast.FunctionDef, gast.ClassDef, gast.Try))
            inner = {} if nested else {f: self.block(b) for f, b in trees.blocks(node)}
            out.append(trees.updated(node, **inner))
        for node in list(out):
            if _begins(node, self.names):
                out = self.displayed(node, out)
        return out

    def displayed(self, start: gast.stmt, body: list[gast.stmt]) -> list[gast.stmt]:
        """`d = zeros_like(m); d["a"] = d["a"] + x; ...` as `d = {"a": x, ...}`."""
        name, model = _begins(start, self.names) or ("", start)
        known = self.fact(model)
        if known.kind != facts.DICT or not known.items:
            return body
        parts: dict[Any, tuple[gast.stmt, gast.expr]] = {}
        for node in body[body.index(start) + 1 :]:
            if not _mentions(name, node):
                continue
            found = _contribution(node, self.names)
            target = node.targets[0] if found is not None else None
            if target is None or target.value.id != name:
                break
            key = getattr(target.slice, "value", None)
            if key in parts or _mentions(name, found) or not self.is_own(found):
                return body
            parts[key] = node, found
        if set(parts) != {key for key, _ in known.items}:
            return body
        self.changed = True
        variables = {key: self.names.fresh(_hint(key)) for key in parts}
        self.names.derivatives.update(variables.values())
        out: list[gast.stmt] = []
        written = {id(node): (key, value) for key, (node, value) in parts.items()}
        last = list(written)[-1]
        for node in body:
            if id(node) in written:
                key, value = written[id(node)]
                out.append(trees.assign(variables[key], value, node))
            elif node is not start:
                out.append(node)
            if id(node) == last:
                keys: list = [trees.constant(key) for key, _ in known.items]
                values: list = [trees.name(variables[key]) for key, _ in known.items]
                out.append(trees.assign(name, gast.Dict(keys, values), start))
        return out

    # ---- lists ------------------------------------------------------------------------------

    def lists(self, body: list[gast.stmt]) -> list[gast.stmt]:
        for node in body:
            name, model = _begins(node, self.names) or ("", node)
            if name and isinstance(model, gast.Name):
                body = self.filled(node, name, model, body)
                body = self.of_numbers(name, model, body)
        return body

    def of_numbers(self, name: str, model: gast.Name, body: list[gast.stmt]) -> list[gast.stmt]:
        """A list of zeros to which numbers are added is in the form of a list of numbers."""
        known, after = self.fact(model), body[-1]
        is_list = known.kind == facts.LIST and known.element is not None
        bound = sum(name in trees.writes(node) for node in trees.statements(body))
        if not is_list or not known.element.is_number or bound > 1:  # type: ignore[union-attr]
            return body
        if not isinstance(after, gast.Return) or not _mentions(name, after):
            return body
        self.changed = True
        return [*body[:-1], self.result(after, name, known)]

    def filled(
        self, start: gast.stmt, name: str, model: gast.Name, body: list[gast.stmt]
    ) -> list[gast.stmt]:
        """A list to which one loop adds once at every position begins empty."""
        known = self.fact(model)
        loops = [n for n in body if isinstance(n, gast.For) and _mentions(name, n)]
        if any(effects.mutated_root(n, self.names) == model.id for n in trees.statements(body)):
            return body
        if known.kind not in (facts.LIST, facts.TUPLE) or known.element is None or len(loops) != 1:
            return body
        (loop,) = loops
        writes = [node for node in loop.body if _mentions(name, node)]
        value = _contribution(writes[0], self.names) if len(writes) == 1 else None
        if value is None or not self.goes_over(loop, model.id) or not self.is_own(value):
            return body
        target = writes[0].targets[0]
        is_counter = isinstance(target.slice, gast.Name) and target.slice.id == loop.target.id
        if target.value.id != name or not is_counter or not has_form(value, known.element):
            return body
        if loop.target.id in trees.all_writes(loop.body) or self.mentions[name] != 4:
            return body
        after = body[-1]
        if not isinstance(after, gast.Return) or not _mentions(name, after):
            return body
        self.changed = True
        length = trees.call(trees.name(self.names.bind(len, "len")), model)
        empty = trees.binary(gast.List([trees.constant(None)], trees.LOAD), gast.Mult, length)
        stored = trees.assign(target, value, writes[0])
        swap = {id(start): trees.assign(name, empty, start), id(after): self.result(after, name, known),
                id(loop): trees.rebuild(
                    loop, body=[stored if n is writes[0] else n for n in loop.body])}  # fmt: skip
        return [swap.get(id(node), node) for node in body]

    def goes_over(self, loop: gast.For, sequence: str) -> bool:
        """Whether a loop takes every position of a sequence once."""
        over = loop.iter
        for function in (reversed, range, len):
            called = self.names.resolve(over.func) if isinstance(over, gast.Call) else None
            if called is not function and function is not reversed:
                return False
            if called is function:
                if len(over.args) != 1 or over.keywords:
                    return False
                over = over.args[0]
        leaves = any(isinstance(n, (gast.Break, gast.Continue)) for n in trees.statements(loop.body))
        is_counted = isinstance(loop.target, gast.Name) and not loop.orelse and not leaves
        return is_counted and isinstance(over, gast.Name) and over.id == sequence

    def result(self, node: gast.Return, name: str, known: Fact) -> gast.stmt:
        """`in_form_of(adjoint, value)` where the adjoint has that form."""

        def visit(inner: Any) -> Any:
            if isinstance(inner, gast.Call) and inner.args and _mentions(name, inner.args[0]):
                if self.names.resolve(inner.func) is structures.in_form_of:
                    if known.kind == facts.LIST:
                        return inner.args[0]
                    kind = self.names.bind(builtins.tuple, "tuple")
                    return trees.call(trees.name(kind), inner.args[0])
            return inner

        return trees.transform(node, visit)


def has_form(value: gast.expr, fact: Fact) -> bool:
    """Whether an adjoint has the form of a value: the same containers of numbers."""
    if fact.is_number:
        return not isinstance(value, (gast.Tuple, gast.List, gast.Dict, gast.Name))
    if fact.items is None:
        return False
    if fact.kind == facts.DICT and isinstance(value, gast.Dict):
        keys = [getattr(key, "value", None) for key in value.keys]
        parts = dict(fact.items)
        return keys == list(parts) and all(
            has_part_of_form(v, parts[k]) for k, v in zip(keys, value.values, strict=True)
        )
    if fact.kind == facts.TUPLE and isinstance(value, gast.Tuple):
        return len(value.elts) == len(fact.items) and all(
            map(has_part_of_form, value.elts, fact.items)
        )
    return False


def has_part_of_form(value: gast.expr, fact: Fact) -> bool:
    return fact.is_number and not isinstance(value, (gast.Tuple, gast.List, gast.Dict))


def _begins(node: gast.stmt, names: Names) -> tuple[str, gast.expr] | None:
    """The name and the model of `adjoint = zeros_like(value)` for a container."""
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
        value = node.value
        if isinstance(value, gast.Call) and names.resolve(value.func) is structures.zeros_like:
            return node.targets[0].id, value.args[0]
    return None


def _contribution(node: gast.stmt, names: Names) -> gast.expr | None:
    """The x of `d[key] = d[key] + x`, or of `d[key] = add(d[key], x)`."""
    if not isinstance(node, gast.Assign) or not isinstance(node.targets[0], gast.Subscript):
        return None
    target, value = node.targets[0], node.value
    if not isinstance(target.value, gast.Name):
        return None
    if isinstance(value, gast.BinOp) and isinstance(value.op, gast.Add):
        return value.right if trees.same(value.left, target) else None
    if isinstance(value, gast.Call) and names.resolve(value.func) is structures.add:
        return value.args[1] if trees.same(value.args[0], target) else None
    return None


def _hint(key: Any) -> str:
    return f"b{key}" if isinstance(key, str) and key.isidentifier() else "bpart"


def _mentions(name: str, node: gast.AST | Sequence) -> bool:
    return any(isinstance(n, gast.Name) and n.id == name for n in trees.walk(node))
