"""What a template of `idioms` consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Idiom:
    """A template; `inputs` and `own` map its placeholders to kinds, `result` is one of `own`."""

    feature: str
    inputs: dict[str, str]
    own: dict[str, str]
    text: str
    result: str
    kind: str = "scalar"
    bound: float = 4.0
    module: str = ""
    weight: float = 0.22
    own_loops: bool = True
    title: str = "Thing"
