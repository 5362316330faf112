"""An iterator as an argument is empty when the backward pass goes through it again."""

import math

import pytest

from tangent_ad import InputTypeError, autodiff, grad


def grown(x, factors):
    y = x
    for factor in factors:
        y = y * factor + math.sin(x)
    return y


@pytest.mark.parametrize("make", [grad, autodiff])
def test_iterators_are_refused(make):
    # The gradient was zero, or another error came out of the generated code.
    derivative = make(grown)
    want = 3.0 + 4.0 * math.cos(0.5)
    assert derivative(0.5, [1.0, 3.0]) == pytest.approx(want)
    with pytest.raises(InputTypeError, match="iterator"):
        derivative(0.5, iter([1.0, 3.0]))
    with pytest.raises(InputTypeError, match="list"):
        derivative(0.5, (factor for factor in [1.0, 3.0]))
    assert derivative(0.5, (1.0, 3.0)) == pytest.approx(want)
