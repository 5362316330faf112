def dattentiondWqWkWv(Wq, Wk, Wv, x, target, by=1.0):
    # Forward pass
    q = x @ Wq
    k = x @ Wk
    v = x @ Wv
    sqrt = np.sqrt(q.shape[1])
    scores = q @ k.T / sqrt
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    sum_weights = np.sum(weights, axis=1, keepdims=True)
    weights_1 = weights / sum_weights
    mixed = weights_1 @ v
    # Backward pass
    # return np.mean((mixed - target) ** 2)
    bmixed = 2.0 * by / v.size * (mixed - target)
    # mixed = weights @ v
    bweights_1 = bmixed @ v.T
    # weights = weights / np.sum(weights, axis=1, keepdims=True)
    bweights = bweights_1 / sum_weights
    bweights -= (bweights_1 * weights_1).sum(axis=1, keepdims=True) / sum_weights
    # scores = q @ k.T / np.sqrt(q.shape[1])
    bt_1 = bweights * weights / sqrt
    # v = x @ Wv
    bWv = x.T @ (weights_1.T @ bmixed)
    # k = x @ Wk
    bWk = x.T @ (bt_1.T @ q)
    # q = x @ Wq
    bWq = x.T @ (bt_1 @ k)
    return bWq, bWk, bWv
