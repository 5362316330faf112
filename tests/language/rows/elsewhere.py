"""A module of its own, with a global that another module calls the same."""

FACTOR = 5.0


def scaled(value):
    return FACTOR * value * value


def halving(function):
    def wrapper(value):
        return function(value) / FACTOR * 2.5

    return wrapper


@halving
def halved(value):
    return value * value
