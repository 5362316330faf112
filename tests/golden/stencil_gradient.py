def dstencildstartkappa(start, kappa, target, steps, by=1.0):
    # Forward pass
    u = start.copy()
    t_saved = []
    for _ in range(steps):
        u_part_1 = u[:-2, 1:-1]
        u_part_2 = u[1:-1, 2:]
        u_part_3 = u[1:-1, :-2]
        t_3 = 4.0 * u[1:-1, 1:-1]
        t_4 = u[2:, 1:-1] + u_part_1 + u_part_2 + u_part_3 - t_3
        t_saved.append(t_4)
        u[1:-1, 1:-1] += kappa * t_4
    # Backward pass
    # return np.sum((u - target) ** 2)
    bu = 2.0 * by * (u - target)
    bkappa = 0.0
    for _ in reversed(range(steps)):
        t_4 = t_saved.pop()
        # u[1:-1, 1:-1] += kappa * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 *
        #     u[1:-1, 1:-1])
        bkappa += np.vdot(bu[1:-1, 1:-1], t_4)
        bt_4 = kappa * bu[1:-1, 1:-1]
        bu[1:-1, 1:-1] -= 4.0 * bt_4
        bu[1:-1, :-2] += bt_4
        bu[1:-1, 2:] += bt_4
        bu[:-2, 1:-1] += bt_4
        bu[2:, 1:-1] += bt_4
    return bu, bkappa
