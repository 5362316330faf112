def dsoft_dtwdxy(x, y, gamma, by_=1.0):
    # Forward pass
    table = np.full((len(x) + 1, len(y) + 1), 10000000000.0)
    table[0, 0] = 0.0
    exp_saved = []
    exp_saved_1 = []
    exp_saved_2 = []
    t_saved = []
    for i in range(len(x)):
        for j in range(len(y)):
            above = table[i, j + 1]
            left = table[i + 1, j]
            corner = table[i, j]
            low = min(above, left, corner)
            exp = np.exp((low - above) / gamma)
            exp_saved.append(exp)
            exp_1 = np.exp((low - left) / gamma)
            exp_saved_1.append(exp_1)
            exp_2 = np.exp((low - corner) / gamma)
            exp_saved_2.append(exp_2)
            total = exp + exp_1 + exp_2
            t_7 = x[i] - y[j]
            t_saved.append(t_7)
            table[i + 1, j + 1] = t_7 ** 2 + low - gamma * np.log(total)
    # Backward pass
    # return table[len(x), len(y)]
    btable = np.zeros(table.shape)
    btable[len(x), len(y)] = by_
    bx = np.zeros(x.shape)
    by = np.zeros(y.shape)
    for i in reversed(range(len(x))):
        for j in reversed(range(len(y))):
            exp = exp_saved.pop()
            exp_1 = exp_saved_1.pop()
            exp_2 = exp_saved_2.pop()
            t_7 = t_saved.pop()
            total = exp + exp_1 + exp_2
            # table[i + 1, j + 1] = (x[i] - y[j]) ** 2 + low - gamma * np.log(total)
            bt_11 = btable[i + 1, j + 1]
            bt_7 = 2.0 * bt_11 * t_7
            by[j] -= bt_7
            bx[i] += bt_7
            # above, left, corner = table[i, j + 1], table[i + 1, j], table[i, j]
            ratio = -bt_11 * gamma / total / gamma
            btable[i, j] -= ratio * exp_2
            btable[i + 1, j] -= ratio * exp_1
            btable[i, j + 1] -= ratio * exp
    return bx, by
