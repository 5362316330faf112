def flow_forward_2(y, forcing):
    t = np.roll(y, -1) - np.roll(y, 2)
    roll_y_2 = np.roll(y, 1)
    y_ = t * roll_y_2 - y + forcing
    return y_, (roll_y_2, t)


def flow_backward_2(saved, by_):
    roll_y_2, t = saved
    # return (np.roll(y, -1) - np.roll(y, 2)) * np.roll(y, 1) - y + forcing
    bt = by_ * roll_y_2
    by = np.roll(by_ * t, -1) - by_
    by -= np.roll(bt, -2)
    by += np.roll(bt, 1)
    return by, by_.copy()


def dodedstartforcing(start, forcing, dt, steps, by_=1.0):
    # Forward pass
    y = start
    flow_saved = []
    flow_saved_1 = []
    flow_saved_2 = []
    flow_saved_3 = []
    for _ in range(steps):
        k1, flow_kept_3 = flow_forward_2(y, forcing)
        flow_saved_3.append(flow_kept_3)
        k2, flow_kept_2 = flow_forward_2(y + 0.5 * dt * k1, forcing)
        flow_saved_2.append(flow_kept_2)
        k3, flow_kept_1 = flow_forward_2(y + 0.5 * dt * k2, forcing)
        flow_saved_1.append(flow_kept_1)
        k4, flow_kept = flow_forward_2(y + dt * k3, forcing)
        flow_saved.append(flow_kept)
        y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    # Backward pass
    # return np.sum(y * y)
    by_1 = 2.0 * by_ * y
    bforcing = np.zeros_like(start)
    for _ in reversed(range(steps)):
        flow_kept = flow_saved.pop()
        flow_kept_1 = flow_saved_1.pop()
        flow_kept_2 = flow_saved_2.pop()
        flow_kept_3 = flow_saved_3.pop()
        # y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        bk1 = 0.16666666666666666 * dt * by_1
        bk3 = 2.0 * bk1
        bk2 = 2.0 * bk1
        # k4 = flow(y + dt * k3, forcing)
        by, bforcing_1 = flow_backward_2(flow_kept, bk1)
        bforcing += bforcing_1
        by_1 += by
        bk3 += dt * by
        # k3 = flow(y + 0.5 * dt * k2, forcing)
        by_3, bforcing_2 = flow_backward_2(flow_kept_1, bk3)
        bforcing += bforcing_2
        by_1 += by_3
        bk2 += 0.5 * dt * by_3
        # k2 = flow(y + 0.5 * dt * k1, forcing)
        by_4, bforcing_3 = flow_backward_2(flow_kept_2, bk2)
        bforcing += bforcing_3
        by_1 += by_4
        bk1 += 0.5 * dt * by_4
        # k1 = flow(y, forcing)
        by_5, bforcing_4 = flow_backward_2(flow_kept_3, bk1)
        by_1 += by_5
        bforcing += bforcing_4
    return by_1, bforcing
