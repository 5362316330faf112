"""Names that people give to variables, and names that a compiler of derivatives gives to its own."""

from __future__ import annotations

import builtins
import keyword
import random

POOLS: dict[str, tuple[str, ...]] = {
    "scalar": (
        "a", "b", "c", "s", "total", "alpha", "beta", "rate", "gain", "loss", "energy", "mean",
        "scale", "r", "q", "temp", "err", "price", "k1", "k2", "phi", "theta", "acc", "p",
    ),
    "vector": (
        "x", "y", "z", "u", "v", "w", "h", "out", "state", "weights", "signal", "buf", "row",
        "logits", "hidden", "pos", "vel", "res", "field", "old", "new",
    ),
    "matrix": ("A", "B", "W", "M", "K", "grid", "cov", "table", "image", "P", "Q", "U", "V"),
    "int": ("i", "j", "k", "n", "m", "step", "idx", "count", "it", "size"),
    "flag": ("ok", "done", "flag", "mask", "hot", "inside"),
    "list": ("items", "history", "parts", "terms", "steps", "layers", "values", "stack"),
    "tuple": ("pair", "both", "point", "result", "span"),
    "dict": ("params", "cfg", "cache", "model", "info", "opts"),
    "function": (
        "g", "act", "inner", "helper", "update", "term", "cost", "model_step", "phi_of", "relax",
        "kernel", "smooth", "rhs", "advance", "blend", "penalty", "mix", "force", "predict", "damp",
    ),
}  # fmt: skip

# What derivative code calls its own things, or what it takes for granted.
HAZARDS = (
    "bx", "by", "bz", "ba", "dx", "dy", "d", "t", "np_", "grad", "saved", "x_saved", "y_saved",
    "unbroadcast", "tangent", "push", "pop", "_stack", "x_1", "a_1", "_t", "y_", "bx_", "seed",
    "forward", "backward", "f_backward", "dfdx", "_", "rt", "runtime", "tmp", "cond", "init_grad",
    "jvp", "vjp", "primal", "bf", "df", "tape", "copy", "cot", "i_", "_x", "n_saved", "result",
)  # fmt: skip

# Builtins that a user's variable may hide, and the features that would then stop to work.
SHADOWED: dict[str, tuple[str, ...]] = {
    "reversed": ("for_reversed",),
    "zip": ("for_zip", "sum_generator", "listcomp", "dictcomp"),
    "enumerate": ("for_enumerate",),
    "list": ("list_alias",),
    "tuple": (),
    "dict": ("dict_literal", "dict_item_write"),
    "type": (),
    "id": (),
    "input": (),
    "map": (),
    "iter": (),
    "next": (),
    "isinstance": ("type_test",),
    "slice": (),
    "object": (),
    "vars": (),
    "float": ("casts",),
    "sorted": (),
}


def candidates(rng: random.Random, tag: str, hazards: bool) -> str:
    """Propose a name for a variable of the kind called `tag`."""
    pool = HAZARDS if hazards else POOLS[tag]
    return rng.choice(pool)


def is_usable(name: str) -> bool:
    return not keyword.iskeyword(name) and not hasattr(builtins, name)
