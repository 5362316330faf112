def squarings_forward(x, times):
    x_saved = []
    for _ in range(times):
        x_saved.append(x)
        x = x * x
    return x, (times, x_saved)


def squarings_backward(saved, by):
    times, x_saved = saved
    for _ in reversed(range(times)):
        x = x_saved.pop()
        # x = x * x
        by = 2.0 * by * x
    return by


def dsquaringsdx(x, times, by=1.0):
    value_1, saved = squarings_forward(x, times)
    return squarings_backward(saved, by)
