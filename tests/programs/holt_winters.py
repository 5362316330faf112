"""Exponential smoothing with a season, kept in lists that grow."""


def holt_winters(params, y, m=4, seasonal="add", damped=True):
    alpha, beta, gamma, phi = params
    if seasonal not in ("add", "mul"):
        raise ValueError("seasonal must be 'add' or 'mul'")
    if not damped:
        phi = 1.0
    level = [sum(y[:m]) / float(m)]
    trend = [(sum(y[m : 2 * m]) - sum(y[:m])) / m**2]
    season = [y[i] - level[0] if seasonal == "add" else y[i] / level[0] for i in range(m)]
    sse = 0.0
    for t in range(m, len(y)):
        s = season[t - m]
        base = level[-1] + phi * trend[-1]
        forecast = base + s if seasonal == "add" else base * s
        err = y[t] - forecast
        sse += err**2
        new_level = alpha * (y[t] - s if seasonal == "add" else y[t] / s) + (1 - alpha) * base
        trend.append(beta * (new_level - level[-1]) + (1 - beta) * phi * trend[-1])
        season.append(gamma * (y[t] - base if seasonal == "add" else y[t] / base) + (1 - gamma) * s)
        level.append(new_level)
    return sse / (len(y) - m)


WRT = ("params", "y")


def example(rng):
    y = [10.0, 12.0, 8.0, 9.0, 11.0, 13.5, 8.5, 9.5, 12.0, 15.0, 9.0, 10.5]
    return [0.3, 0.1, 0.2, 0.9], y
