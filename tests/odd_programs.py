"""Small programs at the edges of Python and NumPy: each has the right gradient, or is refused.

Most write through something, look something up by its name, or take a value out of the sight of the
compiler. Each takes a vector of three positive numbers and returns a number.
"""

import collections
import copy
import functools
import itertools
import logging
import math
import operator
from collections.abc import Callable

import numpy as np

AT = np.array([1.5, 0.7, 2.2])
WEIGHTS = np.array([1.5, 0.7, 2.2])

PROGRAMS: dict[str, Callable] = {}


def program(function: Callable) -> Callable:
    PROGRAMS[function.__name__] = function
    return function


STORE = {"k": 1.0}
ITEMS = [1.0]
STATE = 1.0


class Box:
    v = 1.0

    def __init__(self, v):
        self.v = v


box = Box(1.0)


@program
def out_ufunc(x):
    y = np.zeros(3)
    np.multiply(x, x, out=y)
    return np.sum(y)


@program
def out_pos(x):
    y = np.zeros(3)
    np.multiply(x, x, y)
    return np.sum(y)


@program
def out_sum(x):
    y = np.zeros(())
    np.sum(x * x, out=y)
    return y * 1.0


@program
def out_dot(x):
    y = np.zeros(())
    np.dot(x, x, out=y)
    return y * 1.0


@program
def copyto(x):
    y = np.zeros(3)
    np.copyto(y, x * x)
    return np.sum(y)


@program
def fill(x):
    y = np.zeros(3)
    y.fill(x[0] * 2)
    return np.sum(y)


@program
def put(x):
    y = np.zeros(3)
    np.put(y, [0], x[1])
    return np.sum(y)


@program
def put_m(x):
    y = np.zeros(3)
    y.put([0], x[1])
    return np.sum(y)


@program
def place(x):
    y = np.zeros(3)
    np.place(y, y == 0, x)
    return np.sum(y)


@program
def putmask(x):
    y = np.zeros(3)
    np.putmask(y, y == 0, x * x)
    return np.sum(y)


@program
def filldiag(x):
    y = np.zeros((3, 3))
    np.fill_diagonal(y, x * x)
    return np.sum(y)


@program
def addat(x):
    y = np.zeros(3)
    np.add.at(y, [0, 0, 1], x)
    return np.sum(y * y)


@program
def addreduce(x):
    return np.add.reduce(x * x)


@program
def mulouter(x):
    return np.sum(np.multiply.outer(x, x))


@program
def mulaccum(x):
    return np.sum(np.multiply.accumulate(x))


@program
def sort_m(x):
    y = x.copy()
    y.sort()
    return y[0] * 10 + y[1]


@program
def partition(x):
    y = x.copy()
    y.partition(1)
    return y[0]


@program
def resize(x):
    y = x.copy()
    y.resize((2,))
    return np.sum(y)


@program
def shuffle(x):
    y = x.copy()
    np.random.default_rng(0).shuffle(y)
    return y[0] * y[0]


@program
def lsort(x):
    l = [x[0], x[1], x[2]]
    l.sort()
    return l[0] * 10 + l[1]


@program
def lreverse(x):
    l = [x[0], x[1], x[2]]
    l.reverse()
    return l[0] * 10 + l[1]


@program
def lremove(x):
    l = [x[0], x[1], x[2]]
    del l[0]
    return l[0] * 10 + l[1]


@program
def linsert(x):
    l = [x[0]]
    l.insert(0, x[1])
    return l[0] * 10 + l[1]


@program
def dupdate(x):
    d = {}
    d.update(a=x[0])
    return d["a"] * 2


@program
def dupdate2(x):
    d = {"a": 1.0}
    d.update({"a": x[0]})
    return d["a"] * 2


@program
def dsetdefault(x):
    d = {}
    return d.setdefault("a", x[0]) * 2


@program
def dfromkeys(x):
    d = dict.fromkeys("ab", x[0])
    return d["a"] * 2


@program
def dictcall(x):
    d = dict(a=x[0])
    return d["a"] * 2


@program
def dget(x):
    d = {"a": x[0]}
    return d.get("a", 0.0) * 2


@program
def dpop(x):
    d = {"a": x[0]}
    return d.pop("a") * 2


