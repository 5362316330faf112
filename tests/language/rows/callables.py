"""More functions as values, closures and recursion, in the spellings that programs have."""

import functools
import operator

import numpy as np

from ..table import row

values = row("functions as values: passed, returned, in lists and dicts, chosen at run time")
closing = row("nested functions and closures, rebound variables, lambdas")
recursing = row("recursion, mutual recursion")
folding = row("`functools.reduce` and `partial`")


def relu(v):
    return np.maximum(v, 0.0)


def softplus(v):
    return np.log1p(np.exp(v))


ACTIVATIONS = {"relu": relu, "tanh": np.tanh, "softplus": softplus}
SCHEDULE = [("double", lambda v: 2.0 * v), ("shift", lambda v: v + 0.3)]


@values
def stored_and_called_by_name(x):
    steps = {}
    steps["grow"] = lambda v: v * x[0]
    steps["shift"] = lambda v: v + x[1]
    value = 1.0
    for name in ("grow", "shift", "grow"):
        value = steps[name](value)
    return value * x[2]


@values
def out_of_a_global_list_of_pairs(x):
    total = x[0]
    for name, step in SCHEDULE:
        total = step(total) * len(name)
    return total


@values
def network_of_names(x):
    h = x
    for kind in ["tanh", "softplus", "relu"]:
        h = ACTIVATIONS[kind](h * 0.7 + 0.1)
    return np.sum(h)


def integrate(f, a, b, n=8):
    h = (b - a) / n
    total = 0.5 * (f(a) + f(b))
    for i in range(1, n):
        total += f(a + i * h)
    return h * total


@values
def integrand_given(x):
    return integrate(lambda t: np.exp(-x[0] * t) * x[1], 0.0, x[2])


def runge_kutta(f, y, t, h):
    k1 = f(t, y)
    k2 = f(t + h / 2, y + h * k1 / 2)
    k3 = f(t + h / 2, y + h * k2 / 2)
    k4 = f(t + h, y + h * k3)
    return y + h * (k1 + 2 * k2 + 2 * k3 + k4) / 6


@values
def right_hand_side_given(x):
    def decay(t, y):
        return -x[0] * y + np.sin(t) * x[1]

    y, t = x, 0.0
    for _ in range(4):
        y = runge_kutta(decay, y, t, 0.1)
        t += 0.1
    return np.sum(y * y)


def newton(f, fprime, guess, steps=6):
    for _ in range(steps):
        guess = guess - f(guess) / fprime(guess)
    return guess


@values
def root_of_a_function(x):
    return newton(lambda z: z**3 - x[0], lambda z: 3 * z**2, x[1])


@values
def method_chosen_by_text(x, method="heun"):
    def euler(f, y, h):
        return y + h * f(y)

    def heun(f, y, h):
        ahead = y + h * f(y)
        return y + 0.5 * h * (f(y) + f(ahead))

    step = {"euler": euler, "heun": heun}[method]
    y = x[0]
    for _ in range(3):
        y = step(lambda v: -x[1] * v, y, 0.2)
    return y


@values
def chosen_by_get(x):
    f = ACTIVATIONS.get("tanh", relu)
    g = ACTIVATIONS.get("nothing", np.sin)
    return np.sum(f(x) * g(x))


@values
def default_when_none(x, activation=None):
    activation = activation or np.tanh
    loss = (lambda a: np.sum(a * a)) if activation is not None else np.sum
    return loss(activation(x))


@values
def tuple_of_functions(x):
    encode, decode = (lambda v: np.log(v), lambda v: np.exp(0.5 * v))
    pair = (encode, decode)
    f, g = pair
    return np.sum(g(f(x))) * pair[0](x[1])


@values
def conditional_function(x):
    f = np.sin if x[0] > 1.0 else np.cos
    norm = np.sum if len(x) > 2 else np.max
    return norm(f(x))


@values
def applied_n_times(x):
    def repeat(f, n):
        def repeated(v):
            for _ in range(n):
                v = f(v)
            return v

        return repeated

    return repeat(lambda v: v * v * 0.5, 2)(x[0]) + repeat(np.sin, 3)(x[1])


