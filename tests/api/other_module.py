"""A module with a K of its own, for the tests of saved modules."""

K = 7.0


def shifted(x):
    """Add the K of this module.

    Not that of any other.
    """
    return x + K
