"""Which attributes an object has at a place, as far as that is certain.

    self = {"__class__": Filter, "a": a}
    if fast:                                    here it has "a", nothing more
        self["state"] = a
    if not hasattr(self, "state"):              here it may have "state"
        ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import gast

from tangent_ad.analysis import classes
from tangent_ad.normalize.gather import display_of
from tangent_ad.syntax import trees

State = Mapping[str, frozenset[str]]


class Held:
    def __init__(self, body: Sequence[gast.stmt]) -> None:
        self.stored: set[str] = set()  # what is stored anywhere
        self.at: dict[int, State] = {}
        self.block(body, {})

    def certainly(self, call: gast.Call, attribute: str) -> bool | None:
        """Whether the first argument of a call has an attribute; None where only the run tells, as
        for an object that was not made here."""
        has = self.at.get(id(call), {}).get(getattr(call.args[0], "id", ""))
        if has is None or attribute in has:
            return None if has is None else True
        return None if attribute in self.stored else False

    def block(self, body: Sequence[gast.stmt], state: State) -> State:
        for node in body:
            for expression in trees.header(node):
                for inner in trees.walk(expression):
                    if isinstance(inner, gast.Call):
                        self.at[id(inner)] = state
            if isinstance(node, gast.If):
                then, otherwise = self.block(node.body, state), self.block(node.orelse, state)
                state = {n: then[n] & otherwise[n] for n in then.keys() & otherwise.keys()}
                continue
            bound = trees.writes(node)
            for _, inner in trees.blocks(node):  # which may run any number of times
                bound = bound | trees.all_writes(inner)
            state = {n: has for n, has in state.items() if n not in bound}
            for _, inner in trees.blocks(node):
                self.block(inner, state)
            if isinstance(node, (gast.Assign, gast.AugAssign)):
                state = self.assigned(node, state)
        return state

    def assigned(self, node: gast.Assign | gast.AugAssign, state: State) -> State:
        target = node.targets[0] if isinstance(node, gast.Assign) else node.target
        items = display_of(node.value)
        if items is not None:
            self.stored |= set(items)
        if isinstance(target, gast.Name) and items is not None:
            return {**state, target.id: frozenset(items)}
        if isinstance(target, gast.Name) and isinstance(node.value, gast.Name):
            return {**state, target.id: state[node.value.id]} if node.value.id in state else state
        if isinstance(target, gast.Subscript) and classes.is_item(target):
            self.stored.add(target.slice.value)
            name = getattr(target.value, "id", "")
            if name in state:
                return {**state, name: state[name] | {target.slice.value}}
        return state
