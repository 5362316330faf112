def ddamped_springdstiffness(stiffness, x, by=1.0):
    # Forward pass
    state_v = 0.0
    state_x_saved = []
    for _ in range(100):
        state_x_saved.append(x)
        force = -stiffness * x - 0.1 * state_v
        state_v = state_v + 0.01 * force
        x = x + 0.01 * state_v
    # Backward pass
    # return state["x"] ** 2
    bstate_x = 2.0 * by * x
    bstate_v = 0.0
    bstiffness = 0.0
    for _ in reversed(range(100)):
        x = state_x_saved.pop()
        # state["x"] += 0.01 * state["v"]
        bstate_v += 0.01 * bstate_x
        # state["v"] += 0.01 * force
        bforce = 0.01 * bstate_v
        # force = -stiffness * state["x"] - 0.1 * state["v"]
        bstate_v -= 0.1 * bforce
        bt = -bforce
        bstiffness += bt * x
        bstate_x += bt * stiffness
    return bstiffness
