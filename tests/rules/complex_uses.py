"""Uses of operations with complex operands: all of them, or one beside real ones."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from tangent_ad.analysis import operations
from tangent_ad.analysis.operations import Operation
from tangent_ad.rules.samples import Sample

from .sampling import samples_of
from .spelling import (
    Speller,
    Use,
    base_namespace,
    compiled,
    indented,
    is_float,
    is_of_library,
    is_of_runtime,
)  # fmt: skip

# Eigenvectors of Hermitian matrices are known up to a phase.
INSTEAD = {
    np.linalg.eigh: "w, v = np.linalg.eigh(x)\nreturn w**2 @ (np.abs(v[0]) ** 2 + v[1] * np.conj(v[0]))"
}
KINDS = (operations.ELEMENTWISE, operations.GENERAL)


def complex_uses() -> list[Use]:
    """Uses of every rule for which NumPy takes complex operands, once for rules with several names."""
    found: list[Use] = []
    seen: set[Any] = set()
    for entry in operations.TABLE.values():
        if entry.kind not in KINDS or not is_of_library(entry) or is_of_runtime(entry):
            continue
        if entry.adjoint in seen:
            continue
        seen.add(entry.adjoint)
        samples = samples_of(entry)
        if entry.function in INSTEAD:
            samples = [Sample((), {"x": samples[0].arguments[0]}, INSTEAD[entry.function])]
        for number, sample in enumerate(samples):
            found += spelled(entry, sample, number)
    return found


def spelled(entry: Operation, sample: Sample, number: int) -> Iterator[Use]:
    if sample.text:
        parameters = tuple(k for k, v in sample.keywords.items() if is_float(v))
        values, namespace, call = sample.keywords, base_namespace(), ""
    else:
        plain = Speller(entry, sample)
        parameters, values = tuple(plain.wrt), plain.values
        namespace, call = plain.namespace, plain.call
    choices = {"complex": parameters}
    if len(parameters) > 1 and number < 4:
        choices.update({f"complex {p}": (p,) for p in parameters})
    for variant, chosen in choices.items():
        new = {k: complexified(v) if k in chosen else v for k, v in values.items()}
        try:
            text, names = written(entry, sample, call, new, namespace)
        except (TypeError, ValueError, np.linalg.LinAlgError, Warning):
            continue  # NumPy takes no such operand
        yield Use(entry, number, text, new, parameters, names, variant)


def written(
    entry: Operation, sample: Sample, call: str, values: dict[str, Any], namespace: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """A function that makes one real number of the use, and what its text refers to."""
    header = f"def f({', '.join(values)}):\n"
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        if sample.text:
            inner = compiled(header + indented(sample.text.strip()), dict(namespace))
            inner(**values)
            body = f"y = used({', '.join(values)})\nreturn np.real(y) + 0.5 * np.imag(y)"
            return header + indented(body), {**namespace, "used": inner}
        result = eval(call, dict(namespace), dict(values))
    parts = result if isinstance(result, (tuple, list)) else [result]
    names = [f"y{i}" for i in range(len(parts))]
    target = ", ".join(names) + ("," if isinstance(result, (tuple, list)) else "")
    terms = []
    for name, part in zip(names, parts, strict=True):
        if np.asarray(part).dtype.kind in "fc":
            weight = np.cos(1.0 + np.arange(np.size(part))) + 1j * np.sin(np.arange(np.size(part)))
            values[f"w{name}"] = weight.reshape(np.shape(part))
            terms.append(f"np.sum((w{name} * {name} + 0.25 * {name} * {name}).real)")
    if not terms:
        raise TypeError("nothing to differentiate")
    header = f"def f({', '.join(values)}):\n"
    return header + indented(f"{target} = {call}\nreturn {' + '.join(terms)}"), dict(namespace)


def complexified(value: Any) -> Any:
    """The value with imaginary parts; of a symmetric matrix a Hermitian one."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(complexified, value))
    if isinstance(value, dict):
        return {k: complexified(v) for k, v in value.items()}
    if not is_float(value):
        return value
    part = 0.4 * np.cos(2.0 + 1.7 * np.arange(np.size(value))).reshape(np.shape(value)) + 0.1
    if np.ndim(value) > 1 and value.shape[-1] == value.shape[-2] > 1:
        if np.allclose(value, np.swapaxes(value, -1, -2)):
            part = part - np.swapaxes(part, -1, -2)
    return value + 1j * part if np.ndim(value) else complex(value, float(part))
