"""Stands for a function of the module that is being generated, until it is compiled."""

from __future__ import annotations

from dataclasses import dataclass

from tangent_ad.syntax.load import Sibling


@dataclass(frozen=True)
class Generated(Sibling):
    name: str
    pure: bool
