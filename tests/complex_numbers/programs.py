"""Programs with complex numbers as people write them, each with arguments to differentiate it at."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

PROGRAMS: dict[str, tuple[Callable, tuple]] = {}


def at(*arguments: Any) -> Callable[[Callable], Callable]:
    def add(function: Callable) -> Callable:
        PROGRAMS[function.__name__] = function, arguments
        return function

    return add


def complex_ramp(*shape: int) -> np.ndarray:
    u = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)
    return np.cos(1.3 * u) + 1j * np.sin(0.7 * u * u) + 0.2


# ---- iterations ----------------------------------------------------------------------------


@at(0.21 + 0.13j, 6)
def escape(c, steps):
    """The potential of the Mandelbrot set."""
    z = 0
    for _ in range(steps):
        z = z * z + c
    return abs(z) ** 2


@at(0.9 + 0.8j)
def escape_while(c):
    z, n = 0j, 0
    while abs(z) < 4.0 and n < 50:
        z = z**2 + c
        n += 1
    return math.log(abs(z)) / 2.0**n


@at(np.array([0.1 + 0.3j, -0.4 + 0.2j, 0.3j]), -0.2 + 0.4j)
def julia_grid(z, c):
    z = z.copy()
    for _ in range(4):
        z *= z
        z += c
    return np.sum(np.abs(z) ** 2)


@at(2.4 + 0.9j, (1.0, -2.0, 0.3))
def newton_root(z, coefficients):
    a, b, c = coefficients
    for _ in range(3):
        z = z - (a * z**2 + b * z + c + 1j) / (2 * a * z + b)
    return z.real + 2.0 * z.imag


# ---- quantum mechanics ---------------------------------------------------------------------

X = np.array([[0, 1], [1, 0]], dtype=complex)
Z = np.diag([1.0 + 0j, -1.0])
ID = np.eye(2)


@at(np.array([0.3, 0.8, -0.5]))
def evolved_state(angles):
    state = np.zeros(4, dtype=complex)
    state[0] = 1.0
    for angle in angles:
        rotation = np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * X
        state = np.kron(rotation, rotation) @ state
        phases = np.exp(-1j * angle * np.array([1.0, -1.0, -1.0, 1.0]))
        state = phases * state
    return np.real(np.vdot(state, np.kron(Z, ID) @ state))


@at(np.array([0.4, 1.1]), 0.3)
def expectation_by_reduce(thetas, phi):
    gates = [
        np.array(
            [[np.cos(t), -np.sin(t)], [np.exp(1j * phi) * np.sin(t), np.exp(1j * phi) * np.cos(t)]]
        )
        for t in thetas
    ]
    unitary = reduce(np.kron, gates)
    state = unitary @ np.array([1, 0, 0, 0], dtype=complex)
    return (state.conj() @ np.kron(Z, X) @ state).real


@at(0.7, np.array([1.0, 2.0]))
def propagator(t, h):
    hamiltonian = np.array([[h[0], 0.5 - 0.5j], [0.5 + 0.5j, h[1]]])
    energies, vectors = np.linalg.eigh(hamiltonian)
    unitary = vectors @ np.diag(np.exp(-1j * energies * t)) @ vectors.conj().T
    amplitude = unitary[1, 0]
    return np.abs(amplitude) ** 2


@at(complex_ramp(3))
def normalized_energy(psi):
    hamiltonian = np.array([[2.0, 1j, 0.0], [-1j, 1.0, 0.5], [0.0, 0.5, -1.0]])
    psi = psi / np.linalg.norm(psi)
    return np.real(np.conj(psi) @ hamiltonian @ psi)


# ---- circuits and optics -------------------------------------------------------------------


@at(5.0, 2.0, 0.7, 1.3)
def resonance(resistance, inductance, capacitance, omega):
    impedance = resistance + 1j * omega * inductance + 1 / (1j * omega * capacitance)
    current = 10.0 / impedance
    return abs(current) * math.cos(cmath.phase(current))


@at(np.array([1.0, 2.0, 0.5]), 1.7)
def nodal_analysis(components, omega):
    r, coil, c = components
    admittance = np.zeros((2, 2), dtype=complex)
    admittance[0, 0] = 1 / r + 1 / (1j * omega * coil)
    admittance[0, 1] = admittance[1, 0] = -1 / (1j * omega * coil)
    admittance[1, 1] = 1 / (1j * omega * coil) + 1j * omega * c
    voltages = np.linalg.solve(admittance, np.array([1.0, 0.0]))
    return 20.0 * np.log10(np.abs(voltages[1]))


@at(np.array([0.12, 0.2, 0.09]), np.array([1.5, 2.1, 1.38]), 0.55)
def thin_film(thicknesses, indices, wavelength):
    """The reflectance of a stack of layers, by transfer matrices."""
    m = np.eye(2, dtype=complex)
    for d, n in zip(thicknesses, indices, strict=True):
        delta = 2 * np.pi * n * d / wavelength
        m = m @ np.array(
            [[np.cos(delta), 1j * np.sin(delta) / n], [1j * n * np.sin(delta), np.cos(delta)]]
        )
    y = (m[1, 0] + m[1, 1] * 1.52) / (m[0, 0] + m[0, 1] * 1.52)
    r = (1.0 - y) / (1.0 + y)
    return abs(r) ** 2


@at(1.5 - 0.1j, 0.4)
def absorbing_film(index, thickness):
    delta = 2 * cmath.pi * index * thickness
    r = (1 - index) / (1 + index)
    total = (r + r * cmath.exp(-2j * delta)) / (1 + r * r * cmath.exp(-2j * delta))
    return (total * total.conjugate()).real


# ---- signals -------------------------------------------------------------------------------


@at(np.cos(0.9 * np.arange(8.0)) + 0.3, 0.2)
def spectral_heat(u, dt):
    k = 2 * np.pi * np.fft.fftfreq(len(u))
    for _ in range(3):
        u_hat = np.fft.fft(u)
        u_hat = u_hat * np.exp(-(k**2) * dt)
        u = np.fft.ifft(u_hat).real
        u = u - 0.1 * dt * u**3
    return np.sum(u**2)


@at(np.sin(0.5 + np.arange(6.0)), complex_ramp(6))
def split_step(potential, psi):
    """A step of the Schroedinger equation, by Fourier transforms."""
    k = 2 * np.pi * np.fft.fftfreq(6)
    for _ in range(2):
        psi = np.exp(-0.05j * potential) * psi
        psi = np.fft.ifft(np.exp(-0.05j * k**2) * np.fft.fft(psi))
        psi = np.exp(-0.05j * potential) * psi
    return np.sum(np.abs(psi[2:4]) ** 2)


@at(complex_ramp(5), np.arange(1.0, 6.0))
def phase_retrieval(signal, magnitudes):
    found = np.abs(np.fft.fft(signal))
    return np.sum((found - magnitudes) ** 2)


@at(np.cos(np.arange(16.0)).reshape(4, 4), np.sin(np.arange(12.0)).reshape(4, 3) + 1j)
def filtered_image(image, response):
    return np.sum(np.fft.irfft2(np.fft.rfft2(image) * response) ** 2)


@at(complex_ramp(4), 0.4, np.array([0.0, 0.5, 1.0, 1.5]))
def beamformer(weights, angle, positions):
    steering = np.exp(2j * np.pi * positions * np.sin(angle))
    noise = np.array([np.exp(2j * np.pi * positions * np.sin(a)) for a in (0.9, -0.7)])
    gain = np.abs(np.vdot(weights, steering)) ** 2
    leak = np.sum(np.abs(noise.conj() @ weights) ** 2)
    return gain / (leak + 0.1 * np.vdot(weights, weights).real)


@at(complex_ramp(3, 3))
def log_likelihood(a):
    covariance = a @ a.conj().T + 3.0 * np.eye(3)
    factor = np.linalg.cholesky(covariance)
    whitened = np.linalg.solve(factor, np.array([1.0, 1j, -1.0]))
    sign, logdet = np.linalg.slogdet(covariance)
    return np.sum(np.abs(whitened) ** 2) + logdet


@at(np.array([0.3, 0.9, 1.4]))
def recursive_filter(poles):
    h = np.empty(5, complex)
    for i in range(5):
        w = 0.3 * i
        value = 1.0
        for p in poles:
            value = value / (1 - 0.5 * p * np.exp(-1j * w))
        h[i] = value
    return np.sum(np.abs(h) ** 2) + np.sum(np.angle(h) ** 2)


# ---- structures ----------------------------------------------------------------------------


@at({"amplitude": 0.7, "waves": complex_ramp(3)}, [0.3 + 1j, 2.0])
def structures(params, pair):
    total = params["amplitude"] * np.sum(params["waves"] ** 2)
    for item in pair:
        total = total + item * item * total
    return abs(total) ** 2


@at(np.array([0.5, 1.5]), complex_ramp(2))
def real_meets_complex(x, z):
    buffer = np.zeros((2, 2), dtype=complex)
    buffer[0] = x
    buffer[1] = z
    buffer[:, 0] *= x[1]
    both = np.concatenate([x, z, x * z])
    chosen = np.where(x > 1.0, x, z)
    rows = np.stack([x, z])
    return (
        np.sum(np.abs(buffer @ rows) ** 2)
        + np.sum(both**2).real
        + np.sum(chosen * chosen.conj()).real
    )


@at(0.4, 1.1)
def chosen_by_sign(x, y):
    if x < y:
        z = x * 1j + y
    else:
        z = x
    w = z * y
    return w.real + (w * w).imag if isinstance(w, complex) else w


@at(complex_ramp(2, 3), complex_ramp(3, 2))
def products(a, b):
    outer = np.einsum("ij,jk->ik", a, b.conj())
    inner = np.tensordot(a, b, axes=1)
    return (
        np.trace(outer @ inner.conj().T).real
        + np.inner(a[0], b[:, 0]).imag
        + np.abs(np.outer(a[0], b[1])).sum()
        + np.linalg.norm(a) ** 2
        + np.abs(np.linalg.det(inner))
    )
