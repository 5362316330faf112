def dmlpdW1b1W2b2W3b3(W1, b1, W2, b2, W3, b3, x, onehot, by=1.0):
    # Forward pass
    h1 = np.tanh(x @ W1 + b1)
    h2 = np.maximum(h1 @ W2 + b2, 0.0)
    logits = h2 @ W3 + b3
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    exp_shifted = np.exp(shifted)
    # Backward pass
    # return -np.mean(np.sum(onehot * logp, axis=1))
    blogp = -by / len(onehot) * onehot
    # logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    bsum_1 = -blogp.sum(axis=1, keepdims=True) / exp_shifted.sum(axis=1, keepdims=True)
    blogp += bsum_1 * exp_shifted
    # logits = h2 @ W3 + b3
    bb3 = blogp.sum(axis=0)
    bW3 = h2.T @ blogp
    # h2 = np.maximum(h1 @ W2 + b2, 0.0)
    bt_3 = blogp @ W3.T * (h2 > 0.0)
    bb2 = bt_3.sum(axis=0)
    bW2 = h1.T @ bt_3
    # h1 = np.tanh(x @ W1 + b1)
    bt_1 = bt_3 @ W2.T * (1.0 - h1 * h1)
    bb1 = bt_1.sum(axis=0)
    bW1 = x.T @ bt_1
    return bW1, bb1, bW2, bb2, bW3, bb3