@program
def deepcopy(x):
    d = copy.deepcopy([x[0]])
    return d[0] * 2


@program
def copycopy(x):
    d = copy.copy(x)
    d[0] = 2.0
    return np.sum(d * x)


@program
def opmul(x):
    return operator.mul(x[0], x[1])


@program
def itemgetter(x):
    return operator.itemgetter(1)(x) * 2


@program
def getattr_(x):
    return getattr(x, "sum")() * 2


@program
def method_var(x):
    s = x.sum
    return s() * 2


@program
def unb_method(x):
    return np.ndarray.sum(x) * 2


@program
def fptr(x):
    f = np.sum
    return f(x * x)


@program
def fdict(x):
    f = {"a": np.sum}["a"]
    return f(x * x)


@program
def globals_(x):
    return globals()["WEIGHTS"][0] * x[0]


@program
def locals_(x):
    return locals()["x"][0] * x[0]


@program
def vars_(x):
    return vars()["x"][0] * x[0]


@program
def evals(x):
    return eval("x[0]*x[1]")


@program
def execs(x):
    d = {"x": x}
    exec("y=x[0]*2", d)
    return d["y"]


@program
def glob_d(x):
    STORE["k"] = x[0]
    return STORE["k"] * x[1]


@program
def glob_l(x):
    ITEMS[0] = x[0]
    return ITEMS[0] * x[1]


@program
def glob_w(x):
    global STATE
    STATE = x[0]
    return STATE * x[1]


def readstate():
    return STATE * 2


@program
def glob_w2(x):
    global STATE
    STATE = x[0]
    return readstate() * x[1]


def readG():
    return STORE["k"]


@program
def glob_d2(x):
    STORE["k"] = x[0]
    return readG() * x[1]


@program
def box_w(x):
    box.v = x[0]
    return box.v * x[1]


def readbox():
    return box.v


@program
def box_w2(x):
    box.v = x[0]
    return readbox() * x[1]


@program
def cls_w(x):
    Box.v = x[0]
    return Box.v * x[1]


@program
def setattr_(x):
    setattr(box, "v", x[0])
    return box.v * x[1]


@program
def default_mut(x, acc=[1.0]):
    acc[0] = x[0]
    return acc[0] * x[1]


@program
def fattr(x):
    fattr.k = x[0]
    return fattr.k * x[1]


@program
def nonlocal_(x):
    s = 0.0

    def g():
        nonlocal s
        s = s + x[0] * x[0]

    g()
    g()
    return s


@program
def closure_list(x):
    s = [0.0]

    def g():
        s[0] = s[0] + x[0] * x[0]

    g()
    g()
    return s[0]


@program
def gen(x):
    def g():
        for v in x:
            yield v * v

    return sum(g())


@program
def gen2(x):
    def g():
        yield x[0]

    return next(g())


@program
def iter_(x):
    it = iter(x)
    a = next(it)
    return a * next(it)


@program
def inner_class(x):
    class A:
        y = x[0]

    return A.y * 2


@program
def withret(x):
    with np.errstate(all="ignore"):
        return np.sum(x * x)


@program
def withassign(x):
    with np.errstate(all="ignore"):
        y = np.sum(x * x)
    return y


@program
def withloop(x):
    s = 0.0
    for v in x:
        with np.errstate(all="ignore"):
            s = s + v * v
    return s


@program
def withbreak(x):
    s = 0.0
    for v in x:
        with np.errstate(all="ignore"):
            if s > 1:
                break
            s = s + v * v
    return s


@program
def match_(x):
    match len(x):
        case 3:
            return np.sum(x * x)
        case _:
            return np.sum(x)


@program
def match2(x):
    match x[0]:
        case a if a > 1:
            y = a * a
        case _:
            y = x[1]
    return y


@program
def fstr(x):
    return float(f"{x[0]:.17g}") * x[1]


@program
def strs(x):
    return float(str(x[0])) * x[1]


@program
def pystr(x):
    return float("%.17g" % x[0]) * x[1]


@program
def fmt(x):
    return float("{:.17g}".format(x[0]))


@program
def float_(x):
    return float(x[0]) * x[1]


