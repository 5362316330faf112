def dreciprocalda(a, tolerance, by=1.0):
    # Forward pass
    y = 0.1
    y_saved = []
    while abs(1.0 - a * y) > tolerance:
        y_saved.append(y)
        y = y * (2.0 - a * y)
    # Backward pass
    ba = 0.0
    while y_saved:
        y = y_saved.pop()
        # y = y * (2.0 - a * y)
        bt = -by * y
        ba += bt * y
        by = by * (2.0 - a * y) + bt * a
    return ba
