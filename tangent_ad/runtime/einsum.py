"""The adjoint of np.einsum, which is an np.einsum where the subscripts allow it.

    z = einsum("ij,jk->ik", x, y)      bx = einsum("ik,jk->ij", bz, y)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tangent_ad.runtime.broadcasting import unbroadcast

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def parts_of(subscripts: str) -> tuple[list[str], str]:
    """The subscripts of the operands and of the result, which may be implied."""
    text = subscripts.replace(" ", "")
    left, arrow, right = text.partition("->")
    if not arrow:
        letters = left.replace(",", "").replace(".", "")
        dots = "..." if "." in left else ""
        right = dots + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    return left.split(","), right


def adjoint_subscripts(subscripts: str, position: int) -> str | None:
    """The subscripts with which the adjoint of one operand is computed from that of the result and
    the other operands; None where an einsum alone does not do."""
    inputs, output = parts_of(subscripts)
    own = inputs[position]
    others = [part for i, part in enumerate(inputs) if i != position]
    repeats = len(set(own)) < len(own) or len(set(output)) < len(output)
    if "." in subscripts or repeats or not set(own) <= set("".join((output, *others))):
        return None
    return f"{','.join([output, *others])}->{own}"


def einsum_adjoint(bz: Any, subscripts: str, position: int, *operands: Any) -> Any:
    """The adjoint of one operand of np.einsum, whatever the subscripts are."""
    inputs, output = parts_of(_without_dots(subscripts, operands))
    own, like = inputs[position], operands[position]
    rest = [(s, x) for i, (s, x) in enumerate(zip(inputs, operands, strict=True)) if i != position]
    lengths = {c: n for c, n in zip(own, np.shape(like), strict=True) if n != 1}
    for part, operand in rest:
        lengths |= {c: n for c, n in zip(part, np.shape(operand), strict=True) if n != 1}
    result = np.zeros([lengths.get(c, 1) for c in own], np.asarray(bz).dtype)
    present = set(output).union(*(s for s, _ in rest)) if rest else set(output)
    letters = list(dict.fromkeys(own))
    known = "".join(c for c in letters if c in present)
    text = f"{','.join([output, *(s for s, _ in rest)])}->{known}"
    value = np.einsum(text, bz, *(x for _, x in rest))
    for axis, letter in enumerate(letters):
        if letter not in present:
            value = np.expand_dims(value, axis)
    np.einsum(f"{own}->{''.join(letters)}", result)[...] = value
    return unbroadcast(result, like)


def _without_dots(subscripts: str, operands: Sequence[Any]) -> str:
    """Subscripts in which every axis behind an ellipsis has a letter of its own."""
    if "." not in subscripts:
        return subscripts
    inputs, output = parts_of(subscripts)
    free = [c for c in LETTERS if c not in subscripts]
    ranks = [
        np.ndim(x) - len(part.replace("...", "")) if "." in part else 0
        for part, x in zip(inputs, operands, strict=True)
    ]
    names = "".join(free[: max(ranks)])
    spelled = [
        part.replace("...", names[len(names) - rank :])
        for part, rank in zip(inputs, ranks, strict=True)
    ]
    return f"{','.join(spelled)}->{output.replace('...', names)}"