@program
def nparr(x):
    return np.sum(np.array([x[0], x[1] * x[2]]))


@program
def asarr(x):
    return np.sum(np.asarray(x) * x)


@program
def fromiter(x):
    return np.sum(np.fromiter((v * v for v in x), float))


@program
def tolist(x):
    return sum(x.tolist())


@program
def list_(x):
    return sum(list(x * x))


@program
def tuple_(x):
    return tuple(x * x)[0]


@program
def bytes_(x):
    return np.frombuffer(x.tobytes())[0] * x[1]


@program
def view(x):
    y = x.view()
    y2 = y * y
    return np.sum(y2)


@program
def viewint(x):
    return np.sum(x.view(np.int64).view(float) * x)


@program
def real(x):
    return np.sum(x.real * x)


@program
def imag(x):
    return np.sum((x * 1j).imag)


@program
def cplx(x):
    z = x[0] + 1j * x[1]
    return abs(z)


@program
def flat(x):
    return x.flat[1] * 2


@program
def flatw(x):
    y = np.zeros(3)
    y.flat[1] = x[0]
    return np.sum(y)


@program
def base(x):
    y = np.zeros(3)
    y.T[0] = x[0]
    return np.sum(y)


@program
def ravelw(x):
    y = np.zeros((3, 1))
    y.ravel()[:] = x
    return np.sum(y * y)


@program
def reshapew(x):
    y = np.zeros((3, 1))
    z = y.reshape(3)
    z[:] = x
    return np.sum(y * y)


@program
def rowloopw(x):
    y = np.zeros((3, 2))
    for r, v in zip(y, x):
        r[0] = v
    return np.sum(y * y)


@program
def enumw(x):
    y = np.zeros((3, 2))
    for i, r in enumerate(y):
        r += x[i]
    return np.sum(y * y)


@program
def nditer(x):
    s = 0.0
    for v in np.nditer(x):
        s = s + v * v
    return s


@program
def ndenum(x):
    s = 0.0
    for i, v in np.ndenumerate(x):
        s = s + v * v
    return s


@program
def vectorize(x):
    return np.sum(np.vectorize(lambda v: v * v)(x))


@program
def applyax(x):
    return np.sum(np.apply_along_axis(lambda v: v * v, 0, x))


@program
def frompy(x):
    return np.sum(np.frompyfunc(lambda v: v * v, 1, 1)(x))


@program
def piecewise(x):
    return np.sum(np.piecewise(x, [x > 1], [lambda v: v * v, 0.0]))


@program
def polyval(x):
    return np.polyval(x, 2.0)


@program
def interp(x):
    return np.interp(1.2, np.array([0.0, 1.0, 2.0]), x)


@program
def reduce(x):
    return functools.reduce(lambda a, b: a * b, x)


@program
def accumulate(x):
    return sum(itertools.accumulate(x))


@program
def starmap(x):
    return sum(itertools.starmap(lambda a, b: a * b, [(x[0], x[1])]))


@program
def mapf(x):
    return sum(map(lambda v: v * v, x))


@program
def filterf(x):
    return sum(filter(lambda v: v > 1, x))


@program
def sortedf(x):
    return sorted(x)[0] * 2


@program
def sortedk(x):
    return sorted(x, key=lambda v: -v)[0] * 2


@program
def minkey(x):
    return min(x, key=lambda v: -v) * 2


@program
def fsum(x):
    return math.fsum(x)


@program
def prod(x):
    return math.prod(x)


@program
def hypot(x):
    return math.hypot(x[0], x[1])


@program
def dist(x):
    return math.dist(x[:2], x[1:])


@program
def modf(x):
    return math.modf(x[0])[0] * x[1]


@program
def divm(x):
    a, b = divmod(x[0], 1.0)
    return b * x[1] + a


@program
def round_(x):
    return round(x[0] * x[1], 3) * x[1]


@program
def intd(x):
    return int(x[0]) * x[1]


@program
def isin(x):
    return x[0] * 2 if x[0] in x else 0.0


@program
def setc(x):
    return sum({x[0] * 2})


@program
def dcomp(x):
    return sum({i: v * v for i, v in enumerate(x)}.values())


