"""What must hold of the derivatives of every program; each property is one function.

A property gives None, or says what is wrong with both values. Whatever it raises is not its
business: `check` tells a refusal from an internal error.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from .case import Case
from .oracle import differences
from .trees import duplicate, leaves, mismatch, pack, same, shares_memory

Property = Callable[[Case], "str | None"]
PROPERTIES: dict[str, Property] = {}

EXACT = 1e-8
AGREE = 1e-9
BY_DIFFERENCES = 1e-4
SECOND_ORDER = 1e-6
# What is smaller than this counts as zero when errors are compared with values.
SMALL = 1e-3


def declare(property_: Property) -> Property:
    PROPERTIES[property_.__name__] = property_
    return property_


def differs(
    got: Any, wanted: Any, tolerance: float, label: str, scale: float = SMALL
) -> str | None:
    """Compare numbers, relative to the largest of them or to a scale."""
    got, wanted = np.asarray(got, float), np.asarray(wanted, float)
    if got.shape != wanted.shape:
        return f"{label}: {got.size} numbers instead of {wanted.size}"
    scale = max(scale, float(np.max(np.abs(wanted), initial=0.0)))
    error = float(np.max(np.abs(got - wanted), initial=0.0))
    if error <= tolerance * scale:
        return None
    return f"{label}: got {_text(got)}, should be {_text(wanted)}"


def _text(numbers: np.ndarray) -> str:
    return np.array2string(numbers, precision=10, threshold=24, max_line_width=10_000)


def first(*found: str | None) -> str | None:
    return next((text for text in found if text), None)


@declare
def gradient(case: Case) -> str | None:
    """Reverse mode gives the gradient, in the form of the arguments."""
    got = case.derive("grad")(*case.args()) if case.is_scalar else case.reverse()
    parts = case.tuple_of(got)
    if len(parts) != len(case.wrt):
        return f"gradient: {len(parts)} parts for {len(case.wrt)} arguments"
    for part, like in zip(parts, case.oracle.like, strict=True):
        text = mismatch(part, like)
        if text:
            return f"form of the gradient: {text}"
    wanted = np.asarray(case.seed, float).reshape(-1) @ case.jacobian
    return differs(case.flat(got), wanted, EXACT, "gradient")


@declare
def central_differences(case: Case) -> str | None:
    """Reverse mode agrees with central differences of the program itself, at two steps."""
    slope = case.flat(case.reverse()) @ case.one
    seed = np.asarray(case.seed, float).reshape(-1)

    def run(point: np.ndarray) -> np.ndarray:
        result = case.function(*case.oracle.args_at(point))
        return np.atleast_1d(np.asarray(result, float).reshape(-1) @ seed)

    texts = []
    for step in (1e-4, 1e-5):
        near = differences(run, case.oracle.point, case.one, step)
        texts.append(differs([slope], near, BY_DIFFERENCES, f"difference with step {step}", 1.0))
    return first(*texts) if all(texts) else None


@declare
def forward(case: Case) -> str | None:
    """Forward mode gives the directional derivative."""
    got = np.asarray(case.forward(case.one), float)
    if got.shape != case.value.shape:
        return f"forward: shape {got.shape} instead of {case.value.shape}"
    return differs(got.reshape(-1), case.jacobian @ case.one, EXACT, "forward")


@declare
def dot_product(case: Case) -> str | None:
    """Forward and reverse mode are adjoint to each other."""
    tangent = np.asarray(case.forward(case.two), float)
    pulled = case.flat(case.reverse())
    right = float(np.sum(np.asarray(case.seed) * tangent))
    # The sums may cancel; their terms tell how exact they can be.
    scale = SMALL + float(np.sum(np.abs(pulled * case.two)))
    return differs(pulled @ case.two, right, AGREE, "reverse and forward", scale)


@declare
def optimised(case: Case) -> str | None:
    """The optimiser does not change a value."""
    plain = case.flat(case.reverse(optimized=False))
    return first(
        differs(case.flat(case.reverse()), plain, AGREE, "optimised reverse"),
        differs(
            np.asarray(case.forward(case.one)).reshape(-1),
            np.asarray(case.forward(case.one, optimized=False)).reshape(-1),
            AGREE,
            "optimised forward",
        ),
    )


@declare
def split(case: Case) -> str | None:
    """Split motion gives what joint motion gives."""
    joint = case.flat(case.reverse())
    return first(
        differs(case.flat(case.reverse(motion="split")), joint, AGREE, "split"),
        differs(
            case.flat(case.reverse(motion="split", optimized=False)),
            joint,
            AGREE,
            "split, not optimised",
        ),
    )


@declare
def wrt_by_name(case: Case) -> str | None:
    """Arguments can be named; the order is that of the request."""
    parameters = list(inspect.signature(case.function).parameters)
    names = [parameters[place] for place in reversed(case.wrt)]
    got = case.engine.vjp(case.function, wrt=tuple(names))(*case.args(), case.seed)
    parts = case.tuple_of(got)[::-1]
    return differs(pack(parts), case.flat(case.reverse()), AGREE, "names")


@declare
def linear_in_seed(case: Case) -> str | None:
    """Reverse mode is linear in its seed."""
    run = case.derive("autodiff", mode="reverse")
    single = case.flat(run(*case.args(), case.seed))
    return differs(
        case.flat(run(*case.args(), -2.5 * case.seed)), -2.5 * single, AGREE, "seed times -2.5"
    )


@declare
def preserved_result(case: Case) -> str | None:
    """With preserve_result the value comes along, after the gradient."""
    run = case.derive("autodiff", mode="reverse", preserve_result=True)
    *_, value = run(*case.args(), case.seed)
    got = np.asarray(value, float)
    if got.shape != case.value.shape:
        return f"preserved result: shape {got.shape} instead of {case.value.shape}"
    return differs(got, case.value, 1e-12, "preserved result")


@declare
def second_call(case: Case) -> str | None:
    """A derivative gives the same bits when it is called again."""
    earlier, later = duplicate(case.reverse()), case.reverse()
    if not same(earlier, later):
        return f"second reverse call: {earlier!r}, then {later!r}"
    earlier, later = case.forward(case.one), case.forward(case.one)
    return None if same(earlier, later) else f"second forward call: {earlier!r}, then {later!r}"


@declare
def inputs_untouched(case: Case) -> str | None:
    """Neither arguments nor seeds change, and results do not share their memory."""
    args, seed = case.args(), duplicate(case.seed)
    got = case.derive("autodiff", mode="reverse")(*args, seed)
    if not same(args, case.args()) or not same(seed, case.seed):
        return f"reverse changed its input to {args!r}, seed {seed!r}"
    if shares_memory(got, (args, seed)):
        return f"the gradient shares memory with an input: {got!r}"
    args, tangents = case.args(), case.tangents(case.one)
    got = case.derive("autodiff", mode="forward")(*args, *tangents)
    if not same(args, case.args()) or not same(tangents, case.tangents(case.one)):
        return f"forward changed its input to {args!r}, tangents {tangents!r}"
    if shares_memory(got, (args, tangents)):
        return f"the tangent shares memory with an input: {got!r}"
    value = np.asarray(case.function(*case.args()), float)
    return None if same(value, case.value) else f"the function now gives {value}"


HVP_MODES = ("forward_over_reverse", "reverse_over_reverse", "reverse_over_forward")


@declare
def hvp(case: Case) -> str | None:
    """Every mode of the Hessian-vector product equals a difference of gradients."""
    if not case.is_scalar:
        return None
    wanted = case.bend(case.one)
    for mode in HVP_MODES:
        run = case.derive("hvp", mode=mode)
        got = case.flat(run(*case.args(), *case.tangents(case.one)))
        text = differs(got, wanted, SECOND_ORDER, f"hvp, {mode}", 1.0)
        if text:
            return text
    return None


@declare
def hvp_symmetric(case: Case) -> str | None:
    """The Hessian is symmetric."""
    if not case.is_scalar:
        return None
    run = case.derive("hvp", mode="forward_over_reverse")
    one = case.flat(run(*case.args(), *case.tangents(case.one))) * case.two
    two = case.flat(run(*case.args(), *case.tangents(case.two))) * case.one
    scale = SMALL + float(np.sum(np.abs(one)))
    return differs(np.sum(one), np.sum(two), 10 * AGREE, "symmetry of the Hessian", scale)


@declare
def derivative_of_derivative(case: Case) -> str | None:
    """A derivative is a function like any other: forward over it, and for a float grad again."""
    if not case.is_scalar:
        return None
    wanted = case.bend(case.one)
    once = case.derive("grad")
    twice = case.engine.autodiff(once, wrt=case.wrt, mode="forward")
    got = case.flat(twice(*case.args(), *case.tangents(case.one)))
    text = differs(got, wanted, SECOND_ORDER, "forward over grad", 1.0)
    like = case.oracle.like
    if text or len(like) != 1:
        return text
    if isinstance(like[0], float):
        again = case.engine.grad(once, wrt=case.wrt)(*case.args())
        return differs(float(again) * case.one, wanted, SECOND_ORDER, "grad of grad", 1.0)
    if len(list(leaves(like[0]))) == 1:
        seed = case.tangents(case.one)[0]
        again = case.engine.vjp(once, wrt=case.wrt)(*case.args(), seed)
        return differs(case.flat(again), wanted, SECOND_ORDER, "vjp of grad", 1.0)
    return None


ALL = tuple(PROPERTIES)
