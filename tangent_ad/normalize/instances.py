"""Take arguments apart that are objects of a class of the user's.

    def loss(model, x):                    def loss(model, x):
        return model.predict(x)     ->         W = model.W
                                               model_1 = {"__class__": Model, "W": W}
                                               return model_1.predict(x)

From there on the object is a dict (`normalize.objects`), and the gradient with respect to the argument
is put together at the end: `SimpleNamespace(W=bW)`. What a function writes into an object that it
was given, it writes into its own copy, as with arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.classes import CLASS, argument_class, attributes, has_instances
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.records import OBJECT, Record, path_of
from tangent_ad.runtime.instances import attributes_of
from tangent_ad.syntax import trees
from tangent_ad.syntax.named import NamedTuple
from tangent_ad.syntax.names import Names


def taken_apart(
    tree: gast.FunctionDef, names: Names, known: Mapping[str, Fact]
) -> tuple[gast.FunctionDef, dict[str, Record]]:
    """The function with its arguments that are objects as dicts, and what these were made of."""
    found: dict[str, Record] = {}
    head: list[gast.stmt] = []
    mapping: dict[str, str] = {}
    for parameter in trees.parameters(tree.args):
        fact = known.get(parameter.id)
        if fact is None:
            continue
        name = parameter.id
        mapping[name] = names.version(name)
        maker = _Maker(names, head)
        if argument_class(fact) is not None:
            record = found[name] = record_of(name, fact)
            value = maker.display(trees.name(name), fact, record)
        else:
            value = maker.copied(trees.name(name))
        head.append(trees.assign(mapping[name], value, tree.body[0]))
    if not mapping:
        return tree, {}
    body = [trees.rename(node, mapping) for node in tree.body]
    return trees.rebuild(tree, body=[*head, *body]), found


def record_of(path: str, fact: Fact) -> Record:
    """An object; the gradient with respect to a tuple whose elements have names is one, too."""
    return Record(path, OBJECT, keys_of(fact), cls=fact.cls or SimpleNamespace)


def keys_of(fact: Fact) -> tuple[str, ...]:
    """The attributes of an object that have a derivative."""
    return tuple(key for key, item in attributes(fact).items() if has_derivative(item))


def has_derivative(fact: Fact) -> bool:
    if fact.is_number:
        return fact.dtype in ("float", "complex", "")
    if argument_class(fact) is not None:
        return bool(keys_of(fact))
    parts = [part[1] if fact.kind == facts.DICT else part for part in fact.items or ()]
    return fact.is_container and any(map(has_derivative, parts))


class _Maker:
    def __init__(self, names: Names, head: list[gast.stmt]) -> None:
        self.names, self.head = names, head

    def display(self, whole: gast.expr, fact: Fact, record: Record) -> gast.expr:
        """The dict of an object, whose attributes got names before."""
        cls = argument_class(fact)
        assert cls is not None
        maker = trees.name(self.names.bind(cls, cls.__name__))
        values: list[gast.expr] = []
        for key, item in attributes(fact).items():
            part = trees.attribute(whole, key)
            if argument_class(item) is not None:
                inner = record.inner[key] = record_of(path_of(record.path, key, OBJECT), item)
                values.append(self.display(part, item, inner))
                continue
            name = record.leaves[key] = self.names.fresh(key.strip("_") or "value")
            value = self.copied(part) if has_instances(item) else part
            self.head.append(trees.assign(name, value))
            values.append(trees.name(name))
        if fact.cls is not None:
            return NamedTuple(maker, tuple(attributes(fact)), values)
        keys = [trees.constant(key) for key in (CLASS, *attributes(fact))]
        return gast.Dict(keys, [maker, *values])

    def copied(self, value: gast.expr) -> gast.expr:
        return trees.call(trees.name(self.names.bind(attributes_of, "attributes_of")), value)