@values
def pair_of_functions_returned(x):
    def transform(scale):
        def forward(v):
            return v * scale + 1.0

        def inverse(v):
            return (v - 1.0) / scale

        return forward, inverse

    forward, inverse = transform(x[0])
    return inverse(forward(x[1]) * x[2])


@values
def list_of_closures_applied(x):
    def dense(w, b):
        return lambda h: np.tanh(w * h + b)

    layers = [dense(x[0], x[1]), dense(x[2], 0.1)]
    h = 0.5
    for layer in layers:
        h = layer(h)
    return h


@values
def kernel_and_distance(x):
    def kernel(distance, scale=1.0):
        return lambda a, b: np.exp(-distance(a, b) / scale)

    k = kernel(lambda a, b: (a - b) ** 2, scale=x[0])
    return sum(k(a, b) for a in x for b in x)


@closing
def default_captures_the_loop_variable(x):
    basis = [lambda t, k=k: t**k for k in range(1, 4)]
    return sum(c * b(x[1]) for c, b in zip(x, basis))


@closing
def closure_over_a_closure(x):
    a = x[0]

    def f(t):
        return a * t

    def g(t):
        return f(t) + f(x[1])

    return g(g(x[2]))


@closing
def variable_bound_after_the_function(x):
    def energy(v):
        return stiffness * v * v

    stiffness = x[0]
    return energy(x[1]) + energy(x[2])


@closing
def rebound_in_a_loop(x):
    y = x[0]

    def slope(v):
        return v * y

    for _ in range(3):
        y = y + 0.1 * slope(x[1])
    return y


@closing
def captures_an_array_that_is_written(x):
    state = np.zeros(3)

    def total():
        return np.sum(state * state)

    before = total()
    state[0] = x[0]
    state[1:] = x[1:] * 2.0
    return total() + before


@closing
def with_local_constants(x):
    n = len(x)
    weights = np.arange(1.0, n + 1.0)

    def objective(v, power=2):
        return np.sum(weights * v**power) / n

    return objective(x) + objective(x, power=3)


@closing
def immediately_called(x):
    return (lambda a, b: a * b + a)(x[0], x[1]) * (lambda: x[2])()


@closing
def lambda_with_star(x):
    total = lambda *terms: sum(terms)  # noqa: E731
    scaled = lambda v, **options: v * options.get("by", 2.0)  # noqa: E731
    return total(*x) * scaled(x[0], by=x[1])


@closing
def counter_of_calls(x):
    calls = 0

    def f(v):
        nonlocal calls
        calls += 1
        return v * v

    return f(x[0]) * f(x[1]) + calls


@closing
def nonlocal_state_of_a_filter(x):
    state = x[0]

    def step(u):
        nonlocal state
        state = 0.5 * state + u
        return state * u

    total = 0.0
    for u in x:
        total += step(u)
    return total + state


@closing
def two_nonlocal_variables(x):
    position, velocity = x[0], x[1]

    def kick(dt):
        nonlocal velocity
        velocity = velocity - dt * position

    def drift(dt):
        nonlocal position
        position = position + dt * velocity

    for _ in range(3):
        kick(0.05)
        drift(0.1)
        kick(0.05)
    return position**2 + velocity**2 * x[2]


@closing
def nonlocal_in_a_branch(x):
    best = -1.0

    def offer(v):
        nonlocal best
        if v > best:
            best = v * 1.0
            return True
        return False

    taken = [offer(v) for v in x]
    return best * sum(taken)


@closing
def nonlocal_two_levels_up(x):
    total = x[0]

    def outer(a):
        def inner(b):
            nonlocal total
            total = total * b + a

        inner(a * 0.5)
        inner(a)

    outer(x[1])
    outer(x[2])
    return total


@closing
def nonlocal_that_recurses(x):
    total = 0.0

    def visit(i):
        nonlocal total
        if i == len(x):
            return
        total = total + x[i] * (i + 1)
        visit(i + 1)

    visit(0)
    return total * total


