"""The grammar: producers of expressions and statements, each under the name of a feature.

Importing the package fills the tables of `registry`; the order of the imports is the order of the
tables, and so a part of what a seed means.
"""

from . import (
    aliases,
    branches,
    calls,
    comprehensions,
    conditions,
    containers,
    functions,
    idioms,
    loops,
    matrices,
    odd_loops,
    oddities,
    recursion,
    scalars,
    subscripts,
    vectors,
)

# isort: split
from . import generating, objects  # behind what was there before them

__all__ = [
    "aliases",
    "branches",
    "calls",
    "comprehensions",
    "conditions",
    "containers",
    "functions",
    "generating",
    "idioms",
    "loops",
    "matrices",
    "objects",
    "odd_loops",
    "oddities",
    "recursion",
    "scalars",
    "subscripts",
    "vectors",
]
