"""Source-to-source automatic differentiation of Python."""

from tangent_ad.api import grad

__all__ = ["grad"]