@closing.refused
def nonlocal_that_escapes(x):
    def make():
        total = 0.0

        def add(v):
            nonlocal total
            total = total + v
            return total

        return add

    add = make()
    add(x[0])
    return add(x[1])


@recursing
def by_closure(x):
    def power(base, n):
        if n == 0:
            return 1.0
        half = power(base, n // 2)
        return half * half * (base if n % 2 else 1.0)

    return power(x[0], 5) * power(x[1], 2)


@recursing
def chebyshev(x):
    def t(n):
        return 1.0 if n == 0 else x[0] * 0.5 if n == 1 else x[0] * t(n - 1) - t(n - 2)

    return t(4)


def fft_like(values):
    n = len(values)
    if n <= 1:
        return values
    even, odd = fft_like(values[::2]), fft_like(values[1::2])
    odd = odd * 0.5
    return np.concatenate([even + odd, even - odd])


@recursing.at((np.array([0.5, 1.2, -0.3, 2.0]),))
def halves_of_an_array(x):
    return np.sum(fft_like(x) ** 2)


def evaluate(expression, variables):
    if isinstance(expression, str):
        return variables[expression]
    if isinstance(expression, (int, float)):
        return expression
    op, left, right = expression
    a, b = evaluate(left, variables), evaluate(right, variables)
    return a + b if op == "+" else a * b


@recursing
def expression_tree(x):
    tree = ("+", ("*", "a", "b"), ("*", 2.0, ("+", "a", 1.0)))
    return evaluate(tree, {"a": x[0], "b": x[1]})


def determinant(m):
    if len(m) == 1:
        return m[0][0]
    total = 0.0
    for j in range(len(m)):
        minor = np.concatenate([m[1:, :j], m[1:, j + 1 :]], axis=1)
        total += (-1) ** j * m[0][j] * determinant(minor)
    return total


@recursing
def determinant_by_minors(x):
    return determinant(np.array([[x[0], x[1], 2.0], [x[2], x[0], 1.0], [0.5, 1.5, x[1]]]))


@recursing
def simpson(x):
    def area(a, b):
        return (b - a) / 6 * (np.exp(a * x[0]) + 4 * np.exp((a + b) / 2 * x[0]) + np.exp(b * x[0]))

    def refine(a, b, depth):
        middle = (a + b) / 2
        if depth == 0:
            return area(a, b)
        return refine(a, middle, depth - 1) + refine(middle, b, depth - 1)

    return refine(0.0, x[1], 2)


@folding
def reduced_with_index(x):
    return functools.reduce(lambda acc, item: acc * 0.5 + item[0] * item[1], enumerate(x), 0.0)


@folding
def horner(x):
    return functools.reduce(lambda acc, c: acc * 0.7 + c, reversed(x))


@folding
def reduced_over_matrices(x):
    def rotation(a):
        return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])

    return functools.reduce(np.matmul, [rotation(a) for a in x])[0, 1]


@folding
def dicts_merged(x):
    parts = [{"a": x[0]}, {"b": x[1]}, {"a": x[2]}]
    whole = functools.reduce(lambda acc, part: {**acc, **part}, parts, {})
    return whole["a"] * whole["b"]


def affine(v, scale, shift=0.0):
    return v * scale + shift


@folding
def partials_in_a_list(x):
    layers = [
        functools.partial(affine, scale=x[0]),
        functools.partial(affine, scale=2.0, shift=x[1]),
    ]
    return functools.reduce(lambda v, layer: layer(v), layers, x[2])


@folding
def partial_overridden(x):
    f = functools.partial(affine, scale=2.0)
    return f(x[0]) * f(x[1], scale=x[2])


@folding
def partial_of_a_partial(x):
    f = functools.partial(affine, scale=x[0])
    g = functools.partial(f, shift=x[1])
    return g(x[2]) + f(x[2])


@folding
def reduced_by_operators(x):
    return functools.reduce(operator.mul, x, 1.0) + functools.reduce(operator.add, list(x * x))
