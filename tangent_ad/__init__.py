"""Source-to-source automatic differentiation of Python.

    import tangent_ad as tangent
    df = tangent.grad(f)
    print(df.source)
"""

from typing import TYPE_CHECKING, Any

from tangent_ad import functional
from tangent_ad.api import (
    INPUT_DERIVATIVE,
    autodiff,
    elementwise_grad,
    grad,
    grad_and_value,
    hvp,
    jvp,
    value_and_grad,
    vjp,
)
from tangent_ad.errors import (
    AliasError,
    AmbiguousSourceError,
    GradientError,
    IndependentOutputWarning,
    InputTypeError,
    InternalError,
    MissingRuleError,
    OutputError,
    RuleError,
    SaveError,
    ShapeError,
    SourceError,
    StaleSourceError,
    TangentError,
    TangentWarning,
    UnsupportedFunctionError,
    UnsupportedSyntaxError,
    WrtError,
)
from tangent_ad.jacobians import hessian, jacfwd, jacobian, jacrev
from tangent_ad.rules.custom import custom_jvp, custom_vjp
from tangent_ad.rules.notation import (
    adjoint,
    d,
    elementwise,
    known,
    tangent_,
    unsupported,
    zero,
)
from tangent_ad.runtime.control import insert_grad_of, stop_gradient
from tangent_ad.stripping import tangent

if TYPE_CHECKING:
    from tangent_ad.checking import check_grads

__version__ = "0.1.0"

__all__ = [
    "AliasError",
    "AmbiguousSourceError",
    "GradientError",
    "INPUT_DERIVATIVE",
    "IndependentOutputWarning",
    "InputTypeError",
    "InternalError",
    "MissingRuleError",
    "OutputError",
    "RuleError",
    "SaveError",
    "ShapeError",
    "SourceError",
    "StaleSourceError",
    "TangentError",
    "TangentWarning",
    "UnsupportedFunctionError",
    "UnsupportedSyntaxError",
    "WrtError",
    "adjoint",
    "autodiff",
    "check_grads",
    "custom_jvp",
    "custom_vjp",
    "d",
    "elementwise",
    "elementwise_grad",
    "functional",
    "grad",
    "grad_and_value",
    "hessian",
    "hvp",
    "insert_grad_of",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "known",
    "stop_gradient",
    "tangent",
    "tangent_",
    "unsupported",
    "value_and_grad",
    "vjp",
    "zero",
]


def __getattr__(name: str) -> Any:
    """What few programs want is imported when it is asked for."""
    if name == "check_grads":
        from tangent_ad.checking import check_grads

        return check_grads
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
