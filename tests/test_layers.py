"""The layers of ARCHITECTURE.md: who imports whom, and how long a file may be."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tangent_ad"

# From the ground up. A module imports from its own layer and from lower ones; those that share a
# line are one layer.
ORDER = [
    ("errors",),
    ("runtime",),
    ("syntax",),
    ("analysis",),
    ("rules",),
    ("normalize",),
    ("differentiate",),
    ("optimize",),
    ("pipeline",),
    ("session",),
    ("survey",),
    ("custom_calls",),
    ("callees",),
    ("derived",),
    ("outputs",),
    ("derive",),
    ("guards", "requirements"),
    ("specialize", "standalone"),
    ("saving",),
    ("derivative", "flattening", "stripping", "targets"),
    ("pending",),
    ("api", "pullbacks"),
    ("checking", "functional", "jacobians"),
    ("tangent_ad",),  # the package itself, tangent_ad/__init__.py
    ("command", "__main__"),
]
LEVEL = {name: level for level, names in enumerate(ORDER) for name in names}

# What a method of a derivative asks for when it is called, by an import inside a function.
LATE = {("derivative", "checking"), ("saving", "tangent_ad")}

# Kinds of pass that know nothing of each other; pipeline.py puts them in order.
PASSES = {"normalize", "differentiate", "optimize"}

MOST_LINES = 500
MANY_LINES = 400

FILES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


def layer(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path, everywhere: bool = True) -> Iterator[tuple[str, int]]:
    """The modules that a file imports, and the lines; not those for type checkers only.

    `everywhere` takes in imports inside functions.
    """
    tree = parsed(path)
    nodes = list(ast.walk(tree) if everywhere else outside_functions(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write absolute imports"
            assert node.module is not None
            for alias in node.names:
                assert alias.name != "*", f"{path}:{node.lineno}: import names one by one"
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module, node.lineno


def outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield node
            yield from outside_functions(node)


def own(path: Path) -> Iterator[tuple[str, int]]:
    """The imports of the package's own modules, LATE ones left out."""
    here = layer(module_name(path))
    outside = set(imported(path, everywhere=False))
    for module, line in imported(path):
        is_late = (here, layer(module)) in LATE and (module, line) not in outside
        if module.split(".")[0] == "tangent_ad" and not is_late:
            yield module, line


def test_every_module_has_a_layer() -> None:
    strangers = sorted({layer(module) for module in MODULES} - set(LEVEL))
    assert not strangers, f"say in ORDER where they belong: {', '.join(strangers)}"


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_go_down(path: Path) -> None:
    here = layer(module_name(path))
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {here} imports {module}"
        for module, line in own(path)
        if LEVEL[layer(module)] > LEVEL[here]
        or (here in PASSES and layer(module) in PASSES - {here})
    ]
    assert not wrong, "\n".join(wrong)


def test_no_cycles() -> None:
    """Not even inside a layer, nor by an import inside a function."""
    graph = {name: {m for m, _ in own(path)} - {name} for name, path in MODULES.items()}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, "a cycle: " + " -> ".join((*trail, module))
        if module in done:
            return
        for other in sorted(graph[module]):
            visit(other, (*trail, module))
        done.add(module)

    for module in sorted(graph):
        visit(module, ())


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name == "runtime"], ids=module_name
)
def test_runtime_needs_numpy_only(path: Path) -> None:
    allowed = {"numpy", *sys.stdlib_module_names}
    for module, line in imported(path):
        outside = module.split(".")[0] not in allowed
        inside = layer(module) in ("errors", "runtime") and module.startswith("tangent_ad")
        assert inside or not outside, f"{path.relative_to(ROOT)}:{line}: imports {module}"


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_no_module_imports_tensorflow_at_import(path: Path) -> None:
    for module, line in imported(path, everywhere=False):
        assert module.split(".")[0] != "tensorflow", f"{path.relative_to(ROOT)}:{line}"


def test_the_import_is_silent_and_light() -> None:
    """No output, and none of the libraries that only some users have."""
    program = (
        "import sys, tangent_ad\n"
        "heavy = {'tensorflow', 'scipy', 'autograd', 'numba', 'sklearn', 'matplotlib', 'pandas'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_module_is_named_after_another_library() -> None:
    taken = {*sys.stdlib_module_names, "numpy", "scipy", "tensorflow", "gast", "astor", "utils"}
    # Python takes this name for `python -m`.
    names = {path.stem for path in FILES} - {"__init__", "__main__"}
    names |= {path.parent.name for path in FILES}
    assert not names & taken


def test_no_file_is_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    many = {path: count for path, count in lines.items() if count > MANY_LINES}
    with capsys.disabled():
        for path, count in sorted(many.items(), key=lambda item: -item[1]):
            print(f"\n{path.relative_to(ROOT)} has {count} lines", end="")
    longest = [f"{p.relative_to(ROOT)}: {n}" for p, n in lines.items() if n > MOST_LINES]
    assert not longest, f"more than {MOST_LINES} lines: {', '.join(longest)}"
