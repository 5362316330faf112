"""Programs that are refused today in some mode, though they need not be."""

LATER = frozenset(
    (
        "arguments.a_mutable_default",
        "callables.default_when_none",
        "callables.partial_of_a_partial",
        "around.many_iterables",
        "functions.with_unpacked_arguments",
        "yielding.stacked_states",
        "yielding.with_conditions",
    )
)
