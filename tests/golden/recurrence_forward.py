def drecurrencedAB(A, B, signal, dA, dB):
    count, _ = signal.shape
    state = np.zeros((count + 1, A.shape[0]))
    dstate = np.zeros(state.shape)
    for i in range(count):
        dt_2 = dA @ state[i] + A @ dstate[i] + dB @ signal[i]
        tanh = np.tanh(A @ state[i] + B @ signal[i])
        dstate[i + 1] = (1.0 - tanh * tanh) * dt_2
        state[i + 1] = tanh
    return 2.0 * np.vdot(state[1:], dstate[1:])
