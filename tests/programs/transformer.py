"""A small transformer: parameters in nested dicts that are unpacked into calls."""

import numpy as np


def softmax(x, axis=-1):
    x = x - x.max(axis=axis, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def layer_norm(x, g, b, eps=1e-5):
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    return g * (x - mean) / np.sqrt(variance + eps) + b


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def linear(x, w, b):
    return x @ w + b


def ffn(x, c_fc, c_proj):
    return linear(gelu(linear(x, **c_fc)), **c_proj)


def attention(q, k, v, mask):
    return softmax(q @ k.T / np.sqrt(q.shape[-1]) + mask) @ v


def mha(x, c_attn, c_proj, n_head):
    x = linear(x, **c_attn)
    qkv_heads = list(map(lambda x: np.split(x, n_head, axis=-1), np.split(x, 3, axis=-1)))  # noqa: C417
    causal_mask = (1 - np.tri(x.shape[0])) * -1e10
    out_heads = [attention(q, k, v, causal_mask) for q, k, v in zip(*qkv_heads)]
    x = linear(np.hstack(out_heads), **c_proj)
    return x


def transformer_block(x, mlp, attn, ln_1, ln_2, n_head):
    x = x + mha(layer_norm(x, **ln_1), **attn, n_head=n_head)
    x = x + ffn(layer_norm(x, **ln_2), **mlp)
    return x


def transformer(params, inputs, targets, n_head=2):
    x = params["wte"][inputs] + params["wpe"][range(len(inputs))]
    for block in params["blocks"]:
        x = transformer_block(x, **block, n_head=n_head)
    x = layer_norm(x, **params["ln_f"])
    logp = np.log(softmax(x @ params["wte"].T))
    return -np.mean(logp[np.arange(len(targets)), targets])


WRT = ("params",)


def example(rng):
    def pair(n, m):
        return {"w": 0.3 * rng.normal(size=(n, m)), "b": 0.1 * rng.normal(size=m)}

    def norm():
        return {"g": 1.0 + 0.1 * rng.normal(size=4), "b": 0.1 * rng.normal(size=4)}

    block = {
        "mlp": {"c_fc": pair(4, 6), "c_proj": pair(6, 4)},
        "attn": {"c_attn": pair(4, 12), "c_proj": pair(4, 4)},
        "ln_1": norm(),
        "ln_2": norm(),
    }
    params = {
        "wte": rng.normal(size=(5, 4)),
        "wpe": 0.1 * rng.normal(size=(6, 4)),
        "blocks": [block],
        "ln_f": norm(),
    }
    return params, [0, 3, 2, 4], [3, 2, 4, 1]
