def drnndWUb(W, U, b, inputs, targets, by=1.0):
    # Forward pass
    steps, batch, _ = inputs.shape
    h = np.zeros((steps + 1, batch, W.shape[0]))
    for t in range(steps):
        h[t + 1] = np.tanh(h[t] @ W + inputs[t] @ U + b)
    # Backward pass
    # return np.sum((h[1:] - targets) ** 2)
    bh = np.zeros(h.shape)
    bh[1:] = 2.0 * by * (h[1:] - targets)
    bU = np.zeros(U.shape)
    bW = np.zeros(W.shape)
    bb = np.zeros(b.shape)
    for t in reversed(range(steps)):
        # h[t + 1] = np.tanh(h[t] @ W + inputs[t] @ U + b)
        bt_3 = bh[t + 1] * (1.0 - h[t + 1] ** 2)
        bb += bt_3.sum(axis=0)
        bU += inputs[t].T @ bt_3
        bW += h[t].T @ bt_3
        bh[t] += bt_3 @ W.T
    return bW, bU, bb
