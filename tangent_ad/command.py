"""The command line: print or save the derivative of a function in a file or module.

    python -m tangent_ad grad examples/digits.py:loss --wrt W1,b1
    python -m tangent_ad hvp package.model:loss --wrt w --save hvp_loss.py

The exit code is 0; 1 where the function cannot be differentiated or the file cannot be run; 2 where
the command itself is wrong: a file, function, parameter or option that does not exist.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import os
import platform
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tangent_ad
from tangent_ad import api, errors

DESCRIPTION = "Print or save the derivative of a Python function, as source."
TARGET = "path/to/file.py:function or package.module:function; Class.method works as well"


class CommandError(Exception):
    """Something that ends the command with a message and an exit code."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("default", errors.TangentWarning)
        warnings.showwarning = _show_warning  # type: ignore[assignment]
        try:
            options.run(options)
        except CommandError as error:
            return _fail(str(error), error.code)
        except errors.WrtError as error:
            return _fail(str(error), 2)
        except errors.TangentError as error:
            return _fail(str(error), 1)
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m tangent_ad", description=DESCRIPTION)
    top.add_argument("--version", action="version", version=f"tangent_ad {tangent_ad.__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    grad = _derivative(commands, "grad", "the gradient of a function that returns one number")
    grad.add_argument(
        "--mode", choices=("reverse", "forward"), default="reverse",
        help="reverse (default), or forward: takes a tangent for each of --wrt",
    )  # fmt: skip
    grad.add_argument(
        "--motion", choices=("joint", "split"), default="joint",
        help="one function (default), or the forward and the backward pass as functions of their own",
    )  # fmt: skip
    grad.add_argument("--value", action="store_true", help="return (value, gradient)")
    grad.set_defaults(derive=_grad)

    vjp = _derivative(commands, "vjp", "the vector-Jacobian product: (*arguments, seed)")
    vjp.add_argument("--motion", choices=("joint", "split"), default="joint")
    vjp.set_defaults(derive=lambda f, o: api.vjp(f, o.wrt, optimized=o.optimized, motion=o.motion))

    jvp = _derivative(commands, "jvp", "the Jacobian-vector product: (*arguments, *tangents)")
    jvp.set_defaults(derive=lambda f, o: api.jvp(f, o.wrt, optimized=o.optimized))

    hvp = _derivative(commands, "hvp", "the Hessian-vector product: (*arguments, *vectors)")
    hvp.add_argument("--mode", choices=api.HVP_MODES, default=api.HVP_MODES[0])
    hvp.set_defaults(derive=lambda f, o: api.hvp(f, o.wrt, mode=o.mode, optimized=o.optimized))

    doctor = commands.add_parser("doctor", help="versions, for a report of a mistake")
    doctor.set_defaults(run=_doctor)
    return top


def _derivative(commands: Any, name: str, what: str) -> argparse.ArgumentParser:
    """A command that derives a function and prints or saves what comes out."""
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=what, description=f"Print {what}."
    )
    command.add_argument("target", help=TARGET)
    command.add_argument(
        "--wrt", type=_wrt, default=(0,), metavar="NAMES",
        help="parameters of differentiation: names or positions with commas between; "
        "the first one if not given",
    )  # fmt: skip
    command.add_argument("--save", metavar="FILE", help="write a module there instead of printing")
    command.add_argument(
        "--plain", dest="optimized", action="store_false", help="leave out the optimiser"
    )
    command.set_defaults(run=_derive)
    return command


def _derive(options: argparse.Namespace) -> None:
    df = options.derive(load(options.target), options)
    if options.save is None:
        print(df.module_source.rstrip())
        return
    if not hasattr(df, "save"):
        raise CommandError("this version cannot save; send the output to a file instead", 1)
    try:
        df.save(options.save)
    except OSError as error:
        if isinstance(error, errors.TangentError):
            raise
        raise CommandError(f"cannot write {options.save}: {error.strerror or error}") from None


