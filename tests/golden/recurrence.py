def drecurrencedAB(A, B, signal, by=1.0):
    # Forward pass
    count, _ = signal.shape
    state = np.zeros((count + 1, A.shape[0]))
    for i in range(count):
        state[i + 1] = np.tanh(A @ state[i] + B @ signal[i])
    # Backward pass
    # return np.sum(state[1:] ** 2)
    bstate = np.zeros(state.shape)
    bstate[1:] = 2.0 * by * state[1:]
    bA = np.zeros(A.shape)
    bB = np.zeros(B.shape)
    for i in reversed(range(count)):
        # state[i + 1] = np.tanh(A @ state[i] + B @ signal[i])
        bt_2 = bstate[i + 1] * (1.0 - state[i + 1] ** 2)
        bB += np.outer(bt_2, signal[i])
        bA += np.outer(bt_2, state[i])
        bstate[i] += A.T @ bt_2
    return bA, bB