@program
def assertx(x):
    assert np.all(x > 0), f"bad {x}"
    return np.sum(x * x)


@program
def aug_global(x):
    y = WEIGHTS
    y = y + x
    return np.sum(y * y)


@program
def writes_input(x):
    x[0] = 2.0
    return np.sum(x * x)


@program
def aug_input(x):
    x *= 2.0
    return np.sum(x * x)


@program
def staticvar(x):
    return np.sum(np.cumsum(x) * WEIGHTS)


@program
def lam_default(x):
    f = lambda v, s=x[0]: v * s
    return f(x[1])


@program
def latebind(x):
    fs = [lambda v: v * i for i in range(3)]
    return fs[0](x[0])


@program
def partial(x):
    f = functools.partial(operator.mul, x[0])
    return f(x[1])


@program
def super_(x):
    return float.__mul__(float(x[0]), float(x[1]))


@program
def tryfin(x):
    try:
        y = x[0] * x[1]
    finally:
        pass
    return y


@program
def tryret(x):
    try:
        return x[0] * x[1]
    except ValueError:
        return 0.0


@program
def tryidx(x):
    try:
        return x[5]
    except IndexError:
        return x[0] * x[0]


@program
def importin(x):
    import math as m

    return m.sin(x[0])


@program
def delx(x):
    y = x * x
    del x
    return np.sum(y)


@program
def chain(x):
    a = b = x * x
    a += 1.0
    return np.sum(a * b)


@program
def swap(x):
    y = x.copy()
    y[0], y[1] = y[1], y[0]
    return y[0] * 2 + y[1]


@program
def swaprows(x):
    y = np.outer(x, x)
    y[[0, 1]] = y[[1, 0]]
    return np.sum(y[0] * x)


@program
def swapview(x):
    y = np.outer(x, x)
    y[0], y[1] = y[1], y[0]
    return np.sum(y[0] * x)


@program
def median(x):
    return np.median(x) * x[0]


def set0(y, v):
    y[0] = v
    return v


@program
def helper_writes(x):
    y = np.zeros(3)
    s = set0(y, x[0])
    return np.sum(y * y) + s


def scale(y):
    y *= 2.0


@program
def helper_aug(x):
    y = x * 1.0
    scale(y)
    return np.sum(y * y)


def put_in(items, v):
    items.append(v)


@program
def helper_append(x):
    items = [x[0]]
    put_in(items, x[1])
    return items[0] * items[1]


@program
def cond_pop(x):
    items = [x[0], x[1], x[2]]
    s = 0.0
    if items.pop() > 1.0:
        s = items[-1] * 2
    return s * items[0]


@program
def alias_out(x):
    y = x * 2.0
    v = y[1:]
    np.exp(np.ones(2), out=v)
    return np.sum(y * x)


@program
def where_kw(x):
    y = np.multiply(x, x, where=np.array([True, False, True]))
    return y[0]


@program
def list_rows(x):
    y = np.zeros((3, 2))
    rows = list(y)
    rows[0][:] = x[0]
    return np.sum(y * y)


@program
def rav(x):
    y = np.outer(x, x)
    z = y.ravel()
    z[0] = 0.0
    return np.sum(y * y)


@program
def rav2(x):
    y = np.outer(x, x)
    z = np.ravel(y)
    z *= 2.0
    return np.sum(y * y)


@program
def tr(x):
    y = np.outer(x, x)
    z = y.transpose()
    z[0] = x * 2
    return np.sum(y * y * y)


@program
def splitw(x):
    y = x * 1.0
    a, b = np.split(y, [1])
    b[0] = 5.0
    return np.sum(y * y)


@program
def diagw(x):
    y = np.outer(x, x)
    d = np.einsum("ii->i", y)
    d[:] = x
    return np.sum(y * y)


LOG = []


@program
def logged(x):
    y = np.sum(x * x)
    LOG.append(y)
    return y * 2


LOGGER = logging.getLogger(__name__)


@program
def loggs(x):
    y = np.sum(x * x)
    LOGGER.info("hi %s", y)
    logging.debug("a %s", x)
    return y * 2


@program
def astypestr(x):
    return np.sum(x.astype(str).astype(float) * x)


@program
def astypei(x):
    return np.sum(x.astype(int) * x)


