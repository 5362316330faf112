def dexponential_smoothingdxa(x, a, bloss=1.0):
    # Forward pass
    level = np.zeros(len(x))
    level[0] = x[0]
    error_saved = []
    for i in range(1, len(x)):
        error = x[i] - level[i - 1]
        error_saved.append(error)
        level[i] = level[i - 1] + a * error
    # Backward pass
    ba = 0.0
    blevel = np.zeros(x.shape)
    bx = np.zeros(x.shape)
    for i in reversed(range(1, len(x))):
        error = error_saved.pop()
        # level[i] = level[i - 1] + a * error
        bt_1 = blevel[i]
        ba += bt_1 * error
        berror = 2.0 * bloss * error + bt_1 * a
        blevel[i - 1] = bt_1 - berror
        # error = x[i] - level[i - 1]
        bx[i] = berror
    # level[0] = x[0]
    bx[0] = blevel[0]
    return bx, ba
