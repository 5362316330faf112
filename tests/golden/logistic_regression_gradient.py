def dlogistic_regressiondwb(w, b, x, y, decay, by_=1.0):
    # Forward pass
    margin = y * (x @ w + b)
    # Backward pass
    # return np.mean(np.logaddexp(0.0, -margin)) + decay * np.sum(w * w)
    bw = 2.0 * by_ * decay * w
    # margin = y * (x @ w + b)
    bt_1 = -by_ / len(x) / (1.0 + np.exp(margin)) * y
    bb = bt_1.sum()
    bw += x.T @ bt_1
    return bw, bb
