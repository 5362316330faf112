"""Programs that are refused today in some mode, though they need not be."""

LATER = frozenset(
    (
        "binding.deep",
        "binding.logged",
        "binding.shallow",
        "control.nested_ones",
        "functions.by_callable",
        "functions.inside_the_function",
        "functions.itself_decorated",
        "functions.that_counts",
        "functions.with_unpacked_arguments",
        "functions.writes_nonlocal",
        "scalars.complex_arrays",
        "scalars.complex_exponential",
        "scalars.complex_numbers",
    )
)
