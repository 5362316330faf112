def length_of_forward(a, b):
    step = b - a
    y = np.sqrt(np.sum(step * step))
    return y, (step, y)


def length_of_backward(saved, by):
    step, y = saved
    # return np.sqrt(np.sum(step * step))
    bstep = by / y * step
    # step = b - a
    ba = -bstep
    return ba, bstep


def dpath_lengthdpoints(points, btotal=1.0):
    # Forward pass
    length_of_saved = []
    for i in range(1, len(points)):
        length_of_, length_of_kept = length_of_forward(points[i - 1], points[i])
        length_of_saved.append(length_of_kept)
    # Backward pass
    bpoints = np.zeros(points.shape)
    for i in reversed(range(1, len(points))):
        length_of_kept = length_of_saved.pop()
        # total = total + length_of(points[i - 1], points[i])
        ba, bb = length_of_backward(length_of_kept, btotal)
        bpoints[i] += bb
        bpoints[i - 1] = ba
    return bpoints
