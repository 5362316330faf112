"""`try`, `raise`, `assert` and `with`."""

import contextlib
import math
import warnings

import numpy as np

from ..table import row

trying = row("`try`/`except`/`else`/`finally`")
managing = row("`with` blocks: errstate, the user's own context managers")
raising = row("`raise`, asserts")


class NotThere(ValueError):
    pass


def checked(value):
    if value < 0.0:
        raise NotThere("a negative value")
    return np.sqrt(value)


@trying.at((2.0,), (-2.0,))
def raised_by_a_test(x):
    try:
        if x < 0.0:
            raise ValueError("negative")
        y = x * x
    except ValueError:
        y = 3.0 * x
    return y * x


@trying.at((2.0,), (-2.0,))
def raised_by_a_callee(x):
    try:
        y = checked(x)
    except ValueError:
        y = x * x * x
    return y * x


@trying.at((2.0,), (-2.0,))
def raised_by_math(x):
    try:
        y = math.log(x)
    except ValueError:
        y = x * x
    return y * x


@trying.at((2.0, 1.0), (2.0, -1.0))
def what_ran_before_counts(x, t):
    y = x
    try:
        y = y * x
        if t < 0.0:
            raise ArithmeticError
        y = y * x
    except ArithmeticError:
        y = y + x
    return y


@trying.at((2.0,), (-2.0,))
def with_else(x):
    try:
        y = math.sqrt(x)
    except ValueError:
        y = -x * x
    else:
        y = y * y * y
    return y


@trying.at((2.0,), (-2.0,))
def with_finally(x):
    steps = []
    try:
        y = math.sqrt(x)
    except ValueError:
        y = x * x
    finally:
        steps.append(1)
    return y * len(steps)


@trying.at((2.0,), (-2.0,))
def finally_computes(x):
    y = x
    try:
        if x < 0.0:
            raise ValueError
        y = y * x
    except ValueError:
        y = y * 2.0
    finally:
        y = np.sin(y)
    return y


@trying.at((2.0,), (-2.0,), (0.5,))
def two_handlers(x):
    try:
        if x < 0.0:
            raise KeyError("a")
        if x < 1.0:
            raise ZeroDivisionError
        y = x * x
    except KeyError:
        y = x * x * x
    except (ZeroDivisionError, ValueError) as error:
        y = np.exp(x) * len(error.args[:0] + (1,))
    return y


@trying.at((2.0,), (-2.0,))
def returns_from_all_paths(x):
    try:
        return math.sqrt(x) * x
    except ValueError:
        return x * x


@trying.at((2.0,), (-2.0,))
def returns_from_the_handler(x):
    try:
        y = math.sqrt(x)
    except ValueError:
        return x * x
    return y * x


@trying
def in_a_loop(x):
    total = 0.0
    for value in x:
        try:
            if value > 1.0:
                raise ValueError
            total = total + value * value
        except ValueError:
            total = total * value + value
    return total


@trying
def continues_from_the_handler(x):
    total = 0.0
    for value in x:
        try:
            part = checked(1.0 - value)
        except NotThere:
            continue
        total = total + part * value
    return total


@trying
def breaks_from_the_handler(x):
    total = 1.0
    for value in x:
        try:
            part = checked(value - 1.0)
        except NotThere:
            break
        total = total + part * value
    return total


@trying.at((2.0,), (-2.0,))
def nested(x):
    try:
        try:
            y = checked(x)
        except KeyError:
            y = 0.0
        y = y * 2.0
    except ValueError:
        y = x * x
    return y * x


@trying.at((2.0,), (-2.0,))
def raised_again(x):
    try:
        try:
            y = checked(x)
        except NotThere as error:
            raise TypeError from error
    except TypeError:
        y = x * x
    return y * x


@trying
def missing_key(x):
    table = {"a": x[0]}
    try:
        y = table["b"]
    except KeyError:
        y = x[1] * x[2]
    return y * table["a"]


@trying
def past_the_end(x):
    try:
        y = x[7]
    except IndexError:
        y = x[-1] * x[0]
    return y


