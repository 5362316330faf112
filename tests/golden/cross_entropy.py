def dcross_entropydWb(W, b, x, labels, by=1.0):
    # Forward pass
    scores = x @ W + b
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    exp_shifted = np.exp(shifted)
    # Backward pass
    # return -np.sum(labels * log_shares)
    bshifted = -by * labels
    # log_shares = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    bsum_1 = -bshifted.sum(axis=1, keepdims=True) / exp_shifted.sum(axis=1, keepdims=True)
    bshifted += bsum_1 * exp_shifted
    # scores = x @ W + b
    bb = bshifted.sum(axis=0)
    bW = x.T @ bshifted
    return bW, bb
