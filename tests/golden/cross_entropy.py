def dcross_entropydWb(W, b, x, labels, by=1.0):
    # Forward pass
    scores = x @ W + b
    max_scores = np.max(scores, axis=1, keepdims=True)
    shifted = scores - max_scores
    exp_shifted = np.exp(shifted)
    # Backward pass
    # return -np.sum(labels * log_shares)
    bscores = -by * labels
    # log_shares = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    bsum_1 = -np.sum(bscores, axis=1, keepdims=True) / np.sum(exp_shifted, axis=1, keepdims=True)
    bscores += bsum_1 * exp_shifted
    # shifted = scores - np.max(scores, axis=1, keepdims=True)
    at_top = (scores == max_scores).astype(scores.dtype)
    bscores -= (
        np.sum(bscores, axis=1, keepdims=True) / np.sum(at_top, axis=1, keepdims=True) * at_top
    )
    # scores = x @ W + b
    bb = np.sum(bscores, axis=0)
    bW = x.T @ bscores
    return bW, bb
