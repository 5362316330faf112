"""The generator, the checks and the shrinker themselves; the compiler plays no part here."""

from __future__ import annotations

import ast
import hashlib
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from . import kept
from .check import check
from .generate import ALWAYS, features, generate
from .grammar.everyday_texts import EVERYDAY
from .grammar.standard_texts import LIBRARY
from .oracle import Oracle
from .program import Program, loaded
from .report import Settings, causes, feature_table, run_seeds, totals
from .shrink import PASSES, same_failure, shrink
from .standin import Refusal, StandIn
from .trees import mismatch, pack, spell, unpack
from .validity import fault

SEEDS = 300


@pytest.fixture(scope="module")
def programs() -> list[Program]:
    return [generate(seed) for seed in range(SEEDS)]


def small(source: str, *args: Any, wrt: tuple[int, ...] = (0,)) -> Program:
    return Program(0, "import numpy as np\n" + source, args, wrt)


# The generator


def test_programs_run_and_are_smooth(programs: list[Program]) -> None:
    faults = {program.seed: fault(program) for program in programs}
    assert not any(faults.values()), faults


def test_the_text_is_found_by_inspect(programs: list[Program]) -> None:
    import inspect

    with loaded(programs[0]) as function:
        assert inspect.getsource(function).strip() in programs[0].source


def test_a_seed_means_one_program_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib\nfrom tests.fuzz.generate import generate\n"
        "texts = ''.join(str(generate(seed)) for seed in range(30))\n"
        "print(hashlib.sha1(texts.encode()).hexdigest())"
    )
    here = hashlib.sha1("".join(str(generate(seed)) for seed in range(30)).encode()).hexdigest()
    root = Path(__file__).parents[2]
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        run = subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert run.stdout.strip() == here, run.stderr


def test_every_feature_is_reached(programs: list[Program]) -> None:
    reached = frozenset().union(*(program.features for program in programs))
    for seed in range(SEEDS, 3000):
        if reached == features():
            break
        reached |= generate(seed, favoured=features() - reached).features
    assert reached == features(), sorted(features() - reached)


def test_features_can_be_chosen() -> None:
    wanted = {"while_data", "break", "write_index"}
    used: set[str] = set()
    for seed in range(40):
        used |= generate(seed, wanted).features
    assert wanted <= used <= wanted | ALWAYS
    with pytest.raises(ValueError, match="no such features: loop"):
        generate(0, {"loop"})


def test_size_makes_programs_longer() -> None:
    def length(size: int) -> int:
        return sum(generate(seed, size=size).statements for seed in range(40))

    assert 2 * length(3) < length(24)


def test_generation_is_fast() -> None:
    start = time.perf_counter()
    for seed in range(1000, 1050):
        generate(seed)
    # Ten milliseconds are usual; the bound allows for a busy machine.
    assert time.perf_counter() - start < 50 * 0.1


# Validity


@pytest.mark.parametrize(
    ("source", "args", "reason"),
    [
        ("def f(x):\n    return abs(x - 0.5)", (0.5001,), "a decision changes nearby"),
        ("def f(x):\n    return x if x > 0.3 else 1.0", (0.3005,), "a decision changes nearby"),
        ("def f(x):\n    return x % 0.7", (1.4001,), "a decision changes nearby"),
        ("def f(x):\n    x[0] = 2.0\n    return np.sum(x)", (np.ones(2),), "writes into its input"),
        ("def f(x):\n    return 3.0", (0.5,), "does not depend on its input"),
        ("def f(x):\n    return np.exp(9.0 * x)", (1.5,), "returns"),
        ("def f(x):\n    while x > 0.1:\n        pass\n    return x", (0.5,), "TooLongError"),
        ("def f(x):\n    return np.log(x - 1.0)", (0.5,), "FloatingPointError"),
        ("def f(x):\n    return y", (0.5,), "NameError"),
    ],
)
def test_unfit_programs_are_found_out(source: str, args: tuple[Any, ...], reason: str) -> None:
    assert reason in (fault(small(source, *args)) or "")


# The oracle


