"""Facts of Fourier transforms: the ranks stay, the element types are known."""

from __future__ import annotations

from tangent_ad.analysis import facts, shapes
from tangent_ad.analysis.assumptions import SHOWN
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.results import Ask, literal


def _made(a: Fact, others: dict[str, Fact], dtype: str, is_half: bool) -> Fact:
    lengths = [others[p] for p in ("n", "s") if p in others]
    if not isinstance(a.shape, tuple):
        return facts.array(None, dtype)
    if is_half or any(literal(length) is not None for length in lengths):
        return facts.array(tuple(shapes.free() for _ in a.shape), dtype)
    return facts.array(a.shape, dtype)


def transformed(ask: Ask, a: Fact, **others: Fact) -> Fact:
    """np.fft.fft and the like, of the length of their argument."""
    ask.rank(a.shape, 1, SHOWN)
    return _made(a, others, "complex", False)


def halved(ask: Ask, a: Fact, **others: Fact) -> Fact:
    """np.fft.rfft and the like: half of the frequencies of real numbers."""
    ask.rank(a.shape, 1, SHOWN)
    return _made(a, others, "complex", True)


def real_again(ask: Ask, a: Fact, **others: Fact) -> Fact:
    """np.fft.irfft and the like."""
    ask.rank(a.shape, 1, SHOWN)
    return _made(a, others, "float", True)
