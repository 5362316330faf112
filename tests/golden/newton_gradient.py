def dnewtondabc(a, b, c, damping, bx=1.0):
    # Forward pass
    x = c / b
    residual = a * x * x * x + b * x - c
    x_1 = x
    t_saved = []
    x_saved = []
    while abs(residual) > 1e-10:
        x_saved.append(x_1)
        t_6 = damping * residual / (3.0 * a * x_1 * x_1 + b)
        t_saved.append(t_6)
        x_1 = x_1 - t_6
        residual = a * x_1 * x_1 * x_1 + b * x_1 - c
    # Backward pass
    ba = 0.0
    bb = 0.0
    bc = 0.0
    bresidual = 0.0
    while t_saved:
        t_6 = t_saved.pop()
        x_1 = x_saved.pop()
        t_5 = 3.0 * a * x_1 * x_1 + b
        x_2 = x_1 - t_6
        # residual = a * x * x * x + b * x - c
        bc -= bresidual
        bb += bresidual * x_2
        bx += bresidual * b + 3.0 * bresidual * a * x_2 * x_2
        ba += bresidual * x_2 * x_2 * x_2
        # x = x - damping * residual / (3.0 * a * x * x + b)
        bt_6 = -bx
        bt_5 = -bt_6 * t_6 / t_5
        bb += bt_5
        ba += 3.0 * bt_5 * x_1 * x_1
        bx += 6.0 * bt_5 * a * x_1
        bresidual = bt_6 / t_5 * damping
    # residual = a * x * x * x + b * x - c
    bc -= bresidual
    bb += bresidual * x
    bx += bresidual * b + 3.0 * bresidual * a * x * x
    ba += bresidual * x * x * x
    # x = c / b
    bc += bx / b
    bb -= bx * x / b
    return ba, bb, bc
