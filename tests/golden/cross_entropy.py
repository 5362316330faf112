def dcross_entropydWb(W, b, x, labels, by=1.0):
    # Forward pass
    scores = x @ W + b
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    exp_shifted = np.exp(shifted)
    # Backward pass
    # return -np.sum(labels * log_shares)
    bshifted = -by * labels
    # log_shares = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    bsum_1 = -np.sum(bshifted, axis=1, keepdims=True) / np.sum(exp_shifted, axis=1, keepdims=True)
    bshifted += bsum_1 * exp_shifted
    # scores = x @ W + b
    bb = np.sum(bshifted, axis=0)
    bW = x.T @ bshifted
    return bW, bb
