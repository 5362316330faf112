def dsquaringsdx(x, times, by=1.0):
    # Forward pass
    x_saved = []
    for _ in range(times):
        x_saved.append(x)
        x = x * x
    # Backward pass
    for _ in reversed(range(times)):
        x = x_saved.pop()
        # x = x * x
        by = 2.0 * by * x
    return by
