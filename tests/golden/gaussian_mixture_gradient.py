def dgaussian_mixturedlogitsmeanslog_scales(logits, means, log_scales, x, by=1.0):
    # Forward pass
    exp_logits = np.exp(logits)
    sum_1 = np.sum(exp_logits)
    log_weights = logits - np.log(sum_1)
    t = x[:, None, :] - means
    exp = np.exp(-log_scales)
    z = t * exp
    log_joint = log_weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(z * z, axis=2)
    top = np.max(log_joint, axis=1, keepdims=True)
    exp_1 = np.exp(log_joint - top)
    # Backward pass
    # return -np.sum(top[:, 0] + np.log(np.sum(np.exp(log_joint - top), axis=1)))
    blog_joint = (-by / exp_1.sum(axis=1))[:, None] * exp_1
    # log_joint = log_weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(z * z, axis=2)
    blogits = blog_joint.sum(axis=0)
    bz = -blog_joint[:, :, None] * z
    # z = (x[:, None, :] - means) * np.exp(-log_scales)
    blog_scales = -blogits[:, None] - (bz * t).sum(axis=0) * exp
    bmeans = -exp * bz.sum(axis=0)
    # log_weights = logits - np.log(np.sum(np.exp(logits)))
    blogits -= blogits.sum() / sum_1 * exp_logits
    return blogits, bmeans, blog_scales
