"""docs/complex.md, sentence by sentence, from closed forms."""

from __future__ import annotations

import cmath

import numpy as np
import pytest

import tangent_ad
from tangent_ad import grad, jvp, vjp

Z = 0.6 - 1.1j
B = 0.3 + 0.7j


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)
    assert np.iscomplexobj(found) == np.iscomplexobj(expected)


def test_gradient_is_dx_minus_i_dy():
    same(grad(lambda z: z.real**2 + 3.0 * z.imag)(Z), 2.0 * Z.real - 3j)
    same(grad(lambda z: abs(z) ** 2)(Z), 2.0 * Z.conjugate())
    same(grad(lambda z: (z * z).real)(Z), 2.0 * Z)


def test_adjoint_of_a_holomorphic_function_is_not_conjugated():
    same(vjp(lambda z: z * z * z)(Z, B), B * 3.0 * Z**2)
    same(vjp(lambda z: np.exp(2j * z))(Z, B), B * 2j * np.exp(2j * Z))
    same(jvp(lambda z: np.exp(2j * z))(Z, B), B * 2j * np.exp(2j * Z))


def test_parts_of_a_number():
    same(vjp(lambda z: z.real)(Z, 0.3), 0.3 + 0j)
    same(vjp(lambda z: np.imag(z))(Z, 0.3), -0.3j)
    same(vjp(lambda z: np.conj(z))(Z, B), B.conjugate())
    same(vjp(lambda z: z.conjugate())(Z, B), B.conjugate())
    same(vjp(lambda z: abs(z))(Z, 0.3), 0.3 * Z.conjugate() / abs(Z))
    same(vjp(lambda z: np.angle(z))(Z, 0.3), -0.3j / Z)
    same(vjp(lambda z: cmath.phase(z))(Z, 0.3), -0.3j / Z)
    same(jvp(lambda z: np.conj(z))(Z, B), B.conjugate())
    same(jvp(lambda z: z.imag)(Z, B), B.imag)
    same(jvp(lambda z: abs(z))(Z, B), (B * Z.conjugate()).real / abs(Z))
    same(jvp(lambda z: np.angle(z))(Z, B), (B / Z).imag)


def test_abs_and_norm_at_zero():
    same(grad(lambda z: abs(z))(0j), 0j)
    same(grad(lambda z: np.linalg.norm(z))(np.zeros(2, complex)), np.zeros(2, complex))


def test_real_variables_have_real_adjoints():
    same(vjp(lambda x: 1j * x)(0.4, B), -B.imag)
    same(vjp(lambda x: np.exp(1j * x))(0.4, B), (B * 1j * np.exp(0.4j)).real)
    same(jvp(lambda x: 1j * x)(0.4, 2.0), 2j)
    seed = np.array([[1j, 2.0], [3.0 + 1j, -1j]])
    x, z = np.array([0.4, 1.2]), np.array([[1.0 + 1j, 2.0], [3j, 1.0]])
    bx, bz = vjp(lambda x, z: x * z, wrt=("x", "z"))(x, z, seed)
    same(bx, np.sum(seed * z, axis=0).real)
    same(bz, seed * x)


def test_a_real_array_in_a_complex_buffer():
    def f(x):
        buffer = np.zeros(3, dtype=complex)
        buffer[:2] = x
        buffer[2] = 1j * x[0]
        return np.sum(buffer * np.array([1.0 + 2j, 3j, 4.0 + 1j])).real

    same(grad(f)(np.array([0.2, 0.5])), np.array([0.0, 0.0]))


def test_branch_of_a_power():
    same(grad(lambda x, p: (x**p).real, wrt=("x", "p"))(2.0, 1.0 + 1j),
         (((1 + 1j) * 2.0**1j).real, np.log(2.0) * 2.0 ** (1 + 1j)))  # fmt: skip


def test_both_parts_of_a_determinant():
    a = np.array([[1.0 + 1j, 0.3], [0.2j, 2.0 - 1j]])
    sign = vjp(lambda a: np.linalg.slogdet(a)[0])
    seed = 0.4 - 0.2j
    s = np.linalg.slogdet(a)[0]
    same(sign(a, seed), 1j * (seed * s).imag * np.linalg.inv(a).T)


def test_cast_to_float_takes_the_real_part():
    z = np.array([1.0 + 2j, 3.0 - 1j])
    with pytest.warns(np.exceptions.ComplexWarning):
        same(grad(lambda z: np.sum(z.astype(float) ** 2))(z), 2.0 * z.real + 0j)


def test_real_if_close_is_known_in_the_run():
    def f(z):
        w = np.real_if_close(z * z)
        return np.sum(w * w).real

    same(grad(f)(np.array([1.0 + 0j, 2.0])), np.array([4.0 + 0j, 32.0]))
    z = np.array([1.0 + 1j, 2.0])
    same(grad(f)(z), 4.0 * z**3)


