def dcubicdx(x, dx=1.0):
    square = x * x
    dsquare = 2.0 * x * dx
    return dsquare + 2.0 * (square * dx + x * dsquare)
