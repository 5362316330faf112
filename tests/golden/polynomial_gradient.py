def dpolynomialdxscale(x, scale, coefficients, by=1.0):
    # Forward pass
    y = 0.0
    y_saved = []
    for c in coefficients:
        y_saved.append(y)
        y = y * x + scale * c
        if y > 1.0:
            y = 2.0 - y
        elif y < 0.0:
            y = 0.5 * y * y
    # Backward pass
    bscale = 0.0
    bx = 0.0
    for c in reversed(coefficients):
        y = y_saved.pop()
        y_2 = y * x + scale * c
        if y_2 > 1.0:
            # y = 2.0 - y
            by_2 = -by
        elif y_2 < 0.0:
            # y = 0.5 * y * y
            by_2 = by * y_2
        else:
            by_2 = by
        # y = y * x + scale * c
        bscale += by_2 * c
        by = by_2 * x
        bx += by_2 * y
    return bx, bscale