def test_complex64_stays():
    z = np.array([1.0 + 2j, 3.0], np.complex64)
    assert grad(lambda z: np.sum(np.abs(z) ** 2))(z).dtype == np.complex64
    assert grad(lambda z: z.real**2)(np.complex64(Z)).dtype == np.complex64
    x = np.ones(2, np.float32)
    assert grad(lambda x: np.sum(np.abs(np.exp(1j * x) + x)))(x).dtype == np.float32


# ---- what is refused -----------------------------------------------------------------------


def refused(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_gradient_of_a_complex_value():
    refused(lambda: grad(lambda z: z * z)(Z), tangent_ad.OutputError, "take its .real")
    refused(lambda: grad(lambda x: np.exp(1j * x))(0.3), tangent_ad.OutputError, "use vjp")


def test_gradient_of_what_is_complex_in_some_runs():
    def f(x):
        w = x * x
        if x > 1.0:
            w = w * 1j
        return w

    same(grad(f)(0.5), 1.0)
    refused(lambda: grad(f)(1.5), tangent_ad.OutputError, "complex value")


@pytest.mark.parametrize("transform", [
    tangent_ad.jacfwd, tangent_ad.jacrev, tangent_ad.jacobian, tangent_ad.hessian,
])  # fmt: skip
def test_jacobians(transform):
    z = np.array([1.0 + 1j, 2.0])
    refused(
        lambda: transform(lambda z: np.sum(np.abs(z) ** 2))(z), tangent_ad.InputTypeError, "jvp"
    )


def test_jacobian_of_a_complex_value():
    for transform in (tangent_ad.jacfwd, tangent_ad.jacrev):
        x = np.array([0.3, 0.4])
        refused(lambda: transform(lambda x: np.exp(1j * x))(x), tangent_ad.InputTypeError, "jvp")  # noqa: B023


def test_complex_tangents_and_seeds_of_real_numbers():
    refused(lambda: jvp(lambda x: x * x)(1.5, 1j), tangent_ad.InputTypeError, "complex")
    refused(lambda: vjp(lambda x: x * x)(np.ones(2), np.array([1j, 1.0])),
            tangent_ad.InputTypeError, "complex")  # fmt: skip


@pytest.mark.parametrize("f", [
    lambda z: np.maximum(z, 0.0).real, lambda z: np.clip(z, 0.0, 1.0).real,
    lambda z: np.sign(z).real * 2.0, lambda z: np.sum(np.cov(z)).real,
])  # fmt: skip
def test_functions_of_real_numbers(f):
    z = np.array([1.0 + 1j, 2.0])
    refused(
        lambda: grad(lambda z: np.sum(f(z)))(z), tangent_ad.MissingRuleError, "of complex numbers"
    )


# ---- complex numbers in what is not differentiated -----------------------------------------


class Medium:
    def __init__(self, index, layers):
        self.index, self.layers, self.itself = index, layers, self


def through_object(x, data):
    return abs(data.index * x) ** 2 + np.sum(data.layers * x).imag


def through_items(x, data):
    total = 0
    for item in data:
        total = total + item * x
    return abs(total + x)


def through_key(x, data):
    return abs(data["a"] * x + x * x)


def through_type(x, data):
    return np.sum(np.abs(np.array([1.0, 2.0]).astype(data) * 1j * x + x))


@pytest.mark.parametrize(("f", "data"), [
    (through_object, Medium(0.3 + 1j, np.array([1.0, 2j]))), (through_items, [1.0, 2j]),
    (through_items, (1j,)), (through_items, [1.0, 2.0]), (through_key, {"a": 1.0 + 1j}),
    (through_key, {"a": 2.0}), (through_type, complex), (through_type, np.dtype("complex128")),
])  # fmt: skip
def test_inactive_data(f, data):
    slope = (f(0.5 + 1e-6, data) - f(0.5 - 1e-6, data)) / 2e-6
    found = grad(f)(0.5, data)
    assert np.isrealobj(found)
    np.testing.assert_allclose(found, slope, rtol=1e-6)


def test_attributes_are_differentiated():
    def f(m):
        return abs(m.index * m.index * np.sum(m.layers)) ** 2

    m = Medium(0.3 + 1j, np.array([1.0, 2j]))
    m.itself = None
    found = grad(f)(m)
    total = np.sum(m.layers)
    same(found.index, 4.0 * m.index * total * np.conj(m.index**2 * total))
    same(found.layers, 2.0 * m.index**2 * np.conj(m.index**2 * total) * np.ones(2))
