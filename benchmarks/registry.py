"""Find the workloads: every module of `benchmarks.workloads`."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks import workloads

SIZES = ("tiny", "medium", "large")


@dataclass(frozen=True)
class Workload:
    """A primal, the gradient an expert wrote for it, and arguments to call both with."""

    name: str
    module: ModuleType
    primal: Callable[..., Any]
    gradient: Callable[..., Any]
    autograd_version: Callable[..., Any] | None
    wrt: tuple[str, ...]
    kind: str
    sizes: dict[str, dict[str, int]]
    # Whether the source alone tells the shapes, so that no helper need be called.
    shapes_told: bool

    @property
    def argnums(self) -> tuple[int, ...]:
        names = list(inspect.signature(self.primal).parameters)
        return tuple(names.index(name) for name in self.wrt)

    def arguments(self, size: str) -> tuple:
        """Make the arguments of one of the named sizes, the same ones every time."""
        return self.scaled(**self.sizes[size])

    def scaled(self, **size: int) -> tuple:
        return self.module.make(np.random.default_rng(0), **size)


def load(name: str) -> Workload:
    """Import one workload by name."""
    module = importlib.import_module(f"{workloads.__name__}.{name}")
    return Workload(
        name=name,
        module=module,
        primal=getattr(module, name),
        gradient=module.gradient,
        autograd_version=module.autograd_version,
        wrt=module.WRT,
        kind=module.KIND,
        sizes=module.SIZES,
        shapes_told=getattr(module, "SHAPES_TOLD", False),
    )


def names() -> list[str]:
    """The names of all workloads, in the order of the alphabet."""
    return sorted(module.name for module in pkgutil.iter_modules(workloads.__path__))


def select(only: Iterable[str] = ()) -> list[Workload]:
    """Load the workloads named, or all of them."""
    return [load(name) for name in only or names()]


def as_tuple(gradient: Any) -> tuple:
    """A gradient with respect to one argument is not in a tuple; put it into one."""
    return gradient if isinstance(gradient, tuple) else (gradient,)
