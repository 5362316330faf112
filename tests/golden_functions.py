"""The functions whose derivatives are kept as text in `tests/golden`, one for each thing that
generated code should do as a person would. `CASES` says how each is derived."""

from typing import Any

import numpy as np

from tangent_ad import insert_grad_of

# name: the function, and the options of `autodiff`
CASES: dict[str, tuple[Any, dict[str, Any]]] = {}


def case(**options: Any) -> Any:
    """Keep the derivative of a function under its name and a suffix of the options."""

    def keep(function: Any) -> Any:
        values = [str(v) for k, v in options.items() if k in ("mode", "motion")]
        CASES["_".join([function.__name__, *values])] = (function, options)
        return function

    return keep


@case(mode="forward")
@case(motion="split")
@case()
def cubic(x):
    """Straight line: nothing to broadcast, nothing to keep."""
    square = x * x
    cube = x * square
    return square + 2.0 * cube


@case()
def thresholds(v):
    """Branches that overwrite a variable whose value a test needs."""
    if v > 1.0:
        v = v * 2.0
        if v < 8.0:
            v = v * v
    else:
        v = -v
    return v


@case(motion="split")
@case()
def squarings(x, times):
    """A loop that overwrites: a list of what the reversed loop needs, and nothing else."""
    for _ in range(times):
        x = x * x
    return x


@case()
def reciprocal(a, tolerance):
    """A while loop: its saved values count the passes."""
    y = 0.1
    while abs(1.0 - a * y) > tolerance:
        y = y * (2.0 - a * y)
    return y


@case(wrt=("A", "B"))
@case(wrt=("A", "B"), mode="forward")
def recurrence(A, B, signal):
    """Rows written one after the other: only the array itself is read again."""
    count, _ = signal.shape
    state = np.zeros((count + 1, A.shape[0]))
    for i in range(count):
        state[i + 1] = np.tanh(A @ state[i] + B @ signal[i])
    return np.sum(state[1:] ** 2)


def length_of(a, b):
    step = b - a
    return np.sqrt(np.sum(step * step))


@case()
@case(mode="forward")
def path_length(points):
    """A call in a loop: one half of the callee keeps, the other takes back."""
    total = 0.0
    for i in range(1, len(points)):
        total = total + length_of(points[i - 1], points[i])
    return total


@case(wrt=("W", "b"))
def cross_entropy(W, b, x, labels):
    """A softmax: sums along kept axes."""
    scores = x @ W + b
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_shares = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum(labels * log_shares)


@case()
def valley(x):
    """Slices: one buffer, added into."""
    return np.sum(50.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


@case(wrt=("drift",))
def first_crossing(drift, noise, level):
    """An early exit: the backward loop runs just as far."""
    x = 0.0
    cost = 0.0
    for e in noise:
        x = x + drift * (1.0 + e)
        if x > level:
            break
        cost = cost + x * x
    return cost


@case()
def clipped(x):
    """Lines of the user's own in the backward pass."""
    h = np.tanh(x)
    with insert_grad_of(h) as bh:
        bh = np.clip(bh, -1.0, 1.0)
    return np.sum(h * h)


@case(wrt=("parameters",))
def affine(parameters, x):
    """A gradient in the form of its argument."""
    return np.sum((x @ parameters["W"] + parameters["b"]) ** 2)


@case()
def running_maximum(x):
    """Elements read in a loop; ties share alike."""
    top = x[0]
    total = 0.0
    for i in range(1, len(x)):
        top = max(top, x[i])
        total = total + top
    return total


@case(wrt=("stiffness",))
def damped_spring(stiffness, x):
    """A state in a dict whose entries have names of their own."""
    state = {"x": x, "v": 0.0}
    for _ in range(100):
        force = -stiffness * state["x"] - 0.1 * state["v"]
        state["v"] += 0.01 * force
        state["x"] += 0.01 * state["v"]
    return state["x"] ** 2
