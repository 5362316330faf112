"""Methods of lists, dicts and tuples. The adjoint of a container has its form, so what a method does to
the one, reverse mode undoes on the other."""

from tangent_ad.analysis import results
from tangent_ad.rules.notation import adjoint, d, known, unsupported, zero
from tangent_ad.rules.samples import program
from tangent_ad.runtime.structures import add_to_key, pop_last, put_back, take_inserted

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
    program("items = [x]\nitems.extend([y, x * y])\nreturn items[0] * items[2]", x=r(), y=r()),
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


@adjoint(list.pop, writes="items", result=results.element, sample=lambda r: [
    program("items = [x, x * y]\na = items.pop()\nreturn a * items[0]", x=r(), y=r()),
    program("items = [x, x * y, y]\na = items.pop(0)\nreturn a * items[0]", x=r(), y=r()),
    program("items = [x, x * y, y]\na = items.pop(-2)\nreturn a * items[1]", x=r(), y=r()),
])  # fmt: skip
def pop(z, items, index=-1):
    if known(index).value == -1:
        d[items].append(d[z])
    else:
        put_back(d[items], index, d[z])


@pop.tangent
def pop(z, items, index=-1):
    if known(index).value == -1:
        d[z] = d[items].pop()
    else:
        d[z] = d[items].pop(index)


@adjoint(list.reverse, writes="items", result=results.nothing, sample=lambda r: [
    program("items = [x, x * y, y]\nitems.reverse()\nreturn items[0] ** 2 * items[1]", x=r(), y=r()),
])  # fmt: skip
def reverse(z, items):
    d[items].reverse()


@reverse.tangent
def reverse(z, items):
    d[items].reverse()


@adjoint(list.copy, result=results.listed, sample=lambda r: [
    program("a = [x, y]\nb = a.copy()\nb.append(x * y)\nreturn b[2] * a[1]", x=r(), y=r()),
])  # fmt: skip
def copy(z, items):
    d[items] = d[z]


@copy.tangent
def copy(z, items):
    d[z] = d[items].copy()


zero(list.index, list.count, tuple.index, tuple.count, result=results.integer)
unsupported(list.sort, "use sorted(items)", effect=True)
unsupported(list.clear, "assign a new list", effect=True)
unsupported(list.remove, "use pop with a position", effect=True)

# ---- dicts ---------------------------------------------------------------------------------


@adjoint(dict.get, fresh=False, result=results.entry, sample=lambda r: [
    program("a = {'x': x, 'y': x * y}\nreturn a.get('x', 1.0) * a.get('y')", x=r(), y=r()),
    program("a = {'x': x * y}\nreturn a.get('x', 1.0) * a.get('z', x)", x=r(), y=r()),
])  # fmt: skip
def get(z, table, key, default=None):
    add_to_key(d[table], key, d[z])
    if known(default).is_number:
        d[default] = d[z] * (key not in table)


@get.tangent
def get(z, table, key, default=None):
    d[z] = d[table].get(key, d[default])


@adjoint(dict.values, fresh=False, result=results.values, sample=lambda r: [
    program("a = {'x': x, 'y': x * y}\nreturn sum(a.values()) ** 2", x=r(), y=r()),
])  # fmt: skip
def values(z, table):
    d[table] = dict(zip(table, d[z]))


@values.tangent
def values(z, table):
    d[z] = d[table].values()


@adjoint(dict.copy, result=results.same, sample=lambda r: [
    program("a = {'x': x}\nb = a.copy()\nb['y'] = x * y\nreturn b['x'] * b['y']", x=r(), y=r()),
])  # fmt: skip
def copy_of_dict(z, table):
    d[table] = d[z]


@copy_of_dict.tangent
def copy_of_dict(z, table):
    d[z] = d[table].copy()


zero(dict.keys)
unsupported(dict.items, "loop over it directly: for key, value in table.items()", fresh=False)
unsupported(dict.update, "assign the entries one by one", effect=True)
unsupported(dict.setdefault, "test with `in` and assign", effect=True)
for _method in (dict.pop, dict.popitem, dict.clear):
    unsupported(_method, "make a new dict without the entry", effect=True)
