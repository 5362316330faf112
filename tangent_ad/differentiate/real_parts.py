"""What is real has a real derivative, wherever it meets complex numbers.

An adjoint bz stands for the change `(bz * dz).real` of the result, so that of a real variable is the
real part of what a complex operation gives it, as is the tangent of a real result:

    z = x * w    ->   bx = (bz * w).real            with x real, w complex
    y = np.abs(z)     dy = (np.conj(z) / y * dz).real

Complex arrays have complex derivatives, which may be added into. A function without complex
numbers is left alone. See docs/complex.md.
"""

from __future__ import annotations

import gast

from tangent_ad.analysis import facts
from tangent_ad.analysis.algebra import Product
from tangent_ad.analysis.facts import Fact
from tangent_ad.analysis.infer import Facts
from tangent_ad.runtime import structures
from tangent_ad.syntax import trees


def derivative_fact(fact: Fact, may_be_complex: bool) -> Fact:
    """What is known of an adjoint or a tangent of a value: a number of the same shape, or the same
    form."""
    if fact.is_number:
        dtype = fact.dtype if may_be_complex else "float"
        return facts.number(fact.shape, dtype, fact.array if fact.shape != () else None)
    return fact._replace(value=facts.MISSING) if fact.is_container else fact


def fitted(value: gast.expr, like: gast.expr, known: Facts) -> gast.expr:
    """A derivative, or a part of one, as real as the value that it is of."""
    if not known.ask.has_complex:
        return value
    fact = known.of(like)
    if fact.is_number:
        if known.may_be_complex(fact) or not known.may_be_complex(known.of(value)):
            return value
        return real_part(value, known)
    if all(map(known.may_be_complex, facts.leaves(fact))):
        return value
    if not any(map(known.may_be_complex, facts.leaves(known.of(value)))):
        return value
    return as_real_as(value, like, known)


def real_part(value: gast.expr, known: Facts) -> gast.expr:
    """`(2.0 * b * w).real`, and `-b.imag` for `1j * b`."""
    product = Product().times(value)
    for factor in product.above:
        number = factor.value if isinstance(factor, gast.Constant) else None
        if isinstance(number, complex) and not number.real:
            rest = [other for other in product.above if other is not factor]
            inner = Product(1.0, rest, product.below).build(known.of)
            sign = Product(-number.imag * product.literal)
            return sign.times(trees.attribute(inner, "imag")).build(known.of)
    return trees.attribute(value, "real")


def as_real_as(value: gast.expr, like: gast.expr, known: Facts) -> gast.expr:
    """The same for structures, and for what may be None: told as the derivative runs."""
    helper = known.unit.names.bind(structures.as_real_as, "as_real_as")
    return trees.call(trees.name(helper), value, like)


def widened(value: gast.expr, fact: Fact, known: Facts) -> gast.expr:
    """The derivative of what is complex as a complex number, or an array that may be added into."""
    if not known.may_be_complex(fact) or not fact.is_number or not fact.dtype and fact.is_scalar:
        return value
    if known.of(value).dtype == "complex":
        return value
    return trees.binary(value, gast.Add, trees.constant(0j))