@program
def joined(x):
    s = ",".join([str(v) for v in x])
    return sum([float(p) for p in s.split(",")]) * x[0]


@program
def joinloop(x):
    s = ",".join([str(v) for v in x])
    r = 0.0
    for p in s.split(","):
        r += float(p)
    return r * x[0]


def parse(s):
    return float(s)


@program
def parsed(x):
    return parse(f"{x[0]}") * x[1]


@program
def exc(x):
    if x[0] < 0:
        raise ValueError(f"bad {x[0]}")
    return x[0] * x[1]


@program
def deckey(x):
    d = {x[0]: 2.0}
    return sum(d) * x[1]


@program
def setadd(x):
    s = set()
    s.add(x[0])
    return sum(s) * x[1]


@program
def deque_(x):
    q = collections.deque([x[0]])
    q.append(x[1])
    return sum(q)


class Acc:
    def __init__(self):
        self.s = 0.0

    def add(self, v):
        self.s = self.s + v


@program
def accobj(x):
    a = Acc()
    a.add(x[0])
    return a.s * x[1]


ACC = Acc()


@program
def accglob(x):
    ACC.s = x[0]
    return ACC.s * x[1]


@program
def fft(x):
    return np.abs(np.fft.fft(x)[1])


@program
def sqrtc(x):
    return np.sqrt(x[0] + 0j).real


@program
def tryin(x):
    y = x * 1.0
    try:
        y[0] = 3.0
    except IndexError:
        pass
    return np.sum(y * y)


@program
def decor(x):
    def twice(f):
        return lambda v: 2 * f(v)

    @twice
    def g(v):
        return v * v

    return g(x[0])


@program
def starcall(x):
    a = [x[0], x[1]]
    return np.hypot(*a)


@program
def delel(x):
    items = [x[0], x[1]]
    del items[0]
    return items[0] * 2


@program
def evalalias(x):
    e = eval
    return e("x[0]") * x[1]


@program
def lamcap(x):
    k = x[0]
    f = lambda v: v * k
    k = x[1]
    return f(x[2])


@program
def inner_append(x):
    out = []

    def g(v):
        out.append(v)

    g(x[0])
    g(x[1])
    return out[0] * out[1]


@program
def memo(x):
    m = {}

    def fib(n):
        if n < 2:
            return x[n]
        if n not in m:
            m[n] = fib(n - 1) + fib(n - 2)
        return m[n]

    return fib(5)


@program
def shuf(x):
    y = x.copy()
    rng = np.random.default_rng(0)
    i = rng.permutation(3)
    rng.shuffle(i)
    return y[i[0]] * y[0]


@program
def addat2(x):
    y = np.zeros(3)
    np.subtract.at(y, [0, 0], x[:2])
    return np.sum(y * y)


@program
def nptest(x):
    np.testing.assert_allclose(x, x)
    return np.sum(x * x)


@program
def iadd_func(x):
    import operator

    y = x * 1.0
    z = operator.iadd(y, 1.0)
    return np.sum(y * z)


@program
def setitem_func(x):
    import operator

    y = np.zeros(3)
    operator.setitem(y, 0, x[0])
    return np.sum(y)


@program
def dunder(x):
    y = np.zeros(3)
    y.__setitem__(0, x[0])
    return np.sum(y)


@program
def dunder2(x):
    y = x * 1.0
    y.__imul__(2.0)
    return np.sum(y)


@program
def nan_to_num(x):
    y = x * 1.0
    z = np.nan_to_num(y, copy=False)
    z[0] = 3.0
    return np.sum(y * y)


@program
def arr_nocopy(x):
    y = x * 1.0
    z = np.array(y, copy=None)
    z[0] = 3.0
    return np.sum(y * y)


@program
def asarr_w(x):
    y = x * 1.0
    z = np.asarray(y)
    z[0] = 3.0
    return np.sum(y * y)


@program
def astype_nc(x):
    y = x * 1.0
    z = y.astype(float, copy=False)
    z[0] = 3.0
    return np.sum(y * y)


@program
def fromdict(x):
    d = {"a": x[0]}
    e = d
    e["b"] = x[1]
    return d["b"] * d["a"]


