"""A recursive network over nested tuples."""

import numpy as np


def encode(tree, params):
    if isinstance(tree, int):
        return params["embed"][tree]
    left, right = tree
    h = np.concatenate([encode(left, params), encode(right, params)])
    return np.tanh(params["W"] @ h + params["b"])


def recursive_network(params, tree, label):
    root = encode(tree, params)
    logit = root @ params["out"]
    return np.logaddexp(0.0, -label * logit)


WRT = ("params",)


def example(rng):
    p = {
        "embed": rng.normal(size=(4, 3)),
        "W": rng.normal(size=(3, 6)),
        "b": rng.normal(size=3),
        "out": rng.normal(size=3),
    }
    return p, ((0, 1), (2, (3, 1))), 1.0
