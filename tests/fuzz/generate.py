"""Write a random program: parameters, constants, a body of statements, a result.

Every program switches a random part of the features off ("swarm testing": programs of few features
that meet often find more than programs of all features that meet seldom). A program counts only
when `validity` finds that it runs, is smooth around its sample point, and leaves its input alone.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from .grammar.assignments import body
from .grammar.draft import Draft, Module
from .grammar.kinds import INT, SCALAR, Expr, Kind, dict_of, list_of, mat, tuple_of, vec
from .grammar.names import SHADOWED
from .grammar.registry import all_features, extra
from .grammar.results import write_return
from .program import Program
from .validity import fault

extra(
    "hazard_names",
    "shadowed_builtin",
    "globals",
    "global_array",
    "size_one",
    "param_dict",
    "param_tuple",
    "param_list",
    "param_int",
    "param_matrix",
    "param_inactive",
    "entry_default",
    "vector_result",
    "import_styles",
    "docstring",
    "several_wrt",
)

# Without these there would be nothing to write.
ALWAYS = frozenset(
    ("assign", "arithmetic", "np_elementwise", "overwrite", "read_index", "reduction")
)
ATTEMPTS = 60


def features() -> frozenset[str]:
    """Give the names of all features."""
    return all_features()


def generate(
    seed: int,
    features: Iterable[str] | None = None,
    size: int = 12,
    swarm: bool | None = None,
    favoured: Iterable[str] = (),
) -> Program:
    """Write the program of a seed; `features` limits what it may use, `size` how long it gets, and
    where they `swarm` many of them do without. One that is `favoured` is in most programs."""
    wanted = all_features() if features is None else frozenset(features)
    unknown = wanted - all_features()
    if unknown:
        raise ValueError(f"no such features: {', '.join(sorted(unknown))}")
    for attempt in range(ATTEMPTS):
        rng = random.Random(f"{seed}/{attempt}")
        weights = _weights(rng, wanted, features is None if swarm is None else swarm)
        program = _attempt(rng, seed, weights, size, _chosen(rng, favoured))
        if fault(program) is None:
            return program
    raise RuntimeError(f"seed {seed}: none of {ATTEMPTS} attempts gave a valid program")


def _attempt(
    rng: random.Random, seed: int, weights: dict[str, float], size: int, favoured: list[str]
) -> Program:
    dims = tuple(rng.randint(2, 5) for _ in range(rng.choice((1, 2, 2, 3))))
    module = Module(rng, weights | dict.fromkeys(favoured, 1.0), dims, frozenset(favoured))
    if module.flip("size_one", 0.06):
        module.dims += (1,)
    draft = Draft(module, "f", SCALAR)
    if module.flip("vector_result", 0.1):
        draft.result = vec(rng.choice(module.dims))
    _shadow(draft)
    _constants(draft)
    params = _parameters(draft)
    active = [place for place, param in enumerate(params) if param.differentiable]
    wrt = _choose_wrt(draft, active)
    _begin(draft, params, wrt)
    # A third of the programs are small: what they find needs no shrinking.
    size = max(2, size // 3) if rng.random() < 0.33 else size
    draft.budget = size + size // 3
    body(draft, rng.randint(max(1, size // 4), max(2, 2 * size // 3)))
    if not draft.ended:
        write_return(draft, final=True)
    source = _assemble(draft)
    args = tuple(param.value for param in params)
    return Program(seed, source, args, wrt, frozenset(module.used))


def _weights(rng: random.Random, wanted: frozenset[str], swarm: bool) -> dict[str, float]:
    """Draw how much each feature counts in this program; many do not count at all."""
    share = rng.choice((0.35, 0.6, 0.6, 1.0)) if swarm else 1.0
    weights = dict.fromkeys(ALWAYS, 1.0)
    for name in sorted(wanted):
        if rng.random() < share or name in ALWAYS:
            weights[name] = rng.choice((0.5, 1.0, 1.0, 3.0))
    return weights


def _chosen(rng: random.Random, favoured: Iterable[str]) -> list[str]:
    """Take one or two of the favoured features; of too many at once none would be frequent."""
    names = sorted(favoured)
    return rng.sample(names, min(len(names), rng.choice((1, 1, 2)))) if names else []


def _shadow(draft: Draft) -> None:
    """Hide a builtin behind a variable; what needs that builtin is then not used."""
    if not draft.flip("shadowed_builtin", 0.06):
        return
    name = draft.rng.choice(sorted(SHADOWED))
    for feature in SHADOWED[name]:
        draft.module.weights.pop(feature, None)
    draft.module.names.add(name)
    draft.emit(f"{name} = {draft.number(0.2, 1.5)}")
    draft.define(name, SCALAR, Expr("", 0.2, 1.5, False))


def _constants(draft: Draft) -> None:
    """Write constants of the module."""
    module = draft.module
    if draft.flip("globals", 0.2):
        name, value = draft.rng.choice(("K", "RATE", "G", "EPS0")), draft.number(0.2, 1.5)
        module.constants.append(f"{name} = {value}")
        _make_global(draft, name, SCALAR, float(value))
    if draft.flip("global_array", 0.12):
        n = draft.dim()
        values = [round(draft.rng.uniform(-1.5, 1.5), 2) for _ in range(n)]
        module.constants.append(f"NODES = np.array({values})")
        _make_global(draft, "NODES", vec(n), 1.5)


def _make_global(draft: Draft, name: str, kind: Kind, bound: float) -> None:
    module = draft.module
    module.names.add(name)
    var = draft.define(name, kind, Expr("", -bound, bound, False), frozen=True, fixed=True)
    module.globals.append(var)


# Parameters


class _Param:
    """A parameter of the entry, with the value that it gets."""

    def __init__(self, name: str, kind: Kind, value: Any, differentiable: bool, lo: float):
        self.name = name
        self.kind = kind
        self.value = value
        self.differentiable = differentiable
        self.lo = lo
        self.default = ""


def _parameters(draft: Draft) -> list[_Param]:
    params = [_parameter(draft) for _ in range(draft.rng.choice((1, 1, 2, 2, 3, 4)))]
    if not any(param.differentiable for param in params):
        params[0] = _number(draft, SCALAR)
    if draft.flip("param_int", 0.18):
        value = draft.rng.randint(1, 4)
        param = _Param(draft.new_name("int"), INT, value, False, value)
        if draft.flip("entry_default", 0.4):
            param.default = f"={draft.rng.randint(1, 4)}"
        params.append(param)
    return params


def _parameter(draft: Draft) -> _Param:
    rng = draft.rng
    if draft.flip("param_dict", 0.05):
        keys = tuple(rng.sample(("w", "b", "scale", "A"), rng.randint(1, 3)))
        return _container(draft, "dict", keys)
    if draft.flip("param_tuple", 0.04):
        return _container(draft, "tuple", ("", "")[: rng.randint(1, 2)])
    if draft.flip("param_list", 0.04):
        return _container(draft, "list", ("", "", "")[: rng.randint(1, 3)])
    if draft.flip("param_matrix", 0.18):
        return _number(draft, mat(draft.dim(), draft.dim()))
    return _number(draft, SCALAR if draft.chance(0.5) else vec(draft.dim()))


def _values(draft: Draft, kind: Kind, lo: float) -> Any:
    def one() -> float:
        return round(draft.rng.uniform(lo, 1.5), 4)

    if kind == SCALAR:
        return one()
    flat = [one() for _ in range(int(np.prod(kind.shape)))]
    return np.array(flat).reshape(kind.shape)


def _number(draft: Draft, kind: Kind) -> _Param:
    lo = draft.rng.choice((-1.5, -1.5, 0.3))
    return _Param(draft.new_name(kind.tag), kind, _values(draft, kind, lo), True, lo)


def _container(draft: Draft, tag: str, keys: tuple[str, ...]) -> _Param:
    kinds = [SCALAR if draft.chance(0.4) else vec(draft.dim()) for _ in keys]
    if tag == "list":
        kinds = kinds[:1] * len(keys)
    values = [_values(draft, kind, -1.5) for kind in kinds]
    name = draft.new_name(tag)
    if tag == "dict":
        kind: Kind = dict_of(keys, tuple(kinds))
        return _Param(name, kind, dict(zip(keys, values, strict=True)), True, -1.5)
    if tag == "tuple":
        return _Param(name, tuple_of(*kinds), tuple(values), True, -1.5)
    return _Param(name, list_of(kinds[0], len(keys)), values, True, -1.5)


def _choose_wrt(draft: Draft, active: list[int]) -> tuple[int, ...]:
    """Choose what to differentiate with respect to."""
    if len(active) == 1:
        return tuple(active)
    if draft.flip("several_wrt", 0.5):
        return tuple(sorted(draft.rng.sample(active, draft.rng.randint(2, len(active)))))
    if draft.flip("param_inactive", 0.7):
        return (draft.rng.choice(active),)
    return tuple(active)


def _begin(draft: Draft, params: list[_Param], wrt: tuple[int, ...]) -> None:
    """Write the head of the entry, and take containers apart now and then."""
    head = ", ".join(param.name + param.default for param in params)
    draft.lines.insert(0, f"def f({head}):")
    if draft.flip("docstring", 0.1):
        draft.lines.insert(1, '    """Give the energy of a state."""')
    for place, param in enumerate(params):
        expr = Expr("", param.lo, 1.5 if param.kind != INT else param.lo, place in wrt)
        # Writing into an argument would change what the caller holds.
        draft.define(param.name, param.kind, expr, frozen=param.kind not in (SCALAR, INT))
    for param in params:
        if param.kind.tag == "dict" and draft.chance(0.6):
            for key, kind in zip(param.kind.keys, param.kind.items, strict=True):
                _read_part(draft, param, f"{param.name}[{key!r}]", kind)
        elif param.kind.tag in ("tuple", "list") and draft.chance(0.5):
            for index, kind in enumerate(param.kind.items):
                _read_part(draft, param, f"{param.name}[{index}]", kind)


def _read_part(draft: Draft, param: _Param, text: str, kind: Kind) -> None:
    base = (param.name,) if kind.is_array else ()
    active = draft.scope[param.name].active
    draft.assign(draft.new_name(kind.tag), kind, Expr(text, -1.5, 1.5, active, base))


# The module


def _assemble(draft: Draft) -> str:
    """Put the parts together, and print them from the tree, without needless parentheses."""
    module = draft.module
    functions = list(module.functions)
    functions.insert(draft.rng.choice((len(functions), len(functions), 0)), draft.lines)
    text = "\n\n\n".join("\n".join(lines) for lines in functions)
    imports = ["import numpy as np"]
    for name in ("math", "functools", "collections", "dataclasses", "itertools", "enum"):
        if re.search(rf"\b{name}\.", text):
            imports.insert(0, f"import {name}")
    if re.search(r"\bcopy\.(copy|deepcopy)\(", text):
        imports.insert(0, "import copy")
    parts = ["\n".join([*imports, *module.constants]), text]
    tree = ast.parse("\n\n\n".join(parts))
    return _restyle(draft, ast.unparse(tree) + "\n")


def _restyle(draft: Draft, source: str) -> str:
    """Import NumPy and math in another way, as some people do."""
    if not draft.flip("import_styles", 0.12):
        return source
    choice = draft.rng.randrange(3)
    if choice == 0:
        source = source.replace("import numpy as np\n", "import numpy\n")
        return re.sub(r"\bnp\.", "numpy.", source)
    if choice == 1:
        names = sorted(set(re.findall(r"\bmath\.(\w+)", source)))
        if names and not any(re.search(rf"(?<![.\w]){name}\b", source) for name in names):
            source = source.replace("import math\n", f"from math import {', '.join(names)}\n")
            return re.sub(r"\bmath\.", "", source)
        return source
    source = source.replace("import numpy as np\n", "import numpy as xp\n")
    return re.sub(r"\bnp\.", "xp.", source)
