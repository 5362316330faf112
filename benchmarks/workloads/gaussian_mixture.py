"""The negative log-likelihood of a mixture of diagonal Gaussians, by log-sum-exp.

All adjoints are the responsibilities, contracted with the standardised differences: no array of
the size of the differences is written in the backward pass.
"""
import numpy as np

WRT = ("logits", "means", "log_scales")
KIND = "array"
SIZES = {
    "tiny": {"rows": 6, "components": 3, "features": 2},
    "medium": {"rows": 300, "components": 5, "features": 4},
    "large": {"rows": 10_000, "components": 10, "features": 5},
}


def gaussian_mixture(
    logits: np.ndarray, means: np.ndarray, log_scales: np.ndarray, x: np.ndarray
) -> float:
    log_weights = logits - np.log(np.sum(np.exp(logits)))
    z = (x[:, None, :] - means) * np.exp(-log_scales)
    log_joint = log_weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(z * z, axis=2)
    top = np.max(log_joint, axis=1, keepdims=True)
    return -np.sum(top[:, 0] + np.log(np.sum(np.exp(log_joint - top), axis=1)))


def gradient(
    logits: np.ndarray, means: np.ndarray, log_scales: np.ndarray, x: np.ndarray,
    by: float = 1.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Forward pass
    log_weights = logits - np.log(np.sum(np.exp(logits)))
    precision = np.exp(-log_scales)
    z = (x[:, None, :] - means) * precision
    log_joint = log_weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(z * z, axis=2)
    share = np.exp(log_joint - np.max(log_joint, axis=1, keepdims=True))
    # Backward pass
    # return -np.sum(top[:, 0] + np.log(np.sum(np.exp(log_joint - top), axis=1)))
    share *= by / np.sum(share, axis=1, keepdims=True)
    count = np.sum(share, axis=0)
    # log_joint = log_weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(z * z, axis=2)
    bmeans = -precision * np.einsum("nk,nkd->kd", share, z)
    blog_scales = count[:, None] - np.einsum("nk,nkd,nkd->kd", share, z, z)
    # log_weights = logits - np.log(np.sum(np.exp(logits)))
    blogits = by * len(x) * np.exp(log_weights) - count
    return blogits, bmeans, blog_scales


def autograd_version(
    logits: np.ndarray, means: np.ndarray, log_scales: np.ndarray, x: np.ndarray
) -> float:
    import autograd.numpy as anp

    log_weights = logits - anp.log(anp.sum(anp.exp(logits)))
    z = (x[:, None, :] - means) * anp.exp(-log_scales)
    log_joint = log_weights - anp.sum(log_scales, axis=1) - 0.5 * anp.sum(z * z, axis=2)
    top = anp.max(log_joint, axis=1, keepdims=True)
    return -anp.sum(top[:, 0] + anp.log(anp.sum(anp.exp(log_joint - top), axis=1)))


def make(rng: np.random.Generator, rows: int, components: int, features: int) -> tuple:
    logits = rng.normal(size=components)
    means = rng.normal(size=(components, features))
    log_scales = 0.3 * rng.normal(size=(components, features))
    return logits, means, log_scales, 2.0 * rng.normal(size=(rows, features))
