"""Methods of lists, dicts, tuples and texts. The adjoint of a container has its form, so what a
method does to the one, reverse mode undoes on the other."""

import collections
import copy as copying

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, known, unsupported, zero
from tangent_ad.rules.samples import call, program
from tangent_ad.runtime.structures import (
    add_to_key,
    keyed_like,
    pop_last,
    put_back,
    put_entry,
    sum_of_repeats,
    take_inserted,
    zeros_like,
)

# ---- operators -----------------------------------------------------------------------------


@adjoint(list.__add__, result=results.listed, sample=lambda r: [
    program("a = [x, y] + [x * y]\nreturn a[0] * a[1] + a[2] ** 2", x=r(), y=r()),
    program("a = (x, 2.0) + (y, x * y)\nreturn a[0] * a[1] + a[2] ** 2 * a[3]", x=r(), y=r()),
    program("a = [x * x]\na += [y, 1.0]\nreturn a[0] * a[1] + a[2]", x=r(), y=r()),
])  # fmt: skip
def joined(z, left, right):
    d[left] = d[z][: len(left)]
    d[right] = d[z][len(left) :]


@joined.tangent
def joined(z, left, right):
    if known(left).active and known(right).active:
        d[z] = [*d[left], *d[right]]
    elif known(left).active:
        d[z] = [*d[left], *zeros_like(right)]
    else:
        d[z] = [*zeros_like(left), *d[right]]


@adjoint(list.__mul__, result=results.listed, sample=lambda r: [
    program("a = [x, y] * 2\nreturn a[0] * a[1] + a[2] ** 2 * a[3]", x=r(), y=r()),
    program("a = 2 * (x, y)\nreturn a[0] * a[1] + a[2] ** 2 * a[3]", x=r(), y=r()),
    program("a = [x * y] * n\nreturn sum(a) ** 2", x=r(), y=r(), n=3),
])  # fmt: skip
def repeated(z, items, count):
    d[items] = sum_of_repeats(d[z], items)


@repeated.tangent
def repeated(z, items, count):
    d[z] = [*d[items]] * count


# ---- lists ---------------------------------------------------------------------------------


@adjoint(list.append, writes="items", result=results.nothing, sample=lambda r: [
    program("items = [x]\nitems.append(x * y)\nreturn items[0] * items[1]", x=r(), y=r()),
])  # fmt: skip
def append(z, items, x):
    d[x] = d[items].pop()


@append.tangent
def append(z, items, x):
    d[items].append(d[x])


@adjoint(list.extend, writes="items", result=results.nothing, sample=lambda r: [
    program("items = [x]\nitems.extend([math.exp(y), x * y])\nreturn items[0] * items[2]", x=r(), y=r()),
])  # fmt: skip
def extend(z, items, more):
    d[more] = pop_last(d[items], len(more))


@extend.tangent
def extend(z, items, more):
    d[items].extend(d[more])


@adjoint(list.insert, writes="items", result=results.nothing, sample=lambda r: [
    program("items = [x, y]\nitems.insert(1, x * y)\nreturn items[1] * items[2]", x=r(), y=r()),
    program("items = [x, y]\nitems.insert(-1, x * y)\nreturn items[1] * items[2]", x=r(), y=r()),
])  # fmt: skip
def insert(z, items, index, x):
    d[x] = take_inserted(d[items], index)


@insert.tangent
def insert(z, items, index, x):
    d[items].insert(index, d[x])


@adjoint(list.pop, linear="items", writes="items", fresh=False,
         result=results.element, sample=lambda r: [
    program("items = [x, x * y]\na = items.pop()\nreturn a * items[0]", x=r(), y=r()),
    program("items = [x, x * y, y]\na = items.pop(0)\nreturn a * items[0]", x=r(), y=r()),
    program("items = [x, x * y, y]\na = items.pop(-2)\nreturn a * items[1]", x=r(), y=r()),
])  # fmt: skip
def pop(z, items, index=-1):
    if known(index).value == -1:
        d[items].append(d[z])
    else:
        put_back(d[items], index, d[z])


@adjoint(list.reverse, writes="items", result=results.nothing, sample=lambda r: [
    program("items = [x, x * y, y]\nitems.reverse()\nreturn items[0] ** 2 * items[1]", x=r(), y=r()),
])  # fmt: skip
def reverse(z, items):
    d[items].reverse()


