"""Every rule with complex operands against finite differences in the real and imaginary directions.

What NumPy does not take is left out; what has no derivative by a rule is declared `real_only`, and
then refused. Everything else has to be right, in both modes and to second order.
"""

from __future__ import annotations

import numpy as np
import pytest

import tangent_ad
from tests.complex_numbers.differences import Point

from .complex_uses import complex_uses

USES = {use.id: use for use in complex_uses() if use.wrt}


@pytest.mark.filterwarnings("error::numpy.exceptions.ComplexWarning")
@pytest.mark.filterwarnings("ignore::tangent_ad.IndependentOutputWarning")
@pytest.mark.parametrize("name", USES)
def test_complex_operands(name: str) -> None:
    use = USES[name]
    point = Point(use.function, use.values, use.wrt)
    gradient = tangent_ad.grad(use.function, wrt=use.wrt)
    try:
        found = point.call(gradient)
    except tangent_ad.MissingRuleError:
        assert use.entry.real_only
        return
    slopes = point.slopes()
    point.check_gradient(found, slopes)
    along = point.call(tangent_ad.jvp(use.function, wrt=use.wrt), *point.along())
    np.testing.assert_allclose(along, slopes @ point.direction, rtol=2e-6, atol=2e-7)
    if use.variant == "complex":
        modes = ("forward_over_reverse", "reverse_over_reverse")
        hessian = tangent_ad.hvp(use.function, wrt=use.wrt, mode=modes[use.number % 2])
        point.check_bend(gradient, point.call(hessian, *point.along()))
