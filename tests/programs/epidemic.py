"""An epidemic that stops early when few are infected; weekly counts against data."""

import math


def epidemic(beta, gamma, data, N=1000.0, I0=10.0, threshold=0.5):
    S, I, R = N - I0, I0, 0.0
    loss, week = 0.0, 0.0
    for day in range(7 * len(data)):
        if I < threshold:
            break
        new = beta * S * I / N
        recovered = gamma * I
        S -= new
        I += new - recovered
        R += recovered
        week += new
        if (day + 1) % 7 == 0:
            loss += (math.log(week) - math.log(data[day // 7])) ** 2
            week = 0.0
    assert S > 0.0, f"susceptible {S}"
    return loss


WRT = ("beta", "gamma")


def example(rng):
    return 0.5, 0.3, [120.0, 300.0, 200.0]
