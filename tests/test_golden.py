"""Generated text, kept in `tests/golden` to be read: a change that alters it shows what it alters.

    python -m pytest tests/test_golden.py --update-golden

writes the new texts. Read them before they are committed: is this what a person would write?
"""

import difflib
import re
from pathlib import Path
from typing import Any

import pytest

import tangent_ad
from benchmarks import size
from benchmarks.registry import load, names
from tests.golden_functions import CASES

FOLDER = Path(__file__).with_name("golden")
WORKLOADS = {f"{name}_gradient": name for name in names()}


def derived(name: str) -> Any:
    if name in WORKLOADS:
        workload = load(WORKLOADS[name])
        return tangent_ad.grad(workload.primal, wrt=workload.wrt)
    function, options = CASES[name]
    return tangent_ad.autodiff(function, **options)


def text_of(derivative: Any) -> str:
    """The module without its first lines, which name a version."""
    text = size.module_source(derivative)
    return re.sub(r'\A"""(.*?)\n.*?"""\n+', r'"""\1"""\n\n', text, count=1, flags=re.DOTALL)


@pytest.mark.parametrize("name", [*CASES, *WORKLOADS])
def test_text(name: str, update_golden: bool) -> None:
    path = FOLDER / f"{name}.py"
    new = text_of(derived(name))
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if update_golden:
        path.write_text(new, encoding="utf-8")
        return
    difference = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"golden/{path.name}", "generated now", lineterm=""
    )
    assert new == old, "\n".join(
        ["the generated text changed; if it reads well, keep it with --update-golden", *difference]
    )


def test_no_text_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == {*CASES, *WORKLOADS}


@pytest.mark.parametrize("name", WORKLOADS.values())
@pytest.mark.parametrize("options", [{}, {"motion": "split"}, {"optimized": False}], ids=str)
def test_workload_gradients(name: str, options: dict[str, Any]) -> None:
    """Generated and hand-written gradients of the benchmarks agree."""
    from benchmarks.check import AGREEMENT, disagreement

    workload = load(name)
    args = workload.arguments("tiny")
    df = tangent_ad.grad(workload.primal, wrt=workload.wrt, **options)
    assert disagreement(df(*args), workload.gradient(*args)) < AGREEMENT


@pytest.mark.parametrize("name", WORKLOADS.values())
def test_workload_tangents(name: str) -> None:
    """Forward mode agrees with the hand-written gradient along a direction."""
    import numpy as np

    workload = load(name)
    args = workload.arguments("tiny")
    rng = np.random.default_rng(3)
    tangents = [rng.normal(size=np.shape(args[i]))[()] for i in workload.argnums]
    df = tangent_ad.autodiff(workload.primal, wrt=workload.wrt, mode="forward")
    gradient = workload.gradient(*args)
    wanted = (
        sum(np.sum(g * t) for g, t in zip(gradient, tangents, strict=True))
        if len(workload.wrt) > 1
        else np.sum(gradient * tangents[0])
    )
    np.testing.assert_allclose(df(*args, *map(_plain, tangents)), wanted, rtol=1e-8, atol=1e-10)


def _plain(value: Any) -> Any:
    return float(value) if getattr(value, "ndim", 0) == 0 else value


@pytest.mark.parametrize("name", [n for n in names() if load(n).shapes_told])
def test_no_helper_where_the_source_tells_the_shapes(name: str) -> None:
    workload = load(name)
    assert not size.helper_calls(tangent_ad.grad(workload.primal, wrt=workload.wrt))
