"""Write what methods put into a dict, or an array, as assignments to its entries.

    table.update(a=x, b=y)              ->   table['a'] = x; table['b'] = y
    table.update(other)                 ->   for key in other: table[key] = other[key]
    both = table | other                ->   both = table.copy(); both.update(other)
    rows = table.setdefault(key, [])    ->   if key not in table: table[key] = []
                                             rows = table[key]
    rate = table.pop(key, 1.0)          ->   if key in table: rate = table.pop(key)
                                             else: rate = 1.0
    x.sort(axis=0)                      ->   x[...] = np.sort(x, axis=0)
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from tangent_ad.analysis import calls, facts
from tangent_ad.analysis.effects import is_pure
from tangent_ad.analysis.infer import Facts
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees

PLAIN = (gast.Name, gast.Constant)


def written_out(unit: Unit, known: Facts) -> Unit:
    """The unit itself if no method puts anything into a dict."""
    writer = _Writer(unit, known)
    body = writer.block(unit.tree.body)
    return unit.with_body(body) if writer.changed else unit


class _Writer:
    def __init__(self, unit: Unit, known: Facts) -> None:
        self.names, self.facts = unit.names, known
        self.changed = False

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for node in body:
            inner = {field: self.block(b) for field, b in trees.blocks(node)}
            out += self.statement(trees.rebuild(node, **inner) if inner else node)
        return out

    def statement(self, node: gast.stmt) -> list[gast.stmt]:
        value = getattr(node, "value", None)
        if not isinstance(node, (gast.Assign, gast.Expr, gast.Return)) or value is None:
            return [node]
        if isinstance(node, gast.Expr) and self.calls(value, np.ndarray.sort, facts.NUMBER):
            new: list[gast.stmt] | None = self.in_order(value, node)
        elif isinstance(node, gast.Expr) and self.calls(value, dict.update):
            new = self.updated(value, node)
        elif isinstance(node, gast.Assign) and self.joins(value):
            new = self.joined(value, node)
        elif isinstance(node, gast.Assign) and self.calls(value, dict.pop) and len(value.args) == 2:
            new = self.taken(value, node)
        else:
            new = self.with_default(value, node)
        if new is None:
            return [node]
        self.changed = True
        return new

    def in_order(self, call: Any, like: gast.stmt) -> list[gast.stmt]:
        array = call.func.value
        numpy = trees.name(self.names.bind(np, "np"))
        inner = trees.call(trees.attribute(numpy, "sort"), array, *call.args)
        slot = trees.subscript(array, trees.constant(...))
        return [trees.assign(slot, trees.rebuild(inner, keywords=call.keywords), like)]

    def calls(self, node: gast.expr, method: Any, kind: str = facts.DICT) -> bool:
        """Whether an expression is a call of a method of what is known to be a dict, or else."""
        if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Attribute):
            return False
        found = self.facts.target(node)
        return (
            isinstance(found, calls.Bound)
            and found.operation.function is method
            and self.facts.of(node.func.value).kind == kind
        )

    def updated(self, call: Any, like: gast.stmt) -> list[gast.stmt] | None:
        """The entries one by one, once all of them are worked out."""
        table, given = call.func.value, list(call.args)
        entries: list[tuple[gast.expr, gast.expr]] = []
        if given and isinstance(given[0], gast.Dict) and None not in given[0].keys:
            display = given.pop(0)
            entries += zip(display.keys, display.values, strict=True)
        entries += [(trees.constant(k.arg), k.value) for k in call.keywords if k.arg]
        given += [k.value for k in call.keywords if not k.arg]
        if given and (entries or len(given) > 1 or self.facts.of(given[0]).kind != facts.DICT):
            return None
        return self.copied(table, given[0], like) if given else self.entries(table, entries, like)

    def entries(
        self, table: gast.expr, entries: list[tuple[gast.expr, gast.expr]], like: gast.stmt
    ) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        if len(entries) > 1:
            entries = [(key, self.named(value, "entry", like, out)) for key, value in entries]
        for key, value in entries:
            out.append(trees.assign(trees.subscript(table, key), value, like))
        return out

    def copied(
        self, table: gast.expr, source: gast.expr, like: gast.stmt
    ) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        source = self.named(source, "table", like, out)
        key = trees.name(self.names.fresh("key"))
        inner = trees.assign(trees.subscript(table, key), trees.subscript(source, key), like)
        out.append(trees.located(gast.For(key, source, [inner], [], None), like))
        return out

    def joins(self, node: gast.expr) -> bool:
        is_or = isinstance(node, gast.BinOp) and isinstance(node.op, gast.BitOr)
        return is_or and all(self.facts.of(part).kind == facts.DICT for part in (node.left, node.right))

    def joined(self, value: gast.BinOp, node: gast.Assign) -> list[gast.stmt]:
        """A dict with the entries of two."""
        whole = trees.name(self.names.fresh("table"))
        return [
            trees.assign(whole, trees.method(value.left, "copy"), node),
            trees.statement(trees.method(whole, "update", value.right), node),
            trees.rebuild(node, value=whole),
        ]

    def taken(self, call: Any, node: gast.Assign) -> list[gast.stmt]:
        """`name = table.pop(key, default)`"""
        out: list[gast.stmt] = []
        key = self.named(call.args[0], "key", node, out)
        default = self.named(call.args[1], "default", node, out)
        has_key = gast.Compare(key, [gast.In()], [call.func.value])
        take = trees.rebuild(node, value=trees.rebuild(call, args=[key]))
        out.append(trees.branch(has_key, [take], [trees.rebuild(node, value=default)], node))
        return out

    def with_default(self, value: gast.expr, node: gast.stmt) -> list[gast.stmt] | None:
        """A statement that begins with `table.setdefault(key, default)`."""
        call: Any = value
        while not self.calls(call, dict.setdefault):
            if isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute):
                call = call.func
            elif isinstance(call, (gast.Attribute, gast.Subscript)):
                call = call.value
            elif isinstance(call, gast.BinOp):
                call = call.left
            else:
                return None
        if len(call.args) != 2 or call.keywords:
            return None
        table = call.func.value
        if not is_pure(table, self.names):
            return None
        out: list[gast.stmt] = []
        key = self.named(call.args[0], "key", node, out)
        slot = trees.subscript(table, key)
        missing = gast.Compare(key, [gast.NotIn()], [table])
        default = self.named(call.args[1], "default", node, out)
        out.append(trees.branch(missing, [trees.assign(slot, default, node)], (), node))
        rest = trees.transform(value, lambda inner: slot if inner is call else inner)
        if not isinstance(node, gast.Expr) or rest is not slot:
            out.append(trees.rebuild(node, value=rest))
        return out

    def named(
        self, node: gast.expr, hint: str, like: gast.stmt, out: list[gast.stmt]
    ) -> gast.expr:
        """What is evaluated once, before the dict changes."""
        if isinstance(node, PLAIN) or isinstance(node, (gast.List, gast.Dict)) and not trees.reads(node):
            return node
        name = self.names.fresh(hint)
        out.append(trees.hidden(trees.assign(name, node), like))
        return trees.name(name)
