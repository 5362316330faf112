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
        x_2 = x_1 - t_6
        # residual = a * x * x * x + b * x - c
        bc -= bresidual
        product = bresidual * x_2
        bb += product
        product_1 = product * x_2
        bx += bresidual * b + 3.0 * product_1 * a
        ba += product_1 * x_2
        # x = x - damping * residual / (3.0 * a * x * x + b)
        ratio = -bx / (3.0 * a * x_1 * x_1 + b)
        bt_5 = -ratio * t_6
        bb += bt_5
        product_2 = bt_5 * x_1
        ba += 3.0 * product_2 * x_1
        bx += 6.0 * product_2 * a
        bresidual = ratio * damping
    # residual = a * x * x * x + b * x - c
    bc -= bresidual
    bb += bresidual * x
    bx += bresidual * b + 3.0 * bresidual * a * x * x
    ba += bresidual * x * x * x
    # x = c / b
    bc += bx / b
    bb -= bx * x / b
    return ba, bb, bc
