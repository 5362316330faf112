"""Random programs of real and complex numbers and arrays, as text: one for each seed."""

from __future__ import annotations

import random

# Kinds of values: real and complex numbers, real and complex arrays of three elements.
R, C, A, W = "r", "c", "a", "w"
PARAMETERS = {R: ["x"], C: ["z"], A: ["a"], W: ["w"]}

EXPRESSIONS = {
    R: [
        "{r} * {r}", "{c}.real", "{c}.imag", "abs({c})", "np.angle({c} + 3.0)", "np.sum({a})", "{a}[1]",
        "np.vdot({w}, {w}).real", "np.linalg.norm({w})", "np.sin({r})", "np.abs({w}).sum()",
        "({c} * {c}.conjugate()).real", "np.real({c})", "np.var({w})", "{r} / (2.0 + {r} * {r})",
    ],
    C: [
        "{c} * {c}", "{c} + {r}", "1j * {r}", "{r} * {c}", "complex({r}, {r})", "np.exp(1j * {r})",
        "np.conj({c})", "np.sum({w})", "{w}[0]", "{w}[-1] * {a}[2]", "{c} / (2.0 + abs({c}))",
        "np.vdot({w}, {w})", "np.vdot({a}, {w})", "{a} @ {w}", "np.tanh({c} * 0.3)", "-{c}",
        "{c} ** 2", "np.mean({w} * {a})", "cmath.exp(1j * {r})", "{c} - 2j", "np.prod({w})",
    ],
    A: [
        "{a} * {r}", "{w}.real", "np.imag({w})", "np.abs({w})", "{a} + {a}", "np.cos({a})",
        "np.real({w} * {c})", "np.where({a} > 0.1, {a}, {w}.imag)", "np.fft.irfft({w}, 3)",
        "np.outer({w}, {w}.conj()).real[1]", "np.angle({w} + 3.0)", "{a}[::-1] * 0.5",
    ],
    W: [
        "{a} + 1j * {a}", "{w} * {w}", "{w} * {a}", "{c} * {a}", "np.exp(1j * {a})", "np.conj({w})",
        "np.fft.fft({a})", "np.fft.ifft({w})", "np.fft.fft({w}, norm='ortho')",
        "{w} / (2.0 + np.abs({w}))", "np.cumsum({w})", "np.roll({w}, 1)",
        "np.where({a} > 0.1, {w}, {a})", "np.stack([{a}, {w}])[1]",
        "np.concatenate([{a}[:1], {w}[1:]])", "np.array([{r}, {c}, {c}])", "{w} - {r}", "{w}.copy()",
        "np.outer({w}, {a}) @ {w} * 0.2", "np.array({a}, dtype=complex)",
        "np.linalg.solve(np.eye(3) * 3.0 + 0.1j * np.outer({a}, {a}), {w})",
        "np.convolve({w}, {a}, 'same')", "{w}[[2, 0, 2]]",
        "np.einsum('i,j->j', {w}, {a})", "{w}.astype(complex)", "np.kron({a}[:1], {w})",
    ],
}  # fmt: skip

STATEMENTS = [
    ["{W} *= {a}"], ["{W} += {r}"], ["{W}[1] = {r}"], ["{W}[:2] = {a}[1:]"], ["{W}[0] += {c}"],
    ["{W}[2] *= {c} * 0.5"], ["{A}[1] = {r}"], ["{A} -= {W}.imag * 0.5"], ["{W}[1:] -= {w}[:2]"],
    ["if {r} > 0.4:", "    {C} = {c} * 0.5", "else:", "    {C} = {C} + {c}"],
    ["if {r} > 0.4:", "    {C} = {r}"],
    ["for i in range(3):", "    {C} = {C} / (2.0 + abs({C})) + {a}[i] * {w}[i]"],
    ["for item in {w}:", "    {C} = {C} * 0.5 + item * {r}"],
    ["for i in range(3):", "    {W}[i] = {W}[i] * {c} * 0.3 + {A}[i]"],
    ["while abs({C}) > 1.5:", "    {C} = {C} * (0.5 + 0.1j) + 0.1 * {r}"],
    ["parts = [{c}, {r}, {c} * 0.5]", "parts.append({r})", "{C} = sum(parts) * parts[1]"],
    ["table = {{'u': {c}, 'v': {r}}}", "table['u'] *= table['v']", "{C} = table['u'] + table['v']"],
    ["buffer = np.zeros((2, 3), dtype=complex)", "buffer[0] = {a}", "buffer[1] = {w}",
     "{W} = buffer.T @ np.array([{r}, {c}])"],
    ["rows = [{w}, {a}]", "{W} = rows[0] * rows[1]"],
    ["state = 0.0", "for i in range(3):", "    state = state * 0.5 + {w}[i]", "{C} = state"],
]  # fmt: skip


class Draft:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = {kind: list(names) for kind, names in PARAMETERS.items()}
        self.lines = ["a = a.copy()", "w = w.copy()"]
        self.count = 0

    def filled(self, text: str) -> str:
        """A text with variables in it; capital letters stand for one and the same each."""
        fixed = {kind.upper(): self.random.choice(self.names[kind]) for kind in self.names}
        for kind in self.names:
            while "{" + kind + "}" in text:
                text = text.replace("{" + kind + "}", self.random.choice(self.names[kind]), 1)
        for letter, name in fixed.items():
            text = text.replace("{" + letter + "}", name)
        return text.replace("{{", "{").replace("}}", "}")

    def assignment(self) -> None:
        kind = self.random.choice([R, C, C, A, W, W])
        value = self.filled(self.random.choice(EXPRESSIONS[kind]))
        self.count += 1
        name = f"{kind}{self.count}"
        self.lines.append(f"{name} = {value}")
        self.names[kind].append(name)

    def statement(self) -> None:
        lines = self.random.choice(STATEMENTS)
        self.lines += self.filled("\n".join(lines)).split("\n")

    def text(self, size: int) -> str:
        for _ in range(size):
            self.random.choice([self.assignment, self.assignment, self.statement])()
        last = self.filled(
            "np.sum(np.abs({w} + 0.3j) ** 2) + {r} * {c}.imag + ({C} * {c}).real"
            " + np.sum({a} * {w}).imag"
        )
        body = "".join(f"    {line}\n" for line in (*self.lines, f"return {last}"))
        return f"def f(x, z, a, w):\n{body}"


def program(seed: int, size: int = 7) -> str:
    return Draft(seed).text(size)
