"""Random programs of real and complex numbers against finite differences, as many as COMPLEX_COUNT."""

from __future__ import annotations

import cmath
import itertools
import linecache
import os

import numpy as np
import pytest

import tangent_ad

from .differences import Point
from .grammar import program

COUNT = int(os.environ.get("COMPLEX_COUNT", "30"))
STEP = 1e-3
VALUES = {
    "x": 0.37,
    "z": 0.52 - 0.71j,
    "a": np.array([0.31, -0.62, 0.83]),
    "w": np.array([0.44 + 0.23j, -0.35 + 0.61j, 0.27 - 0.52j]),
}


def point_of(seed: int) -> Point:
    text, filename = program(seed), f"<complex program {seed}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace = {"np": np, "cmath": cmath}
    exec(compile(text, filename, "exec"), namespace)
    return Point(namespace["f"], VALUES, list(VALUES))


def is_smooth(seed: int) -> bool:
    """Whether finite differences tell the slopes: no kink near, and not too steep."""
    point = point_of(seed)
    return np.allclose(point.slopes(STEP), point.slopes(STEP / 2), rtol=1e-7, atol=1e-7)


SEEDS = list(itertools.islice(filter(is_smooth, itertools.count()), COUNT))


@pytest.mark.filterwarnings("error::numpy.exceptions.ComplexWarning")
@pytest.mark.filterwarnings("ignore::tangent_ad.IndependentOutputWarning")
@pytest.mark.parametrize("seed", SEEDS)
def test_random_program(seed: int) -> None:
    point = point_of(seed)
    slopes = point.slopes(STEP)
    try:
        gradient = tangent_ad.grad(point.function, wrt=point.wrt)
        found = point.call(gradient)
    except tangent_ad.AliasError as error:
        assert error.lineno is not None
        return
    point.check_gradient(found, slopes)
    along = point.call(tangent_ad.jvp(point.function, wrt=point.wrt), *point.along())
    np.testing.assert_allclose(along, slopes @ point.direction, rtol=2e-6, atol=2e-7)
    mode = ("forward_over_reverse", "reverse_over_reverse", "reverse_over_forward")[seed % 3]
    hessian = tangent_ad.hvp(point.function, wrt=point.wrt, mode=mode)
    point.check_bend(gradient, point.call(hessian, *point.along()), STEP)
