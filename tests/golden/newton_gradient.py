def dnewtondabc(a, b, c, damping, bx=1.0):
    # Forward pass
    x = c / b
    t = a * x
    t_1 = t * x
    residual = t_1 * x + b * x - c
    x_1 = x
    t_saved = []
    x_saved = []
    while abs(residual) > 1e-10:
        x_saved.append(x_1)
        t_10 = damping * residual / (3.0 * a * x_1 * x_1 + b)
        t_saved.append(t_10)
        x_2 = x_1 - t_10
        residual = a * x_2 * x_2 * x_2 + b * x_2 - c
        x_1 = x_2
    # Backward pass
    ba = 0.0
    bb = 0.0
    bc = 0.0
    bresidual = 0.0
    while t_saved:
        t_10 = t_saved.pop()
        x_1 = x_saved.pop()
        t_6 = 3.0 * a
        t_7 = t_6 * x_1
        t_9 = t_7 * x_1 + b
        x_2 = x_1 - t_10
        t_11 = a * x_2
        # residual = a * x * x * x + b * x - c
        bc -= bresidual
        bb += bresidual * x_2
        bx += bresidual * b + bresidual * t_11 * x_2
        bt_12 = bresidual * x_2
        bt_11 = bt_12 * x_2
        bx += bt_12 * t_11 + bt_11 * a
        ba += bt_11 * x_2
        # x = x - damping * residual / (3.0 * a * x * x + b)
        bt_10 = -bx
        bt_9 = -bt_10 * t_10 / t_9
        bb += bt_9
        bt_7 = bt_9 * x_1
        bx += bt_9 * t_7 + bt_7 * t_6
        ba += 3.0 * bt_7 * x_1
        bresidual = bt_10 / t_9 * damping
    # residual = a * x * x * x + b * x - c
    bc -= bresidual
    bb += bresidual * x
    bx += bresidual * b + bresidual * t_1
    bt_1 = bresidual * x
    bt = bt_1 * x
    bx += bt_1 * t + bt * a
    ba += bt * x
    # x = c / b
    bc += bx / b
    bb -= bx * x / b
    return ba, bb, bc
