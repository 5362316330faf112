def dlogistic_regressiondwb(w, b, x, y, decay, by_=1.0):
    # Forward pass
    margin = y * (x @ w + b)
    t_2 = -margin
    # Backward pass
    # return np.mean(np.logaddexp(0.0, -margin)) + decay * np.sum(w * w)
    bw = 2.0 * by_ * decay * w
    bmargin = -(by_ / len(x) * np.exp(t_2 - np.logaddexp(0.0, t_2)))
    # margin = y * (x @ w + b)
    bt_1 = bmargin * y
    bb = np.sum(bt_1)
    bw += x.T @ bt_1
    return bw, bb
