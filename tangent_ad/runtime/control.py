"""What a function may call to steer its own differentiation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from tangent_ad import errors


def stop_gradient(x: Any) -> Any:
    """x itself; derivatives take it for a constant.

    x is a number, an array or a structure of them. Runs anywhere and changes nothing.
    """
    return x


def is_sequence(value: Any) -> bool:
    """Whether a `case` with a sequence in it looks at the parts of a value."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))


class insert_grad_of:  # noqa: N801 - google/tangent's name
    """Lines for the backward pass, put where they are to run.

        with insert_grad_of(x) as dx:
            dx = np.clip(dx, -1.0, 1.0)

    In reverse mode the lines run in the backward pass when everything behind the block has been
    reversed: `dx` is the adjoint of x as far as uses of x behind the block contribute to it, an
    array of the shape of x. What `dx` holds at the end of the block is handed on to what is in
    front of it. The lines see the values that variables have at the block; they may print, append
    to lists, and set variables of their own. Where x has no adjoint, because it does not depend on
    what is differentiated or nothing behind the block depends on it, they do not run. Forward mode
    has no adjoints and leaves the lines out.

    Plain Python cannot run them: `@tangent_ad.tangent` takes them out of a function. Without it
    entering the block raises TangentError.
    """

    def __init__(self, x: Any) -> None:
        self.x = x

    def __enter__(self) -> NoReturn:
        raise errors.TangentError(
            "the lines of a `with insert_grad_of(...)` block run in a backward pass only; decorate "
            "the function with @tangent_ad.tangent, which leaves them out when it is called as it is"
        )

    def __exit__(self, *exception: Any) -> None:
        pass