@reverse.tangent
def reverse(z, items):
    d[items].reverse()


@adjoint(list.copy, linear="items", result=results.listed, sample=lambda r: [
    program("a = [x, y]\nb = a.copy()\nb.append(x * y)\nreturn b[2] * a[1]", x=r(), y=r()),
])  # fmt: skip
def copy(z, items):
    d[items] = d[z]


zero(list.index, list.count, tuple.index, tuple.count, result=results.integer)
unsupported(list.sort, "use sorted(items)", effect=True)
unsupported(list.clear, "assign a new list", effect=True)
unsupported(list.remove, "use pop with a position", effect=True)

# ---- dicts ---------------------------------------------------------------------------------


@adjoint(dict.get, linear=("table", "default"), constant="key", fresh=False,
         result=results.entry, sample=lambda r: [
    program("a = {'x': x, 'y': x * y}\nreturn a.get('x', 1.0) * a.get('y')", x=r(), y=r()),
    program("a = {'x': x * y}\nreturn a.get('x', 1.0) * a.get('z', x)", x=r(), y=r()),
])  # fmt: skip
def get(z, table, key, default=None):
    add_to_key(d[table], key, d[z])
    if known(default).is_number:
        d[default] = d[z] * (key not in table)


@adjoint(dict.values, linear="table", fresh=False, result=results.values, sample=lambda r: [
    program("a = {'x': x, 'y': x * y}\nreturn sum(a.values()) ** 2", x=r(), y=r()),
])  # fmt: skip
def values(z, table):
    d[table] = keyed_like(d[z], table)


@adjoint(dict.copy, linear="table", result=results.same, sample=lambda r: [
    program("a = {'x': x}\nb = a.copy()\nb['y'] = x * y\nreturn b['x'] * b['y']", x=r(), y=r()),
])  # fmt: skip
def copy_of_dict(z, table):
    d[table] = d[z]


@adjoint(dict, linear="table", result=results.same, sample=lambda r: [
    program("a = {'p': x}\nb = dict(a)\nb['p'] = x * y\nreturn a['p'] * b['p']", x=r(), y=r()),
])  # fmt: skip
def dict_of_dict(z, table):
    if known(table).kind == "dict":
        d[table] = d[z]


@adjoint(dict.pop, linear="table", writes="table", constant="key", fresh=False,
         result=results.entry_of, sample=lambda r: [
    program("a = {'x': x, 'y': x * y}\nb = a.pop('x')\nreturn b * a['y'] * len(a)", x=r(), y=r()),
    program("a = {'x': x, 'y': x * y}\ndel a['x']\nreturn sum(a.values()) ** 2", x=r(), y=r()),
])  # fmt: skip
def pop_entry(z, table, key):
    put_entry(d[table], key, d[z])


zero(dict.keys)
zero(collections.defaultdict, parameters=("default_factory",), result=results.table)
unsupported(dict.items, "loop over it directly: for key, value in table.items()", fresh=False)
unsupported(dict.update, "assign the entries one by one", effect=True)
unsupported(dict.setdefault, "test with `in` and assign", effect=True)
for _method in (dict.popitem, dict.clear):
    unsupported(_method, "make a new dict without the entry", effect=True)

# ---- texts ---------------------------------------------------------------------------------

# Not `format` and `join`, into which numbers may go.
zero(str.lower, str.upper, str.title, str.capitalize, str.strip, str.lstrip, str.rstrip, str.replace,
     str.removeprefix, str.removesuffix, str.zfill, result=results.text)  # fmt: skip
zero(str.startswith, str.endswith, str.isdigit, str.isalpha, str.isupper, str.islower,
     result=results.flag)  # fmt: skip
zero(str.find, str.rfind, result=results.integer)
zero(str.split, str.rsplit, str.splitlines, result=results.texts)

# ---- copies of anything --------------------------------------------------------------------


@adjoint(copying.deepcopy, linear="x", result=results.same, sample=lambda r: [
    program("import copy\na = [x, y]\nb = copy.deepcopy(a)\nb[0] = y\nreturn a[0] * b[0]", x=r(), y=r()),
    call(r(3)), call(r(2, 3)),
])  # fmt: skip
def deep_copy(z, x):
    d[x] = d[z]


unsupported(
    copying.copy, "the kind of what it copies is not known; use its method copy() or copy.deepcopy"
)
