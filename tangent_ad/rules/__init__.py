"""The library of derivatives, one file per chapter; importing this package loads it."""

from tangent_ad.rules import (  # noqa: F401
    control,
    numpy_elementwise,
    numpy_products,
    numpy_reductions,
    numpy_shapes,
    operators,
    python,
)
