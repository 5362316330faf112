"""What a dict shows of itself as a list, where it is more than gone through.

    sorted(table.items())        ->   sorted([item for item in table.items()])
    a, b = table.values()        ->   a, b = list(table.values())
    dict(sorted(pairs))          ->   {key: value for key, value in sorted(pairs)}
"""

from __future__ import annotations

import gast

from tangent_ad.syntax import trees
from tangent_ad.syntax.names import MISSING, Names

GOES_THROUGH = (list, tuple, sum, any, all, len)  # what is as well done with a view


def is_view(node: gast.AST) -> bool:
    """Whether an expression is a call `x.items()`, `x.values()` or `x.keys()`."""
    return (
        isinstance(node, gast.Call)
        and isinstance(node.func, gast.Attribute)
        and node.func.attr in ("items", "values", "keys")
        and not node.args
        and not node.keywords
    )


def listed(view: gast.Call, names: Names) -> gast.expr:
    """The list of what a view shows, now."""
    if view.func.attr != "items":
        return trees.call(trees.name(names.bind(list, "list")), view)
    hint = "item"
    if hint in names.locals or names.lookup(hint) is not MISSING:
        hint = names.fresh(hint)
    item = trees.name(hint)
    return gast.ListComp(item, [gast.comprehension(item, view, [], 0)])


def with_lists(node: gast.Call, names: Names) -> gast.expr:
    """A call with lists for the views among its arguments; the call itself if there are none."""
    function = names.resolve(node.func)
    if function is dict and len(node.args) == 1 and not node.keywords and _is_pairs(node.args[0], names):
        key, value = trees.name(names.fresh("key")), trees.name(names.fresh("value"))
        return gast.DictComp(
            key, value, [gast.comprehension(trees.pack([key, value]), node.args[0], [], 0)]
        )

    def argument(arg: gast.expr) -> gast.expr:
        if isinstance(arg, gast.Starred):
            return trees.updated(arg, value=argument(arg.value))
        if not is_view(arg) or function in GOES_THROUGH and arg.func.attr != "items":
            return arg
        return listed(arg, names)

    return trees.updated(node, args=[argument(arg) for arg in node.args])


def _is_pairs(node: gast.expr, names: Names) -> bool:
    """Whether an expression surely gives no dict, but what one can be made of."""
    if isinstance(node, gast.Call):
        return is_view(node) or names.resolve(node.func) in (sorted, list, tuple)
    return isinstance(node, (gast.List, gast.Tuple, gast.ListComp, gast.GeneratorExp))
