"""The texts of `idioms`: each a computation that somebody wrote without thinking of derivatives."""

from __future__ import annotations

from .idiom import Idiom

IDIOMS = (
    Idiom(
        "idiom_newton",
        {"a": "scalar"},
        {"r": "scalar", "it": "int", "step": "scalar"},
        """
{r} = 1.5
for {it} in range(8):
    {step} = ({r} ** 3 + {r} - (3.0 + {a})) / (3.0 * {r} ** 2 + 1.0)
    {r} = {r} - {step}
    if abs({step}) < 1e-3:
        break
""",
        "r",
    ),
    Idiom(
        "idiom_newton_while",
        {"a": "scalar"},
        {"r": "scalar", "err": "scalar"},
        """
{r}, {err} = 2.0, 1.0
while {err} > 0.01:
    {err} = abs({r} * {r} - 3.0 - {a})
    {r} = 0.5 * ({r} + (3.0 + {a}) / {r})
""",
        "r",
    ),
    Idiom(
        "idiom_horner",
        {"x": "vector", "a": "scalar"},
        {"p": "scalar", "e": "scalar"},
        """
{p} = 0.0
for {e} in {x}[::-1]:
    {p} = 0.5 * {p} * {a} + {e}
""",
        "p",
    ),
    Idiom(
        "idiom_rnn",
        {"x": "vector", "W": "matrix", "a": "scalar"},
        {"h": "vector", "k": "int"},
        """
{h} = np.zeros({n})
for {k} in range(3):
    {h} = np.tanh({W} @ {h} + {x} * {a} + {c} * {k})
""",
        "h",
        "vector",
        1.0,
    ),
    Idiom(
        "idiom_mlp",
        {"x": "vector", "W": "matrix"},
        {"h": "vector", "layers": "list", "U": "matrix", "bias": "vector"},
        """
{layers} = [({W}, {x} * 0.1), ({W}.T * {c}, np.ones({n}) * 0.2)]
{h} = {x}
for {U}, {bias} in {layers}:
    {h} = np.tanh(np.dot({U}, {h}) + {bias})
""",
        "h",
        "vector",
        1.0,
    ),
    Idiom(
        "idiom_filter",
        {"x": "vector"},
        {"y": "vector", "i": "int", "acc": "scalar", "j": "int"},
        """
{y} = np.zeros_like({x})
for {i} in range(len({x})):
    {acc} = 0.0
    for {j} in range(3):
        if {i} - {j} < 0:
            continue
        {acc} += {x}[{i} - {j}] * {c} ** ({j} + 1)
    {y}[{i}] = {acc}
""",
        "y",
        "vector",
        6.0,
    ),
    Idiom(
        "idiom_euler",
        {"a": "scalar", "b": "scalar"},
        {"pos": "scalar", "vel": "scalar", "k": "int", "force": "scalar", "e": "scalar"},
        """
{pos}, {vel} = {a}, {b}
for {k} in range(4):
    {force} = -np.sin({pos}) - 0.1 * {vel} * abs({vel})
    {vel} += 0.2 * {force}
    {pos} += 0.2 * {vel}
{e} = 0.5 * {vel} ** 2 + 1.0 - np.cos({pos})
""",
        "e",
        bound=8.0,
    ),
    Idiom(
        "idiom_runge_kutta",
        {"x": "vector", "a": "scalar"},
        {
            "y": "vector",
            "slope": "function",
            "k1": "vector",
            "k2": "vector",
            "t": "scalar",
            "q": "vector",
        },
        """
def {slope}({q}, {t}):
    return np.sin({q}) * {a} - {t} * {q}
{y} = {x}
for {t} in (0.0, 0.1, 0.2):
    {k1} = {slope}({y}, {t})
    {k2} = {slope}({y} + 0.05 * {k1}, {t} + 0.05)
    {y} = {y} + 0.1 * {k2}
""",
        "y",
        "vector",
        6.0,
    ),
    Idiom(
        "idiom_trajectory",
        {"x": "vector", "a": "scalar"},
        {"path": "matrix", "i": "int", "e": "scalar"},
        """
{path} = np.zeros((4, {n}))
{path}[0] = {x}
for {i} in range(3):
    {path}[{i} + 1] = {path}[{i}] + 0.1 * np.sin({path}[{i}] * {a})
    {path}[{i} + 1, 0] = {c} * {path}[{i}, -1]
{e} = np.sum({path}[-1] ** 2) - np.mean({path}[:, 0])
""",
        "e",
        bound=30.0,
    ),
    Idiom(
        "idiom_pairs",
        {"x": "vector", "a": "scalar"},
        {"e": "scalar", "i": "int", "j": "int", "d2": "scalar"},
        """
{e} = 0.0
for {i} in range({n}):
    for {j} in range({i} + 1, {n}):
        {d2} = ({x}[{i}] - {x}[{j}]) ** 2 + 0.5
        {e} += {a} / {d2} - {c} / {d2} ** 2
""",
        "e",
        bound=30.0,
    ),
    Idiom(
        "idiom_likelihood",
        {"x": "vector", "a": "scalar", "b": "scalar"},
        {"sigma": "scalar", "z": "vector", "e": "scalar"},
        """
{sigma} = np.exp(0.5 * {b})
{z} = ({x} - {a}) / {sigma}
{e} = np.mean(0.5 * {z} ** 2) + np.log({sigma}) + 0.5 * np.log(2 * np.pi)
""",
        "e",
        bound=12.0,
        own_loops=False,
    ),
    Idiom(
        "idiom_cholesky",
        {"x": "vector", "a": "scalar"},
        {"L": "matrix", "S": "matrix", "i": "int", "j": "int", "k": "int", "s": "scalar"},
        """
{S} = np.outer({x}, {x}) + (2.0 + {a} ** 2) * np.eye({n})
{L} = np.zeros(({n}, {n}))
for {i} in range({n}):
    for {j} in range({i} + 1):
        {s} = {S}[{i}, {j}]
        for {k} in range({j}):
            {s} -= {L}[{i}, {k}] * {L}[{j}, {k}]
        if {i} == {j}:
            {L}[{i}, {j}] = np.sqrt({s})
        else:
            {L}[{i}, {j}] = {s} / {L}[{j}, {j}]
""",
        "L",
        "matrix",
        5.0,
    ),
    Idiom(
        "idiom_thomas",
        {"x": "vector", "a": "scalar"},
        {"d_": "vector", "r": "vector", "u": "vector", "i": "int", "w": "scalar"},
        """
{d_} = np.full({n}, 3.0 + {a} ** 2)
{r} = {x}.copy()
for {i} in range(1, {n}):
    {w} = -1.0 / {d_}[{i} - 1]
    {d_}[{i}] -= {w} * -1.0
    {r}[{i}] -= {w} * {r}[{i} - 1]
{u} = np.empty({n})
{u}[-1] = {r}[-1] / {d_}[-1]
for {i} in range({n} - 2, -1, -1):
    {u}[{i}] = ({r}[{i}] + {u}[{i} + 1]) / {d_}[{i}]
""",
        "u",
        "vector",
        3.0,
    ),
    Idiom(
        "idiom_jacobi",
        {"x": "vector", "W": "matrix"},
        {"u": "vector", "old": "vector", "k": "int", "i": "int"},
        """
{u} = np.zeros({n})
for {k} in range(3):
    {old} = {u}.copy()
    for {i} in range({n}):
        {u}[{i}] = ({x}[{i}] - 0.3 * np.dot({W}[{i}], {old})) / (2.0 + {W}[{i}, {i}] ** 2)
    if np.max(np.abs({u} - {old})) < 1e-4:
        break
""",
        "u",
        "vector",
        4.0,
    ),
    Idiom(
        "idiom_power_iteration",
        {"x": "vector", "W": "matrix"},
        {"v": "vector", "k": "int", "e": "scalar"},
        """
{v} = {x} + 3.0
for {k} in range(3):
    {v} = ({W} @ {W}.T) @ {v} + {v}
    {v} /= np.sqrt({v} @ {v})
{e} = {v} @ ({W} @ {v})
""",
        "e",
        bound=9.0,
    ),
    Idiom(
        "idiom_logsumexp",
        {"x": "vector"},
        {"m": "scalar", "e": "scalar"},
        """
{m} = np.max({x})
{e} = {m} + np.log(np.sum(np.exp({x} - {m})))
""",
        "e",
        bound=6.0,
        own_loops=False,
    ),
    Idiom(
        "idiom_moving_average",
        {"x": "vector", "a": "scalar"},
        {"out": "list", "e": "scalar", "i": "int", "y": "vector"},
        """
{out} = []
{e} = {x}[0]
for {i} in range(1, len({x})):
    {e} = {c} * {e} + (1 - {c}) * {x}[{i}]
    {out}.append({e} * {a})
{y} = np.array([0.0] + {out})
""",
        "y",
        "vector",
        6.0,
    ),
    Idiom(
        "idiom_kalman",
        {"x": "vector", "a": "scalar"},
        {"m": "scalar", "P": "scalar", "z": "scalar", "gain": "scalar", "total": "scalar"},
        """
{m}, {P}, {total} = 0.0, 1.0, 0.0
for {z} in {x}:
    {P} = {P} + 0.1 + {a} ** 2
    {gain} = {P} / ({P} + 0.5)
    {total} += 0.5 * ({z} - {m}) ** 2 / ({P} + 0.5) + 0.5 * np.log({P} + 0.5)
    {m}, {P} = {m} + {gain} * ({z} - {m}), (1.0 - {gain}) * {P}
""",
        "total",
        bound=20.0,
    ),
    Idiom(
        "idiom_dynamic_programming",
        {"x": "vector", "y": "vector"},
        {"D": "matrix", "i": "int", "j": "int", "best": "scalar", "e": "scalar"},
        """
{D} = np.full(({n} + 1, {n} + 1), 9.0)
{D}[0, 0] = 0.0
for {i} in range({n}):
    for {j} in range({n}):
        {best} = min({D}[{i}, {j}], {D}[{i}, {j} + 1], {D}[{i} + 1, {j}])
        {D}[{i} + 1, {j} + 1] = ({x}[{i}] - {y}[{j}] - 0.1 * {i}) ** 2 + {best}
{e} = {D}[-1, -1]
""",
        "e",
        bound=40.0,
    ),
    Idiom(
        "idiom_inner_descent",
        {"x": "vector", "a": "scalar"},
        {"w": "vector", "k": "int", "g": "vector", "rate": "scalar"},
        """
{w}, {rate} = np.zeros({n}), 0.3
for {k} in range(5):
    {g} = {w} - {x} + {a} * np.tanh({w})
    if np.sum({g} ** 2) < 1e-3:
        break
    {w} = {w} - {rate} * {g}
    {rate} *= {c}
""",
        "w",
        "vector",
        3.0,
    ),
    Idiom(
        "idiom_convolution",
        {"x": "vector", "y": "vector"},
        {"out": "vector", "i": "int", "xi": "scalar", "e": "scalar"},
        """
{out} = np.zeros(2 * {n} - 1)
for {i}, {xi} in enumerate({x}):
    {out}[{i}:{i} + {n}] += {xi} * {y}
{e} = {out} @ np.linspace(-1.0, 1.0, 2 * {n} - 1)
""",
        "e",
        bound=40.0,
    ),
    Idiom(
        "idiom_simpson",
        {"a": "scalar", "b": "scalar"},
        {"e": "scalar", "h": "scalar", "k": "int", "u": "scalar"},
        """
{h} = ({b} - {a}) / 4
{e} = 0.0
for {k} in range(5):
    {u} = {a} + {k} * {h}
    {e} += (1 if {k} in (0, 4) else 4 if {k} % 2 else 2) * np.exp(-{u} * {u})
{e} *= {h} / 3
""",
        "e",
    ),
)
