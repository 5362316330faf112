"""Templates of `idioms` for what people write in Python and no other producer does."""

from __future__ import annotations

from .idiom import Idiom


def idiom(
    feature: str, inputs: str, own: str, text: str, kind: str = "scalar", **options: object
) -> Idiom:
    """Name the kinds by letters: `a:s x:v W:m`, and more of them for names of its own."""
    kinds = {
        "s": "scalar", "v": "vector", "m": "matrix", "i": "int", "l": "list", "d": "dict",
        "t": "tuple", "f": "function", "b": "flag",
    }  # fmt: skip

    def names(spec: str) -> dict[str, str]:
        return {part[:-2]: kinds[part[-1]] for part in spec.split()}

    result = own.split()[0][:-2]
    return Idiom(feature, names(inputs), names(own), text, result, kind, **options)  # type: ignore[arg-type]


EVERYDAY = (
    idiom("random_numbers", "a:s x:v", "e:s rng:l k:i", """
{rng} = np.random.default_rng(3)
{e} = {a}
for {k} in range(3):
    {e} = {c} * np.sin({e} * {rng}.normal()) + {x}[{rng}.integers(len({x}))] * {rng}.uniform()
""", bound=4.0),
    idiom("random_mask", "a:s x:v", "y:v rng:l keep:b", """
{rng} = np.random.default_rng(1)
{keep} = {rng}.random({n}) < 0.7
{y} = np.where({keep}, {x} * {a}, 0.0) / 0.7 + {rng}.normal(size={n})
""", "vector", bound=15.0, own_loops=False),
    idiom("visited_set", "a:s x:v", "e:s seen:l k:i", """
{seen} = set()
{e} = 1.0
for {k} in (0, 1, 0, {n} - 1):
    if {k} in {seen}:
        continue
    {seen}.add({k})
    {e} = {e} * {c} + {x}[{k}] * {a}
""", bound=12.0),
    idiom("work_queue", "x:v", "e:s todo:l k:i", """
{todo} = [0]
{e} = 0.5
while {todo}:
    {k} = {todo}.pop(0)
    {e} = {c} * {e} * {e} + {x}[{k}]
    if {k} + 2 < {n}:
        {todo}.append({k} + 2)
    if {k} + 1 < {n} and {k} % 2 == 0:
        {todo}.insert(0, {k} + 1)
""", bound=400.0),
    idiom("columns", "a:s x:v", "e:s pairs:l left:t right:t", """
{pairs} = list(zip({x}, {x}[::-1]))
{left}, {right} = zip(*{pairs})
{e} = sum({left}) * {a} - {right}[0] * {pairs}[1][0]
""", bound=40.0, own_loops=False),
    idiom("mapped", "a:s x:v", "e:s u:s", """
{e} = sum(map(lambda {u}: {u} * {a}, {x})) + sum(filter(lambda {u}: {u} > {c}, {x}))
""", bound=40.0, own_loops=False),
    idiom("unpacked_array", "a:s x:v", "e:s", """
{e} = {T}({a}, *{x}[:2]) * {T}({c}, *({x}[0], {a}))
""", bound=40.0, own_loops=False, title="model", module="""
def {T}(t, first, second):
    return first * np.sin(t) + second
"""),
    idiom("unpacked_rest", "a:s x:v", "e:s", """
{e} = {T}({a}, *{x}) - {T}({x}[0], *{x}[1:], gain={c}, more={a})
""", bound=60.0, own_loops=False, title="mix", module="""
def {T}(t, *rest, gain=0.5, **others):
    return t * gain + sum(rest) * 0.3 + sum(others.values())
"""),
    idiom("unpacked_dict", "a:s b:s", "e:s d:d", """
{d} = {{"first": {a}, "second": {b}}}
{d}["second"] = {d}["second"] * {c}
{e} = {T}(0.3, **{d})
""", bound=6.0, own_loops=False, title="curve", module="""
def {T}(t, first, second=0.5):
    return first * t + second * first
"""),
    idiom("entries_taken", "a:s b:s", "e:s d:d", """
{d} = {{"w": {a}, "b": {b}}}
{e} = {d}.pop("w") * {c}
{d}["z"] = {e} * {d}["b"]
del {d}["b"]
{e} = {e} + sum({d}.values())
""", bound=8.0, own_loops=False),
    idiom("items_taken", "a:s b:s", "e:s items:l", """
{items} = [{a}, {b}, {a} * {b}]
{e} = {items}.pop() * {c}
del {items}[0]
{items}.extend([{e}, {a}])
{items} += [{b}]
{e} = {items}[0] * {items}[-1] + {items}[1] * len({items})
""", bound=25.0, own_loops=False),
    idiom("table_of_lists", "a:s x:v", "y:v rows:l i:i j:i", """
{rows} = [[0.0] * {n} for {i} in range(2)]
for {i} in range(2):
    for {j} in range({n}):
        {rows}[{i}][{j}] = {x}[{j}] * {a} + {i}
{rows}[0], {rows}[1] = {rows}[1], {rows}[0]
{rows}[1][0] += {rows}[0][-1] * {c}
{y} = np.array({rows}[1])
""", "vector", bound=16.0),
    idiom("rows_in_a_list", "a:s x:v", "y:v rows:l r:v", """
{rows} = [{x} * 1.0, {x} * {a}, {x}.copy()]
for {r} in {rows}:
    {r}[0] = {r}[-1] * {c}
{rows}[1] = {rows}[0] + {rows}[2]
{rows}[2] *= {a}
{y} = {rows}[1] * {rows}[2]
""", "vector", bound=40.0),
    idiom("rows_of_a_copy", "a:s x:v W:m", "y:v M:m row:v k:i", """
{M} = {W}.copy()
for {k} in range({n}):
    {row} = {M}[{k}]
    {row}[0] = {row}[-1] * {a}
    if {k} > 0:
        {M}[{k}, 1] += {M}[{k} - 1, 0] * {x}[{k}]
{y} = {M}[-1] + {M}[0]
""", "vector", bound=40.0),
    idiom("views_of_views", "a:s x:v", "y:v u:v w:v", """
{y} = {x} * {c}
{u} = {y}[::-1]
{w} = {u}[1:]
{w}[0] = {y}[0] * {a}
{w} *= {a}
{u}[0] += {w}[-1]
""", "vector", bound=20.0, own_loops=False),
    idiom("transposed_view", "a:s x:v W:m", "y:v M:m t:m", """
{M} = {W} * {c}
{t} = {M}.T
{t}[0] *= {a}
{t}[1, 0] = {M}[0, 0] * {x}[0]
{y} = {M}[1] + {M}[0]
""", "vector", bound=20.0, own_loops=False),
    idiom("reshaped_view", "a:s x:v", "y:v M:m flat:v", """
{M} = np.zeros(({n}, {n}))
{M}[:] = {x}
{flat} = {M}.reshape(-1)
{flat}[1] = {flat}[0] * {a}
{flat}[{n}:] *= {c}
{y} = {M}[0] + {M}[1]
""", "vector", bound=12.0, own_loops=False),
    idiom("accumulated", "a:s x:v", "y:v", """
{y} = np.add.accumulate({x}) * {a} + np.diff({x}, prepend={a})
""", "vector", bound=40.0, own_loops=False),
    idiom("state_tuple", "a:s x:v", "e:s state:t s:s u:v k:i", """
{state} = ({a}, {x})
for {k} in range(3):
    {s}, {u} = {state}
    {state} = ({s} * {c} + {u}[0], {u} * np.cos({s}))
{e} = {state}[0] + {state}[1] @ {x}
""", bound=50.0),
    idiom("none_at_first", "a:s x:v", "h:s e:s", """
{h} = None
for {e} in {x}:
    {h} = {e} * {a} if {h} is None else {h} * {c} + {e}
""", bound=12.0),
    idiom("best_so_far", "a:s x:v", "e:s best:s at:i k:i", """
{best}, {at} = {x}[0], 0
for {k} in range(1, {n}):
    if {x}[{k}] > {best}:
        {best}, {at} = {x}[{k}], {k}
{e} = {best} * {a} + {at} * {c}
""", bound=10.0),
    idiom("search_and_break", "a:s x:v", "e:s k:i u:s", """
for {k}, {u} in enumerate({x}):
    if {u} > {c}:
        {e} = {u} * {a} + {k}
        break
else:
    {e} = {a} * {a}
""", bound=12.0),
    idiom("nested_closures", "a:s b:s", "e:s outer:f inner:f s:s t:s", """
def {outer}({t}):
    def {inner}({s}, gain={c}):
        return {s} * {t} * {a} + gain
    return {inner}({t} * {c2}) + {inner}({b}, gain={t})
{e} = {outer}({b}) - {outer}({a})
""", bound=60.0, own_loops=False),
    idiom("complementary_masks", "a:s x:v", "y:v keep:b at:v", """
{y} = {x} * {a}
{keep} = {x} > {c}
{y}[{keep}] = {y}[{keep}] * {x}[{keep}]
{y}[~{keep}] -= {a}
{at} = np.flatnonzero({keep})
{y}[{at}] += {x}[{at}] ** 2
""", "vector", bound=30.0, own_loops=False),
    idiom("broadcast_in_place", "a:s x:v", "y:v M:m", """
{M} = np.ones((2, {n}))
{M} *= {x}
{M}[:, 0] += {a}
{M}[1] -= {M}[0] * {x}
{M} /= 2.0 + np.sum({M}[0] ** 2)
{y} = {M}[1] + {M}[0]
""", "vector", bound=20.0, own_loops=False),
    idiom("ordered_values", "a:s x:v", "e:s rest:l", """
{rest} = sorted({x})
{e} = {rest}[0] * {a} - {rest}[-1] * {c}
""", bound=12.0, own_loops=False),
    idiom("counts", "x:v", "e:s times:d k:i", """
{times} = {{}}
{e} = 0.0
for {k} in (0, 1, 0):
    {times}[{k}] = {times}.get({k}, 0) + 1
    {e} = {e} * {c} + {x}[{k}] * {times}[{k}]
""", bound=12.0),
    idiom("dict_while_read", "a:s b:s", "e:s d:d key:i u:s", """
{d} = {{"a": {a}, "b": {b}}}
{e} = 0.0
for {key}, {u} in {d}.items():
    {e} += {u} * {u}
    {d}[{key}] = {u} * {c}
{e} += {d}["a"] * {d}["b"]
""", bound=15.0),
    idiom("dicts_joined", "a:s b:s", "e:s d:d more:d", """
{d} = {{"w": {a}}}
{more} = {{**{d}, "b": {b}}}
{more}["w"] *= {c}
{e} = {d}["w"] * {more}["b"] + {more}["w"]
""", bound=8.0, own_loops=False),
    idiom("places_swapped", "a:s x:v", "y:v", """
{y} = {x}.copy()
{y}[[0, -1]] = {y}[[-1, 0]]
{y}[0], {y}[1] = {y}[1], {y}[0] * {a}
""", "vector", bound=8.0, own_loops=False),
    idiom("growing_history", "a:s x:v", "y:v past:l k:i", """
{past} = [{x}]
for {k} in range(2):
    {past} = {past} + [np.tanh({past}[-1] * {a})]
{y} = {past}[-1] * {past}[1]
""", "vector", bound=1.0),
    idiom("two_ends", "x:v", "e:s i:i j:i", """
{i}, {j} = 0, {n} - 1
{e} = {c}
while {i} < {j}:
    {e} += {x}[{i}] * {x}[{j}] * {e}
    {i} += 1
    {j} -= 1
""", bound=500.0),
    idiom("while_else", "x:v a:s", "e:s k:i", """
{k} = 0
{e} = {a}
while {k} < {n}:
    if {x}[{k}] > 1.2:
        break
    {e} = {e} * {c} + {x}[{k}]
    {k} += 1
else:
    {e} = {e} * {a}
""", bound=25.0),
)  # fmt: skip
