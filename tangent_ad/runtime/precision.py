"""Derivatives of the element type of what they are derivatives of."""

from __future__ import annotations

from typing import Any

import numpy as np


def of_type(derivative: Any, value: Any) -> Any:
    """A derivative with the element types that its value has, for arrays, numbers and structures; of a
    real value the real part."""
    if isinstance(derivative, (complex, np.generic, np.ndarray)):
        derivative = np.real(derivative) if np.isrealobj(value) else derivative
    if isinstance(value, np.ndarray):
        return np.asarray(derivative, value.dtype)
    if isinstance(value, np.inexact):
        return value.dtype.type(derivative)
    if isinstance(value, (float, int)):
        return float(derivative)
    if isinstance(value, complex):
        return complex(derivative)
    if isinstance(value, dict):
        return {key: of_type(derivative[key], item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [of_type(d, v) for d, v in zip(derivative, value, strict=True)]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return derivative
