"""What the annotations of a function say of its parameters."""

from __future__ import annotations

import types

import numpy as np

from tangent_ad.analysis import facts
from tangent_ad.analysis.facts import Fact


def annotated_facts(function: types.FunctionType) -> dict[str, Fact]:
    """Facts from annotations such as `x: float`."""
    known = {
        float: facts.FLOAT, "float": facts.FLOAT, int: facts.INT, "int": facts.INT,
        bool: facts.FLAG, "bool": facts.FLAG, str: facts.TEXT_FACT, "str": facts.TEXT_FACT,
    }  # fmt: skip
    found = {}
    for name, annotation in function.__annotations__.items():
        if isinstance(annotation, (type, str)) and annotation in known:
            found[name] = known[annotation]
        elif annotation == list[float] or annotation == "list[float]":
            found[name] = Fact(facts.LIST, element=facts.FLOAT)
    return found


def annotated_arrays(function: types.FunctionType) -> frozenset[str]:
    """Parameters annotated as arrays; how many axes they have is left open."""
    return frozenset(
        name
        for name, annotation in function.__annotations__.items()
        if annotation is np.ndarray or annotation in ("np.ndarray", "numpy.ndarray")
    )