@pytest.mark.parametrize(
    ("body", "point", "slope"),
    [
        ("np.sin(x) * x", 0.7, np.cos(0.7) * 0.7 + np.sin(0.7)),
        ("abs(x) * max(x, 0.2)", -0.7, -0.2),
        ("x ** 1.5 + 2.0 ** x", 0.7, 1.5 * 0.7**0.5 + np.log(2) * 2**0.7),
        ("x % 0.5 + x // 0.5", 0.7, 1.0),
        ("np.max(np.array([x, 2.0 * x])) + np.linalg.norm(np.array([x, 0.0]))", 0.7, 3.0),
        ("(x or 2.0) + (x and x * x) + (x > 0.1 and x)", 0.7, 1.0 + 1.4 + 1.0),
        ("np.where(0.5 < x < 0.9, x * x, x)", 0.7, 1.4),
        ("float(x) * int(3 * x)", 0.7, 2.0),
    ],
)
def test_the_complex_step_knows_derivatives(body: str, point: float, slope: float) -> None:
    oracle = Oracle(small(f"def f(x):\n    return {body}", point))
    np.testing.assert_allclose(oracle.jacobian(), [[slope]], rtol=1e-13)


def test_the_oracle_knows_second_derivatives() -> None:
    oracle = Oracle(small("def f(x):\n    return np.sin(x[0]) * x[1] ** 3", np.array([0.3, 0.8])))
    s, c = np.sin(0.3), np.cos(0.3)
    hessian = np.array([[-s * 0.8**3, 3 * c * 0.8**2], [3 * c * 0.8**2, 6 * s * 0.8]])
    np.testing.assert_allclose(oracle.hessian_times(np.array([0.4, -1.0])), hessian @ [0.4, -1.0])


def test_trees_are_packed_and_unpacked() -> None:
    tree = {"b": [1.0, np.array([2.0, 3.0])], "a": (np.eye(2),)}
    flat = pack(tree)
    assert flat.tolist() == [1, 0, 0, 1, 1, 2, 3]
    assert mismatch(unpack(tree, flat), tree) is None
    assert list(unpack(tree, flat)) == ["b", "a"]
    assert mismatch({"b": [1.0], "a": (np.eye(2),)}, tree) is not None


# The checks


def test_every_property_holds_with_the_stand_in(programs: list[Program]) -> None:
    for program in programs[:60]:
        outcome = check(program, engine=StandIn())
        assert outcome.category == "right", f"{outcome}\n{program}"


LINE = small("def f(x):\n    return np.sum(np.sin(x) * 2.0)", np.array([0.4, 0.9]))


def test_a_wrong_gradient_is_wrong() -> None:
    outcome = check(LINE, engine=StandIn(spoil=lambda oracle, flat: flat * (1 + 1e-6)))
    assert outcome.category == "wrong" and outcome.findings[0].name == "gradient"


def test_refusals_need_a_line() -> None:
    pointed = check(LINE, engine=StandIn(refuse=lambda source: 3))
    assert pointed.category == "refused" and pointed.findings[0].lineno == 3
    beyond = check(LINE, engine=StandIn(refuse=lambda source: 30))
    assert beyond.category == "bad refusal"
    assert check(LINE, engine=StandIn(refuse=lambda source: 0)).category == "bad refusal"


class Broken(StandIn):
    """A stand-in with a vice that concerns more than numbers."""

    def __init__(self, vice: str):
        super().__init__()
        self.vice = vice
        self.calls = 0

    def vjp(self, function: Any, wrt: Any = (0,)) -> Any:
        run = super().vjp(function, wrt)

        def vicious(*args: Any) -> Any:
            self.calls += 1
            got = run(*args)
            if self.vice == "raises":
                raise KeyError("nothing")
            if self.vice == "dawdles":
                while True:
                    pass
            if self.vice == "writes":
                args[0][0] = 0.0
            if self.vice == "shares":
                return args[0]
            if self.vice == "drifts":
                return got * (1 + 1e-13 * self.calls)
            return got[:1] if self.vice == "shrinks" else got

        return vicious


@pytest.mark.parametrize(
    ("vice", "property_", "category"),
    [
        ("raises", "split", "internal"),
        ("dawdles", "split", "timeout"),
        ("writes", "inputs_untouched", "wrong"),
        ("shares", "inputs_untouched", "wrong"),
        ("drifts", "second_call", "wrong"),
        ("shrinks", "linear_in_seed", "right"),
    ],
)
def test_vices_are_found(vice: str, property_: str, category: str) -> None:
    outcome = check(LINE, (property_,), Broken(vice), seconds=0.3)
    assert outcome.category == category, str(outcome)


def test_causes_are_grouped_whatever_names_and_numbers() -> None:
    def refuse(source: str) -> int:
        raise Refusal(f"<fuzz 12:ab>:3:4: '{len(source)}' is not supported", "", 3)

    found = check(LINE, ("gradient",), StandIn(refuse=refuse)).findings[0]
    assert found.group == "Refusal:  '...' is not supported"


