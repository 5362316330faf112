"""Programs that are refused today in some mode, though they need not be."""

LATER = frozenset(
    (
        "arguments.a_mutable_default",
        "callables.default_when_none",
        "callables.partial_of_a_partial",
        "around.many_iterables",
        "cells.made_in_a_loop_and_called_there",
        "functions.with_unpacked_arguments",
        "yielding.stacked_states",
        "yielding.with_conditions",
    )
)
