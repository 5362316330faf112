"""Special functions that derivatives need and Python does not have."""

from __future__ import annotations

import math

# The Bernoulli numbers B2, B4, ..., B16.
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def polygamma(n: int, x: float) -> float:
    """The derivative of order n + 1 of log(gamma(x)).

    Recurrence to large arguments, then the asymptotic series: Abramowitz and Stegun, Handbook of
    Mathematical Functions, formulas 6.4.6 and 6.4.11. Raises ValueError at the poles 0, -1, ...
    """
    if x <= 0.0 and x == math.floor(x):
        raise ValueError("polygamma has a pole at every integer that is not positive")
    sign = -1.0 if n % 2 == 0 else 1.0
    total = 0.0
    while x < 14.0 + n:
        total += sign * math.factorial(n) / x ** (n + 1)
        x += 1.0
    first = math.log(x) if n == 0 else sign * math.factorial(n - 1) / x**n
    total += first + sign * math.factorial(n) / (2.0 * x ** (n + 1))
    for k, bernoulli in enumerate(BERNOULLI, start=1):
        weight = math.factorial(2 * k + n - 1) / math.factorial(2 * k)
        total += sign * bernoulli * weight / x ** (2 * k + n)
    return total
