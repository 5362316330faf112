"""A module of its own, with a global that another module calls the same."""

FACTOR = 5.0


def scaled(value):
    return FACTOR * value * value
