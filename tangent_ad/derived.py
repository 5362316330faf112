"""What a derivative is to be, and what is known of it when it is made."""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from typing import NamedTuple

from tangent_ad import errors
from tangent_ad.analysis.assumptions import Assumptions
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.records import Record
from tangent_ad.session import Made


class Options(NamedTuple):
    """What a derivative is to be; see the functions of `api`."""

    wrt: tuple[str, ...]
    mode: str = "reverse"
    motion: str = "joint"
    optimized: bool = True
    preserve_result: bool | str = False  # "first": before the gradient
    check_dims: bool = True
    output: str = "any"  # "scalar", "any", "elementwise", "each": a seed for each output
    default_seed: bool = True
    has_aux: bool = False
    as_tuple: bool = False
    verbose: int = 0
    name: str = ""
    assume_lengths: bool = True
    cast: bool = False  # arguments of several float types: give each gradient that of its argument


@dataclass(eq=False, repr=False)
class Derived:
    """A derivation before it is compiled."""

    options: Options
    function: types.FunctionType
    entry: str
    made: dict[str, Made]
    ask: Assumptions
    arguments: dict[str, Fact]
    parameters: tuple[str, ...]
    seeds: tuple[str, ...]
    result: Fact
    records: dict[str, Record] = field(default_factory=dict)
    seed_test: str = ""
    text: str = ""
    lines: dict[int, tuple[str, int]] = field(default_factory=dict)
    complex_seeds: tuple[bool, ...] = ()  # which seeds are of values that may be complex
    places: dict[int, errors.Place] = field(default_factory=dict)
