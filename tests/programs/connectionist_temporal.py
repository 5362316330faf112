"""Connectionist temporal classification loss, forward variables in log space."""

import math

import numpy as np

NEG = -1e30


def logaddexp3(a, b, c):
    top = max(a, b, c)
    if top <= NEG:
        return NEG
    return top + math.log(math.exp(a - top) + math.exp(b - top) + math.exp(c - top))


def connectionist_temporal(logits, labels, blank=0):
    n_steps = logits.shape[0]
    logp = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    extended = [blank]
    for label in labels:
        extended += [label, blank]
    size = len(extended)
    alpha = [NEG] * size
    alpha[0] = logp[0, extended[0]]
    alpha[1] = logp[0, extended[1]]
    for t in range(1, n_steps):
        new = []
        for s in range(size):
            stay = alpha[s]
            prev = alpha[s - 1] if s > 0 else NEG
            skip = NEG
            if s > 1 and extended[s] != blank and extended[s] != extended[s - 2]:
                skip = alpha[s - 2]
            new.append(logaddexp3(stay, prev, skip) + logp[t, extended[s]])
        alpha = new
    return -np.logaddexp(alpha[-1], alpha[-2])


WRT = ("logits",)


def example(rng):
    return rng.normal(size=(5, 4)), [1, 2, 2]
