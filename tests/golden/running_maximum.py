def drunning_maximumdx(x, btotal=1.0):
    # Forward pass
    top = x[0]
    top_saved = []
    for i in range(1, len(x)):
        top_saved.append(top)
        top = max(top, x[i])
    # Backward pass
    btop = 0.0
    bx = np.zeros(x.shape)
    for i in reversed(range(1, len(x))):
        top = top_saved.pop()
        x_i = x[i]
        top_2 = max(top, x_i)
        # total = total + top
        btop += btotal
        # top = max(top, x[i])
        share = btop / (top, x_i).count(top_2)
        btop = share * (top == top_2)
        bx[i] = share * (x_i == top_2)
    # top = x[0]
    bx[0] = btop
    return bx
