def dgaussian_processdlengthvariancenoise(length, variance, noise, x, y, by_=1.0):
    # Forward pass
    squared = np.sum((x[:, None, :] - x) ** 2, axis=2)
    t = length ** 2
    t_1 = -0.5 * squared / t
    exp = np.exp(t_1)
    eye = np.eye(len(y))
    K = variance * exp + noise * eye
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, y)
    # Backward pass
    # return 0.5 * np.sum(z * z) + np.sum(np.log(np.diag(L)))
    bL = np.diag(by_ / np.diag(L))
    # z = np.linalg.solve(L, y)
    inverse = np.linalg.inv(L)
    bL -= np.outer(inverse.T @ (by_ * z), z)
    # L = np.linalg.cholesky(K)
    half = inverse.T @ lower_half(L.T @ bL) @ inverse
    bK = lower_half(half + half.T)
    # K = variance * np.exp(-0.5 * squared / length**2) + noise * np.eye(len(y))
    bnoise = np.vdot(bK, eye)
    bvariance = np.vdot(bK, exp)
    blength = -2.0 * variance * np.vdot(bK, exp * t_1) * length / t
    return blength, bvariance, bnoise
