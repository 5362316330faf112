"""Programs with complex numbers against finite differences, in both modes and to second order."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest

import tangent_ad

from .differences import Point, numbers
from .programs import PROGRAMS

STEP = 1e-3


def point_of(name: str) -> Point:
    function, arguments = PROGRAMS[name]
    values = dict(zip(inspect.signature(function).parameters, arguments, strict=True))
    return Point(function, values, [p for p, v in values.items() if numbers(v).size])


@pytest.mark.filterwarnings("error::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("name", PROGRAMS)
def test_first_order(name: str) -> None:
    point = point_of(name)
    slopes = point.slopes(STEP)
    for options in ({}, {"optimized": False}, {"motion": "split"}):
        gradient = tangent_ad.autodiff(point.function, wrt=point.wrt, **options)
        point.check_gradient(point.call(gradient), slopes)
    along = point.call(tangent_ad.jvp(point.function, wrt=point.wrt), *point.along())
    np.testing.assert_allclose(along, slopes @ point.direction, rtol=2e-6, atol=2e-7)


@pytest.mark.filterwarnings("error::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize(
    "mode", ["forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"]
)
@pytest.mark.parametrize("name", PROGRAMS)
def test_second_order(name: str, mode: str) -> None:
    point = point_of(name)
    gradient = tangent_ad.grad(point.function, wrt=point.wrt)
    hessian = tangent_ad.hvp(point.function, wrt=point.wrt, mode=mode)
    point.check_bend(gradient, point.call(hessian, *point.along()), STEP)


@pytest.mark.parametrize("name", PROGRAMS)
def test_single_precision(name: str) -> None:
    """What is of 32 bits a part has a gradient of 32 bits a part."""
    point = point_of(name)
    single = Point(point.function, {k: to_single(v) for k, v in point.values.items()}, point.wrt)
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        found = single.packed(single.call(tangent_ad.grad(point.function, wrt=point.wrt)))
    for part, value in zip(found, single.active, strict=True):
        if isinstance(value, np.ndarray):
            assert part.dtype == value.dtype
    full = point.packed(point.call(tangent_ad.grad(point.function, wrt=point.wrt)))
    scale = max(1.0, np.max(np.abs(numbers(full))))
    np.testing.assert_allclose(numbers(found), numbers(full), atol=5e-3 * scale)


def to_single(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.astype({"c": np.complex64, "f": np.float32}.get(value.dtype.kind, value.dtype))
    return value
