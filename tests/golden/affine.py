def daffinedparameters(parameters, x, by=1.0):
    # Backward pass
    # return np.sum((x @ parameters["W"] + parameters["b"]) ** 2)
    bt_1 = 2.0 * by * (x @ parameters['W'] + parameters['b'])
    return {'W': x.T @ bt_1, 'b': bt_1.sum(axis=0)}
