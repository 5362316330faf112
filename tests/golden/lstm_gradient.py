def cell_forward_2(x, h, c, W, b):
    n = h.shape[1]
    concatenate = np.concatenate((x, h), axis=1)
    z = concatenate @ W + b
    exp = np.exp(-z[:, :3 * n])
    gates = 1.0 / (1.0 + exp)
    g = np.tanh(z[:, 3 * n:])
    gates_part = gates[:, :n]
    t_3 = gates_part * c
    gates_part_1 = gates[:, n:2 * n]
    t_4 = gates_part_1 * g
    c_1 = t_3 + t_4
    gates_part_2 = gates[:, 2 * n:]
    tanh = np.tanh(c_1)
    h = gates_part_2 * tanh
    return (h, c_1), (W, c, concatenate, exp, g, gates, gates_part, gates_part_1, gates_part_2, n,
        t_3, t_4, tanh, x, z)


def cell_backward_2(saved, by):
    (W, c, concatenate, exp, g, gates, gates_part, gates_part_1, gates_part_2, n, t_3, t_4, tanh, x,
        z) = saved
    # h = gates[:, 2 * n :] * np.tanh(c)
    btanh = unbroadcast(by[0] * gates_part_2, tanh)
    bc = by[1] + btanh * (1.0 - tanh * tanh)
    bgates = np.zeros_like(gates)
    bgates[:, 2 * n:] = unbroadcast(by[0] * tanh, gates_part_2)
    # c = gates[:, :n] * c + gates[:, n : 2 * n] * g
    bt_3 = unbroadcast(bc, t_3)
    bt_4 = unbroadcast(bc, t_4)
    bgates[:, n:2 * n] = unbroadcast(bt_4 * g, gates_part_1)
    bc = unbroadcast(bt_3 * gates_part, c)
    bgates[:, :n] += unbroadcast(bt_3 * c, gates_part)
    # g = np.tanh(z[:, 3 * n :])
    bz_part_1 = unbroadcast(bt_4 * gates_part_1, g) * (1.0 - g * g)
    bz = np.zeros_like(z)
    bz[:, 3 * n:] = bz_part_1
    # gates = 1.0 / (1.0 + np.exp(-z[:, : 3 * n]))
    bz[:, :3 * n] = bgates * gates * gates * exp
    # z = np.concatenate((x, h), axis=1) @ W + b
    bb = bz.sum(axis=0)
    bW = concatenate.T @ bz
    bh = bz @ W[np.shape(x)[1]:].T
    return bh, bc, bW, bb


def dlstmdWb(W, b, inputs, targets, by=1.0):
    # Forward pass
    _, batch, _ = inputs.shape
    hidden = len(b) // 4
    h = np.zeros((batch, hidden))
    c = np.zeros((batch, hidden))
    states = []
    c_saved = []
    cell_saved = []
    h_saved = []
    for x in inputs:
        (h, c), cell_kept = cell_forward_2(x, h, c, W, b)
        h_saved.append(h)
        cell_saved.append(cell_kept)
        c_saved.append(c)
        states.append(h)
    stack_states = np.stack(states)
    t = stack_states - targets
    # Backward pass
    # return np.mean((np.stack(states) - targets) ** 2)
    bstates = list(unbroadcast(2.0 * by / t.size * t, stack_states))
    bW = np.zeros(W.shape)
    bb = np.zeros(b.shape)
    bc = None
    bh = None
    for x in reversed(inputs):
        c = c_saved.pop()
        cell_kept = cell_saved.pop()
        h = h_saved.pop()
        # states.append(h)
        bh = np.zeros_like(h) if bh is None else bh
        bh += bstates.pop()
        states.pop()
        # h, c = cell(x, h, c, W, b)
        bh, bc, bW_1, bb_1 = (
            cell_backward_2(cell_kept, (bh, np.zeros_like(c) if bc is None else bc))
        )
        bW += bW_1
        bb += bb_1
    return bW, bb
