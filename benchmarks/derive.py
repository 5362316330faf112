"""Ask the compiler for a gradient, and turn whatever goes wrong into a remark in a table."""

from collections.abc import Callable
from typing import Any, TypeVar

Value = TypeVar("Value")


def derive(primal: Callable[..., Any], wrt: tuple[str, ...]) -> Callable[..., Any]:
    """The generated gradient."""
    # Here, not above: the suite must run, and say so, where the package does not import.
    import tangent_ad

    return tangent_ad.grad(primal, wrt=wrt)


def attempt(action: Callable[..., Value], *args: Any) -> tuple[Value | None, str]:
    """The value of a call, and an empty remark; or None, and the error."""
    try:
        return action(*args), ""
    except Exception as error:  # noqa: BLE001 (a compiler under test may fail in any way)
        text = (str(error).strip() or "no message").splitlines()[0]
        return None, f"{type(error).__name__}: {text}".replace("|", "/")[:100]
