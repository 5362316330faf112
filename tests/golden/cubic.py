def dcubicdx(x, by=1.0):
    # Forward pass
    square = x * x
    # Backward pass
    # return square + 2.0 * cube
    bcube = 2.0 * by
    # cube = x * square
    bx = bcube * square
    by += bcube * x
    # square = x * x
    bx += 2.0 * by * x
    return bx
