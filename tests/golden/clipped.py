def dclippeddx(x, by=1.0):
    # Forward pass
    h = np.tanh(x)
    # Backward pass
    # return np.sum(h * h)
    bh = 2.0 * by * h
    # Inserted by the user
    bh = np.clip(bh, -1.0, 1.0)
    return bh * (1.0 - h * h)
