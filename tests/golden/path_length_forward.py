def length_of_tangent(a, b, da, db):
    step = b - a
    y = np.sqrt(np.sum(step * step))
    dy = np.vdot(step, db - da) / y
    return y, dy


def dpath_lengthdpoints(points, dpoints=1.0):
    dtotal = 0.0
    for i in range(1, len(points)):
        length_of_, dlength_of_ = (
            length_of_tangent(points[i - 1], points[i], da=dpoints[i - 1], db=dpoints[i])
        )
        dtotal = dtotal + dlength_of_
    return dtotal
