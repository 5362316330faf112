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
    blog_joint = (-by / np.sum(exp_1, axis=1))[:, None] * exp_1
    # log_joint = log_weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(z * z, axis=2)
    blogits = np.sum(blog_joint, axis=0)
    bz = -blog_joint[:, :, None] * z
    # z = (x[:, None, :] - means) * np.exp(-log_scales)
    blog_scales = -blogits[:, None] - np.sum(bz * t, axis=0) * exp
    bmeans = -exp * np.sum(bz, axis=0)
    # log_weights = logits - np.log(np.sum(np.exp(logits)))
    blogits -= np.sum(blogits) / sum_1 * exp_logits
    return blogits, bmeans, blog_scales