# The shrinker


def gradient_of_another(oracle: Oracle, source: str, flat: np.ndarray) -> np.ndarray:
    """Differentiate a changed text: the result is wrong where the change matters, and only there."""
    other = Oracle(replace(oracle.program, source=source))
    there, here = other.jacobian(), oracle.jacobian()
    return flat if len(there) > 1 or np.array_equal(there, here) else there[0]


# The right value, and a wrong derivative: the complex step sees the second term only.
WRONG_COS = "\n\ndef wrong_cos(u):\n    return np.cos(u) + 0.1 * (u - np.real(u))\n"


def has_a_wrong_rule(oracle: Oracle, flat: np.ndarray) -> np.ndarray:
    """Differentiate the cosine wrongly."""
    source = oracle.program.source.replace("np.cos(", "wrong_cos(") + WRONG_COS
    return gradient_of_another(oracle, source, flat)


def loses_a_sign_in_loops(oracle: Oracle, flat: np.ndarray) -> np.ndarray:
    """Take += in a for loop for -=."""
    tree = ast.parse(oracle.program.source)
    for loop in ast.walk(tree):
        for node in ast.walk(loop) if isinstance(loop, ast.For) else ():
            if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
                node.op = ast.Sub()
    return gradient_of_another(oracle, ast.unparse(tree), flat)


def shrunk_programs(engine: StandIn, count: int) -> list[Program]:
    """Find long programs that an engine gets wrong, and shrink them; a large template is one piece."""
    found = []
    large = (
        "class_",
        "object_a",
        "object_c",
        "object_r",
        "objects_",
        "bound_m",
        "generator",
        "yield",
    )
    small = {name for name in features() if not name.startswith(large)}
    small -= {idiom.feature for idiom in (*EVERYDAY, *LIBRARY)}
    for seed in range(200):
        program = generate(seed, small, swarm=True)
        outcome = check(program, ("gradient",), engine)
        if outcome.category == "wrong" and program.statements > 15:
            found.append(shrink(program, same_failure(program, outcome, engine), 60.0))
            if len(found) == count:
                break
    return found


def test_a_planted_mistake_becomes_three_lines() -> None:
    found = shrunk_programs(StandIn(spoil=has_a_wrong_rule), 3)
    assert len(found) == 3
    for program in found:
        assert program.statements <= 3, str(program)
        assert "np.cos(" in program.source and fault(program) is None


def test_a_mistake_that_needs_a_loop_keeps_the_loop() -> None:
    found = shrunk_programs(StandIn(spoil=loses_a_sign_in_loops), 2)
    assert len(found) == 2
    for program in found:
        assert program.statements <= 6, str(program)
        assert "for " in program.source and "+=" in program.source


@pytest.mark.parametrize("single", PASSES, ids=lambda single: single.__name__)
def test_every_pass_makes_something_smaller(single: Any) -> None:
    source = (
        "def g(a, b=2.0):\n    return a * b\n"
        "def h(first, second, third):\n    k = first * second\n    return k + third\n"
        "def f(x):\n    y: float = 3.14159\n    p, q = x, y\n    y += g(x, b=p)\n"
        "    for i in range(3):\n        z = [x, q, max(x, y, i)]\n    w = h(x, y, q)\n"
        "    return z[1] + w"
    )
    made = set()
    for edit in single(ast.parse(source)):
        tree = ast.parse(source)
        edit(tree)
        made.add(ast.unparse(ast.fix_missing_locations(tree)))
    assert any(len(text) < len(source) for text in made)


# Keeping and reporting


def test_a_kept_program_can_be_read_again(tmp_path: Path, programs: list[Program]) -> None:
    outcome = check(LINE, engine=StandIn(spoil=lambda oracle, flat: -flat))
    for program in programs[:50]:
        again = kept.read(kept.save(program, outcome, tmp_path))
        assert again.source == program.source and again.wrt == program.wrt
        assert spell(again.args) == spell(program.args)
    assert len(list(kept.all_kept(tmp_path))) == 50


def test_a_report_names_the_most_frequent_cause_first() -> None:
    rows = list(run_seeds(range(6), Settings(("gradient",), stand_in=True), jobs=1))
    assert totals(rows) == "6 programs: right 6"
    assert "arithmetic" in feature_table(rows) and causes(rows) == ""
