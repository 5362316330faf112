def dvalleydx(x, by=1.0):
    # Forward pass
    x_part_1 = x[:-1]
    # Backward pass
    # return np.sum(50.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)
    bx_part_1 = -2.0 * by * (1.0 - x_part_1)
    bt_1 = 100.0 * by * (x[1:] - x_part_1 ** 2)
    bx_part_1 -= 2.0 * bt_1 * x_part_1
    bx = np.zeros(x.shape)
    bx[:-1] = bx_part_1
    bx[1:] += bt_1
    return bx
