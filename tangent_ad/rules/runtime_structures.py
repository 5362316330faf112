"""The helpers of the runtime for lists, dicts and tuples, in turn differentiated."""

import numpy as np

from tangent_ad.analysis import classes, forms, results
from tangent_ad.rules.notation import adjoint, d, zero
from tangent_ad.runtime import structures
from tangent_ad.runtime.instances import attributes_of, instances_of, records_of
from tangent_ad.runtime.structures import (
    add_to_key,
    as_real_as,
    copied,
    in_form_of,
    keyed_like,
    order_of,
    pop_last,
    put_back,
    put_entry,
    set_back,
    shared,
    shared_total,
    sorted_as,
    spread_into,
    spread_over,
    sum_of_repeats,
    take_inserted,
    unsorted,
    unstacked_like,
    without_keys,
    zeros_like,
)

zero(zeros_like, parameters=("value",), constant=frozenset(("value",)), result=forms.in_lists)
zero(order_of, result=results.listed)

# ---- structures as a whole -----------------------------------------------------------------


@adjoint(in_form_of, linear="adjoint", constant="value", fresh=False, result=results.like_value)
def in_form_of_(z, adjoint, value):
    d[adjoint] = structures.add(zeros_like(adjoint), d[z])


@adjoint(as_real_as, linear="adjoint", constant="value", typed=True, result=results.as_value)
def as_real_as_(z, adjoint, value):
    d[adjoint] = as_real_as(d[z], value)


@adjoint(structures.add, linear=("left", "right"), result=forms.sum_of)
def add(z, left, right):
    d[left] = d[z]
    d[right] = d[z]


@adjoint(structures.writable, linear="value", result=forms.in_lists)
def writable_(z, value):
    d[value] = d[z]


@adjoint(copied, linear="value", result=results.same)
def copied_(z, value):
    d[value] = d[z]


@adjoint(attributes_of, linear="value", fresh=False, result=classes.as_dicts)
def attributes_of_(z, value):
    d[value] = records_of(d[z], value)


@adjoint(instances_of, linear="value", fresh=False, result=results.same)
def instances_of_(z, value):
    d[value] = attributes_of(d[z])


@adjoint(records_of, linear="adjoint", constant="value", fresh=False, result=results.like_value)
def records_of_(z, adjoint, value):
    d[adjoint] = attributes_of(d[z])


# ---- lists ---------------------------------------------------------------------------------


@adjoint(unstacked_like, linear="array", constant="like", fresh=False, result=forms.rows_like)
def unstacked_like_(z, array, like):
    d[array] = np.array(d[z])


@adjoint(keyed_like, linear="values", constant="table", fresh=False, result=forms.keyed)
def keyed_like_(z, values, table):
    d[values] = list(d[z].values())


@adjoint(spread_over, linear="value", constant="like", fresh=False, result=forms.listed_like)
def spread_over_(z, value, like):
    d[value] = sum(d[z])


@adjoint(spread_into, linear="parts", constant=("like", "index"), result=forms.listed_like)
def spread_into_(z, parts, like, index):
    d[parts] = d[z][index]


@adjoint(sum_of_repeats, linear="parts", constant="items", result=forms.listed_like)
def sum_of_repeats_(z, parts, items):
    d[parts] = [*d[z]] * (len(parts) // len(items) if len(items) != 0 else 0)


@adjoint(pop_last, linear="items", writes="items", fresh=False, result=results.listed)
def pop_last_(z, items, count):
    d[items].extend(d[z])


@adjoint(put_back, writes="items", result=results.nothing)
def put_back_(z, items, index, value):
    d[value] = d[items].pop(index)


@put_back_.tangent
def put_back_(z, items, index, value):
    put_back(d[items], index, d[value])


@adjoint(take_inserted, linear="items", writes="items", fresh=False, result=results.element)
def take_inserted_(z, items, index):
    d[items].insert(index, d[z])


@adjoint(set_back, writes="table", result=results.nothing)
def set_back_(z, table, key, content):
    d[content] = d[table][key]
    d[table][key] = zeros_like(d[content])


@set_back_.tangent
def set_back_(z, table, key, content):
    set_back(d[table], key, d[content])


@adjoint(without_keys, linear="table", fresh=False, result=results.remaining)
def without_keys_(z, table, keys):
    d[table] = {**zeros_like(table), **d[z]}


@adjoint(put_entry, writes="table", result=results.nothing)
def put_entry_(z, table, key, value):
    d[value] = d[table].pop(key)


@put_entry_.tangent
def put_entry_(z, table, key, value):
    put_entry(d[table], key, d[value])


@adjoint(add_to_key, writes="adjoint", result=results.nothing)
def add_to_key_(z, adjoint, key, value):
    d[value] = d[adjoint][key] if key in adjoint else zeros_like(value)


@add_to_key_.tangent
def add_to_key_(z, adjoint, key, value):
    add_to_key(d[adjoint], key, d[value])


# ---- sorting and choosing ------------------------------------------------------------------


@adjoint(unsorted, linear="parts", constant="like", fresh=False, result=results.listed)
def unsorted_(z, parts, like, reverse=False):
    d[parts] = sorted_as(d[z], like, reverse)


@adjoint(sorted_as, linear="parts", constant="like", fresh=False, result=results.listed)
def sorted_as_(z, parts, like, reverse=False):
    d[parts] = unsorted(d[z], like, reverse)


@adjoint(shared, linear="value", constant=("extreme", "items"), result=forms.listed_like)
def shared_(z, value, extreme, items):
    d[value] = shared_total(d[z], extreme, items)


@adjoint(shared_total, linear="parts", constant=("extreme", "items"), result=results.element)
def shared_total_(z, parts, extreme, items):
    d[parts] = shared(d[z], extreme, items)