@trying
def optional_import(x):
    try:
        import no_such_module as fast
    except ImportError:
        fast = None
    return np.sum(x * x) if fast is None else 0.0 * x[0]


@trying
def only_finally(x):
    y = np.zeros(3)
    try:
        y[1:] = x[1:] * x[0]
    finally:
        y[0] = x[2]
    return np.sum(y * y)


@trying
def array_written_before_it_fails(x):
    y = np.zeros(3)
    try:
        y[0] = x[0] * x[1]
        y[5] = x[2]
    except IndexError:
        y[1] = x[2] * x[2]
    return np.sum(y * y)


@trying.at((2.0,), (-2.0,))
def suppressed(x):
    y = x * x
    with contextlib.suppress(ValueError):
        y = math.sqrt(x) * x
    return y


@trying
def cholesky_with_jitter(x):
    matrix = np.outer(x, x) - 0.5 * np.eye(3)
    for power in range(4):
        try:
            factor = np.linalg.cholesky(matrix + 0.3 * 10.0**power * np.eye(3))
            break
        except np.linalg.LinAlgError:
            factor = matrix
    return np.sum(np.log(np.diag(factor)))


@trying.at((1.5,))
def is_a_number(x):
    try:
        x = float(x)
    except TypeError:
        raise ValueError("not a number") from None
    return x * x


# ---- with ---------------------------------------------------------------------------------


@contextlib.contextmanager
def scope(names, name):
    names.append(name)
    try:
        yield name
    finally:
        names.pop()


class Doubling:
    factor = 1.0

    def __enter__(self):
        Doubling.factor = 2.0
        return self

    def __exit__(self, *what):
        Doubling.factor = 1.0


@managing
def errstate(x):
    with np.errstate(all="ignore"):
        y = np.sum(x * x / x)
    return y * x[0]


@managing
def returned_inside(x):
    with np.errstate(divide="ignore"):
        return np.sum(x * x)


@managing
def inside_a_loop(x):
    total = 0.0
    for value in x:
        with np.errstate(all="ignore"):
            if value > 2.0:
                break
            total = total + value * value
    return total


@managing
def a_loop_inside(x):
    total = 0.0
    with np.errstate(all="ignore"):
        for value in x:
            total = total + np.sin(value) * value
    return total


@managing
def of_the_user(x):
    names = []
    with scope(names, "first"):
        y = x * x
        with scope(names, "second") as name:
            y = y * len(names) * len(name)
    return np.sum(y * x)


@managing
def several_at_once(x):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = np.sum(np.sqrt(x) * x)
    return y


@managing
def a_class(x):
    with Doubling():
        y = x[0] * x[1]
    return y * x[2]


@managing
def nothing_to_do(x):
    with contextlib.nullcontext():
        y = x * x
    return np.sum(y)


# ---- raise and assert ------------------------------------------------------------------------


@raising
def asserted(x):
    assert np.all(x > 0.0), f"bad {x}"
    assert len(x) == 3
    return np.sum(x * x)


@raising
def checked_first(x):
    if x.ndim != 1:
        raise ValueError(f"a vector, not {x.ndim} axes")
    if not np.isfinite(x).all():
        raise FloatingPointError("not finite")
    return np.sum(x * x)


@raising
def raised_in_the_last_arm(x):
    if x[0] > 1.0:
        y = x[0] * x[1]
    elif x[0] > 0.0:
        y = x[2]
    else:
        raise ValueError("no")
    return y * y


@raising
def not_implemented(x, kind="square"):
    if kind == "square":
        return np.sum(x * x)
    elif kind == "cube":
        return np.sum(x**3)
    raise NotImplementedError(kind)


@raising
def raised_in_a_loop(x):
    total = 0.0
    for value in x:
        if value < 0.0:
            raise ValueError("negative")
        total += np.log(value) * value
    return total


@raising
def search_that_must_succeed(x):
    for value in x:
        if value > 2.0:
            return value * value
    raise ValueError("none is large")
