def dthresholdsdv(v, by=1.0):
    # Forward pass
    if v > 1.0:
        v_1 = v * 2.0
    # Backward pass
    if v > 1.0:
        if v_1 < 8.0:
            # v = v * v
            by = 2.0 * by * v_1
        # v = v * 2.0
        by = 2.0 * by
    else:
        # v = -v
        by = -by
    return by
