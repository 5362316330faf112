"""Programs that are refused today in some mode, though they need not be."""

LATER = frozenset(
    (
        "functions.by_callable",
        "functions.that_counts",
        "scalars.complex_arrays",
        "scalars.complex_exponential",
        "scalars.complex_numbers",
    )
)
