def dfirst_crossingddrift(drift, noise, level, bcost=1.0):
    # Forward pass
    x = 0.0
    x_saved = []
    for e in noise:
        x = x + drift * (1.0 + e)
        x_saved.append(x)
        if x > level:
            break
    # Backward pass
    bdrift = 0.0
    bx = 0.0
    for e in reversed(noise[:len(x_saved)]):
        x = x_saved.pop()
        if not x > level:
            # cost = cost + x * x
            bx += 2.0 * bcost * x
        # x = x + drift * (1.0 + e)
        bdrift += bx * (1.0 + e)
    return bdrift