def _grad(f: Callable, options: argparse.Namespace) -> Any:
    if options.mode == "forward":
        if options.motion == "split":
            raise CommandError("--motion split is for --mode reverse")
        # The result of google/tangent's order, or the value first where it is asked for.
        return api.autodiff(
            f, options.wrt, options.optimized, mode="forward",
            preserve_result="first" if options.value else False,  # type: ignore[arg-type]
        )  # fmt: skip
    transform = api.value_and_grad if options.value else api.grad
    return transform(f, options.wrt, optimized=options.optimized, motion=options.motion)


def _doctor(options: argparse.Namespace) -> None:
    rows = [("tangent_ad", tangent_ad.__version__), ("python", platform.python_version())]
    for name in ("numpy", "gast", "astor", "scipy", "tensorflow"):
        try:
            rows.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            rows.append((name, "not installed"))
    rows.append(("platform", platform.platform()))
    for name, version in rows:
        print(f"{name:<12}{version}")


def _wrt(text: str) -> tuple[int | str, ...]:
    items = [item.strip() for item in text.split(",")]
    if not all(items):
        raise argparse.ArgumentTypeError("give names or positions with commas between: W1,b1")
    return tuple(int(item) if item.isdecimal() else item for item in items)


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _show_warning(message: Any, category: type[Warning], *place: Any) -> None:
    print(f"warning: {message}", file=sys.stderr)


# ---- the function --------------------------------------------------------------------------


def load(target: str) -> Any:
    """The function that `file.py:name` or `module:name` stands for.

    Raises CommandError where there is none.
    """
    where, colon, name = target.rpartition(":")
    if not colon or not where or not name:
        raise CommandError(f"{target!r} names no function; write {TARGET}")
    is_file = where.endswith(".py") or os.sep in where
    module = _module_of_file(Path(where)) if is_file else _module_named(where)
    found: Any = module
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise CommandError(f"{where} has no {name!r}{_functions(module)}") from None
    return found


def _functions(module: types.ModuleType) -> str:
    """What there is to choose from, for a message."""
    names = [
        name
        for name, value in vars(module).items()
        if isinstance(value, types.FunctionType) and value.__module__ == module.__name__
    ]
    return f"; its functions are {', '.join(names)}" if names else "; it has no functions"


def _module_of_file(path: Path) -> types.ModuleType:
    if not path.is_file():
        raise CommandError(f"there is no file {path}")
    name = path.stem if path.stem.isidentifier() and path.stem not in sys.modules else "target"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise CommandError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))  # as `python file.py` does
    sys.modules[name] = module
    _run(str(path), lambda: spec.loader.exec_module(module))  # type: ignore[union-attr]
    return module


def _module_named(name: str) -> types.ModuleType:
    sys.path.insert(0, os.getcwd())  # as `python -m name` does
    module: types.ModuleType = _run(name, lambda: _imported(name))
    return module


def _imported(name: str) -> types.ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            raise CommandError(f"there is no module {name}") from None
        raise


def _run(what: str, action: Callable[[], Any]) -> Any:
    """Run the user's file. What it raises is shown as it is, less our own frames."""
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # a look at a file leaves nothing beside it
    try:
        return action()
    except CommandError:
        raise
    except SystemExit as error:
        raise CommandError(f"{what} ended with SystemExit({error.code!r}) when run", 1) from None
    except Exception as error:
        tail = traceback.TracebackException.from_exception(error)
        tail.stack = traceback.StackSummary.from_list(
            [frame for frame in tail.stack if not _is_machinery(frame.filename)]
        )
        text = "".join(tail.format()).rstrip()
        raise CommandError(f"{what} cannot be run:\n{text}", 1) from None
    finally:
        sys.dont_write_bytecode = before


def _is_machinery(filename: str) -> bool:
    return filename == __file__ or "importlib" in filename
