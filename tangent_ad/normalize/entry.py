"""Make a plain function of what was read: a lambda gets a name and a return, decoration goes.

    lambda x: x * k     ->     def f(x): return x * k

Decorators, defaults and annotations are not evaluated again: the pipeline takes their values from
the live function. A docstring is dropped; it documents the function, not its derivative.
"""

from __future__ import annotations

import gast

from tangent_ad.syntax import trees


def function_of(tree: gast.FunctionDef | gast.Lambda, name: str) -> gast.FunctionDef:
    if isinstance(tree, gast.Lambda):
        body = [trees.located(gast.Return(tree.body), tree.body)]
        tree = trees.located(gast.FunctionDef(name, tree.args, body, [], None, None, []), tree)
    body = tree.body
    if _is_docstring(body[0]):
        body = body[1:] or [trees.located(gast.Pass(), body[0])]
    return trees.rebuild(tree, body=body, decorator_list=[], returns=None)


def _is_docstring(node: gast.stmt) -> bool:
    return (
        isinstance(node, gast.Expr)
        and isinstance(node.value, gast.Constant)
        and isinstance(node.value.value, str)
    )
