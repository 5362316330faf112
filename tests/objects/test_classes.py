"""Classes of the user's, in all modes, against central differences at two steps."""

import numpy as np
import pytest

from tangent_ad import TangentError, autodiff, grad, hvp, jvp
from tests.api.differences import close, gradient
from tests.objects.classes import FIRST_ORDER, PROGRAMS, REFUSED, X

V = np.array([0.9, -0.4, 1.7])


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradient(name):
    function, x = PROGRAMS[name], X.copy()
    want = gradient(function, X)
    close(grad(function)(x), want)
    close(grad(function, optimized=False)(x), want)
    close(autodiff(function, motion="split")(x), want)
    close(jvp(function)(x, V), want @ V)
    close(x, X)


@pytest.mark.parametrize("mode", ["forward_over_reverse", "reverse_over_reverse"])
@pytest.mark.parametrize("name", sorted(PROGRAMS.keys() - FIRST_ORDER))
def test_second_order(name, mode):
    function = PROGRAMS[name]
    df = grad(function)
    up, down = ([df(X + s * h * V) for s in (1, -1)] for h in (2e-4, 1e-4))
    coarse, fine = (up[0] - up[1]) / 4e-4, (down[0] - down[1]) / 2e-4
    np.testing.assert_allclose(hvp(function, mode=mode)(X, V), (4 * fine - coarse) / 3, 1e-6, 1e-7)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    with pytest.raises(TangentError) as caught:
        grad(REFUSED[name])(X)
    assert caught.value.filename.endswith("classes.py")
