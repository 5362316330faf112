"""The likelihood of a tree of species, by recursion over nested tuples."""

import math


def jukes_cantor(t, rate=1.0):
    e = math.exp(-4.0 / 3.0 * rate * t)
    same, other = 0.25 + 0.75 * e, 0.25 - 0.25 * e
    return [[same if i == j else other for j in range(4)] for i in range(4)]


def partials(node, data, lengths, site):
    if isinstance(node, str):
        v = [0.0] * 4
        v["ACGT".index(data[node][site])] = 1.0
        return v
    left, right, il, ir = node
    L = partials(left, data, lengths, site)
    R = partials(right, data, lengths, site)
    PL, PR = jukes_cantor(lengths[il]), jukes_cantor(lengths[ir])
    out = []
    for x in range(4):
        a = sum(PL[x][y] * L[y] for y in range(4))
        b = sum(PR[x][y] * R[y] for y in range(4))
        out.append(a * b)
    return out


def phylogeny(lengths, tree, data):
    n_sites = len(next(iter(data.values())))
    ll = 0.0
    for site in range(n_sites):
        root = partials(tree, data, lengths, site)
        ll += math.log(sum(0.25 * p for p in root))
    return ll


WRT = ("lengths",)


def example(rng):
    tree = (("a", "b", 0, 1), ("c", "d", 2, 3), 4, 5)
    data = {"a": "ACGT", "b": "ACGA", "c": "ATGT", "d": "CTGT"}
    return [0.1, 0.2, 0.15, 0.3, 0.05, 0.07], tree, data
