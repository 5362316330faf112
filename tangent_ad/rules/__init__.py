"""The library of derivatives, one file per chapter; importing this package loads it."""

from tangent_ad.rules import (  # noqa: F401
    numpy_creation,
    numpy_elementwise,
    numpy_indexing,
    numpy_linalg,
    numpy_manipulation,
    numpy_numerics,
    numpy_products,
    numpy_rearranging,
    numpy_reductions,
    numpy_sorting,
    numpy_statistics,
    operators,
    python_builtins,
    python_containers,
    python_functions,
    python_math,
    runtime_arrays,
    runtime_numbers,
    runtime_products,
    runtime_structures,
)
