def drunning_maximumdx(x, btotal=1.0):
    # Forward pass
    top = x[0]
    top_saved = []
    for i in range(1, len(x)):
        top_saved.append(top)
        top = max(top, x[i])
    # Backward pass
    btop = 0.0
    bx = np.zeros_like(x)
    for i in reversed(range(1, len(x))):
        top_1 = top_saved.pop()
        x_i = x[i]
        top = max(top_1, x_i)
        # total = total + top
        btop += btotal
        # top = max(top, x[i])
        share = btop / (top_1, x_i).count(top)
        btop = share * (top_1 == top)
        bx[i] = share * (x_i == top)
    # top = x[0]
    bx[0] = btop
    return bx