@program
def varsd(x):
    class_ = type("A", (), {"v": x[0]})
    return class_.v * x[1]


NOTES = {"n": 0.0}


def note(v):
    NOTES["n"] = v


@program
def callee_writes_global(x):
    note(x[0])
    return NOTES["n"] * x[1]


@program
def strided(x):
    y = np.zeros(3)
    v = np.lib.stride_tricks.as_strided(y, (3,), (8,))
    v[:] = x
    return np.sum(y * y)


@program
def slide(x):
    y = x * 1.0
    w = np.lib.stride_tricks.sliding_window_view(y, 2)
    y[0] = 5.0
    return np.sum(w * w)


@program
def zipped(x):
    a = np.zeros((3, 2))
    rows = [r for r in a]
    for r, v in zip(rows, x):
        r[:] = v
    return np.sum(a * a)


@program
def dictview(x):
    d = {"a": x * 1.0}
    for v in d.values():
        v *= 2.0
    return np.sum(d["a"])


@program
def dictitems(x):
    d = {"a": x * 1.0}
    for k, v in d.items():
        v[0] = 2.0
    return np.sum(d["a"] * x)


@program
def nested_def_default(x):
    def g(v, acc=[0.0]):
        acc[0] = acc[0] + v
        return acc[0]

    g(x[0])
    return g(x[1])


@program
def partial_write(x):
    y = np.zeros(3)

    def st(buf, v):
        buf[0] = v

    p = functools.partial(st, y)
    p(x[0])
    return np.sum(y * y)


@program
def lam_write(x):
    y = np.zeros(3)
    (lambda v: y.__setitem__(0, v))(x[0])
    return np.sum(y)


@program
def listcomp_effect(x):
    y = np.zeros(3)
    [y.put(i, v) for i, v in enumerate(x)]
    return np.sum(y * y)


@program
def ternary_effect(x):
    items = [x[0]]
    s = items.append(x[1]) or 2.0
    return items[-1] * s


@program
def matmul_out(x):
    y = np.zeros(3)
    np.matmul(np.outer(x, x), x, y)
    return np.sum(y)


@program
def clip_out(x):
    y = x * 2.0
    y.clip(0, 1, out=y)
    return np.sum(y * x)


@program
def sum_out(x):
    y = np.zeros(())
    (x * x).sum(out=y)
    return y * 1.0


@program
def intcast(x):
    y = np.zeros(3, dtype=int)
    y[:] = x
    return np.sum(y * x)


@program
def frombool(x):
    return float(x[0] > 1) * x[1]


@program
def swapattr(x):
    y = np.zeros((3, 1))
    y.shape = (3,)
    y[:] = x
    return np.sum(y * y)


@program
def item_assign_slice_of_list(x):
    items = [x[0], x[1], x[2]]
    items[0:2] = [x[2]]
    return items[0] * items[1]


@program
def reversed_rows(x):
    a = np.zeros((3, 2))
    for r in reversed(a):
        r[0] = x[0]
    return np.sum(a * a)


@program
def multi_assign_view(x):
    a = np.outer(x, x)
    u = v = a[0]
    u[0] = 3.0
    return np.sum(a * a) + v[1]


@program
def iadd_list(x):
    a = [x[0]]
    b = a
    b += [x[1]]
    return a[0] * a[-1]


@program
def pop_unused(x):
    items = [x[0], x[1], x[2]]
    _ = items.pop()
    return items[-1] * items[0]


@program
def pop_unused2(x):
    items = [x[0], x[1], x[2]]
    a = items.pop()
    b = items.pop()
    return items[-1] * b


@program
def pop_const(x):
    items = [x[0], 1.0]
    a = items.pop()
    n = [1, 2]
    k = n.pop()
    return items[-1] * a * k


@program
def pop_expr(x):
    items = [x[0], x[1], x[2]]
    items.pop()
    return items[-1] * items[0]


@program
def pop_cond(x):
    items = [x[0], x[1], x[2]]
    a = items.pop()
    return items[-1] * items[0] if a > 1 else items[0]


@program
def pop_loop(x):
    items = [v * v for v in x]
    s = 0.0
    while items:
        s = s + items.pop() * 2
    return s
