"""The work done on a truss, by finite elements with an object for each bar."""

import numpy as np


class Node:
    def __init__(self, x, y, fixed=(False, False)):
        self.xy = np.array([x, y])
        self.fixed = fixed
        self.load = np.zeros(2)


class Bar:
    def __init__(self, n1, n2, E=200.0, A=0.1):
        self.n1, self.n2 = n1, n2
        self.E, self.A = E, A

    def geometry(self, nodes):
        d = nodes[self.n2].xy - nodes[self.n1].xy
        L = np.sqrt(d @ d)
        return L, d / L

    def stiffness(self, nodes):
        L, c = self.geometry(nodes)
        k = np.outer(c, c) * self.E * self.A / L
        return np.vstack([np.hstack([k, -k]), np.hstack([-k, k])])

    @property
    def dofs(self):
        return [2 * self.n1, 2 * self.n1 + 1, 2 * self.n2, 2 * self.n2 + 1]


class Truss:
    def __init__(self):
        self.nodes = []
        self.bars = []

    def add_node(self, *args, **kwargs):
        self.nodes.append(Node(*args, **kwargs))
        return len(self.nodes) - 1

    def add_bar(self, a, b, **kw):
        self.bars.append(Bar(a, b, **kw))

    def solve(self):
        n = 2 * len(self.nodes)
        K = np.zeros((n, n))
        F = np.zeros(n)
        for bar in self.bars:
            idx = np.array(bar.dofs)
            K[np.ix_(idx, idx)] += bar.stiffness(self.nodes)
        free = []
        for i, node in enumerate(self.nodes):
            F[2 * i : 2 * i + 2] = node.load
            for j in (0, 1):
                if not node.fixed[j]:
                    free.append(2 * i + j)
        u = np.zeros(n)
        u[free] = np.linalg.solve(K[np.ix_(free, free)], F[free])
        return u, F


def truss(areas, height):
    t = Truss()
    a = t.add_node(0.0, 0.0, fixed=(True, True))
    b = t.add_node(1.0, 0.0)
    c = t.add_node(2.0, 0.0, fixed=(False, True))
    d = t.add_node(1.0, height)
    for (i, j), A in zip([(a, b), (b, c), (a, d), (d, c), (b, d)], areas):
        t.add_bar(i, j, A=A)
    t.nodes[d].load[1] = -1.0
    t.nodes[b].load = np.array([0.3, -0.5])
    u, F = t.solve()
    return u @ F


WRT = ("areas", "height")


def example(rng):
    return np.array([0.1, 0.2, 0.15, 0.12, 0.3]), 0.8
