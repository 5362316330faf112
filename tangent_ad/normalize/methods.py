"""Spell out what a method says in short because it stands in a class.

    class Heavy(Ball):
        def weigh(self):
            return super().weigh() + self.__extra
                        ->
            return super(Heavy, self).weigh() + self._Heavy__extra
"""

from __future__ import annotations

from typing import Any

import gast

from tangent_ad.analysis import classes
from tangent_ad.analysis.unit import Unit
from tangent_ad.syntax import trees


def spelled_out(unit: Unit) -> Unit:
    owner = classes.defining(unit.function)
    if not owner:
        return unit
    cell = unit.names.closure.get(classes.CLASS)
    parameters = trees.parameters(unit.tree.args)

    def visit(node: Any) -> Any:
        if isinstance(node, gast.Attribute):
            return trees.updated(node, attr=classes.mangled(node.attr, owner))
        if cell is not None and parameters and classes.super_call(node):
            cls = trees.name(unit.names.bind(cell.cell_contents, owner))
            return trees.rebuild(node, args=[cls, trees.name(parameters[0].id)])
        return node

    return unit.with_body([trees.transform(node, visit) for node in unit.tree.body])
