"""Templates of `idioms` for the standard library and for how functions share what they change."""

from __future__ import annotations

from .everyday_texts import idiom

LIBRARY = (
    idiom("itertools", "a:s x:v", "e:s i:i j:i", """
{e} = 0.0
for {i}, {j} in itertools.product(range({n}), range(2)):
    {e} += {x}[{i}] * {a} ** ({j} + 1)
""", bound=40.0),
    idiom("itertools", "a:s x:v", "e:s u:s w:s", """
{e} = {a}
for {u}, {w} in itertools.pairwise({x}):
    {e} = {e} * {c} + ({w} - {u}) ** 2
""", bound=40.0),
    idiom("itertools", "a:s x:v", "e:s u:s", """
{e} = {c}
for {u} in itertools.chain({x}, [{a}], {x}[::-1]):
    {e} = np.sin({e} + {u}) * {c2} + {u}
""", bound=6.0),
    idiom("itertools", "a:s x:v", "y:v", """
{y} = np.array(list(itertools.accumulate({x}))) * {a}
""", "vector", bound=40.0, own_loops=False),
    idiom("itertools", "a:s x:v", "e:s u:s w:s", """
{e} = sum({u} * {w} for {u}, {w} in itertools.combinations({x}, 2)) * {a}
""", bound=90.0, own_loops=False),
    idiom("itertools", "a:s x:v", "y:v s:s u:s", """
{y} = np.array(list(itertools.accumulate({x}, lambda {s}, {u}: {c} * {s} + {u} * {a})))
""", "vector", bound=30.0, own_loops=False),
    idiom("reduce", "a:s x:v", "e:s s:s u:s", """
{e} = functools.reduce(lambda {s}, {u}: {s} * {c} + {u} * {a}, {x})
""", bound=30.0, own_loops=False),
    idiom("reduce", "a:s x:v W:m", "y:v M:m u:v", """
{y} = functools.reduce(np.dot, [np.eye({n}), {W} * {c}, {W}.T]) @ {x} * {a}
""", "vector", bound=90.0, own_loops=False),
    idiom("reduce", "a:s b:s", "e:s f:f g:f h:f u:s", """
{f} = [np.sin, lambda {u}: {u} * {a}, np.tanh]
{e} = functools.reduce(lambda {u}, {g}: {g}({u}), {f}, {b})
""", bound=1.0, own_loops=False),
    idiom("partial_keywords", "a:s b:s", "e:s f:f", """
{f} = functools.partial({T}, gain={a}, bias={c})
{e} = {f}({b}) - {f}({c2}, bias={b})
""", bound=20.0, own_loops=False, title="affine", module="""
def {T}(u, gain=1.0, bias=0.0):
    return gain * np.sin(u) + bias * u
"""),
    idiom("lambda_list", "a:s x:v", "e:s f:l g:f k:i u:s", """
{f} = [lambda {u}, {k}={k}: {u} ** ({k} + 1) * {a} for {k} in range(3)]
{e} = {c}
for {g} in {f}:
    {e} = np.sin({e} + {g}({x}[0]))
""", bound=1.0),
    idiom("sorted_by_key", "a:s x:v", "e:s pairs:l u:t", """
{pairs} = sorted([({x}[0], {a}), ({x}[1], {c}), ({x}[-1], {a} * {a})], key=lambda {u}: {u}[0])
{e} = {pairs}[0][1] * {c2} - {pairs}[-1][0] * {pairs}[1][1]
""", bound=15.0, own_loops=False),
    idiom("sorted_by_key", "a:s x:v", "e:s d:d key:i u:s", """
{d} = {{"low": {a}, "high": {x}[0], "mid": {a} * {x}[1]}}
{e} = 0.0
for {key}, {u} in sorted({d}.items()):
    {e} = {e} * {c} + {u}
{e} -= max({d}.values()) * {c2}
""", bound=20.0),
    idiom("sorted_by_key", "a:s x:v", "e:s u:s", """
{e} = max({x}, key=lambda {u}: abs({u} - {c})) * {a} + sorted({x}, reverse=True)[0]
""", bound=12.0, own_loops=False),
    idiom("dict_comprehension", "a:s x:v", "e:s d:d more:d key:i u:s", """
{d} = {{{key}: {u} * {a} for {key}, {u} in enumerate({x})}}
{more} = {{{key}: {u} * {u} for {key}, {u} in {d}.items() if {key} > 0}}
{e} = sum({more}.values()) - {d}[0] * len({more})
""", bound=200.0, own_loops=False),
    idiom("copies_of_containers", "a:s x:v", "e:s l:l m:l", """
{l} = [{a}, {x}[0]]
{m} = copy.copy({l})
{m}[0] = {m}[1] * {c}
{m}.append({a})
{e} = {l}[0] * {m}[0] + sum({m}) - len({l})
""", bound=20.0, own_loops=False),
    idiom("deep_copies", "a:s x:v", "e:s d:d m:d", """
{d} = {{"w": {x} * {a}, "b": [{a}, {c}]}}
{m} = copy.deepcopy({d})
{m}["w"][0] *= {c2}
{m}["b"][1] = {m}["b"][0] * {a}
{e} = np.sum({d}["w"] * {m}["w"]) + {d}["b"][1] * {m}["b"][1]
""", bound=200.0, own_loops=False),
    idiom("helper_writes_container", "a:s x:v", "e:s l:l k:i", """
{l} = [{a}, {c}]
for {k} in range(2):
    {T}({l}, {x}[{k}])
{e} = {l}[0] * {l}[1] - {l}[-1]
""", bound=40.0, title="extend_by", module="""
def {T}(values, u):
    values[0] = values[0] * 0.5 + u
    values.append(np.sin(values[-1] * u))
"""),
    idiom("helper_writes_container", "a:s x:v", "e:s d:d k:i", """
{d} = {{"sum": 0.0, "last": {a}}}
for {k} in range({n}):
    {T}({d}, {x}[{k}])
{e} = {d}["sum"] * {c} + {d}["last"]
""", bound=40.0, title="note", module="""
def {T}(stats, u):
    if u > 0.1:
        stats["sum"] += u * stats["last"]
    else:
        stats["last"] = np.cos(u) * stats["last"]
"""),
    idiom("helper_writes_container", "a:s x:v", "y:v l:l", """
{l} = []
{T}({l}, {x}, 2)
{y} = {l}[-1] * {a} + {l}[0]
""", "vector", bound=20.0, own_loops=False, title="record", module="""
def {T}(history, u, left):
    history.append(u)
    if left > 0:
        {T}(history, np.sin(u) * 0.9, left - 1)
"""),
    idiom("helper_fills_rows", "a:s x:v", "y:v M:m k:i", """
{M} = np.empty((3, {n}))
for {k} in range(3):
    {T}({M}[{k}], {x}, {a} * ({k} + 1))
{y} = {M}[0] * {M}[2] - {M}[1]
""", "vector", bound=60.0, title="fill", module="""
def {T}(out, u, rate):
    out[:] = u * rate
    out[0] += out[-1]
"""),
    idiom("walrus_in_while", "a:s x:v", "e:s k:i u:s", """
{k} = 0
{e} = {a}
while ({u} := {x}[{k}] * {e}) < 1.5 and {k} < {n} - 1:
    {e} = {e} * {c} + {u}
    {k} += 1
""", bound=20.0),
    idiom("try_else_finally", "a:s x:v", "e:s done:i", """
{done} = 0
try:
    {e} = {T}({a}, {x}[0])
except ValueError:
    {e} = {a} * {c}
else:
    {e} = {e} * {x}[1]
finally:
    {done} += 1
{e} = {e} + {done} * {a}
""", bound=20.0, own_loops=False, title="checked", module="""
def {T}(u, limit):
    if u > limit:
        raise ValueError("out of range")
    return np.sin(u) * limit
"""),
    idiom("try_else_finally", "a:s x:v", "e:s d:d k:i", """
{d} = {{0: {a}, 1: {a} * {a}}}
{e} = 0.0
for {k} in range(3):
    try:
        {e} += {d}[{k}] * {x}[0]
    except KeyError:
        {e} = {e} * {x}[1]
""", bound=40.0),
    idiom("try_in_loop", "x:v a:s", "e:s u:s", """
{e} = {a}
for {u} in {x}:
    try:
        {e} = {T}({e}, {u})
    except ArithmeticError:
        continue
""", bound=20.0, title="strict", module="""
def {T}(total, u):
    if u < 0.0:
        raise ArithmeticError
    return total * 0.5 + np.sqrt(u + 0.1)
"""),
    idiom("match_shapes", "a:s x:v", "e:s c_:t k:i", """
{e} = {a}
for {c_} in (("scale", {c}), ("shift", {x}[0], 2), ("stop",), ("scale", {a})):
    match {c_}:
        case ("scale", {k}):
            {e} = {e} * {k}
        case ("shift", {k}, 2 | 3):
            {e} = {e} + {k} * {a}
        case _:
            {e} = np.sin({e})
""", bound=20.0),
    idiom("recursion_over_list", "a:s x:v", "e:s l:l", """
{l} = [{a}, [{x}[0], {c}], [{x}[-1] * {a}]]
{e} = {T}({l}, {c2})
""", bound=40.0, own_loops=False, title="total_of", module="""
def {T}(tree, weight):
    if isinstance(tree, list):
        return sum({T}(branch, weight * 0.8) for branch in tree)
    return tree * tree * weight
"""),
    idiom("recursion_over_list", "a:s x:v", "e:s", """
{e} = {T}(list({x}), {a})
""", bound=20.0, own_loops=False, title="fold", module="""
def {T}(values, start):
    if not values:
        return start
    return np.sin(values[0]) + 0.5 * {T}(values[1:], start * 0.9)
"""),
    idiom("early_return_in_callee", "a:s x:v", "e:s", """
{e} = {T}({x}, {a}) + {T}({x} * {c}, {c2})
""", bound=20.0, own_loops=False, title="first_above", module="""
def {T}(values, bound):
    for place, u in enumerate(values):
        for w in values[:place]:
            if u * w > bound:
                return u * bound + place
        if u > 1.3:
            break
    else:
        return bound * bound
    return np.cos(u) * bound
"""),
    idiom("dict_tape", "a:s x:v", "e:s tape:d k:i g:s", """
{tape} = {{"h0": {a}}}
for {k} in range({n}):
    {tape}[f"h{{{k} + 1}}"] = np.tanh({tape}[f"h{{{k}}}"] + {x}[{k}])
{e} = 1.0
for {k} in reversed(range({n})):
    {e} = {e} * (1.0 - {tape}[f"h{{{k} + 1}}"] ** 2) + {c} * {tape}[f"h{{{k}}}"]
""", bound=8.0),
    idiom("enum_constants", "a:s b:s", "e:s k:i", """
{e} = {a}
for {k} in ({T}.FAST, {T}.SLOW, {T}.FAST):
    if {k} is {T}.FAST:
        {e} = {e} * {k}.value + {b}
    else:
        {e} = np.sin({e}) * {k}.value
""", bound=20.0, title="Mode", module="""
class {T}(enum.Enum):
    FAST = 0.9
    SLOW = 0.4
"""),
    idiom("closure_rebound", "a:s x:v", "e:s f:f s:s u:s", """
{s} = {a}
def {f}({u}):
    return {u} * {s} + {c}
{e} = {f}({x}[0])
{s} = {e} * {a}
{e} = {e} - {f}({x}[1])
""", bound=60.0, own_loops=False),
    idiom("nonlocal_written", "a:s x:v", "e:s f:f s:s u:s k:s", """
{s} = {a}
def {f}({u}):
    nonlocal {s}
    {s} = {s} * {c} + {u}
    return {s} * {u}
{e} = 0.0
for {k} in {x}:
    {e} += {f}({k})
{e} -= {s}
""", bound=60.0),
    idiom("starred_middle", "a:s x:v", "e:s h:s r:l t:s", """
{h}, *{r}, {t} = {x}
{e} = {h} * {t} + sum({r}) * {a}
{r} = [*{r}, {e}, {a}]
{e} += {r}[-2] * {r}[0]
""", bound=60.0, own_loops=False),
    idiom("several_targets", "a:s x:v", "y:v u:v l:l e:s", """
{y} = {u} = {x} * {a}
{u}[0], {e} = {e} = {u}[-1], {a} * {c}
{l} = [0.0, 0.0]
{l}[0] = {l}[1] = {e}[0] * {y}[0]
{y} = {y} + {l}[1]
""", "vector", bound=60.0, own_loops=False),
    idiom("rows_written_as_views", "a:s x:v", "y:v M:m r:v k:i", """
{M} = np.zeros(({n}, {n}))
for {k}, {r} in enumerate({M}):
    {r}[:] = {x} * ({k} + 1)
    {r}[{k}] += {a}
    if {k}:
        {r} -= {M}[{k} - 1] * {c}
{y} = np.sum({M}, axis=0)
""", "vector", bound=90.0),
    idiom("arguments_collected", "a:s x:v", "e:s d:d", """
{d} = dict(gain={a}, bias={c})
{e} = {T}({x}[0], *{x}[1:], **{d}) + {T}(*[{a}, {c2}], gain={x}[1])
""", bound=60.0, own_loops=False, title="outer_of", module="""
def {T}(*values, **options):
    return {T}_inner(*values, scale=0.5, **options)


def {T}_inner(first, *others, gain=1.0, bias=0.0, scale=1.0):
    return first * gain + scale * sum(others) + bias
"""),
)  # fmt: skip
