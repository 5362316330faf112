"""Objects among the arguments: the gradient with respect to one is a record of its attributes."""

import copy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

import tangent_ad
from tangent_ad import autodiff, grad, hvp, jvp, value_and_grad, vjp
from tests.api.differences import close, gradient

X = np.array([[0.3, -0.2, 0.9], [1.1, 0.4, -0.7]])


class Layer:
    def __init__(self, W, b):
        self.W, self.b, self.size = W, b, len(b)

    def __call__(self, x):
        return np.tanh(x @ self.W + self.b)


class Network:
    scale = 0.5

    def __init__(self, layers, last):
        self.layers, self.last, self.decay = layers, last, 0.1

    def predict(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.scale * self.last(x)

    def penalty(self):
        return sum(np.sum(layer.W**2) for layer in self.layers)

    def loss(self, x):
        return np.mean(self.predict(x) ** 2) + self.decay * self.penalty()


class Simulation:
    def __init__(self):
        self.position, self.speed = np.array([1.0, 2.0]), np.array([0.5, -0.3])
        self.stiffness, self.time, self.log = 2.0, 0.0, []

    def step(self, dt):
        self.speed = self.speed - self.stiffness * self.position * dt
        self.position += self.speed * dt
        self.time += dt
        self.log.append(self.time)

    def energy(self):
        return 0.5 * np.sum(self.speed**2) + 0.5 * self.stiffness * np.sum(self.position**2)


@dataclass
class Line:
    slope: float
    weights: np.ndarray
    power: int = 2


def network():
    wave = np.sin(np.arange(24.0)).reshape(2, 3, 4)
    layers = [Layer(wave[0, :, :3], np.ones(3)), Layer(wave[1, :, :2], np.zeros(2))]
    return Network(layers, Layer(np.eye(2), np.ones(2)))


def loss_of(model, x):
    return model.loss(x)


def one_attribute(model, x):
    return np.sum(model.layers[0].W ** 2) * model.decay + np.sum(model.last.b * x[0, :2])


def simulated(sim, n):
    for _ in range(n):
        sim.step(0.1)
    return sim.energy() + sim.time


def of_a_line(line, x):
    return line.slope * np.sum(line.weights * x) ** line.power


def of_lines(lines, x):
    return sum(line.slope * np.sum(line.weights * x) for line in lines)


def of_named_lines(lines, x):
    return lines["one"].slope * lines["two"].slope ** 2 * np.sum(x * lines["one"].weights)


def of_a_namespace(n, x):
    return n.a * np.sum(n.b * x)


def written_on_one_path(line, x):
    if line.power > 1:
        line.slope = line.slope * x[0]
    else:
        line.slope = line.slope + x[0]
    return line.slope**2


class Parameters(NamedTuple):
    W: np.ndarray
    b: np.ndarray
    power: int = 2
    name: str = "dense"

    def predict(self, x):
        return np.tanh(x @ self.W + self.b) ** self.power


class Both(NamedTuple):
    parameters: Parameters
    line: Line
    scale: float


def of_parameters(p, x):
    return np.sum(p.predict(x))


def of_unpacked_parameters(p, x):
    W, b, *_ = p
    return np.sum((x @ W + b) ** p.power)


def of_a_list_of_parameters(layers, x):
    for layer in layers:
        x = layer.predict(x)
    return np.sum(x)


def of_parameters_by_name(named, x):
    return np.sum(named["one"].predict(x)) * np.sum(named["two"].b ** 2)


def of_both(both, x):
    return np.sum(both.parameters.predict(x)) * both.scale + of_a_line(both.line, x[0, :2])


def written_in_parameters(p, x):
    p.W[0] = p.W[1] * x[0, 0]
    return np.sum(p.predict(x)) + p.W[0, 0] ** 2


PARAMETERS = Parameters(np.sin(np.arange(9.0)).reshape(3, 3), np.array([0.1, -0.2, 0.3]))
LINE = Line(2.0, np.array([1.0, 2.0]))
CASES = [
    (loss_of, network(), X),
    (Network.loss, network(), X),
    (one_attribute, network(), X),
    (simulated, Simulation(), 3),
    (of_a_line, LINE, X[0, :2]),
    (of_lines, [LINE, Line(3.0, np.array([0.5, 0.2]))], X[0, :2]),
    (of_named_lines, {"one": LINE, "two": Line(3.0, np.ones(2))}, X[0, :2]),
    (of_a_namespace, SimpleNamespace(a=2.0, b=np.ones(2)), X[0, :2]),
    (written_on_one_path, LINE, X[0]),
    (of_parameters, PARAMETERS, X),
    (of_unpacked_parameters, PARAMETERS, X),
    (of_a_list_of_parameters, [PARAMETERS, PARAMETERS._replace(power=1)], X),
    (of_parameters_by_name, {"one": PARAMETERS, "two": PARAMETERS}, X),
    (of_both, Both(PARAMETERS, LINE, 0.5), X),
    (written_in_parameters, PARAMETERS, X),
]


def places(value, path=()):
    """The floats and arrays in a structure, by the steps that lead there."""
    if isinstance(value, float) or isinstance(value, np.ndarray):
        yield path
        return
    items = vars(value).items() if hasattr(value, "__dict__") else ()
    items = value.items() if isinstance(value, dict) else items
    items = enumerate(value) if isinstance(value, (list, tuple)) else items
    items = value._asdict().items() if hasattr(value, "_fields") else items
    for key, item in items:
        yield from places(item, (*path, key))


def at(value, path):
    for step in path:
        value = (
            getattr(value, step) if isinstance(step, str) and hasattr(value, step) else value[step]
        )
    return value


def with_part(whole, path, part):
    if not path:
        return part
    step, *rest = path
    inner = with_part(at(whole, (step,)), rest, part)
    if hasattr(whole, "_fields"):
        return whole._replace(**{step: inner})
    new = copy.deepcopy(whole)
    if hasattr(new, "__dict__"):
        object.__setattr__(new, step, inner)
    else:
        new[step] = inner
    return new


@pytest.mark.parametrize(
    "function, argument, other", CASES, ids=lambda c: getattr(c, "__name__", "")
)
@pytest.mark.parametrize(
    "make",
    [
        lambda f, example: grad(f),
        lambda f, example: grad(f, like=example),
        lambda f, example: grad(f, optimized=False),
        lambda f, example: autodiff(f, motion="split"),
    ],
    ids=["plain", "like", "unoptimised", "split"],
)
def test_gradient(function, argument, other, make):
    before = copy.deepcopy(argument)
    got = make(function, (argument, other))(argument, other)
    for path in places(argument):

        def part_changed(part, path=path):
            return function(with_part(argument, path, part), other)

        want = gradient(part_changed, at(argument, path))
        try:
            close(at(got, path), want)
        except AttributeError:
            close(np.zeros_like(want), want)  # what is never read is not in the record
        close(at(argument, path), at(before, path))


def test_tangents_of_objects():
    got = jvp(of_a_line)(LINE, X[0, :2], SimpleNamespace(slope=1.0, weights=np.ones(2)))
    total = np.sum(LINE.weights * X[0, :2])
    close(got, total**2 + LINE.slope * 2.0 * total * np.sum(X[0, :2]))


def test_the_gradient_of_a_named_tuple_is_one():
    got = grad(of_parameters)(PARAMETERS, X)
    assert type(got) is Parameters and got.power is None and got.name is None
    new = PARAMETERS._replace(W=PARAMETERS.W - 0.1 * got.W, b=PARAMETERS.b - 0.1 * got.b)
    assert of_parameters(new, X) < of_parameters(PARAMETERS, X)
    assert type(grad(of_a_list_of_parameters)([PARAMETERS], X)[0]) is Parameters


@pytest.mark.parametrize("mode", ["forward_over_reverse", "reverse_over_reverse"])
def test_second_order_of_a_named_tuple(mode):
    v, h = PARAMETERS._replace(W=np.ones((3, 3)), b=np.ones(3)), 1e-4
    df = grad(of_parameters)
    ahead, behind = (
        df(PARAMETERS._replace(W=PARAMETERS.W + s, b=PARAMETERS.b + s), X) for s in (h, -h)
    )
    got = hvp(of_parameters, mode=mode)(PARAMETERS, X, v)
    assert type(got) is Parameters
    np.testing.assert_allclose(got.W, (ahead.W - behind.W) / (2.0 * h), 1e-6, 1e-6)
    np.testing.assert_allclose(got.b, (ahead.b - behind.b) / (2.0 * h), 1e-6, 1e-6)


def test_bound_methods():
    model = network()
    close(grad(model.loss)(X), gradient(model.loss, X))
    got = grad(model.loss, wrt="self")(X)
    close(got.last.b, grad(loss_of)(model, X).last.b)
    value, _ = value_and_grad(Network.loss, wrt=("self", "x"))(model, X)
    close(value, model.loss(X))


def test_second_order_beside_an_object():
    model, v = network(), np.ones_like(X)
    h = 1e-4
    df = grad(loss_of, wrt="x")
    close(
        np.round(hvp(loss_of, wrt="x")(model, X, v), 6),
        np.round((df(model, X + h * v) - df(model, X - h * v)) / (2.0 * h), 6),
    )


def test_other_classes_get_derivatives_of_their_own():
    df = grad(loss_of, wrt="x")

    class Plain:
        def loss(self, x):
            return np.sum(x**3)

    close(df(network(), X), gradient(lambda x: network().loss(x), X))
    close(df(Plain(), X), 3.0 * X**2)


def test_what_waits_for_its_arguments_says_so():
    df = grad(loss_of)
    with pytest.raises(tangent_ad.SourceError, match="like="):
        print(df.source)
    df(network(), X)
    assert "layers" in df.source


def test_a_saved_derivative_takes_any_object_of_that_form(tmp_path):
    df = grad(of_a_line, like=(LINE, X[0, :2]))
    scope = {}
    exec(df.save(tmp_path / "line.py").read_text(), scope)
    other = SimpleNamespace(slope=2.0, weights=LINE.weights, power=2)
    close(scope[df.__name__](other, X[0, :2]).weights, df(LINE, X[0, :2]).weights)


def cubic(line, x):
    return line.slope**3 * np.sum(line.weights**2) * x


@pytest.mark.parametrize(
    "mode", ["forward_over_reverse", "reverse_over_reverse", "reverse_over_forward"]
)
def test_second_order_of_an_object_is_a_record(mode):
    v = SimpleNamespace(slope=1.0, weights=np.ones(2))
    got = hvp(cubic, mode=mode)(LINE, 1.5, v)
    assert type(got) is SimpleNamespace
    w, s = LINE.weights, LINE.slope
    close(got.slope, 1.5 * (6.0 * s * np.sum(w**2) + 3.0 * s**2 * np.sum(2.0 * w)))
    close(got.weights, 1.5 * (3.0 * s**2 * 2.0 * w + s**3 * 2.0))


def made(x):
    return Line(x[0] ** 2, x * 2.0)


def made_beside(x):
    line = made(x)
    return line.slope * np.sum(line.weights), line


def test_objects_that_are_returned():
    x, v = X[0, :2], np.array([0.5, 2.0])
    (_, line), _ = value_and_grad(made_beside, has_aux=True)(x)
    assert type(line) is Line
    close(line.weights, 2.0 * x)
    tangent = jvp(made)(x, v)
    close(tangent.slope, 2.0 * x[0] * v[0])
    close(tangent.weights, 2.0 * v)
    close(vjp(made)(x, SimpleNamespace(slope=1.0, weights=v)), 2.0 * v + [2.0 * x[0], 0.0])
