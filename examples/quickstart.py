"""A function, its derivative as generated, and a check against finite differences.

python examples/quickstart.py
"""

import math

import tangent_ad


def f(x):
    y = math.sin(x)
    while y < 10.0:
        y = y * y + x
    return y


def central_difference(function, x, step=1e-6):
    return (function(x + step) - function(x - step)) / (2.0 * step)


def main():
    df = tangent_ad.grad(f)
    print("The derivative of f, as generated:\n")
    print(df.source)

    x = 1.5
    exact, estimate = df(x), central_difference(f, x)
    print(f"At x = {x}:")
    print(f"    generated derivative  {exact:.9f}")
    print(f"    finite differences    {estimate:.9f}")
    if abs(exact - estimate) > 1e-6 * abs(exact):
        raise SystemExit("They disagree.")
    print("They agree.")


if __name__ == "__main__":
    main()
