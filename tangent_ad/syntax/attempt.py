"""`try` in core form: a branch on whether what is tried fails.

    try:                                     if failed:
        y = math.log(x)                          y = x * x
    except ValueError:          means        else:
        failed = True                            y = math.log(x)
        y = x * x
    else:
        failed = False

For the flow of values it is this branch, as nothing that is tried changes what the other arm or the
rest reads where it fails (`normalize.attempts` sees to that). With several handlers the test is the
number of the one that was taken, from 1, and 0 where none was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast


class Attempt(gast.If):
    """`orelse` is tried, and `body` runs where one of `kinds` is caught.

    The statement itself binds its test, and to the exception the name `error`, where there is one.
    Nobody asks for the test where it is not `recorded`.
    """

    _fields = ("test", "body", "orelse", "kinds", "error")
    test: gast.Name
    body: list[gast.stmt]
    orelse: list[gast.stmt]
    kinds: list[gast.expr | None]
    error: gast.Name | None

    def __init__(
        self,
        test: gast.Name,
        body: Sequence[gast.stmt],
        tried: Sequence[gast.stmt],
        kinds: Sequence[gast.expr | None],
        error: gast.Name | None,
        recorded: bool = True,
    ) -> None:
        self.test, self.body, self.orelse = test, list(body), list(tried)
        self.kinds, self.error = list(kinds), error
        self.recorded = recorded

    @property
    def bound(self) -> list[str]:
        """The names that the statement itself binds."""
        return [self.test.id, *([self.error.id] if self.error is not None else [])]

    @property
    def marks(self) -> list[Any]:
        """What the test is where nothing is caught, and in each handler."""
        return [False, True] if len(self.kinds) == 1 else list(range(len(self.kinds) + 1))


def is_sure(node: gast.stmt) -> bool:
    """Whether a statement cannot fail: it binds a literal, or appends what a name holds."""
    value = getattr(node, "value", None)
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Name):
        return isinstance(value, gast.Constant) or _is_empty(value)
    if isinstance(node, gast.Expr) and isinstance(value, gast.Call):
        function = value.func
        is_append = isinstance(function, gast.Attribute) and function.attr == "append"
        return is_append and isinstance(value.args[0], (gast.Name, gast.Constant))
    return isinstance(node, gast.Pass)


def _is_empty(node: Any) -> bool:
    if isinstance(node, (gast.List, gast.Tuple)):
        return not node.elts
    return isinstance(node, gast.Dict) and not node.keys
