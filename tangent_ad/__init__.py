"""Source-to-source automatic differentiation of Python."""

from tangent_ad.api import autodiff, grad

__all__ = ["autodiff", "grad"]
